"""Keeps a case from a person from now on, and from whoever must not know of what it holds."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, update

from records.case import Case
from records.clock import CaseRecusal
from records.staff import Staff
from rules.lifecycle import Who
from triage import casebook, casekeys, circle, dossierkeys, inputs
from triage.casefile import OpenCase
from triage.casekeys import NobodyLeft
from triage.inputs import BadInputs, Entered, Fault
from triage.lifecycle import NotAllowed
from triage.standing import Standing, Tracker, is_recused


def recuse(tracker: Tracker, case: OpenCase, found: Standing, entered: Entered) -> None:
    """Keep a case, and all that is joined to it, from a person; an inspector, from themselves."""
    person = inputs.assignee(entered)
    if not found.who & {Who.HEAD, Who.SUPERIOR} and person != found.staff_id:
        raise BadInputs(
            [Fault("assignee", "Chỉ tự mình xin từ chối.", "Only oneself, for an inspector.")]
        )
    if tracker.work.session.get(Staff, person) is None:
        raise BadInputs([Fault("assignee", "Không có người này.", "There is no such person.")])
    if "case.merged" in found.course.taken:
        _keep_from_holders(tracker, case, person)
    try:
        keep_from(tracker, case, {person})
    except NobodyLeft:
        raise BadInputs(
            [
                Fault(
                    "assignee",
                    "Không còn ai khác trong đơn vị mở được hồ sơ; hãy chuyển hồ sơ trước.",
                    "Nobody else of the unit could open the case: transfer it first.",
                )
            ]
        ) from None


def _keep_from_holders(tracker: Tracker, case: OpenCase, person: UUID) -> None:
    """Keep the cases that hold this one's key from a person who cannot open them yet.

    Whoever can is recused there, by somebody who can open them too. Raises NotAllowed.
    """
    work = tracker.work
    reached = {each.id for each in casekeys.family(work, case)}  # by keep_from, with the case
    above = [
        each
        for each in casekeys.joined_to(work, case)
        if each not in reached and not is_recused(work, each, person)
    ]
    units = casekeys.units_of(work, [case.id, *above])
    circle.lock(work, units.values())
    if casekeys.units_of(work, units) != units or any(
        casebook.has(work, each, "case.merged")
        or person in circle.circle(work, units[each]).holders
        for each in above
    ):
        raise NotAllowed(
            "Hồ sơ đã nhập vào hồ sơ khác, nơi người này cũng đọc được nội dung. Hãy thực hiện "
            "bước này ở hồ sơ đó; việc từ chối có hiệu lực với cả hai.",
            "It was joined to another case, where this person can read it too. Take this step "
            "there: it holds for both.",
        )
    work.session.add_all(
        CaseRecusal(case_id=each, staff_id=person, since=tracker.today) for each in above
    )


def keep_from(tracker: Tracker, case: OpenCase, people: Collection[UUID] = ()) -> None:
    """Keep a case, and those joined to it, from people and from the recused of any of them.

    Raises NobodyLeft.
    """
    work = tracker.work
    family = casekeys.family(work, case)
    units = casekeys.units_of(work, [each.id for each in family])
    circle.lock(work, {*units.values(), *dossierkeys.circles(work, units)})
    kept_from = casekeys.recused(work, units) | set(people)
    assigned = work.session.scalars(
        select(Case.id)
        .where(Case.id.in_(units), Case.assigned_to.in_(kept_from))
        # What was joined is not locked by this act: waiting for it could go in a ring.
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    work.session.execute(update(Case).where(Case.id.in_(assigned)).values(assigned_to=None))
    for each in family:
        work.session.add_all(
            CaseRecusal(case_id=each.id, staff_id=person, since=tracker.today)
            for person in sorted(kept_from)
            if not is_recused(work, each.id, person)
        )
        try:
            casekeys.hold(work, each, circle.circle(work, units[each.id]))
        except NobodyLeft:
            if each.id == case.id:
                raise
            casekeys.take_away(work, each)  # its key is in the case that it was joined to
        dossierkeys.hold_again(work, dossierkeys.of_case(work, each))
