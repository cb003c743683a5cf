"""Suggests cases on the same matter, to somebody who may read both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from records.case import Case, CaseItem
from records.clock import CaseRecusal
from records.work import Store, Work, reading
from triage import access, likeness
from triage.access import Insider
from triage.casefile import OpenCase
from triage.titles import Title, titles
from vault.context import Purpose

#: How far back a case is compared, and with how many, the newest first: each must be opened.
_REACH, _MOST = timedelta(days=365), 300


@dataclass(frozen=True)
class Alike:
    """Another case, and how much of its wording it shares, from 0 to 1."""

    case_id: UUID
    share: float


def suggest(
    work: Work, case: OpenCase, others: Iterable[OpenCase], staff_id: UUID
) -> tuple[Alike, ...]:
    """Return those of the other cases that are alike, the most alike first.

    Fingerprints are sealed under the key of their case, so only somebody who holds both keys can
    compare them; cases that this person is recused from are left out. Nothing is stored.
    """
    recused = select(CaseRecusal.case_id).where(CaseRecusal.staff_id == staff_id)
    hidden = set(work.session.scalars(recused))
    readable = {each.id: each for each in others if each.id not in hidden}
    prints = _fingerprints(work, {**readable, case.id: case})
    mine = prints.pop(case.id, None)
    if mine is None:
        return ()
    shares = {case_id: likeness.likeness(mine, each) for case_id, each in prints.items()}
    alike = [Alike(*each) for each in shares.items() if each[1] >= likeness.ALIKE]
    return tuple(sorted(alike, key=lambda each: -each.share))


@dataclass(frozen=True)
class Suggested:
    """A case that is alike, as a list shows it."""

    case_id: UUID
    share: float
    title: Title
    arrived_on: date
    state: str


def search(store: Store, person: Insider, case_id: UUID, today: date) -> tuple[Suggested, ...]:
    """Return the cases of the same unit that are alike, of the newest ones this person may read.

    Raises NoSuchCase.
    """
    with reading(store) as work:
        case = access.open_case(work, person, case_id)
        rows = _newest(work, person, case, today)
        opened = access.open_cases(work, person, rows)
        alike = suggest(work, case, opened.values(), person.id)
        called = titles(work, person, [each.case_id for each in alike])
        return tuple(
            Suggested(each.case_id, each.share, called[each.case_id], *rows[each.case_id])
            for each in alike
        )


def _newest(
    work: Work, person: Insider, case: OpenCase, today: date
) -> dict[UUID, tuple[date, str]]:
    """Return the day of arrival and the state of the newest other cases of the same unit."""
    unit = select(Case.unit_code).where(Case.id == case.id).scalar_subquery()
    rows = work.session.execute(
        select(Case.id, Case.arrived_on, Case.state)
        .where(
            Case.unit_code == unit,
            Case.id != case.id,
            Case.arrived_on > today - _REACH,
            access.visible_to(person),
        )
        .order_by(Case.arrived_on.desc(), Case.id)
        .limit(_MOST)
    )
    return {row.id: (row.arrived_on, row.state) for row in rows}


def _fingerprints(work: Work, cases: Mapping[UUID, OpenCase]) -> dict[UUID, str]:
    """Return the fingerprints of cases; those of an earlier release have none."""
    rows = work.session.execute(
        select(CaseItem.id, CaseItem.case_id, CaseItem.sealed).where(
            CaseItem.case_id.in_(list(cases)), CaseItem.purpose == Purpose.CASE_FINGERPRINT
        )
    )
    return {
        row.case_id: str(
            cases[row.case_id].unseal(Purpose.CASE_FINGERPRINT, row.id, row.sealed)["text"]
        )
        for row in rows
    }
