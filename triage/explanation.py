"""Why a term ends on its day: every day that did not count, by name and law. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from rules.book import Rules
from rules.procedure import LengthUnit, LongerTerm, Suspension, Term
from triage.calendar import WorkCalendar, calendar_of
from triage.clock import Clock
from triage.deadlines import limit
from triage.terms import Segment, rule_of, segments

_UNITS = {
    LengthUnit.WORKING_DAYS: ("ngày làm việc", "working days"),
    LengthUnit.DAYS: ("ngày", "days"),
    LengthUnit.MONTHS: ("tháng", "months"),
    LengthUnit.HOURS: ("giờ", "hours"),
    LengthUnit.AT_ONCE: ("thực hiện ngay", "at once"),
    LengthUnit.ENTERED: ("đến ngày đã hẹn", "until the day that was set"),
}


class Counted(StrEnum):
    """What became of a day in the count."""

    COUNTED = "counted"
    #: A day off among working days.
    SKIPPED = "skipped"
    PAUSED = "paused"
    #: The last day of the term, which is off.
    LAST_OFF = "last_off"
    #: After all days were counted: passed over, or the working day that ends the term instead.
    ROLLED = "rolled"


#: How a sentence about such days begins.
_SAID = {
    Counted.COUNTED: ("Tính là ngày làm việc", "Counted as a working day"),
    Counted.SKIPPED: ("Không tính", "Not counted"),
    Counted.PAUSED: ("Tạm dừng, không tính", "Standing still, not counted"),
    Counted.LAST_OFF: ("Ngày cuối rơi vào ngày nghỉ", "The last day is off"),
    Counted.ROLLED: ("Ngày nghỉ tiếp theo", "Off as well"),
}


@dataclass(frozen=True)
class Day:
    """A day after the start of a term, and what became of it.

    The texts are empty where there is nothing to tell; else they name the day off, the Saturday
    that is worked, or the ground of the pause, and `article` its law.
    """

    on: date
    counted: Counted
    vi: str = ""
    en: str = ""
    article: str = ""


@dataclass(frozen=True)
class Part:
    """One term of the clock and its days, from the one after the start to the last."""

    segment: Segment
    days: tuple[Day, ...]


@dataclass(frozen=True)
class Line:
    """A sentence in both languages; `article`: its legal basis, as the rules write it."""

    vi: str
    en: str
    article: str = ""

    def cited(self, language: str) -> str:
        """Return the sentence with its basis: in Vietnamese for ``vi``, in English for others."""
        words = self.vi if language == "vi" else self.en
        return f"{words.removesuffix('.')} ({self.article})." if self.article else words


@dataclass(frozen=True)
class Explanation:
    """The terms of a clock, day by day, and the same in sentences. `due`: None without a term."""

    rule: str
    article: str
    started_on: date
    due: date | None
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]

    def text(self, language: str) -> str:
        """Return the sentences one a line: in Vietnamese for ``vi``, in English for others."""
        return "\n".join(line.cited(language) for line in self.lines)

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as values that JSON can hold, days in ISO 8601."""
        return {
            "rule": self.rule,
            "article": self.article,
            "started_on": self.started_on.isoformat(),
            "due": None if self.due is None else self.due.isoformat(),
            "parts": [_part_json(part) for part in self.parts],
            "lines": [{"vi": line.cited("vi"), "en": line.cited("en")} for line in self.lines],
        }


def explain(rules: Rules, clock: Clock) -> Explanation:
    """Return how the last day of a clock comes about. Raises UnknownRule, NotInForce."""
    calendar, grounds = calendar_of(rules), _grounds(rules, clock)
    parts = tuple(_part(calendar, each, grounds) for each in segments(rules, clock))
    due = parts[-1].segment.end if parts else None
    lines = tuple(_lines(rules, clock, parts))
    return Explanation(
        clock.rule, rule_of(rules, clock).article, clock.started_on, due, parts, lines
    )


def _grounds(rules: Rules, clock: Clock) -> dict[date, Suspension]:
    """Return every paused day and the ground that the law gives for it."""
    return {
        pause.first + timedelta(days=offset): rules.suspensions.on(pause.ground, pause.first)
        for pause in clock.pauses
        for offset in range((pause.last - pause.first).days + 1)
    }


def _part(calendar: WorkCalendar, segment: Segment, grounds: dict[date, Suspension]) -> Part:
    days = (
        segment.after + timedelta(days=offset)
        for offset in range(1, (segment.end - segment.after).days + 1)
    )
    return Part(segment, tuple(_day(calendar, segment, day, grounds.get(day)) for day in days))


def _day(calendar: WorkCalendar, segment: Segment, day: date, ground: Suspension | None) -> Day:
    if ground is not None:
        return Day(day, Counted.PAUSED, ground.vi, ground.en, ground.article)
    counted = _counted(calendar, segment, day)
    reason = calendar.reason(day)
    in_working_days = segment.term.unit is LengthUnit.WORKING_DAYS
    if reason is None or (counted is Counted.COUNTED and not in_working_days):
        # Where calendar days count, a day off counts like any other.
        return Day(day, counted)
    return Day(day, counted, reason.vi, reason.en, reason.article)


