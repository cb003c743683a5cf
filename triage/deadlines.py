"""When the law wants what done: last days, warnings, pauses, extensions. Pure.

Where a clock's terms end is counted in terms.py; why a day is the last one is told by
explanation.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from rules.book import Rules
from rules.errors import NotInForce, UnknownRule
from rules.procedure import Deadline, Extension, LengthUnit, Level, Term
from triage import clock as values
from triage.calendar import WorkCalendar, calendar_of, raw_end
from triage.clock import Clock, Pause, Refused
from triage.terms import Segment, counted, in_order, nth_counted, rule_of, segments

#: The terms that tell a reporter what happens next; others begin with later events or bind only
#: between offices.
FOR_THE_REPORTER = ("NB-01", "TC-01", "TCD-01", "KN-01", "PC-01", "NB-02", "BV-03")
_STARTS = ("received", "protection_requested")
_DAY = timedelta(days=1)
_WHOLE = 100


@dataclass(frozen=True)
class Due:
    """A duty, its last day, and the row of rules/ that it follows from."""

    rule: Deadline
    on: date


class NoticeLevel(StrEnum):
    """What somebody is told of a clock that nobody has met, from mild to grave."""

    WARN_50 = "warn_50"
    WARN_75 = "warn_75"
    WARN_90 = "warn_90"
    #: The first day on which it is too late: to the unit.
    BREACH = "breach"
    #: The next working day: to its superior (đôn đốc).
    URGE = "urge"


@dataclass(frozen=True, slots=True)
class Notice:
    """A level and the day it is reached on."""

    level: NoticeLevel
    on: date


class Status(StrEnum):
    """How a clock stands on a day."""

    RUNNING = "running"
    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    PAUSED = "paused"
    DONE = "done"
    DONE_LATE = "done_late"
    VOID = "void"
    #: A reminder without a last day.
    OPEN_ENDED = "open_ended"


def after_receipt(rules: Rules, kind: str, received_on: date) -> tuple[Due, ...]:
    """Return what a reporter may expect after that day, the earliest first.

    The law is that of the day of receipt. Raises UnknownRule or NotInForce for an unknown kind.
    """
    calendar = calendar_of(rules)
    found = [
        Due(row, calendar.due(received_on, row.term))
        for row in rules.deadlines_on(received_on, kind)
        if row.id in FOR_THE_REPORTER
        and row.term.unit is not LengthUnit.NONE
        and (row.start == "received" or (row.start in _STARTS and kind == "bao_ve"))
    ]
    return tuple(sorted(found, key=lambda due: due.on))


def start(rules: Rules, rule_id: str, on: date) -> Clock:
    """Start a clock with the event of that day. Raises UnknownRule, NotInForce."""
    return Clock(rules.deadline(rule_id, on=on).id, on)


def meet(clock: Clock, on: date) -> Clock:
    """Return the clock, met on that day. Raises clock.Refused."""
    _may_end(clock, on)
    return replace(clock, met_on=on)


def void(clock: Clock, on: date) -> Clock:
    """Return the clock, ended unmet on that day: nothing is due any more. Raises clock.Refused."""
    _may_end(clock, on)
    return replace(clock, void_on=on)


def due(rules: Rules, clock: Clock) -> date | None:
    """Return the last day, None for a duty without a term.

    Raises UnknownRule, NotInForce if the rules do not know the deadline on its first day.
    """
    ends = segments(rules, clock)
    return ends[-1].end if ends else None


def instant(rules: Rules, rule_id: str, moment: datetime) -> datetime:
    """Return the moment at which a term of running hours ends that began at `moment`.

    Raises ValueError for a term in another unit, UnknownRule, NotInForce.
    """
    term = rules.deadline(rule_id, on=moment.date()).term
    if term.unit is not LengthUnit.HOURS or term.length is None:
        raise ValueError(f"the term of {rule_id} does not run in hours")
    return moment + timedelta(hours=term.length)


def limit(rules: Rules, clock: Clock) -> date | None:
    """Return the last day on which it is not too late: of the alarm, where there is one.

    "At once" has no length, so the house sets an alarm (HS-00: 24 hours).
    """
    found = segments(rules, clock)
    return _limit(clock, found) if found else None


def _limit(clock: Clock, found: tuple[Segment, ...]) -> date:
    alarm = found[0].rule.alarm
    return found[-1].end if alarm is None else raw_end(clock.started_on, alarm)


def notices(rules: Rules, clock: Clock) -> tuple[Notice, ...]:
    """Return when who is told that a clock is not met, in the order of days.

    Shares are of the days that count: working days, or calendar days, pauses left out. Where the
    house has set an alarm, the day of the alarm is that of the breach: of a term that the law
    calls "at once", nobody waits for the day after. Nothing comes after the clock has ended.
    """
    found = segments(rules, clock)
    if not found:
        return ()
    calendar, end = calendar_of(rules), _limit(clock, found)
    breach = end + _DAY if found[0].rule.alarm is None else end
    all_of_them = (
        *_warnings(rules, clock, found),
        Notice(NoticeLevel.BREACH, breach),
        Notice(NoticeLevel.URGE, calendar.nth_worked(breach, 1)),
    )
    if clock.met_on is None and clock.void_on is None:
        return all_of_them
    ended = min(day for day in (clock.met_on, clock.void_on) if day is not None)
    return tuple(each for each in all_of_them if each.on <= ended)


def _warnings(rules: Rules, clock: Clock, found: tuple[Segment, ...]) -> Iterator[Notice]:
    """Yield a warning for each share of the term; a term without days has none.

    The days by which a last day off rolls forward are a gift, and belong to no share.
    """
    calendar, unit, last = calendar_of(rules), found[0].term.unit, found[-1].raw
    pauses = in_order(clock.pauses)
    total = _total(calendar, clock, last, unit)
    if total == 0:
        return
    for row in rules.warnings.all_on(last):
        needed = -(-total * row.percent // _WHOLE)
        day = nth_counted(calendar, clock.started_on, needed, unit, pauses)
        yield Notice(NoticeLevel(row.id), day)


def _total(calendar: WorkCalendar, clock: Clock, last: date, unit: LengthUnit) -> int:
    paused = sum(
        counted(calendar, max(pause.first - _DAY, clock.started_on), min(pause.last, last), unit)
        for pause in clock.pauses
    )
    return counted(calendar, clock.started_on, last, unit) - paused


def status(rules: Rules, clock: Clock, today: date) -> Status:
    """Tell how a clock stands on a day. A term ends at 24:00 of its last day (Civil Code 148).

    Looking at a case changes nothing of it: only an act that the law names meets a clock.
    """
    found = segments(rules, clock)
    end = _limit(clock, found) if found else None
    if clock.met_on is not None and clock.met_on <= today:
        return Status.DONE if end is None or clock.met_on <= end else Status.DONE_LATE
    if clock.void_on is not None and clock.void_on <= today:
        return Status.VOID
    if any(each.holds(today) for each in clock.pauses):
        return Status.PAUSED
    if end is None:
        return Status.OPEN_ENDED
    if today > end:
        return Status.OVERDUE
    return _before_end(rules, clock, found, today)


def _before_end(rules: Rules, clock: Clock, found: tuple[Segment, ...], today: date) -> Status:
    if today >= found[-1].end:
        return Status.DUE_TODAY
    near = any(
        each.level is NoticeLevel.WARN_75 and each.on <= today
        for each in _warnings(rules, clock, found)
    )
    return Status.DUE_SOON if near else Status.RUNNING


def pause(rules: Rules, clock: Clock, wanted: Pause) -> Clock:
    """Let a clock stand still for a while, on a ground of the law. Raises clock.Refused."""
    _must_run(clock)
    try:
        ground = rules.suspensions.on(wanted.ground, wanted.first)
    except (UnknownRule, NotInForce):
        raise Refused(
            "suspension",
            f"Không có căn cứ tạm đình chỉ “{wanted.ground}”.",
            f"There is no ground for a suspension {wanted.ground!r}.",
        ) from None
    if clock.rule not in ground.pauses:
        raise Refused(
            "suspension",
            f"Căn cứ này không cho phép dừng thời hạn {clock.rule}.",
            f"This ground does not let the deadline {clock.rule} stand still.",
            ground.article,
        )
    last = due(rules, clock)
    if wanted.last < wanted.first:
        raise Refused("until", "Ngày kết thúc trước ngày bắt đầu.", "It ends before it begins.")
    if wanted.first < clock.started_on:
        raise Refused(
            "until",
            "Không thể tạm đình chỉ trước khi thời hạn bắt đầu.",
            "A clock cannot stand still before it has started.",
        )
    if last is not None and wanted.first > last:
        raise Refused(
            "until",
            f"Thời hạn đã hết ngày {last:%d/%m/%Y}; không tạm đình chỉ được nữa.",
            f"The term ended on {last.isoformat()}: it can no longer stand still.",
            ground.article,
        )
    if any(each.first <= wanted.last and wanted.first <= each.last for each in clock.pauses):
        raise Refused(
            "until", "Trùng với lần tạm đình chỉ khác.", "It overlaps another suspension."
        )
    return replace(clock, pauses=(*clock.pauses, wanted))


def resume(clock: Clock, on: date) -> Clock:
    """Let a clock go on with that day, before the pause that holds it was to end.

    Nothing is left of a pause that began on that very day, and nothing changes of the others.
    """
    kept = []
    for each in clock.pauses:
        if not each.holds(on):
            kept.append(each)
        elif each.first < on:
            kept.append(replace(each, last=on - _DAY))
    return replace(clock, pauses=tuple(kept))


def prolong(rules: Rules, clock: Clock, criteria: tuple[str, ...], on: date) -> Clock:
    """Apply the law's longer term, for one of the criteria of complexity. Raises clock.Refused."""
    _must_run(clock)
    rule = rule_of(rules, clock)
    if rule.longer is None:
        raise Refused(
            "criteria",
            f"Luật không có thời hạn dài hơn cho {rule.id}.",
            f"The law has no longer term for {rule.id}.",
            rule.article,
        )
    _check_criteria(rules, criteria, on)
    _in_time(rules, clock, on, rule.article)
    return replace(clock, longer=True)


