"""Files that strangers send: what they are by content, and a copy without metadata for staff."""

from cleaning.helper import Drawn
from cleaning.kinds import KINDS, Group, Kind, Limits, NotCleaned
from cleaning.preview import draw, is_drawable
from cleaning.receiving import Received, receive
from cleaning.refusal import CleanersBusy, FileRefused, Refusal
from cleaning.scanner import Infected, Scanner, ScannerUnavailable, scanning


def works() -> bool:
    """Tell whether files can be looked at here at all: a worker starts and knows a text."""
    try:
        return receive([b"xin chao\n"], Limits(), keep_original=False).kind.suffix == ".txt"
    except FileRefused:
        return False


__all__ = [
    "KINDS",
    "CleanersBusy",
    "Drawn",
    "FileRefused",
    "Group",
    "Infected",
    "Kind",
    "Limits",
    "NotCleaned",
    "Received",
    "Refusal",
    "Scanner",
    "ScannerUnavailable",
    "draw",
    "is_drawable",
    "receive",
    "scanning",
    "works",
]
