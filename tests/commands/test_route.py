"""`dangvan route` explains one route, or says in a sentence which code it does not know."""

import json

import pytest
from click.testing import CliRunner

from commands import main
from commands.route import route

CASE = ["--kind", "tt_to_cao", "--category", "bribery", "--on", "2026-11-24"]


def test_a_route_is_explained_in_vietnamese_unless_asked_otherwise() -> None:
    result = CliRunner().invoke(route, [*CASE, "--subject", "inspectorate"])
    assert result.exit_code == 0
    assert "Cơ quan giải quyết: Chủ tịch Ủy ban nhân dân thành phố Huế" in result.stdout
    assert "TC 12(1)" in result.stdout
    english = CliRunner().invoke(route, [*CASE, "--lang", "en"])
    assert "Settles: Huế City Inspectorate" in english.stdout


def test_a_route_is_explained_as_json() -> None:
    result = CliRunner().invoke(route, [*CASE, "--position", "city_head", "--json"])
    told = json.loads(result.stdout)
    assert (told["unit"], told["forward"]) == ("thanh_tra_chinh_phu", True)
    assert told["flags"] == ["forwarded_outside"]


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        (["--kind", "to_caoo"], "to_cao"),
        (["--ward", "199000"], "19900"),
        (["--unit", "so_y_ta"], "so_y_te"),
        (["--position", "heads"], "head"),
    ],
)
def test_an_unknown_code_ends_in_one_sentence_that_names_near_ones(
    wrong: list[str],
    near: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["dangvan", "route", *CASE, *wrong])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert "near it" in sentence
    assert near in sentence


def test_a_day_before_the_rules_ends_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["dangvan", "route", *CASE[:4], "--on", "2010-01-01"])
    with pytest.raises(SystemExit):
        main()
    assert "has no row in force on 2010-01-01" in capsys.readouterr().err
