"""Rows about the life of a case: its states, the steps between them, what a step asks for."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, StringConstraints

from rules.rows import Count, Named, Slug, Text

#: Subject, then what happened to it: "case.accepted". Also the kind of the stored event.
StepId = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$")]

#: Written in `after` for every state that is not final, and for every state.
OPEN, ALWAYS = "open", "always"


class Track(StrEnum):
    """What a state is a state of: the case itself, or what the police or the protection do.

    A case goes on while the police look at it (PCTN 62(1)), so the three run side by side.
    """

    CASE = "case"
    POLICE = "police"
    PROTECTION = "protection"


#: The states in which a track can begin. A denunciation by form waits for its signature first.
FIRST: Mapping[Track, tuple[str, ...]] = MappingProxyType(
    {
        Track.CASE: ("received", "awaiting_signature"),
        Track.POLICE: ("police_none",),
        Track.PROTECTION: ("protection_none",),
    }
)


class Who(StrEnum):
    """Who may take a step; `superior` is the head of the unit above the one in charge."""

    REPORTER = "reporter"
    INSPECTOR = "inspector"
    HEAD = "head"
    SUPERIOR = "superior"
    POLICE = "police"
    PROCURACY = "procuracy"
    PROTECTION_OFFICER = "protection_officer"
    #: Holds shares of identities, and no key of a case.
    CUSTODIAN = "custodian"
    #: The clock itself: the sweep, and the admission of a report.
    SYSTEM = "system"


class State(Named):
    """A state of one track. `final`: nothing is due any more. `told_*`: in the reporter's words."""

    track: Annotated[Track, Field(strict=False)]
    final: bool = False
    told_vi: Text
    told_en: Text


class InputType(StrEnum):
    """What is entered.

    Free text, a day, a legal basis, one or several rows of a table, a yes; a sum in whole VND, an
    area in m², the number of an earlier record of money or land.
    """

    TEXT = "text"
    DAY = "day"
    ARTICLE = "article"
    ONE = "one"
    SEVERAL = "several"
    YES = "yes"
    AMOUNT = "amount"
    AREA = "area"
    RECORD = "record"


class Input(Named):
    """Something that a step asks for.

    `table`: the table of rules/ whose ids are offered, `only`: those of its rows alone, by
    "key=value". `open`: it stands in the open, because clocks, routing or statistics need it; all
    else is sealed with the step. `past`: the day may not lie in the future, `future`: it must.
    """

    type: Annotated[InputType, Field(strict=False)]
    table: Text | None = None
    only: Text | None = None
    open: bool = False
    past: bool = False
    future: bool = False


class Risk(Named):
    """How much retaliation a reporter must fear; assessed when a case is classified.

    `at_least`: the points from which on it is this risk, when protection is assessed.
    """

    at_least: Count


class GoesOn(Named):
    """A ground on which a withdrawn denunciation is settled all the same (156/2026 Art. 1)."""


class Step(Named):
    """A step in the life of a case.

    `kinds`: the kinds of submission that have it. `after`: the states of its `track` it may be
    taken in; `to`: the state it leads to, except from those it `keeps`. `who` may take it, with
    which inputs it `needs` and `may` have. `requires`: a step that must have been taken before;
    `requires_any`: one of these must.
    `upon_outcome`: only where this is the outcome at the police that stands.
    `upon_findings`: once there is a conclusion, only after one of these.
    `becomes`: the kind that the submission counts as from then on.

    Clocks: `starts` those of these events, `meets` and `voids` those of these deadlines, `extends`
    or `prolongs` these, `replaces` one by the deadline that says so. `pauses`: by the ground and
    until the day that were entered; `resumes`. `moves`: to another unit, where every term that
    runs from receipt begins anew. `ends`: whatever still runs in the track ends unmet.
    `posting`: only once the posting days of that deadline are over. `on_breach`: the clock takes
    the step by itself when one of these deadlines is broken; it tells nothing of when people acted.

    `confirm`: it cannot be taken back, so whoever takes it sees it once more before. `urgent`: a
    person must look at once. `tells`: the text goes to the reporter as a message.
    `conclusive`: nothing can be done against its outcome any more. `books`: it records money or
    land, whenever that was decided.
    `told_*`: the step in the reporter's words; without, it does not show in their mailbox.
    """

    id: StepId
    track: Annotated[Track, Field(strict=False)] = Track.CASE
    kinds: tuple[Slug, ...] = Field(min_length=1)
    after: tuple[Slug, ...] = Field(min_length=1)
    to: Slug | None = None
    keeps: tuple[Slug, ...] = ()
    who: tuple[Annotated[Who, Field(strict=False)], ...] = Field(min_length=1)
    needs: tuple[Slug, ...] = ()
    may: tuple[Slug, ...] = ()
    requires: tuple[StepId, ...] = ()
    requires_any: tuple[StepId, ...] = ()
    upon_outcome: Slug | None = None
    upon_findings: tuple[Slug, ...] = ()
    becomes: Slug | None = None
    starts: tuple[Slug, ...] = ()
    meets: tuple[Slug, ...] = ()
    voids: tuple[Slug, ...] = ()
    extends: tuple[Slug, ...] = ()
    prolongs: tuple[Slug, ...] = ()
    replaces: Slug | None = None
    pauses: bool = False
    resumes: bool = False
    moves: bool = False
    ends: bool = False
    confirm: bool = False
    urgent: bool = False
    tells: bool = False
    conclusive: bool = False
    books: bool = False
    posting: Slug | None = None
    on_breach: tuple[Slug, ...] = ()
    told_vi: Text | None = None
    told_en: Text | None = None
