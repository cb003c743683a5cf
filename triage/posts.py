"""Who holds which role: administrators appoint, add and take roles; nobody gives one to himself.

An administrator gives out power and holds none of it, a custodian decides on identities and asks
for none, an auditor checks everybody: each of the three stands apart from the roles that read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from secrets import choice
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import delete, select

from ledger.entry import Act
from ledger.note import Signer
from records.instance import Instance
from records.staff import Role, Staff, StaffRole
from records.unit import Unit
from records.work import Store, Work, writing
from triage import circle, identity, leaving, logbook, membership, recovery, staffing
from triage.access import Insider, NotStaff
from triage.leaving import Left
from triage.office import Unfit
from triage.recovery import RecoveryRefused
from triage.staffing import AppointmentRefused, Person

__all__ = [
    "APART",
    "Appointed",
    "Role",
    "Wanted",
    "add",
    "appoint",
    "change_email",
    "change_subject",
    "check_enough",
    "leave",
    "may_join",
    "new_password",
    "remove",
    "renew",
]

#: Crockford's letters and digits: nothing that looks alike.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_GROUPS, _OF = 4, 5
_EVERY = frozenset(Role)
#: What a role must not be held together with, whatever the unit.
APART: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: _EVERY - {Role.ADMINISTRATOR},
        Role.AUDITOR: _EVERY - {Role.AUDITOR},
        Role.CUSTODIAN: _EVERY - {Role.CUSTODIAN, Role.SUPERVISOR},
    }
)
#: Without so many of a role the instance could not go on.
_LEAST: Mapping[Role, int] = MappingProxyType(
    {Role.ADMINISTRATOR: 1, Role.CUSTODIAN: identity.NEEDED}
)


@dataclass(frozen=True)
class Wanted:
    """Somebody who is to be appointed."""

    login: str
    name: str
    unit: str
    role: Role
    email: str | None


@dataclass(frozen=True)
class Appointed:
    """Somebody who was appointed, and the password that is handed to them and kept nowhere.

    `begins_key`: they are the first to hold their unit's key. `waits`: a colleague must hand it on.
    """

    id: UUID
    password: str
    begins_key: bool
    waits: bool


def new_password() -> str:
    """Draw a password to be handed over: 100 bits, easy to read out."""
    groups = ("".join(choice(_ALPHABET) for _ in range(_OF)) for _ in range(_GROUPS))
    return "-".join(groups)


def may_join(held: frozenset[Role], role: Role) -> bool:
    """Tell whether a role may be held together with those that a person has already."""
    return not (APART.get(role, frozenset()) & held) and not any(
        role in APART.get(each, frozenset()) for each in held
    )


def appoint(store: Store, admin: Insider, wanted: Wanted, key: Signer, today: date) -> Appointed:
    """Appoint somebody under a new password, with entries in the log. Raises Unfit."""
    with writing(store) as work:
        _check_place(work, wanted.unit, wanted.role)
        _checked("login", _BAD_LOGIN, staffing.check_login, wanted.login)
        _checked("name", _BAD_NAME, staffing.check_name, wanted.name)
        if wanted.email is not None:
            _checked("email", _BAD_EMAIL, staffing.check_email, wanted.email)
        if work.session.execute(select(Staff.id).where(Staff.login == wanted.login)).first():
            raise Unfit("login", "Tên đăng nhập này đã có người dùng.", "That login is taken.")
        password = new_password()
        person = Person(wanted.login, wanted.name, wanted.unit, wanted.role, password, wanted.email)
        staff_id = staffing.appoint(work, person, key, today, by=admin.id)
        work.session.flush()
        takes = circle.takes_key(wanted.role, wanted.unit)
        begun = takes and staff_id in circle.circle(work, wanted.unit).holders
        return Appointed(staff_id, password, begun, takes and not begun)


def add(  # noqa: PLR0913, PLR0917
    store: Store, admin: Insider, staff_id: UUID, unit: str, role: Role, key: Signer, today: date
) -> None:
    """Give somebody one more role; the first of a unit begins its key. Raises Unfit, NotStaff."""
    with writing(store) as work:
        held = _roles(work, staff_id)
        _check_not_self(admin, staff_id)
        _check_place(work, unit, role)
        if (unit, role) in held:
            raise Unfit(
                "role", "Người này đã giữ vai trò đó ở đơn vị này.", "They hold it already."
            )
        if not may_join(frozenset(each for _, each in held), role):
            raise Unfit(
                "role",
                "Vai trò này phải tách khỏi vai trò người đó đang giữ: quản trị, kiểm toán và giữ "
                "khóa danh tính không kiêm việc đọc, xử lý hồ sơ.",
                "That role must be apart from those they hold: administrators, auditors and "
                "custodians neither read nor handle cases.",
            )
        work.session.add(StaffRole(staff_id=staff_id, unit_code=unit, role=role))
        work.session.flush()
        _log(
            work, "staff.role_added", admin, staff_id, (("role", role), ("unit", unit)), key, today
        )
        membership.welcome(work, unit, key, today)


def remove(  # noqa: PLR0913, PLR0917
    store: Store, admin: Insider, staff_id: UUID, unit: str, role: Role, key: Signer, today: date
) -> None:
    """Take a role, and with the last one that reads at a unit its key. Raises Unfit, NotStaff."""
    with writing(store) as work:
        held = _roles(work, staff_id)
        _check_not_self(admin, staff_id)
        if (unit, role) not in held:
            raise NotStaff
        check_enough(work, role, staff_id, key)
        _log(
            work,
            "staff.role_removed",
            admin,
            staff_id,
            (("role", role), ("unit", unit)),
            key,
            today,
        )
        left = [each for at, each in held - {(unit, role)} if at == unit]
        if not left:
            leaving.leave_unit(work, staff_id, unit, key, today, admin.id)
            return
        work.session.execute(
            delete(StaffRole).where(
                StaffRole.staff_id == staff_id, StaffRole.unit_code == unit, StaffRole.role == role
            )
        )
        if circle.takes_key(role, unit) and not any(circle.takes_key(each, unit) for each in left):
            leaving.shut_out(work, staff_id, [unit], key, today)
        if role is Role.CUSTODIAN:
            identity.take_shares(work, staff_id)


def leave(store: Store, admin: Insider, staff_id: UUID, key: Signer, today: date) -> Left:
    """End somebody's work here, and return what that leaves to be done. Raises Unfit, NotStaff."""
    with writing(store) as work:
        held = _roles(work, staff_id)
        _check_not_self(admin, staff_id)
        for role in sorted({each for _, each in held}):
            check_enough(work, role, staff_id, key)
        return leaving.leave(work, staff_id, key, today, admin.id)


