"""What a liaison may read: the dossiers handed to their circle, and nothing else of their cases."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ScalarSelect,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from records.case import Case, CaseEvent
from records.clock import CaseClock
from records.dossier import Dossier, DossierFile, DossierKind, Part
from records.work import Store, Work, reading
from rules.book import Rules
from rules.lifecycle import Step, Track, Who
from triage import access, caseacts, casebook, casepage, colleagues, dossierkeys, timeline, tracker
from triage.access import Insider, NoSuchCase
from triage.caseacts import Offer
from triage.casepage import ClockView
from triage.course import Course, advance, track_of
from triage.dossierkeys import KINDS, TRACKS, Handed
from triage.publickeys import INVESTIGATORS, PROSECUTORS, PROTECTORS
from triage.queue_sql import Mark
from triage.remaining import Left, left
from triage.submission import StoredFile
from triage.terms import rule_of
from triage.timeline import Event, Told
from triage.titles import Title, Unreadable
from triage.viewing import Found
from vault.context import Purpose
from vault.errors import VaultError

#: Dossiers of a page.
LENGTH = 25
#: What the holder of a dossier is towards its case, by the circle that they belong to.
WHO: Mapping[str, Who] = MappingProxyType(
    {
        INVESTIGATORS: Who.POLICE,
        PROSECUTORS: Who.PROCURACY,
        PROTECTORS: Who.PROTECTION_OFFICER,
    }
)


@dataclass(frozen=True)
class Cover:
    """What stands on a dossier: articles, grounds and template are ids of rules/."""

    title: str
    addressee: str
    #: The unit that hands over.
    unit: str
    crimes: tuple[str, ...]
    ground: tuple[str, ...]
    template: str
    decision_number: str
    decided_on: date | None


@dataclass(frozen=True)
class Row:
    """A dossier in the list. `due_on`: the first last day of its clocks that run."""

    id: UUID
    title: Title
    kind: DossierKind
    #: The state of the police track, or of the protection.
    state: str
    handed_on: date
    due_on: date | None
    left: Left | None


@dataclass(frozen=True)
class Listing:
    """A page of dossiers, the earliest last day first; `next`: where the following page begins."""

    rows: tuple[Row, ...]
    next: Mark | None


@dataclass(frozen=True)
class Text:
    """What a dossier says; the last three of a request for protection: ids of rules/."""

    petition: str
    summary: str
    asked: str
    forms: tuple[str, ...]
    goods: tuple[str, ...]


@dataclass(frozen=True)
class DossierPage:
    """A dossier, opened: all that its circles may know of the case.

    `position`: its newest event, for an act. `steps`: those that may be taken now. `is_current`:
    no later one has taken its place. `damaged`: what cannot be opened.
    """

    dossier: Handed
    cover: Cover | None
    text: Text | None
    state: str
    documents: tuple[StoredFile, ...]
    evidence: tuple[StoredFile, ...]
    events: tuple[Event, ...]
    clocks: tuple[ClockView, ...]
    steps: tuple[Offer, ...]
    position: int
    is_current: bool
    damaged: frozenset[Purpose]


@dataclass(frozen=True)
class Stand:
    """Where a dossier stands, by the events of its case, whose terms stand in the open."""

    course: Course
    #: The clocks that are its own: by the deadline, and which run of it.
    clocks: frozenset[tuple[str, int]]
    is_current: bool
    position: int

    def offers(
        self, rules: Rules, dossier: Handed, who: frozenset[Who], today: date
    ) -> list[Offer]:
        """Return the steps that a liaison may take now, what is due first before the others."""
        if not self.is_current:
            return []
        offered = caseacts.offers(rules, self.course, who, today)
        found = [each for each in (*offered.onward, *offered.beside) if is_of(each.step, dossier)]
        return sorted(found, key=lambda each: each.due_on or date.max)


def is_of(step: Step, dossier: Handed) -> bool:
    """Tell whether a step is one that liaisons take: on the dossier's track, telling nobody.

    Messages to the reporter are sealed under the key of the case, and the unit writes them.
    """
    return step.track is dossier.track and not step.tells and step.id not in tracker.NOT_BY_ITSELF


def listed(
    store: Store, rules: Rules, person: Insider, today: date, after: Mark | None = None
) -> Listing:
    """Return a page of the dossiers that a liaison may open."""
    with reading(store) as work:
        due = _due(rules).label("due_on")
        state = case(
            (Dossier.kind == DossierKind.CRIME, Case.police_state), else_=Case.protection_state
        )
        asked = (
            select(Dossier.id, Dossier.kind, Dossier.cover, Dossier.handed_on, due, state)
            .join(Case, Case.id == Dossier.case_id)
            .where(dossierkeys.visible_to(person))
            .order_by(func.coalesce(due, date.max), Dossier.handed_on, Dossier.id)
            .limit(LENGTH + 1)
        )
        if after is not None:
            asked = asked.where(
                tuple_(func.coalesce(_due(rules), date.max), Dossier.handed_on, Dossier.id)
                > tuple_(
                    literal(after.due_on or date.max), literal(after.arrived_on), literal(after.id)
                )
            )
        rows = work.session.execute(asked).all()
        opened = dossierkeys.open_all(work, person, [row.id for row in rows[:LENGTH]])
        shown = tuple(_row(rules, opened.get(row.id), row, today) for row in rows[:LENGTH])
    more = len(rows) > LENGTH
    return Listing(
        shown, Mark(shown[-1].due_on, shown[-1].handed_on, shown[-1].id) if more else None
    )


def _row(rules: Rules, dossier: Handed | None, row: Any, today: date) -> Row:  # noqa: ANN401
    title = Title(unreadable=Unreadable.NO_KEY)
    if dossier is not None:
        cover = _cover(dossier, row.cover)
        title = Title(cover.title) if cover else Title(unreadable=Unreadable.DAMAGED)
    until = left(rules, row.due_on, today) if row.due_on else None
    kind = DossierKind(row.kind)
    return Row(row.id, title, kind, row[-1], row.handed_on, row.due_on, until)


def _due(rules: Rules) -> ScalarSelect[Any]:
    """Return the first last day of the clocks of a dossier that run; none for an earlier one."""
    later = aliased(Dossier)
    replaced = exists().where(
        later.case_id == Dossier.case_id,
        later.kind == Dossier.kind,
        later.number > Dossier.number,
    )
    own = or_(
        *(
            and_(Dossier.kind == kind, CaseClock.rule.in_(_rules_of(rules, track)))
            for kind, track in TRACKS.items()
        )
    )
    return (
        select(func.min(CaseClock.due_on))
        .where(
            CaseClock.case_id == Dossier.case_id,
            CaseClock.met_on.is_(None),
            CaseClock.void_on.is_(None),
            own,
            ~replaced,
        )
        .correlate(Dossier)
        .scalar_subquery()
    )


def _rules_of(rules: Rules, track: Track) -> list[str]:
    return sorted({row.id for row in rules.deadlines if track_of(rules, row.start) is track})


def opened(
    store: Store, rules: Rules, person: Insider, dossier_id: UUID, today: date
) -> DossierPage:
    """Return a dossier as a liaison may read it. Raises NoSuchCase.

    What is damaged is left out and named. Whoever shows it logs the reading first.
    """
    with reading(store) as work:
        return opened_in(work, rules, person, dossier_id, today)


def opened_in(
    work: Work, rules: Rules, person: Insider, dossier_id: UUID, today: date
) -> DossierPage:
    """Do the same in a transaction that has begun."""
    dossier = dossierkeys.open_one(work, person, dossier_id)
    return _page(work, rules, dossier, who(person, dossier), today)


def of_case(
    store: Store, rules: Rules, person: Insider, case_id: UUID, today: date
) -> tuple[DossierPage, ...]:
    """Return the dossiers of a case as somebody who reads that case finds them. Raises NoSuchCase.

    They take their steps on the page of the case: none are offered here.
    """
    with reading(store) as work:
        case_ = access.open_case(work, person, case_id)
        return tuple(
            _page(work, rules, each, frozenset(), today)
            for each in dossierkeys.of_case(work, case_)
        )


def who(person: Insider, dossier: Handed) -> frozenset[Who]:
    """Return what a liaison is towards a dossier."""
    return frozenset(WHO[each] for each in person.circles & set(dossier.circles))


def stand(work: Work, rules: Rules, dossier: Handed) -> Stand:
    """Return where a dossier stands."""
    channel = select(Case.channel).where(Case.id == dossier.case_id)
    course = Course(channel=work.session.execute(channel).scalar_one())
    mine, number, position = set[tuple[str, int]](), 0, 0
    rows = work.session.execute(
        select(
            CaseEvent.position,
            CaseEvent.kind,
            CaseEvent.happened_on,
            CaseEvent.terms,
            CaseEvent.dossier_id,
        )
        .where(CaseEvent.case_id == dossier.case_id)
        .order_by(CaseEvent.position)
    )
    for row in rows:
        before = {each.key for each in course.clocks}
        course = advance(rules, course, casebook.past_of(row.kind, row.happened_on, row.terms))
        handed = False
        if row.kind in KINDS:
            number += 1
            handed = number == dossier.number
        if handed:  # what ran on its track before is for its circle to meet
            mine |= {
                each.key
                for each in course.open_clocks
                if track_of(rules, rule_of(rules, each.clock).start) is dossier.track
            }
        if handed or row.dossier_id == dossier.id:
            mine |= {each.key for each in course.clocks} - before
            position = row.position
    current = dossierkeys.current(work, dossier.case_id, dossier.track)
    return Stand(course, frozenset(mine), current == dossier.id, position)


def _page(
    work: Work, rules: Rules, dossier: Handed, here: frozenset[Who], today: date
) -> DossierPage:
    damaged = set[Purpose]()
    row = work.session.get_one(Dossier, dossier.id)
    cover, text = _cover(dossier, row.cover), _text(dossier, row.text)
    if cover is None:
        damaged.add(Purpose.CASE_FACTS)
    if text is None:
        damaged.add(Purpose.CASE_NARRATIVE)
    found = stand(work, rules, dossier)
    files = _files(work, dossier, damaged)
    clocks = casepage.clocks(rules, found.course, today)
    return DossierPage(
        dossier,
        cover,
        text,
        found.course.states[dossier.track],
        tuple(file for part, file in files if part is Part.DOCUMENT),
        tuple(file for part, file in files if part is Part.EVIDENCE),
        _events(work, rules, dossier, damaged),
        tuple(each for each in clocks if (each.rule.id, each.run) in found.clocks),
        tuple(found.offers(rules, dossier, here, today)),
        found.position,
        found.is_current,
        frozenset(damaged),
    )


def _unsealed(
    dossier: Handed, purpose: Purpose, item: UUID, sealed: bytes
) -> dict[str, Any] | None:
    with suppress(VaultError, json.JSONDecodeError):
        return dossier.sealed.unseal(purpose, item, sealed)
    return None


def _cover(dossier: Handed, sealed: bytes) -> Cover | None:
    told = _unsealed(dossier, Purpose.CASE_FACTS, dossier.id, sealed)
    if told is None:
        return None
    day = told.get("decided_on")
    return Cover(
        told["title"],
        told["addressee"],
        told["unit"],
        tuple(told.get("crimes", ())),
        tuple(told.get("ground", ())),
        told.get("template", ""),
        told.get("decision_number", ""),
        date.fromisoformat(day) if day else None,
    )


def _text(dossier: Handed, sealed: bytes) -> Text | None:
    told = _unsealed(dossier, Purpose.CASE_NARRATIVE, dossier.id, sealed)
    if told is None:
        return None
    return Text(
        told.get("petition", ""),
        told["summary"],
        told.get("asked", ""),
        tuple(told.get("forms", ())),
        tuple(told.get("goods", ())),
    )


def _files(work: Work, dossier: Handed, damaged: set[Purpose]) -> list[tuple[Part, StoredFile]]:
    rows = work.session.execute(
        select(DossierFile.id, DossierFile.part, DossierFile.card).where(
            DossierFile.dossier_id == dossier.id
        )
    )
    found = []
    for row in rows:
        card = _unsealed(dossier, Purpose.CASE_FILE_CARD, row.id, row.card)
        if card is None:
            damaged.add(Purpose.CASE_FILE_CARD)
        else:
            found.append((Part(row.part), StoredFile.from_json(card)))
    return sorted(found, key=lambda each: (each[1].name, each[1].id))


def _events(work: Work, rules: Rules, dossier: Handed, damaged: set[Purpose]) -> tuple[Event, ...]:
    """Return the steps that were done to the dossier, the latest first."""
    rows = work.session.scalars(
        select(CaseEvent)
        .where(CaseEvent.dossier_id == dossier.id)
        .order_by(CaseEvent.position.desc())
    )
    told = []
    for row in rows:
        detail = _unsealed(dossier, Purpose.CASE_EVENT, row.id, row.detail or b"")
        if detail is None:
            damaged.add(Purpose.CASE_EVENT)
        past = casebook.past_of(row.kind, row.happened_on, row.terms)
        told.append(Told(row.position, past.step, past.on, past.terms, detail or {}))
    names = colleagues.names(work, timeline.people(told))
    return tuple(timeline.event(rules, each, names) for each in told)


def author(work: Work, dossier: Handed, event_id: UUID, sealed: bytes | None) -> str:
    """Return the name of who took a step, empty if nobody did or it is damaged."""
    told = _unsealed(dossier, Purpose.CASE_EVENT, event_id, sealed or b"") or {}
    person = UUID(hex=told["by"]) if "by" in told else None
    return "" if person is None else colleagues.names(work, {person}).get(person, "")


def file(store: Store, person: Insider, dossier_id: UUID, file_id: UUID) -> Found:
    """Return a file of a dossier, for viewing.py. Raises NoSuchCase."""
    with reading(store) as work:
        dossier = dossierkeys.open_one(work, person, dossier_id)
        card = work.session.execute(
            select(DossierFile.card).where(
                DossierFile.id == file_id, DossierFile.dossier_id == dossier.id
            )
        ).scalar_one_or_none()
        if card is None:
            raise NoSuchCase
        told = dossier.sealed.unseal(Purpose.CASE_FILE_CARD, file_id, card)
        return Found(dossier.sealed, StoredFile.from_json(told))
