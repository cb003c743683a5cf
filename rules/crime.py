"""Rows about crime signs and the hand-over to the police."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from rules.lifecycle import StepId
from rules.rows import Count, Fact, Mark, Named, Record, Slug, Text

#: Words in lower case, as rules.phrases reads them.
Phrase = Annotated[str, StringConstraints(pattern=r"^[^\sA-Z]+( [^\sA-Z]+)*$")]
Percent = Annotated[int, Field(ge=1, le=300)]


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


class Sense(StrEnum):
    """How a concept takes part in reading a text."""

    #: Something that happened; a negator before it in its clause cancels it.
    FACT = "fact"
    #: Says what it says with its own negation or condition, which nothing before it cancels.
    FRAME = "frame"
    #: Cancels the facts that follow it in its clause.
    NEGATOR = "negator"
    #: Only looks like a sign (a course to "bồi dưỡng" staff); whatever lies inside is not seen.
    DECOY = "decoy"


class Concept(Named):
    """A thing that reports speak of, and the phrases that people say it in.

    `phrases`: as they are written with diacritics; a sentence without any is compared without.
    `marked`: seen with their diacritics only, because without them they read otherwise too.
    `at_least`, `below`: a sum of money in VND is this concept, whatever its words.
    """

    sense: Annotated[Sense, Field(strict=False)] = Sense.FACT
    phrases: tuple[Phrase, ...] = ()
    marked: tuple[Phrase, ...] = ()
    at_least: Count | None = None
    below: Count | None = None


class Within(StrEnum):
    """How near to one another the parts of a combination must stand."""

    SENTENCE = "sentence"
    NEAR = "near"
    TEXT = "text"


class Combination(Named):
    """Concepts that must stand together: one of every group in `needs`, none of `unless`."""

    needs: tuple[tuple[Slug, ...], ...] = Field(min_length=1)
    unless: tuple[Slug, ...] = ()
    within: Annotated[Within, Field(strict=False)]


class Weight(Record):
    """What a pattern adds to an article."""

    crime: Slug
    percent: Percent


class Pattern(Combination):
    """A combination that speaks for articles (crime ids), each with so many percent."""

    weights: tuple[Weight, ...] = Field(min_length=1)


class Brake(Combination):
    """A combination that speaks against every article of `crimes`, of all without it."""

    crimes: tuple[Slug, ...] = ()
    percent: Percent


class Wording(Named):
    """What words and pairs of words weigh for suspecting anything, or one `crime`.

    Learned from labelled reports, and shown here so that everybody can read what weighs.
    """

    crime: Slug | None = None
    bias: float
    weights: tuple[tuple[Text, float], ...] = Field(min_length=1)


class Spelling(Fact):
    """Short and local ways to write a word, and the word as it stands in the phrases."""

    word: Phrase
    short: tuple[Phrase, ...] = Field(min_length=1)


class Ground(Named):
    """A legal ground for handing a case to the police while it goes on."""


class Template(Named):
    """A form of hand-over to the police, and when it is used."""

    when_vi: Text
    when_en: Text


class Made(StrEnum):
    """What makes an item of a dossier without anybody's doing."""

    #: It is one of the papers that are written for the hand-over.
    PAPERS = "papers"
    #: It is the evidence that was chosen.
    EVIDENCE = "evidence"


class DossierItem(Named):
    """One item of a hand-over dossier; `letter` is its letter in the law, where it has one.

    `made` says from what; without it, somebody puts the item in, and says so.
    """

    template: Slug
    letter: Text | None = None
    required: bool
    made: Annotated[Made | None, Field(strict=False)] = None


class Stage(StrEnum):
    """At which stage an outcome is reached."""

    POLICE = "police"
    CONCLUSION = "conclusion"


class Outcome(Named):
    """How a stage may end.

    `steps`: those that may bring it; one that asks for no outcome brings the one that names it.
    `told_*`: what it means, in the reporter's words; `remedy_*`: what may be done against it, told
    unless the step is final.
    """

    stage: Annotated[Stage, Field(strict=False)]
    steps: tuple[StepId, ...] = ()
    told_vi: Text | None = None
    told_en: Text | None = None
    remedy_vi: Text | None = None
    remedy_en: Text | None = None
