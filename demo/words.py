"""What is entered for a step: numbers and days that fit, and words from words.toml in turn."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.resources import files
from types import MappingProxyType

from demo.people import MARKS
from rules.book import Rules
from rules.lifecycle import InputType
from triage import inputs
from triage.inputs import Entered
from triage.money import MONEY

#: The legal basis that goes with a step.
_BASIS: Mapping[str, str] = MappingProxyType(
    {
        "case.transferred": "TC 24(2)",
        "case.forwarded": "TCD 28(1)",
        "case.guided": "TCD 28(1)",
        "case.refused": "TC 29(1)",
        "information.checked": "TC 25(2)",
        "case.terminated": "TC 34(3)",
    }
)
#: The article of the Criminal Code that goes with a category.
_CRIMES: Mapping[str, str] = MappingProxyType(
    {
        "bribery": "354",
        "embezzlement": "353",
        "procurement": "222",
        "land": "228",
        "false_documents": "359",
        "public_assets": "219",
        "retaliation": "133",
    }
)
_ANY_CRIME = "356"
_NUMBERS = ("decision_number", "receipt_number")
#: How long a suspension is meant to last.
_SUSPENDED = timedelta(days=45)


@dataclass(frozen=True)
class About:
    """What the words of a step depend on; `assignee` and `to` only where the step needs them.

    `outcome`: what the police decide, where later steps of the case ask for it.
    """

    kind: str
    category: str
    language: str
    unit: str
    urgent: bool
    assignee: str = ""
    to: str = ""
    outcome: str = ""


@dataclass
class Pen:
    """Writes what steps ask for; it never repeats itself while it has other words."""

    rules: Rules
    _words: Mapping[str, Mapping[str, list[str]]] = field(init=False, repr=False)
    _used: Counter[str] = field(default_factory=Counter, repr=False)
    _numbers: Counter[str] = field(default_factory=Counter, repr=False)

    def __post_init__(self) -> None:
        text = files(__package__).joinpath("words.toml").read_text("utf-8")
        self._words = tomllib.loads(text)

    def entered(self, step: str, about: About, today: date) -> Entered:
        """Return the inputs that a step needs, and sums of money where it records some."""
        row = self.rules.steps.on(step, today)
        keys = (*row.needs, *MONEY) if row.books else row.needs
        return {key: self._input(step, key, about, today) for key in keys}

    def words(self, step: str, key: str, about: About) -> str:
        """Return what somebody writes, in the language of the reporter where there are words."""
        told = self._words.get(step, {})
        texts = told.get(f"{key}_{about.language}") or told[key]
        mark = MARKS[about.unit]
        number = f"{self._numbers[mark]}/QĐ-{mark}"
        unit = self.rules.units.by_id[about.unit][-1]
        name = unit.en if about.language == "en" else unit.vi
        return self._turn(f"{step}.{key}.{about.language}", texts).format(unit=name, number=number)

    def _turn(self, of: str, among: list[str] | tuple[str, ...]) -> str:
        chosen = among[self._used[of] % len(among)]
        self._used[of] += 1
        return chosen

    def _input(self, step: str, key: str, about: About, today: date) -> str | list[str]:
        needed, row = self.rules.steps.on(step, today), self.rules.inputs.on(key, today)
        given = self._known(step, key, about)
        if given is not None:
            return given
        match row.type:
            case InputType.DAY:
                return (today + _SUSPENDED if row.future else today).isoformat()
            case InputType.YES:
                return inputs.YES
            case InputType.ONE:
                return self._turn(key, inputs.choices(self.rules, needed, row, today))
            case InputType.SEVERAL:
                return list(inputs.choices(self.rules, needed, row, today)[:2])
            case _:
                return self.words(step, key, about)

    def _known(self, step: str, key: str, about: About) -> str | list[str] | None:
        """Return what follows from the case itself."""
        if key in _NUMBERS:
            return self._number(about.unit)
        known: dict[str, str | list[str] | None] = {
            "basis": "KN 11" if about.kind == "khieu_nai" else _BASIS.get(step),
            "kind": about.kind,
            "category": about.category,
            "risk": "high" if about.urgent else "low",
            "likelihood": "rare",  # low: nothing to be reviewed
            "severity": "serious",
            "protection_end": "no_longer_needed",
            "crimes": [_CRIMES.get(about.category, _ANY_CRIME)],
            "assignee": about.assignee,
            "unit": about.to,
            "stage": "inspection",
            "police_outcome": about.outcome or None,
        }
        return known.get(key)

    def _number(self, unit: str) -> str:
        mark = MARKS[unit]
        self._numbers[mark] += 1
        return f"{self._numbers[mark]}/QĐ-{mark}"
