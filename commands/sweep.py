"""`dangvan sweep`: what must happen in time and nobody does by hand; the work of every hour."""

from collections import Counter
from functools import partial

import click

from commands.mail import Mail, MailFailed, connected
from commands.night import tidy
from records.settings import Settings
from records.work import Store, opened, reading
from rules import load
from triage import digest, keyring, sequencer
from triage import sweep as clocks
from triage.deadlines import NoticeLevel
from web.clock import now, today


class CasesDamaged(Exception):
    """Cases whose steps cannot be read: nobody is warned of their terms until they are mended."""


def sweep_all(settings: Settings, *, quiet: bool) -> list[Exception]:
    """Do the work of an hour, and return what failed: one part that fails stops no other.

    Safe to repeat, and beside others that do it too. `quiet`: say nothing.
    """
    failures = list[Exception]()
    with opened(settings) as store:
        for part in (partial(_clocks, quiet=quiet), _digests, _log, _drafts):
            try:
                said = part(settings, store)
            except Exception as failure:  # noqa: BLE001  (whatever it is, the others go on)
                failures.append(failure)
                continue
            if not quiet:
                click.echo(said)
    return failures


def _clocks(settings: Settings, store: Store, *, quiet: bool) -> str:
    day = today()
    key = keyring.read_key(settings, keyring.PROMISE_KEY)
    given, reported, failed = Counter[NoticeLevel](), 0, list[str]()
    with reading(store) as work:
        count = clocks.waiting(work.session, day)
    with click.progressbar(length=count, label="Looking at clocks", hidden=quiet) as bar:
        for swept in clocks.sweep(store, load(), key, day):
            given.update(swept.given)
            reported += swept.reported
            failed += [str(each) for each in swept.failed]
            bar.update(swept.cases)
    if failed:
        raise CasesDamaged(
            f"The steps of {len(failed)} cases cannot be read, so nobody is warned of their terms: "
            f"{', '.join(failed)}. Restore them from a backup, or mend the rules that they name."
        )
    warned = given.total() - given[NoticeLevel.BREACH] - given[NoticeLevel.URGE]
    return (
        f"Clocks: {warned} warnings, {given[NoticeLevel.BREACH]} terms broken, "
        f"{given[NoticeLevel.URGE]} told to superiors, {reported} reported overdue."
    )


def _digests(_settings: Settings, store: Store) -> str:
    mail = Mail.read()
    slot = digest.slot_of(mail.hours, now())
    if mail.smtp_host is None:
        return "Digests: none without DANGVAN_SMTP_HOST."
    if slot is None:
        return f"Digests: none before {mail.hours[0]}:00."
    sent = list(digest.send(store, load(), slot, mail.sender, partial(connected, mail)))
    refused = [each.login for each in sent if not each.delivered]
    if refused:
        raise MailFailed(
            f"The mail server did not take the digests of {', '.join(refused)}. The next sweep "
            "tries again; check their addresses."
        )
    return f"Digests: {len(sent)} sent."


def _log(settings: Settings, store: Store) -> str:
    if not (settings.keys / keyring.CHECKPOINT_KEY).exists():
        return "Log: another machine has the checkpoint key, and signs."
    return f"Log: {sum(sequencer.sequence(store, settings, today()))} entries merged."


def _drafts(_settings: Settings, store: Store) -> str:
    drafts, files = tidy(store)
    return f"Abandoned: {drafts} drafts and {files} sealed files removed."


@click.command(short_help="Warn of terms, send digests, merge the log, tidy up.")
def sweep() -> None:
    """Notice terms that run out or are broken, and urge; send digests; merge the log; tidy up.

    Safe to run at any time and twice at once. Run it every hour, unless `dangvan serve` runs, which
    does the same by itself. What was missed is caught up.
    """
    failures = sweep_all(Settings.read(), quiet=False)
    for failure in failures[1:]:
        click.echo(f"dangvan: {failure}", err=True)
    if failures:
        raise failures[0]
