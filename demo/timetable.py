"""When what happens in the demo city: every report is dealt a life, and every step a day. Pure.

The same reports and the same day give the same timetable.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib.resources import files
from itertools import accumulate
from random import Random

from demo.lives import Life, Lives, Move
from rules.book import Rules
from triage.calendar import WorkCalendar, calendar_of

#: Steps that wait for no office hours.
REPORTERS = (
    "message.received",
    "files.added",
    "identity.given",
    "withdrawal.asked",
    "retaliation.reported",
)
_CLASSIFIED = "case.classified"
#: Days that a step may take longer than its life says.
_DELAYS = (0, 0, 0, 1, 2)
_AGAIN = {
    "vi": "Tôi đã gửi việc này nhưng làm mất mã biên nhận nên gửi lại. {text}",
    "en": "I have sent this before and lost my receipt code, so I send it again. {text}",
}


@dataclass(frozen=True)
class Report:
    """What a citizen sends, and the kind that staff take it for."""

    kind: str
    intent: str
    category: str
    subject: str
    language: str
    text: str


@dataclass(frozen=True)
class Act:
    """A step of a case and its day."""

    on: date
    step: str


@dataclass(frozen=True, eq=False)
class Plan:
    """One case of the demo: its report, its life, and its acts in order.

    `number` counts the cases of its kind from 0. `into`: the case that it is joined to.
    """

    report: Report
    life: Life
    number: int
    filed: date
    acts: tuple[Act, ...] = field(repr=False)
    into: "Plan | None" = None

    def outcome(self, rules: Rules) -> str:
        """Return what the police decide, where later steps ask for it; empty otherwise."""
        needed = (rules.steps.on(act.step, act.on).upon_outcome for act in self.acts)
        return next((each for each in needed if each), "")


def reports() -> tuple[Report, ...]:
    """Return the reports of the demo."""
    lines = files(__package__).joinpath("reports.jsonl").read_text("utf-8").splitlines()
    return tuple(Report(**json.loads(line)) for line in lines)


def plans(rules: Rules, lives: Lives, told: Sequence[Report], today: date) -> list[Plan]:
    """Deal every report a life that has led to today."""
    calendar = calendar_of(rules)
    made: list[Plan] = []
    for kind in dict.fromkeys(report.kind for report in told):
        waiting = [report for report in told if report.kind == kind]
        mine: dict[str, Plan] = {}
        for number, life in enumerate(lives.dealt(kind)):
            into = mine[life.into] if life.into else None
            if into is not None:
                report = _again(into.report)
            elif waiting:
                report = waiting.pop(0)
            else:
                break
            plan = _plan(calendar, lives, report, life, number, today)
            mine[life.id] = replace(plan, into=into)
        made += mine.values()
    return made


def _again(report: Report) -> Report:
    return replace(report, text=_AGAIN[report.language].format(text=report.text))


def _plan(  # noqa: PLR0913, PLR0917
    calendar: WorkCalendar, lives: Lives, report: Report, life: Life, number: int, today: date
) -> Plan:
    kind = report.kind
    chance = Random(f"{kind}{number}")  # noqa: S311  (no secret: the same delays each time)
    own = [
        Move(move.days + (chance.choice(_DELAYS) if move.days else 0), move.step)
        for move in life.moves
    ]
    days = list(accumulate(move.days for move in own))
    classified = next(
        (day for day, move in zip(days, own, strict=True) if move.step == _CLASSIFIED), 0
    )
    named = [lives.asides[each] for each in life.beside.get(kind, ())]
    ends = [
        sum(move.days for move in aside.moves) + (classified if aside.waits else 0)
        for aside in named
    ]
    filed = today - timedelta(life.rest[kind] + max([*days[-1:], *ends], default=0))
    acts = list(_acts(calendar, own, filed, today))
    begun = next((act.on for act in acts if act.step == _CLASSIFIED), filed)
    for aside in named:
        acts += _acts(calendar, aside.moves, begun if aside.waits else filed, today)
    for aside in lives.asides.values():
        if aside.befalls(kind, number):
            acts += _acts(calendar, aside.moves, begun if aside.waits else filed, today, past=True)
    return Plan(report, life, number, filed, tuple(sorted(acts, key=lambda act: act.on)))


def _acts(
    calendar: WorkCalendar,
    moves: Iterable[Move],
    begun: date,
    today: date,
    *,
    past: bool = False,
) -> Iterator[Act]:
    """Give moves their days: staff work on working days. `past`: leave out what is yet to come."""
    offset, day = 0, begun
    for move in moves:
        offset += move.days
        wanted = begun + timedelta(offset)
        if move.step not in REPORTERS:
            wanted = calendar.next_worked(wanted)
        if past and wanted > today:
            return
        day = min(max(day, wanted), today)
        yield Act(day, move.step)
