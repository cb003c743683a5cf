"""Clocks of a case as pages show them: how each stands, why its last day is that one. Pure."""

from dataclasses import dataclass
from datetime import date

from rules.book import Rules
from rules.procedure import Deadline
from triage import deadlines, explanation
from triage.course import Course, Running
from triage.deadlines import Status
from triage.explanation import Explanation
from triage.remaining import Left, left
from triage.terms import rule_of


@dataclass(frozen=True)
class ClockView:
    """A clock: how it stands today, and why its last day is that one."""

    rule: Deadline
    run: int
    started_on: date
    due_on: date | None
    left: Left | None
    status: Status
    ended_on: date | None
    paused_until: date | None
    why: Explanation


def of(rules: Rules, course: Course, today: date) -> tuple[ClockView, ...]:
    """Return the clocks: those that run first, in each half the newest first."""
    order = sorted(course.clocks, key=lambda each: (each.is_open, each.clock.started_on))
    return tuple(_clock(rules, each, today) for each in reversed(order))


def _clock(rules: Rules, running: Running, today: date) -> ClockView:
    clock = running.clock
    why = explanation.explain(rules, clock)
    still = running.is_open and why.due is not None
    return ClockView(
        rule=rule_of(rules, clock),
        run=running.run,
        started_on=clock.started_on,
        due_on=why.due,
        left=left(rules, why.due, today) if still and why.due is not None else None,
        status=deadlines.status(rules, clock, today),
        ended_on=clock.met_on or clock.void_on,
        paused_until=max((each.last for each in clock.pauses), default=None),
        why=why,
    )
