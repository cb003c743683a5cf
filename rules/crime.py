"""Rows about crime signs, the hand-over to the police, protection and commendation."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from rules.rows import Count, Mark, Named, Slug, Text

#: Lower case, no diacritics, đ written d: the form that texts are folded into before matching.
Phrase = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([ .][a-z0-9]+)*$")]


class CrimeGroup(StrEnum):
    """Under which heading of the Penal Code a crime stands."""

    CORRUPTION = "corruption"
    OFFICE = "office"
    ECONOMY = "economy"
    PROPERTY = "property"
    PERSON = "person"
    ORDER = "order"


class Crime(Named):
    """An article of the Penal Code to tick; its id is the article's number.

    `minimum_vnd`: the amount of clause 1, for information only: nothing may be gated on it.
    `minimum_vi` and `minimum_en` say it in words. `minimum_mark` marks the amount by itself.
    """

    group: Annotated[CrimeGroup, Field(strict=False)]
    minimum_vnd: Count | None = None
    minimum_vi: Text
    minimum_en: Text
    minimum_mark: Annotated[Mark, Field(strict=False)]


class Strength(StrEnum):
    """Whether a phrase counts by itself or only beside others."""

    STRONG = "strong"
    WEAK = "weak"


class Family(Named):
    """Phrases of one sense, and the articles (crime ids) that they suggest."""

    strength: Annotated[Strength, Field(strict=False)]
    phrases: tuple[Phrase, ...] = Field(min_length=1)
    crimes: tuple[Slug, ...]


class Amount(Named):
    """A way that people write a sum of money, and the sum in VND."""

    phrase: Phrase
    vnd: Count


class Collision(Named):
    """A phrase that without diacritics reads in several ways, innocent ones among them."""

    phrase: Phrase
    readings: tuple[Text, ...] = Field(min_length=2)


class Ground(Named):
    """A legal ground for handing a case to the police while it goes on."""


class Template(Named):
    """A form of hand-over to the police, and when it is used."""

    when_vi: Text
    when_en: Text


class DossierItem(Named):
    """One item of a hand-over dossier; `letter` is its letter in the law, where it has one."""

    template: Slug
    letter: Text | None = None
    required: bool


class Stage(StrEnum):
    """At which stage an outcome is reached."""

    POLICE = "police"
    CONCLUSION = "conclusion"


class Outcome(Named):
    """How a stage may end."""

    stage: Annotated[Stage, Field(strict=False)]


class ProtectedPerson(Named):
    """Somebody whom the law protects together with the denouncer."""


class ProtectedGood(Named):
    """What the law protects: secrecy, job, life, property, honour."""


class Retaliation(Named):
    """A form of retaliation to tick."""


class Reward(Named):
    """A reward, in multiples of the base salary or as a share of what was recovered."""

    base_salaries: Count | None = None
    percent: Annotated[int, Field(ge=1, le=100)] | None = None
    above_base_salaries: Count | None = None
    at_most_base_salaries: Count | None = None
