"""A founded instance with every unit open, and its citizens' application, for a whole session."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

import intake.app
from commands.init import units_to_open
from records.session import SessionRow
from records.settings import Settings
from records.staff import Role
from records.tables import METADATA
from records.work import Store, open_store, opened, writing
from rules import load
from rules.book import Rules
from tests.conftest import CHEAP, FOUNDED_ON, plan
from tests.custodians import confirmed
from tests.journey.reporter import Reporter
from triage import keyring, staffing
from triage.founding import found
from triage.staffing import Person
from vault import password
from web.app import Parts
from web.site import Site

SCOPES = ("page", "filing", "receipt", "upload")
#: So that tests, which all come from one address, are not slowed.
GENEROUS = {f"limit_{scope}": "100000000 per minute" for scope in SCOPES}


def make(settings: Settings, law: Rules) -> None:
    """Found an instance with every unit open, and appoint two custodians."""
    lock = password.lock
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            password, "lock", lambda secret, context, data: lock(secret, context, data, CHEAP)
        )
        found(settings, plan(units=units_to_open(law)), lambda _words: None)
        key = keyring.read_key(settings, keyring.PROMISE_KEY)
        with opened(settings) as store, writing(store) as work:
            seeds = {}
            for login in ("giu_khoa_1", "giu_khoa_2"):
                person = Person(
                    login, "Người Giữ Khóa", "thanh_tra", Role.CUSTODIAN, "một mật khẩu dài"
                )
                seeds[staffing.appoint(work, person, key, FOUNDED_ON)] = person.seed
            confirmed(work, key, seeds)


@pytest.fixture(scope="session")
def law() -> Rules:
    return load()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, law: Rules) -> Settings:
    settings = Settings.read(home=tmp_path_factory.mktemp("journey") / "home")
    make(settings, law)
    return settings


@pytest.fixture(scope="session")
def instance(founded: Settings) -> Iterator[Store]:
    store = open_store(founded)
    yield store
    store.engine.dispose()


@pytest.fixture(scope="session")
def citizens(founded: Settings, instance: Store, law: Rules) -> Flask:
    key = keyring.read_key(founded, keyring.PROMISE_KEY)
    return intake.app.create(Parts(instance, law, key, Site(**GENEROUS)))  # type: ignore[arg-type]


@pytest.fixture
def client(citizens: Flask) -> FlaskClient:
    return citizens.test_client()


@pytest.fixture(params=["", "/en"], ids=["vi", "en"])
def prefix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def reporter(client: FlaskClient, prefix: str) -> Reporter:
    return Reporter.of(client, prefix)


Counts = dict[str, int]


@pytest.fixture
def counts(instance: Store) -> Callable[[], Counts]:
    """Return how many rows each table has, and how many sealed files there are.

    Drafts and open mailboxes are not counted: their rows are what a visit is.
    """

    def count() -> Counts:
        with instance.engine.connect() as connection:
            rows = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in METADATA.sorted_tables
                if table.name != SessionRow.__tablename__
            }
            connection.rollback()
        return rows | {"sealed files": sum(1 for _ in instance.blobs.names())}

    return count
