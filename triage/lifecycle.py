"""The life of a case: which steps are open, what each does to state and clocks. Pure.

A case is what its events make of it. `advance` adds one event that has happened; `replay` adds all;
`take` checks a step that somebody wants to take, and advances by it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

from rules.book import Rules
from rules.errors import NotInForce, UnknownRule
from rules.lifecycle import ALWAYS, FIRST, OPEN, Step, Track, Who
from rules.procedure import Deadline
from rules.rows import ANY_KIND
from triage import deadlines, inputs
from triage.clock import Clock, Extension, Pause
from triage.inputs import Entered, Terms

FILED = "case.filed"
AWAITING_SIGNATURE = "awaiting_signature"


@dataclass(frozen=True)
class Past:
    """A step that was taken: its id, the day it was recorded on, its inputs in the open."""

    step: str
    on: date
    terms: Terms = field(default_factory=dict)


@dataclass(frozen=True)
class Running:
    """A clock of a case; `run` counts how often that deadline has begun in it, from 1."""

    run: int
    clock: Clock

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from the other clocks of the case."""
        return self.clock.rule, self.run

    @property
    def is_open(self) -> bool:
        """Whether it is neither met nor void."""
        return self.clock.met_on is None and self.clock.void_on is None


@dataclass(frozen=True)
class Course:
    """Where a case stands: the outcome of its events."""

    kind: str = ""
    category: str = ""
    channel: str = ""
    unit: str = ""
    urgent: bool = False
    states: Mapping[Track, str] = field(default_factory=dict)
    since: date = date.min
    #: The day of the last step, by the decision's date where it has one.
    last_on: date = date.min
    clocks: tuple[Running, ...] = ()
    #: Events that clocks start at, as they came; steps that were taken, with their last day.
    begun: tuple[tuple[str, date], ...] = ()
    taken: Mapping[str, date] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """The state of the case itself."""
        return self.states[Track.CASE]

    @property
    def open_clocks(self) -> tuple[Running, ...]:
        """The clocks that still run."""
        return tuple(each for each in self.clocks if each.is_open)


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


def first_state(rules: Rules, kind: str, day: date) -> tuple[str, str]:
    """Return the kind that a submission counts as, and the state it begins in (TC 22, 23)."""
    row = rules.kinds.on(kind, day)
    if row.until_signed is not None:
        return row.until_signed, AWAITING_SIGNATURE
    return row.id, FIRST[Track.CASE][0]


def replay(rules: Rules, channel: str, events: Iterable[Past]) -> Course:
    """Return what the events of a case make of it; the first one is its filing."""
    course = Course(channel=channel)
    for past in events:
        course = advance(rules, course, past)
    return course


def advance(rules: Rules, course: Course, past: Past) -> Course:
    """Return the course after a step that was taken. Nothing is checked.

    Raises UnknownRule, NotInForce for a step that the rules do not know on its day.
    """
    step = rules.steps.on(past.step, past.on)
    on = effective_day(rules, step, past)
    if past.step == FILED:
        course = _filed(course, past)
    course = _moved(course, step, past, on)
    course = _changed_kind(rules, course, step, past, on)
    clocks = _changed_clocks(rules, course, step, past, on)
    course = replace(
        course,
        urgent=course.urgent or step.urgent,
        last_on=max(course.last_on, on),
        clocks=clocks,
        taken=MappingProxyType({**course.taken, past.step: on}),
    )
    for event in step.starts:
        course = _begin(rules, course, event, on)
    return course


def effective_day(rules: Rules, step: Step, past: Past) -> date:
    """Return the day that counts: that of the decision or act where it was entered."""
    for key, value in past.terms.items():
        known = key in step.needs or key in step.may
        if known and isinstance(value, str) and rules.inputs.on(key, past.on).past:
            return date.fromisoformat(value)
    return past.on


def _filed(course: Course, past: Past) -> Course:
    states = {track: states[0] for track, states in FIRST.items()}
    states[Track.CASE] = str(past.terms["state"])
    return replace(
        course,
        kind=str(past.terms["kind"]),
        category=str(past.terms["category"]),
        unit=str(past.terms["unit"]),
        states=MappingProxyType(states),
        since=past.on,
    )


def _moved(course: Course, step: Step, past: Past, on: date) -> Course:
    """Return the course with the state, and the unit, that the step leads to."""
    if step.moves:
        course = replace(course, unit=str(past.terms["unit"]))
    now = course.states[step.track]
    if step.to is None or now in step.keeps or now == step.to:
        return course
    states = MappingProxyType({**course.states, step.track: step.to})
    since = on if step.track is Track.CASE else course.since
    return replace(course, states=states, since=since)


