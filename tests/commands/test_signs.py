"""`dangvan signs` prints one JSON object a line, or says in a sentence which line is wrong."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from commands import main
from commands.signs import signs

BRIBE = "Cán bộ địa chính đòi tôi đưa 5 triệu, không đưa thì không ký hồ sơ."


def test_a_text_on_standard_input_is_read() -> None:
    result = CliRunner().invoke(signs, ["--on", "2026-11-25"], input=BRIBE)
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["suspected"], told["articles"][0]["article"]) == (True, "354")
    assert all(BRIBE[p["start"] : p["end"]] == p["text"] for p in told["phrases"])


def test_every_line_of_a_file_is_answered_by_a_line(tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    lines = [json.dumps({"id": "a", "text": BRIBE}), "", json.dumps({"id": 2, "text": "Cảm ơn"})]
    file.write_text("\n".join(lines), encoding="utf-8")
    result = CliRunner().invoke(signs, ["--jsonl", str(file)])
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(each["id"], each["suspected"]) for each in told] == [("a", True), (2, False)]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "a"}', '{"id": "a", "text": 5}', "3"])
def test_a_broken_line_ends_in_one_sentence(
    line: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_text(line, encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["dangvan", "signs", "--jsonl", str(file)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert "ine 1" in sentence
