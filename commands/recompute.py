"""`dangvan recompute`: makes the clocks of open cases anew after a rule or the calendar changed."""

import click

from records.settings import Settings
from records.work import Store, opened
from rules import load
from triage import lawbook
from triage import recompute as clocks

#: Damaged cases that are named; all of them would fill the screen.
_NAMED = 10


@click.command(short_help="Make the clocks of open cases anew, after a rule has changed.")
def recompute() -> None:
    """Make state and clocks of every open case anew from its events and the rules of today.

    The sweep does it by itself after a change of rules/ or of the calendar. Safe to stop, to
    repeat, and to run while people work.
    """
    with opened(Settings.read()) as store:
        run(store)


def run(store: Store) -> None:
    """Do it, with a progress bar."""
    rules, changed, failed = lawbook.in_force(store, load()), 0, list[str]()
    total = clocks.count(store)
    with click.progressbar(length=total, label="Recomputing clocks") as bar:
        for batch in clocks.recompute(store, rules):
            bar.update(batch.cases)
            changed += batch.changed
            failed += [str(each) for each in batch.failed]
    click.echo(f"{total} open cases looked at, {changed} changed.")
    if failed:
        raise click.ClickException(
            f"The steps of {len(failed)} cases cannot be read; they are as they were: "
            f"{', '.join(failed[:_NAMED])}. Restore them from a backup, or mend the rules that "
            "they name."
        )
