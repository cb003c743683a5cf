"""The map of triage in docs/architecture.md leads to every module once, and to no other."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]


def listed() -> Counter[str]:
    """Return how often the map names each module."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.split("## The rooms of triage, by subject\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[2] for line in section.splitlines() if line.startswith("|")]
    return Counter(re.findall(r"`(\w+)`", " ".join(rows)))


def test_every_module_of_triage_stands_once_in_the_map() -> None:
    modules = {path.stem for path in (ROOT / "triage").glob("*.py")} - {"__init__"}
    assert listed() == Counter(modules)
