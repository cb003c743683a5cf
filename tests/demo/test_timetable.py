"""The lives of the demo's cases are legal on whatever day the city is built."""

import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from demo import lives, timetable
from demo.city import EARLIEST
from demo.people import STAFF
from demo.timetable import REPORTERS, Plan
from demo.words import About, Pen
from rules.book import Rules
from rules.lifecycle import Who
from triage import lifecycle
from triage.course import FILED, Past, advance, first_state, replay
from triage.inputs import Entered
from triage.protection import ALARM, REQUESTED, may_be_asked

DEVELOPMENT = Path(__file__).parents[1] / "data" / "reports-dev.jsonl"
EVERYBODY = frozenset(Who)
#: A weekday, a Sunday, the middle and the end of Tết, the eve of a holiday, the earliest.
DAYS = [
    date(2026, 11, 25),
    date(2026, 11, 29),
    date(2027, 2, 8),
    date(2027, 3, 1),
    date(2027, 9, 1),
    EARLIEST,
]


def live(law: Rules, pen: Pen, plan: Plan) -> None:
    """Take every step of a plan in memory. Raises NotAllowed, BadInputs, Refused."""
    report = plan.report
    kind, state = first_state(law, law.intents.on(report.intent, plan.filed).kind, plan.filed)
    filed = {
        "kind": kind,
        "category": report.category,
        "channel": "web",
        "unit": "thanh_tra",
        "state": state,
    }
    course = replay(law, "web", [Past(FILED, plan.filed, filed)])
    if report.kind == "bao_ve":
        course = advance(law, course, Past(REQUESTED, plan.filed))
    about = About(
        report.kind,
        report.category,
        "vi",
        "thanh_tra",
        urgent=True,
        assignee="0" * 32,
        to="so_y_te",
        outcome=plan.outcome(law),
    )
    for act in plan.acts:
        if act.step in REPORTERS:
            course = advance(law, course, Past(act.step, act.on))
            if act.step == ALARM and may_be_asked(law, course, act.on):
                course = advance(law, course, Past(REQUESTED, act.on))
            continue
        if act.step == "settlement.demanded":  # the clock itself has reported it
            course = advance(law, course, Past("overdue.reported", act.on))
        if act.step == "case.merged":
            entered: Entered = {"into": "0" * 32, "reason": pen.words(act.step, "reason", about)}
        else:
            entered = pen.entered(act.step, about, act.on)
        course = lifecycle.take(law, course, act.step, EVERYBODY, entered, act.on).course


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_step_is_legal_on_its_day(law: Rules, today: date) -> None:
    pen = Pen(law)
    for plan in timetable.plans(law, lives.read(), timetable.reports(), today):
        assert all(one.on <= two.on for one, two in pairwise(plan.acts))
        assert plan.filed <= today
        assert not plan.acts or plan.filed <= plan.acts[0].on <= plan.acts[-1].on <= today
        live(law, pen, plan)


def test_the_same_day_gives_the_same_timetable(law: Rules) -> None:
    first, second = (
        [
            (plan.life.id, plan.filed, plan.acts)
            for plan in timetable.plans(law, lives.read(), timetable.reports(), DAYS[0])
        ]
        for _ in range(2)
    )
    assert first == second


def test_every_report_is_dealt_a_life(law: Rules) -> None:
    told = timetable.reports()
    dealt = timetable.plans(law, lives.read(), told, DAYS[0])
    assert {plan.report for plan in dealt if plan.into is None} == set(told)
    assert sum(plan.into is not None for plan in dealt) == 10


def test_all_reports_of_the_development_set_are_told() -> None:
    lines = DEVELOPMENT.read_text("utf-8").splitlines()
    told = {report.text for report in timetable.reports()}
    assert {json.loads(line)["text"] for line in lines} <= told


def test_nobody_signs_in_like_another() -> None:
    logins = [each.login for each in STAFF]
    assert len(set(logins)) == len(logins)
