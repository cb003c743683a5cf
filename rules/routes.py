"""Rows about where a report goes: directions, the conditions they hold under, guards."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from rules.organisation import Settler, UnitType
from rules.rows import Count, Named, Record, Slug


class Concern(StrEnum):
    """What is known of the body that a report concerns.

    A unit with a superior, a unit that has none, a body below a unit, or nothing.
    """

    UNIT = "unit"
    TOP = "top"
    BODY = "body"
    NONE = "none"


class Target(StrEnum):
    """A unit that depends on the report: the one concerned, the one above it, the ward's."""

    CONCERNED = "concerned"
    SUPERIOR = "superior"
    WARD = "ward"


#: What a direction's condition must say so that its target always names a unit.
CONCERNS_OF_TARGET = {
    Target.CONCERNED: frozenset({Concern.UNIT, Concern.TOP}),
    Target.SUPERIOR: frozenset({Concern.UNIT, Concern.BODY}),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What the conditions of directions look at; ids are of rules, `amount` is VND or None."""

    kind: str
    category: str
    channel: str
    subject: str
    position: str
    settled_by: Settler
    concern: Concern
    unit_type: UnitType | None
    accusing: bool
    suspected: bool
    ward: bool
    amount: int | None


class When(Record):
    """The condition of a direction: every key that is given must hold.

    `unit_types`: of the unit concerned. `ward`: a ward was given. `amount_at_least`: in VND.
    """

    kinds: tuple[Slug, ...] = ()
    categories: tuple[Slug, ...] = ()
    channels: tuple[Slug, ...] = ()
    subjects: tuple[Slug, ...] = ()
    positions: tuple[Slug, ...] = ()
    settled_by: tuple[Annotated[Settler, Field(strict=False)], ...] = ()
    concerns: tuple[Annotated[Concern, Field(strict=False)], ...] = ()
    unit_types: tuple[Annotated[UnitType, Field(strict=False)], ...] = ()
    accusing: bool | None = None
    suspected: bool | None = None
    ward: bool | None = None
    amount_at_least: Count | None = None

    def holds(self, seen: Situation) -> bool:
        """Tell whether the condition holds in that situation."""
        listed = (
            (self.kinds, seen.kind),
            (self.categories, seen.category),
            (self.channels, seen.channel),
            (self.subjects, seen.subject),
            (self.positions, seen.position),
            (self.settled_by, seen.settled_by),
            (self.concerns, seen.concern),
            (self.unit_types, seen.unit_type),
        )
        flags = (
            (self.accusing, seen.accusing),
            (self.suspected, seen.suspected),
            (self.ward, seen.ward),
        )
        return (
            all(not allowed or value in allowed for allowed, value in listed)
            and all(wanted is None or wanted is value for wanted, value in flags)
            and (
                self.amount_at_least is None
                or (seen.amount is not None and seen.amount >= self.amount_at_least)
            )
        )


class Direction(Named):
    """Where a report goes, or who is kept informed, when a condition holds.

    Exactly one of `to` (a unit that depends on the report) and `unit` (always the same one).
    """

    when: When = When()
    to: Annotated[Target, Field(strict=False)] | None = None
    unit: Slug | None = None


class GuardId(StrEnum):
    """The guards that no direction overrides; the program keeps them in code."""

    ACCUSED = "accused"
    CITY_HEAD = "city_head"
    OTHER_BODY = "other_body"
    FORWARDED = "forwarded"


class Guard(Named):
    """The words and the legal basis of a guard, for the reasons that are shown."""
