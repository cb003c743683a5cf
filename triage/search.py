"""Searches the texts of cases in the session of somebody who may read them.

Nothing is indexed: an index of contents would be what a thief looks for. The newest cases are
opened batch by batch, up to a limit in one request; then it goes on from a mark. The log is told
that somebody has searched how many cases, and never for what: the words can name a reporter.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from ledger.entry import Act
from ledger.note import Signer
from records.case import CaseItem
from records.work import Store, Work, reading, writing
from rules.book import Rules
from triage import logbook, queue, queue_sql
from triage.access import Insider, open_cases
from triage.casefile import OpenCase
from triage.covering import WRITTEN
from triage.finding import PARAGRAPH, Query, snippet
from triage.highlight import Run
from triage.queue import Row
from triage.queue_sql import Frame, Mark
from vault.context import Purpose
from vault.errors import VaultError

#: Cases that one request looks through, those opened at once, and results after which it stops.
MOST, _BATCH, _ENOUGH = 1_000, 100, 50
#: Texts that are searched, in the order in which they are joined.
_SEARCHED = (Purpose.CASE_TITLE, Purpose.CASE_NARRATIVE, Purpose.CASE_FACTS)


@dataclass(frozen=True)
class Hit:
    """A case in which the words were found, and where."""

    row: Row
    snippet: tuple[Run, ...]


@dataclass(frozen=True)
class Found:
    """The hits of one request, how many cases it looked through, and where to go on."""

    hits: tuple[Hit, ...]
    searched: int
    #: Cases that could not be read: without a key, or damaged.
    unread: int
    next: Mark | None


def search(  # noqa: PLR0913, PLR0917
    store: Store,
    rules: Rules,
    promise_key: Signer,
    person: Insider,
    query: Query,
    after: Mark | None,
    today: date,
) -> Found:
    """Look through the next cases that a person may read, the newest first, and log it."""
    frame = Frame.of(rules, today)
    with reading(store) as work:
        found = _look_through(work, rules, person, frame, query, after)
    detail = (("searched", str(found.searched)), ("found", str(len(found.hits))))
    with writing(store) as work:  # what cannot be logged is not shown
        logbook.record(work, Act("cases.searched", today, str(person.id), detail), promise_key)
    return found


def _look_through(  # noqa: PLR0913, PLR0917
    work: Work, rules: Rules, person: Insider, frame: Frame, query: Query, after: Mark | None
) -> Found:
    found: list[tuple[Any, tuple[Run, ...]]] = []
    searched = unread = 0
    while searched < MOST and len(found) < _ENOUGH:
        batch = queue_sql.newest(work, person, frame, after, _BATCH)
        texts = dict(_texts(work, person, [row.id for row in batch]))
        searched += len(batch)
        unread += sum(row.id not in texts for row in batch)
        for row in batch:
            text = texts.get(row.id, "")
            places = query.find(text)
            if places:
                found.append((row, snippet(text, places)))
        if len(batch) < _BATCH:
            after = None
            break
        after = Mark(None, batch[-1].arrived_on, batch[-1].id)
    rows = queue.rows(work, rules, person, frame, [row for row, _ in found])
    hits = tuple(Hit(row, pieces) for row, (_, pieces) in zip(rows, found, strict=True))
    return Found(hits, searched, unread, after)


def _texts(work: Work, person: Insider, case_ids: list[UUID]) -> Iterator[tuple[UUID, str]]:
    """Yield the searched text of each case that can be read."""
    cases = open_cases(work, person, case_ids)
    stored = work.session.execute(
        select(CaseItem.case_id, CaseItem.purpose, CaseItem.id, CaseItem.sealed)
        .where(CaseItem.case_id.in_(list(cases)), CaseItem.purpose.in_(_SEARCHED))
        .order_by(CaseItem.added_on)
    )
    items: dict[UUID, dict[Purpose, Any]] = {}
    for row in stored:
        items.setdefault(row.case_id, {})[Purpose(row.purpose)] = row
    for case_id, newest in items.items():
        try:
            yield case_id, PARAGRAPH.join(_lines(cases[case_id], newest))
        except (VaultError, json.JSONDecodeError):
            continue


def _lines(case: OpenCase, newest: dict[Purpose, Any]) -> Iterator[str]:
    for purpose in _SEARCHED:
        if purpose in newest:
            data = case.unseal(purpose, newest[purpose].id, newest[purpose].sealed)
            names = WRITTEN if purpose is Purpose.CASE_FACTS else ("text",)
            yield from (str(data[name]) for name in names if data.get(name))
