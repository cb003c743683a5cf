"""The queue of whoever reads cases: the earliest legal last day first, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from records.work import Store, Work, reading
from rules.book import Rules
from triage import colleagues, queue_sql, saved_filters, workload
from triage.access import Insider
from triage.catalogue import Option
from triage.queue_filter import Filter, Offers, offers
from triage.queue_sql import Bucket, Frame, Mark
from triage.remaining import Left, left
from triage.saved_filters import Saved
from triage.titles import Title, Unreadable, titles
from triage.workload import Load

#: Cases of a page.
LENGTH = 25


@dataclass(frozen=True)
class Row:
    """A case as the queue shows it."""

    id: UUID
    title: Title
    unit: Option
    kind: Option
    state: Option
    bucket: Bucket
    due_on: date | None
    left: Left | None
    paused_until: date | None
    urgent: bool
    assigned_to: str
    arrived_on: date
    #: Days since it came.
    age: int


@dataclass(frozen=True)
class Queue:
    """One page of the queue, and what stands around it."""

    rows: tuple[Row, ...]
    next: Mark | None
    #: How many wait in each bucket, up to one more than `queue_sql.MOST`.
    front: Mapping[Bucket, int]
    filter: Filter
    offers: Offers
    #: Of the colleagues in units that this person heads.
    loads: tuple[Load, ...]
    #: What this person has kept.
    saved: tuple[Saved, ...]

    @property
    def lacks_keys(self) -> bool:
        """Whether a case of this page waits for a colleague who hands over the unit's key."""
        return any(row.title.unreadable is Unreadable.NO_KEY for row in self.rows)


def look(
    store: Store, rules: Rules, person: Insider, given: Mapping[str, str], today: date
) -> Queue:
    """Return the page that codes of filters and a mark ask for; unknown ones are left out."""
    frame = Frame.of(rules, today)
    with reading(store) as work:
        people = colleagues.of_units(work, person.reads)
        offered = offers(rules, person, people, today)
        chosen = Filter.read(given, offered)
        choice, after = chosen.choice(person), Mark.read(given.get("after", ""))
        found = queue_sql.page(work, person, frame, choice, after, LENGTH + 1)
        shown = found[:LENGTH]
        led = [each for each in people if any(person.heads(unit) for unit in each.units)]
        return Queue(
            rows(work, rules, person, frame, shown),
            _mark(shown[-1]) if len(found) > LENGTH else None,
            queue_sql.front(work, person, frame),
            chosen,
            offered,
            workload.loads(work, person, frame, led),
            saved_filters.kept(work, person),
        )


def keep(  # noqa: PLR0913, PLR0917
    store: Store, rules: Rules, person: Insider, name: str, given: Mapping[str, str], today: date
) -> None:
    """Keep the codes of a filter, as far as they are on offer, under a name. Raises BadInputs."""
    with reading(store) as work:
        people = colleagues.of_units(work, person.reads)
    codes = Filter.read(given, offers(rules, person, people, today)).codes
    saved_filters.keep(store, person, name, codes)


def _mark(row: Any) -> Mark:  # noqa: ANN401
    return Mark(row.due_on, row.arrived_on, row.id)


def rows(
    work: Work, rules: Rules, person: Insider, frame: Frame, found: list[Any]
) -> tuple[Row, ...]:
    """Return cases as they are shown, from rows of `queue_sql.COLUMNS`."""
    called = titles(work, person, [row.id for row in found])
    names = colleagues.names(work, {row.assigned_to for row in found if row.assigned_to})
    return tuple(
        Row(
            row.id,
            called[row.id],
            named(rules.units, row.unit_code),
            named(rules.kinds, row.kind),
            named(rules.states, row.state),
            frame.bucket(row),
            row.due_on,
            left(rules, row.due_on, frame.today) if row.due_on else None,
            row.paused_until,
            row.urgent,
            names.get(row.assigned_to, ""),
            row.arrived_on,
            (frame.today - row.arrived_on).days,
        )
        for row in found
    )


def named(table: Any, code: str) -> Option:  # noqa: ANN401  (a table of named rows)
    """Return what a code means; a code that the rules do not know stands for itself."""
    known = table.by_id.get(code)
    return Option(code, known[-1].vi, known[-1].en) if known else Option(code, code, code)
