"""`due`: says when a term of the law ends, and why on that day."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from operator import itemgetter

import click

from records.errors import NotInitialised
from records.settings import Settings
from records.work import opened
from rules import Rules, load
from rules.errors import NotInForce, UnknownRule
from rules.procedure import LengthUnit
from triage import clock_acts, deadlines, lawbook, terms
from triage.clock import Clock, Extension, Pause, Refused
from triage.explanation import explain

#: Days that may be asked about: the calendar ends with 2100, and no term takes ten years.
_FIRST, _LAST = date(1901, 1, 1), date(2090, 12, 31)


@dataclass(frozen=True)
class _Decision:
    """A decision to extend, before it is known which row of the rules allows it."""

    on: date
    number: str
    criteria: tuple[str, ...]


def _start(value: str) -> datetime:
    """Read a day or a moment of it. Raises click.BadParameter."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a date such as 2026-11-25.") from None
    if not _FIRST <= found.date() <= _LAST:
        raise click.BadParameter(f"the calendar answers for {_FIRST} to {_LAST}.")
    return found


def _day(value: str) -> date:
    return _start(value).date()


def _pause(value: str) -> Pause:
    days, _, ground = value.partition(":")
    first, dots, last = days.partition("..")
    if not (dots and ground):
        raise click.BadParameter(f"{value!r} is not of the form FROM..TO:GROUND.")
    return Pause(_day(first), _day(last), ground)


def _decision(value: str) -> _Decision:
    on, _, rest = value.partition(":")
    number, colon, criteria = rest.rpartition(":")
    if not colon:
        raise click.BadParameter(f"{value!r} is not of the form DATE:NUMBER:CRITERION,CRITERION.")
    ids = (each.strip() for each in criteria.split(","))
    return _Decision(_day(on), number, tuple(each for each in ids if each))


def _days(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    return None if value is None else _day(value)


def _starts(_: click.Context, __: click.Parameter, value: str) -> tuple[date, datetime | None]:
    """Return the day, and the moment if one was given."""
    start = _start(value)
    return start.date(), start if "T" in value or " " in value else None


def _pauses(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[Pause, ...]:
    return tuple(_pause(each) for each in values)


def _decisions(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[_Decision, ...]:
    return tuple(_decision(each) for each in values)


@click.command(short_help="Tell when a term of the law ends, and why.")
@click.argument("rule")
@click.option(
    "--from",
    "start",
    metavar="DATE",
    required=True,
    callback=_starts,
    help="Day of the start event; for running hours, the moment (2026-11-25T14:30).",
)
@click.option("--longer", is_flag=True, help="The longer term that the law has for special cases.")
@click.option(
    "--pause",
    "pauses",
    metavar="FROM..TO:GROUND",
    multiple=True,
    callback=_pauses,
    help="A suspension, both days included; repeatable.",
)
@click.option(
    "--extend",
    "decisions",
    metavar="DATE:NUMBER:CRITERION,...",
    multiple=True,
    callback=_decisions,
    help="A decision to extend; repeatable.",
)
@click.option("--on", "today", metavar="DATE", callback=_days, help="Tell the state on that day.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Everything, day by day, as JSON.")
def due(  # noqa: PLR0913  (the options of a command are its arguments)
    *,
    rule: str,
    start: tuple[date, datetime | None],
    longer: bool,
    pauses: tuple[Pause, ...],
    decisions: tuple[_Decision, ...],
    today: date | None,
    lang: str,
    as_json: bool,
) -> None:
    """Tell the last day of RULE, such as TC-01, with every day that did not count.

    `dangvan rules list deadlines.toml` lists rules and grounds of suspension, `dangvan rules list
    complexity.toml` the criteria. Exits with 1 and a sentence if the law does not allow this.
    """
    rules = _rules()
    begun, moment = start
    try:
        clock = deadlines.start(rules, rule, begun)
        clock = _changed(rules, _as_long(rules, clock) if longer else clock, pauses, decisions)
        ends_at = None if moment is None else _instant(rules, clock, moment)
        told = explain(rules, clock)
    except Refused as refusal:
        said = refusal.vi if lang == "vi" else refusal.en
        basis = f" ({refusal.article})" if refusal.article else ""
        raise click.ClickException(f"{said.removesuffix('.')}{basis}.") from None
    except UnknownRule as error:
        raise click.ClickException(f"{error}{_near(rules, rule)}.") from None
    except NotInForce as error:
        raise click.ClickException(f"{error}.") from None
    if today is not None and today < begun:
        raise click.ClickException(f"--on {today} is before the term begins, on {begun}.")
    state = None if today is None else deadlines.status(rules, clock, today)
    if as_json:
        more = {
            "moment": None if ends_at is None else ends_at.isoformat(),
            "status": None if state is None else state.value,
            "notices": [
                {"level": each.level.value, "on": each.on.isoformat()}
                for each in deadlines.notices(rules, clock)
            ],
        }
        click.echo(json.dumps(told.to_json() | more, ensure_ascii=False, indent=2))
        return
    click.echo(f"{'-' if told.due is None else told.due}  {told.article}")
    click.echo(told.text(lang))
    if ends_at is not None:
        click.echo(ends_at.strftime("%Y-%m-%d %H:%M"))
    if state is not None:
        click.echo(f"{today}: {state.value}")


def _rules() -> Rules:
    """Return the rules in force in the instance that is here, those of the release without one."""
    try:
        with opened(Settings.read()) as store:
            return lawbook.in_force(store, load())
    except NotInitialised:
        return load()


def _as_long(rules: Rules, clock: Clock) -> Clock:
    """Return the clock with its longer term: whoever asks says that the condition holds."""
    rule = terms.rule_of(rules, clock)
    if rule.longer is None:
        raise Refused(
            "longer",
            f"Luật không có thời hạn dài hơn cho {rule.id}",
            f"The law has no longer term for {rule.id}",
            rule.article,
        )
    return replace(clock, longer=True)


def _changed(
    rules: Rules, clock: Clock, pauses: tuple[Pause, ...], decisions: tuple[_Decision, ...]
) -> Clock:
    """Return the clock after all that happened to it, in the order of days. Raises Refused."""
    acts: list[tuple[date, Pause | _Decision]] = [(each.first, each) for each in pauses]
    acts += [(each.on, each) for each in decisions]
    for day, act in sorted(acts, key=itemgetter(0)):
        if isinstance(act, Pause):
            clock = deadlines.pause(rules, clock, act)
        else:
            row = clock_acts.extending(rules, clock, act.criteria, act.on)
            clock = deadlines.extend(rules, clock, Extension(row, day, act.number, act.criteria))
    return clock


def _instant(rules: Rules, clock: Clock, moment: datetime) -> datetime | None:
    """Return the moment at which running hours end; None where a time of day does not matter."""
    in_hours = terms.rule_of(rules, clock).term.unit is LengthUnit.HOURS
    return deadlines.instant(rules, clock.rule, moment) if in_hours else None


def _near(rules: Rules, rule: str) -> str:
    near = get_close_matches(rule.upper(), rules.deadlines.by_id, n=8)
    return f"; near it: {', '.join(near)}" if near else ""
