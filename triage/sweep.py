"""Notices in time that a term runs out, is broken, or must be urged, whoever looked or did not.

Nothing sealed is read and no key of a case is needed: clocks stand in the open. Only an act that
the law names silences a clock. Safe to repeat and to run twice at once; what a missed day or month
left behind is caught up, and keeps the day it should have been noticed on.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Delete, delete, func, select
from sqlalchemy.orm import Session

from ledger.entry import Act
from ledger.note import Signer
from records.case import Case
from records.clock import CaseClock, CaseNotice
from records.unit import Unit
from records.work import Store, Work, reading, writing
from rules.book import Rules
from rules.lifecycle import Who
from triage import casebook, casefile, lifecycle, logbook
from triage.course import Course, Past, Running, advance
from triage.deadlines import Notice, NoticeLevel

#: Cases of one transaction: on SQLite, a report that is being filed waits for it.
BATCH = 50
#: What is done by the body above the unit in charge.
_SUPERIOR = "superior"
#: What the log says of a level; warnings are between the unit and its clock.
_LOGGED = {NoticeLevel.BREACH: "deadline.breached", NoticeLevel.URGE: "deadline.urged"}


@dataclass(frozen=True)
class Swept:
    """What one transaction did.

    `cases`: how many there were to look at. `given`: how many notices of each level. `reported`:
    steps that the clock itself took. `failed`: cases that could not be read; they are as they were.
    """

    cases: int
    given: Counter[NoticeLevel]
    reported: int
    failed: tuple[UUID, ...]


@dataclass(frozen=True)
class _Hand:
    """A transaction of the sweep, and what it needs."""

    work: Work
    rules: Rules
    promise_key: Signer
    today: date
    #: The units that are open here.
    units: frozenset[str]


def waiting(session: Session, today: date) -> int:
    """Count the cases of which somebody must be told something by today."""
    return session.execute(
        select(func.count(CaseClock.case_id.distinct())).where(CaseClock.notice_on <= today)
    ).scalar_one()


def sweep(store: Store, rules: Rules, promise_key: Signer, today: date) -> Iterator[Swept]:
    """Give every notice whose day has come; yield after each transaction.

    A case that somebody else has locked is left to the next sweep. Raises DatabaseUnreachable, or
    UnitNotOpen if there are no auditors to seal log entries to.
    """
    with reading(store) as work:
        due = work.session.scalars(
            select(CaseClock.case_id).where(CaseClock.notice_on <= today).distinct()
        ).all()
    for start in range(0, len(due), BATCH):
        with writing(store) as work:
            hand = _hand(work, rules, promise_key, today)
            swept = _sweep_batch(hand, due[start : start + BATCH])
        yield swept


def _hand(work: Work, rules: Rules, promise_key: Signer, today: date) -> _Hand:
    units = work.session.scalars(select(Unit.code).where(Unit.closed_on.is_(None)))
    return _Hand(work, rules, promise_key, today, frozenset(units))


def _sweep_batch(hand: _Hand, due: Sequence[UUID]) -> Swept:
    given, reported, failed = Counter[NoticeLevel](), 0, list[UUID]()
    for case_id, channel in _locked(hand, due):
        try:
            with hand.work.session.begin_nested():  # a case is swept whole, or left as it was
                levels, steps = _sweep_case(hand, case_id, channel)
        except (LookupError, ValueError):
            failed.append(case_id)  # damaged: it must not hold up the others
            continue
        given.update(levels)
        reported += steps
    return Swept(len(due), given, reported, tuple(failed))


def _locked(hand: _Hand, due: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Lock those of the cases that are free, and return them with their channels."""
    session = hand.work.session
    free = session.execute(
        select(Case.id, Case.channel)
        .where(Case.id.in_(due))
        .order_by(Case.id)
        .with_for_update(skip_locked=True)
    ).all()
    # Another sweep may have had them between the look and the lock.
    still = set(
        session.scalars(
            select(CaseClock.case_id).where(
                CaseClock.case_id.in_([case_id for case_id, _ in free]),
                CaseClock.notice_on <= hand.today,
            )
        )
    )
    return [(case_id, channel) for case_id, channel in free if case_id in still]


def _sweep_case(hand: _Hand, case_id: UUID, channel: str) -> tuple[list[NoticeLevel], int]:
    """Give the notices of one case; return their levels, and how many steps the clock took."""
    work, rules = hand.work, hand.rules
    course = casebook.course(work, rules, case_id, channel)
    given = casebook.given_notices(work, [case_id]).get(case_id, {})
    reached = [
        (running, notice)
        for running in course.open_clocks
        for notice in casebook.waiting_notices(rules, running, given.get(running.key, {}))
        if notice.on <= hand.today
    ]
    for running, notice in reached:
        if notice.level in given.get(running.key, {}):  # the last day has moved since
            work.session.execute(_forgetting(case_id, running, notice.level))
        _log(hand, case_id, running, notice)
    if reached:
        work.insert(CaseNotice, *(_notice(hand, case_id, course.unit, *each) for each in reached))
    after, steps = course, _steps_on_breach(hand, course, reached)
    for step in steps:
        casefile.add_event_of_the_clock(work, case_id, step, hand.today, hand.promise_key)
        after = advance(rules, after, Past(step, hand.today))
    casebook.keep(work, rules, case_id, after)
    return [notice.level for _, notice in reached], len(steps)


def _notice(
    hand: _Hand, case_id: UUID, unit: str, running: Running, notice: Notice
) -> dict[str, Any]:
    rule, run = running.key
    return {
        "case_id": case_id,
        "rule": rule,
        "run": run,
        "level": notice.level,
        "unit_code": _told(hand, unit, running, notice.level),
        "reached_on": notice.on,
        "given_on": hand.today,
    }


def _forgetting(case_id: UUID, running: Running, level: NoticeLevel) -> Delete:
    rule, run = running.key
    return delete(CaseNotice).where(
        CaseNotice.case_id == case_id,
        CaseNotice.rule == rule,
        CaseNotice.run == run,
        CaseNotice.level == level,
    )


def _log(hand: _Hand, case_id: UUID, running: Running, notice: Notice) -> None:
    """Log a breach or an urging."""
    kind = _LOGGED.get(notice.level)
    if kind is None:
        return
    rule, run = running.key
    detail = (("reached_on", notice.on.isoformat()), ("rule", rule), ("run", str(run)))
    logbook.record(hand.work, Act(kind, hand.today, str(case_id), detail), hand.promise_key)


def _told(hand: _Hand, unit: str, running: Running, level: NoticeLevel) -> str:
    """Return who is told: the unit whose duty it is; to urge it, the nearest one above.

    Only units that work here can be told, so the highest of those has nobody above it.
    """
    above = hand.rules.superiors(unit, on=hand.today)
    chain = [unit, *(each.id for each in above if not each.outside and each.id in hand.units)]
    duty = hand.rules.deadline(running.clock.rule, on=running.clock.started_on).actor
    place = (duty == _SUPERIOR) + (level is NoticeLevel.URGE)
    return chain[min(place, len(chain) - 1)]


def _steps_on_breach(
    hand: _Hand, course: Course, reached: Sequence[tuple[Running, Notice]]
) -> list[str]:
    """Return the steps that the clock takes by itself because terms are broken now (TC 38)."""
    broken = {
        running.clock.rule for running, notice in reached if notice.level is NoticeLevel.BREACH
    }
    if not broken:
        return []
    possible = lifecycle.legal(hand.rules, course, frozenset({Who.SYSTEM}), hand.today)
    return [step.id for step in possible if broken & set(step.on_breach)]
