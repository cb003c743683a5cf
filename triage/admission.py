"""Takes a report in: one transaction in which all of it is sealed, or nothing of it is kept.

The plaintext is in memory once, here. Citizens' forms, hotline, post, citizen reception, the Front,
the press, self-checks and inspections all come through the same function.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import uuid4

from ledger.note import Signer
from records.case import Case, CaseKey
from records.work import Work
from rules.book import Rules
from triage import casefile, identity, publickeys, routing
from triage.casefile import OpenCase
from triage.publickeys import AUDITORS
from triage.submission import URGENT, Disclosure, Identity, Submission
from triage.text import one_line, plain
from vault import box, item
from vault.context import Purpose
from vault.keys import new_secret_key
from vault.receipt import Receipt

RECEIVED = "received"
#: A web form is no valid denunciation until it is signed or its author comes (TC 22, 23).
AWAITING_SIGNATURE = "awaiting_signature"
#: Reasons for looking at a case at once, whatever else it is about.
_URGENT_KINDS = frozenset({"bao_ve"})


class Empty(Exception):
    """A report without a word in it."""


@dataclass(frozen=True)
class Admitted:
    """What the reporter is told: the only way back in, and what the report counts as."""

    receipt: Receipt
    case: OpenCase
    kind: str
    state: str


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
    kind, state = _kind_of(rules, told, today)
    rules.categories.on(told.category, today)
    rules.channels.on(told.channel, today)
    unit = routing.route(rules, _matter(told, kind), today).holder
    receipt = Receipt.draw()
    with work.session.no_autoflush:  # nothing that is asked for depends on what is added
        _file(work, promise_key, case, told, receipt, today, (kind, state, unit))
    return Admitted(receipt, case, kind, state)


def _file(  # noqa: PLR0913, PLR0917
    work: Work,
    promise_key: Signer,
    case: OpenCase,
    told: Submission,
    receipt: Receipt,
    today: date,
    sorted_as: tuple[str, str, str],
) -> None:
    kind, state, unit = sorted_as
    wrap = case.context(Purpose.CASE_KEY_FOR_RECEIPT)
    publickeys.of_unit(work, unit, AUDITORS)
    escrow = publickeys.of_escrow(work)
    work.insert(
        Case(
            id=case.id,
            unit_code=unit,
            kind=kind,
            category=told.category,
            channel=told.channel,
            ward=told.ward,
            state=state,
            state_since=today,
            urgent=told.facts.fear in URGENT or kind in _URGENT_KINDS,
            arrived_on=today,
            lookup_id=receipt.lookup_id,
            receipt_wrap=item.seal(receipt.wrapping_key, wrap, case.key),
            escrow_wrap=box.seal(escrow, case.context(Purpose.CASE_KEY_FOR_ESCROW), case.key),
        )
    )
    wrap_to_unit(work, case, unit)
    _add_texts(work, case, told, today)
    casefile.add_files(work, case, told.files, today)
    if told.identity is not None:
        identity.keep(work, case.id, told.identity, today)
    casefile.add_event(
        work,
        case,
        "case.filed",
        today,
        promise_key,
        detail={"entered_by": told.entered_by.hex if told.entered_by else None},
        logged=(("channel", told.channel), ("kind", kind)),
        first=True,
    )


def wrap_to_unit(work: Work, case: OpenCase, unit: str) -> None:
    """Seal the case key to a unit's key of today. Raises UnitNotOpen."""
    found = publickeys.of_unit(work, unit)
    scope = (unit.encode(), found.epoch.to_bytes(4))
    context = case.context(Purpose.CASE_KEY_FOR_UNIT, *scope)
    sealed = box.seal(found.key, context, case.key)
    work.insert(CaseKey(case_id=case.id, unit_code=unit, epoch=found.epoch, box=sealed))


def _kind_of(rules: Rules, told: Submission, today: date) -> tuple[str, str]:
    """Return the kind that a report counts as, and the state in which it begins."""
    kind = rules.kinds.on(rules.intents.on(told.intent, today).kind, today)
    if kind.until_signed is not None:
        return kind.until_signed, AWAITING_SIGNATURE
    return kind.id, RECEIVED


def _matter(told: Submission, kind: str) -> routing.Matter:
    return routing.Matter(
        kind=kind,
        category=told.category,
        channel=told.channel,
        ward=told.ward or "",
        subject=told.facts.subject,
        unit=told.facts.unit,
        organisation=told.facts.organisation,
        position=told.facts.position,
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
    return replace(
        told, narrative=plain(told.narrative), facts=facts, identity=cleaned_identity(told.identity)
    )


def cleaned_identity(who: Identity | None) -> Identity | None:
    """Return the identity in plain text; None for one without a name, which is anonymous."""
    if who is None or who.disclosure is Disclosure.ANONYMOUS or not one_line(who.name):
        return None
    return replace(
        who, name=one_line(who.name), address=one_line(who.address), contact=one_line(who.contact)
    )


def _add_texts(work: Work, case: OpenCase, told: Submission, today: date) -> None:
    facts = asdict(told.facts) | {
        "intent": told.intent,
        "language": told.language,
        "recording_agreed": told.recording_agreed,
    }
    casefile.add_items(
        work,
        case,
        today,
        (Purpose.CASE_FACTS, facts),
        (Purpose.CASE_NARRATIVE, {"text": told.narrative}),
    )
