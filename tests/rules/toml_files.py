"""Reads and writes the TOML of the rules, so that tests can break one row of it."""

import datetime as dt
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rules

PACKAGED = Path(rules.__file__).parent


def read_toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def write_toml(path: Path, tables: Mapping[str, Any]) -> None:
    parts = []
    for table, rows in tables.items():
        for row in rows:
            lines = [f"{json.dumps(key)} = {_value(value)}\n" for key, value in row.items()]
            parts.append(f"[[{table}]]\n" + "".join(lines))
    path.write_text("\n".join(parts), encoding="utf-8")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        inside = ", ".join(f"{json.dumps(key)} = {_value(each)}" for key, each in value.items())
        return "{" + inside + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)
