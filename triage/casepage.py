"""Everything that somebody at work may read of one case, gathered at once for one page."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, select

from records.case import Case, CaseEvent, CaseInformed, CaseItem
from records.identity import Identity as IdentityRow
from records.staff import Staff
from records.work import Store, Work, reading
from rules.book import Rules
from rules.lifecycle import Track
from rules.organisation import Unit
from triage import (
    access,
    case_files,
    caseacts,
    casebook,
    clock_views,
    highlight,
    money,
    standing,
    timeline,
)
from triage.access import Insider
from triage.case_files import Added, Filed
from triage.caseacts import Offers
from triage.casefile import OpenCase
from triage.clock_views import ClockView
from triage.course import Course, replay
from triage.dossierkeys import Opener
from triage.headings import heading
from triage.highlight import Run
from triage.mailbox import Author, Message
from triage.money import Balance
from triage.remaining import Left, left
from triage.signs import Signs
from triage.submission import Facts
from triage.timeline import Event, Told
from vault.context import Purpose
from vault.errors import VaultError

_JOINED, _MERGED, _NOTE = "case.joined", "case.merged", "note.added"
#: Made once: SQLAlchemy knows them again without looking through them.
_CASE: BindParameter[UUID] = bindparam("case")
_ROW = (
    select(
        Case.unit_code,
        Case.kind,
        Case.category,
        Case.state,
        Case.police_state,
        Case.protection_state,
        Case.channel,
        Case.ward,
        Case.state_since,
        Case.arrived_on,
        Case.urgent,
        Case.due_on,
        Staff.name.label("assigned_to"),
        IdentityRow.given_on.label("identity_on"),
    )
    .outerjoin(Staff, Staff.id == Case.assigned_to)
    .outerjoin(IdentityRow, IdentityRow.case_id == Case.id)
    .where(Case.id == _CASE)
)
_TEXTS = select(CaseItem.id, CaseItem.purpose, CaseItem.added_on, CaseItem.sealed).where(
    CaseItem.case_id == _CASE, CaseItem.purpose != Purpose.CASE_FINGERPRINT
)
_EVENTS = (
    select(
        CaseEvent.id,
        CaseEvent.position,
        CaseEvent.kind,
        CaseEvent.happened_on,
        CaseEvent.terms,
        CaseEvent.detail,
        CaseEvent.dossier_id,
    )
    .where(CaseEvent.case_id == _CASE)
    .order_by(CaseEvent.position)
)
_INFORMED = (
    select(CaseInformed.unit_code)
    .where(CaseInformed.case_id == _CASE)
    .order_by(CaseInformed.unit_code)
)


@dataclass(frozen=True)
class Note:
    """An internal note: never shown to the reporter."""

    text: str
    by: str
    on: date


@dataclass(frozen=True)
class Joined:
    """Another case that this one was joined with; `readable` if this person may open it."""

    case_id: UUID
    #: This case went into the other one; else the other came into this one.
    into: bool
    readable: bool


@dataclass(frozen=True)
class Head:
    """What stands above everything else."""

    title: str
    channel: str
    ward: Unit | None
    state_since: date
    arrived_on: date
    urgent: bool
    assigned_to: str
    due_on: date | None
    left: Left | None
    identity_kept: bool


@dataclass(frozen=True)
class CasePage:
    """One case, opened. `course` is where it stands; codes are ids of rules/."""

    case: OpenCase
    head: Head
    course: Course
    facts: Facts
    #: What else was sealed with the facts: intent, language, recording_agreed.
    told: Mapping[str, Any]
    narrative: tuple[Run, ...]
    money: tuple[Run, ...]
    signs: Signs | None
    route: Mapping[str, Any] | None
    informed: tuple[str, ...]
    files: tuple[Filed, ...]
    messages: tuple[Message, ...]
    notes: tuple[Note, ...]
    events: tuple[Event, ...]
    clocks: tuple[ClockView, ...]
    #: Money and land that were damaged, are to be recovered, were recovered.
    balance: Balance
    joined: tuple[Joined, ...]
    offers: Offers
    #: What holds something that cannot be opened; CASE_NOTE for a note, which is an event.
    damaged: frozenset[Purpose]


def look(store: Store, rules: Rules, person: Insider, case_id: UUID, today: date) -> CasePage:
    """Return the case as this person may read it. Raises NoSuchCase.

    What is damaged is left out and named: the rest of the case must be read all the same.
    """
    with reading(store) as work:
        return _look(work, rules, person, case_id, today)


def _look(work: Work, rules: Rules, person: Insider, case_id: UUID, today: date) -> CasePage:
    case = access.open_case(work, person, case_id)
    connection, of_case = work.session.connection(), {"case": case_id}
    row = connection.execute(_ROW, of_case).one()
    damaged = set[Purpose]()
    texts = _texts(work, case, damaged)
    pasts, steps = _steps(work, case, damaged)
    course = replay(rules, row.channel, pasts) if pasts else _without_events(row)
    names = _names(work, timeline.people(steps))
    filed, unread = case_files.files(work, case, dict(_added(steps, names)))
    if unread:
        damaged.add(Purpose.CASE_FILE_CARD)
    if not pasts:
        damaged.add(Purpose.CASE_EVENT)
    narrative = str(_newest(texts, Purpose.CASE_NARRATIVE, "text"))
    facts = Facts.from_json(told := dict(_last(texts, Purpose.CASE_FACTS) or {}))
    found = _last(texts, Purpose.CASE_SIGNS)
    signs = None if found is None else Signs.from_json(found)
    marked, marked_money = _marked(narrative, facts.money, signs)
    return CasePage(
        case=case,
        head=_head(rules, row, _newest(texts, Purpose.CASE_TITLE, "text") or narrative, today),
        course=course,
        facts=facts,
        told=told,
        narrative=marked,
        money=marked_money,
        signs=signs,
        route=_last(texts, Purpose.CASE_ROUTE),
        informed=tuple(connection.execute(_INFORMED, of_case).scalars()),
        files=filed,
        messages=tuple(_messages(texts)),
        notes=tuple(_notes(steps, names)),
        events=tuple(timeline.event(rules, step, names) for step in reversed(steps)),
        clocks=clock_views.of(rules, course, today),
        balance=money.balance(rules, course.booked),
        joined=_joined(work, person, steps),
        offers=caseacts.offers(
            rules,
            course,
            standing.part_in(work, rules, case_id, course, person.posts, today),
            today,
        )
        if pasts
        else Offers((), (), frozenset()),
        damaged=frozenset(damaged),
    )


def _without_events(row: Any) -> Course:  # noqa: ANN401  (a row of the query above)
    """Return where a case stood last, if the steps that led there are lost."""
    states = {
        Track.CASE: row.state,
        Track.POLICE: row.police_state,
        Track.PROTECTION: row.protection_state,
    }
    return Course(
        row.kind,
        row.category,
        row.channel,
        row.unit_code,
        row.urgent,
        states=states,
        since=row.state_since,
    )


@dataclass(frozen=True)
class _Text:
    """A sealed text of the case, opened."""

    purpose: Purpose
    on: date
    data: Mapping[str, Any]


def _texts(work: Work, case: OpenCase, damaged: set[Purpose]) -> list[_Text]:
    """Return the texts of the case in the order in which they came."""
    opened = []
    for row in work.session.connection().execute(_TEXTS, {"case": case.id}):
        purpose = Purpose(row.purpose)
        data = _opened(case, purpose, row.id, row.sealed)
        if data is None:
            damaged.add(purpose)
        else:
            opened.append(_Text(purpose, row.added_on, data))
    return sorted(opened, key=lambda each: (each.on, each.data.get("number", 0)))


def _opened(
    case: OpenCase, purpose: Purpose, item_id: UUID, sealed: bytes
) -> Mapping[str, Any] | None:
    try:
        return case.unseal(purpose, item_id, sealed)
    except (VaultError, json.JSONDecodeError):
        return None


def _steps(work: Work, case: OpenCase, damaged: set[Purpose]) -> tuple[list[Any], list[Told]]:
    """Return the events of the case, for replaying and for telling."""
    rows = work.session.connection().execute(_EVENTS, {"case": case.id})
    pasts, steps, opener = [], [], Opener(case)
    for row in rows:
        past = casebook.past_of(row.kind, row.happened_on, row.terms)
        detail: Mapping[str, Any] | None = None
        with suppress(VaultError, json.JSONDecodeError):
            detail = opener.read(row.id, row.detail, row.dossier_id) if row.detail else {}
        if detail is None:
            damaged.add(Purpose.CASE_NOTE if past.step == _NOTE else Purpose.CASE_EVENT)
        pasts.append(past)
        steps.append(Told(row.position, past.step, past.on, past.terms, detail or {}))
    return pasts, steps


def _last(texts: Iterable[_Text], purpose: Purpose) -> Mapping[str, Any] | None:
    return next((each.data for each in reversed(list(texts)) if each.purpose is purpose), None)


def _newest(texts: Iterable[_Text], purpose: Purpose, key: str) -> str:
    found = _last(texts, purpose)
    return "" if found is None else str(found[key])


def _head(
    rules: Rules,
    row: Any,  # noqa: ANN401  (a row of the query above)
    named_by: str,
    today: date,
) -> Head:
    return Head(
        title=heading(named_by),
        channel=row.channel,
        ward=next((each for each in rules.units if row.ward and each.code == row.ward), None),
        state_since=row.state_since,
        arrived_on=row.arrived_on,
        urgent=row.urgent,
        assigned_to=row.assigned_to or "",
        due_on=row.due_on,
        left=None if row.due_on is None else left(rules, row.due_on, today),
        identity_kept=row.identity_on is not None,
    )


def _marked(
    narrative: str, money: str, signs: Signs | None
) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Mark the phrases in the text that was searched: the narrative, a new line, the money."""
    spans = [(each.start, each.end) for each in signs.phrases] if signs is not None else []
    behind = len(narrative) + 1
    later = [(start - behind, end - behind) for start, end in spans]
    return highlight.cut(narrative, spans), highlight.cut(money, later)


