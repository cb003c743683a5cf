"""How well crime signs are suggested on labelled reports, and how long 2,000 characters take."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bench.scale import Scale
from bench.table import Row
from bench.timing import rate
from rules import load
from rules.book import Rules
from triage import signs

_DATA = Path(__file__).parents[1] / "tests" / "data"
_DAY = date(2026, 11, 25)
_SETS = ("dev", "variants-1", "variants-2")
_CHARACTERS = 2_000
_MOST_MICROSECONDS = 1_000


def suggestions(scale: Scale) -> Iterator[Row]:
    rules, texts = load(), []
    for name in _SETS:
        lines = (_DATA / f"reports-{name}.jsonl").read_text(encoding="utf-8").splitlines()
        reports = [json.loads(line) for line in lines]
        texts += [report["text"] for report in reports]
        yield from _quality(rules, name, reports)
    text = " ".join(texts)[:_CHARACTERS]
    each = 1_000_000 / rate(lambda: signs.find(rules, text, _DAY), scale.seconds)
    met = each <= _MOST_MICROSECONDS
    yield Row("signs of crime in 2,000 characters", each, "µs", goal="≤ 1,000", met=met)


def _quality(rules: Rules, name: str, reports: list[dict[str, object]]) -> Iterator[Row]:
    """Yield precision, recall, and how often the first article is a labelled one, in percent."""
    hit = missed = wrong = first = 0
    for report in reports:
        found = signs.find(rules, str(report["text"]), _DAY)
        hit += bool(report["crime"]) and found.suspected
        missed += bool(report["crime"]) and not found.suspected
        wrong += not report["crime"] and found.suspected
        labelled = report["articles"]
        assert isinstance(labelled, list)
        first += bool(report["crime"]) and found.suspected and found.articles[0].article in labelled
    beside = f"{len(reports)} reports"
    for what, part, whole, goal in (
        ("precision", hit, hit + wrong, 95),
        ("recall", hit, hit + missed, 95),
        ("first article", first, hit + missed, 85),
    ):
        share = 100 * part / whole
        yield Row(f"{name}: {what}", share, "%", beside, f"≥ {goal}", met=share >= goal)
