"""Acts on a clock: each returns a new clock, or refuses with the law that forbids it. Pure."""

from dataclasses import replace
from datetime import date, timedelta

from rules.book import Rules
from rules.errors import NotInForce, UnknownRule
from rules.procedure import Deadline, Extension, Level, Term
from triage import clock as values
from triage.clock import Clock, Pause, Refused
from triage.terms import due, rule_of

_DAY = timedelta(days=1)


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
    _in_time(rules, clock, wanted.decided_on, rule.article)
    if allowed.ask_before is not None:
        _asked_in_time(rules, clock, wanted, rule.article, allowed.ask_before)
    return replace(clock, extensions=(*clock.extensions, wanted))


def extending(rules: Rules, clock: Clock, criteria: tuple[str, ...], on: date) -> str:
    """Return the deadline that extends a clock in a case as complex as the criteria make it.

    Where the criteria are too few for any, the one that needs the least. Raises clock.Refused
    where the law extends it by none.
    """
    levels = {row.level for row in rules.thresholds.all_on(on) if len(criteria) >= row.at_least}
    found = [
        (row.extension.level is None or row.extension.level in levels, row.extension.times, row.id)
        for row in rules.deadlines.all_on(on)
        if row.extension is not None and clock.rule in row.extension.of
    ]
    if not found:
        raise Refused(
            "extend",
            f"Luật không cho gia hạn {clock.rule}",
            f"The law does not let {clock.rule} be extended",
            rule_of(rules, clock).article,
        )
    possible = [each for each in found if each[0]]
    return (max(possible) if possible else min(found))[2]


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


def _in_time(rules: Rules, clock: Clock, on: date, article: str) -> None:
    """Refuse a decision before or after the term that it prolongs."""
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
    if on > last:
        raise Refused(
            "decided_on",
            f"Phải quyết định chậm nhất ngày {last:%d/%m/%Y}.",
            f"It had to be decided by {last.isoformat()}.",
            article,
        )


def _asked_in_time(
    rules: Rules, clock: Clock, wanted: values.Extension, article: str, ask_before: Term
) -> None:
    """Refuse an extension that was asked for too close to the end of the term (BLTTHS 147(2)).

    Where nobody says when it was asked for, the day of the decision stands for it.
    """
    last, asked = due(rules, clock), wanted.asked_on or wanted.decided_on
    if asked > wanted.decided_on:
        raise Refused(
            "asked_on",
            "Ngày đề nghị gia hạn sau ngày quyết định.",
            "It was asked for after the day of the decision.",
            article,
        )
    if last is not None and asked > (latest := last - timedelta(days=ask_before.length or 0)):
        raise Refused(
            "asked_on",
            f"Phải đề nghị gia hạn chậm nhất ngày {latest:%d/%m/%Y}.",
            f"It had to be asked for by {latest.isoformat()}.",
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
