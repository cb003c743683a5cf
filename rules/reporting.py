"""Rows about what leaves the house: periodic reports and replies."""

from typing import Annotated

from pydantic import Field

from rules.procedure import MonthDay
from rules.rows import Named, Slug, Text


class Period(Named):
    """A reporting period from `first` to `last` (month-day, both included).

    `begins_year_before`: the first day lies in the year before the report's year.
    """

    first: MonthDay
    last: MonthDay
    begins_year_before: bool


class Form(Named):
    """A form of the periodic reports; its id is the form's number."""


class Column(Named):
    """A figure that the periodic reports give."""


class Assessment(Named):
    """A group of the anti-corruption index, with its weight in percent."""

    weight: Annotated[int, Field(ge=1, le=100)]


class Figure(Named):
    """A figure of the anti-corruption assessment, and the group it counts for."""

    group: Slug


class Placeholder(Named):
    """A name that a reply may hold in braces, to be filled in when it is sent."""


class Reply(Named):
    """An editable reply template; `vi` and `en` are its titles, the bodies go to the reporter."""

    kinds: tuple[Slug, ...] = Field(min_length=1)
    body_vi: Text
    body_en: Text
