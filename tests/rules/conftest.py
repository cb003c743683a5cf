"""A copy of the packaged rules to break."""

import shutil
from pathlib import Path

import pytest

import rules
from tests.rules.toml_files import PACKAGED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "rules"
    copy.mkdir()
    for name in rules.FILES:
        shutil.copy(PACKAGED / name, copy / name)
    return copy
