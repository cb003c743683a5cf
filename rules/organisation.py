"""Rows about who and what a report concerns: units, categories, subjects, channels, positions."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from rules.rows import Named, Slug, Text

UnitCode = Annotated[str, StringConstraints(pattern=r"^\d{5}$")]


class UnitType(StrEnum):
    """What sort of body a unit is."""

    CHAIRMAN = "chairman"
    CITY_OFFICE = "city_office"
    DEPARTMENT = "department"
    INSPECTORATE = "inspectorate"
    WARD = "ward"
    COMMUNE = "commune"
    POLICE = "police"
    PROCURACY = "procuracy"
    COURT = "court"
    ENFORCEMENT = "enforcement"
    FRONT = "front"
    PARTY = "party"
    ASSOCIATION = "association"
    PUBLIC_SERVICE = "public_service"
    ENTERPRISE = "enterprise"
    OUTSIDE = "outside"


class Unit(Named):
    """A body that may receive, settle or be the subject of a report.

    `parent` is where a report on the unit's own head goes: the direct superior (TC 12(1)), or
    the body outside the city that such a report is forwarded to. Only a `root` has none.
    `place` is the ward or commune itself, `code` its five-digit administrative code.
    `collective` stands for a group whose members each deployment enters itself.
    `outside`: no account in this system; reports are forwarded there by the first unit of
    `forwarded_by` that the report does not accuse.
    """

    type: Annotated[UnitType, Field(strict=False)]
    parent: Slug | None = None
    root: bool = False
    outside: bool = False
    forwarded_by: tuple[Slug, ...] = ()
    collective: bool = False
    code: UnitCode | None = None
    place: Text | None = None
    head_vi: Text
    head_en: Text


class Category(Named):
    """What a report is about. `ordinary`: everyday feedback, never a denunciation (Open311).

    `corruption`: the matter may be an act of corruption (PCTN 2).
    """

    ordinary: bool
    corruption: bool


class Subject(Named):
    """The organisation that a report names.

    `unit`: it is this unit. `managed_by`: a body below this unit. `by_ward`: the ward tells which
    unit. None of the three: a person must look.
    """

    unit: Slug | None = None
    managed_by: Slug | None = None
    by_ward: bool = False


class Sender(StrEnum):
    """Who is behind what comes in a way."""

    #: A citizen who can be asked, and who checks the minutes.
    PRESENT = "present"
    WRITER = "writer"
    #: A body that passes on what citizens told it, or what it found.
    BODY = "body"
    #: The unit itself: what it found.
    UNIT = "unit"


class Channel(Named):
    """A way that reports come in. `online`: the reporter files it in person, on this site."""

    online: bool
    sender: Annotated[Sender, Field(strict=False)]


class Settler(StrEnum):
    """Who settles a report on somebody of that position (TC 12)."""

    UNIT = "unit"
    SUPERIOR = "superior"
    OUTSIDE = "outside"
    PERSON = "person"


class Position(Named):
    """The level of the person reported on, and who may settle it.

    `by_ward`: the ward tells which unit the person sits in.
    """

    settled_by: Annotated[Settler, Field(strict=False)]
    by_ward: bool = False
