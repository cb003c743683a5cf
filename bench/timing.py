"""Stopwatches. Of several rounds the best counts: what else runs can only make things slower."""

from collections.abc import Callable, Iterable, Iterator
from time import perf_counter

_ROUNDS = 5


def elapsed(action: Callable[[], object], calls: int = 1) -> float:
    """Return the seconds that `calls` calls take."""
    start = perf_counter()
    for _ in range(calls):
        action()
    return perf_counter() - start


def rate(action: Callable[[], object], seconds: float) -> float:
    """Return how often per second `action` can be called, trying for about `seconds`."""
    calls = 1
    while (took := elapsed(action, calls)) < seconds / _ROUNDS / 2:
        calls *= 2
    return calls / min(took, *(elapsed(action, calls) for _ in range(_ROUNDS - 1)))


def best(action: Callable[[], float], rounds: int) -> float:
    """Return the shortest of the times that `action` reports."""
    return min(action() for _ in range(rounds))


class Metered:
    """An iterator that remembers how many seconds were spent in it."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = iter(source)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        start = perf_counter()
        try:
            return next(self._source)
        finally:
            self.seconds += perf_counter() - start
