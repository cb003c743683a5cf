"""Cuts a text where phrases begin and end, so that a page can mark them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """Characters next to one another that are all marked, or all not."""

    text: str
    marked: bool


def cut(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Run, ...]:
    """Return the whole text as runs; `spans` may overlap, touch, or lie outside of it."""
    return tuple(_runs(text, spans)) if text else ()


def _runs(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Run]:
    at = 0
    for start, end in _joined(spans, len(text)):
        if at < start:
            yield Run(text[at:start], marked=False)
        yield Run(text[start:end], marked=True)
        at = end
    if at < len(text):
        yield Run(text[at:], marked=False)


def _joined(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Return the spans in order, those that meet as one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        start, end = max(first, 0), min(last, length)
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined
