"""Tells heads and inspectors by e-mail, at fixed hours, how many cases wait; never which.

Many machines read an e-mail on its way, so there are counts in it and names of units, no more. One
goes to a person at most once for each of the day's fixed hours, however many sweeps there are. An
hour with nothing to tell is over as well, or the next e-mail would tell when a case came in.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from enum import StrEnum
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.exc import IntegrityError

from records.case import Case, CaseEvent
from records.clock import CaseClock, CaseNotice, CaseRecusal, SentDigest
from records.staff import Role, Staff, StaffRole
from records.work import Store, Work, reading, writing
from rules.book import Rules
from triage import deadlines
from triage.calendar import calendar_of
from triage.clock import Clock
from triage.deadlines import NoticeLevel

#: Working days from today that count as soon.
SOON = 3
#: The events that a person must look at a case for, and the step by which a superior urges.
_URGENT, _URGED = ("urgent_found", "retaliation_reported"), "unit.urged"

Send = Callable[[EmailMessage], None]
#: Opens a way to the mail server; what it gives raises Undeliverable for a bad mailbox.
Connect = Callable[[], AbstractContextManager[Send]]


class Undeliverable(Exception):
    """The mail server did not take this e-mail."""


class Group(StrEnum):
    """What is counted, each case once; a case stands in the first of the three terms it is in."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    URGENT = "urgent"
    URGED = "urged"


_WORDS = {
    Group.OVERDUE: "Quá hạn",
    Group.TODAY: "Đến hạn hôm nay",
    Group.SOON: f"Đến hạn trong {SOON} ngày làm việc tới",
    Group.URGENT: "Khẩn, phải xem ngay",
    Group.URGED: "Cấp trên đã đôn đốc, hoặc đã được báo để đôn đốc",
}


@dataclass(frozen=True)
class Slot:
    """One of the fixed hours of a day, by its number from 1."""

    day: date
    number: int


@dataclass(frozen=True)
class Reader:
    """Somebody who gets digests: the units of which they are a member, and those they head."""

    staff_id: UUID
    login: str
    email: str
    units: tuple[str, ...]
    heads: tuple[str, ...]


@dataclass(frozen=True)
class Digest:
    """The counts for one person. `below`: overdue cases of the units under those they head."""

    counts: Mapping[str, Mapping[Group, int]]
    below: Mapping[str, int]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.counts or self.below)


@dataclass(frozen=True)
class Sent:
    """What became of one person's digest."""

    login: str
    delivered: bool


def slot_of(hours: Sequence[int], now: datetime) -> Slot | None:
    """Return the latest of the day's fixed hours that has come, None before the first."""
    passed = sum(hour <= now.hour for hour in hours)
    return Slot(now.date(), passed) if passed else None


def send(
    store: Store, rules: Rules, slot: Slot, sender: Address, connect: Connect
) -> Iterator[Sent]:
    """Send the digests of this hour that have not gone out; one bad mailbox stops no other.

    What could not be delivered is tried again by the next call. Raises what `connect` raises if
    the server cannot be reached.
    """
    with reading(store) as work:
        readers = _readers(work, slot)
        found = _found(work, rules, slot.day) if readers else {}
        recused = _recusals(work, readers)
    for reader in readers:
        digest = _digest(rules, reader, found, recused[reader.staff_id], slot.day)
        try:
            message = None if digest.is_empty else _message(rules, reader, digest, slot.day, sender)
            _send_once(store, reader, slot, message, connect)
        except IntegrityError:
            continue  # another sweep was quicker
        except Undeliverable:
            yield Sent(reader.login, delivered=False)
            continue
        if message is not None:
            yield Sent(reader.login, delivered=True)


def _send_once(
    store: Store, reader: Reader, slot: Slot, message: EmailMessage | None, connect: Connect
) -> None:
    """Send in the transaction that keeps that it was sent. Raises IntegrityError if it was."""
    # The connection comes first: on SQLite every writer waits for this transaction.
    line = nullcontext(_nothing) if message is None else connect()
    with line as deliver, writing(store) as work:
        row = {"staff_id": reader.staff_id, "day": slot.day, "number": slot.number}
        work.insert(SentDigest, row)
        if message is not None:
            deliver(message)


def _nothing(_message: EmailMessage) -> None:
    return None


def _readers(work: Work, slot: Slot) -> list[Reader]:
    """Return who is to have the digest of this hour and has not had it."""
    had = exists().where(
        SentDigest.staff_id == Staff.id,
        SentDigest.day == slot.day,
        SentDigest.number == slot.number,
    )
    rows = work.session.execute(
        select(Staff.id, Staff.login, Staff.email, StaffRole.unit_code, StaffRole.role)
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .where(
            Staff.left_on.is_(None),
            StaffRole.role.in_([Role.HEAD, Role.INSPECTOR]),
            ~had,
        )
        .order_by(Staff.login, StaffRole.unit_code, StaffRole.role)
    )
    found: dict[UUID, Reader] = {}
    for staff_id, login, email, unit, role in rows:
        if email is None:
            continue
        known = found.get(staff_id, Reader(staff_id, login, email, (), ()))
        units = tuple(dict.fromkeys((*known.units, unit)))
        heads = (*known.heads, unit) if role == Role.HEAD else known.heads
        found[staff_id] = Reader(staff_id, login, email, units, heads)
    return list(found.values())


