"""`python -m bench.learn`: learns the weights of rules/wording.toml from labelled reports.

Logistic regression over the words and pairs of words of a text. First each set of reports is
judged by what the others teach, which is the honest figure; then all of them teach.
"""

import json
import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from rules import load
from rules.book import Rules
from triage import signs, wording
from triage.wording import Weights

DATA = Path(__file__).parents[1] / "tests" / "data"
TARGET = Path(__file__).parents[1] / "rules" / "wording.toml"
#: Trust in the reports (the C of logistic regression), and rounds over them.
_TRUST, _ROUNDS = 5.0, 60
#: A part must stand in so many reports, and weigh so much, to be kept.
_SEEN, _LIGHTEST = 2, {"suspicion": 0.08, "crime": 0.35}
_PLACES = 2
_DAY = date(2026, 11, 25)


@dataclass(frozen=True)
class Report:
    """A labelled report: its words and pairs of words, and the articles, none for no crime."""

    text: str
    parts: frozenset[str]
    articles: tuple[str, ...]


def read(rules: Rules, path: Path) -> list[Report]:
    """Return the labelled reports of one file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Report(
            row["text"],
            frozenset(wording.parts_of(signs.reading(rules, row["text"], _DAY))),
            tuple(row["articles"]),
        )
        for row in rows
    ]


def learn(reports: Sequence[Report], said: Sequence[bool], lightest: float) -> Weights:
    """Return the weights that tell those `said` to be so from the others.

    Stochastic gradient descent with an L2 penalty, in one fixed order: the same reports always
    teach the same.
    """
    seen = Counter(part for report in reports for part in report.parts)
    known = {part for part, count in seen.items() if count >= _SEEN}
    rows = [sorted(report.parts & known) for report in reports]
    weights, bias, scale = dict.fromkeys(known, 0.0), 0.0, 1.0
    penalty = 1 / (_TRUST * len(reports))
    order, steps = list(range(len(reports))), 0
    shuffle = random.Random(1)  # noqa: S311  (no secret: the order of learning)
    for _ in range(_ROUNDS):
        shuffle.shuffle(order)
        for number in order:
            steps += 1
            row, each = rows[number], wording.value(len(rows[number]))
            rate = 1 / (penalty * (steps + 9 / penalty / 4))
            score = bias + scale * each * math.fsum(weights[part] for part in row)
            error = said[number] - 1 / (1 + math.exp(-score))
            scale *= 1 - rate * penalty
            for part in row:
                weights[part] += rate * error * each / scale
            bias += rate * error
    kept = {part: round(scale * weight, _PLACES) for part, weight in weights.items()}
    return Weights(
        round(bias, _PLACES), {part: w for part, w in sorted(kept.items()) if abs(w) >= lightest}
    )


def learn_all(reports: Sequence[Report]) -> dict[str, Weights]:
    """Return the weights of suspecting anything, and those of each article among true reports."""
    crimes = [report for report in reports if report.articles]
    found = {
        signs.SUSPICION: learn(
            reports, [bool(report.articles) for report in reports], _LIGHTEST["suspicion"]
        )
    }
    for article in sorted({each for report in crimes for each in report.articles}):
        said = [article in report.articles for report in crimes]
        found[article] = learn(crimes, said, _LIGHTEST["crime"])
    return found


@dataclass(frozen=True)
class Figures:
    """How well reports are told apart: shares from 0 to 1."""

    precision: float
    recall: float
    first_article: float


def judge(engine: signs.Engine, reports: Sequence[Report]) -> Figures:
    """Return how well an engine tells labelled reports apart."""
    found = [engine.find(report.text) for report in reports]
    both = list(zip(reports, found, strict=True))
    crimes = sum(bool(report.articles) for report in reports)
    hits = sum(bool(report.articles) and told.suspected for report, told in both)
    first = sum(
        bool(told.articles) and told.articles[0].article in report.articles for report, told in both
    )
    suspected = sum(told.suspected for told in found)
    return Figures(hits / max(1, suspected), hits / max(1, crimes), first / max(1, crimes))


def judged_by_the_others(rules: Rules, sets: dict[str, list[Report]], name: str) -> Figures:
    """Return how well one set is told apart with the wording that the other sets teach."""
    others = [each for other, rows in sets.items() if other != name for each in rows]
    return judge(signs.engine(rules, _DAY).taught(learn_all(others)), sets[name])


def read_all(rules: Rules) -> dict[str, list[Report]]:
    """Return all labelled sets, by the name of the file."""
    paths = sorted(DATA.glob("reports-*.jsonl"))
    return {path.stem.removeprefix("reports-"): read(rules, path) for path in paths}


def toml(taught: dict[str, Weights]) -> str:
    """Return the file of rules with these weights."""
    lines = [
        "# What the words of a text weigh, learned from labelled reports: `python -m bench.learn`.",
        "# Words and pairs of words, lower case, no diacritics. suspicion: for any crime at all.",
        "# Learn anew rather than edit; delete a line that should not weigh.",
    ]
    for row_id, weights in taught.items():
        crime = "" if row_id == signs.SUSPICION else f'crime = "{row_id}"\n'
        vi = "Cách dùng từ trong tin có dấu hiệu tội phạm"
        en = "Wording of reports with signs of crime"
        lines += [
            "",
            "[[wording]]",
            f'id = "wording_{row_id}"',
            f'vi = "{vi}"',
            f'en = "{en}"',
            f"{crime}bias = {weights.bias:.2f}",
            "weights = [",
            *(f'    ["{part}", {weight:.2f}],' for part, weight in weights.of.items()),
            "]",
            'article = "noi_bo"',
            'mark = "K"',
            'basis = "noi_bo"',
            "effective_from = 2025-07-01",
        ]
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--check", is_flag=True, help="Only judge each set by the others; write nothing.")
def main(*, check: bool) -> None:
    """Learn the weights of rules/wording.toml from tests/data/reports-*.jsonl."""
    rules = load()
    sets = read_all(rules)
    for name in sets:
        figures = judged_by_the_others(rules, sets, name)
        click.echo(
            f"{name}, by the others: precision {figures.precision:.3f}, "
            f"recall {figures.recall:.3f}, first article {figures.first_article:.3f}"
        )
    if not check:
        TARGET.write_text(
            toml(learn_all([each for rows in sets.values() for each in rows])), encoding="utf-8"
        )
        click.echo(f"Wrote {TARGET.name}.")


if __name__ == "__main__":
    main(prog_name="python -m bench.learn")
