"""The lock files agree with pyproject.toml, hold every hash, and name no registry."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"
RUNTIME_EXTRAS = ("postgres", "redis", "s3")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ENTRY = re.compile(
    r"(?P<name>[a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(?P<version>[\w.!+]+)(?: ; [^\\\n]+?)?"
    r"(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n",
)


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {match["name"]: match["version"] for match in ENTRY.finditer(text)}


def wanted(lock: str) -> list[Requirement]:
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    chosen = RUNTIME_EXTRAS if lock == RUNTIME else tuple(extras)
    lines = [
        *project["dependencies"],
        *PYPROJECT["build-system"]["requires"],
        *(line for extra in chosen for line in extras[extra]),
    ]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT])
def test_a_lock_is_nothing_but_pins_with_hashes(lock: str) -> None:
    assert not ENTRY.sub("", (ROOT / lock).read_text(encoding="utf-8"))


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT])
def test_a_lock_satisfies_pyproject(lock: str) -> None:
    locked = pins(lock)
    for requirement in wanted(lock):
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in {lock}: run `make lock`"
        assert requirement.specifier.contains(version, prereleases=True), (
            f"{lock} has {requirement.name} {version}, pyproject.toml wants {requirement}: "
            "run `make lock`"
        )


def test_development_has_all_that_runtime_has_in_the_same_versions() -> None:
    assert pins(RUNTIME).items() <= pins(DEVELOPMENT).items()