def _recusals(work: Work, readers: list[Reader]) -> Mapping[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = work.session.execute(
        select(CaseRecusal.staff_id, CaseRecusal.case_id).where(
            CaseRecusal.staff_id.in_([each.staff_id for each in readers])
        )
    )
    for staff_id, case_id in rows:
        found[staff_id].add(case_id)
    return found


#: The cases of each unit by what is counted.
_Found = Mapping[str, Mapping[Group, set[UUID]]]


def _found(work: Work, rules: Rules, day: date) -> _Found:
    """Return all cases that some digest counts."""
    found: dict[str, dict[Group, set[UUID]]] = defaultdict(lambda: defaultdict(set))
    latest = calendar_of(rules).nth_worked(day, SOON)
    looks = {row.id for row in rules.deadlines if row.start in _URGENT}
    earliest: dict[tuple[str, UUID], date] = {}
    rows = work.session.execute(
        select(
            CaseClock.case_id,
            CaseClock.unit_code,
            CaseClock.rule,
            CaseClock.started_on,
            CaseClock.due_on,
        ).where(
            CaseClock.met_on.is_(None),
            CaseClock.void_on.is_(None),
            or_(CaseClock.due_on <= latest, CaseClock.rule.in_(looks)),
        )
    )
    for case_id, unit, rule, started_on, due_on in rows:
        if rule in looks:
            found[unit][Group.URGENT].add(case_id)
        if due_on is None:
            continue
        last = _last(rules, rule, started_on, due_on)
        earliest[unit, case_id] = min(earliest.get((unit, case_id), last), last)
    for (unit, case_id), last in earliest.items():
        if last <= latest:
            found[unit][_term(last, day)].add(case_id)
    for unit, case_id in _urged(work, rules, day):
        found[unit][Group.URGED].add(case_id)
    return found


def _last(rules: Rules, rule: str, started_on: date, due_on: date) -> date:
    """Return the last day on which it is not too late: of the alarm, where there is one."""
    if rules.deadline(rule, on=started_on).alarm is None:
        return due_on
    return deadlines.limit(rules, Clock(rule, started_on)) or due_on


def _term(last: date, day: date) -> Group:
    if last < day:
        return Group.OVERDUE
    return Group.TODAY if last == day else Group.SOON


def _urged(work: Work, rules: Rules, day: date) -> Iterator[tuple[str, UUID]]:
    """Yield the cases reported to the superior, or urged by it and not moved since."""
    same = and_(
        CaseNotice.case_id == CaseClock.case_id,
        CaseNotice.rule == CaseClock.rule,
        CaseNotice.run == CaseClock.run,
    )
    reported = (
        select(CaseClock.unit_code, CaseClock.case_id)
        .join(CaseNotice, same)
        .where(
            CaseNotice.level == NoticeLevel.URGE,
            CaseClock.met_on.is_(None),
            CaseClock.void_on.is_(None),
        )
    )
    final = [state.id for state in rules.states.all_on(day) if state.final]
    urged = (
        select(Case.unit_code, Case.id)
        .join(CaseEvent, CaseEvent.case_id == Case.id)
        .where(
            CaseEvent.kind == _URGED,
            CaseEvent.happened_on >= Case.state_since,
            Case.state.not_in(final),
        )
    )
    for query in (reported, urged):
        yield from work.session.execute(query)


def _digest(rules: Rules, reader: Reader, found: _Found, recused: set[UUID], day: date) -> Digest:
    """Count for one person, without the cases that they must not know of."""
    counts = {
        unit: {
            group: count
            for group in Group
            if (count := len(found.get(unit, {}).get(group, set()) - recused))
        }
        for unit in reader.units
    }
    below = {
        unit.id: count
        for unit in rules.units.all_on(day)
        if (overdue := found.get(unit.id, {}).get(Group.OVERDUE))
        and any(each.id in reader.heads for each in rules.superiors(unit.id, on=day))
        and (count := len(overdue - recused))
    }
    return Digest({unit: each for unit, each in counts.items() if each}, below)


def _message(
    rules: Rules, reader: Reader, digest: Digest, day: date, sender: Address
) -> EmailMessage:
    names = {unit.id: unit.vi for unit in rules.units.all_on(day)}
    lines = ["Kính gửi ông/bà,"]
    for unit, counts in digest.counts.items():
        lines += ["", f"Hồ sơ của {names.get(unit, unit)} đến ngày {day:%d/%m/%Y}:"]
        lines += [f"- {_WORDS[group]}: {count}" for group, count in counts.items()]
    if digest.below:
        lines += ["", f"Đơn vị cấp dưới có hồ sơ quá hạn đến ngày {day:%d/%m/%Y}:"]
        lines += [f"- {names[unit]}: {count}" for unit, count in digest.below.items()]
    lines += [
        "",
        "Thư chỉ nêu số lượng. Đề nghị ông/bà đăng nhập hệ thống Đăng Văn để xem và xử lý.",
        "Đây là thư tự động, xin không trả lời thư này.",
    ]
    message = EmailMessage()
    message["Subject"] = f"Đăng Văn: hồ sơ đến hạn ngày {day:%d/%m/%Y}"
    message["From"] = sender
    message["To"] = _mailbox(reader)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer from absence
    message.set_content("\n".join(lines) + "\n")
    return message


def _mailbox(reader: Reader) -> Address:
    """Return where it goes. Raises Undeliverable for what is no single address."""
    try:
        return Address(addr_spec=reader.email)
    except (MessageError, ValueError, LookupError):
        raise Undeliverable(reader.login) from None
