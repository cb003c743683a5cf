"""How well crime signs are suggested on labelled reports, and how long 2,000 characters take."""

from collections.abc import Iterator
from datetime import date

from bench import learn
from bench.learn import Figures, Report
from bench.scale import QUICK, Scale
from bench.table import Row
from bench.timing import rate
from rules import load
from triage import signs

_DAY = date(2026, 11, 25)
_CHARACTERS = 2_000
_MOST_MICROSECONDS = 1_000


def suggestions(scale: Scale) -> Iterator[Row]:
    """Yield the figures of each labelled set as shipped, then with the wording of the others only.

    The second are the honest ones for the wording; patterns were written with the first sets in
    view, not with the last one.
    """
    rules = load()
    sets = learn.read_all(rules)
    engine = signs.engine(rules, _DAY)
    for name, reports in sets.items():
        yield from _rows(name, reports, learn.judge(engine, reports), goal=True)
    for name in ("dev",) if scale is QUICK else sets:
        others = f"{name}, wording of the other sets"
        yield from _rows(others, sets[name], learn.judged_by_the_others(rules, sets, name))
    text = " ".join(report.text for report in sets["dev"])[:_CHARACTERS]
    each = 1_000_000 / rate(lambda: signs.find(rules, text, _DAY), scale.seconds)
    met = each <= _MOST_MICROSECONDS
    yield Row("signs of crime in 2,000 characters", each, "µs", goal="≤ 1,000", met=met)


def _rows(
    name: str, reports: list[Report], figures: Figures, *, goal: bool = False
) -> Iterator[Row]:
    beside = f"{len(reports)} reports"
    for what, share, least in (
        ("precision", figures.precision, 0.95),
        ("recall", figures.recall, 0.95),
        ("first article", figures.first_article, 0.85),
    ):
        told = f"≥ {least:.0%}" if goal else ""
        met = share >= least if goal else None
        yield Row(f"{name}: {what}", 100 * share, "%", beside, told, met)
