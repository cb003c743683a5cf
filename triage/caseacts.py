"""What staff do to a case: the steps offered, the sheet of one step, and its taking.

Every act says which event of the case was the newest when it was decided on. If the case has moved
on since, nothing is done: whoever acts is shown what happened meanwhile, and decides again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from ledger.note import Signer
from records.case import CaseEvent
from records.staff import Staff
from records.work import Store, Work, reading
from rules.book import Rules
from rules.lifecycle import Step, Track, Who
from rules.rows import Named
from triage import (
    access,
    casefile,
    colleagues,
    deadlines,
    destinations,
    dossierkeys,
    identity_requests,
    lifecycle,
    receipts,
    replies,
    standing,
    stepform,
    tracker,
)
from triage.access import Insider, NoSuchCase
from triage.casefile import OpenCase
from triage.course import Course
from triage.inputs import BadInputs, Entered, Fault
from triage.replies import Reply
from triage.standing import Standing, Tracker
from triage.stepform import Asked, Effect, Option
from triage.titles import Title, titles

#: Steps with a page of their own.
MESSAGE, NOTE, MERGE = "message.sent", "note.added", "case.merged"
RECUSED = "person.recused"
#: Steps that the page of a case offers in places of their own.
_OWN_PLACES = frozenset({MESSAGE, NOTE, identity_requests.REQUESTED})
_OWN_LINKS = _OWN_PLACES | {MERGE, "files.attached"}
_REPORTERS = frozenset({Who.REPORTER})


@dataclass(frozen=True)
class Desk:
    """Whoever acts, and what all acts need."""

    rules: Rules
    promise_key: Signer
    person: Insider
    today: date

    def tracker(self, work: Work) -> Tracker:
        """Return what takes steps in a transaction."""
        return Tracker(work, self.rules, self.promise_key, self.today)


@dataclass(frozen=True)
class Head:
    """What tells a case from others on the page of an act."""

    title: Title
    kind: Named
    state: Named
    unit: Named
    arrived_on: date


@dataclass(frozen=True)
class Since:
    """Something that happened to a case. `by`: a name; empty for the reporter and the clock."""

    step: Step
    on: date
    by: str
    by_reporter: bool


class Moved(Exception):
    """A case has moved on since the act was decided on: what happened, and where it is now."""

    def __init__(self, case_id: UUID, since: tuple[Since, ...], position: int) -> None:
        self.case_id, self.since, self.position = case_id, since, position
        super().__init__(f"{len(since)} events since")


@dataclass(frozen=True)
class Offer:
    """A step that may be taken now. `due_on`: the first last day that it would meet."""

    step: Step
    due_on: date | None


@dataclass(frozen=True)
class Offers:
    """The steps that may be taken now: on the way of the case, and those beside it.

    `apart`: ids of those with a place of their own: messages, notes, files, joining.
    """

    onward: tuple[Offer, ...]
    beside: tuple[Offer, ...]
    apart: frozenset[str]


@dataclass(frozen=True)
class Sheet:
    """The form of one step of one case. `obstacle`: why it cannot be taken now."""

    case_id: UUID
    step: Step
    head: Head
    position: int
    fields: tuple[Asked, ...]
    effects: tuple[Effect, ...]
    replies: tuple[Reply, ...]
    offers: Offers
    obstacle: lifecycle.NotAllowed | None


@dataclass(frozen=True)
class Act:
    """A step that somebody decided on when `position` was the newest event of the case."""

    case_id: UUID
    step: str
    entered: Entered
    position: int


def offers(rules: Rules, course: Course, who: frozenset[Who], today: date) -> Offers:
    """Return the steps that these people may take now, the most pressing first."""
    legal = lifecycle.legal(rules, course, who, today)
    steps = [
        Offer(step, _meets(rules, course, step))
        for step in legal
        if step.id not in (tracker.NOT_BY_ITSELF | _OWN_PLACES) - set(dossierkeys.KINDS)
    ]
    onward = [each for each in steps if _leads_on(course, each)]
    beside = tuple(each for each in steps if not _leads_on(course, each))
    onward.sort(key=lambda each: each.due_on or date.max)
    return Offers(tuple(onward), beside, _OWN_LINKS & {step.id for step in legal})


def _leads_on(course: Course, offer: Offer) -> bool:
    step = offer.step
    moves_on = step.track is Track.CASE and step.to not in {None, course.state}
    return (moves_on or offer.due_on is not None) and not step.moves


def _meets(rules: Rules, course: Course, step: Step) -> date | None:
    days = (
        deadlines.due(rules, each.clock)
        for each in course.open_clocks
        if each.clock.rule in step.meets
    )
    return min((day for day in days if day is not None), default=None)


def sheet(store: Store, desk: Desk, case_id: UUID, step_id: str) -> Sheet:
    """Return the form of a step. Raises NoSuchCase, also for a step that is not this person's."""
    with reading(store) as work:
        case = access.open_case(work, desk.person, case_id)
        acting = desk.tracker(work)
        found = standing.of(acting, case_id, desk.person.id, locked=False)
        return _sheet(acting, desk, case, found, step_id)


