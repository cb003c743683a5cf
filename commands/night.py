"""`dangvan sequence` and `dangvan rearrange`: the work of the night, safe to repeat."""

from datetime import timedelta

import click

from records.rearrange import rearrange as lay_out
from records.settings import Settings
from records.work import Store, clean_up_blobs, opened, reading
from triage import devices, keyring, sequencer
from web import sealed
from web.clock import today

#: A sealed file that nothing has adopted after so long never will be.
_ABANDONED = timedelta(days=2)


def tidy(store: Store) -> tuple[int, int]:
    """Remove expired sessions and abandoned sealed files; return how many there were of each."""
    sessions = sealed.clean_up(store, today()) + devices.clean_up(store, today())
    return sessions, clean_up_blobs(store, today() - _ABANDONED)


@click.command(short_help="Merge waiting log entries, sign a checkpoint.")
def sequence() -> None:
    """Merge waiting log entries of past days into the tree, and sign a checkpoint.

    Safe to run at any time and twice at once; once an hour is a good habit.
    """
    settings = Settings.read()
    day = today()
    with opened(settings) as store:
        with reading(store) as work:
            count = sequencer.waiting(work.session, day)
            refused = sequencer.suspicious(work.session, keyring.read_head(settings), day)
        with click.progressbar(length=count, label="Merging log entries") as bar:
            for merged in sequencer.sequence(store, settings, day):
                bar.update(merged)
        with reading(store) as work:
            newest = sequencer.latest(work.session)
    size = newest.size if newest else 0
    click.echo(f"The log has {size} {'entry' if size == 1 else 'entries'}.")
    if refused:
        raise click.ClickException(
            f"{refused} waiting entries have a day that cannot be true. Somebody has changed the "
            "database; they were not merged."
        )


@click.command(short_help="Take order of arrival off the disk.")
def rearrange() -> None:
    """Lay out stored rows by their random keys, so that the disk does not tell who came first.

    Abandoned drafts are removed first, and sealed files that nothing has adopted for two days. Run
    it once a night; each table is locked while it is rewritten.
    """
    with opened(Settings.read()) as store:
        drafts, files = tidy(store)
        click.echo(f"Removed {drafts} abandoned {'session' if drafts == 1 else 'sessions'}.")
        click.echo(f"Removed {files} abandoned sealed {'file' if files == 1 else 'files'}.")
        for step in lay_out(store.engine, store.blobs):
            click.echo(f"Rearranging: {step}")
    click.echo("Done.")
