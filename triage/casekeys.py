"""Who holds the key of a case: its unit, or each reader apart while one of them is recused.

A recusal is a matter of keys, not of rows that somebody could delete: what is wrapped to the unit
is open to everybody who holds the unit's key.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select

from records.case import Case, CaseEvent, CaseKey, CaseStaffKey
from records.clock import CaseRecusal
from records.work import Work
from triage import publickeys
from triage.access import staff_key_context
from triage.casefile import OpenCase
from triage.circle import Circle
from triage.publickeys import UnitPublicKey
from vault import box
from vault.box import Box
from vault.context import Purpose
from vault.keys import SecretKey


class NobodyLeft(Exception):
    """Everybody who could read the case is recused from it."""


def wrap_to_unit(work: Work, case: OpenCase, unit: str) -> None:
    """Seal the key of a new case to a unit's key of today. Raises UnitNotOpen."""
    _wrap(work, case, unit, publickeys.of_unit(work, unit))


def _wrap(work: Work, case: OpenCase, unit: str, to: UnitPublicKey) -> None:
    sealed = sealed_to_unit(case, unit, to)
    row = {"case_id": case.id, "unit_code": unit, "epoch": to.epoch, "box": sealed}
    work.insert(CaseKey, row)


def sealed_to_unit(case: OpenCase, unit: str, to: UnitPublicKey) -> Box:
    """Return the key of a case or dossier, sealed to a unit's key."""
    context = case.context(Purpose.CASE_KEY_FOR_UNIT, unit.encode(), to.epoch.to_bytes(4))
    return box.seal(to.key, context, case.key)


def hold(work: Work, case: OpenCase, circle: Circle) -> None:
    """Seal the case key to those of a unit who may have it, and take it from everybody else.

    The unit must be locked. Raises NobodyLeft.
    """
    apart = kept_apart(work, case.id, circle)
    take_away(work, case)
    if apart is None:
        _wrap(work, case, circle.unit, circle.key)
        return
    boxes = sealed_apart(case, circle, apart)
    rows = ({"case_id": case.id, "staff_id": who, "box": sealed} for who, sealed in boxes.items())
    work.insert(CaseStaffKey, *rows)


def kept_apart(work: Work, case_id: UUID, circle: Circle) -> frozenset[UUID] | None:
    """Return who of a circle hold a case each apart, while a holder of its key is recused.

    None while nobody is: then the circle's own key opens it. Raises NobodyLeft.
    """
    away = recused(work, [case_id])
    if not away & circle.holders.keys():
        return None
    if not circle.readers - away:
        raise NobodyLeft
    return circle.readers - away


def sealed_apart(case: OpenCase, circle: Circle, people: Iterable[UUID]) -> dict[UUID, Box]:
    """Return the key of a case or dossier, sealed to each of these people of a circle."""
    return {
        each: box.seal(circle.holders[each], staff_key_context(case.id, each), case.key)
        for each in sorted(people)
    }


def take_away(work: Work, case: OpenCase) -> None:
    """Take the key of a case from everybody but the reporter and the escrow."""
    work.session.execute(delete(CaseKey).where(CaseKey.case_id == case.id))
    work.session.execute(delete(CaseStaffKey).where(CaseStaffKey.case_id == case.id))


def recused(work: Work, case_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return who must not know of one of these cases."""
    work.session.flush()
    return frozenset(
        work.session.scalars(
            select(CaseRecusal.staff_id).where(CaseRecusal.case_id.in_(list(case_ids)))
        )
    )


def family(work: Work, case: OpenCase) -> tuple[OpenCase, ...]:
    """Return a case and those joined to it, whose keys it holds, and those joined to them."""
    found = {case.id: case}
    waiting = [case]
    while waiting:
        each = waiting.pop()
        events = work.session.execute(
            select(CaseEvent.id, CaseEvent.detail).where(
                CaseEvent.case_id == each.id, CaseEvent.kind == "case.joined"
            )
        )
        for event_id, sealed in events:
            told = each.unseal(Purpose.CASE_EVENT, event_id, sealed or b"")
            joined = OpenCase(UUID(hex=told["into"]), SecretKey(bytes.fromhex(told["key"])))
            if joined.id not in found:
                found[joined.id] = joined
                waiting.append(joined)
    return tuple(found.values())


def joined_to(work: Work, case: OpenCase) -> tuple[UUID, ...]:
    """Return the cases that a case was joined to, and that hold its key."""
    events = work.session.execute(
        select(CaseEvent.id, CaseEvent.detail).where(
            CaseEvent.case_id == case.id, CaseEvent.kind == "case.merged"
        )
    )
    told = (case.unseal(Purpose.CASE_EVENT, each, sealed or b"") for each, sealed in events)
    return tuple(dict.fromkeys(UUID(hex=each["into"]) for each in told))


def units_of(work: Work, case_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the units in charge of some cases."""
    rows = work.session.execute(select(Case.id, Case.unit_code).where(Case.id.in_(list(case_ids))))
    return {case_id: unit for case_id, unit in rows}  # noqa: C416  (rows are no pairs for mypy)
