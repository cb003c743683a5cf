"""Takes a report in: one transaction in which all of it is sealed, or nothing of it is kept.

The plaintext is in memory once, here. Citizens' forms, hotline, post, citizen reception, the Front,
the press, self-checks and inspections all come through the same function.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from ledger.note import Signer
from records.case import Case, CaseInformed
from records.work import Work
from rules.book import Rules
from triage import (
    casebook,
    casefile,
    casekeys,
    course,
    covering,
    identity,
    likeness,
    protection,
    publickeys,
    routing,
    signs,
)
from triage.casefile import OpenCase, Step
from triage.course import Course, Past
from triage.publickeys import AUDITORS
from triage.routing import Matter, Route
from triage.signs import Signs
from triage.submission import URGENT, Disclosure, Entry, Facts, Identity, Submission
from triage.text import one_line, plain
from vault import box, item
from vault.context import Purpose
from vault.keys import new_secret_key
from vault.receipt import Receipt


class Empty(Exception):
    """A report without a word in it."""


@dataclass(frozen=True)
class Admitted:
    """What the reporter is told: the only way back in, and what the report counts as."""

    receipt: Receipt
    case: OpenCase
    kind: str
    state: str
    #: The unit that holds it.
    unit: str


@dataclass(frozen=True)
class _Found:
    """What the rules make of a report: where it goes, what it may be a sign of, how it begins."""

    route: Route
    signs: Signs
    events: tuple[Past, ...]
    course: Course


def new_case() -> OpenCase:
    """Draw the identifier and the key of a case that is being written."""
    return OpenCase(uuid4(), new_secret_key())


def admit(  # noqa: PLR0913, PLR0917  (an act and where it happens)
    work: Work,
    rules: Rules,
    promise_key: Signer,
    case: OpenCase,
    submission: Submission,
    today: date,
) -> Admitted:
    """File a report in the transaction of `work`.

    `case` is what its files were sealed under while they came in. Raises Empty, NoCustodians,
    UnitNotOpen, BlobMissing, and UnknownRule or NotInForce for a code that is not in the rules.
    """
    told = _cleaned(submission)
    if not told.narrative:
        raise Empty
    rules.categories.on(told.category, today)
    rules.channels.on(told.channel, today)
    found = _considered(rules, told, today)
    told, shown = covering.covered(told, found.signs)
    found = replace(found, signs=shown)
    receipt = Receipt.draw()
    with work.session.no_autoflush:  # nothing that is asked for depends on what is added
        _file(work, rules, promise_key, case, told, receipt, today, found)
    return Admitted(receipt, case, found.course.kind, found.course.state, found.route.holder)


def _considered(rules: Rules, told: Submission, today: date) -> _Found:
    """Apply the rules to a report while its facts are open."""
    intent = rules.intents.on(told.intent, today)
    # Signed before an official, or a signed letter: nothing is left to wait for (TC 23).
    signed = told.entry is not None and told.entry.signed and told.identity is not None
    kind, state = course.first_state(rules, intent.kind, today, signed=signed)
    found = signs.find(rules, f"{told.narrative}\n{told.facts.money}", today)
    matter = matter_of(
        kind,
        told.category,
        told.channel,
        told.ward,
        told.facts,
        amount=found.amount,
        suspected=found.suspected,
    )
    route = routing.route(rules, matter, today)
    terms = {
        "kind": kind,
        "category": told.category,
        "channel": told.channel,
        "unit": route.holder,
        "state": state,
    }
    late = (
        {"received_on": _arrived(told, today).isoformat()} if _arrived(told, today) < today else {}
    )
    events = [Past(course.FILED, today, terms | late)]
    if kind == protection.KIND:  # the request itself is the second step of the case
        events.append(Past("protection.requested", today, late))
    elif told.facts.fear in URGENT or found.suspected or route.forward:
        # Which of the reasons it is stands nowhere in the open.
        events.append(Past("urgent.found", today))
    stands = course.replay(rules, told.channel, events)
    return _Found(route, found, tuple(events), stands)


def _arrived(told: Submission, today: date) -> date:
    """Return the day from which the terms of the law run."""
    return today if told.entry is None else told.entry.received_on or today


def _file(  # noqa: PLR0913, PLR0917
    work: Work,
    rules: Rules,
    promise_key: Signer,
    case: OpenCase,
    told: Submission,
    receipt: Receipt,
    today: date,
    found: _Found,
) -> None:
    wrap = case.context(Purpose.CASE_KEY_FOR_RECEIPT)
    publickeys.of_unit(work, found.route.holder, AUDITORS)
    escrow = publickeys.of_escrow(work)
    clocks = casebook.clock_rows(rules, found.course, {})
    work.insert(
        Case,
        {
            "id": case.id,
            "channel": told.channel,
            "ward": told.ward,
            "arrived_on": _arrived(told, today),
            "assigned_to": None,
            "lookup_id": receipt.lookup_id,
            "receipt_wrap": item.seal(receipt.wrapping_key, wrap, case.key),
            "escrow_wrap": box.seal(escrow, case.context(Purpose.CASE_KEY_FOR_ESCROW), case.key),
            **casebook.case_columns(found.course, clocks),
        },
    )
    casekeys.wrap_to_unit(work, case, found.route.holder)
    casebook.begin(work, case.id, clocks)
    _inform(work, case, found.route)
    _add_texts(work, case, told, found, today)
    casefile.add_files(work, case, told.files, today)
    if told.identity is not None:
        identity.keep(work, case.id, told.identity, promise_key, today)
    how = _how_taken_in(told.entry)
    steps = (
        Step(each.step, each.terms, how if each.step == course.FILED else None)
        for each in found.events
    )
    casefile.add_events(work, case, steps, today, promise_key, position=1)


def _how_taken_in(entry: Entry | None) -> dict[str, Any]:
    """Return what is sealed with the filing of who typed it, and how it came."""
    if entry is None:
        return {"entered_by": None}
    named = ("late_because", "sender", "reference", "minutes", "signed")
    told = {key: value for key, value in asdict(entry).items() if key in named}
    return {"entered_by": entry.by.hex, "entered_at": entry.unit, **told}


def _inform(work: Work, case: OpenCase, route: Route) -> None:
    if route.informed:
        rows = ({"case_id": case.id, "unit_code": each} for each in route.informed)
        work.insert(CaseInformed, *rows)


def matter_of(  # noqa: PLR0913
    kind: str,
    category: str,
    channel: str,
    ward: str | None,
    facts: Facts,
    *,
    amount: int | None = None,
    suspected: bool = False,
) -> Matter:
    """Return what routing and its guards look at."""
    return Matter(
        kind=kind,
        category=category,
        channel=channel,
        ward=ward or "",
        subject=facts.subject,
        unit=facts.unit,
        organisation=facts.organisation,
        position=facts.position,
        amount=amount,
        suspected=suspected,
    )


def _cleaned(told: Submission) -> Submission:
    """Take every text through the border of triage/text.py."""
    facts = replace(
        told.facts,
        organisation=one_line(told.facts.organisation),
        accused=plain(told.facts.accused),
        when=one_line(told.facts.when),
        money=one_line(told.facts.money),
        land=one_line(told.facts.land),
        known_note=plain(told.facts.known_note),
        fear_note=plain(told.facts.fear_note),
    )
    entry = told.entry and replace(
        told.entry,
        late_because=plain(told.entry.late_because),
        sender=one_line(told.entry.sender),
        reference=one_line(told.entry.reference),
    )
    return replace(
        told,
        narrative=plain(told.narrative),
        facts=facts,
        identity=cleaned_identity(told.identity),
        entry=entry,
    )


def cleaned_identity(who: Identity | None) -> Identity | None:
    """Return the identity in plain text; None for one without a name, which is anonymous."""
    if who is None or who.disclosure is Disclosure.ANONYMOUS or not one_line(who.name):
        return None
    return replace(
        who, name=one_line(who.name), address=one_line(who.address), contact=one_line(who.contact)
    )


def _add_texts(work: Work, case: OpenCase, told: Submission, found: _Found, today: date) -> None:
    facts = asdict(told.facts) | {
        "intent": told.intent,
        "language": told.language,
        "recording_agreed": told.entry and told.entry.recording_agreed,
    }
    casefile.add_items(
        work,
        case,
        today,
        (Purpose.CASE_FACTS, facts),
        (Purpose.CASE_NARRATIVE, {"text": told.narrative}),
        (Purpose.CASE_ROUTE, found.route.to_json()),
        (Purpose.CASE_SIGNS, found.signs.to_json()),
        (Purpose.CASE_FINGERPRINT, {"text": likeness.fingerprint(told.narrative)}),
    )
