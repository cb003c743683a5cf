"""The units of the instance as administrators see them: opened, keys and their holders, backlog."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from records.case import Case
from records.staff import Staff, StaffRole
from records.unit import Unit as StoredUnit
from records.unit import UnitKey, UnitKeyHolder
from records.work import Store, Work, reading
from rules.book import Rules
from rules.lifecycle import Track
from rules.organisation import Unit
from triage import circle
from triage.publickeys import CIRCLES

#: Open cases of a unit are counted up to here: the page is about keys, not about figures.
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class UnitKeys:
    """What an instance holds of a unit. `row` is its row of rules/, None for a circle.

    `waiting`: members whose role needs the key and who do not hold today's. `depth`: how far
    below the top it stands.
    """

    code: str
    row: Unit | None
    depth: int
    opened_on: date | None
    epoch: int | None
    drawn_on: date | None
    holders: tuple[str, ...]
    waiting: tuple[str, ...]
    open_cases: int

    @property
    def is_locked_out(self) -> bool:
        """Tell whether cases lie here that nobody can read."""
        return self.open_cases > 0 and not self.holders

    @property
    def has_many(self) -> bool:
        """Tell whether there are more open cases than were counted."""
        return self.open_cases > MOST_COUNTED


def overview(store: Store, rules: Rules, day: date) -> tuple[UnitKeys, ...]:
    """Return every unit that holds cases here, each after the one it stands below."""
    with reading(store) as work:
        stored = {row.code: row for row in work.session.scalars(select(StoredUnit))}
        keys = {
            row.unit_code: row
            for row in work.session.scalars(select(UnitKey).where(UnitKey.retired_on.is_(None)))
        }
        holders, members = _holders(work), _members(work)
        open_states = [
            row.id for row in rules.states.all_on(day) if row.track is Track.CASE and not row.final
        ]

        def standing(code: str, row: Unit | None, depth: int) -> UnitKeys:
            unit, key, held = stored.get(code), keys.get(code), holders.get(code, {})
            waiting = {name for each, name in members.get(code, {}).items() if each not in held}
            return UnitKeys(
                code,
                row,
                depth,
                None if unit is None else unit.opened_on,
                None if key is None else key.epoch,
                None if key is None else key.drawn_on,
                tuple(sorted(held.values())),
                tuple(sorted(waiting)),
                0 if unit is None else _open_cases(work, code, open_states),
            )

        inside = [standing(row.id, row, depth) for row, depth in tree(rules, day)]
        return (*inside, *(standing(each, None, 0) for each in CIRCLES))


def tree(rules: Rules, day: date) -> Iterator[tuple[Unit, int]]:
    """Yield the units that can hold cases, each after its superior, and how deep it stands."""
    rows = [row for row in rules.units.all_on(day) if not row.outside and not row.collective]
    inside = {row.id for row in rows}

    def below(parent: str | None, depth: int) -> Iterator[tuple[Unit, int]]:
        for row in rows:
            if (row.parent if row.parent in inside else None) == parent:
                yield row, depth
                yield from below(row.id, depth + 1)

    yield from below(None, 0)


def _holders(work: Work) -> dict[str, dict[object, str]]:
    """Return who holds the key of today, by unit and person."""
    rows = work.session.execute(
        select(UnitKeyHolder.unit_code, Staff.id, Staff.name)
        .join(
            UnitKey,
            (UnitKey.unit_code == UnitKeyHolder.unit_code) & (UnitKey.epoch == UnitKeyHolder.epoch),
        )
        .join(Staff, Staff.id == UnitKeyHolder.staff_id)
        .where(UnitKey.retired_on.is_(None), Staff.left_on.is_(None))
    )
    found: dict[str, dict[object, str]] = {}
    for unit, staff_id, name in rows:
        found.setdefault(unit, {})[staff_id] = name
    return found


def _members(work: Work) -> dict[str, dict[object, str]]:
    """Return whose role asks for a unit's key, by unit and person."""
    rows = work.session.execute(
        select(StaffRole.unit_code, StaffRole.role, Staff.id, Staff.name)
        .join(Staff, Staff.id == StaffRole.staff_id)
        .where(Staff.left_on.is_(None))
    )
    found: dict[str, dict[object, str]] = {}
    for unit, role, staff_id, name in rows:
        if circle.takes_key(role, unit):
            found.setdefault(unit, {})[staff_id] = name
    return found


def _open_cases(work: Work, unit: str, open_states: list[str]) -> int:
    some = (
        select(Case.id)
        .where(Case.unit_code == unit, Case.state.in_(open_states))
        .limit(MOST_COUNTED + 1)
    )
    return len(work.session.scalars(some).all())