def extend(rules: Rules, clock: Clock, wanted: values.Extension) -> Clock:
    """Extend a clock by a written decision (TC 30). Raises clock.Refused.

    The decision needs its number, must come before the term has run out, and the deadline that
    allows it caps how often, given how complex the case is.
    """
    _must_run(clock)
    rule, allowed = _extension_rule(rules, clock, wanted)
    if not wanted.number.strip():
        raise Refused(
            "decision_number",
            "Gia hạn phải bằng quyết định văn bản; thiếu số quyết định.",
            "An extension needs a written decision: its number is missing.",
            rule.article,
        )
    reached = _check_criteria(rules, wanted.criteria, wanted.decided_on, optional=not allowed.level)
    if allowed.level is not None and allowed.level not in reached:
        needed = _threshold(rules, allowed.level, wanted.decided_on)
        raise Refused(
            "criteria",
            f"Gia hạn này cần ít nhất {needed} tiêu chí phức tạp.",
            f"This extension needs at least {needed} of the criteria of complexity.",
            rule.article,
        )
    if len(clock.extensions) >= allowed.times:
        raise Refused(
            "decided_on",
            f"Luật chỉ cho gia hạn tối đa {allowed.times} lần.",
            f"The law allows {allowed.times} extension(s) at most.",
            rule.article,
        )
    _in_time(rules, clock, wanted.decided_on, rule.article, allowed.ask_before)
    return replace(clock, extensions=(*clock.extensions, wanted))


