"""Days off and working days that administrators enter: checked, looked ahead, kept, taken back."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, func, select

from ledger.entry import Act
from ledger.note import Signer
from records.clock import CaseClock
from records.office import CalendarDay
from records.staff import Staff
from records.work import Store, Work, reading, writing
from rules.book import Rules
from triage import lawbook, logbook, recompute
from triage.access import Insider
from triage.calendar import Cause, Reason, calendar_of
from triage.lawbook import EnteredDay
from triage.office import Unfit

#: Cases that are looked at before somebody confirms: some seconds' work.
MOST_CONSIDERED = 5_000
#: Up to so many cases the clocks follow at once; more are left to the next sweep.
AT_ONCE = 2_000
#: Examples of dates that are shown.
_EXAMPLES = 5
#: How far back a day may lie, and how far ahead.
_BACK, _AHEAD = timedelta(days=366), timedelta(days=800)
_LONGEST = 200


@dataclass(frozen=True)
class KeptDay:
    """An entered day, and who entered it when."""

    entered: EnteredDay
    by: str
    on: date


@dataclass(frozen=True)
class CalendarRow:
    """A day that differs from the week as it goes: off, or worked out of turn."""

    day: date
    worked: bool
    reason: Reason
    kept: KeptDay | None


@dataclass(frozen=True)
class Example:
    """So many terms would end on another day."""

    before: date
    after: date
    count: int


@dataclass(frozen=True)
class UnitMoves:
    """How many cases of a unit have a term that would end on another day."""

    unit: str
    cases: int


@dataclass(frozen=True)
class Preview:
    """What a change would move. No case is named."""

    change: EnteredDay
    #: Cases with a term that runs over the day, and how many of them were looked at.
    concerned: int
    looked: int
    units: tuple[UnitMoves, ...]
    examples: tuple[Example, ...]

    @property
    def moved(self) -> int:
        """How many of the cases that were looked at would change."""
        return sum(each.cases for each in self.units)

    @property
    def is_whole(self) -> bool:
        """Tell whether every case was looked at."""
        return self.looked >= self.concerned

    @property
    def at_once(self) -> bool:
        """Tell whether the terms follow in the act itself."""
        return self.concerned <= AT_ONCE


def year(store: Store, released: Rules, number: int) -> tuple[CalendarRow, ...]:
    """Return the days of a year that are off or worked out of turn, weekly rest days left out."""
    with reading(store) as work:
        kept = {each.entered.day: each for each in _kept(work)}
        calendar = calendar_of(lawbook.having(released, lawbook.entered(work)))
    rows = []
    for ordinal in range(date(number, 1, 1).toordinal(), date(number, 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        reason = calendar.reason(day)
        if reason is not None and (reason.cause is not Cause.REST_DAY or day in kept):
            rows.append(CalendarRow(day, calendar.is_worked(day), reason, kept.get(day)))
    return tuple(rows)


def announced(released: Rules) -> int:
    """Return the last year whose days off the release knows; later ones are estimates."""
    return calendar_of(released).announced


def preview(store: Store, released: Rules, change: EnteredDay, today: date) -> Preview:
    """Return what entering a day would move. Raises Unfit."""
    with reading(store) as work:
        before = lawbook.entered(work)
        _check(work, released, before, change, today)
    return _looked(store, released, (*before, change), change)


def preview_removal(store: Store, released: Rules, day: date, today: date) -> Preview:
    """Return what taking an entered day back would move. Raises Unfit."""
    with reading(store) as work:
        before = lawbook.entered(work)
        change = _found(before, day)
        _check_past(work, day, today)
    return _looked(store, released, tuple(each for each in before if each != change), change)


def enter(  # noqa: PLR0913, PLR0917
    store: Store,
    released: Rules,
    key: Signer,
    person: Insider,
    change: EnteredDay,
    today: date,
) -> bool:
    """Keep a day, with an entry in the log; True if the terms have followed already.

    Raises Unfit.
    """
    with writing(store) as work:
        before = lawbook.entered(work)
        _check(work, released, before, change, today)
        row = {
            "day": change.day,
            "off": change.off,
            "name": change.name,
            "basis": change.basis,
            "entered_by": person.id,
            "entered_on": today,
        }
        work.insert(CalendarDay, row)
        kind = "calendar.day_off" if change.off else "calendar.day_worked"
        logbook.record(work, _act(kind, person, change, today), key)
    return _follow(store, released, change.day)


def take_back(  # noqa: PLR0913, PLR0917
    store: Store, released: Rules, key: Signer, person: Insider, day: date, today: date
) -> bool:
    """Take an entered day back, with an entry in the log; True if the terms have followed already.

    Raises Unfit.
    """
    with writing(store) as work:
        change = _found(lawbook.entered(work), day)
        _check_past(work, day, today)
        work.session.execute(delete(CalendarDay).where(CalendarDay.day == day))
        logbook.record(work, _act("calendar.day_removed", person, change, today), key)
    return _follow(store, released, day)


def _act(kind: str, person: Insider, change: EnteredDay, today: date) -> Act:
    detail = (("by", str(person.id)), ("name", change.name), ("basis", change.basis))
    return Act(kind, today, change.day.isoformat(), detail)


def _follow(store: Store, released: Rules, day: date) -> bool:
    """Make the clocks that run over that day anew, if they are few."""
    if recompute.count(store, day) > AT_ONCE:
        return False
    rules = lawbook.in_force(store, released)
    for _batch in recompute.recompute(store, rules, day):
        pass
    return True


def _looked(
    store: Store, released: Rules, days: tuple[EnteredDay, ...], change: EnteredDay
) -> Preview:
    rules = lawbook.with_entered(released, sorted(days))
    looked = recompute.consider(store, rules, change.day, MOST_CONSIDERED)
    units = Counter(case[0].unit for case in looked.moved)
    ends = Counter((each.before, each.after) for case in looked.moved for each in case)
    return Preview(
        change,
        recompute.count(store, change.day),
        looked.cases,
        tuple(UnitMoves(*each) for each in units.most_common()),
        tuple(Example(*end, count) for end, count in sorted(ends.items())[:_EXAMPLES]),
    )


def _kept(work: Work) -> list[KeptDay]:
    rows = work.session.execute(
        select(
            CalendarDay.day,
            CalendarDay.off,
            CalendarDay.name,
            CalendarDay.basis,
            Staff.name,
            CalendarDay.entered_on,
        ).join(Staff, Staff.id == CalendarDay.entered_by)
    )
    return [KeptDay(EnteredDay(*row[:4]), row[4], row[5]) for row in rows]


def _found(days: tuple[EnteredDay, ...], day: date) -> EnteredDay:
    for each in days:
        if each.day == day:
            return each
    raise Unfit("day", "Ngày này không có trong lịch bổ sung.", "That day was not entered.")


def _check(
    work: Work, released: Rules, before: tuple[EnteredDay, ...], change: EnteredDay, today: date
) -> None:
    if not today - _BACK <= change.day <= today + _AHEAD:
        raise Unfit(
            "day",
            "Chỉ nhập được ngày trong vòng một năm trước đến hai năm sau hôm nay.",
            "Only days from one year ago to two years ahead can be entered.",
        )
    for field, text in (("name", change.name), ("basis", change.basis)):
        if not 0 < len(text) <= _LONGEST:
            raise Unfit(
                field, f"Hãy nhập từ 1 đến {_LONGEST} ký tự.", f"Give 1 to {_LONGEST} characters."
            )
    if any(each.day == change.day for each in before):
        raise Unfit(
            "day",
            "Ngày này đã được nhập. Hãy bỏ mục cũ trước khi nhập mục mới.",
            "That day has been entered already. Remove the old entry first.",
        )
    calendar = calendar_of(lawbook.having(released, before))
    if calendar.is_worked(change.day) is not change.off:
        raise _already(calendar.reason(change.day), off=change.off)
    _check_past(work, change.day, today)


def _already(reason: Reason | None, *, off: bool) -> Unfit:
    if not off:
        return Unfit("day", "Ngày này vốn là ngày làm việc.", "That day is a working day as it is.")
    vi, en = ("", "") if reason is None else (f": {reason.vi}", f": {reason.en}")
    return Unfit("day", f"Ngày này đã là ngày nghỉ{vi}.", f"That day is off already{en}.")


def _check_past(work: Work, day: date, today: date) -> None:
    """Refuse a past day over which terms have been met: they stay as they were reported."""
    if day >= today:
        return
    met = work.session.execute(
        select(func.count())
        .select_from(CaseClock)
        .where(CaseClock.started_on < day, CaseClock.due_on >= day, CaseClock.met_on >= day)
    ).scalar_one()
    if met:
        raise Unfit(
            "day",
            f"Ngày này đã qua và {met} thời hạn chạy qua ngày đó đã được hoàn thành; đổi lịch sẽ "
            "làm sai kết quả đúng hạn, quá hạn đã ghi nhận.",
            f"That day is over, and {met} terms that ran over it have been met; a change would "
            "falsify what was recorded as on time or late.",
        )
