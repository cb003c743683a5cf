"""What a member of staff may do and open: roles become permissions, their key opens cases.

Keys decide, not only rows: whoever is not sealed a case's key gets nothing out of it, whatever this
module would allow.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    null,
    or_,
    select,
    union_all,
)

from records.case import Case, CaseKey, CaseStaffKey
from records.clock import CaseRecusal
from records.signin import StaffSession
from records.staff import Role, Staff, StaffRole, Substitution
from records.unit import UnitKeyHolder
from records.work import Work
from triage.casefile import OpenCase
from triage.publickeys import CIRCLES, LIAISONS
from vault import box
from vault.box import Box
from vault.context import Context, Purpose
from vault.errors import VaultError
from vault.keys import KeyPair, SecretKey, Seed


class Permission(StrEnum):
    """What a member of staff may be allowed to do: subject, then act."""

    #: Everybody who has signed in: their own sessions, factors, password.
    OWN_ACCOUNT = "account:own"
    QUEUE_READ = "queue:read"
    CASE_READ = "case:read"
    CASE_STEP = "case:step"
    CASE_ENTER = "case:enter"
    CASE_ASSIGN = "case:assign"
    MEMBERS_ADMIT = "members:admit"
    DOSSIER_READ = "dossier:read"
    IDENTITY_RELEASE = "identity:release"
    IDENTITY_ASK = "identity:ask"
    FIGURES_READ = "figures:read"
    MEETING_READ = "meeting:read"
    LOG_READ = "log:read"
    STAFF_MANAGE = "staff:manage"
    RULES_READ = "rules:read"
    CALENDAR_EDIT = "calendar:edit"
    TEMPLATES_EDIT = "templates:edit"
    HEALTH_READ = "health:read"


_CASEWORK = frozenset(
    {
        Permission.QUEUE_READ,
        Permission.CASE_READ,
        Permission.CASE_STEP,
        Permission.CASE_ENTER,
        Permission.IDENTITY_ASK,
        Permission.MEMBERS_ADMIT,
        Permission.RULES_READ,
    }
)
_DOSSIERS = frozenset({Permission.DOSSIER_READ, Permission.MEMBERS_ADMIT})
_WITH_THE_POLICE = _DOSSIERS | {Permission.MEETING_READ}
#: "Who may know what" of docs/architecture.md; everybody has OWN_ACCOUNT besides.
GRANTS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.INSPECTOR: _CASEWORK,
        Role.HEAD: _CASEWORK
        | {Permission.CASE_ASSIGN, Permission.TEMPLATES_EDIT, Permission.MEETING_READ},
        Role.SUPERVISOR: frozenset(
            {Permission.FIGURES_READ, Permission.MEETING_READ, Permission.RULES_READ}
        ),
        Role.CUSTODIAN: frozenset({Permission.IDENTITY_RELEASE}),
        Role.POLICE_LIAISON: _WITH_THE_POLICE,
        Role.PROCURACY_LIAISON: _WITH_THE_POLICE,
        Role.PROTECTION_OFFICER: _DOSSIERS | {Permission.IDENTITY_ASK},
        Role.AUDITOR: frozenset({Permission.LOG_READ, Permission.MEMBERS_ADMIT}),
        Role.ADMINISTRATOR: frozenset(
            {
                Permission.STAFF_MANAGE,
                Permission.RULES_READ,
                Permission.CALENDAR_EDIT,
                Permission.TEMPLATES_EDIT,
                Permission.HEALTH_READ,
            }
        ),
    }
)
#: Roles that read the cases of their unit.
READERS = frozenset({Role.INSPECTOR, Role.HEAD})


def _visible(reads: Any, reader: Any) -> ColumnElement[bool]:  # noqa: ANN401  (values, or parameters)
    recused = exists().where(CaseRecusal.case_id == Case.id, CaseRecusal.staff_id == reader)
    return and_(Case.unit_code.in_(reads), ~recused)


#: The condition on `cases` under which somebody may know of one; `Insider.asks` says who it is.
VISIBLE = _visible(bindparam("reads", expanding=True), bindparam("reader"))
#: Statements for `Work.ask`.
_PERSON = select(Staff.login, Staff.name, Staff.public_key).where(
    Staff.id == bindparam("staff"), Staff.left_on.is_(None)
)
#: The same, while their session lasts.
_PERSON_IN_SESSION = _PERSON.join(StaffSession, StaffSession.staff_id == Staff.id).where(
    StaffSession.id == bindparam("session"), StaffSession.until >= bindparam("today")
)
_OWN_POSTS = (
    select(StaffRole.unit_code, StaffRole.role, cast(null(), Uuid))
    .join(Staff, Staff.id == StaffRole.staff_id)
    .where(StaffRole.staff_id == bindparam("staff"), Staff.left_on.is_(None))
)
_LENT_POSTS = (
    select(Substitution.unit_code, Substitution.role, Substitution.absent_id)
    .join(Staff, Staff.id == Substitution.absent_id)
    .join(
        StaffRole,
        and_(
            StaffRole.staff_id == Substitution.absent_id,
            StaffRole.unit_code == Substitution.unit_code,
            StaffRole.role == Substitution.role,
        ),
    )
    .where(
        Substitution.substitute_id == bindparam("staff"),
        Substitution.first_on <= bindparam("today"),
        Substitution.last_on >= bindparam("today"),
        Staff.left_on.is_(None),
    )
)
_POSTS = union_all(_OWN_POSTS, _LENT_POSTS)
_HELD = select(UnitKeyHolder.unit_code, UnitKeyHolder.epoch, UnitKeyHolder.box).where(
    UnitKeyHolder.staff_id == bindparam("staff")
)
_KEYS = (
    select(
        Case.id,
        CaseKey.unit_code,
        CaseKey.epoch,
        CaseKey.box.label("to_unit"),
        CaseStaffKey.box.label("to_person"),
    )
    .outerjoin(CaseKey, and_(CaseKey.case_id == Case.id, CaseKey.unit_code == Case.unit_code))
    .outerjoin(
        CaseStaffKey,
        and_(CaseStaffKey.case_id == Case.id, CaseStaffKey.staff_id == bindparam("reader")),
    )
    .where(
        Case.id.in_(bindparam("cases", expanding=True)),
        VISIBLE,
        or_(CaseKey.case_id.is_not(None), CaseStaffKey.case_id.is_not(None)),
    )
)


class NotStaff(Exception):
    """Nobody of that identifier works here any more."""


class NoSuchCase(Exception):
    """There is no such case, as far as this person may know."""


@dataclass(frozen=True)
class Post:
    """A role at a unit; `of` is the absent colleague whose role it is, if one stands in."""

    unit: str
    role: Role
    of: UUID | None = None


@dataclass(frozen=True)
class Insider:
    """Somebody at work: who they are, what they may do, and the keys in their hands."""

    id: UUID
    login: str
    name: str
    posts: frozenset[Post]
    keys: KeyPair = field(repr=False)
    #: Private keys of units by unit and epoch.
    unit_keys: Mapping[tuple[str, int], KeyPair] = field(repr=False)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Everything that one of their posts allows."""
        return frozenset({Permission.OWN_ACCOUNT}).union(
            *(GRANTS[each.role] for each in self.posts)
        )

    @cached_property
    def reads(self) -> frozenset[str]:
        """The units whose cases they read."""
        return frozenset(each.unit for each in self.posts if each.role in READERS)

    @cached_property
    def circles(self) -> frozenset[str]:
        """The circles whose dossiers they read."""
        return frozenset(
            each.unit
            for each in self.posts
            if each.unit in LIAISONS and each.role is CIRCLES[each.unit]
        )

    @cached_property
    def asks(self) -> Mapping[str, Any]:
        """The parameters of VISIBLE."""
        return {"reader": self.id, "reads": sorted(self.reads)}

    @property
    def own_key(self) -> SecretKey:
        """The key of what only this person may read and write: filters, factors."""
        return own_key(self.keys.seed)

    def heads(self, unit: str, *, themselves: bool = False) -> bool:
        """Tell whether they head a unit; or stand in for its head, unless `themselves`."""
        return any(
            each.unit == unit and each.role is Role.HEAD and not (themselves and each.of)
            for each in self.posts
        )


