"""Takes steps of a case in memory, with inputs that fit: for tests of the life of a case."""

from dataclasses import dataclass
from datetime import date, timedelta

from rules import load
from rules.lifecycle import InputType, Step, Track, Who
from triage import inputs, lifecycle, money
from triage.course import FILED as FILED_STEP
from triage.course import Course, Past, first_state, replay
from triage.inputs import Entered

RULES = load()
FILED = date(2026, 10, 1)
_SAMPLES = {
    InputType.TEXT: "Nội dung",
    InputType.ARTICLE: "TC 24(1)",
    InputType.YES: inputs.YES,
    InputType.AMOUNT: "1000",
    InputType.AREA: "1000",
}
EVERYBODY = frozenset(Who)


@dataclass(frozen=True)
class Life:
    """A case so far: its events and where it stands, on which day."""

    channel: str
    events: tuple[Past, ...]
    course: Course
    today: date

    def take(self, step: str, entered: Entered | None = None, days: int = 1) -> "Life":
        """Take a step some days later, with inputs that fit unless others are given."""
        today = self.today + timedelta(days=days)
        if entered is None:
            entered = fitting(RULES.steps.on(step, today), today, self.course)
        taken = lifecycle.take(RULES, self.course, step, EVERYBODY, entered, today)
        return Life(self.channel, (*self.events, taken.past), taken.course, today)

    def legal(self) -> tuple[str, ...]:
        """Return the steps that somebody may take on the next day."""
        today = self.today + timedelta(days=1)
        return tuple(step.id for step in lifecycle.legal(RULES, self.course, EVERYBODY, today))


def filed(kind: str, channel: str = "web", day: date = FILED) -> Life:
    """Return a case of that kind on its first day."""
    counts_as, state = first_state(RULES, kind, day)
    terms = {
        "kind": counts_as,
        "category": "bribery",
        "channel": channel,
        "unit": "thanh_tra",
        "state": state,
    }
    past = Past(FILED_STEP, day, terms)
    return Life(channel, (past,), replay(RULES, channel, [past]), day)


def fitting(step: Step, today: date, course: Course) -> Entered:
    """Return inputs with which a step can be taken."""
    entered: dict[str, str | list[str]] = {}
    for key in step.needs:
        row = RULES.inputs.on(key, today)
        match row.type:
            case InputType.DAY:
                entered[key] = (today + timedelta(days=9 if row.future else 0)).isoformat()
            case InputType.ONE:
                entered[key] = inputs.choices(RULES, step, row, today)[0]
            case InputType.SEVERAL:
                entered[key] = list(inputs.choices(RULES, step, row, today)[:2])
            case InputType.RECORD:
                entered[key] = str(money.standing(course.booked)[-1].number)
            case _:
                entered[key] = _SAMPLES[row.type]
    if step.books:
        entered["to_recover"] = "12,5 triệu"
    if "police_outcome" in entered:
        entered["police_outcome"] = "khong_khoi_to"  # the one that can be disputed
    if "kind" in entered:
        entered["kind"] = course.kind
    return entered


def states(life: Life) -> tuple[str, ...]:
    """Return the states of all tracks."""
    return tuple(life.course.states[track] for track in Track)
