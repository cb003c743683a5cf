"""`dangvan route`: explains where one report would go, and why."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from difflib import get_close_matches

import click

from rules import NotInForce, Rules, UnknownRule, load
from triage import routing


class UnknownCode(Exception):
    """A code that is not in the rules on that day."""


@click.command("route", short_help="Explain which unit a report goes to, and why.")
@click.option("--kind", required=True, help="Kind of submission, such as to_cao.")
@click.option("--category", required=True, help="What it is about, such as bribery.")
@click.option("--channel", default="web", show_default=True, help="How it came in.")
@click.option("--ward", default="", help="Code of the ward or commune, five digits.")
@click.option("--subject", default="", help="The organisation named, such as school.")
@click.option("--unit", default="", help="The unit picked, such as so_y_te.")
@click.option("--position", default="", help="Level of the person, such as head.")
@click.option("--amount", type=click.IntRange(min=0), help="Amount in VND.")
@click.option("--suspected", is_flag=True, help="Crime signs were found.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day; default: today.")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def route(
    *, day: datetime | None, lang: str, as_json: bool, **matter: str | int | bool | None
) -> None:
    """Explain which unit a report goes to, who is kept informed, and by which rules."""
    rules = load()
    on = day.date() if day is not None else date.today()  # noqa: DTZ011  (the operator's day)
    try:
        found = routing.route(rules, routing.Matter(**matter), on)  # type: ignore[arg-type]
    except (UnknownRule, NotInForce) as error:
        raise UnknownCode(_explained(rules, error)) from None
    click.echo(
        json.dumps(found.to_json(), ensure_ascii=False, indent=2)
        if as_json
        else found.text(rules, lang, on)
    )


def _explained(rules: Rules, error: UnknownRule | NotInForce) -> str:
    """Return the error in one sentence, with the codes that are near."""
    tables: dict[str, Iterable[str]] = {table.name: table.by_id for table in rules.tables()}
    tables["ward"] = [unit.code for unit in rules.units if unit.code is not None]
    if isinstance(error, NotInForce):
        return f"{error}."
    close = get_close_matches(error.row_id, tables[error.table], n=3)
    return f"{error}; near it: {', '.join(close)}." if close else f"{error}."
