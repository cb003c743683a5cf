"""What liaisons do to a dossier: the sheet of one step, and its taking.

They hold the dossier's key, and none of its case: what they write is sealed under it. As with
cases, nothing is done if the dossier has moved on since they decided.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from records.case import CaseEvent
from records.work import Store, Work, reading
from rules.lifecycle import Step
from triage import casebook, casefile, dossierkeys, dossiers, lifecycle, receipts, stepform
from triage.access import NoSuchCase
from triage.caseacts import Desk, Moved, Offer, Since
from triage.dossierkeys import Handed
from triage.dossiers import Cover, Stand
from triage.inputs import Entered
from triage.lifecycle import NotAllowed
from triage.stepform import Asked, Effect


@dataclass(frozen=True)
class DossierAct:
    """A step that a liaison decided on when `position` was the newest event of the dossier."""

    dossier_id: UUID
    step: str
    entered: Entered
    position: int


@dataclass(frozen=True)
class DossierSheet:
    """The form of one step of a dossier. `obstacle`: why it cannot be taken now."""

    dossier: Handed
    cover: Cover | None
    step: Step
    position: int
    fields: tuple[Asked, ...]
    effects: tuple[Effect, ...]
    steps: tuple[Offer, ...]
    obstacle: NotAllowed | None


def sheet(store: Store, desk: Desk, dossier_id: UUID, step_id: str) -> DossierSheet:
    """Return the form of a step. Raises NoSuchCase, also for a step that is not this person's."""
    rules, today = desk.rules, desk.today
    with reading(store) as work:
        page = dossiers.opened_in(work, rules, desk.person, dossier_id, today)
        who = dossiers.who(desk.person, page.dossier)
        step = next((each for each in rules.steps.all_on(today) if each.id == step_id), None)
        if step is None or not dossiers.is_of(step, page.dossier) or not who & set(step.who):
            raise NoSuchCase
        found = dossiers.stand(work, rules, page.dossier)
        return DossierSheet(
            page.dossier,
            page.cover,
            step,
            page.position,
            stepform.asked(rules, step, found.course, today),
            stepform.effects(rules, step, found.course, today),
            page.steps,
            _obstacle(desk, page.dossier, found, step),
        )


def check(store: Store, desk: Desk, act: DossierAct) -> None:
    """Make sure that an act would be done, and do nothing. Raises as `take`."""
    with reading(store) as work:
        dossier = dossierkeys.open_one(work, desk.person, act.dossier_id)
        _taken(work, desk, dossier, act)


def take(work: Work, desk: Desk, act: DossierAct) -> None:
    """Take a step in the transaction of `work`.

    Raises NoSuchCase, Moved, NotAllowed, BadInputs, clock.Refused.
    """
    dossier = dossierkeys.open_one(work, desk.person, act.dossier_id)
    casefile.lock_row(work, dossier.case_id)
    # Whoever held the lock before may have kept it from this person.
    dossier = dossierkeys.open_one(work, desk.person, act.dossier_id)
    taken = _taken(work, desk, dossier, act)
    receipts.check_of_dossier(work, desk.person, dossier, act.entered, desk.today)
    casefile.add_event(
        work,
        dossier.sealed,
        act.step,
        desk.today,
        desk.promise_key,
        terms=taken.past.terms,
        detail={**taken.sealed, "by": desk.person.id.hex},
        position=casefile.last_position(work, dossier.case_id) + 1,
        of=dossier.case_id,
    )
    casebook.keep(work, desk.rules, dossier.case_id, taken.course)


def _taken(work: Work, desk: Desk, dossier: Handed, act: DossierAct) -> lifecycle.Taken:
    """Check an act, and return what it makes of the case."""
    rules, today = desk.rules, desk.today
    found, who = dossiers.stand(work, rules, dossier), dossiers.who(desk.person, dossier)
    if found.position != act.position:
        since = tuple(_since(work, desk, dossier, act.position))
        raise Moved(dossier.id, since, found.position)
    step = next((each for each in rules.steps.all_on(today) if each.id == act.step), None)
    if step is not None:
        against = _obstacle(desk, dossier, found, step)
        if against is not None:
            raise against
    taken = lifecycle.take(rules, found.course, act.step, who, act.entered, today)
    receipts.check_days(rules, dossier, taken.past)
    return taken


def _obstacle(desk: Desk, dossier: Handed, found: Stand, step: Step) -> NotAllowed | None:
    """Return why a liaison cannot take a step now, None if they can."""
    who = dossiers.who(desk.person, dossier)
    legal = [each.step.id for each in found.offers(desk.rules, dossier, who, desk.today)]
    if not dossiers.is_of(step, dossier):
        return NotAllowed(
            "Bước này không thuộc hồ sơ được chuyển.", "This is no step of a dossier.", legal
        )
    if not found.is_current:
        return NotAllowed(
            "Đã có hồ sơ chuyển sau thay cho hồ sơ này.",
            "A later dossier has taken the place of this one.",
        )
    against = lifecycle.obstacle(desk.rules, found.course, step, who, desk.today)
    return None if against is None else NotAllowed(against.vi, against.en, legal)


def _since(work: Work, desk: Desk, dossier: Handed, position: int) -> Iterator[Since]:
    """Yield what was done to a dossier after an event, in order."""
    rows = work.session.execute(
        select(CaseEvent.id, CaseEvent.kind, CaseEvent.happened_on, CaseEvent.detail)
        .where(CaseEvent.dossier_id == dossier.id, CaseEvent.position > position)
        .order_by(CaseEvent.position)
    ).all()
    for row in rows:
        yield Since(
            desk.rules.steps.on(row.kind, row.happened_on),
            row.happened_on,
            dossiers.author(work, dossier, row.id, row.detail),
            by_reporter=False,
        )
