"""vault/ and ledger/ know no environment and no clock, and stay small enough to audit."""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for room in ("vault", "ledger") for path in (ROOT / room).rglob("*.py"))
LINES_ALLOWED = 900

FORBIDDEN = {
    "os": {"environ", "environb", "getenv", "getenvb", "putenv", "times"},
    "posix": {"environ"},
    "time": {
        *("asctime", "clock_gettime", "clock_gettime_ns", "ctime", "gmtime", "localtime"),
        *("monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "time", "time_ns"),
    },
    "datetime.datetime": {"now", "today", "utcnow"},
    "datetime.date": {"today"},
}
FORBIDDEN_NAMES = {f"{owner}.{name}" for owner, names in FORBIDDEN.items() for name in names}
NOT_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    *(tokenize.ENCODING, tokenize.ENDMARKER),
}


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for: ``{"dt": "datetime.datetime"}``."""
    meanings: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                meanings[alias.asname or whole] = whole
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                meanings[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return meanings


def dotted(node: ast.expr, meanings: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return meanings.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value, meanings)
        return owner and f"{owner}.{node.attr}"
    return None


def forbidden_mentions(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    meanings = imported_names(tree)
    yield from (meaning for meaning in meanings.values() if meaning in FORBIDDEN_NAMES)
    for meaning in meanings.values():
        if meaning in {f"{module}.*" for module in FORBIDDEN}:
            yield meaning
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = dotted(node, meanings)
            if name in FORBIDDEN_NAMES:
                yield f"line {node.lineno}: {name}"


def lines_of_code(source: str) -> int:
    """Count the lines that hold code: no blank lines, no comments, no docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            docstring = node.body[0]
            lines.difference_update(range(docstring.lineno, (docstring.end_lineno or 0) + 1))
    return len(lines)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_vault_and_ledger_know_no_environment_and_no_clock(path: Path) -> None:
    assert not list(forbidden_mentions(path.read_text(encoding="utf-8")))


def test_vault_and_ledger_are_small_enough_to_audit() -> None:
    sizes = {path: lines_of_code(path.read_text(encoding="utf-8")) for path in MODULES}
    assert 0 < sum(sizes.values()) < LINES_ALLOWED, {
        str(path.relative_to(ROOT)): size for path, size in sizes.items()
    }


@pytest.mark.parametrize(
    "source",
    [
        "import os\nhome = os.environ['HOME']",
        "from os import environ",
        "from os import getenv as read",
        "import os as system\nsystem.getenv('HOME')",
        "import time\ntime.time()",
        "from time import *",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime as dt\ndt.now()",
        "from datetime import date\nstart = date.today",
    ],
)
def test_a_clock_or_the_environment_is_noticed(source: str) -> None:
    assert list(forbidden_mentions(source))


def test_a_time_given_as_an_argument_is_allowed() -> None:
    source = "from datetime import datetime\ndef late(now: datetime) -> bool: return now.year > 0"
    assert not list(forbidden_mentions(source))


def test_only_code_is_counted() -> None:
    source = (
        '"""Two\nlines."""\n\n# why\nx = (\n    1\n)\n\n\ndef f():\n    """Doc."""\n    return x\n'
    )
    assert lines_of_code(source) == 5
