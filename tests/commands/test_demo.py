"""`dangvan start-dev` builds a demo city once, whole or not at all, and leaves real ones alone."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from demo import city, ground, timetable
from records.errors import FolderUnusable
from tests.commands.conftest import Ended, Run


@pytest.fixture(autouse=True)
def served(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Serve nothing, and remember on which ports it would have been."""
    ports: list[int] = []
    monkeypatch.setattr("commands.demo.run", lambda _host, port, _workers: ports.append(port))
    return ports


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, cheap_passwords: None) -> None:  # noqa: ARG001
    """Let only a few reports reach the demo city: building it takes a second."""
    told = [each for each in timetable.reports() if each.kind == "khac"][:3]
    monkeypatch.setattr(timetable, "reports", lambda: told)


@pytest.mark.usefixtures("few")
def test_the_city_is_built_once_and_its_sign_in_data_are_printed_once(
    run: Run, home: Path, served: list[int]
) -> None:
    ended = run("start-dev", "--port", "8123")
    assert ended.code == 0, ended.err
    assert served == [8123]
    assert "thanhtra.truong" in ended.out
    assert "http://127.0.0.1:8123/desk" in ended.out
    password = next(line for line in ended.out.splitlines() if line.startswith("Password"))
    mark, database = (home / "instance.id").read_text(), (home / "dangvan.db").read_bytes()
    code = run("demo-code")
    assert re.fullmatch(r"[0-9]{6}   for [0-9]+ more seconds?\n", code.out)
    again = run("start-dev", "--port", "8124")
    assert again.code == 0
    assert served == [8123, 8124]
    assert password.split()[3] not in again.out
    assert (home / "instance.id").read_text() == mark
    assert (home / "dangvan.db").read_bytes() == database
    assert not list(home.parent.glob(".*"))


@pytest.mark.usefixtures("few")
def test_an_interrupted_building_leaves_nothing_and_the_next_one_works(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, served: list[int]
) -> None:
    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("demo.year.play", interrupted)
        ended = run("start-dev", "--port", "8123")
    assert ended.code != 0
    assert "Password" not in ended.out
    assert not home.exists()
    assert not list(home.parent.iterdir())
    assert run("start-dev", "--port", "8123").code == 0
    assert served == [8123]


@pytest.mark.usefixtures("few")
def test_what_a_killed_building_left_behind_is_swept_away(run: Run, home: Path) -> None:
    left = home.with_name(f".{home.name}.building") / "city"
    left.mkdir(parents=True)
    (left / "instance.id").write_text("half")
    assert run("start-dev", "--port", "8123").code == 0
    assert not left.parent.exists()


def test_two_buildings_at_once_do_not_disturb_each_other(home: Path) -> None:
    with ground.building(home) as place:
        place.mkdir()
        with pytest.raises(FolderUnusable, match="Another"), ground.building(home):
            pass
        (place / "file").touch()
    assert (home / "file").exists()


def test_a_folder_with_other_files_is_left_alone(run: Run, home: Path) -> None:
    home.mkdir()
    (home / "thesis.txt").touch()
    ended = run("start-dev")
    assert ended.code == 1
    assert "holds other files" in ended.err
    assert [each.name for each in home.iterdir()] == ["thesis.txt"]


def test_a_real_instance_is_no_demo_and_holds_nothing_of_one(
    init: Callable[..., Ended], run: Run, home: Path, served: list[int]
) -> None:
    init()
    assert not (home / "keys" / "demo.key").exists()
    for command in ("start-dev", "demo-code"):
        ended = run(command)
        assert ended.code == 1
        assert "real instance" in ended.err
    assert not served


@pytest.mark.usefixtures("few")
def test_a_demo_city_is_not_served_as_a_real_instance(run: Run) -> None:
    run("start-dev")
    ended = run("serve")
    assert ended.code == 1
    assert "start-dev" in ended.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DANGVAN_DATABASE_URL", "postgresql://u:s3cret@127.0.0.1:9/x"),
        ("DANGVAN_BLOBS_URL", "s3://bucket/prefix"),
    ],
)
def test_the_city_stays_away_from_databases_and_stores_of_others(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    ended = run("start-dev")
    assert ended.code == 1
    assert name in ended.err
    assert not home.exists()


def test_a_clock_before_the_law_of_the_demo_is_named(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.demo.today", lambda: date(2020, 1, 1))
    ended = run("start-dev")
    assert ended.code == 1
    assert str(city.EARLIEST) in ended.err
    assert not home.exists()
