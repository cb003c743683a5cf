"""Tables as CSV for spreadsheets: marked as UTF-8, and no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence

#: A cell that begins so is a formula to Excel and LibreOffice, or becomes one (OWASP).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_GUARD = "'"


def safe(cell: str) -> str:
    """Return the cell as text that no spreadsheet takes for a formula."""
    return _GUARD + cell if cell.startswith(_FORMULA) else cell


def bare(cell: str) -> str:
    """Return a cell without what `safe` put before it."""
    return cell[1:] if cell.startswith(_GUARD) and cell[1:].startswith(_FORMULA) else cell


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as a file that Excel in Việt Nam opens as a table."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
