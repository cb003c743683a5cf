"""`dangvan rules` tells whether the rules can be used, and what stands in them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from commands.rules import rules as command


def test_check_counts_the_rows_and_lists_what_to_verify() -> None:
    result = CliRunner().invoke(command, ["check"])
    assert result.exit_code == 0
    assert "deadlines.toml" in result.stdout
    assert "[U] correction culture_day_2026: Vietnamese Culture Day" in result.stdout
    assert "deadline HS-07" in result.stdout
    assert "deadline TC-05" not in result.stdout


def test_check_reads_the_folder_it_is_given(folder: Path) -> None:
    assert CliRunner().invoke(command, ["check", str(folder)]).exit_code == 0


def test_check_of_broken_rules_ends_with_one_and_every_error_on_stderr(folder: Path) -> None:
    (folder / "laws.toml").unlink()
    (folder / "units.toml").unlink()
    result = CliRunner().invoke(command, ["check", str(folder)])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "Broken rules: laws.toml: the file is missing.",
        "Broken rules: units.toml: the file is missing.",
    ]


def test_check_of_a_folder_that_is_not_there_ends_with_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["check", str(tmp_path / "none")])
    assert result.exit_code == 1
    assert "is not a folder of rules" in result.stderr


def test_list_keeps_to_the_file_asked_for() -> None:
    result = CliRunner().invoke(command, ["list", "crimes.toml"])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 28
    assert "crime 353 [K] Embezzlement" in result.stdout


def test_list_without_a_file_lists_every_row() -> None:
    result = CliRunner().invoke(command, ["list"])
    assert "unit thanh_tra [K]" in result.stdout
    assert "reply closed [K]" in result.stdout


def test_list_of_an_unknown_file_names_the_known_ones() -> None:
    result = CliRunner().invoke(command, ["list", "crime.toml"])
    assert result.exit_code == 2
    assert "crimes.toml" in result.stderr


def test_show_prints_every_dated_row_of_an_id() -> None:
    result = CliRunner().invoke(command, ["show", "KN-01"])
    assert result.stdout.count("[deadline]") == 2
    assert "effective_to: 2026-06-30" in result.stdout
    assert "term: length 7, unit WD" in result.stdout


@pytest.mark.parametrize("row_id", ["KN-99", ""])
def test_show_of_an_unknown_id_ends_with_one(row_id: str) -> None:
    result = CliRunner().invoke(command, ["show", row_id])
    assert result.exit_code == 1
    assert "there is no row" in result.stderr
