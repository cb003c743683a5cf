"""The offline verifier as a reporter meets it, and what the ledger pulls in."""

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from ledger_kit import LOG, PROMISE_KEY, WITNESSES, Log, opening, promise_file, seed

from commands.verify import verify
from ledger.checkpoint import Checkpoint, sign_checkpoint
from ledger.entry import Act, Opening
from ledger.note import COSIGNATURE, Signer, sign
from ledger.proof import File

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
KEY = LOG.verifier.to_text()
WITNESS_OPTIONS = [part for w in WITNESSES[:2] for part in ("--witness", w.verifier.to_text())]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(text: str | bytes, *options: str, key: str = KEY) -> Result:
        path = tmp_path / "case.tlog-proof"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return CliRunner().invoke(verify, [str(path), "--key", key, *options])

    return run


def test_a_proof_is_told_in_plain_words(run: Run) -> None:
    result = run(Log().file(4).to_text(), *WITNESS_OPTIONS)
    assert result.exit_code == 0, result.output
    for words in (
        "case.filed",
        "2026-11-02",
        "case-4",
        "unit = ubnd-phường",
        "entry 5 of 11",
        "dangvan.example/log",
        "witness.example/1, 2026-11-02 ",
        "witness.example/2",
    ):
        assert words in result.output


def test_the_key_may_stand_in_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "log.vkey"
    path.write_text(KEY + "\n")
    assert run(Log().file(4).to_text(), key=str(path)).exit_code == 0
    assert run(Log().file(4).to_text(), key="no such file").exit_code != 0
    path.write_bytes(b"\xff\xfe")
    assert run(Log().file(4).to_text(), key=str(path)).exit_code != 0


def test_named_witnesses_are_all_needed_unless_a_quorum_is_given(run: Run) -> None:
    text = Log(witnesses=1).file(4).to_text()
    refused = run(text, *WITNESS_OPTIONS)
    assert (refused.exit_code, "2 witnesses" in refused.output) == (1, True)
    assert run(text, *WITNESS_OPTIONS, "--quorum", "1").exit_code == 0


def test_a_promise_needs_the_promise_key(run: Run) -> None:
    text = promise_file(4).to_text()
    result = run(text, "--promise-key", PROMISE_KEY.verifier.to_text())
    assert result.exit_code == 0
    assert "In the log by: 2026-11-05" in result.output
    refused = run(text)
    assert (refused.exit_code, "--promise-key" in refused.output) == (1, True)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe\x00",
        b"c2sp.org/tlog-proof@v1\n",
        b"x" * 2**20,
        Log().file(4, opening(5)).to_text(),
        Log().file(4).to_text().replace("\n", "\r\n"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence_without_the_opening(
    run: Run, text: str | bytes
) -> None:
    result = run(text)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert result.output.count("\n") == 1
    assert "case-" not in result.output
    assert not isinstance(result.exception, LookupError | ValueError)


def test_nothing_printed_can_steer_the_terminal(run: Run) -> None:
    act = Act("case.filed", opening(0).act.day, "\x1b[2J\u202eevil\nProved: yes")
    opened = Opening(seed("salt"), act)
    checkpoint = Checkpoint(LOG.name, 1, opened.leaf())
    note = sign_checkpoint(checkpoint, LOG)
    result = run(File(opened.to_bytes(), note, 0).to_text())
    assert "\\u001b[2J\\u202eevil\\u000aProved: yes" in result.output


def test_a_time_beyond_the_calendar_is_shown_as_it_is(run: Run) -> None:
    witness = Signer("witness.example/late", COSIGNATURE, seed("late"))
    file = Log(witnesses=0).file(4)
    text = file.note.rpartition("\n\n")[0] + "\n"
    line = sign(text, witness, 2**63 - 1)[len(text) + 1 :]
    late = File(file.extra, file.note + line, file.index, file.path).to_text()
    assert "second 9223372036854775807" in run(late, "--witness", witness.verifier.to_text()).output


def test_the_ledger_needs_neither_flask_nor_sqlalchemy() -> None:
    code = (
        "import sys, ledger, ledger.proof, ledger.tree;"
        "print([m for m in ('flask', 'sqlalchemy', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_command_imports_click_and_the_ledger_only() -> None:
    nodes = ast.walk(ast.parse((ROOT / "commands" / "verify.py").read_text()))
    froms = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    rooms = {str(name).partition(".")[0] for name in froms} - sys.stdlib_module_names
    assert rooms == {"ledger"}


def test_a_lone_copy_of_the_ledger_verifies_without_the_rest_of_the_product(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    for path in (ROOT / "ledger").glob("*.py"):
        (tmp_path / "ledger" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "proof").write_bytes(Log().file(4).to_text().encode())
    code = (
        "import sys; from pathlib import Path; from ledger.note import Verifier;"
        "from ledger.proof import verify_proof;"
        "proved = verify_proof(Path('proof').read_text(), Verifier.from_text(sys.argv[1]));"
        "print(proved.act.subject)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, KEY], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "case-4"
