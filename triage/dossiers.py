"""What a liaison may read: the dossiers handed to their circle, and nothing else of their cases."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import select

from records.case import Case, CaseEvent
from records.dossier import Dossier, DossierFile, Part
from records.work import Store, Work, reading
from rules.book import Rules
from rules.lifecycle import Step, Track, Who
from triage import (
    access,
    caseacts,
    casebook,
    clock_views,
    colleagues,
    dossierkeys,
    lifecycle,
    receipts,
    timeline,
    tracker,
)
from triage.access import Insider, NoSuchCase
from triage.caseacts import Offer
from triage.clock_views import ClockView
from triage.course import Course, advance, track_of
from triage.dossierkeys import ASKED_ANEW, KINDS, Handed
from triage.lifecycle import NotAllowed
from triage.protection import Risk
from triage.publickeys import INVESTIGATORS, PROSECUTORS, PROTECTORS
from triage.submission import StoredFile
from triage.terms import rule_of
from triage.timeline import Event, Told
from triage.viewing import Found
from vault.context import Purpose
from vault.errors import VaultError

#: The clock, when a term of the police has ended.
REMINDED = "police.reminded"
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
class Text:
    """What a dossier says; the last four of a request for protection, with ids of rules/."""

    petition: str
    summary: str
    asked: str
    forms: tuple[str, ...]
    goods: tuple[str, ...]
    risk: Risk | None


@dataclass(frozen=True)
class Blocked:
    """A step of a liaison that cannot be taken now, and why."""

    step: Step
    why: NotAllowed


@dataclass(frozen=True)
class DossierPage:
    """A dossier, opened: all that its circles may know of the case.

    `receipt`: its number at the police. `position`: its newest event, for an act. `steps`: those
    that may be taken now; `blocked`: those that will or could have been, and why not now.
    `is_current`: no later one has taken its place. `reminded_on`: when a term last ended without a
    result. `damaged`: what cannot be opened.
    """

    dossier: Handed
    cover: Cover | None
    text: Text | None
    receipt: str
    state: str
    documents: tuple[StoredFile, ...]
    evidence: tuple[StoredFile, ...]
    events: tuple[Event, ...]
    clocks: tuple[ClockView, ...]
    steps: tuple[Offer, ...]
    blocked: tuple[Blocked, ...]
    position: int
    is_current: bool
    reminded_on: date | None
    damaged: frozenset[Purpose]

    @property
    def onward(self) -> tuple[Offer, ...]:
        """The steps that lead on or meet a term; if there are none, all that may be taken."""
        found = (
            each for each in self.steps if each.due_on or each.step.to not in {None, self.state}
        )
        return tuple(found) or self.steps

    @property
    def beside(self) -> tuple[Offer, ...]:
        """The others that may be taken."""
        return tuple(each for each in self.steps if each not in self.onward)


@dataclass(frozen=True)
class Stand:
    """Where a dossier stands, by the events of its case, whose terms stand in the open.

    One that was replaced stands where it did then: its circles may not know of the later one.
    """

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

    def blocked(
        self, rules: Rules, dossier: Handed, who: frozenset[Who], today: date
    ) -> Iterator[Blocked]:
        """Yield the other steps of a liaison, each with why it cannot be taken now."""
        if not self.is_current:
            return
        for step in rules.steps.all_on(today):
            if is_of(step, dossier) and who & set(step.who):
                against = lifecycle.obstacle(rules, self.course, step, who, today)
                if against is not None:
                    yield Blocked(step, against)

    def reminded_on(self, rules: Rules, dossier: Handed) -> date | None:
        """Return when a term of a dossier without a result last ended (TTLT 03 7(3))."""
        state = rules.states.by_id[self.course.states[dossier.track]][-1]
        if dossier.track is not Track.POLICE or not self.is_current or state.final:
            return None
        last = self.course.taken.get(REMINDED)
        return last if last is not None and last >= dossier.handed_on else None


def is_of(step: Step, dossier: Handed) -> bool:
    """Tell whether a step is one that liaisons take: on the dossier's track, telling nobody.

    Messages to the reporter are sealed under the key of the case, and the unit writes them.
    """
    return step.track is dossier.track and not step.tells and step.id not in tracker.NOT_BY_ITSELF


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
            *(CaseEvent.position, CaseEvent.kind, CaseEvent.happened_on, CaseEvent.terms),
            CaseEvent.dossier_id,
        )
        .where(CaseEvent.case_id == dossier.case_id)
        .order_by(CaseEvent.position)
    )
    for row in rows:
        if number >= dossier.number and _replaces(row.kind, dossier):
            mine -= {each.key for each in course.open_clocks}  # they run on for the later one
            break
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


def _replaces(kind: str, dossier: Handed) -> bool:
    """Tell whether a step that follows on a dossier's hand-over puts another in its place."""
    if kind in KINDS:
        return KINDS[kind] is dossier.kind
    return kind == ASKED_ANEW and dossier.track is Track.PROTECTION


def _page(
    work: Work, rules: Rules, dossier: Handed, here: frozenset[Who], today: date
) -> DossierPage:
    damaged = set[Purpose]()
    row = work.session.get_one(Dossier, dossier.id)
    face, text = cover(dossier, row.cover), _text(dossier, row.text)
    if face is None:
        damaged.add(Purpose.CASE_FACTS)
    if text is None:
        damaged.add(Purpose.CASE_NARRATIVE)
    found = stand(work, rules, dossier)
    files = _files(work, dossier, damaged)
    clocks = clock_views.of(rules, found.course, today)
    return DossierPage(
        dossier,
        face,
        text,
        receipts.numbers(work, {dossier.id: dossier}).get(dossier.id, ""),
        found.course.states[dossier.track],
        tuple(file for part, file in files if part is Part.DOCUMENT),
        tuple(file for part, file in files if part is Part.EVIDENCE),
        _events(work, rules, dossier, damaged),
        tuple(each for each in clocks if (each.rule.id, each.run) in found.clocks),
        tuple(found.offers(rules, dossier, here, today)),
        tuple(found.blocked(rules, dossier, here, today)),
        found.position,
        found.is_current,
        found.reminded_on(rules, dossier),
        frozenset(damaged),
    )


def _unsealed(
    dossier: Handed, purpose: Purpose, item: UUID, sealed: bytes
) -> dict[str, Any] | None:
    with suppress(VaultError, json.JSONDecodeError):
        return dossier.sealed.unseal(purpose, item, sealed)
    return None


def cover(dossier: Handed, sealed: bytes) -> Cover | None:
    """Return what stands on a dossier, None if that cannot be opened."""
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
        _risk(told.get("risk")),
    )


def _risk(told: dict[str, Any] | None) -> Risk | None:
    return None if told is None else Risk.told(told, date.fromisoformat(told["on"]))


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
