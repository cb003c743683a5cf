"""What a receipt code opens: look, write, add files, disclose, withdraw, call alarm."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import select

from ledger.entry import Opening
from ledger.note import Signer
from records.case import Case, CaseEvent, CaseFile, CaseItem
from records.identity import Identity as IdentityRow
from records.work import Store, Work, reading
from rules.book import Rules
from rules.lifecycle import FIRST
from rules.lifecycle import Step as StepRow
from triage import (
    admission,
    casebook,
    casefile,
    identity,
    identity_requests,
    logbook,
    promised,
    protection,
    sequencer,
)
from triage.casefile import OpenCase
from triage.course import Past, advance, outcome_of
from triage.covering_later import cover_case
from triage.deadlines import Due
from triage.submission import Identity, Origin, StoredFile
from triage.text import LONGEST, plain
from vault import item
from vault.context import Purpose
from vault.errors import MistypedReceipt, VaultError
from vault.keys import SecretKey, new_secret_key
from vault.receipt import Receipt, canonical

#: So that one case cannot grow without end through its mailbox.
MOST_STEPS = 500
MOST_FILES = 100
IDENTITY_GIVEN = "identity.given"
_BY_REPORTERS = (
    "message.received",
    "files.added",
    IDENTITY_GIVEN,
    "withdrawal.asked",
    protection.ALARM,
    *protection.NAMING,
)
__all__ = [
    "IDENTITY_GIVEN",
    "LONGEST",
    "Author",
    "Mailbox",
    "MailboxFull",
    "Message",
    "Mistyped",
    "Step",
]


#: A text that cannot be a code: length, character or check, see `reason`.
Mistyped = MistypedReceipt


class Author(StrEnum):
    """Who wrote a message."""

    REPORTER = "reporter"
    STAFF = "staff"


class MailboxFull(Exception):
    """The case holds as many messages or files of its reporter as one case may."""


@dataclass(frozen=True)
class Message:
    """A message, its author and day."""

    author: Author
    text: str
    on: date


@dataclass(frozen=True)
class Told:
    """What the reporter is told, in both languages."""

    vi: str
    en: str


@dataclass(frozen=True)
class Step:
    """A step in the life of the case that the reporter is told of: kind, day, words.

    `means`: what its outcome means for them, where it has one.
    """

    kind: str
    on: date
    vi: str
    en: str
    means: Told | None = None


@dataclass(frozen=True)
class Mailbox:
    """What the reporter sees of their case. `proved`: its filing stands in the public log.

    `files` are the reporter's own, `sent` those that staff added for them.
    """

    kind: str
    state: str
    #: Where the case stands, then the police and the protection, if they have begun.
    told: tuple[Told, ...]
    unit: str
    received_on: date
    steps: tuple[Step, ...]
    due: tuple[Due, ...]
    messages: tuple[Message, ...]
    files: tuple[StoredFile, ...]
    sent: tuple[StoredFile, ...]
    identity_given: bool
    withdrawal_asked: bool
    proved: bool


#: A wrap that no receipt opens: an unknown code costs the same work as a known one.
_DECOY = OpenCase(admission.new_case().id, new_secret_key())
_DECOY_WRAP = item.seal(
    new_secret_key(), _DECOY.context(Purpose.CASE_KEY_FOR_RECEIPT), new_secret_key()
)


def read_code(text: str) -> Receipt:
    """Return the code that somebody typed. Raises Mistyped with the reason."""
    return Receipt.parse(text)


def find(work: Work, receipt: Receipt) -> OpenCase | None:
    """Return the case that a receipt code opens, None if nobody was given that code.

    Does the same for both, so that the time it takes tells nothing.
    """
    found = work.session.execute(
        select(Case.id, Case.lookup_id, Case.receipt_wrap).where(
            Case.lookup_id == receipt.lookup_id
        )
    ).one_or_none()
    known = found is not None and compare_digest(found.lookup_id, receipt.lookup_id)
    case_id = found.id if found is not None and known else _DECOY.id
    wrap = found.receipt_wrap if found is not None and known else _DECOY_WRAP
    context = OpenCase(case_id, _DECOY.key).context(Purpose.CASE_KEY_FOR_RECEIPT)
    try:
        key = item.unseal(receipt.wrapping_key, context, item.Item(wrap))
    except VaultError:
        return None
    return OpenCase(case_id, SecretKey(key))


def same_characters(typed: str, group: str) -> bool:
    """Tell whether somebody typed a group of their code, as leniently as codes are read."""
    return compare_digest(canonical(typed).encode(), group.encode())


def look(store: Store, rules: Rules, case: OpenCase, today: date) -> Mailbox:
    """Return what the reporter sees now; nothing is logged, nothing is marked as read."""
    with reading(store) as work:
        session = work.session
        row = session.execute(select(Case).where(Case.id == case.id)).scalar_one()
        items = session.execute(
            select(CaseItem).where(
                CaseItem.case_id == case.id, CaseItem.purpose == Purpose.CASE_MESSAGE
            )
        ).scalars()
        events = session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.position)
        ).all()
        told = tuple(_now_told(rules, case, events, today))
        numbered = list(_why_asked(told))
        for entry in items:
            opened = case.unseal(Purpose.CASE_MESSAGE, entry.id, entry.sealed)
            said = Message(Author(opened["author"]), opened["text"], entry.added_on)
            numbered.append((opened["number"], said))
        cards = _cards(work, case)
        steps = tuple(_steps(rules, (event for event, _ in told)))
        return Mailbox(
            kind=row.kind,
            state=row.state,
            told=tuple(_told(rules, row)),
            unit=row.unit_code,
            received_on=row.arrived_on,
            steps=steps,
            due=promised.running(work, rules, case.id),
            messages=tuple(said for _, said in sorted(numbered, key=lambda each: each[0])),
            files=_copies(cards, Origin.REPORTER),
            sent=_copies(cards, Origin.SHOWN),
            identity_given=session.get(IdentityRow, case.id) is not None,
            withdrawal_asked=any(step.kind == "withdrawal.asked" for step in steps),
            proved=_proof(work, case) is not None,
        )


def sent_file(store: Store, case: OpenCase, file_id: UUID) -> StoredFile | None:
    """Return a file that staff added for the reporter, None for any other."""
    with reading(store) as work:
        sent = _copies(_cards(work, case), Origin.SHOWN)
        return next((file for file in sent if file.id == file_id), None)


def _cards(work: Work, case: OpenCase) -> list[StoredFile]:
    """Return all files of the case, of whoever they are."""
    rows = work.session.execute(
        select(CaseFile.id, CaseFile.card).where(CaseFile.case_id == case.id)
    )
    return [
        StoredFile.from_json(case.unseal(Purpose.CASE_FILE_CARD, row.id, row.card)) for row in rows
    ]


def _copies(cards: Iterable[StoredFile], origin: Origin) -> tuple[StoredFile, ...]:
    found = (file for file in cards if file.original_of is None and file.origin is origin)
    return tuple(sorted(found, key=lambda file: file.name))


def _now_told(
    rules: Rules, case: OpenCase, events: Iterable[CaseEvent], today: date
) -> Iterator[tuple[CaseEvent, str]]:
    """Yield the events, but for requests for the identity that are not told yet.

    With each request comes what the reporter is told of it: at once, unless an exception was
    recorded, and then when that ends (EU 2019/1937 art. 16(3) as the model).
    """
    told_on = date.min
    for event in events:
        text = ""
        if event.kind == identity_requests.REQUESTED and event.dossier_id is None:
            detail = case.unseal(Purpose.CASE_EVENT, event.id, event.detail or b"")
            text = str(detail["told_text"])
            told_on = identity_requests.told_on(rules, detail, event.happened_on)
        if event.kind not in identity_requests.STEPS or today >= told_on:
            yield event, text


def _why_asked(told: Iterable[tuple[CaseEvent, str]]) -> Iterator[tuple[int, Message]]:
    for event, text in told:
        if text:
            yield event.position, Message(Author.STAFF, text, event.happened_on)


def _steps(rules: Rules, events: Iterable[CaseEvent]) -> Iterator[Step]:
    """Yield the steps that the reporter is told of; internal ones have no words for them."""
    for event in events:
        row = rules.steps.on(event.kind, event.happened_on)
        if row.told_vi is not None and row.told_en is not None:
            means = _meaning(rules, row, event)
            yield Step(event.kind, event.happened_on, row.told_vi, row.told_en, means)


def _meaning(rules: Rules, row: StepRow, event: CaseEvent) -> Told | None:
    """Return what the outcome of a step means, and what may be done against it."""
    past = casebook.past_of(event.kind, event.happened_on, event.terms)
    found = outcome_of(rules, past.step, past.terms)
    if not found:
        return None
    outcome = rules.outcomes.on(found, past.on)
    told = [(outcome.told_vi, outcome.told_en)]
    if not row.conclusive:
        told.append((outcome.remedy_vi, outcome.remedy_en))
    vi, en = zip(*told, strict=True)
    return Told(*(" ".join(f"{each}." for each in words if each) for words in (vi, en)))


def _told(rules: Rules, case: Case) -> Iterator[Told]:
    first = {state for states in FIRST.values() for state in states}
    beside = (case.police_state, case.protection_state)
    for state in (case.state, *(each for each in beside if each not in first)):
        row = rules.states.by_id[state][-1]
        yield Told(row.told_vi, row.told_en)


def write(work: Work, case: OpenCase, text: str, promise_key: Signer, today: date) -> None:
    """Add a message of the reporter. Raises Empty or MailboxFull."""
    said = plain(text)
    if not said:
        raise admission.Empty
    counts = _locked_counts(work, case)
    position = counts.total() + 1  # also the number of the message: later ones have greater ones
    casefile.add_event(work, case, "message.received", today, promise_key, position=position)
    data = {"author": Author.REPORTER, "text": said, "number": position}
    casefile.add_items(work, case, today, (Purpose.CASE_MESSAGE, data))


def add_files(
    work: Work, case: OpenCase, files: tuple[StoredFile, ...], promise_key: Signer, today: date
) -> None:
    """Add files that were taken in for this case. Raises BlobMissing or MailboxFull."""
    _locked_counts(work, case)
    have = [file for file in _cards(work, case) if file.origin is Origin.REPORTER]
    if len(have) + len(files) > MOST_FILES:
        raise MailboxFull
    casefile.add_event(work, case, "files.added", today, promise_key)
    casefile.add_files(work, case, files, today)


def disclose(work: Work, case: OpenCase, who: Identity, promise_key: Signer, today: date) -> None:
    """Give an identity later; its words are covered in what the case holds already.

    Raises Empty if there is no name, NoCustodians, or MailboxFull.
    """
    given = admission.cleaned_identity(who)
    if given is None:
        raise admission.Empty
    _locked_counts(work, case)
    casefile.add_event(work, case, IDENTITY_GIVEN, today, promise_key)
    identity.keep(work, case.id, cover_case(work, case, given), promise_key, today)


def ask_withdrawal(
    work: Work, case: OpenCase, reason: str, promise_key: Signer, today: date
) -> None:
    """Ask to withdraw, once. The case goes on where the law wants it to (156/2026 Art. 1)."""
    if not _locked_counts(work, case)["withdrawal.asked"]:
        detail = {"reason": plain(reason)}
        casefile.add_event(work, case, "withdrawal.asked", today, promise_key, detail=detail)


def raise_alarm(  # noqa: PLR0913, PLR0917
    work: Work,
    rules: Rules,
    case: OpenCase,
    forms: tuple[str, ...],
    text: str,
    promise_key: Signer,
    today: date,
) -> None:
    """Report retaliation or danger: the case becomes urgent. `forms`: ids of rules/protection.

    Whoever may be protected asks for it thereby: in danger it need not be in writing (TC 50).
    Raises Empty if nothing is said at all, or MailboxFull.
    """
    said = plain(text)
    if not said and not forms:
        raise admission.Empty
    # Messages of which there are too many must not keep an alarm out.
    counts = _locked_counts(work, case, of=(protection.ALARM,))
    channel = work.session.execute(select(Case.channel).where(Case.id == case.id)).scalar_one()
    after = casebook.course(work, rules, case.id, channel)
    detail = {"forms": list(forms), "text": said}
    steps = [casefile.Step(protection.ALARM, detail=detail)]
    if protection.may_be_asked(rules, after, today):
        steps.append(casefile.Step(protection.REQUESTED))
    casefile.add_events(work, case, steps, today, promise_key, counts.total() + 1)
    for step in steps:
        after = advance(rules, after, Past(step.kind, today))
    casebook.keep(work, rules, case.id, after)


def proof(store: Store, case: OpenCase, promise_key: Signer) -> str:
    """Return the file that proves the filing: from the log, or the promise until it is there."""
    with reading(store) as work:
        return _proof(work, case) or logbook.promise_file(_opening(work, case), promise_key)


def _proof(work: Work, case: OpenCase) -> str | None:
    return sequencer.proof_file(work.session, _opening(work, case))


def _opening(work: Work, case: OpenCase) -> Opening:
    event = work.session.execute(
        select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.position == 1)
    ).scalar_one()
    context = case.context(Purpose.CASE_OPENING, event.id.bytes)
    # A filing always has its opening: it is made with the case key at hand.
    return Opening.from_bytes(item.unseal(case.key, context, item.Item(event.opening or b"")))


def _locked_counts(work: Work, case: OpenCase, of: tuple[str, ...] = _BY_REPORTERS) -> Counter[str]:
    """Lock the case for this act, and count its steps by kind.

    Raises MailboxFull if there are too many `of` these.
    """
    casefile.lock(work, case)
    kinds = select(CaseEvent.kind).where(CaseEvent.case_id == case.id)
    counts = Counter(work.session.execute(kinds).scalars())
    # What staff and clocks do must not close the mailbox, least of all to an alarm.
    if sum(counts[kind] for kind in of) >= MOST_STEPS:
        raise MailboxFull
    return counts
