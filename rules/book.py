"""The whole of the rules as one immutable value, and the questions asked of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from hashlib import sha256

from rules import (
    citations,
    crime,
    identity,
    lifecycle,
    organisation,
    procedure,
    protection,
    recovery,
    reporting,
)
from rules.citations import Citation
from rules.routes import Direction, Guard
from rules.rows import ANY_KIND, Dated, Law
from rules.table import Table


@dataclass(frozen=True, slots=True)
class Rules:
    """All tables, loaded and validated. `digest`: SHA-256 (hex) over the files it came from.

    `entered`: days that this deployment has entered since; they stand in no file. `edition` is the
    digest of both, for whatever depends on the calendar.
    """

    digest: str
    laws: Table[Law]
    kinds: Table[procedure.Kind]
    details: Table[procedure.Detail]
    intents: Table[procedure.Intent]
    categories: Table[organisation.Category]
    subjects: Table[organisation.Subject]
    channels: Table[organisation.Channel]
    positions: Table[organisation.Position]
    deadlines: Table[procedure.Deadline]
    events: Table[procedure.Event]
    actors: Table[procedure.Actor]
    suspensions: Table[procedure.Suspension]
    states: Table[lifecycle.State]
    steps: Table[lifecycle.Step]
    inputs: Table[lifecycle.Input]
    risks: Table[lifecycle.Risk]
    goes_on: Table[lifecycle.GoesOn]
    warnings: Table[procedure.Warning]
    criteria: Table[procedure.Criterion]
    thresholds: Table[procedure.Threshold]
    corrections: Table[procedure.Correction]
    statutory: Table[procedure.StatutoryHoliday]
    rest_days: Table[procedure.RestDay]
    computations: Table[procedure.Computation]
    principles: Table[procedure.Principle]
    units: Table[organisation.Unit]
    routes: Table[Direction]
    informs: Table[Direction]
    guards: Table[Guard]
    crimes: Table[crime.Crime]
    concepts: Table[crime.Concept]
    patterns: Table[crime.Pattern]
    brakes: Table[crime.Brake]
    spellings: Table[crime.Spelling]
    wordings: Table[crime.Wording]
    grounds: Table[crime.Ground]
    templates: Table[crime.Template]
    dossier_items: Table[crime.DossierItem]
    outcomes: Table[crime.Outcome]
    protected_persons: Table[protection.ProtectedPerson]
    protected_goods: Table[protection.ProtectedGood]
    retaliations: Table[protection.Retaliation]
    likelihoods: Table[protection.Likelihood]
    severities: Table[protection.Severity]
    measures: Table[protection.Measure]
    reviews: Table[protection.Review]
    protection_ends: Table[protection.ProtectionEnd]
    rewards: Table[protection.Reward]
    base_salaries: Table[protection.BaseSalary]
    ways_over: Table[protection.HandingOver]
    malices: Table[protection.Malice]
    liabilities: Table[protection.Liability]
    identity_grounds: Table[identity.IdentityGround]
    answer_times: Table[identity.AnswerTime]
    reading_times: Table[identity.ReadingTime]
    identity_exceptions: Table[identity.IdentityException]
    ways: Table[recovery.Way]
    stages: Table[recovery.Stage]
    periods: Table[reporting.Period]
    forms: Table[reporting.Form]
    columns: Table[reporting.Column]
    assessments: Table[reporting.Assessment]
    figures: Table[reporting.Figure]
    placeholders: Table[reporting.Placeholder]
    replies: Table[reporting.Reply]
    entered: tuple[procedure.Correction, ...] = ()
    entered_digest: str = ""

    @property
    def edition(self) -> str:
        """Return what tells these rules from others, the entered days among them."""
        return self.entered_digest or self.digest

    def with_days(self, days: Iterable[procedure.Correction]) -> "Rules":
        """Return the same rules with exactly these days entered; the last word on a day holds."""
        entered = tuple(days)
        if not entered:
            return replace(self, entered=(), entered_digest="")
        told = "\n".join((self.digest, *(row.model_dump_json() for row in entered)))
        return replace(self, entered=entered, entered_digest=sha256(told.encode()).hexdigest())

    def tables(self) -> Iterator[Table[Dated]]:
        """Yield every table, in the order of the fields above."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Table):
                yield value

    def deadline(self, deadline_id: str, *, on: date) -> procedure.Deadline:
        """Return the deadline as it stood on that day. Raises `UnknownRule`, `NotInForce`."""
        return self.deadlines.on(deadline_id, on)

    def deadlines_on(self, day: date, kind: str | None = None) -> tuple[procedure.Deadline, ...]:
        """Return the deadlines in force on that day, of one kind or of all.

        Raises `UnknownRule` or `NotInForce` for a kind that does not exist on that day.
        """
        rows = self.deadlines.all_on(day)
        if kind is None:
            return rows
        self.kinds.on(kind, day)
        return tuple(row for row in rows if kind in row.kinds or ANY_KIND in row.kinds)

    def superiors(self, unit_id: str, *, on: date) -> tuple[organisation.Unit, ...]:
        """Return the units above this one on that day, the direct superior first (TC 12(1)).

        Raises `UnknownRule`, `NotInForce`.
        """
        chain = []
        unit = self.units.on(unit_id, on)
        while unit.parent is not None:
            unit = self.units.on(unit.parent, on)
            chain.append(unit)
        return tuple(chain)

    def settler(self, position: str, *, on: date) -> organisation.Settler:
        """Return who settles a report on that position; a person looks where none is named.

        Raises `UnknownRule`, `NotInForce`.
        """
        if not position:
            return organisation.Settler.PERSON
        return self.positions.on(position, on).settled_by

    def accuses(self, kind: str, category: str, position: str, *, on: date) -> bool:
        """Tell whether such a report says that somebody did wrong, crime signs apart.

        Everyday feedback (a dark street lamp) accuses nobody unless somebody's position is named;
        a first complaint is settled by the body it is about (KN 17-23). Raises `UnknownRule`,
        `NotInForce`.
        """
        how = self.kinds.on(kind, on).accuses
        if how is not procedure.Accuses.BY_CATEGORY:
            return how is procedure.Accuses.ALWAYS
        named = self.settler(position, on=on) is not organisation.Settler.PERSON
        return named or not self.categories.on(category, on).ordinary

    def citations(self, article: str) -> tuple[Citation, ...]:
        """Split a row's `article` into laws and places. Raises `ValueError` on an unknown law."""
        return citations.parse(article, self.laws.by_id)

    def to_verify(self) -> tuple[tuple[str, Dated], ...]:
        """Return (table name, row) of every row that an administrator must verify."""
        return tuple((table.name, row) for table in self.tables() for row in table if row.verify)
