"""`dangvan sequence` and `dangvan rearrange`: the work of the night, safe to repeat."""

import click

from records.rearrange import rearrange as lay_out
from records.settings import Settings
from records.work import open_store, reading
from triage import keyring, sequencer
from web.clock import today


@click.command()
def sequence() -> None:
    """Merge waiting log entries of past days into the tree, and sign a checkpoint."""
    settings = Settings.read()
    store = open_store(settings)
    key = keyring.read_key(settings, keyring.CHECKPOINT_KEY)
    day = today()
    with reading(store) as work:
        count = sequencer.waiting(work.session, day)
    with click.progressbar(length=count, label="Merging log entries") as bar:
        for merged in sequencer.sequence(store, key, day):
            bar.update(merged)
    with reading(store) as work:
        newest = sequencer.latest(work.session)
    click.echo(f"The log has {newest.size if newest else 0} entries.")


@click.command()
def rearrange() -> None:
    """Lay out stored rows by their random keys, so that the disk does not tell who came first."""
    settings = Settings.read()
    store = open_store(settings)
    for step in lay_out(store.engine, store.blobs, today()):
        click.echo(f"Rearranging: {step}")
    click.echo("Done.")
