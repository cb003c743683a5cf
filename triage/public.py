"""What anyone may know: the law's terms of the day, and the head of the public log."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from records import database
from records.errors import RecordsError
from records.instance import Instance
from records.work import Store, reading
from rules.book import Rules
from rules.procedure import Actor, Counting, Deadline, Event, Kind, LengthUnit, LongerTerm
from rules.procedure import Term as Length
from rules.rows import ANY_KIND, Basis, Law
from triage import sequencer


class Subject(StrEnum):
    """What the terms of a group are about, in the order in which they are shown."""

    DENUNCIATION = "denunciation"
    FEEDBACK = "feedback"
    CORRUPTION = "corruption"
    COMPLAINT = "complaint"
    POLICE = "police"
    PROTECTION = "protection"
    OTHER = "other"


#: A deadline's id begins with the matter that it belongs to, such as TC-05 (docs/rules.md).
_SUBJECT_OF = {
    "TC": Subject.DENUNCIATION,
    "TCD": Subject.FEEDBACK,
    "NB": Subject.FEEDBACK,
    "PC": Subject.CORRUPTION,
    "KN": Subject.COMPLAINT,
    "HS": Subject.POLICE,
    "BV": Subject.PROTECTION,
}
#: Such as 24(1), Art. 41(3)b, 34(2),(4): article, clauses, point.
_PLACE = re.compile(r"(?:Art\. )?(?P<article>\d+)(?P<clauses>(?:,?\(\d+\))*)(?P<point>[a-zđ]?)")


@dataclass(frozen=True)
class Place:
    """A place in a law: article, clauses and point; `other` where it is written differently."""

    article: str = ""
    clauses: tuple[str, ...] = ()
    point: str = ""
    other: str = ""


@dataclass(frozen=True)
class Ground:
    """A law, and the places in it that a term rests on."""

    law: Law
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Term:
    """One term as citizens see it; `row`, `start`, `actor`, `kinds` have names in two languages.

    `kinds`: the submissions that it holds for, empty for all. `longer` is the ceiling where
    its words hold; `alarm` an internal target; `extensions` how often this term may prolong
    another, to be asked for `ask_before` expiry; `instead`: how it counts where it takes the
    place of another. `internal`: a target of the house; `unsure`: still being verified.
    """

    id: str
    row: Deadline
    kinds: tuple[Kind, ...]
    start: Event
    actor: Actor
    length: Length
    at_most: bool
    longer: LongerTerm | None
    alarm: Length | None
    extensions: int | None
    ask_before: Length | None
    instead: Counting | None
    posting_days: int | None
    internal: bool
    unsure: bool
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class TermGroup:
    """The terms of one subject, in the order of the rules; never empty."""

    subject: Subject
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class LogHead:
    """The log's name, its public keys in text form, and its newest checkpoint.

    `note` is the signed checkpoint verbatim, `size` the number of entries it covers.
    """

    origin: str
    checkpoint_key: str
    promise_key: str
    size: int
    issued_on: date
    note: str


class NoCheckpoint(Exception):
    """The log has not signed a checkpoint yet."""


def terms(rules: Rules, on: date) -> tuple[TermGroup, ...]:
    """Return every term in force on that day, by subject; duties without a term are left out."""
    found: dict[Subject, list[Term]] = {subject: [] for subject in Subject}
    for row in rules.deadlines.all_on(on):
        if row.term.unit is not LengthUnit.NONE:
            subject = _SUBJECT_OF.get(row.id.partition("-")[0], Subject.OTHER)
            found[subject].append(_term(rules, row, on))
    return tuple(TermGroup(subject, tuple(rows)) for subject, rows in found.items() if rows)


def laws(groups: tuple[TermGroup, ...]) -> tuple[Law, ...]:
    """Return the laws that the terms rest on, each once, in the order of their first mention."""
    cited = (
        ground.law
        for group in groups
        for term in group.terms
        if not term.internal
        for ground in term.grounds
    )
    return tuple({law.id: law for law in cited}.values())


def log_head(store: Store) -> LogHead:
    """Return the head of the public log. Raises NoCheckpoint, or a RecordsError."""
    with database.explained(store.engine), reading(store) as work:
        instance = work.session.execute(select(Instance)).scalar_one()
        newest = sequencer.latest(work.session)
        if newest is None:
            raise NoCheckpoint
        return LogHead(
            origin=instance.origin,
            checkpoint_key=instance.checkpoint_key,
            promise_key=instance.promise_key,
            size=newest.size,
            issued_on=newest.issued_on,
            note=newest.note,
        )


def answers(store: Store) -> bool:
    """Tell whether the database answers a trivial question."""
    try:
        with reading(store) as work:
            return work.session.execute(select(Instance.id)).scalar_one_or_none() is not None
    except (SQLAlchemyError, RecordsError):
        return False


def _term(rules: Rules, row: Deadline, on: date) -> Term:
    extension = row.extension
    return Term(
        id=row.id,
        row=row,
        kinds=tuple(rules.kinds.on(kind, on) for kind in row.kinds if kind != ANY_KIND),
        start=rules.events.on(row.start, on),
        actor=rules.actors.on(row.actor, on),
        length=row.term,
        at_most=row.at_most,
        longer=row.longer,
        alarm=row.alarm,
        extensions=extension.times if extension else None,
        ask_before=extension.ask_before if extension else None,
        instead=row.counting,
        posting_days=row.posting_days,
        internal=row.basis is Basis.INTERNAL,
        unsure=row.verify,
        grounds=grounds(rules, row.article),
    )


def grounds(rules: Rules, article: str) -> tuple[Ground, ...]:
    """Return the laws and places that an `article` of the rules names."""
    return tuple(
        # A law's name and number do not change while it is cited: its newest row will do.
        Ground(rules.laws.by_id[citation.law][-1], tuple(_places(citation.place)))
        for citation in rules.citations(article)
        if citation.law in rules.laws
    )


def _places(text: str) -> Iterator[Place]:
    for part in re.split(r",\s*(?!\()", text):
        match = _PLACE.fullmatch(part)
        if match:
            clauses = tuple(re.findall(r"\d+", match["clauses"]))
            yield Place(match["article"], clauses, match["point"])
        elif part:
            yield Place(other=part)