def insider(work: Work, staff_id: UUID, seed: Seed, today: date) -> Insider:
    """Return somebody at work by their private key. Raises NotStaff."""
    return _insider(work, work.ask(_PERSON, staff=staff_id).one_or_none(), staff_id, seed, today)


def _insider(
    work: Work,
    person: Any,  # noqa: ANN401  (a row of _PERSON, or none)
    staff_id: UUID,
    seed: Seed,
    today: date,
) -> Insider:
    keys = KeyPair(seed)
    if person is None or keys.public != person.public_key:
        raise NotStaff
    return Insider(
        staff_id,
        person.login,
        person.name,
        posts(work, staff_id, today),
        keys,
        _unit_keys(work, staff_id, keys),
    )


def own_key(seed: Seed) -> SecretKey:
    """Return the key of what only a person may read and write (docs/FORMAT.md section 1)."""
    return SecretKey(seed)


def recall(work: Work, held: Mapping[str, str], today: date) -> Insider | None:
    """Return who is at work by what `to_hold` put into their sealed session.

    None if that session was ended meanwhile, or they have left.
    """
    session_id, staff_id = UUID(hex=held["session"]), UUID(hex=held["staff"])
    asked = {"session": session_id, "staff": staff_id, "today": today}
    person = work.ask(_PERSON_IN_SESSION, **asked).one_or_none()
    try:
        return _insider(work, person, staff_id, Seed(bytes.fromhex(held["seed"])), today)
    except NotStaff:
        return None


