"""A dated table: the rows of one subject, asked by id and day."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from rules.errors import NotInForce, UnknownRule
from rules.rows import Dated

RowT = TypeVar("RowT", bound=Dated)


@dataclass(frozen=True, slots=True)
class Table(Generic[RowT]):
    """All rows of one subject in the order of the file; several may share an id, in turn."""

    name: str
    rows: tuple[RowT, ...]
    by_id: Mapping[str, tuple[RowT, ...]]

    @classmethod
    def of(cls, name: str, rows: tuple[RowT, ...]) -> "Table[RowT]":
        """Index the rows; the rows of one id come in the order of their dates."""
        grouped: dict[str, tuple[RowT, ...]] = {}
        for row in rows:
            earlier = grouped.get(row.id, ())
            grouped[row.id] = tuple(sorted((*earlier, row), key=lambda each: each.effective_from))
        return cls(name, rows, MappingProxyType(grouped))

    def on(self, row_id: str, day: date) -> RowT:
        """Return the row in force on that day. Raises `UnknownRule`, `NotInForce`."""
        if row_id not in self.by_id:
            raise UnknownRule(self.name, row_id)
        for row in self.by_id[row_id]:
            if row.in_force(day):
                return row
        raise NotInForce(self.name, row_id, day)

    def all_on(self, day: date) -> tuple[RowT, ...]:
        """Return every row in force on that day, in the order of the file."""
        return tuple(row for row in self.rows if row.in_force(day))

    def __contains__(self, row_id: object) -> bool:
        return row_id in self.by_id

    def __iter__(self) -> Iterator[RowT]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def last_change(tables: Iterable[Table[Any]], day: date) -> date:
    """Return the last day up to `day` on which a row of these tables began or ceased to hold.

    The first day there is, if none has begun by then.
    """
    changes = {row.effective_from for table in tables for row in table}
    changes |= {
        row.effective_to + timedelta(days=1)
        for table in tables
        for row in table
        if row.effective_to is not None and row.effective_to < date.max
    }
    return max((each for each in changes if each <= day), default=date.min)
