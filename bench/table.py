"""The table that a run prints: one line for each figure, with its goal if it has one."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

_SMALL = 100
_COLUMNS_TO_THE_RIGHT = {"figure"}


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, what stands beside it, and whether the goal was met."""

    what: str
    figure: float
    unit: str
    beside: str = ""
    goal: str = ""
    met: bool | None = None


def number(value: float) -> str:
    """Return the number as people read it: 12,345 or 67.8 or 0.123."""
    if value >= _SMALL or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.3f}"


def layout(rows: Iterable[Row]) -> str:
    """Return all rows under a heading, in aligned columns."""
    names = [field.name for field in fields(Row)]
    cells = [names, *(_cells(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(names))]
    cells.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(
            cell.rjust(width) if name in _COLUMNS_TO_THE_RIGHT else cell.ljust(width)
            for name, cell, width in zip(names, row, widths, strict=True)
        ).rstrip()
        for row in cells
    )


def _cells(row: Row) -> list[str]:
    met = {True: "yes", False: "NO", None: ""}[row.met]
    return [row.what, number(row.figure), row.unit, row.beside, row.goal, met]