def _changed_kind(rules: Rules, course: Course, step: Step, past: Past, on: date) -> Course:
    """Return the course as a case of another kind, where the step says so.

    Terms of the old kind that do not bind the new one end; those of the new kind count from the
    day of the event they start at, and by the law of that day.
    """
    kind = step.becomes or str(past.terms.get("kind", course.kind))
    category = str(past.terms.get("category", course.category))
    if kind == course.kind or past.step == FILED:
        same = category == course.category
        return course if same else replace(course, category=category)
    course = replace(
        course,
        kind=kind,
        category=category,
        clocks=tuple(
            replace(each, clock=deadlines.void(each.clock, on))
            if each.is_open and not _binds(_rule(rules, each.clock), course.channel, kind)
            else each
            for each in course.clocks
        ),
    )
    for event, day in course.begun:
        course = _begin(rules, course, event, day, again=False)
    return course


def _changed_clocks(
    rules: Rules, course: Course, step: Step, past: Past, on: date
) -> tuple[Running, ...]:
    changed = []
    for each in course.clocks:
        if not each.is_open:
            changed.append(each)
            continue
        after = _after_step(rules, each.clock, step, past, on)
        changed.append(each if after is each.clock else Running(each.run, after))
        new = rules.deadlines.on(step.replaces, each.clock.started_on) if step.replaces else None
        if new is not None and new.replaces == each.clock.rule:
            changed.append(Running(1, Clock(new.id, each.clock.started_on)))
    return tuple(changed)


def _after_step(rules: Rules, clock: Clock, step: Step, past: Past, on: date) -> Clock:
    """Return an open clock after the step."""
    if clock.rule in step.meets:
        return deadlines.meet(clock, max(on, clock.started_on))
    rule = _rule(rules, clock)
    restarts = step.moves and not rule.once and rule.start in step.starts
    replaced = step.replaces is not None and any(
        row.replaces == clock.rule for row in rules.deadlines.by_id[step.replaces]
    )
    ended = step.ends and not rule.outlives and _track(rules, rule.start) is step.track
    if clock.rule in step.voids or restarts or replaced or ended:
        return deadlines.void(clock, max(on, clock.started_on))
    return _changed_length(rules, clock, step, past, on)


def _changed_length(rules: Rules, clock: Clock, step: Step, past: Past, on: date) -> Clock:
    """Return a clock that runs on, with the time that the step adds or gives back."""
    pause = _pause(rules, clock, step, past, on)
    if pause is not None:
        return replace(clock, pauses=(*clock.pauses, pause))
    if step.resumes and clock.pauses:
        return deadlines.resume(clock, on)
    if clock.rule in step.extends:
        return replace(clock, extensions=(*clock.extensions, _extension(rules, clock, past, on)))
    if clock.rule in step.prolongs and _rule(rules, clock).longer is not None:
        return replace(clock, longer=True)
    return clock


def _pause(rules: Rules, clock: Clock, step: Step, past: Past, on: date) -> Pause | None:
    if not step.pauses:
        return None
    ground = str(past.terms["suspension"])
    if clock.rule not in rules.suspensions.on(ground, on).pauses:
        return None
    return Pause(on, date.fromisoformat(str(past.terms["until"])), ground)


def _extension(rules: Rules, clock: Clock, past: Past, on: date, number: str = "") -> Extension:
    """Return the extension that the criteria allow: by the row that needs the most of them."""
    criteria = tuple(past.terms.get("criteria", ()))
    reached = [row.level for row in rules.thresholds.all_on(on) if len(criteria) >= row.at_least]
    rows = [
        row
        for row in rules.deadlines.all_on(on)
        if row.extension is not None and clock.rule in row.extension.of
    ]
    allowed = [
        row
        for row in rows
        if row.extension is not None
        and (row.extension.level is None or row.extension.level in reached)
    ]
    chosen = max(allowed or rows, key=lambda row: row.extension.times if row.extension else 0)
    return Extension(chosen.id, on, number, criteria)


