"""The one error of this room: why a file was not taken."""

from enum import StrEnum


class Refusal(StrEnum):
    """What the reporter is told, in words of their language."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    KIND = "kind"  # not allowed, or nothing we know: programs, pages, archives, noise
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    BOMB = "bomb"  # small to send, huge to open


class FileRefused(Exception):
    """The file was not taken. Carries a reason, and nothing of the file."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


class CleanersBusy(Exception):
    """Other files are being cleaned, and this one has waited long enough: try again later."""
