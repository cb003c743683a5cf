"""The WSGI callables: both sides on one machine, and a clear end where there is no instance."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from werkzeug.test import Client

from records.work import Store

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(instance: Store) -> Path:
    return Path(str(instance.engine.url.database)).parent


def test_citizens_are_at_the_root_and_staff_under_desk(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGVAN_HOME", str(home))
    monkeypatch.delenv("DANGVAN_DATABASE_URL", raising=False)
    names = runpy.run_path(str(ROOT / "wsgi.py"))
    both = Client(names["app"])
    assert both.get("/nhat-ky").status_code == 200
    assert both.get("/desk/healthz").text == "ok"
    assert both.get("/desk/nhat-ky").status_code == 404
    assert Client(names["intake_app"]).get("/desk/healthz").status_code == 404
    assert Client(names["desk_app"]).get("/nhat-ky").status_code == 404


def test_without_an_instance_one_sentence_tells_the_mend(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=os.environ | {"DANGVAN_HOME": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith("dangvan: There is no instance in ")