def _begin(rules: Rules, course: Course, event: str, on: date, *, again: bool = True) -> Course:
    """Start the clocks of an event.

    One that runs already is not begun anew, nor is one that begins but `once`; with `again` false,
    neither is any that this very event has begun before.
    """
    clocks = list(course.clocks)
    for rule in _index(rules).started.get(event, ()):
        if not (rule.in_force(on) and _binds(rule, course.channel, course.kind)):
            continue
        same = [each for each in clocks if each.clock.rule == rule.id]
        if any(each.is_open for each in same) or (same and rule.once):
            continue
        if not again and any(each.clock.started_on == on for each in same):
            continue
        clocks.append(Running(len(same) + 1, deadlines.start(rules, rule.id, on)))
    begun = (*course.begun, (event, on)) if again else course.begun
    return replace(course, clocks=tuple(clocks), begun=begun)


def _binds(rule: Deadline, channel: str, kind: str) -> bool:
    """Tell whether a deadline holds for a case of that kind that came in that way."""
    by_channel = not rule.channels or channel in rule.channels
    return by_channel and (kind in rule.kinds or rule.kinds == (ANY_KIND,))


def _rule(rules: Rules, clock: Clock) -> Deadline:
    return rules.deadline(clock.rule, on=clock.started_on)


@dataclass(frozen=True, slots=True)
class _Index:
    """What is asked of the rules at every step: deadlines by the event they start at, its track."""

    started: Mapping[str, tuple[Deadline, ...]]
    tracks: Mapping[str, Track]


#: By the digest of the rules.
_MADE: dict[str, _Index] = {}


def _index(rules: Rules) -> _Index:
    if rules.digest not in _MADE:
        started: dict[str, tuple[Deadline, ...]] = {}
        for row in rules.deadlines:
            if row.extension is None and row.replaces is None:
                started[row.start] = (*started.get(row.start, ()), row)
        tracks = {event: step.track for step in rules.steps for event in step.starts}
        _MADE[rules.digest] = _Index(started, tracks)
    return _MADE[rules.digest]


def _track(rules: Rules, event: str) -> Track:
    """Return the track whose steps start an event."""
    return _index(rules).tracks.get(event, Track.CASE)


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
    for needed in step.requires:
        if needed not in course.taken:
            row = rules.steps.by_id[needed][-1]
            return f"Trước đó phải có bước “{row.vi}”.", f"It needs this step before it: {row.en}."
    return _still_posted(rules, course, step, today)


def _still_posted(rules: Rules, course: Course, step: Step, today: date) -> tuple[str, str] | None:
    """Return why it is too early, while a publication must stay up (31/2019 Art. 6(2))."""
    if step.posting is None:
        return None
    met = [each.clock for each in course.clocks if each.clock.rule == step.posting]
    if not met or met[-1].met_on is None:
        return "Chưa công khai.", "It has not been published."
    days = _rule(rules, met[-1]).posting_days or 0
    over = met[-1].met_on + timedelta(days=days)
    if today < over:
        return (
            f"Phải công khai đủ {days} ngày liên tục; sớm nhất ngày {over:%d/%m/%Y}.",
            f"It must stay up {days} days on end: {over.isoformat()} is the first day to end it.",
        )
    return None


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
    possible = [step.id for step in legal(rules, course, who, today)]
    try:
        step = rules.steps.on(step_id, today)
    except (UnknownRule, NotInForce):
        raise NotAllowed(
            f"Không có bước “{step_id}”.", f"There is no step {step_id!r}.", possible
        ) from None
    if not who & set(step.who):
        raise NotAllowed(
            "Người này không có quyền thực hiện bước này.",
            "This person may not take this step.",
            possible,
        )
    obstacle = _obstacle(rules, course, step, today)
    if obstacle is not None:
        raise NotAllowed(*obstacle, possible)
    shown, sealed = inputs.read(rules, step, entered, not_before=course.last_on, today=today)
    past = Past(step_id, today, shown)
    _check_clocks(rules, course, step, past, str(sealed.get("decision_number", "")))
    return Taken(advance(rules, course, past), past, sealed)


def _check_clocks(rules: Rules, course: Course, step: Step, past: Past, number: str) -> None:
    """Try what the step does to the clocks, strictly. Raises clock.Refused, NotAllowed."""
    on = effective_day(rules, step, past)
    touched = False
    for each in course.open_clocks:
        clock = each.clock
        pause = _pause(rules, clock, step, past, on)
        if pause is not None:
            deadlines.pause(rules, clock, pause)
            touched = True
        elif clock.rule in step.extends:
            deadlines.extend(rules, clock, _extension(rules, clock, past, on, number))
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


def due_clocks(rules: Rules, course: Course) -> Iterator[tuple[Running, date]]:
    """Yield the open clocks that have a last day, with that day."""
    for each in course.open_clocks:
        day = deadlines.due(rules, each.clock)
        if day is not None:
            yield each, day