def renew(store: Store, admin: Insider, staff_id: UUID, key: Signer, today: date) -> str:
    """Give somebody who lost their password new keys, and return the password to hand to them.

    Colleagues admit them again, and nothing is lost. Raises Unfit, NotStaff.
    """
    password = new_password()
    with writing(store) as work:
        _roles(work, staff_id)
        _check_not_self(admin, staff_id)
        try:
            recovery.renew_keys(work, staff_id, password, key, today, admin.id)
        except RecoveryRefused as refusal:
            raise Unfit(
                "lost",
                "Người này giữ mảnh khóa danh tính mà khóa mới không mở được: dùng lệnh dangvan "
                "recover person với các mảnh khóa dự phòng.",
                str(refusal),
            ) from None
    return password


def change_email(  # noqa: PLR0913, PLR0917
    store: Store, admin: Insider, staff_id: UUID, email: str | None, key: Signer, today: date
) -> None:
    """Change where digests go. Raises Unfit, NotStaff."""
    with writing(store) as work:
        if email is not None:
            _checked("email", _BAD_EMAIL, staffing.check_email, email)
        person = work.session.get(Staff, staff_id)
        if person is None or person.left_on is not None:
            raise NotStaff
        person.email = email
        _log(work, "staff.email_changed", admin, staff_id, (), key, today)


def change_subject(  # noqa: PLR0913, PLR0917
    store: Store, admin: Insider, staff_id: UUID, subject: str | None, key: Signer, today: date
) -> None:
    """Say who somebody is at the city's own sign-in, or that they are nobody there.

    Raises Unfit, NotStaff.
    """
    with writing(store) as work:
        person = work.session.get(Staff, staff_id)
        if person is None or person.left_on is not None:
            raise NotStaff
        if subject is not None:
            if not (
                subject.isascii() and subject.isprintable() and len(subject) <= _LONGEST_SUBJECT
            ):
                raise Unfit(
                    "subject", _BAD_SUBJECT, "At most 255 letters, digits and signs of ASCII."
                )
            others = select(Staff.id).where(Staff.subject == subject, Staff.id != staff_id)
            if work.session.execute(others).first():
                raise Unfit("subject", "Mã này đã gắn với người khác.", "It is somebody else's.")
        person.subject = subject
        _log(work, "staff.subject_changed", admin, staff_id, (), key, today)


