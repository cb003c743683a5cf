"""Gives cases to colleagues, several at once: first as a plan, then one by one.

A plan promises nothing: each case is its own transaction and its own step in the log, and each can
be refused for reasons of its own. Nothing else is done to many cases at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from ledger.note import Signer
from records.case import Case
from records.clock import CaseRecusal
from records.work import Store, Work, reading, writing
from rules.book import Rules
from triage import access, colleagues, tracker, workload
from triage.access import Insider, NoSuchCase, visible_to
from triage.clock import Refused
from triage.colleagues import Colleague
from triage.inputs import BadInputs, Fault
from triage.lifecycle import NotAllowed
from triage.queue_sql import Frame
from triage.standing import Tracker
from triage.titles import Title, titles
from triage.workload import Load

#: Cases that are given away in one go: a page of the queue, and some.
MOST = 100
_STEP = "case.assigned"
_NO_SUCH_CASE = Fault("case", "Không có hồ sơ này.", "There is no such case.")
_NOBODY = Fault(
    "assignee",
    "Không ai trong số những người được chọn nhận được hồ sơ này.",
    "None of the people chosen can take this case.",
)


@dataclass(frozen=True)
class Item:
    """A case of a plan: to whom it would go, or why it cannot."""

    case_id: UUID
    title: Title | None
    assignee: Colleague | None = None
    refusal: Fault | None = None


@dataclass(frozen=True)
class Share:
    """What a colleague has, and how many the plan would add."""

    load: Load
    more: int


@dataclass(frozen=True)
class Plan:
    """Who would get which case; `shares` are of all colleagues who could be chosen."""

    items: tuple[Item, ...]
    shares: tuple[Share, ...]
    chosen: frozenset[UUID]


@dataclass(frozen=True)
class Outcome:
    """What became of one case: given away, or refused and why."""

    case_id: UUID
    refusal: Fault | None = None


def plan(  # noqa: PLR0913, PLR0917
    store: Store,
    rules: Rules,
    person: Insider,
    case_ids: Iterable[UUID],
    chosen: Iterable[UUID],
    today: date,
) -> Plan:
    """Share cases among colleagues of their units: each goes to whoever then has the fewest.

    Whoever is recused from a case is passed over, as if they had not been chosen.
    """
    wanted, people = tuple(dict.fromkeys(case_ids))[:MOST], frozenset(chosen)
    with reading(store) as work:
        led = sorted(unit for unit in person.reads if person.heads(unit))
        candidates = colleagues.of_units(work, led)
        loads = workload.loads(work, person, Frame.of(rules, today), candidates)
        units = _units(work, person, wanted)
        named = titles(work, person, units)
        recused = _recused(work, units)
    running = {each.colleague.id: each.running for each in loads if each.colleague.id in people}
    more = dict.fromkeys((each.colleague.id for each in loads), 0)
    items = []
    for case_id in wanted:
        if case_id not in units:
            items.append(Item(case_id, None, refusal=_NO_SUCH_CASE))
            continue
        able = [
            each
            for each in candidates
            if each.id in running
            and units[case_id] in each.units
            and (case_id, each.id) not in recused
        ]
        if not able:
            items.append(Item(case_id, named[case_id], refusal=_NOBODY if people else None))
            continue
        least = min(able, key=lambda each: (running[each.id] + more[each.id], each.name))
        more[least.id] += 1
        items.append(Item(case_id, named[case_id], least))
    shares = tuple(Share(each, more[each.colleague.id]) for each in loads)
    return Plan(tuple(items), shares, people & more.keys())


def _units(work: Work, person: Insider, case_ids: tuple[UUID, ...]) -> dict[UUID, str]:
    """Return the unit of each case that this person may know of and heads."""
    rows = work.session.execute(
        select(Case.id, Case.unit_code).where(Case.id.in_(case_ids), visible_to(person))
    )
    return {row.id: row.unit_code for row in rows if person.heads(row.unit_code)}


def _recused(work: Work, case_ids: Iterable[UUID]) -> set[tuple[UUID, UUID]]:
    rows = work.session.execute(
        select(CaseRecusal.case_id, CaseRecusal.staff_id).where(
            CaseRecusal.case_id.in_(list(case_ids))
        )
    )
    return {(row.case_id, row.staff_id) for row in rows}


def assign(  # noqa: PLR0913, PLR0917
    store: Store,
    rules: Rules,
    promise_key: Signer,
    person: Insider,
    pairs: Mapping[UUID, UUID],
    today: date,
) -> tuple[Outcome, ...]:
    """Give each case to its colleague, and return what became of each."""
    wanted = list(pairs.items())[:MOST]
    return tuple(
        Outcome(case_id, _assigned(store, rules, promise_key, person, case_id, assignee, today))
        for case_id, assignee in wanted
    )


def _assigned(  # noqa: PLR0913, PLR0917
    store: Store,
    rules: Rules,
    promise_key: Signer,
    person: Insider,
    case_id: UUID,
    assignee: UUID,
    today: date,
) -> Fault | None:
    """Give one case to a colleague, and return why that is refused, None if it is done."""
    try:
        with writing(store) as work:
            case = access.open_case(work, person, case_id)
            hand = Tracker(work, rules, promise_key, today)
            tracker.take(hand, case, person.id, _STEP, {"assignee": assignee.hex})
    except NoSuchCase:
        return _NO_SUCH_CASE
    except BadInputs as error:
        return error.faults[0]
    except (NotAllowed, Refused) as error:
        return Fault("case", error.vi, error.en)
    return None


def called(store: Store, person: Insider, case_ids: Iterable[UUID]) -> dict[UUID, Title]:
    """Return the titles of cases of which this person may know."""
    with reading(store) as work:
        return titles(work, person, _units(work, person, tuple(case_ids)))