def to_hold(session_id: UUID, staff_id: UUID, seed: Seed, ends: datetime) -> dict[str, str]:
    """Return what `recall` takes; it holds the private key, so it belongs into a sealed session.

    `ends`: the moment at which the session ends, however busy the person is.
    """
    return {
        "session": session_id.hex,
        "staff": staff_id.hex,
        "seed": seed.hex(),
        "ends": ends.isoformat(),
    }


def posts(work: Work, staff_id: UUID, today: date) -> frozenset[Post]:
    """Return the roles of a person, and those of absent colleagues for whom they stand in.

    Nobody who has left has any.
    """
    rows = work.ask(_POSTS, staff=staff_id, today=today)
    return frozenset(Post(unit, Role(role), of) for unit, role, of in rows)


def _unit_keys(work: Work, staff_id: UUID, keys: KeyPair) -> Mapping[tuple[str, int], KeyPair]:
    rows = work.ask(_HELD, staff=staff_id)
    opened = {}
    for unit, epoch, sealed in rows:
        context = holder_context(unit, epoch, staff_id)
        opened[unit, epoch] = KeyPair(Seed(box.unseal(keys, context, Box(sealed))))
    return MappingProxyType(opened)


def holder_context(unit: str, epoch: int, staff_id: UUID) -> Context:
    """Return what the private key of a unit is bound to when it is sealed to a member."""
    scope = (unit.encode(), epoch.to_bytes(4), staff_id.bytes)
    return Context(Purpose.UNIT_SEED_FOR_STAFF, scope)


def visible_to(person: Insider) -> ColumnElement[bool]:
    """Return VISIBLE for a person, for statements that are made anew each time."""
    return _visible(sorted(person.reads), person.id)


def open_case(work: Work, person: Insider, case_id: UUID) -> OpenCase:
    """Open one case with a person's keys. Raises NoSuchCase, whatever the reason."""
    try:
        return open_cases(work, person, [case_id])[case_id]
    except KeyError:
        raise NoSuchCase from None


def open_cases(work: Work, person: Insider, case_ids: Iterable[UUID]) -> dict[UUID, OpenCase]:
    """Open those of the cases that a person may read and has a key for; the others are missing."""
    rows = work.ask(_KEYS, **person.asks, cases=list(case_ids))
    opened: dict[UUID, OpenCase] = {}
    for case_id, unit, epoch, to_unit, to_person in rows:
        key = case_key(person, case_id, (unit, epoch), to_unit, to_person)
        if key is not None:
            opened[case_id] = OpenCase(case_id, key)
    return opened


def case_key(
    person: Insider,
    case_id: UUID,
    held: tuple[str | None, int | None],
    to_unit: bytes | None,
    to_person: bytes | None,
) -> SecretKey | None:
    """Return the key of a case or dossier from what is sealed to its unit, or to the person.

    `held`: the unit, and which of its keys. None if this person's keys open neither.
    """
    unit, epoch = held
    try:
        if to_person is not None:
            context = staff_key_context(case_id, person.id)
            return SecretKey(box.unseal(person.keys, context, Box(to_person)))
        if to_unit is not None and unit is not None and epoch is not None:
            keys = person.unit_keys.get((unit, epoch))
            if keys is not None:
                scope = (case_id.bytes, unit.encode(), epoch.to_bytes(4))
                context = Context(Purpose.CASE_KEY_FOR_UNIT, scope)
                return SecretKey(box.unseal(keys, context, Box(to_unit)))
    except VaultError:  # damaged, or not for this person: others of the page must open all the same
        return None
    return None


def staff_key_context(case_id: UUID, staff_id: UUID) -> Context:
    """Return what a case key is bound to when it is sealed to one person."""
    return Context(Purpose.CASE_KEY_FOR_STAFF, (case_id.bytes, staff_id.bytes))
