"""`dangvan migrate`: brings the database to this release's schema."""

import click

from records import database
from records.settings import Settings


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this release. Make a backup first."""
    engine = database.connect(Settings.read().database)
    with database.explained(engine), engine.begin() as connection:
        before = database.current_revision(connection)
        database.migrate(connection)
        after = database.current_revision(connection)
    click.echo(f"The schema is {after}{', as before' if before == after else f'; was {before}'}.")
