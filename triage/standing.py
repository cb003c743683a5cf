"""Who somebody is towards a case, by their posts, and whether they may know of it at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from ledger.note import Signer
from records.case import Case
from records.clock import CaseRecusal
from records.staff import Role
from records.work import Work
from rules.book import Rules
from rules.lifecycle import FIRST, Track, Who
from triage import access, casebook, dossierkeys
from triage.access import NoSuchCase, Post
from triage.course import Course

#: What a role makes of a person towards the cases of their own unit.
_AT_THE_UNIT = {Role.INSPECTOR: Who.INSPECTOR, Role.HEAD: Who.HEAD}
#: What the readers of a case are besides, where a dossier of it went to a body outside: they record
#: what its letters say. Liaisons have no part in any case, only in their dossiers.
_FOR_OUTSIDE = {
    Track.POLICE: frozenset({Who.POLICE, Who.PROCURACY}),
    Track.PROTECTION: frozenset({Who.PROTECTION_OFFICER}),
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


def of(tracker: Tracker, case_id: UUID, staff_id: UUID, *, locked: bool = True) -> Standing:
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
    posts = access.posts(work, staff_id, tracker.today)
    who = part_in(work, tracker.rules, case_id, found, posts, tracker.today)
    if not who:
        raise NoSuchCase
    return Standing(row, found, who, staff_id)


def part_in(  # noqa: PLR0913, PLR0917
    work: Work, rules: Rules, case_id: UUID, course: Course, posts: Iterable[Post], today: date
) -> frozenset[Who]:
    """Return what the holder of these posts is towards a case; nothing, who has no part in it."""
    who = _who_is(rules, course.unit, posts, today)
    begun = any(course.states[track] not in FIRST[track] for track in _FOR_OUTSIDE)
    if begun and who & set(_AT_THE_UNIT.values()):
        who = who.union(*(_FOR_OUTSIDE[each] for each in dossierkeys.outside(work, case_id)))
    return who


def _who_is(rules: Rules, unit: str, posts: Iterable[Post], today: date) -> frozenset[Who]:
    """Return what the holder of posts is towards the cases of a unit."""
    above = {each.id for each in rules.superiors(unit, on=today)}
    found = set[Who]()
    for post in posts:
        if post.unit == unit and post.role in _AT_THE_UNIT:
            found.add(_AT_THE_UNIT[post.role])
        if post.unit in above and post.role is Role.HEAD:
            found.add(Who.SUPERIOR)
    return frozenset(found)


def is_recused(work: Work, case_id: UUID, staff_id: UUID) -> bool:
    """Tell whether a person must not know of a case (31/2019 Art. 10(3))."""
    return work.session.get(CaseRecusal, (case_id, staff_id)) is not None


def may_be_given(tracker: Tracker, case_id: UUID, unit: str, staff_id: UUID) -> bool:
    """Tell whether somebody works on the cases of that unit, and may know of this one."""
    posts = access.posts(tracker.work, staff_id, tracker.today)
    who = _who_is(tracker.rules, unit, posts, tracker.today)
    return bool(who & set(_AT_THE_UNIT.values())) and not is_recused(
        tracker.work, case_id, staff_id
    )