def _messages(texts: Iterable[_Text]) -> Iterator[Message]:
    for each in texts:
        if each.purpose is Purpose.CASE_MESSAGE:
            yield Message(Author(each.data["author"]), str(each.data["text"]), each.on)


def _notes(steps: Iterable[Told], names: Mapping[UUID, str]) -> Iterator[Note]:
    for step in steps:
        if step.kind == _NOTE and step.detail:
            by = names.get(UUID(hex=str(step.detail["by"])), "")
            yield Note(str(step.detail["text"]), by, step.on)


def _added(steps: Iterable[Told], names: Mapping[UUID, str]) -> Iterator[tuple[UUID, Added]]:
    """Yield the files that staff added, by their identifiers."""
    for step in steps:
        for file in step.detail.get("files", ()):
            by = names.get(UUID(hex=str(step.detail["by"])), "")
            yield UUID(hex=file), Added(by, str(step.detail["text"]))


def _names(work: Work, people: set[UUID]) -> dict[UUID, str]:
    if not people:
        return {}
    rows = work.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(people)))
    return {row.id: row.name for row in rows}


def _joined(work: Work, person: Insider, steps: Iterable[Told]) -> tuple[Joined, ...]:
    found = {
        UUID(hex=str(step.detail["into"])): step.kind == _MERGED
        for step in steps
        if step.kind in {_JOINED, _MERGED} and step.detail.get("into")
    }
    if not found:
        return ()
    readable = access.open_cases(work, person, found)
    return tuple(Joined(each, into, each in readable) for each, into in found.items())