def _counted(calendar: WorkCalendar, segment: Segment, day: date) -> Counted:
    if day > segment.raw:
        return Counted.ROLLED
    if segment.term.unit is LengthUnit.WORKING_DAYS:
        return Counted.COUNTED if calendar.is_worked(day) else Counted.SKIPPED
    rolls = day == segment.raw and not calendar.is_worked(day) and segment.raw < segment.end
    return Counted.LAST_OFF if rolls else Counted.COUNTED


def _lines(rules: Rules, clock: Clock, parts: tuple[Part, ...]) -> Iterator[Line]:
    rule = rule_of(rules, clock)
    if not parts:
        yield _headed(rule.id, rule.vi, rule.en, rule.article)
        yield Line("Không có thời hạn.", "There is no term.")
        return
    for part in parts:
        row = part.segment.rule
        yield _headed(row.id, row.vi, row.en, row.article)
        yield from _part_lines(rules, clock, part)
    last = parts[-1].segment.end
    yield Line(f"Hết hạn lúc 24 giờ ngày {_vi(last)}.", f"Due by 24:00 on {last}.")
    if last.year > calendar_of(rules).announced:
        yield Line(
            f"Lịch nghỉ năm {last.year} chưa được công bố: ngày hết hạn là dự kiến.",
            f"The days off of {last.year} are not announced yet: this last day is an estimate.",
        )
    alarm = limit(rules, clock)
    if rule.alarm is not None and alarm is not None:
        yield Line(f"Báo động nội bộ: ngày {_vi(alarm)}.", f"Internal alarm: {alarm}.")


def _part_lines(rules: Rules, clock: Clock, part: Part) -> Iterator[Line]:
    term, after = part.segment.term, part.segment.after
    vi, en = _length(term)
    yield Line(f"Thời hạn: {vi}, kể từ ngày {_vi(after)}.", f"Term: {en}, from {after}.")
    if term.unit in {LengthUnit.AT_ONCE, LengthUnit.ENTERED}:
        return
    if term.unit is LengthUnit.HOURS:
        yield from _computation(rules, clock, "hours_run")
        return
    yield from _computation(rules, clock, "start_not_counted")
    if term.unit is LengthUnit.MONTHS:
        yield from _computation(rules, clock, "month_end")
    yield from _day_lines(part.days)
    if part.segment.end > part.segment.raw:
        yield from _computation(rules, clock, "roll_forward")


def _day_lines(days: tuple[Day, ...]) -> Iterator[Line]:
    """Yield a sentence for each run of days that have the same to tell."""
    for (_, counted, vi, en, article), run in groupby(enumerate(days), key=_told):
        if not vi:
            continue
        same = [day.on for _, day in run]
        said_vi, said_en = _SAID[Counted(counted)]
        yield Line(
            f"{said_vi}: {_span(_vi(same[0]), _vi(same[-1]))}, {vi}.",
            f"{said_en}: {_span(str(same[0]), str(same[-1]))}, {en}.",
            article,
        )


def _told(numbered: tuple[int, Day]) -> tuple[int, str, str, str, str]:
    """Return what days next to one another have in common if one sentence tells of them."""
    number, day = numbered
    return day.on.toordinal() - number, day.counted, day.vi, day.en, day.article


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} - {last}"


def _computation(rules: Rules, clock: Clock, row_id: str) -> Iterator[Line]:
    for row in rules.computations.by_id[row_id]:
        if row.in_force(clock.started_on):
            yield Line(f"{row.vi}.", f"{row.en}.", row.article)


def _headed(rule: str, vi: str, en: str, article: str) -> Line:
    return Line(f"{rule}: {vi}.", f"{rule}: {en}.", article)


def _length(term: Term) -> tuple[str, str]:
    vi, en = _UNITS[term.unit]
    if term.length is not None:
        vi, en = f"{term.length} {vi}", f"{term.length} {en}"
    if isinstance(term, LongerTerm):
        return f"{vi} ({term.vi})", f"{en} ({term.en})"
    return vi, en


def _part_json(part: Part) -> dict[str, Any]:
    segment = part.segment
    return {
        "rule": segment.rule.id,
        "article": segment.rule.article,
        "length": segment.term.length,
        "unit": segment.term.unit.value,
        "after": segment.after.isoformat(),
        "raw": segment.raw.isoformat(),
        "end": segment.end.isoformat(),
        "days": [
            {
                "on": day.on.isoformat(),
                "counted": day.counted.value,
                "vi": day.vi,
                "en": day.en,
                "article": day.article,
            }
            for day in part.days
        ],
    }


def _vi(day: date) -> str:
    return f"{day:%d/%m/%Y}"
