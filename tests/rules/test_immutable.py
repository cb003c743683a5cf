"""The rules cannot be changed once they are loaded."""

from dataclasses import FrozenInstanceError
from datetime import date
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from rules import Rules, load


def _is_immutable(value: Any) -> bool:
    if isinstance(value, BaseModel):
        return bool(type(value).model_config.get("frozen")) and all(
            _is_immutable(inner) for _, inner in value
        )
    if isinstance(value, tuple):
        return all(_is_immutable(inner) for inner in value)
    return value is None or isinstance(value, (str, int, float, date, Enum))


def test_everything_in_the_rules_is_immutable_all_the_way_down() -> None:
    for table in load().tables():
        assert isinstance(table.by_id, MappingProxyType)
        assert _is_immutable(table.rows), table.name


def test_the_rules_a_table_and_a_row_refuse_assignment() -> None:
    book: Rules = load()
    row = book.deadlines.rows[0]
    with pytest.raises(FrozenInstanceError):
        book.digest = ""  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        book.deadlines.rows = ()  # type: ignore[misc]
    with pytest.raises(ValidationError):
        row.vi = ""
    with pytest.raises(TypeError):
        book.deadlines.by_id["TC-05"] = ()  # type: ignore[index]


def test_the_digest_changes_with_every_byte_of_the_files(folder: Path) -> None:
    before = load(folder).digest
    assert before == load().digest
    with (folder / "laws.toml").open("a", encoding="utf-8") as file:
        file.write("# read again\n")
    assert load(folder).digest != before
