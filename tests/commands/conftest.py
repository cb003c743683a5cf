"""Runs `dangvan` as from a shell, on an instance of its own."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import commands


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DANGVAN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DANGVAN_DATABASE_URL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def run(
    home: Path,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run `dangvan` in this process, as `main` would from the shell."""
    mask = os.umask(0o077)
    os.umask(mask)

    def call(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["dangvan", *arguments])
        with pytest.raises(SystemExit) as ended:
            commands.main()
        os.umask(mask)
        told = capsys.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else 0, told.out, told.err)

    return call


@pytest.fixture
def init(run: Run, tmp_path: Path, cheap_passwords: None) -> Callable[..., Ended]:  # noqa: ARG001
    """Run `dangvan init` with everything it would ask for."""
    secret = tmp_path / "password"
    secret.write_text("một mật khẩu đủ dài\n", encoding="utf-8")

    def call(*more: str) -> Ended:
        given = ["--origin", "example.vn/log", "--admin", "quantri", "--admin-name", "Quản Trị"]
        given += ["--admin-password-file", str(secret), "--shares-printed"]
        return run("init", *given, *more)

    return call
