"""What must hold of the life of a case: no dead end, nothing unreachable, every clock can end."""

from collections.abc import Iterator, Mapping

from rules.book import Rules
from rules.crime import Stage
from rules.errors import Finding
from rules.layout import FILE_OF
from rules.lifecycle import ALWAYS, FIRST, OPEN, Input, InputType, Step, Track, Who
from rules.procedure import Deadline
from rules.rows import ANY_KIND, Dated
from rules.table import Table

#: Where the terms of these events begin without a step: they follow other terms, or the year.
_WITHOUT_STEP = ("expiry", "periodic")
_CHOICES = (InputType.ONE, InputType.SEVERAL)


def findings(rules: Rules, tables: Mapping[str, Table[Dated]]) -> Iterator[Finding]:
    """Yield what is wrong; every reference by itself is sound."""
    for step in rules.steps:
        yield from _step_findings(rules, step)
    for row in rules.inputs:
        yield from _input_findings(tables, row)
    for kind in rules.kinds.by_id:
        for track in Track:
            yield from _way_findings(rules, kind, track)
    yield from _clock_findings(rules)
    yield from _outcome_findings(rules)


def _at(row: Dated, table: str, key: str, reason: str) -> Finding:
    return Finding(FILE_OF[table], f"{table}[{row.id}].{key}", reason)


def _step_findings(rules: Rules, step: Step) -> Iterator[Finding]:
    states = {state.id for state in rules.states if state.track is step.track}
    named = {"after": step.after, "keeps": step.keeps, "to": (step.to,) if step.to else ()}
    for key, ids in named.items():
        allowed = states | ({OPEN, ALWAYS} if key == "after" else set())
        for unknown in (each for each in ids if each not in allowed):
            yield _at(step, "step", key, f"the track {step.track} has no state {unknown!r}")
    if {OPEN, ALWAYS} & set(step.after) and len(step.after) > 1:
        yield _at(step, "step", "after", f"{OPEN!r} and {ALWAYS!r} stand alone")
    if (step.told_vi is None) != (step.told_en is None):
        yield _at(step, "step", "told_en", "the reporter is told in both languages or in none")
    if (step.moves or step.ends) and not step.confirm:
        yield _at(step, "step", "confirm", "what moves or ends a case is asked once more")
    yield from _effect_findings(rules, step)


def _effect_findings(rules: Rules, step: Step) -> Iterator[Finding]:
    """Yield effects on clocks that cannot be had, or whose inputs are not asked for."""
    asked = {*step.needs, *step.may}
    for key, wanted in (
        ("pauses", {"suspension", "until"} if step.pauses else set()),
        ("extends", {"decision_number", "decided_on"} if step.extends else set()),
        ("moves", {"unit"} if step.moves else set()),
        ("tells", {"text"} if step.tells else set()),
        ("books", {"stage"} if step.books else set()),
    ):
        for missing in sorted(wanted - asked):
            yield _at(step, "step", key, f"needs the input {missing!r}")
    if step.on_breach and (Who.SYSTEM not in step.who or step.needs):
        yield _at(step, "step", "on_breach", "the clock may not take it, or has nothing to enter")
    rows = rules.deadlines.by_id
    for each in step.prolongs:
        if all(row.longer is None for row in rows[each]):
            yield _at(step, "step", "prolongs", f"{each} has no longer term")
    for each in step.extends:
        if not any(row.extension and each in row.extension.of for row in rules.deadlines):
            yield _at(step, "step", "extends", f"no deadline extends {each}")
    if step.posting and not any(row.posting_days for row in rows[step.posting]):
        yield _at(step, "step", "posting", f"{step.posting} has no posting days")


