"""Each promise in SECURITY.md names tests, and these tests exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)::([\w:]+)`")


def promises() -> dict[str, str]:
    """Return the table under "Promises": the promise and the column that names its tests."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    section = text.split("## Promises\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return {row[0].strip(): row[2] for row in rows[2:]}


def is_defined(path: Path, dotted: str) -> bool:
    """Tell whether ``Class::test`` or ``test`` is defined in a test file."""
    if not path.is_file():
        return False
    scope: ast.AST = ast.parse(path.read_text(encoding="utf-8"))
    for name in dotted.split("::"):
        found = [
            node
            for node in ast.iter_child_nodes(scope)
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name
        ]
        if not found:
            return False
        scope = found[0]
    return True


def test_there_are_promises() -> None:
    assert promises()


@pytest.mark.parametrize("promise", promises())
def test_each_promise_is_held_by_tests_that_exist(promise: str) -> None:
    named = NAMED_TEST.findall(promises()[promise])
    assert named, "name at least one test as `tests/room/test_file.py::test_name`"
    missing = [f"{path}::{name}" for path, name in named if not is_defined(ROOT / path, name)]
    assert not missing
