"""What was damaged, is to be recovered and was recovered, in money and land (Plan II.5). Pure.

Each record adds to its stage; a correction takes the place of one record and says which. Nothing
is overwritten: the balance follows from all of them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from rules.book import Rules
from rules.recovery import Stage, Way
from triage import figures
from triage.explanation import Line
from triage.inputs import BadInputs, Fault, Terms

_REPLACES, _STAGE = "replaces", "stage"
_NOTHING = Decimal(0)
#: Inputs of a record: damage, to recover, recovered.
MONEY = ("damage", "to_recover", "recovered")
LAND = ("land_damage", "land_to_recover", "land_recovered")


class Booked(Protocol):
    """An event that books money or land: its day, and its terms in the open."""

    @property
    def on(self) -> date: ...  # noqa: D102

    @property
    def terms(self) -> Terms: ...  # noqa: D102


@dataclass(frozen=True)
class Sums:
    """Three sums of one sort: VND, or m²."""

    damage: Decimal = _NOTHING
    to_recover: Decimal = _NOTHING
    recovered: Decimal = _NOTHING

    @property
    def remaining(self) -> Decimal:
        """What is still to be recovered."""
        return self.to_recover - self.recovered

    def values(self) -> tuple[Decimal, Decimal, Decimal]:
        """Return the three, in their order."""
        return self.damage, self.to_recover, self.recovered

    def __bool__(self) -> bool:
        """Tell whether there is anything in it."""
        return any(self.values())

    def __add__(self, other: "Sums") -> "Sums":
        """Return both together."""
        return Sums(
            self.damage + other.damage,
            self.to_recover + other.to_recover,
            self.recovered + other.recovered,
        )


@dataclass(frozen=True)
class Record:
    """One record; `number` counts those of a case from 1. `replaced_by`: a later correction."""

    number: int
    on: date
    stage: str
    money: Sums
    land: Sums
    replaces: int | None = None
    replaced_by: int | None = None


@dataclass(frozen=True)
class Row:
    """What the records of one stage come to."""

    stage: Stage
    money: Sums
    land: Sums


@dataclass(frozen=True)
class Balance:
    """The stages that something was recorded for, in the order of the rules."""

    rows: tuple[Row, ...]

    @property
    def money(self) -> Sums:
        """All stages together, in VND."""
        return total(row.money for row in self.rows)

    @property
    def land(self) -> Sums:
        """All stages together, in m²."""
        return total(row.land for row in self.rows)

    def by_way(self, rules: Rules) -> tuple["Part", ...]:
        """Return what each way of recovery comes to, of those that something was recorded for."""
        found = []
        for way in rules.ways:
            rows = [row for row in self.rows if row.stage.way == way.id]
            if rows:
                sums = total(row.money for row in rows), total(row.land for row in rows)
                found.append(Part(way, *sums))
        return tuple(found)


@dataclass(frozen=True)
class Part:
    """What the stages of one way of recovery come to."""

    way: Way
    money: Sums
    land: Sums


def total(sums: Iterable[Sums]) -> Sums:
    """Return several sums together."""
    return sum(sums, Sums())


def records(booked: Sequence[Booked]) -> tuple[Record, ...]:
    """Return every record of a case in its order, those that were corrected too."""
    replaced: dict[int, int] = {}
    for number, each in enumerate(booked, start=1):
        if _REPLACES in each.terms:
            replaced[int(str(each.terms[_REPLACES]))] = number
    return tuple(
        Record(
            number,
            each.on,
            str(each.terms[_STAGE]),
            _sums(each.terms, MONEY),
            _sums(each.terms, LAND),
            int(str(each.terms[_REPLACES])) if _REPLACES in each.terms else None,
            replaced.get(number),
        )
        for number, each in enumerate(booked, start=1)
    )


def standing(booked: Sequence[Booked]) -> tuple[Record, ...]:
    """Return the records that no correction has taken the place of."""
    return tuple(each for each in records(booked) if each.replaced_by is None)


def balance(rules: Rules, booked: Sequence[Booked]) -> Balance:
    """Return what the records come to, stage by stage."""
    valid = standing(booked)
    rows = []
    for stage_id, versions in rules.stages.by_id.items():
        own = [each for each in valid if each.stage == stage_id]
        if own:
            sums = total(each.money for each in own), total(each.land for each in own)
            rows.append(Row(versions[-1], *sums))
    return Balance(tuple(rows))


def check(rules: Rules, booked: Sequence[Booked], wanted: Booked) -> None:
    """Make sure that a record may be added. Raises BadInputs with the figures in the reason."""
    faults = list(_faults(rules, booked, wanted))
    if faults:
        raise BadInputs(faults)


def _faults(rules: Rules, booked: Sequence[Booked], wanted: Booked) -> list[Fault]:
    if not any(key in wanted.terms for key in (*MONEY, *LAND)):
        return [
            Fault(
                "to_recover",
                "Phải nhập ít nhất một số tiền hoặc diện tích.",
                "At least one sum or area is needed.",
            )
        ]
    given = wanted.terms.get(_REPLACES)
    if given is not None and str(given) not in {str(each.number) for each in standing(booked)}:
        return [
            Fault(
                _REPLACES,
                "Không có lần ghi này, hoặc lần ghi này đã được đính chính.",
                "There is no such record, or it has been corrected already.",
            )
        ]
    found = []
    for row in balance(rules, (*booked, wanted)).rows:
        for key, sums, line in (
            ("recovered", row.money, figures.money_line),
            ("land_recovered", row.land, figures.land_line),
        ):
            if sums.recovered > sums.to_recover:
                found.append(_too_much(key, row.stage, sums, line))
    return found


def _too_much(key: str, stage: Stage, sums: Sums, line: Callable[[Decimal], Line]) -> Fault:
    recovered, to_recover = line(sums.recovered), line(sums.to_recover)
    return Fault(
        key,
        f"Giai đoạn “{stage.vi}”: tổng đã thu hồi {recovered.vi} nhiều hơn tổng phải thu hồi "
        f"{to_recover.vi}.",
        f"{stage.en}: {recovered.en} recovered in all is more than the {to_recover.en} that "
        f"were to be recovered.",
    )


def _sums(terms: Terms, keys: tuple[str, ...]) -> Sums:
    return Sums(*(Decimal(str(terms.get(key, 0))) for key in keys))
