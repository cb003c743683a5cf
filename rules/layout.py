"""Which file holds which tables, and what a row of each table is."""

from collections.abc import Mapping
from types import MappingProxyType

from rules import (
    crime,
    identity,
    lifecycle,
    organisation,
    procedure,
    protection,
    recovery,
    reporting,
    routes,
)
from rules.rows import Dated, Law

#: File name -> table name -> type of its rows. Every file and every table must be there.
FILES: Mapping[str, Mapping[str, type[Dated]]] = MappingProxyType(
    {
        "laws.toml": {"law": Law},
        "kinds.toml": {
            "kind": procedure.Kind,
            "detail": procedure.Detail,
            "intent": procedure.Intent,
        },
        "categories.toml": {
            "category": organisation.Category,
            "subject": organisation.Subject,
            "channel": organisation.Channel,
            "position": organisation.Position,
        },
        "deadlines.toml": {
            "deadline": procedure.Deadline,
            "event": procedure.Event,
            "actor": procedure.Actor,
            "suspension": procedure.Suspension,
            "warning": procedure.Warning,
        },
        "lifecycle.toml": {
            "state": lifecycle.State,
            "step": lifecycle.Step,
            "input": lifecycle.Input,
            "risk": lifecycle.Risk,
            "goes_on": lifecycle.GoesOn,
        },
        "complexity.toml": {
            "criterion": procedure.Criterion,
            "threshold": procedure.Threshold,
        },
        "calendar.toml": {
            "correction": procedure.Correction,
            "statutory": procedure.StatutoryHoliday,
            "rest_day": procedure.RestDay,
            "computation": procedure.Computation,
        },
        "principles.toml": {"principle": procedure.Principle},
        "units.toml": {"unit": organisation.Unit},
        "routing.toml": {
            "route": routes.Direction,
            "inform": routes.Direction,
            "guard": routes.Guard,
        },
        "crimes.toml": {"crime": crime.Crime},
        "indicators.toml": {
            "concept": crime.Concept,
            "pattern": crime.Pattern,
            "brake": crime.Brake,
            "spelling": crime.Spelling,
        },
        "wording.toml": {"wording": crime.Wording},
        "handover.toml": {
            "ground": crime.Ground,
            "template": crime.Template,
            "dossier_item": crime.DossierItem,
            "outcome": crime.Outcome,
        },
        "protection.toml": {
            "protected_person": protection.ProtectedPerson,
            "protected_good": protection.ProtectedGood,
            "retaliation": protection.Retaliation,
            "likelihood": protection.Likelihood,
            "severity": protection.Severity,
            "measure": protection.Measure,
            "review": protection.Review,
            "protection_end": protection.ProtectionEnd,
            "reward": protection.Reward,
            "base_salary": protection.BaseSalary,
            "handing_over": protection.HandingOver,
            "malice": protection.Malice,
            "liability": protection.Liability,
        },
        "identity.toml": {
            "identity_ground": identity.IdentityGround,
            "answer_time": identity.AnswerTime,
            "reading_time": identity.ReadingTime,
            "identity_exception": identity.IdentityException,
        },
        "recovery.toml": {"way": recovery.Way, "stage": recovery.Stage},
        "periods.toml": {
            "period": reporting.Period,
            "form": reporting.Form,
            "column": reporting.Column,
            "assessment": reporting.Assessment,
            "figure": reporting.Figure,
        },
        "replies.toml": {"placeholder": reporting.Placeholder, "reply": reporting.Reply},
    }
)

#: Table name -> the file it stands in.
FILE_OF: Mapping[str, str] = MappingProxyType(
    {table: file for file, tables in FILES.items() for table in tables}
)
