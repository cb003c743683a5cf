"""`dangvan due` tells the last day of a term and why, or in one sentence why there is none."""

import json

import pytest
from click.testing import CliRunner, Result

from commands.due import due


def run(*words: str) -> Result:
    return CliRunner().invoke(due, words)


def test_the_last_day_stands_first_with_its_article() -> None:
    result = run("TC-01", "--from", "2026-08-20")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "2026-08-28  TC 24(1)"
    assert lines[-1] == "Hết hạn lúc 24 giờ ngày 28/08/2026."
    assert any("Làm bù ngày 31/8/2026" in line for line in lines)


def test_english_is_spoken_on_demand() -> None:
    assert (
        "Due by 24:00 on 2026-08-28." in run("TC-01", "--from", "2026-08-20", "--lang", "en").stdout
    )


def test_what_happened_to_the_clock_is_taken_in_the_order_of_days() -> None:
    acts = (
        "--extend=2026-05-04:13/QĐ:many_people,several_places",
        "--pause=2026-04-10..2026-04-19:another_body",
        "--extend=2026-04-01:12/QĐ:many_people",
    )
    result = run("TC-05", "--from=2026-03-02", *acts, "--on=2026-04-12")
    assert result.stdout.startswith("2026-06-10  TC 30(1)\n")
    assert "TC-06" in result.stdout
    assert "TC-07" in result.stdout
    assert result.stdout.endswith("2026-04-12: paused\n")


def test_the_longer_term_is_given_where_the_law_has_one() -> None:
    assert run("PC-01", "--from=2026-04-11", "--longer").stdout.startswith("2026-05-11")
    refused = run("TC-09", "--from=2026-04-11", "--longer", "--lang=en")
    assert refused.exit_code == 1
    assert refused.stderr == "Error: The law has no longer term for TC-09 (TC 35(3)).\n"


def test_json_holds_every_day_and_notice() -> None:
    told = json.loads(run("TCD-01", "--from=2026-11-25", "--json", "--on=2026-12-09").stdout)
    assert (told["due"], told["status"], told["moment"]) == ("2026-12-09", "due_today", None)
    assert [notice["level"] for notice in told["notices"]][-2:] == ["breach", "urge"]
    assert len(told["parts"][0]["days"]) == 14


def test_hours_from_a_moment_end_to_the_minute() -> None:
    result = run("HS-03", "--from=2026-02-13T16:30")
    assert result.stdout.startswith("2026-02-14")
    assert result.stdout.endswith("2026-02-14 16:30\n")
    told = json.loads(run("HS-03", "--from=2026-02-13 16:30", "--json").stdout)
    assert told["moment"] == "2026-02-14T16:30:00"
    assert "16:30" not in run("TC-01", "--from=2026-02-13T16:30").stdout


def test_a_duty_without_a_term_says_so() -> None:
    assert run("HS-12", "--from=2026-02-13").stdout.startswith("-  TTLT 03 7(3)")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["tc-5"], "there is no deadline 'tc-5' in the rules; near it: TC-"),
        (["xyz"], "there is no deadline 'xyz' in the rules."),
        (["TCD-05"], "deadline 'TCD-05' has no row in force on 2026-06-01."),
        (
            ["TC-04", "--extend=2026-06-02:1:many_people"],
            "Luật không cho gia hạn TC-04 (TC 29(3)).",
        ),
        (["TC-05", "--extend=2026-06-02::many_people"], "thiếu số quyết định (TC 30(2))."),
        (["TC-05", "--extend=2026-06-02:1:"], "tiêu chí"),
        (["TC-05", "--extend=2026-07-02:1:many_people"], "01/07/2026"),
        (["TC-05", "--pause=2026-06-05..2026-06-04:another_body"], "trước ngày bắt đầu."),
        (["KN-02", "--pause=2026-06-05..2026-06-06:another_body"], "(TC 34(1)a)."),
        (["TC-05", "--from=2026-08-20", "--on=2026-01-01"], "before the term begins"),
    ],
)
def test_what_the_law_does_not_know_or_allow_ends_with_one_sentence(
    words: list[str], sentence: str
) -> None:
    result = run(*words, "--from=2026-06-01")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["TC-05"],
        ["TC-05", "--from=2026-02-30"],
        ["TC-05", "--from=yesterday"],
        ["TC-05", "--from=0001-01-01"],
        ["TC-05", "--from=2200-01-01"],
        ["TC-05", "--from=2026-06-01", "--on=soon"],
        ["TC-05", "--from=2026-06-01", "--pause=2026-06-05"],
        ["TC-05", "--from=2026-06-01", "--pause=2026-06-05..2026-06-06"],
        ["TC-05", "--from=2026-06-01", "--pause=2026-06-05..x:another_body"],
        ["TC-05", "--from=2026-06-01", "--extend=2026-06-05"],
        ["TC-05", "--from=2026-06-01", "--extend=2026-06-05:12"],
        ["TC-05", "--from=2026-06-01", "--lang=fr"],
    ],
)
def test_what_cannot_be_read_is_a_mistake_in_use(words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
