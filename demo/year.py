"""Plays the year of the demo city day by day: the night's log, the morning's clocks, people."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from demo.stage import Stage
from demo.timetable import Plan
from records.settings import Settings
from records.work import reading
from triage import sequencer, sweep

_FILED = ""
_DAY = timedelta(days=1)


def acts(plans: Sequence[Plan]) -> int:
    """Return how many acts `play` will yield."""
    return sum(len(plan.acts) + 1 for plan in plans)


def play(
    stage: Stage, settings: Settings, plans: Sequence[Plan], founded: date, today: date
) -> Iterator[None]:
    """Let everything happen that the plans say, and yield after each act."""
    days = _by_day(plans)
    day = founded
    while day <= today:
        _night(stage, settings, day)
        for plan, step in days[day]:
            if step == _FILED:
                stage.file(plan, day)
            else:
                stage.act(plan, step, day)
            yield
        day += _DAY


def _by_day(plans: Sequence[Plan]) -> dict[date, list[tuple[Plan, str]]]:
    days: dict[date, list[tuple[Plan, str]]] = defaultdict(list)
    for plan in plans:
        days[plan.filed].append((plan, _FILED))
    for plan in plans:
        for act in plan.acts:
            days[act.on].append((plan, act.step))
    return days


def _night(stage: Stage, settings: Settings, day: date) -> None:
    """Merge the log of the days before, and notice what the new day brings."""
    with reading(stage.store) as work:
        entries = sequencer.waiting(work.session, day)
        cases = sweep.waiting(work.session, day)
    if entries:
        for _ in sequencer.sequence(stage.store, settings, day):
            pass
    if cases:
        for _ in sweep.sweep(stage.store, stage.rules, stage.promise_key, day):
            pass