def check_enough(work: Work, role: Role, staff_id: UUID, key: Signer) -> None:
    """Refuse to take the last of those without whom the instance could not go on. Raises Unfit.

    A custodian who is not admitted keeps nothing going, and may go.
    """
    least = _LEAST.get(role)
    if least is None:
        return
    if role is Role.CUSTODIAN:
        holders = {each.staff_id for each in identity.custodians(work, key)}
    else:
        holders = set(
            work.session.scalars(
                select(StaffRole.staff_id)
                .join(Staff, Staff.id == StaffRole.staff_id)
                .where(StaffRole.role == role, Staff.left_on.is_(None))
            )
        )
    if staff_id in holders and len(holders) <= least:
        raise Unfit(
            "role",
            f"Hệ thống cần ít nhất {least} người giữ vai trò này. Hãy bổ nhiệm người thay trước.",
            f"At least {least} people must hold that role. Appoint somebody else first.",
        )


_BAD_LOGIN = (
    "Tên đăng nhập gồm chữ thường không dấu, chữ số, dấu chấm, gạch nối; nhiều nhất 63 ký tự."
)
_BAD_NAME = "Hãy nhập họ tên, nhiều nhất 200 ký tự."
_BAD_EMAIL = "Địa chỉ thư điện tử chưa đúng."
_BAD_SUBJECT = "Mã gồm chữ không dấu, chữ số và ký hiệu; nhiều nhất 255 ký tự."
_LONGEST_SUBJECT = 255


def _checked(field: str, vi: str, check: Callable[[str], None], given: str) -> None:
    try:
        check(given)
    except AppointmentRefused as refusal:
        raise Unfit(field, vi, str(refusal)) from None


def _check_not_self(admin: Insider, staff_id: UUID) -> None:
    if admin.id == staff_id:
        raise Unfit(
            "role",
            "Không ai tự bổ nhiệm hay tự đổi vai trò của mình. Hãy nhờ một người quản trị khác.",
            "Nobody appoints themselves or changes their own roles. Ask another administrator.",
        )


def _check_place(work: Work, unit: str, role: Role) -> None:
    if not circle.has_its_place(role, unit):
        raise Unfit(
            "unit",
            "Kiểm toán, đầu mối cơ quan điều tra, đầu mối viện kiểm sát và cán bộ bảo vệ có nhóm "
            "riêng: mỗi vai trò này chỉ ở nhóm của mình, và nhóm chỉ có vai trò ấy.",
            "Auditors, liaisons of the police and of the procuracy, and protection officers each "
            "have a circle of their own, and nobody else belongs to it.",
        )
    place = work.session.get(Unit, unit)
    if place is None or place.closed_on is not None:
        raise Unfit("unit", "Đơn vị này chưa mở trong hệ thống.", "That unit is not open here.")


def _roles(work: Work, staff_id: UUID) -> frozenset[tuple[str, Role]]:
    """Return the roles of somebody who works here. Raises NotStaff.

    One administrator at a time: what may not go together must not come together either.
    """
    work.session.execute(select(Instance.id).with_for_update())
    person = work.session.get(Staff, staff_id)
    if person is None or person.left_on is not None:
        raise NotStaff
    rows = work.session.execute(
        select(StaffRole.unit_code, StaffRole.role).where(StaffRole.staff_id == staff_id)
    )
    return frozenset((unit, Role(role)) for unit, role in rows)


def _log(  # noqa: PLR0913, PLR0917
    work: Work,
    kind: str,
    admin: Insider,
    staff_id: UUID,
    detail: tuple[tuple[str, str], ...],
    key: Signer,
    today: date,
) -> None:
    told = (("by", str(admin.id)), *((name, str(value)) for name, value in detail))
    logbook.record(work, Act(kind, today, str(staff_id), told), key)
