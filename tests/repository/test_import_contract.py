"""Every room on disk has its place in the import contract (.importlinter)."""

import ast
import configparser
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The workshop, which no room may import, and what Alembic loads by path.
OUTSIDE = {"bench", "migrations", "tests"}
TOP_MODULES = {"wsgi"}


def contract() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser


def names(value: str) -> set[str]:
    return set(value.replace("|", " ").replace(":", " ").split())


def rooms_on_disk(root: Path) -> set[str]:
    folders = (path for path in root.iterdir() if path.is_dir() and path.name.isidentifier())
    return {folder.name for folder in folders if any(folder.rglob("*.py"))} - OUTSIDE


def test_every_room_is_in_the_contract() -> None:
    missing = rooms_on_disk(ROOT) - names(contract()["importlinter"]["root_packages"])
    assert not missing, f"give {sorted(missing)} a line and a layer in .importlinter"


def test_every_room_of_the_contract_has_a_layer() -> None:
    parser = contract()
    assert names(parser["importlinter:contract:arrows"]["layers"]) == names(
        parser["importlinter"]["root_packages"]
    )


def test_a_strangers_package_is_noticed_without_an_init_file(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").touch()
    (tmp_path / "templates").mkdir()
    (tmp_path / "stranger").mkdir()
    (tmp_path / "stranger" / "code.py").touch()
    assert rooms_on_disk(tmp_path) == {"stranger"}


def test_only_the_wsgi_callables_stand_beside_the_rooms() -> None:
    assert {path.stem for path in ROOT.glob("*.py")} <= TOP_MODULES


def test_the_wsgi_callables_do_not_need_the_command_line() -> None:
    path = ROOT / "wsgi.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    assert "commands" not in imported
