"""What the meeting of inspectorate, police and procuracy looks through (TTLT 03 Art. 11(1)).

Every hand-over of a period, and every older one that was still open when it began: from what stands
in the open alone. No key of a case is needed, no content and no name is read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select

from ledger.entry import Act
from ledger.note import Signer
from records.case import Case, CaseEvent
from records.clock import CaseRecusal
from records.dossier import Dossier, DossierKind
from records.staff import Role
from records.work import Store, Work, reading, writing
from rules.book import Rules
from rules.lifecycle import Track
from rules.procedure import Deadline
from rules.rows import Named
from triage import casebook, deadlines, logbook
from triage.access import Insider
from triage.course import Course, Past, Running, advance, replay
from triage.deadlines import Status
from triage.periods import Span, span
from triage.terms import rule_of

_HANDED, _DECIDED = "police.handed_over", ("police.decided", "police.suspended", "police.returned")
_DISPUTED, _SETTLED = "prosecution.disputed", "dispute.decided"
_RULES = "HS-"
#: The reminder that the meeting is due, and how long after a period it stands on the page.
_MEETING, _REMINDED = "HS-14", timedelta(days=45)
_MONTHS = {6: "m6", 12: "year"}
#: Who looks through the hand-overs of all units; a head through those of their own.
_OF_ALL = frozenset({Role.SUPERVISOR, Role.POLICE_LIAISON, Role.PROCURACY_LIAISON})


@dataclass(frozen=True)
class Lived:
    """A case that was handed over: how it came in, and its events."""

    channel: str
    events: tuple[Past, ...]


@dataclass(frozen=True)
class Timed:
    """A term of a hand-over, and how it stood on the day of the list."""

    rule: Deadline
    due_on: date | None
    status: Status

    @property
    def late(self) -> bool:
        """Whether it was broken, or met too late."""
        return self.status in {Status.OVERDUE, Status.DONE_LATE}


@dataclass(frozen=True)
class HandOver:
    """One line of the list. `outcome`: what stands; `decided_on`: since when."""

    unit: Named
    handed_on: date
    template: Named | None
    state: Named
    outcome: Named | None
    decided_on: date | None
    disputed_on: date | None
    settled_on: date | None
    reminded: int
    terms: tuple[Timed, ...]
    #: Handed over before the period, and open when it began.
    carried_over: bool

    @property
    def late(self) -> bool:
        """Whether a term was broken, or met too late."""
        return any(each.late for each in self.terms)


@dataclass(frozen=True)
class Agenda:
    """The list of one period, as it stood on a day."""

    span: Span
    as_of: date
    lines: tuple[HandOver, ...]

    def count(self, outcome: str) -> int:
        """Count the hand-overs with that outcome."""
        return sum(each.outcome is not None and each.outcome.id == outcome for each in self.lines)


def spans(rules: Rules, today: date) -> tuple[Span, ...]:
    """Return the periods that there is a meeting for, the newest first: those that have begun.

    Two years are offered: nobody prepares an older meeting.
    """
    periods = [
        rules.periods.on(_MONTHS[months], today)
        for months in rules.deadline(_MEETING, on=today).recurs_months
    ]
    years = (today.year + 1, today.year, today.year - 1)
    found = [span(period, year) for year in years for period in periods]
    return tuple(
        sorted(
            (s for s in found if s.first <= today), key=lambda s: (s.last, s.first), reverse=True
        )
    )


def due(rules: Rules, today: date) -> Span | None:
    """Return the period whose meeting is due now: it has ended not long ago (HS-14)."""
    ended = [each for each in spans(rules, today) if each.last < today <= each.last + _REMINDED]
    return ended[0] if ended else None


def agenda(rules: Rules, cases: Iterable[Lived], of: Span, today: date) -> Agenda:
    """Return the list of a period as it stood on its last day, or today where that is to come."""
    as_of = min(of.last, today)
    lines = [line for case in cases for line in _lines(rules, case, of, as_of)]
    lines.sort(key=lambda line: (line.handed_on, line.unit.id))
    return Agenda(of, as_of, tuple(lines))


def _lines(rules: Rules, case: Lived, of: Span, as_of: date) -> Iterator[HandOver]:
    """Yield the hand-overs of one case: after a return there may be another."""
    events = [each for each in case.events if each.on <= as_of]
    starts = [place for place, each in enumerate(events) if each.step == _HANDED]
    for start, end in pairwise([*starts, len(events)]):
        before = replay(rules, case.channel, events[:start])
        line = _line(rules, before, events[start:end], of, as_of)
        if line is not None:
            yield line


def _line(
    rules: Rules, before: Course, events: Sequence[Past], of: Span, as_of: date
) -> HandOver | None:
    """Return the line of one hand-over, None where it had ended before the period began."""
    course, at_the_start = before, None
    days = dict[str, date]()
    for past in events:
        if at_the_start is None and past.on >= of.first:
            at_the_start = course
        course = advance(rules, course, past)
        days[past.step] = course.taken[past.step]
    carried_over = events[0].on < of.first
    open_before = rules.states.by_id[(at_the_start or course).states[Track.POLICE]][-1]
    if carried_over and open_before.final:
        return None
    template = events[0].terms.get("template")
    outcome = course.outcome if any(each in days for each in (*_DECIDED, _SETTLED)) else ""
    earlier = {each.key for each in before.clocks if not each.is_open}
    return HandOver(
        rules.units.by_id[before.unit][-1],
        days[_HANDED],
        None if template is None else rules.templates.by_id[str(template)][-1],
        rules.states.by_id[course.states[Track.POLICE]][-1],
        rules.outcomes.by_id[outcome][-1] if outcome else None,
        max((days[each] for each in (*_DECIDED, _SETTLED) if each in days), default=None),
        days.get(_DISPUTED),
        days.get(_SETTLED),
        sum(past.step == "police.reminded" for past in events),
        tuple(_timed(rules, each, as_of) for each in course.clocks if _is_of(each, earlier)),
        carried_over,
    )


def _is_of(running: Running, earlier: set[tuple[str, int]]) -> bool:
    return running.clock.rule.startswith(_RULES) and running.key not in earlier


def _timed(rules: Rules, running: Running, as_of: date) -> Timed:
    clock = running.clock
    return Timed(
        rule_of(rules, clock), deadlines.due(rules, clock), deadlines.status(rules, clock, as_of)
    )


def look(store: Store, rules: Rules, person: Insider, of: Span, today: date) -> Agenda:
    """Return the list as this person may see it: never a case that they are recused from."""
    with reading(store) as work:
        return agenda(rules, _cases(work, person), of, today)


def export(  # noqa: PLR0913, PLR0917
    store: Store, rules: Rules, promise_key: Signer, person: Insider, of: Span, today: date
) -> Agenda:
    """Return the list for a file that leaves the house, and log that it left."""
    with writing(store) as work:
        found = agenda(rules, _cases(work, person), of, today)
        detail = (
            ("by", person.id.hex),
            ("first", of.first.isoformat()),
            ("last", of.last.isoformat()),
            ("lines", str(len(found.lines))),
        )
        logbook.record(work, Act("meeting.exported", today, "meeting", detail), promise_key)
        return found


def _cases(work: Work, person: Insider) -> list[Lived]:
    """Return the cases that were handed over, of the units that this person looks through.

    A liaison is told of none that went past their circle: it may be against their own office.
    """
    recused = exists().where(CaseRecusal.case_id == Case.id, CaseRecusal.staff_id == person.id)
    handed = exists().where(CaseEvent.case_id == Case.id, CaseEvent.kind == _HANDED)
    theirs = select(Case.id, Case.channel).where(handed, ~recused)
    roles = {post.role for post in person.posts}
    if _OF_ALL & roles:
        if Role.SUPERVISOR not in roles:
            theirs = theirs.where(~_went_past(person))
    else:
        led = sorted(post.unit for post in person.posts if post.role is Role.HEAD)
        theirs = theirs.where(Case.unit_code.in_(led))
    channels = {row.id: row.channel for row in work.session.execute(theirs)}
    events: dict[UUID, list[Past]] = {each: [] for each in channels}
    rows = work.session.execute(
        select(CaseEvent.case_id, CaseEvent.kind, CaseEvent.happened_on, CaseEvent.terms)
        .where(CaseEvent.case_id.in_(list(channels)))
        .order_by(CaseEvent.case_id, CaseEvent.position)
    )
    for row in rows:
        events[row.case_id].append(casebook.past_of(row.kind, row.happened_on, row.terms))
    return [Lived(channels[each], tuple(events[each])) for each in channels]


def _went_past(person: Insider) -> ColumnElement[bool]:
    """Return the condition on `cases` that a dossier for the police was kept from a liaison."""
    theirs = sorted(person.circles)
    return exists().where(
        Dossier.case_id == Case.id,
        Dossier.kind == DossierKind.CRIME,
        *(each.is_(None) | each.not_in(theirs) for each in (Dossier.circle, Dossier.copied_to)),
    )
