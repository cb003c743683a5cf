"""What the rules refuse: broken files at load, and questions without an answer."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in one place: file name, key inside it (``table[id].key``), reason."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        """Return the finding as one readable sentence."""
        place = f", at {self.key}" if self.key else ""
        return f"{self.file}{place}: {self.reason}."


class BrokenRules(Exception):
    """The rules cannot be used. Carries every finding; `file`, `key`, `reason` are the first's."""

    def __init__(self, finding: Finding, *others: Finding) -> None:
        self.findings = (finding, *others)
        self.file = finding.file
        self.key = finding.key
        self.reason = finding.reason
        super().__init__("\n".join(str(each) for each in self.findings))


class UnknownRule(LookupError):
    """No row with that id exists in that table, on any day."""

    def __init__(self, table: str, row_id: str) -> None:
        self.table = table
        self.row_id = row_id
        super().__init__(f"there is no {table} {row_id!r} in the rules")


class NotInForce(LookupError):
    """The id is known, but no row of it is in force on that day."""

    def __init__(self, table: str, row_id: str, on: date) -> None:
        self.table = table
        self.row_id = row_id
        self.on = on
        super().__init__(f"{table} {row_id!r} has no row in force on {on.isoformat()}")
