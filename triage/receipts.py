"""What may be recorded of a dossier: no number twice, nothing from before it was handed over."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Row, select

from records.case import Case, CaseEvent
from records.dossier import Dossier
from records.work import Work
from rules.book import Rules
from triage import access, circle, dossierkeys
from triage.access import Insider
from triage.casefile import OpenCase
from triage.course import Past
from triage.dossierkeys import Handed
from triage.inputs import BadInputs, Entered, Fault
from triage.text import folded
from vault.context import Purpose
from vault.errors import VaultError

RECEIVED, _NUMBER = "police.received", "receipt_number"
#: Numbers begin anew each year, so those of older receipts need not differ.
_REACH = timedelta(days=400)


def check_days(rules: Rules, dossier: Handed, past: Past) -> None:
    """Refuse a receipt or decision from before the dossier was handed over. Raises BadInputs.

    One for a body outside may have gone out before it was recorded: there the day of the letter
    counts, which lifecycle.py asks for.
    """
    if dossier.circle is None:
        return
    first = dossier.handed_on
    faults = [
        Fault(
            key,
            f"Ngày này trước ngày chuyển hồ sơ ({first:%d/%m/%Y}).",
            f"This day is before the hand-over ({first.isoformat()}).",
        )
        for key, value in past.terms.items()
        if rules.inputs.on(key, past.on).past and date.fromisoformat(str(value)) < first
    ]
    if faults:
        raise BadInputs(faults)


def check_of_dossier(
    work: Work, person: Insider, dossier: Handed, entered: Entered, today: date
) -> None:
    """Refuse a receipt number that another dossier has which this liaison can open.

    Nothing of a number is kept in the open, so they are opened and compared in the liaison's
    session: all that their circle was handed within a year. Raises BadInputs.
    """
    number = _read(entered)
    if not number:
        return
    circle.lock(work, person.circles)  # two who record at once see each other's number
    others = work.session.scalars(
        select(CaseEvent.dossier_id)
        .join(Dossier, Dossier.id == CaseEvent.dossier_id)
        .where(
            CaseEvent.kind == RECEIVED,
            CaseEvent.dossier_id != dossier.id,
            CaseEvent.happened_on > today - _REACH,
            dossierkeys.visible_to(person),
        )
    ).all()
    _compare(
        number, numbers(work, dossierkeys.open_all(work, person, filter(None, others))).values()
    )


def check(  # noqa: PLR0913, PLR0917
    work: Work, person: Insider, case_id: UUID, step_id: str, entered: Entered, today: date
) -> None:
    """Do the same for a reader who records a receipt, by the cases that they can open."""
    number = _read(entered)
    if step_id != RECEIVED or not number:
        return
    circle.lock(work, person.reads)
    rows = work.session.execute(
        select(CaseEvent.id, CaseEvent.case_id, CaseEvent.dossier_id, CaseEvent.detail)
        .join(Dossier, Dossier.id == CaseEvent.dossier_id)
        .where(
            CaseEvent.kind == RECEIVED,
            CaseEvent.case_id != case_id,
            CaseEvent.case_id.in_(select(Case.id).where(access.visible_to(person))),
            CaseEvent.happened_on > today - _REACH,
        )
    ).all()
    cases = access.open_cases(work, person, {row.case_id for row in rows})
    _compare(number, _of_cases(work, [row for row in rows if row.case_id in cases], cases))


def _of_cases(
    work: Work,
    rows: Iterable[Row[UUID, UUID, UUID | None, bytes | None]],
    cases: Mapping[UUID, OpenCase],
) -> Iterator[str]:
    """Yield the numbers of these receipts; a damaged one holds up no other."""
    for row in rows:
        with suppress(VaultError, json.JSONDecodeError):
            opener = dossierkeys.opener(work, cases[row.case_id])
            told = opener.read(row.id, row.detail or b"", row.dossier_id)
            yield str(told[_NUMBER])


def numbers(work: Work, opened: Mapping[UUID, Handed]) -> dict[UUID, str]:
    """Return the receipt number of each of these dossiers that was received."""
    rows = work.session.execute(
        select(CaseEvent.id, CaseEvent.dossier_id, CaseEvent.detail).where(
            CaseEvent.kind == RECEIVED, CaseEvent.dossier_id.in_(list(opened))
        )
    )
    found = {}
    for row in rows:
        with suppress(VaultError, json.JSONDecodeError):
            sealed = opened[row.dossier_id].sealed
            told = sealed.unseal(Purpose.CASE_EVENT, row.id, row.detail or b"")
            found[row.dossier_id] = str(told[_NUMBER])
    return found


def _read(entered: Entered) -> str:
    given = entered.get(_NUMBER, "")
    return _folded(given) if isinstance(given, str) else ""


def _folded(number: str) -> str:
    return "".join(folded(number).split())


def _compare(number: str, others: Iterable[str]) -> None:
    if any(_folded(each) == number for each in others):
        raise BadInputs(
            [
                Fault(
                    _NUMBER,
                    "Số tiếp nhận này đã dùng cho một hồ sơ chuyển khác.",
                    "This receipt number stands in another dossier already.",
                )
            ]
        )