def _extension_rule(
    rules: Rules, clock: Clock, wanted: values.Extension
) -> tuple[Deadline, Extension]:
    try:
        rule = rules.deadline(wanted.rule, on=wanted.decided_on)
    except (UnknownRule, NotInForce) as error:
        raise Refused(
            "decided_on",
            f"Không có quy định gia hạn {wanted.rule} vào ngày đó.",
            f"On that day {error}.",
            rule_of(rules, clock).article,
        ) from None
    if rule.extension is None or clock.rule not in rule.extension.of:
        raise Refused(
            "decided_on",
            f"{wanted.rule} không gia hạn được {clock.rule}.",
            f"{wanted.rule} does not extend {clock.rule}.",
            rule.article,
        )
    return rule, rule.extension


def _check_criteria(
    rules: Rules, criteria: tuple[str, ...], on: date, *, optional: bool = False
) -> frozenset[Level]:
    """Return the levels of complexity that the criteria reach. Raises clock.Refused."""
    known = {row.id: row for row in rules.criteria.all_on(on)}
    article = next(iter(rules.criteria)).article
    unknown = [each for each in criteria if each not in known]
    if unknown or len(set(criteria)) != len(criteria) or not (criteria or optional):
        raise Refused(
            "criteria",
            "Phải chọn tiêu chí phức tạp trong danh mục, mỗi tiêu chí một lần.",
            "Criteria of complexity must be chosen from the list, each once.",
            article,
        )
    rows = rules.thresholds.all_on(on)
    return frozenset(row.level for row in rows if len(criteria) >= row.at_least)


def _threshold(rules: Rules, level: Level, on: date) -> int:
    return next(row.at_least for row in rules.thresholds.all_on(on) if row.level is level)


def _in_time(
    rules: Rules, clock: Clock, on: date, article: str, ask_before: Term | None = None
) -> None:
    """Refuse a decision after the term that it prolongs, or too close to its end."""
    last = due(rules, clock)
    if last is None:
        return
    if on < clock.started_on:
        raise Refused(
            "decided_on",
            "Ngày quyết định trước ngày bắt đầu thời hạn.",
            "The decision is from before the term began.",
            article,
        )
    latest = last - timedelta(days=ask_before.length or 0) if ask_before else last
    if on > latest:
        raise Refused(
            "decided_on",
            f"Phải quyết định chậm nhất ngày {latest:%d/%m/%Y}.",
            f"It had to be decided by {latest.isoformat()}.",
            article,
        )


def _must_run(clock: Clock) -> None:
    if clock.met_on is not None or clock.void_on is not None:
        raise Refused("decided_on", "Thời hạn này đã kết thúc.", "This clock has ended already.")


def _may_end(clock: Clock, on: date) -> None:
    _must_run(clock)
    if on < clock.started_on:
        raise Refused(
            "decided_on",
            "Thời hạn không thể kết thúc trước khi bắt đầu.",
            "A clock cannot end before it has started.",
        )
