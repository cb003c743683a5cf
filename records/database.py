"""Opens the database, and makes sure that its schema is the one this release knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    ProgrammingError,
)

from records.errors import (
    BadConfiguration,
    DatabaseUnreachable,
    SchemaMismatch,
)

#: Execution option of connections that only read: they never wait for a writer.
READING = "dangvan_reading"
_MIGRATIONS = Path(__file__).parent.parent / "migrations"
_BUSY_SECONDS = 30
#: Connections of one process: those it keeps, and those it may open besides. Together they are
#: more than a server has threads, so that no request waits for one.
_KEPT_CONNECTIONS, _MORE_CONNECTIONS = 8, 32


def connect(url: URL) -> Engine:
    """Return an engine; nothing is contacted yet. Raises BadConfiguration."""
    sqlite = url.get_backend_name() == "sqlite"
    options: dict[str, Any] = {"connect_args": {"timeout": _BUSY_SECONDS}} if sqlite else {}
    options |= {"pool_size": _KEPT_CONNECTIONS, "max_overflow": _MORE_CONNECTIONS}
    try:
        # Parameters are plaintext of somebody's act: never in an error or a log.
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=not sqlite, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise BadConfiguration(
            f"DANGVAN_DATABASE_URL needs a driver that is not installed ({error}): "
            "install dangvan[postgres]."
        ) from None
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        # A commit that a deferred check refuses leaves its transaction, and the lock, open.
        event.listen(engine, "reset", _end_sqlite)
    else:
        # Before SQLAlchemy's own first look, which fails on other encodings without words.
        event.listen(engine, "connect", _check_postgresql, insert=True)
    return engine


def _check_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        connection.close()
        raise BadConfiguration(
            f"The PostgreSQL database keeps text as {encoding}, which loses Vietnamese: "
            "create it with ENCODING 'UTF8'."
        )


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401
    connection.isolation_level = None  # transactions are begun by _begin_sqlite
    for pragma in (
        "journal_mode = WAL",
        "foreign_keys = ON",
        f"busy_timeout = {_BUSY_SECONDS * 1000}",
        "synchronous = FULL",  # a commit that was acknowledged survives power loss
        "secure_delete = ON",  # what is deleted is overwritten
        "temp_store = MEMORY",  # no temporary files
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: one that began by reading could not upgrade under load.
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _end_sqlite(connection: Any, _record: object, _state: object) -> None:  # noqa: ANN401
    connection.rollback()


def describe(url: URL) -> str:
    """Return which database that is, without user, password or options."""
    place = url.database or ""
    return place if url.get_backend_name() == "sqlite" else f"{place} on {url.host}:{url.port}"


def is_sqlite(engine: Engine) -> bool:
    """Tell whether the database is SQLite; else it is PostgreSQL."""
    return engine.dialect.name == "sqlite"


def for_reading(engine: Engine) -> Engine:
    """Return the same engine for transactions that see one state and write nothing."""
    if is_sqlite(engine):
        return engine.execution_options(**{READING: True})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


@contextmanager
def explained(engine: Engine) -> Iterator[None]:
    """Turn what the database cannot do into one sentence, without the password.

    A row that it refuses (IntegrityError, DataError) is somebody else's mistake, and passes.
    """
    try:
        yield
    except DBAPIError as error:
        if isinstance(error, IntegrityError | DataError) or _is_our_mistake(error):
            raise
        raise DatabaseUnreachable(
            f"The database {describe(engine.url)} cannot be used: {_reason(engine.url, error)}. "
            "Check DANGVAN_DATABASE_URL, that the server runs, that this user has the rights, and "
            "that the disk has room."
        ) from None


def _reason(url: URL, error: DBAPIError) -> str:
    # Only the first line: what follows can repeat a row.
    reason = (str(error.orig).strip().splitlines() or ["no reason given"])[0]
    for secret in (url.password, *url.query.values()):
        if secret:
            reason = reason.replace(str(secret), "***")
    return reason


def _is_our_mistake(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)  # none: it never came to a connection
    denied = "42501"  # insufficient_privilege
    return isinstance(error, ProgrammingError) and state not in {None, denied}


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def current_revision(connection: Connection) -> str | None:
    """Return the schema's revision, None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def check_schema(connection: Connection) -> None:
    """Raise SchemaMismatch unless the schema is this release's."""
    script = ScriptDirectory.from_config(_config())
    current = current_revision(connection)
    if current == script.get_current_head():
        return
    if current is None:
        raise SchemaMismatch("The database is empty: run `dangvan init`.")
    if current in {revision.revision for revision in script.walk_revisions()}:
        raise SchemaMismatch(
            f"The database has the older schema {current}: make a backup, then `dangvan migrate`."
        )
    raise SchemaMismatch(
        f"The database has schema {current}, which this release does not know: it is newer. "
        "Install the release that made it."
    )


@contextmanager
def changing_schema(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in a transaction in which tables may be rebuilt.

    SQLite rebuilds a table by dropping it, which foreign keys would refuse: they are off within,
    and all of them are checked before the commit. Raises SchemaMismatch if one would dangle.
    """
    with explained(engine), engine.connect() as connection:
        if not is_sqlite(engine):
            with connection.begin():
                yield connection
            return
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101  (it is there while the connection is open)
        driver.execute("PRAGMA foreign_keys = OFF")  # ignored inside a transaction
        try:
            with connection.begin():
                yield connection
                if dangling := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise SchemaMismatch(
                        f"The change of schema would leave rows of {dangling[0]} that belong to "
                        "nothing. Nothing was changed: restore the backup and report this."
                    )
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


def migrate(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up (or down) to `revision`, in the caller's transaction."""
    script = ScriptDirectory.from_config(_config())
    current = current_revision(connection)
    if current is not None and current not in {r.revision for r in script.walk_revisions()}:
        check_schema(connection)  # raises: newer than this release
    order = [r.revision for r in script.walk_revisions()][::-1]
    steps = ["base", *order]
    target = len(order) if revision == "head" else steps.index(revision)
    position = steps.index(current or "base")
    run = command.upgrade if target >= position else command.downgrade
    run(_config(connection), revision)
