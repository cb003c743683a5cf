"""Looking at a file without opening it: one page at a time, drawn by a worker."""

from collections.abc import Iterable

from cleaning.helper import Drawn, Helper
from cleaning.kinds import KINDS, PDF, Group

#: Bytes of a file that is held in memory for this, and of what may come of it.
_MOST_BYTES, _MOST_DRAWN = 32 * 1024 * 1024, 16 * 1024 * 1024


def is_drawable(mime: str, size: int) -> bool:
    """Tell whether such a file can be looked at by pages."""
    kind = KINDS.get(mime)
    if kind is None or size > _MOST_BYTES:
        return False
    return kind is PDF or kind.group is Group.IMAGE


def draw(pieces: Iterable[bytes], size: int, mime: str, page: int) -> Drawn:
    """Return how many pages a file has and, unless it is 0, one of them: a PDF's as PNG, else JPEG.

    Raises FileRefused, CleanersBusy, or what `pieces` raises.
    """
    with Helper(mime, str(page)) as helper:
        return helper.draw(pieces, size, _MOST_DRAWN)
