"""Takes the steps of a case: each in one transaction, with its sealed text and its log entry."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import NoResultFound

from ledger.note import Signer
from records.case import Case, CaseEvent
from records.clock import CaseRecusal
from records.staff import Role, Staff
from records.work import Work
from rules.book import Rules
from rules.lifecycle import FIRST, Track, Who
from triage import (
    access,
    admission,
    casebook,
    casefile,
    casekeys,
    circle,
    lifecycle,
    publickeys,
    routing,
)
from triage.access import NoSuchCase, Post
from triage.casefile import OpenCase
from triage.casekeys import NobodyLeft
from triage.course import Course
from triage.inputs import BadInputs, Entered, Fault
from triage.lifecycle import NotAllowed
from triage.mailbox import Author
from triage.publickeys import UnitNotOpen
from triage.routing import Matter, Refusal
from triage.submission import Facts
from vault import item
from vault.context import Purpose
from vault.errors import VaultError

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
    staff_id: UUID


def standing(tracker: Tracker, case_id: UUID, staff_id: UUID, *, locked: bool = True) -> Standing:
    """Return a case as a member of staff finds it, `locked` against other steps or only to look.

    Raises NoSuchCase for somebody recused, exactly as for a case that does not exist, and for
    somebody who has no part in it.
    """
    work = tracker.work
    asked = select(Case).where(Case.id == case_id)
    row = work.session.execute(
        asked.with_for_update(key_share=True) if locked else asked,
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()
    if row is None or is_recused(work, case_id, staff_id):
        raise NoSuchCase
    found = casebook.course(work, tracker.rules, case_id, row.channel)
    who = towards(work, tracker.rules, found, staff_id, tracker.today)
    if not who:
        raise NoSuchCase
    return Standing(row, found, who, staff_id)


def towards(
    work: Work, rules: Rules, course: Course, staff_id: UUID, today: date
) -> frozenset[Who]:
    """Return what a person is towards a case; nothing, who has no part in it."""
    return part_in(rules, course, access.posts(work, staff_id, today), today)


def part_in(rules: Rules, course: Course, posts: Iterable[Post], today: date) -> frozenset[Who]:
    """Return what the holder of these posts is towards a case."""
    return _who_is(rules, course.unit, posts, today) - _strangers_to(course)


def _strangers_to(course: Course) -> frozenset[Who]:
    """Return the outside offices to which nothing of a case has been handed yet."""
    strangers = set[Who]()
    if course.states[Track.PROTECTION] in FIRST[Track.PROTECTION]:
        strangers.add(Who.PROTECTION_OFFICER)
    if course.states[Track.POLICE] in FIRST[Track.POLICE]:
        strangers |= {Who.POLICE, Who.PROCURACY}
    return frozenset(strangers)


def _who_is(rules: Rules, unit: str, posts: Iterable[Post], today: date) -> frozenset[Who]:
    """Return what the holder of posts is towards the cases of a unit."""
    above = {each.id for each in rules.superiors(unit, on=today)}
    found = set[Who]()
    for post in posts:
        if post.unit == unit and post.role in _AT_THE_UNIT:
            found.add(_AT_THE_UNIT[post.role])
        if post.unit in above and post.role is Role.HEAD:
            found.add(Who.SUPERIOR)
        if post.role in _ANYWHERE:
            found.add(_ANYWHERE[post.role])
    return frozenset(found)


def is_recused(work: Work, case_id: UUID, staff_id: UUID) -> bool:
    """Tell whether a person must not know of a case (31/2019 Art. 10(3))."""
    return work.session.get(CaseRecusal, (case_id, staff_id)) is not None


def check(tracker: Tracker, found: Standing, step_id: str, entered: Entered) -> None:
    """Make sure that a step can be taken with these inputs, and take nothing.

    Raises NotAllowed, BadInputs, clock.Refused.
    """
    lifecycle.take(tracker.rules, found.course, step_id, found.who, entered, tracker.today)


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
    return take_with(tracker, case, staff_id, step_id, entered, {})


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
    found = standing(tracker, case.id, staff_id)
    _check_key(work, case)
    taken = lifecycle.take(rules, found.course, step_id, found.who, entered, today)
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
    _check_unit(tracker, case, to)


def _check_unit(tracker: Tracker, case: OpenCase, to: str) -> None:
    """Refuse a unit by what the case is now, by what it was filed as, and by what it holds.

    So that nobody reclassifies a case first in order to send it to whom it accuses, or joins it to
    a harmless one and sends that.
    """
    for matter in _matters(tracker, case):
        refusal = routing.may_transfer(tracker.rules, matter, to, tracker.today)
        if refusal is not None:
            raise BadInputs([Fault("unit", *_REFUSALS[refusal])])


def destinations(tracker: Tracker, case: OpenCase, found: Standing) -> tuple[str, ...]:
    """Return the units that the case may be sent to: open ones that it does not keep away from."""
    matters, here = _matters(tracker, case), publickeys.open_units(tracker.work)
    return tuple(
        unit.id
        for unit in tracker.rules.units.all_on(tracker.today)
        if unit.id in here - {found.row.unit_code}
        and all(
            routing.may_transfer(tracker.rules, matter, unit.id, tracker.today) is None
            for matter in matters
        )
    )


def _matters(tracker: Tracker, case: OpenCase) -> list[Matter]:
    """Return a case and those joined to it for the guards of routing."""
    return [
        matter
        for each in casekeys.family(tracker.work, case)
        for matter in _matters_of(tracker, each)
    ]


def _matters_of(tracker: Tracker, case: OpenCase) -> list[Matter]:
    """Return one case as it is now, and as it was filed."""
    work = tracker.work
    row = work.session.get_one(Case, case.id)
    now = casebook.course(work, tracker.rules, case.id, row.channel)
    told = Facts.from_json(casefile.newest(work, case, Purpose.CASE_FACTS))
    try:
        suspected = bool(casefile.newest(work, case, Purpose.CASE_SIGNS)["suspected"])
    except NoResultFound:  # filed under an earlier release
        suspected = True
    filed = casebook.filing(work, case.id).terms
    kinds = {(now.kind, now.category), (str(filed["kind"]), str(filed["category"]))}
    return [
        admission.matter_of(kind, category, row.channel, row.ward, told, suspected=suspected)
        for kind, category in sorted(kinds)
    ]


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


def may_be_given(tracker: Tracker, case_id: UUID, unit: str, staff_id: UUID) -> bool:
    """Tell whether somebody works on the cases of that unit, and may know of this one."""
    posts = access.posts(tracker.work, staff_id, tracker.today)
    who = _who_is(tracker.rules, unit, posts, tracker.today)
    return bool(who & set(_AT_THE_UNIT.values())) and not is_recused(
        tracker.work, case_id, staff_id
    )


def _assign(tracker: Tracker, case: OpenCase, found: Standing, entered: Entered) -> None:
    """Give the case to a member of its unit who may know of it."""
    assignee = _person(entered)
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


def _recuse(tracker: Tracker, case: OpenCase, found: Standing, entered: Entered) -> None:
    """Keep a case, and all that is joined to it, from a person; an inspector, from themselves."""
    person = _person(entered)
    if not found.who & {Who.HEAD, Who.SUPERIOR} and person != found.staff_id:
        raise BadInputs(
            [Fault("assignee", "Chỉ tự mình xin từ chối.", "Only oneself, for an inspector.")]
        )
    if tracker.work.session.get(Staff, person) is None:
        raise BadInputs([Fault("assignee", "Không có người này.", "There is no such person.")])
    if "case.merged" in found.course.taken:
        _keep_from_holders(tracker, case, person)
    try:
        _keep_from(tracker, case, {person})
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
    reached = {each.id for each in casekeys.family(work, case)}  # by _keep_from, with the case
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


def _keep_from(tracker: Tracker, case: OpenCase, people: Collection[UUID] = ()) -> None:
    """Keep a case, and those joined to it, from people and from the recused of any of them.

    Raises NobodyLeft.
    """
    work = tracker.work
    family = casekeys.family(work, case)
    units = casekeys.units_of(work, [each.id for each in family])
    circle.lock(work, units.values())
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
    there = standing(tracker, into.id, staff_id)
    target = there.course
    _check_unit(tracker, case, target.unit)
    if tracker.rules.states.on(target.state, tracker.today).final:
        raise NotAllowed(
            "Hồ sơ nhận đã kết thúc.", "The case that it would be joined to has ended."
        )
    take_with(tracker, case, staff_id, "case.merged", {"into": into.id.hex, "reason": reason}, {})
    key = {"key": case.key.hex()}
    take_with(tracker, into, staff_id, "case.joined", {"into": case.id.hex}, key)
    # Whoever must not know of one must not learn of it from the other.
    _keep_from(tracker, into)


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
    }
)
_EFFECTS: Mapping[str, Callable[[Tracker, OpenCase, Standing, Entered], None]] = {
    "case.transferred": _check_transfer,
    "case.assigned": _assign,
    "person.recused": _recuse,
}
