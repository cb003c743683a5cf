"""The steps of a case in words: what was done, by whom, on what legal basis, with what inputs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from rules.book import Rules
from rules.lifecycle import Input, InputType, Step, Who
from triage import figures
from triage.explanation import Line
from triage.inputs import Terms
from triage.submission import Minutes

REPORTER = Line("người gửi", "the reporter")
#: Nobody took the step: the clock did, or the rules.
ITSELF = Line("hệ thống", "the system")
CUSTODIAN = Line("người giữ khóa", "a custodian")
UNKNOWN = Line("", "")
#: Holds identifiers of staff.
_PERSON = "assignee"
#: Holds the identifier of another case, which has a place of its own on the page.
_CASE = "into"
#: What was written to the reporter or to colleagues has places of its own, too.
_TEXT, _NOTE = "text", "note.added"
_YES = Line("Có", "Yes")
#: What became of the minutes of a conversation.
_MINUTES = "minutes"
_MINUTES_NAME = Line("Biên bản ghi nhận", "Minutes")
_MINUTES_WORDS: Mapping[str, Line] = {
    Minutes.READ_BACK: Line("đã đọc lại, người gửi đồng ý", "read back, the reporter agreed"),
    Minutes.SIGNED: Line("người gửi đã đọc và ký", "read and signed by the reporter"),
    Minutes.REFUSED: Line("người gửi không ký", "the reporter did not sign"),
}
#: What is sealed with files that staff add: their names by their identifiers.
_FILES = "files"
_FILES_NAME = Line("Tệp", "Files")


@dataclass(frozen=True)
class Told:
    """A step as it is stored and opened: `terms` stood in the open, `detail` was sealed."""

    position: int
    kind: str
    on: date
    terms: Terms
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """An input of a step: its name, and what was entered."""

    name: Line
    values: tuple[Line | date, ...]


@dataclass(frozen=True)
class Event:
    """A step in words."""

    position: int
    kind: str
    on: date
    vi: str
    en: str
    article: str
    by: Line
    entries: tuple[Entry, ...]


def people(steps: Iterable[Told]) -> set[UUID]:
    """Return the members of staff that the steps speak of, so that their names can be found."""
    keys = ("by", "entered_by", _PERSON)
    return {
        UUID(hex=str(step.detail[key])) for step in steps for key in keys if step.detail.get(key)
    }


def event(rules: Rules, step: Told, names: Mapping[UUID, str]) -> Event:
    """Return a step in words."""
    row = rules.steps.on(step.kind, step.on)
    entries = tuple(_entries(rules, row, step, names))
    by = _author(row, step, names)
    return Event(step.position, step.kind, step.on, row.vi, row.en, row.article, by, entries)


def _author(row: Step, step: Told, names: Mapping[UUID, str]) -> Line:
    for key in ("by", "entered_by"):
        if step.detail.get(key):
            return _name(str(step.detail[key]), names)
    if Who.REPORTER in row.who:
        return REPORTER
    if row.who == (Who.CUSTODIAN,):
        return CUSTODIAN
    return ITSELF if Who.SYSTEM in row.who else UNKNOWN


def _entries(rules: Rules, row: Step, step: Told, names: Mapping[UUID, str]) -> Iterator[Entry]:
    given = {**step.terms, **step.detail}
    for key in dict.fromkeys((*row.needs, *row.may, *step.detail)):
        elsewhere = key == _CASE or (key == _TEXT and (row.tells or row.id == _NOTE))
        if elsewhere or key not in given or key not in rules.inputs.by_id:
            continue
        asked = rules.inputs.by_id[key][-1]
        values = tuple(_values(rules, asked, given[key], names))
        if values:
            yield Entry(Line(asked.vi, asked.en), values)
    if step.detail.get(_MINUTES):
        yield Entry(_MINUTES_NAME, (_MINUTES_WORDS[step.detail[_MINUTES]],))
    names_of_files = step.detail.get(_FILES, {}).values()
    if names_of_files:
        yield Entry(_FILES_NAME, tuple(Line(each, each) for each in names_of_files))


def _values(
    rules: Rules,
    asked: Input,
    given: Any,  # noqa: ANN401
    names: Mapping[UUID, str],
) -> Iterator[Line | date]:
    for text in [given] if isinstance(given, str) else given:
        if not text:
            continue
        if asked.id == _PERSON:
            yield _name(text, names)
        elif asked.type is InputType.DAY:
            yield date.fromisoformat(text)
        elif asked.type is InputType.AMOUNT:
            yield figures.money_line(Decimal(text))
        elif asked.type is InputType.AREA:
            yield figures.land_line(Decimal(text))
        elif asked.type is InputType.YES:
            yield _YES
        elif asked.table is not None:
            yield _row_name(rules, asked.table, text)
        else:
            yield Line(text, text)


def _name(person: str, names: Mapping[UUID, str]) -> Line:
    name = names.get(UUID(hex=person), "")
    return Line(name, name)


def _row_name(rules: Rules, table: str, row_id: str) -> Line:
    rows = next(each for each in rules.tables() if each.name == table).by_id
    if row_id not in rows:
        return Line(row_id, row_id)
    row: Any = rows[row_id][-1]  # of a table that inputs are chosen from: all have names
    return Line(row.vi, row.en)
