"""Takes the steps of a case: each in one transaction, with its sealed text and its log entry."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from records.case import Case, CaseEvent
from records.work import Work
from rules.book import Rules
from triage import (
    casebook,
    casefile,
    casekeys,
    circle,
    destinations,
    dossierkeys,
    identity_requests,
    inputs,
    lifecycle,
    protection,
    receipts,
    recusal,
    standing,
)
from triage.access import NoSuchCase
from triage.casefile import OpenCase
from triage.casekeys import NobodyLeft
from triage.course import Course
from triage.dossierkeys import Handed
from triage.inputs import BadInputs, Entered, Fault
from triage.lifecycle import NotAllowed
from triage.mailbox import Author
from triage.publickeys import UnitNotOpen
from triage.standing import Standing, Tracker, may_be_given
from vault import item
from vault.context import Purpose
from vault.errors import VaultError


def check(tracker: Tracker, found: Standing, step_id: str, entered: Entered) -> None:
    """Make sure that a step can be taken with these inputs, and take nothing.

    Raises NotAllowed, BadInputs, clock.Refused.
    """
    lifecycle.take(tracker.rules, found.course, step_id, found.who, entered, tracker.today)
    if step_id == identity_requests.REQUESTED:
        identity_requests.check(tracker, found, entered)


def take(
    tracker: Tracker, case: OpenCase, staff_id: UUID, step_id: str, entered: Entered
) -> Course:
    """Take a step, and return where the case stands after it.

    Raises NoSuchCase, NotAllowed, BadInputs, clock.Refused. Whatever else the step does (keys that
    move, a message that goes out) is part of the same transaction.
    """
    if step_id in NOT_BY_ITSELF:
        raise NotAllowed(
            "Bước này chỉ được ghi cùng việc của nó.", "This step is taken only with its act."
        )
    more = {"claim": protection.claim()} if step_id == protection.COMMENDED else {}
    return take_with(tracker, case, staff_id, step_id, entered, more)


def take_with(  # noqa: PLR0913, PLR0917
    tracker: Tracker,
    case: OpenCase,
    staff_id: UUID,
    step_id: str,
    entered: Entered,
    more: dict[str, Any],
) -> Course:
    """Take a step for the act that it belongs to; `more` is sealed with it.

    Raises as `take`.
    """
    work, rules, today = tracker.work, tracker.rules, tracker.today
    found = standing.of(tracker, case.id, staff_id)
    _check_key(work, case)
    taken = lifecycle.take(rules, found.course, step_id, found.who, entered, today)
    held = _dossier(work, case, step_id, rules)
    if held is not None:
        receipts.check_days(rules, held, taken.past)
    step = rules.steps.on(step_id, today)
    effect = _EFFECTS.get(step_id)
    if effect is not None:
        effect(tracker, case, found, entered)
    if step.moves:
        _move(tracker, case, found, str(taken.past.terms["unit"]))
    position = casefile.next_position(work, case)
    if step.tells:
        said = {"author": Author.STAFF, "text": taken.sealed["text"], "number": position}
        casefile.add_items(work, case, today, (Purpose.CASE_MESSAGE, said))
    casefile.add_event(
        work,
        case if held is None else held.sealed,
        step_id,
        today,
        tracker.promise_key,
        terms=taken.past.terms,
        detail={**taken.sealed, **more, "by": staff_id.hex},
        position=position,
        of=None if held is None else case.id,
    )
    casebook.keep(work, rules, case.id, taken.course)
    return taken.course


def _dossier(work: Work, case: OpenCase, step_id: str, rules: Rules) -> Handed | None:
    """Return the dossier that a step is done to, so that its circles may read it too."""
    rows = rules.steps.by_id.get(step_id, ())
    if not rows or step_id in {*dossierkeys.KINDS, dossierkeys.ASKED_ANEW}:
        return None
    now = dossierkeys.current(work, case.id, rows[-1].track)
    return next((each for each in dossierkeys.of_case(work, case) if each.id == now), None)


def _check_transfer(tracker: Tracker, case: OpenCase, found: Standing, entered: Entered) -> None:
    """Refuse to send a case to the unit it accuses, or to one below it (TC 12(1))."""
    to = str(entered["unit"])
    if to == found.row.unit_code:
        raise BadInputs(
            [Fault("unit", "Hồ sơ đang ở đơn vị này.", "The case is with this unit already.")]
        )
    destinations.check_unit(tracker, case, to)


def _check_key(work: Work, case: OpenCase) -> None:
    """Make sure that the case's own key is at hand. Raises NoSuchCase."""
    event = work.session.execute(
        select(CaseEvent.id, CaseEvent.opening).where(
            CaseEvent.case_id == case.id, CaseEvent.position == 1
        )
    ).one_or_none()
    if event is None or event.opening is None:
        raise NoSuchCase
    try:
        item.unseal(
            case.key, case.context(Purpose.CASE_OPENING, event.id.bytes), item.Item(event.opening)
        )
    except VaultError:
        raise NoSuchCase from None


