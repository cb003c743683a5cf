"""One small founded instance for all tests of the pages, and clients of both sides."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

import desk.app
import intake.app
from ledger.note import Signer
from records.settings import Settings
from records.staff import Role
from records.work import Store, open_store, writing
from rules import load
from rules.book import Rules
from tests.conftest import CHEAP, FOUNDED_ON, plan
from tests.custodians import confirmed
from tests.own_redis import serving_redis
from triage import keyring, staffing
from triage.founding import found
from triage.staffing import Person
from vault import password
from web.app import Parts
from web.site import Site

#: So that tests, which all come from one address, are not slowed.
GENEROUS = Site(
    **{f"limit_{scope}": "1000000 per minute" for scope in ("page", "filing", "receipt", "upload")}
)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real Redis: one of this run's own, unless DANGVAN_TEST_REDIS names another."""
    if given := os.environ.get("DANGVAN_TEST_REDIS"):
        yield given
        return
    with serving_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def law() -> Rules:
    return load()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A founded instance with two custodians."""
    settings = Settings.read(home=tmp_path_factory.mktemp("web") / "home")
    lock = password.lock
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            password, "lock", lambda secret, context, data: lock(secret, context, data, CHEAP)
        )
        found(settings, plan(), lambda _words: None)
        opened = open_store(settings)
        key = keyring.read_key(settings, keyring.PROMISE_KEY)
        with writing(opened) as work:
            seeds = {}
            for login in ("giu_khoa_1", "giu_khoa_2"):
                person = Person(
                    login, "Người Giữ Khóa", "thanh_tra", Role.CUSTODIAN, "một mật khẩu dài"
                )
                seeds[staffing.appoint(work, person, key, FOUNDED_ON)] = person.seed
            confirmed(work, key, seeds)
        opened.engine.dispose()
    return settings


@pytest.fixture(scope="session")
def promise_key(founded: Settings) -> Signer:
    return keyring.read_key(founded, keyring.PROMISE_KEY)


@pytest.fixture(scope="session")
def instance(founded: Settings) -> Iterator[Store]:
    opened = open_store(founded)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def parts(instance: Store, law: Rules, promise_key: Signer, founded: Settings) -> Parts:
    return Parts(instance, law, promise_key, GENEROUS, founded.keys)


@pytest.fixture
def citizens(parts: Parts) -> Flask:
    return intake.app.create(parts)


@pytest.fixture
def staff(parts: Parts) -> Flask:
    return desk.app.create(parts)


@pytest.fixture
def citizen(citizens: Flask) -> FlaskClient:
    return citizens.test_client()


@pytest.fixture
def inspector(staff: Flask) -> FlaskClient:
    return staff.test_client()
