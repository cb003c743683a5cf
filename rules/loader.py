"""Reads the TOML folder, once, into one immutable value; anything broken stops it."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rules import (
    checks,
    crime,
    identity,
    lifecycle,
    organisation,
    procedure,
    protection,
    recovery,
    reporting,
    routes,
    row_checks,
)
from rules.book import Rules
from rules.errors import BrokenRules, Finding
from rules.layout import FILE_OF, FILES
from rules.rows import Dated, Law
from rules.table import Table

RowT = TypeVar("RowT", bound=Dated)
Parsed = dict[str, tuple[Dated, ...]]

_SHOWN_CHARACTERS = 60


def load(folder: Path | None = None) -> Rules:
    """Load and validate the rules of a folder; without one, those of the package.

    Raises `BrokenRules` with every finding of the stage that failed: reading the files, then the
    rows by themselves, then what rows say of one another. Nothing partial is ever returned.
    """
    folder = Path(__file__).parent if folder is None else folder
    sources = _read(folder)
    parsed, findings = _parse(sources)
    _stop_at(findings)
    for table, rows in parsed.items():
        findings += row_checks.findings(FILE_OF[table], table, rows)
    _stop_at(findings)
    rules = _assemble(parsed, _digest(sources))
    _stop_at(list(checks.findings(rules)))
    return rules


def _stop_at(findings: list[Finding]) -> None:
    if findings:
        raise BrokenRules(*findings)


def _read(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise BrokenRules(Finding(str(folder), "", "is not a folder of rules"))
    findings = [
        Finding(path.name, "", "is not the name of a file of rules")
        for path in sorted(folder.glob("*.toml"))
        if path.name not in FILES
    ]
    sources = {}
    for name in FILES:
        try:
            sources[name] = (folder / name).read_bytes()
        except FileNotFoundError:
            findings.append(Finding(name, "", "the file is missing"))
        except OSError as error:
            findings.append(Finding(name, "", f"the file cannot be read ({error.strerror})"))
    _stop_at(findings)
    return sources


def _digest(sources: Mapping[str, bytes]) -> str:
    total = hashlib.sha256()
    for name, content in sorted(sources.items()):
        total.update(f"{name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def _parse(sources: Mapping[str, bytes]) -> tuple[Parsed, list[Finding]]:
    parsed: Parsed = {}
    findings: list[Finding] = []
    for file, content in sources.items():
        try:
            data = tomllib.loads(content.decode("utf-8"))
        except UnicodeDecodeError as error:
            findings.append(Finding(file, f"byte {error.start}", "the file is not UTF-8 text"))
        except tomllib.TOMLDecodeError as error:
            findings.append(_syntax_finding(file, error))
        except RecursionError:
            findings.append(Finding(file, "", "the TOML is nested too deeply"))
        else:
            findings += _table_findings(file, data)
            for table, model in FILES[file].items():
                rows: Any = data.get(table)
                if _is_array_of_tables(rows):
                    parsed[table] = tuple(_rows(file, table, model, rows, findings))
    return parsed, findings


def _syntax_finding(file: str, error: tomllib.TOMLDecodeError) -> Finding:
    where = re.search(r"line \d+", str(error))
    place = where.group() if where else "the end of the file"
    return Finding(file, place, f"the TOML is broken: {error}")


def _is_array_of_tables(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value) and bool(value)


def _table_findings(file: str, data: Mapping[str, Any]) -> Iterator[Finding]:
    known = FILES[file]
    for name in data:
        if name not in known:
            yield Finding(file, name, f"is not a table of this file{_hint(name, known)}")
    for name in known:
        if name not in data:
            yield Finding(file, name, "the table is missing")
        elif not _is_array_of_tables(data[name]):
            yield Finding(file, name, f"must be rows, each under [[{name}]]")


def _rows(
    file: str,
    table: str,
    model: type[Dated],
    rows: list[dict[str, Any]],
    findings: list[Finding],
) -> Iterator[Dated]:
    for number, row in enumerate(rows, start=1):
        row_id = row.get("id")
        place = f"{table}[{row_id if isinstance(row_id, str) else f'#{number}'}]"
        findings += [
            Finding(file, f"{place}.{key}", "the text is not in Unicode normal form NFC")
            for key in _not_nfc(row)
        ]
        try:
            yield model.model_validate(_frozen(row))
        except ValidationError as error:
            findings += [_row_finding(file, place, model, each) for each in error.errors()]


def _row_finding(file: str, place: str, model: type[Dated], error: ErrorDetails) -> Finding:
    key = ".".join(str(step) for step in error["loc"])
    if error["type"] == "missing":
        reason = "the key is missing"
    elif error["type"] == "extra_forbidden":
        reason = f"is not a known key{_hint(key, model.model_fields)}"
    else:
        shown = repr(error["input"])
        if len(shown) > _SHOWN_CHARACTERS:
            shown = shown[:_SHOWN_CHARACTERS] + "…"
        reason = f"{error['msg'][0].lower()}{error['msg'][1:]}, but it is {shown}"
    return Finding(file, f"{place}.{key}", reason)


def _hint(name: str, known: Mapping[str, object]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; perhaps {close[0]!r} is meant" if close else ""


def _not_nfc(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            yield path
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _not_nfc(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _not_nfc(inner, f"{path}.{number}")


def _frozen(value: Any) -> Any:  # noqa: ANN401 - whatever TOML can hold
    """Turn lists into tuples all the way down, so that nothing loaded can change."""
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    return value


def _assemble(parsed: Parsed, digest: str) -> Rules:
    def table(name: str, model: type[RowT]) -> Table[RowT]:
        rows = tuple(row for row in parsed[name] if isinstance(row, model))
        return Table.of(name, rows)

    return Rules(
        digest=digest,
        laws=table("law", Law),
        kinds=table("kind", procedure.Kind),
        details=table("detail", procedure.Detail),
        intents=table("intent", procedure.Intent),
        categories=table("category", organisation.Category),
        subjects=table("subject", organisation.Subject),
        channels=table("channel", organisation.Channel),
        positions=table("position", organisation.Position),
        deadlines=table("deadline", procedure.Deadline),
        events=table("event", procedure.Event),
        actors=table("actor", procedure.Actor),
        suspensions=table("suspension", procedure.Suspension),
        states=table("state", lifecycle.State),
        steps=table("step", lifecycle.Step),
        inputs=table("input", lifecycle.Input),
        risks=table("risk", lifecycle.Risk),
        goes_on=table("goes_on", lifecycle.GoesOn),
        warnings=table("warning", procedure.Warning),
        criteria=table("criterion", procedure.Criterion),
        thresholds=table("threshold", procedure.Threshold),
        corrections=table("correction", procedure.Correction),
        statutory=table("statutory", procedure.StatutoryHoliday),
        rest_days=table("rest_day", procedure.RestDay),
        computations=table("computation", procedure.Computation),
        principles=table("principle", procedure.Principle),
        units=table("unit", organisation.Unit),
        routes=table("route", routes.Direction),
        informs=table("inform", routes.Direction),
        guards=table("guard", routes.Guard),
        crimes=table("crime", crime.Crime),
        concepts=table("concept", crime.Concept),
        patterns=table("pattern", crime.Pattern),
        brakes=table("brake", crime.Brake),
        spellings=table("spelling", crime.Spelling),
        wordings=table("wording", crime.Wording),
        grounds=table("ground", crime.Ground),
        templates=table("template", crime.Template),
        dossier_items=table("dossier_item", crime.DossierItem),
        outcomes=table("outcome", crime.Outcome),
        protected_persons=table("protected_person", protection.ProtectedPerson),
        protected_goods=table("protected_good", protection.ProtectedGood),
        retaliations=table("retaliation", protection.Retaliation),
        likelihoods=table("likelihood", protection.Likelihood),
        severities=table("severity", protection.Severity),
        measures=table("measure", protection.Measure),
        reviews=table("review", protection.Review),
        protection_ends=table("protection_end", protection.ProtectionEnd),
        rewards=table("reward", protection.Reward),
        base_salaries=table("base_salary", protection.BaseSalary),
        ways_over=table("handing_over", protection.HandingOver),
        malices=table("malice", protection.Malice),
        liabilities=table("liability", protection.Liability),
        identity_grounds=table("identity_ground", identity.IdentityGround),
        answer_times=table("answer_time", identity.AnswerTime),
        reading_times=table("reading_time", identity.ReadingTime),
        identity_exceptions=table("identity_exception", identity.IdentityException),
        ways=table("way", recovery.Way),
        stages=table("stage", recovery.Stage),
        periods=table("period", reporting.Period),
        forms=table("form", reporting.Form),
        columns=table("column", reporting.Column),
        assessments=table("assessment", reporting.Assessment),
        figures=table("figure", reporting.Figure),
        placeholders=table("placeholder", reporting.Placeholder),
        replies=table("reply", reporting.Reply),
    )