def _sheet(acting: Tracker, desk: Desk, case: OpenCase, found: Standing, step_id: str) -> Sheet:
    rules, today = desk.rules, desk.today
    step = next((each for each in rules.steps.all_on(today) if each.id == step_id), None)
    if step is None or step_id in tracker.NOT_BY_ITSELF or not found.who & set(step.who):
        raise NoSuchCase
    units = people = None
    if "unit" in (*step.needs, *step.may):
        units = frozenset(destinations.open_to(acting, case, found))
    if "assignee" in (*step.needs, *step.may):
        people = tuple(_people(acting, desk, case.id, found, step))
    return Sheet(
        case.id,
        step,
        head(acting.work, desk, found),
        casefile.last_position(acting.work, case.id),
        stepform.asked(rules, step, found.course, today, people or (), units),
        stepform.effects(rules, step, found.course, today),
        replies.offered(acting.work, rules, case, found, today) if step.tells else (),
        offers(rules, found.course, found.who, today),
        lifecycle.obstacle(rules, found.course, step, found.who, today),
    )


def head(work: Work, desk: Desk, found: Standing) -> Head:
    """Return what tells a case from others."""
    row, rules = found.row, desk.rules
    return Head(
        titles(work, desk.person, [row.id])[row.id],
        rules.kinds.by_id[row.kind][-1],
        rules.states.by_id[row.state][-1],
        rules.units.by_id[row.unit_code][-1],
        row.arrived_on,
    )


def _people(
    acting: Tracker, desk: Desk, case_id: UUID, found: Standing, step: Step
) -> Iterator[Option]:
    """Yield the colleagues of the unit who may be named, by name; an inspector steps back alone."""
    alone = step.id == RECUSED and not found.who & {Who.HEAD, Who.SUPERIOR}
    unit = found.row.unit_code
    for each in colleagues.of_units(acting.work, [unit]):
        own = each.id == desk.person.id
        if (own or not alone) and standing.may_be_given(acting, case_id, unit, each.id):
            yield Option(each.id.hex, each.name, each.name)


def check(store: Store, desk: Desk, act: Act) -> None:
    """Make sure that an act would be done, and do nothing.

    Raises NoSuchCase, Moved, NotAllowed, BadInputs, clock.Refused.
    """
    with reading(store) as work:
        case = access.open_case(work, desk.person, act.case_id)
        acting = desk.tracker(work)
        found = standing.of(acting, case.id, desk.person.id, locked=False)
        still_there(work, desk, case, act.position)
        _check_told(desk, act)
        tracker.check(acting, found, act.step, act.entered)


def take(work: Work, desk: Desk, act: Act) -> None:
    """Take a step in the transaction of `work`.

    Raises NoSuchCase, Moved, NotAllowed, BadInputs, clock.Refused.
    """
    case = begin(work, desk, act.case_id, act.position)
    _check_told(desk, act)
    receipts.check(work, desk.person, case.id, act.step, act.entered, desk.today)
    tracker.take(desk.tracker(work), case, desk.person.id, act.step, act.entered)


def loses(desk: Desk, act: Act) -> bool:
    """Tell whether whoever takes a step does not see the case any more after it."""
    steps = desk.rules.steps.by_id.get(act.step, ())
    own = act.entered.get("assignee") == desk.person.id.hex
    return bool(steps and steps[-1].moves) or (act.step == RECUSED and own)


def _check_told(desk: Desk, act: Act) -> None:
    """Let no text go to a reporter in which something was still to be filled in."""
    steps = desk.rules.steps.by_id.get(act.step, ())
    if not steps or not steps[-1].tells:
        return
    text = act.entered.get("text", "")
    left = replies.unfilled(desk.rules, text if isinstance(text, str) else "", desk.today)
    if left:
        names = ", ".join(left)
        fault = Fault("text", f"Còn chỗ chưa điền: {names}.", f"Still to be filled in: {names}.")
        raise BadInputs([fault])


def begin(work: Work, desk: Desk, case_id: UUID, position: int) -> OpenCase:
    """Open a case for an act, locked, if nothing has happened to it since. Raises Moved."""
    case = access.open_case(work, desk.person, case_id)
    casefile.lock(work, case)
    # Whoever held the lock before may have sent the case away.
    access.open_case(work, desk.person, case_id)
    still_there(work, desk, case, position)
    return case


def still_there(work: Work, desk: Desk, case: OpenCase, position: int) -> None:
    """Make sure that nothing has happened to a case since an event. Raises Moved."""
    now = casefile.last_position(work, case.id)
    if now != position:
        raise Moved(case.id, tuple(_since(work, desk.rules, case, position)), now)


def _since(work: Work, rules: Rules, case: OpenCase, position: int) -> Iterator[Since]:
    """Yield what happened after an event, in order."""
    rows = work.session.execute(
        select(
            CaseEvent.id,
            CaseEvent.kind,
            CaseEvent.happened_on,
            CaseEvent.detail,
            CaseEvent.dossier_id,
        )
        .where(CaseEvent.case_id == case.id, CaseEvent.position > position)
        .order_by(CaseEvent.position)
    ).all()
    opener = dossierkeys.opener(work, case)
    for row in rows:
        step = rules.steps.on(row.kind, row.happened_on)
        detail = {} if row.detail is None else opener.read(row.id, row.detail, row.dossier_id)
        by = work.session.get(Staff, UUID(hex=detail["by"])) if "by" in detail else None
        yield Since(
            step,
            row.happened_on,
            "" if by is None else by.name,
            by is None and frozenset(step.who) == _REPORTERS,
        )