def _move(tracker: Tracker, case: OpenCase, found: Standing, to: str) -> None:
    """Seal the case key to the new unit, and take it from all others. Raises BadInputs."""
    work = tracker.work
    circle.lock(work, (found.row.unit_code, to))
    try:
        casekeys.hold(work, case, circle.circle(work, to))
    except UnitNotOpen:
        raise BadInputs(
            [Fault("unit", "Đơn vị này chưa có khóa tại đây.", "This unit has no key here.")]
        ) from None
    except NobodyLeft:
        raise BadInputs(
            [
                Fault(
                    "unit",
                    "Đơn vị này không còn ai được giải quyết hồ sơ.",
                    "Nobody of this unit may take the case.",
                )
            ]
        ) from None
    work.session.execute(update(Case).where(Case.id == case.id).values(assigned_to=None))


def _ask(tracker: Tracker, _case: OpenCase, found: Standing, entered: Entered) -> None:
    identity_requests.ask(tracker, found, entered)


def _assign(tracker: Tracker, case: OpenCase, found: Standing, entered: Entered) -> None:
    """Give the case to a member of its unit who may know of it."""
    assignee = inputs.assignee(entered)
    if not may_be_given(tracker, case.id, found.row.unit_code, assignee):
        raise BadInputs(
            [
                Fault(
                    "assignee",
                    "Người này không thể nhận hồ sơ.",
                    "This person cannot take the case.",
                )
            ]
        )
    tracker.work.session.execute(
        update(Case).where(Case.id == case.id).values(assigned_to=assignee)
    )


def merge(tracker: Tracker, case: OpenCase, into: OpenCase, staff_id: UUID, reason: str) -> None:
    """Join a case to another on the same matter, which from then on holds its key.

    The reporter of each keeps their own mailbox. Raises NoSuchCase, NotAllowed, BadInputs.
    """
    if case.id == into.id:
        raise NotAllowed("Không thể nhập hồ sơ vào chính nó.", "A case cannot be joined to itself.")
    # One order for all, so that two never wait in a ring.
    found = {each: standing.of(tracker, each, staff_id) for each in sorted((case.id, into.id))}
    target = found[into.id].course
    destinations.check_unit(tracker, case, target.unit)
    if tracker.rules.states.on(target.state, tracker.today).final:
        raise NotAllowed(
            "Hồ sơ nhận đã kết thúc.", "The case that it would be joined to has ended."
        )
    take_with(tracker, case, staff_id, "case.merged", {"into": into.id.hex, "reason": reason}, {})
    key = {"key": case.key.hex()}
    take_with(tracker, into, staff_id, "case.joined", {"into": case.id.hex}, key)
    # Whoever must not know of one must not learn of it from the other.
    recusal.keep_from(tracker, into)


#: Steps that are nothing without what goes with them: taken by their own acts only.
NOT_BY_ITSELF = frozenset(
    {
        "case.filed",
        "case.merged",
        "case.joined",
        "message.received",
        "files.added",
        "files.attached",
        "files.shown",
        "identity.given",
        *dossierkeys.KINDS,
    }
) | (identity_requests.STEPS - {identity_requests.REQUESTED})
_EFFECTS: Mapping[str, Callable[[Tracker, OpenCase, Standing, Entered], None]] = {
    "case.transferred": _check_transfer,
    "case.assigned": _assign,
    "person.recused": recusal.recuse,
    identity_requests.REQUESTED: _ask,
}
