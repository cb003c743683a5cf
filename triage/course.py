"""Where a case stands: the outcome of its events, by the rules. Pure.

Nothing is checked here: what has happened has happened. Whether a step may be taken is told by
lifecycle.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from rules.book import Rules
from rules.lifecycle import FIRST, Step, Track
from rules.procedure import Deadline
from rules.rows import ANY_KIND
from triage import clock_acts, deadlines
from triage.clock import Clock, Extension, Pause
from triage.inputs import Terms
from triage.terms import rule_of

FILED = "case.filed"
AWAITING_SIGNATURE = "awaiting_signature"
_OUTCOME = "police_outcome"


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
    #: The newest conclusion on the matter, if there is one.
    finding: str = ""
    states: Mapping[Track, str] = field(default_factory=dict)
    since: date = date.min
    #: The day of the last step of each track, by the decision's date where it has one.
    last_on: Mapping[Track, date] = field(default_factory=dict)
    #: The steps that recorded money or land, in their order (money.py).
    booked: tuple[Past, ...] = ()
    #: The outcome at the police that stands (rules/, outcome); empty before there is one.
    outcome: str = ""
    clocks: tuple[Running, ...] = ()
    #: Events that clocks start at, as they came; steps that were taken, with their last day.
    begun: tuple[tuple[str, date], ...] = ()
    taken: Mapping[str, date] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """The state of the case itself."""
        return self.states[Track.CASE]

    def not_before(self, step: Step) -> date:
        """Return the day that what a step records may not be older than.

        The tracks run side by side: what the police decide may be older than a step of the case,
        and money may have been recovered before anybody records it.
        """
        return self.taken[FILED] if step.books else self.last_on[step.track]

    @property
    def open_clocks(self) -> tuple[Running, ...]:
        """The clocks that still run."""
        return tuple(each for each in self.clocks if each.is_open)


def first_state(rules: Rules, kind: str, day: date, *, signed: bool = False) -> tuple[str, str]:
    """Return the kind that a submission counts as, and the state it begins in (TC 22, 23)."""
    row = rules.kinds.on(kind, day)
    if row.until_signed is not None and not signed:
        return row.until_signed, AWAITING_SIGNATURE
    return row.id, FIRST[Track.CASE][0]


def replay(rules: Rules, channel: str, events: Iterable[Past]) -> Course:
    """Return what the events of a case make of it; the first one is its filing.

    Raises UnknownRule, NotInForce for a step that the rules do not know on its day.
    """
    draft = _Draft(rules, Course(channel=channel))
    for past in events:
        draft.add(past)
    return draft.course()


def advance(rules: Rules, course: Course, past: Past) -> Course:
    """Return the course after one more event. Raises UnknownRule, NotInForce."""
    draft = _Draft(rules, course)
    draft.add(past)
    return draft.course()


class _Draft:
    """A course while events are added to it: replaying many cases must not copy each many times."""

    def __init__(self, rules: Rules, course: Course) -> None:
        self._rules = rules
        self._channel = course.channel
        self._kind, self._category, self._unit = course.kind, course.category, course.unit
        self._urgent, self._finding = course.urgent, course.finding
        self._states = dict(course.states)
        self._since, self._last_on = course.since, dict(course.last_on)
        self._booked, self._outcome = list(course.booked), course.outcome
        self._clocks = list(course.clocks)
        self._begun = list(course.begun)
        self._taken = dict(course.taken)

    def course(self) -> Course:
        """Return what the events so far have made."""
        return Course(
            self._kind,
            self._category,
            self._channel,
            self._unit,
            self._urgent,
            self._finding,
            MappingProxyType(self._states),
            self._since,
            MappingProxyType(self._last_on),
            tuple(self._booked),
            self._outcome,
            tuple(self._clocks),
            tuple(self._begun),
            MappingProxyType(self._taken),
        )

    def add(self, past: Past) -> None:
        """Add an event."""
        step = self._rules.steps.on(past.step, past.on)
        on = effective_day(self._rules, step, past)
        if past.step == FILED:
            self._file(past)
        else:
            self._move(step, past, on)
            self._change_kind(step, past, on)
        for index, each in enumerate(self._clocks):
            if each.is_open:
                after = _after_step(self._rules, each.clock, step, past, on)
                if after is not each.clock:
                    self._clocks[index] = Running(each.run, after)
        if step.replaces is not None:
            self._replace(step.replaces, on)
        self._urgent = self._urgent or step.urgent
        self._finding = str(past.terms.get("finding", self._finding))
        # A message or a note is no step that a decision could not be older than.
        if past.step != FILED and step.to is not None and not step.on_breach:
            self._last_on[step.track] = max(self._last_on[step.track], on)
        self._outcome = outcome_of(self._rules, past.step, past.terms) or self._outcome
        self._taken[past.step] = on
        if step.books:
            self._booked.append(past)
        for event in step.starts:
            self._begin(event, on, past.terms)
            self._begun.append((event, on))

    def _file(self, past: Past) -> None:
        self._states = {track: states[0] for track, states in FIRST.items()}
        self._states[Track.CASE] = str(past.terms["state"])
        self._kind = str(past.terms["kind"])
        self._category = str(past.terms["category"])
        self._unit = str(past.terms["unit"])
        self._since = past.on
        self._last_on = dict.fromkeys(Track, past.on)

    def _move(self, step: Step, past: Past, on: date) -> None:
        """Go to the state, and to the unit, that the step leads to."""
        if step.moves:
            self._unit = str(past.terms["unit"])
        now = self._states[step.track]
        if step.to is None or now in step.keeps or now == step.to:
            return
        self._states[step.track] = step.to
        if step.track is Track.CASE:
            self._since = on

    def _change_kind(self, step: Step, past: Past, on: date) -> None:
        """Become a case of another kind, where the step says so.

        Terms of the old kind that do not bind the new one end; those of the new kind count from
        the day of the event they start at, and by the law of that day.
        """
        kind = step.becomes or str(past.terms.get("kind", self._kind))
        self._category = str(past.terms.get("category", self._category))
        if kind == self._kind:
            return
        self._kind = kind
        for index, each in enumerate(self._clocks):
            rule = rule_of(self._rules, each.clock)
            if each.is_open and not _binds(rule, self._channel, kind):
                self._clocks[index] = Running(each.run, _voided(each.clock, on))
        for event, day in tuple(self._begun):
            self._begin(event, day, {}, again=False)

    def _replace(self, by: str, on: date) -> None:
        """Let a longer term take the place of the one that has just been ended for it."""
        for each in tuple(self._clocks):
            if each.clock.void_on == on:
                new = self._rules.deadline(by, on=each.clock.started_on)
                if new.replaces == each.clock.rule:
                    self._clocks.append(Running(1, Clock(new.id, each.clock.started_on)))

    def _begin(self, event: str, on: date, terms: Terms, *, again: bool = True) -> None:
        """Start the clocks of an event.

        One that runs already is not begun anew, nor is one that begins but `once`; with `again`
        false, neither is any that this very event has begun before.
        """
        for rule in starting(self._rules, event, self._channel, self._kind, on):
            same = [each for each in self._clocks if each.clock.rule == rule.id]
            if same and (rule.once or any(each.is_open for each in same)):
                continue
            if not again and any(each.clock.started_on == on for each in same):
                continue
            until = None
            if rule.until is not None:
                if rule.until not in terms:
                    continue
                until = date.fromisoformat(str(terms[rule.until]))
            self._clocks.append(Running(len(same) + 1, Clock(rule.id, on, until=until)))


def effective_day(rules: Rules, step: Step, past: Past) -> date:
    """Return the day that counts: that of the decision or act where it was entered."""
    for key, value in past.terms.items():
        known = key in step.needs or key in step.may
        if known and isinstance(value, str) and rules.inputs.on(key, past.on).past:
            return date.fromisoformat(value)
    return past.on


def outcome_of(rules: Rules, step_id: str, terms: Terms) -> str:
    """Return the id of the outcome at the police that a step brings, empty if it brings none."""
    return str(terms.get(_OUTCOME, "")) or _index(rules).outcomes.get(step_id, "")


def _after_step(rules: Rules, clock: Clock, step: Step, past: Past, on: date) -> Clock:
    """Return an open clock after the step."""
    if clock.rule in step.meets:
        return deadlines.meet(clock, max(on, clock.started_on))
    if clock.rule in step.voids or ends_with(rules, clock, step):
        return _voided(clock, on)
    return _changed_length(rules, clock, step, past, on)


def _replaced(rules: Rules, clock: Clock, step: Step) -> bool:
    """Tell whether the step puts a longer term in the place of this one."""
    return step.replaces is not None and any(
        row.replaces == clock.rule for row in rules.deadlines.by_id[step.replaces]
    )


def _cut_short(rules: Rules, clock: Clock, step: Step) -> bool:
    """Tell whether a clock ends with the step because the case moves, ends, or begins anew."""
    if not (step.moves or step.ends):
        return False  # most steps: the rule need not be looked for
    rule = rule_of(rules, clock)
    if step.moves and not rule.once and rule.start in step.starts:
        return True
    return step.ends and not rule.outlives and track_of(rules, rule.start) is step.track


def _changed_length(rules: Rules, clock: Clock, step: Step, past: Past, on: date) -> Clock:
    """Return a clock that runs on, with the time that the step adds or gives back."""
    pause = pause_of(rules, clock, step, past, on)
    if pause is not None:
        return replace(clock, pauses=(*clock.pauses, pause))
    if step.resumes and clock.pauses:
        return deadlines.resume(clock, on)
    if clock.rule in step.extends:
        return replace(clock, extensions=(*clock.extensions, extension_of(rules, clock, past, on)))
    if clock.rule in step.prolongs and rule_of(rules, clock).longer is not None:
        return replace(clock, longer=True)
    return clock


def pause_of(rules: Rules, clock: Clock, step: Step, past: Past, on: date) -> Pause | None:
    """Return the pause that a step puts on a clock, None if it puts none."""
    if not step.pauses:
        return None
    ground = str(past.terms["suspension"])
    if clock.rule not in rules.suspensions.on(ground, on).pauses:
        return None
    return Pause(on, date.fromisoformat(str(past.terms["until"])), ground)


def extension_of(rules: Rules, clock: Clock, past: Past, on: date, number: str = "") -> Extension:
    """Return the extension that a step brings, by the deadline that its criteria allow."""
    criteria = tuple(past.terms.get("criteria", ()))
    asked = past.terms.get("asked_on")
    return Extension(
        clock_acts.extending(rules, clock, criteria, on),
        on,
        number,
        criteria,
        None if asked is None else date.fromisoformat(str(asked)),
    )


def _voided(clock: Clock, on: date) -> Clock:
    return deadlines.void(clock, max(on, clock.started_on))


def ends_with(rules: Rules, clock: Clock, step: Step) -> bool:
    """Tell whether a clock ends unmet with a step, though the step does not name it."""
    return _replaced(rules, clock, step) or _cut_short(rules, clock, step)


def starting(rules: Rules, event: str, channel: str, kind: str, on: date) -> tuple[Deadline, ...]:
    """Return the deadlines that an event starts in a case of that kind that came in that way."""
    return tuple(
        rule
        for rule in _index(rules).started.get(event, ())
        if rule.in_force(on) and _binds(rule, channel, kind)
    )


def _binds(rule: Deadline, channel: str, kind: str) -> bool:
    """Tell whether a deadline holds for a case of that kind that came in that way."""
    by_channel = not rule.channels or channel in rule.channels
    return by_channel and (kind in rule.kinds or rule.kinds == (ANY_KIND,))


@dataclass(frozen=True, slots=True)
class _Index:
    """What is asked of the rules at every step.

    Deadlines by the event they start at, its track, and the outcome that a step brings by itself.
    """

    started: Mapping[str, tuple[Deadline, ...]]
    tracks: Mapping[str, Track]
    outcomes: Mapping[str, str]


#: By the digest of the rules.
_MADE: dict[str, _Index] = {}


def _index(rules: Rules) -> _Index:
    if rules.digest not in _MADE:
        started: dict[str, tuple[Deadline, ...]] = {}
        for row in rules.deadlines:
            if row.extension is None and row.replaces is None:
                started[row.start] = (*started.get(row.start, ()), row)
        tracks = {event: step.track for step in rules.steps for event in step.starts}
        asking = {step.id for step in rules.steps if _OUTCOME in (*step.needs, *step.may)}
        outcomes = {
            step: row.id for row in rules.outcomes for step in row.steps if step not in asking
        }
        _MADE[rules.digest] = _Index(started, tracks, outcomes)
    return _MADE[rules.digest]


def track_of(rules: Rules, event: str) -> Track:
    """Return the track whose steps start an event."""
    return _index(rules).tracks.get(event, Track.CASE)
