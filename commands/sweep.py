"""`dangvan sweep`: what must happen in time and nobody does by hand; the work of every hour."""

from collections import Counter
from functools import partial

import click

from commands.mail import Mail, MailFailed, connected
from commands.night import tidy
from records.settings import Settings
from records.work import Store, opened, reading
from rules import load
from rules.book import Rules
from triage import condition, digest, identity_requests, keyring, lawbook, recompute, sequencer
from triage import sweep as clocks
from triage.deadlines import NoticeLevel
from web.clock import now, today

#: Damaged cases that are named; there may be thousands, if a rule is missing.
_NAMED = 10


class CasesDamaged(Exception):
    """Cases whose steps cannot be read: nobody is warned of their terms until they are mended."""


def sweep_all(settings: Settings, *, quiet: bool) -> list[Exception]:
    """Do the work of an hour, and return what failed: one part that fails stops no other.

    Safe to repeat, and beside others that do it too. `quiet`: say nothing.
    """
    failures = list[Exception]()
    with opened(settings) as store:
        for part in (
            _calendar,
            partial(_clocks, quiet=quiet),
            _digests,
            _log,
            _drafts,
            _identities,
        ):
            try:
                said = part(settings, store)
            except Exception as failure:  # noqa: BLE001  (whatever it is, the others go on)
                failures.append(failure)
                continue
            if not quiet:
                click.echo(said)
        if not failures:
            condition.remember_sweep(store, today())
    return failures


def _rules(store: Store) -> Rules:
    return lawbook.in_force(store, load())


def _calendar(_settings: Settings, store: Store) -> str:
    rules = _rules(store)
    if not recompute.is_due(store, rules):
        return "Clocks made anew: none, rules and calendar are as they were."
    return f"Clocks made anew: {sum(each.changed for each in recompute.recompute(store, rules))}."


def _clocks(settings: Settings, store: Store, *, quiet: bool) -> str:
    day = today()
    key = keyring.read_key(settings, keyring.PROMISE_KEY)
    given, reported, failed = Counter[NoticeLevel](), 0, list[str]()
    with reading(store) as work:
        count = clocks.waiting(work.session, day)
    with click.progressbar(length=count, label="Looking at clocks", hidden=quiet) as bar:
        for swept in clocks.sweep(store, _rules(store), key, day):
            given.update(swept.given)
            reported += swept.reported
            failed += [str(each) for each in swept.failed]
            bar.update(swept.cases)
    if failed:
        raise CasesDamaged(
            "Cases whose steps cannot be read, so that nobody is warned of their terms: "
            f"{len(failed)}, such as {', '.join(failed[:_NAMED])}. Restore them from a backup, or "
            "mend the rules that their steps name."
        )
    warned = given.total() - given[NoticeLevel.BREACH] - given[NoticeLevel.URGE]
    return (
        f"Warnings: {warned}. Terms broken: {given[NoticeLevel.BREACH]}. Told to superiors: "
        f"{given[NoticeLevel.URGE]}. Denunciations reported overdue: {reported}."
    )


def _digests(_settings: Settings, store: Store) -> str:
    mail = Mail.read()
    slot = digest.slot_of(mail.hours, now())
    if mail.smtp_host is None:
        return "Digests sent: none without DANGVAN_SMTP_HOST."
    if slot is None:
        return f"Digests sent: none before {mail.hours[0]}:00."
    sent = list(digest.send(store, _rules(store), slot, mail.sender, partial(connected, mail)))
    refused = [each.login for each in sent if not each.delivered]
    if refused:
        raise MailFailed(
            f"The mail server did not take the digests of {', '.join(refused)}. The next sweep "
            "tries again; check their addresses."
        )
    return f"Digests sent: {len(sent)}."


def _log(settings: Settings, store: Store) -> str:
    if not (settings.keys / keyring.CHECKPOINT_KEY).exists():
        return "Log entries merged: none without the checkpoint key, which another machine has."
    return f"Log entries merged: {sum(sequencer.sequence(store, settings, today()))}."


def _drafts(_settings: Settings, store: Store) -> str:
    drafts, files = tidy(store)
    return f"Abandoned drafts removed: {drafts}. Sealed files: {files}."


def _identities(settings: Settings, store: Store) -> str:
    key = keyring.read_key(settings, keyring.PROMISE_KEY)
    ended = list(identity_requests.sweep(store, _rules(store), key, today()))
    return f"Requests for identities ended: {len(ended)}."


@click.command(short_help="Warn of terms, send digests, merge the log, tidy up.")
def sweep() -> None:
    """Notice terms that run out or are broken, and urge; send digests; merge the log; tidy up.

    Clocks are made anew first where rules or calendar have changed.

    Safe to run at any time and twice at once. Run it every hour, unless `dangvan serve` runs, which
    does the same by itself. What was missed is caught up.
    """
    failures = sweep_all(Settings.read(), quiet=False)
    for failure in failures[1:]:
        click.echo(f"dangvan: {failure}", err=True)
    if failures:
        raise failures[0]
