"""Which steps a case is open to, for whom, and with what inputs. Pure.

`take` checks a step that somebody wants to take; what it makes of the case is told by course.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rules.book import Rules
from rules.errors import NotInForce, UnknownRule
from rules.lifecycle import ALWAYS, OPEN, Step, Who
from rules.rows import ANY_KIND
from triage import compound, deadlines, inputs, money
from triage.course import (
    FILED,
    Course,
    Past,
    advance,
    effective_day,
    extension_of,
    pause_of,
)
from triage.inputs import Entered, Terms
from triage.terms import rule_of


@dataclass(frozen=True)
class Taken:
    """A step that may be taken: the course after it, its event, and what is to be sealed."""

    course: Course
    past: Past
    sealed: Terms


class NotAllowed(Exception):
    """The step cannot be taken now; `legal` are the ids of those that can."""

    def __init__(self, vi: str, en: str, legal: Iterable[str] = ()) -> None:
        self.vi, self.en, self.legal = vi, en, tuple(legal)
        super().__init__(en)


def legal(rules: Rules, course: Course, who: frozenset[Who], today: date) -> tuple[Step, ...]:
    """Return the steps that these people may take now, in the order of the rules."""
    return tuple(
        step
        for step in rules.steps.all_on(today)
        if who & set(step.who) and _obstacle(rules, course, step, today) is None
    )


def _obstacle(rules: Rules, course: Course, step: Step, today: date) -> tuple[str, str] | None:
    """Return why a step cannot be taken in this course, None if it can."""
    if step.id == FILED:
        return "Hồ sơ đã được tiếp nhận.", "The case has been received already."
    if step.kinds != (ANY_KIND,) and course.kind not in step.kinds:
        kind = rules.kinds.by_id[course.kind][-1]
        return f"Bước này không dành cho {kind.vi}.", f"This step is not for: {kind.en}."
    state = rules.states.on(course.states[step.track], today)
    if not (
        state.id in step.after or ALWAYS in step.after or (OPEN in step.after and not state.final)
    ):
        return (
            f"Không thực hiện được khi hồ sơ ở trạng thái “{state.vi}”.",
            f"It cannot be done in the state: {state.en}.",
        )
    return (
        _missing(rules, course, step)
        or _of_another_outcome(rules, course, step)
        or _still_posted(rules, course, step, today)
    )


def _of_another_outcome(rules: Rules, course: Course, step: Step) -> tuple[str, str] | None:
    """Return why a step does not go with what the police or the conclusion came to."""
    if step.upon_outcome is not None and course.outcome != step.upon_outcome:
        only = rules.outcomes.by_id[step.upon_outcome][-1]
        return (
            f"Chỉ thực hiện được khi kết quả là “{only.vi}” ({step.article}).",
            f"It can be done only if the outcome is: {only.en} ({step.article}).",
        )
    if step.upon_findings and course.finding and course.finding not in step.upon_findings:
        found = rules.outcomes.by_id[course.finding][-1]
        return (
            f"Không áp dụng khi kết luận là “{found.vi}”.",
            f"It cannot be done after the finding: {found.en}.",
        )
    return None


def _missing(rules: Rules, course: Course, step: Step) -> tuple[str, str] | None:
    """Return which steps must come before, if they have not."""
    for needed in step.requires:
        if needed not in course.taken:
            row = rules.steps.by_id[needed][-1]
            return f"Trước đó phải có bước “{row.vi}”.", f"It needs this step before it: {row.en}."
    if step.requires_any and not any(each in course.taken for each in step.requires_any):
        rows = [rules.steps.by_id[each][-1] for each in step.requires_any]
        return (
            f"Trước đó phải có một trong các bước: {'; '.join(row.vi for row in rows)}.",
            f"It needs one of these steps before it: {'; '.join(row.en for row in rows)}.",
        )
    return None


def _still_posted(rules: Rules, course: Course, step: Step, today: date) -> tuple[str, str] | None:
    """Return why it is too early, while a publication must stay up (31/2019 Art. 6(2))."""
    if step.posting is None:
        return None
    met = [each.clock for each in course.clocks if each.clock.rule == step.posting]
    if not met or met[-1].met_on is None:
        return "Chưa công khai.", "It has not been published."
    days = rule_of(rules, met[-1]).posting_days or 0
    over = met[-1].met_on + timedelta(days=days)
    if today < over:
        return (
            f"Phải công khai đủ {days} ngày liên tục; sớm nhất ngày {over:%d/%m/%Y}.",
            f"It must stay up {days} days on end: {over.isoformat()} is the first day to end it.",
        )
    return None


def obstacle(
    rules: Rules, course: Course, step: Step, who: frozenset[Who], today: date
) -> NotAllowed | None:
    """Return why these people cannot take a step now, with what they can; None if they can."""
    reason = _obstacle(rules, course, step, today)
    if not who & set(step.who):
        reason = (
            "Người này không có quyền thực hiện bước này.",
            "This person may not take this step.",
        )
    if reason is None:
        return None
    return NotAllowed(*reason, _possible(rules, course, who, today))


def _possible(rules: Rules, course: Course, who: frozenset[Who], today: date) -> tuple[str, ...]:
    return tuple(step.id for step in legal(rules, course, who, today))


def take(  # noqa: PLR0913, PLR0917  (a step: by whom, with what, when)
    rules: Rules,
    course: Course,
    step_id: str,
    who: frozenset[Who],
    entered: Entered,
    today: date,
) -> Taken:
    """Check a step and return what it makes of the case.

    Raises NotAllowed with the legal steps, inputs.BadInputs, or clock.Refused for a pause or an
    extension that the law does not allow.
    """
    try:
        step = rules.steps.on(step_id, today)
    except (UnknownRule, NotInForce):
        raise NotAllowed(
            f"Không có bước “{step_id}”.",
            f"There is no step {step_id!r}.",
            _possible(rules, course, who, today),
        ) from None
    against = obstacle(rules, course, step, who, today)
    if against is not None:
        raise against
    not_before = course.not_before(step)
    shown, sealed = inputs.read(rules, step, entered, not_before=not_before, today=today)
    sealed = {**sealed, **compound.read(rules, course, step_id, {**shown, **sealed}, today)}
    past = Past(step_id, today, shown)
    if step.books:
        money.check(rules, course.booked, past)
    _check_clocks(rules, course, step, past, str(sealed.get("decision_number", "")))
    return Taken(advance(rules, course, past), past, sealed)


def _check_clocks(rules: Rules, course: Course, step: Step, past: Past, number: str) -> None:
    """Try what the step does to the clocks, strictly. Raises clock.Refused, NotAllowed."""
    on = effective_day(rules, step, past)
    touched = False
    for each in course.open_clocks:
        clock = each.clock
        pause = pause_of(rules, clock, step, past, on)
        if pause is not None:
            deadlines.pause(rules, clock, pause)
            touched = True
        elif clock.rule in step.extends:
            deadlines.extend(rules, clock, extension_of(rules, clock, past, on, number))
            touched = True
        elif clock.rule in step.prolongs:
            deadlines.prolong(rules, clock, tuple(past.terms.get("criteria", ())), on)
            touched = True
        elif step.replaces:
            touched = touched or any(
                row.replaces == clock.rule for row in rules.deadlines.by_id[step.replaces]
            )
    if not touched and (step.pauses or step.extends or step.prolongs or step.replaces):
        raise NotAllowed(
            "Không có thời hạn nào đang chạy để áp dụng bước này.",
            "There is no running term that this step could apply to.",
        )
