"""`dangvan migrate`: brings the database to this release's schema."""

import click

from records import database
from records.settings import Settings


@click.command(short_help="Bring the database to this release's schema.")
def migrate() -> None:
    """Bring the database to the schema of this release. Make a backup first."""
    engine = database.connect(Settings.read().database)
    try:
        with database.changing_schema(engine) as connection:
            before = database.current_revision(connection)
            database.migrate(connection)
            after = database.current_revision(connection)
    finally:
        engine.dispose()
    click.echo(f"The schema is {after}{', as before' if before == after else f'; was {before}'}.")
