"""Takes the steps of a case: each in one transaction, with its sealed text and its log entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from ledger.note import Signer
from records.case import Case, CaseKey
from records.clock import CaseRecusal
from records.staff import Role, Staff, StaffRole
from records.work import Work
from rules.book import Rules
from rules.lifecycle import Who
from triage import admission, casebook, casefile, lifecycle, routing
from triage.casefile import OpenCase
from triage.course import Course
from triage.inputs import BadInputs, Entered, Fault
from triage.lifecycle import NotAllowed
from triage.mailbox import Author
from triage.routing import Refusal
from triage.submission import Facts
from vault.context import Purpose

_REFUSALS = {
    Refusal.ACCUSED: (
        "Không được chuyển đến cơ quan bị phản ánh, tố cáo hoặc cơ quan dưới quyền (TC 12(1)).",
        "It may not go to the unit that is accused, nor to one below it (TC 12(1)).",
    ),
    Refusal.OUTSIDE_ONLY: (
        "Phản ánh về lãnh đạo thành phố phải chuyển ra ngoài thành phố.",
        "A report on the heads of the City must leave the city.",
    ),
    Refusal.GROUP: (
        "Đây là một nhóm đơn vị, không nhận được hồ sơ.",
        "This is a group of units, which takes no cases.",
    ),
}
#: What a role makes of a person towards the cases of their own unit.
_AT_THE_UNIT = {Role.INSPECTOR: Who.INSPECTOR, Role.HEAD: Who.HEAD}
#: What a role makes of a person towards any case that was handed to them.
_ANYWHERE = {
    Role.POLICE_LIAISON: Who.POLICE,
    Role.PROCURACY_LIAISON: Who.PROCURACY,
    Role.PROTECTION_OFFICER: Who.PROTECTION_OFFICER,
}


class NoSuchCase(Exception):
    """There is no such case, as far as this person may know."""


@dataclass(frozen=True)
class Tracker:
    """The transaction in which steps are taken, and what all of them need."""

    work: Work
    rules: Rules
    promise_key: Signer
    today: date


@dataclass(frozen=True)
class Standing:
    """A case as a person finds it: where it stands, and what that person is towards it."""

    row: Case
    course: Course
    who: frozenset[Who]


def standing(tracker: Tracker, case_id: UUID, staff_id: UUID) -> Standing:
    """Return a case as a member of staff finds it, locked against other steps.

    Raises NoSuchCase for somebody recused, exactly as for a case that does not exist, and for
    somebody who has no part in it.
    """
    work = tracker.work
    row = work.session.execute(
        select(Case).where(Case.id == case_id).with_for_update()
    ).scalar_one_or_none()
    if row is None or is_recused(work, case_id, staff_id):
        raise NoSuchCase
    who = who_is(tracker, row.unit_code, staff_id)
    if not who:
        raise NoSuchCase
    return Standing(row, casebook.course(work, tracker.rules, case_id, row.channel), who)


def who_is(tracker: Tracker, unit: str, staff_id: UUID) -> frozenset[Who]:
    """Return what a person is towards the cases of a unit."""
    roles = tracker.work.session.execute(
        select(StaffRole.role, StaffRole.unit_code)
        .join(Staff, Staff.id == StaffRole.staff_id)
        .where(StaffRole.staff_id == staff_id, Staff.left_on.is_(None))
    )
    above = {each.id for each in tracker.rules.superiors(unit, on=tracker.today)}
    found = set[Who]()
    for role, at in roles:
        if at == unit and role in _AT_THE_UNIT:
            found.add(_AT_THE_UNIT[role])
        if at in above and role == Role.HEAD:
            found.add(Who.SUPERIOR)
        if role in _ANYWHERE:
            found.add(_ANYWHERE[role])
    return frozenset(found)


def is_recused(work: Work, case_id: UUID, staff_id: UUID) -> bool:
    """Tell whether a person must not know of a case (31/2019 Art. 10(3))."""
    return work.session.get(CaseRecusal, (case_id, staff_id)) is not None


def take(
    tracker: Tracker, case: OpenCase, staff_id: UUID, step_id: str, entered: Entered
) -> Course:
    """Take a step, and return where the case stands after it.

    Raises NoSuchCase, NotAllowed, BadInputs, clock.Refused. Whatever else the step does (keys that
    move, a message that goes out) is part of the same transaction.
    """
    return _take(tracker, case, staff_id, step_id, entered, {})


def _take(  # noqa: PLR0913, PLR0917
    tracker: Tracker,
    case: OpenCase,
    staff_id: UUID,
    step_id: str,
    entered: Entered,
    more: dict[str, Any],
) -> Course:
    """Take a step; `more` is sealed with it."""
    work, rules, today = tracker.work, tracker.rules, tracker.today
    found = standing(tracker, case.id, staff_id)
    taken = lifecycle.take(rules, found.course, step_id, found.who, entered, today)
    step = rules.steps.on(step_id, today)
    effect = _EFFECTS.get(step_id)
    if effect is not None:
        effect(tracker, case, found, entered)
    if step.moves:
        _move(tracker, case, str(taken.past.terms["unit"]))
    position = casefile.next_position(work, case)
    if step.tells:
        said = {"author": Author.STAFF, "text": taken.sealed["text"], "number": position}
        casefile.add_items(work, case, today, (Purpose.CASE_MESSAGE, said))
    casefile.add_event(
        work,
        case,
        step_id,
        today,
        tracker.promise_key,
        terms=taken.past.terms,
        detail={**taken.sealed, **more, "by": staff_id.hex},
        position=position,
    )
    casebook.keep(work, rules, case.id, taken.course)
    return taken.course


def _check_transfer(tracker: Tracker, case: OpenCase, found: Standing, entered: Entered) -> None:
    """Refuse to send a case to the unit it accuses, or to one below it (TC 12(1))."""
    to = str(entered["unit"])
    if to == found.row.unit_code:
        raise BadInputs(
            [Fault("unit", "Hồ sơ đang ở đơn vị này.", "The case is with this unit already.")]
        )
    told = Facts.from_json(casefile.newest(tracker.work, case, Purpose.CASE_FACTS))
    suspected = casefile.newest(tracker.work, case, Purpose.CASE_SIGNS)["suspected"]
    matter = admission.matter_of(
        found.course.kind,
        found.course.category,
        found.row.channel,
        found.row.ward,
        told,
        suspected=suspected,
    )
    refusal = routing.may_transfer(tracker.rules, matter, to, tracker.today)
    if refusal is not None:
        raise BadInputs([Fault("unit", *_REFUSALS[refusal])])


def _move(tracker: Tracker, case: OpenCase, to: str) -> None:
    """Wrap the case key to the new unit, and take it from all others. Raises UnitNotOpen."""
    tracker.work.session.execute(delete(CaseKey).where(CaseKey.case_id == case.id))
    admission.wrap_to_unit(tracker.work, case, to)
    tracker.work.session.execute(update(Case).where(Case.id == case.id).values(assigned_to=None))


def _assign(tracker: Tracker, case: OpenCase, found: Standing, entered: Entered) -> None:
    """Give the case to a member of its unit who may know of it."""
    assignee = _person(entered)
    roles = who_is(tracker, found.row.unit_code, assignee)
    if not roles & set(_AT_THE_UNIT.values()) or is_recused(tracker.work, case.id, assignee):
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


def _recuse(tracker: Tracker, case: OpenCase, found: Standing, entered: Entered) -> None:
    """Keep a case from a person from now on."""
    person = _person(entered)
    if tracker.work.session.get(Staff, person) is None:
        raise BadInputs([Fault("assignee", "Không có người này.", "There is no such person.")])
    if not is_recused(tracker.work, case.id, person):
        tracker.work.session.add(CaseRecusal(case_id=case.id, staff_id=person, since=tracker.today))
    if found.row.assigned_to == person:
        tracker.work.session.execute(
            update(Case).where(Case.id == case.id).values(assigned_to=None)
        )


def _person(entered: Entered) -> UUID:
    try:
        return UUID(hex=str(entered["assignee"]))
    except ValueError:
        raise BadInputs(
            [Fault("assignee", "Không có người này.", "There is no such person.")]
        ) from None


def merge(tracker: Tracker, case: OpenCase, into: OpenCase, staff_id: UUID, reason: str) -> None:
    """Join a case to another on the same matter, which from then on holds its key.

    The reporter of each keeps their own mailbox. Raises NoSuchCase, NotAllowed, BadInputs.
    """
    if case.id == into.id:
        raise NotAllowed("Không thể nhập hồ sơ vào chính nó.", "A case cannot be joined to itself.")
    for each in sorted((case.id, into.id)):  # one order for all, so that two never wait in a ring
        standing(tracker, each, staff_id)
    target = standing(tracker, into.id, staff_id).course
    if tracker.rules.states.on(target.state, tracker.today).final:
        raise NotAllowed(
            "Hồ sơ nhận đã kết thúc.", "The case that it would be joined to has ended."
        )
    _take(tracker, case, staff_id, "case.merged", {"into": into.id.hex, "reason": reason}, {})
    _take(tracker, into, staff_id, "case.joined", {"into": case.id.hex}, {"key": case.key.hex()})


_EFFECTS: Mapping[str, Callable[[Tracker, OpenCase, Standing, Entered], None]] = {
    "case.transferred": _check_transfer,
    "case.assigned": _assign,
    "person.recused": _recuse,
}
__all__ = ["NoSuchCase", "Standing", "Tracker", "merge", "standing", "take"]
