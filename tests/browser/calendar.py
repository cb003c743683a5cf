"""A clock of the pages that can be put forward."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta


class Calendar:
    """Stands in for the clock of the pages."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now, self.ahead = now, timedelta()

    def now(self) -> datetime:
        return self._now() + self.ahead

    @property
    def today(self) -> str:
        return self.now().date().isoformat()

    def in_form(self, days: int) -> str:
        """Return a day from today on as forms take it."""
        return (self.now() + timedelta(days=days)).date().isoformat()

    def in_words(self, days: int = 0) -> str:
        """Return a day from today on as pages write it in Vietnamese."""
        return f"{self.now() + timedelta(days=days):%d/%m/%Y}"

    def until(self, words: str) -> int:
        """Return how many days there are to the first day that words of a page name."""
        found = re.search(r"\d\d/\d\d/\d{4}", words)
        assert found, words
        return (datetime.strptime(found[0], "%d/%m/%Y").date() - self.now().date()).days  # noqa: DTZ007

    def late_in(self, days: int) -> None:
        """Put the clock forward to the last minutes of a day."""
        now = self.now()
        evening = datetime.combine(now.date() + timedelta(days=days), time(23, 50), now.tzinfo)
        self.ahead += evening - now
