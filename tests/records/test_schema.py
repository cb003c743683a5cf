"""The schema: migrations keep data both ways, nothing tells an hour, and the document is true."""

import re
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    Time,
    Uuid,
    create_engine,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import IntegrityError

from records import database
from records.errors import BadConfiguration, DatabaseUnreachable, SchemaMismatch
from records.settings import Settings
from records.tables import METADATA

ROOT = Path(__file__).parents[2]
REVISIONS = sorted(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("0*.py"))

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    settings.home.mkdir()
    opened = database.connect(settings.database)
    yield opened
    opened.dispose()


def fill(connection: Connection) -> None:
    """Put one row into every table there is at this revision, parents first."""
    schema = MetaData()
    schema.reflect(connection)
    made: dict[str, dict[str, Any]] = {}
    for table in schema.sorted_tables:
        if table.name == "alembic_version":
            continue
        row: dict[str, Any] = {}
        for column in table.columns:
            parents = list(column.foreign_keys)
            if parents:
                row[column.name] = made[parents[0].column.table.name][parents[0].column.name]
            else:
                row[column.name] = sample(column.type, column.primary_key)
        connection.execute(table.insert().values(row))
        made[table.name] = row


def sample(kind: object, primary: bool) -> object:  # noqa: FBT001
    match kind:
        case Boolean():
            return True
        case Date():
            return date(2026, 11, 23)
        case LargeBinary():
            return b"\x00niem phong\xff"
        case Integer():
            return 1
        case Uuid():
            return uuid.UUID(int=7)
        case _:
            return "0" * 31 + "7" if primary else "Ký tự Việt"


def rows(connection: Connection, like: Rows | None = None) -> Rows:
    """Return every row, of the tables and columns in `like` only if given."""
    schema = MetaData()
    schema.reflect(connection)
    found: Rows = {}
    for table in schema.sorted_tables:
        if table.name == "alembic_version" or (like is not None and table.name not in like):
            continue
        known = set(like[table.name][0]) if like else {column.name for column in table.columns}
        chosen = [column for column in table.columns if column.name in known]
        found[table.name] = [dict(row._mapping) for row in connection.execute(select(*chosen))]
    return found


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_filled_database_of_every_revision_goes_up_and_down_unharmed(
    engine: Engine, revision: str
) -> None:
    with engine.begin() as connection:
        database.migrate(connection, revision)
        fill(connection)
        before = rows(connection)
    assert all(before.values())
    with database.changing_schema(engine) as connection:
        database.migrate(connection)
        assert rows(connection, before) == before
    with database.changing_schema(engine) as connection:
        database.migrate(connection, revision)
        assert rows(connection) == before


