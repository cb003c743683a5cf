"""`dangvan migrate`: brings the database to this release's schema."""

import click

from commands.recompute import run as recompute
from records import database
from records.settings import Settings
from records.work import opened


@click.command(short_help="Bring the database to this release's schema.")
def migrate() -> None:
    """Bring the database to the schema and the rules of this release. Make a backup first."""
    settings = Settings.read()
    engine = database.connect(settings.database)
    try:
        with database.changing_schema(engine) as connection:
            before = database.current_revision(connection)
            database.migrate(connection)
            after = database.current_revision(connection)
    finally:
        engine.dispose()
    click.echo(f"The schema is {after}{', as before' if before == after else f'; was {before}'}.")
    with opened(settings) as store:
        recompute(store)  # a release may bring other rules
