"""One small founded instance for all tests of the pages, and clients of both sides."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

import desk.app
import intake.app
from records.settings import Settings
from records.work import Store, open_store
from rules import load
from rules.book import Rules
from tests.conftest import CHEAP, plan
from triage.founding import found
from vault import password
from web.app import Parts


@pytest.fixture(scope="session")
def law() -> Rules:
    return load()


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    settings = Settings.read(home=tmp_path_factory.mktemp("web") / "home")
    lock = password.lock
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            password, "lock", lambda secret, context, data: lock(secret, context, data, CHEAP)
        )
        found(settings, plan(), lambda _words: None)
    opened = open_store(settings)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def parts(instance: Store, law: Rules) -> Parts:
    return Parts(instance, law)


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