def _input_findings(tables: Mapping[str, Table[Dated]], row: Input) -> Iterator[Finding]:
    if (row.type in _CHOICES) != (row.table is not None):
        yield _at(row, "input", "table", f"an input of type {row.type} has a table, others none")
    elif row.table is not None:
        if row.table not in tables:
            yield _at(row, "input", "table", f"there is no table {row.table!r}")
            return
        key, _, value = (row.only or "").partition("=")
        if row.only and not any(getattr(each, key, None) == value for each in tables[row.table]):
            yield _at(row, "input", "only", f"no row of {row.table} has {row.only!r}")
    if row.open and row.type in (InputType.TEXT, InputType.ARTICLE):
        yield _at(row, "input", "open", "what people write is sealed")


def _way_findings(rules: Rules, kind: str, track: Track) -> Iterator[Finding]:
    """From every state that a kind can reach, its track can come to an end."""
    steps = [
        step
        for step in rules.steps
        if step.track is track and (kind in step.kinds or ANY_KIND in step.kinds)
    ]
    if track is not Track.CASE and not steps:
        return
    final = {state.id for state in rules.states if state.track is track and state.final}
    reached, waiting = set[str](), set(FIRST[track])
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting |= _next(steps, state, final) - reached
    ending = reached & final
    while True:
        more = {s for s in reached - ending if _next(steps, s, final) & ending}
        if not more:
            break
        ending |= more
    for state in sorted(reached - ending):
        # The kind becomes another one there, and goes on as that.
        if any(step.becomes for step in steps if state in step.after):
            continue
        row = rules.states.by_id[state][0]
        yield _at(row, "state", "id", f"a case of kind {kind!r} can never leave it for good")


def _next(steps: list[Step], state: str, final: set[str]) -> set[str]:
    return {
        step.to
        for step in steps
        if step.to is not None
        and (
            state in step.after
            or ALWAYS in step.after
            or (OPEN in step.after and state not in final)
        )
        and state not in step.keeps
    }


def _outcome_findings(rules: Rules) -> Iterator[Finding]:
    """Yield outcomes at the police that no step brings, that are not told, or that are two."""
    by_itself: dict[str, str] = {}
    for row in rules.outcomes:
        if row.stage is not Stage.POLICE:
            continue
        if not row.steps or row.told_vi is None or row.told_en is None:
            yield _at(row, "outcome", "steps", "some step brings it, and the reporter is told")
        if (row.remedy_vi is None) != (row.remedy_en is None):
            yield _at(row, "outcome", "remedy_en", "told in both languages or in none")
        for step in (each for each in row.steps if not _asks_outcome(rules, each)):
            if by_itself.setdefault(step, row.id) != row.id:
                yield _at(row, "outcome", "steps", f"{step} brings another outcome already")


def _asks_outcome(rules: Rules, step_id: str) -> bool:
    return any("police_outcome" in (*row.needs, *row.may) for row in rules.steps.by_id[step_id])


def _clock_findings(rules: Rules) -> Iterator[Finding]:
    """Every deadline is started by a step, and some step of its kinds meets it."""
    started = {event for step in rules.steps for event in step.starts}
    for row in rules.deadlines:
        if row.start in _WITHOUT_STEP:
            continue
        if row.start not in started:
            yield _at(row, "deadline", "start", f"no step starts {row.start!r}")
        yield from _entered_findings(rules, row)
        kinds = set(rules.kinds.by_id) if row.kinds == (ANY_KIND,) else set(row.kinds)
        for kind in sorted(kinds):
            if not any(
                row.id in step.meets and (kind in step.kinds or ANY_KIND in step.kinds)
                for step in rules.steps
            ):
                yield _at(row, "deadline", "kinds", f"no step of the kind {kind!r} meets it")


def _entered_findings(rules: Rules, row: Deadline) -> Iterator[Finding]:
    """Yield days that end a term without being asked for, or without standing in the open."""
    if row.until is None:
        return
    for day in rules.inputs.by_id[row.until]:
        if day.type is not InputType.DAY or not day.open:
            yield _at(row, "deadline", "until", f"{row.until!r} is no day in the open")
    for step in rules.steps:
        if row.start in step.starts and row.until not in (*step.needs, *step.may):
            yield _at(row, "deadline", "until", f"{step.id} does not ask for {row.until!r}")
