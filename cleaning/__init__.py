"""Files that strangers send: what they are by content, and a copy without metadata for staff."""

from cleaning.kinds import KINDS, Group, Kind, Limits, NotCleaned
from cleaning.receiving import Received, receive
from cleaning.refusal import CleanersBusy, FileRefused, Refusal
from cleaning.scanner import Infected, Scanner, ScannerUnavailable, scanning

__all__ = [
    "KINDS",
    "CleanersBusy",
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
    "receive",
    "scanning",
]
