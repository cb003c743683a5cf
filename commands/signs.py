"""`dangvan signs`: suggests articles of the Penal Code from the text of a report."""

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import TextIO

import click

from rules import load
from triage import signs as crime_signs


class NotAReport(Exception):
    """A line of the file that is no JSON object with `id` and `text`."""


@click.command("signs", short_help="Suggest articles of the Penal Code from a text.")
@click.option("--jsonl", type=click.File(encoding="utf-8"), help="Objects with id and text.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day; default: today.")
def signs(jsonl: TextIO | None, day: datetime | None) -> None:
    """Read a text on standard input, or a file of texts, and print one JSON object a line each.

    It suggests, with the phrases that made it do so; only a person confirms.
    """
    rules = load()
    on = day.date() if day is not None else date.today()  # noqa: DTZ011  (the operator's day)
    texts = _texts(jsonl) if jsonl is not None else [("-", sys.stdin.read())]
    for report, text in texts:
        found = crime_signs.find(rules, text, on)
        click.echo(json.dumps({"id": report} | found.to_json(), ensure_ascii=False))


def _texts(file: TextIO) -> Iterator[tuple[str | int, str]]:
    """Yield id and text of every line. Raises `NotAReport`."""
    try:
        lines = file.read().split("\n")
    except UnicodeDecodeError as error:
        raise NotAReport(f"The file is not UTF-8 text, from byte {error.start} on.") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            report, text = told["id"], told["text"]
        except (ValueError, KeyError, TypeError):
            raise NotAReport(f"Line {number} is no JSON object with id and text.") from None
        if not isinstance(text, str) or not isinstance(report, str | int):
            raise NotAReport(f"Line {number}: text must be a string, id a string or a number.")
        yield report, text
