"""Somebody absent, and the colleague who stands in: set, ended earlier, always in the log."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from ledger.entry import Act
from ledger.note import Signer
from records.staff import StaffRole, Substitution
from records.work import Work
from triage import circle, logbook
from triage.access import READERS, Insider
from triage.inputs import BadInputs, Fault
from triage.membership import NotYours


@dataclass(frozen=True)
class Absence:
    """Who is away from which unit, who stands in, and from when to when."""

    unit: str
    absent: UUID
    substitute: UUID
    first_on: date
    last_on: date


def arrange(
    work: Work, person: Insider, absence: Absence, promise_key: Signer, today: date
) -> None:
    """Let a colleague who holds the unit's key stand in, in all that the absent reads or heads.

    Raises NotYours, or BadInputs: one without the key would have the rights and read nothing.
    """
    circle.lock(work, [absence.unit])
    here = circle.circle(work, absence.unit)
    _check_may(person, absence.unit, absence.absent)
    roles = [
        role
        for role in work.session.scalars(
            select(StaffRole.role).where(
                StaffRole.staff_id == absence.absent, StaffRole.unit_code == absence.unit
            )
        )
        if role in READERS
    ]
    if not roles:
        raise NotYours
    faults = []
    if absence.substitute not in here.readers or absence.substitute == absence.absent:
        faults.append(
            Fault(
                "substitute",
                "Hãy chọn một đồng nghiệp khác đang giữ khóa của đơn vị.",
                "Choose another colleague who holds the unit's key.",
            )
        )
    if absence.first_on < today:
        faults.append(Fault("first_on", "Ngày này đã qua.", "This day is past."))
    if absence.last_on < absence.first_on:
        faults.append(
            Fault(
                "last_on", "Ngày cuối phải sau ngày đầu.", "The last day is before the first one."
            )
        )
    if faults:
        raise BadInputs(faults)
    rows = (
        {
            "id": uuid4(),
            "unit_code": absence.unit,
            "absent_id": absence.absent,
            "substitute_id": absence.substitute,
            "role": role,
            "first_on": absence.first_on,
            "last_on": absence.last_on,
        }
        for role in sorted(roles)
    )
    work.insert(Substitution, *rows)
    detail = (
        ("by", str(person.id)),
        ("unit", absence.unit),
        ("substitute", str(absence.substitute)),
        ("first", absence.first_on.isoformat()),
        ("last", absence.last_on.isoformat()),
    )
    act = Act("absence.arranged", today, str(absence.absent), detail)
    logbook.record(work, act, promise_key)


def end(
    work: Work, person: Insider, substitution_id: UUID, promise_key: Signer, today: date
) -> None:
    """End an absence today in all of its roles. Raises NotYours."""
    row = work.session.get(Substitution, substitution_id)
    if row is None or row.last_on < today:
        raise NotYours
    _check_may(person, row.unit_code, row.absent_id)
    same = (
        Substitution.unit_code == row.unit_code,
        Substitution.absent_id == row.absent_id,
        Substitution.substitute_id == row.substitute_id,
        Substitution.first_on == row.first_on,
        Substitution.last_on == row.last_on,
    )
    if row.first_on >= today:
        work.session.execute(delete(Substitution).where(*same))
    else:
        yesterday = today - timedelta(days=1)
        work.session.execute(update(Substitution).where(*same).values(last_on=yesterday))
    detail = (("by", str(person.id)), ("unit", row.unit_code))
    logbook.record(work, Act("absence.ended", today, str(row.absent_id), detail), promise_key)


def _check_may(person: Insider, unit: str, absent: UUID) -> None:
    """Let the absent person act, and who heads the unit: no substitute prolongs what was lent.

    Raises NotYours.
    """
    if person.id != absent and not person.heads(unit, themselves=True):
        raise NotYours