def test_the_way_down_leaves_nothing_behind(engine: Engine) -> None:
    with engine.begin() as connection:
        database.migrate(connection)
        fill(connection)
    with database.changing_schema(engine) as connection:
        database.migrate(connection, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_the_migrations_give_the_schema_that_the_models_describe(engine: Engine) -> None:
    with engine.begin() as connection:
        database.migrate(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_a_migration_that_fails_midway_leaves_the_schema_as_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.begin() as connection:
        database.migrate(connection, REVISIONS[0])
        before = sorted(inspect(connection).get_table_names())
    create = op.create_table

    def create_until_the_power_fails(name: str, *columns: Any, **options: Any) -> object:
        if name == "identity":
            raise RuntimeError("power cut")
        return create(name, *columns, **options)

    monkeypatch.setattr(op, "create_table", create_until_the_power_fails)
    with pytest.raises(RuntimeError), engine.begin() as connection:
        database.migrate(connection)
    with engine.begin() as connection:
        assert sorted(inspect(connection).get_table_names()) == before
        assert database.current_revision(connection) == REVISIONS[0]


def test_a_table_with_children_can_be_rebuilt(engine: Engine) -> None:
    """As later migrations will have to: SQLite changes a table by making it anew."""
    with engine.begin() as connection:
        database.migrate(connection)
        fill(connection)
        before = rows(connection)
    with database.changing_schema(engine) as connection:
        alter = Operations(MigrationContext.configure(connection))
        with alter.batch_alter_table("cases") as cases:
            cases.add_column(Column("note", Text))
            cases.alter_column("ward", existing_type=String(16), type_=String(32))
    with engine.begin() as connection:
        assert rows(connection, before) == before
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
            made = "SELECT sql FROM sqlite_master WHERE name = 'cases'"
            assert "WITHOUT ROWID" in connection.exec_driver_sql(made).scalar_one()


def test_a_change_of_schema_that_would_orphan_rows_is_undone(engine: Engine) -> None:
    with engine.begin() as connection:
        database.migrate(connection)
        fill(connection)
        before = rows(connection)
    with (
        pytest.raises((SchemaMismatch, IntegrityError)),
        database.changing_schema(engine) as connection,
    ):
        connection.exec_driver_sql("DELETE FROM cases")
    with engine.begin() as connection:
        assert rows(connection) == before


def test_an_empty_an_older_and_a_newer_schema_are_told_apart(engine: Engine) -> None:
    with engine.begin() as connection:
        with pytest.raises(SchemaMismatch, match="dangvan init"):
            database.check_schema(connection)
        database.migrate(connection, REVISIONS[0])
        with pytest.raises(SchemaMismatch, match="dangvan migrate"):
            database.check_schema(connection)
        database.migrate(connection)
        database.check_schema(connection)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(SchemaMismatch, match="newer"):
            database.check_schema(connection)
        with pytest.raises(SchemaMismatch, match="newer"):
            database.migrate(connection)


def test_no_column_can_hold_a_time_of_day() -> None:
    for table in METADATA.sorted_tables:
        for column in table.columns:
            assert not isinstance(column.type, DateTime | Time), f"{table.name}.{column.name}"


def test_no_key_counts_upwards_with_arrivals() -> None:
    """Every integer in a primary key has a meaning of its own; SQLite keeps no hidden row id."""
    counted = {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.primary_key.columns
        if isinstance(column.type, Integer)
    }
    assert counted == {
        "case_clock.run",
        "case_key.epoch",
        "dossier_key.epoch",
        "case_notice.run",
        "sent_digest.number",
        "identity_share.epoch",
        "instance.id",
        "log_checkpoint.size",
        "log_tile.level",
        "log_tile.number",
        "unit_key.epoch",
        "unit_key_holder.epoch",
    }
    for table in METADATA.sorted_tables:
        assert table.dialect_options["sqlite"]["with_rowid"] is False, table.name
        for column in table.primary_key.columns:
            assert column.autoincrement is not True


def test_what_is_stored_lists_every_column_and_no_other() -> None:
    text = (ROOT / "docs" / "what-is-stored.md").read_text(encoding="utf-8")
    written = Counter(
        f"{table}.{column}"
        for table, body in re.findall(
            r"^### `(\w+)`.*?\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL
        )
        for column in re.findall(r"^\| `(\w+)` \|", body, re.MULTILINE)
    )
    stored = {
        f"{table.name}.{column.name}" for table in METADATA.sorted_tables for column in table.c
    }
    assert written == Counter(stored)
    assert not re.search(r"^\|[^|]*\|\s*\|", text, re.MULTILINE), "a column without a reason"
    assert not re.search(r"\|\s*\|$", text, re.MULTILINE), "a column without a reader"


def test_a_file_that_is_no_database_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_bytes(b"Dear Sir or Madam, " * 500)
    engine = database.connect(
        Settings.read(database_url=f"sqlite:///{tmp_path}/letter.db").database
    )
    with pytest.raises(DatabaseUnreachable, match="not a database"), database.explained(engine):
        engine.connect()
    engine.dispose()


def test_a_role_without_rights_is_said_in_words(postgres_url: str) -> None:
    owner = create_engine(postgres_url)
    with owner.begin() as connection:
        connection.exec_driver_sql("DROP ROLE IF EXISTS powerless")
        connection.exec_driver_sql("CREATE ROLE powerless LOGIN")
        connection.exec_driver_sql("CREATE TABLE ours (x int)")
    weak = database.connect(make_url(postgres_url).set(username="powerless"))
    with (
        pytest.raises(DatabaseUnreachable, match="rights"),
        database.explained(weak),
        weak.connect() as connection,
    ):
        connection.exec_driver_sql("SELECT * FROM ours")
    weak.dispose()
    with owner.begin() as connection:
        connection.exec_driver_sql("DROP ROLE powerless")
    owner.dispose()


def test_a_database_that_loses_vietnamese_is_refused(postgres_server: str) -> None:
    owner = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS narrow")
        connection.exec_driver_sql(
            "CREATE DATABASE narrow ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'"
        )
    engine = database.connect(make_url(postgres_server).set(database="narrow"))
    with pytest.raises(BadConfiguration, match="UTF8"):
        engine.connect()
    engine.dispose()
    with owner.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE narrow WITH (FORCE)")
    owner.dispose()


def test_an_unreachable_server_is_a_sentence_without_the_password() -> None:
    settings = Settings.read(database_url="postgresql://u:s3cret-pass@127.0.0.1:9/none")
    engine = database.connect(settings.database)
    with pytest.raises(DatabaseUnreachable) as caught, database.explained(engine):
        engine.connect()
    assert "127.0.0.1:9" in str(caught.value)
    assert "DANGVAN_DATABASE_URL" in str(caught.value)
    assert "s3cret-pass" not in str(caught.value)
