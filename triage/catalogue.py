"""What a report can be sorted under on one day: the lists that forms offer. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.book import Rules
from rules.organisation import UnitType
from triage.text import folded

_PLACES = (UnitType.WARD, UnitType.COMMUNE)
_COMMITTEE = "People's Committee of "
#: The subject that a reporter picks who does not find theirs.
ELSEWHERE_ID = "other"
ELSEWHERE = f"subject:{ELSEWHERE_ID}"


@dataclass(frozen=True)
class Option:
    """Something to pick, in both languages; the hints explain it."""

    id: str
    vi: str
    en: str
    hint_vi: str = ""
    hint_en: str = ""


def place_of(body: str) -> dict[str, str]:
    """Return the facts that a picked body stands for: its `subject` or its `unit`."""
    place, _, place_id = body.partition(":")
    return {
        "subject": place_id if place == "subject" else "",
        "unit": place_id if place == "unit" else "",
    }


@dataclass(frozen=True)
class Catalogue:
    """The rules as they are on `day`."""

    rules: Rules
    day: date

    def intents(self) -> tuple[Option, ...]:
        """Return what a reporter may bring: everyday words first, the law's name as the hint."""
        rows = self.rules.intents.all_on(self.day)
        return tuple(Option(row.id, row.hint_vi, row.hint_en, row.vi, row.en) for row in rows)

    def categories(self) -> tuple[Option, ...]:
        """Return the fields of life."""
        rows = self.rules.categories.all_on(self.day)
        return tuple(Option(row.id, row.vi, row.en) for row in rows)

    def is_ordinary(self, category: str) -> bool:
        """Tell whether that is everyday feedback; False for an unknown category."""
        return any(
            row.id == category and row.ordinary for row in self.rules.categories.all_on(self.day)
        )

    def wards(self) -> tuple[Option, ...]:
        """Return the wards and communes by their administrative code, in the order of names.

        The name comes first, so that typing its letters finds it in a list.
        """
        found = []
        for row in self.rules.units.all_on(self.day):
            if row.type in _PLACES and row.code is not None and row.place is not None:
                kind, _, name = row.place.partition(" ")
                english = row.en.removeprefix(_COMMITTEE)
                found.append(Option(row.code, f"{name} ({kind.lower()})", english))
        return tuple(sorted(found, key=lambda option: folded(option.vi)))

    def bodies(self) -> tuple[Option, ...]:
        """Return the organisations and the committees of wards and communes, "elsewhere" last.

        Ids are "subject:…" and "unit:…".
        """
        return tuple(sorted(self._bodies(), key=lambda option: option.id == ELSEWHERE))

    def _bodies(self) -> Iterator[Option]:
        for subject in self.rules.subjects.all_on(self.day):
            yield Option(f"subject:{subject.id}", subject.vi, subject.en)
        for unit in self.rules.units.all_on(self.day):
            if unit.type in _PLACES:
                yield Option(f"unit:{unit.id}", unit.vi, unit.en)

    def positions(self) -> tuple[Option, ...]:
        """Return the levels of the person reported on."""
        rows = self.rules.positions.all_on(self.day)
        return tuple(Option(row.id, row.vi, row.en) for row in rows)

    def retaliations(self) -> tuple[Option, ...]:
        """Return the forms of retaliation that the law names."""
        rows = self.rules.retaliations.all_on(self.day)
        return tuple(Option(row.id, row.vi, row.en) for row in rows)
