"""Taking in one file: recognised, cleaned in memory or passed on in pieces, never on a disk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from cleaning.helper import Helper
from cleaning.kinds import CONVERTED, Group, Kind, Limits, NotCleaned
from cleaning.refusal import FileRefused, Refusal

#: Bytes that tell what a file is.
_HEAD = 64 * 1024
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Received:
    """A file that was taken.

    `kind` and `content` are those of the copy that staff see. `content` can be read once; it may
    raise FileRefused midway, and the caller then discards what it got. `original` holds the
    untouched file if it was cleaned and the caller asked to keep it; `original_kind` is what came.
    """

    kind: Kind
    not_cleaned: NotCleaned | None
    content: Iterator[bytes]
    original: bytes | None
    original_kind: Kind


def receive(pieces: Iterable[bytes], limits: Limits, *, keep_original: bool) -> Received:
    """Take in a file that arrives in pieces. Raises FileRefused, or what `pieces` raises.

    A file that can be cleaned is held in memory, at most `limits.most_cleaned_bytes` of it; all
    others stream through `content` while they arrive.
    """
    source = _cut(pieces)
    head = next(source, b"")
    if not head:
        raise FileRefused(Refusal.EMPTY)
    with Helper() as helper:
        recognised = helper.recognise(head)
        if recognised.kind is not None:
            _check(recognised.kind, limits)
        if not recognised.needs_whole:
            return _streamed(recognised.kind, NotCleaned.KIND, chain([head], source), limits)
        held, size = [head], len(head)
        for piece in source:
            held.append(piece)
            size += len(piece)
            if size > limits.most_cleaned_bytes:
                rest = chain(_emptying(held), source)
                return _streamed(recognised.kind, NotCleaned.TOO_LARGE, rest, limits)
        if size > min(limits.most_bytes, limits.most_cleaned_bytes):
            return _streamed(recognised.kind, NotCleaned.TOO_LARGE, _emptying(held), limits)
        judged = helper.clean(held, size, limits.most_bytes)
    _check(judged.kind, limits)
    if judged.cleaned is None:
        return _streamed(judged.kind, NotCleaned.KIND, _emptying(held), limits)
    original = b"".join(_emptying(held)) if keep_original else None
    kind = CONVERTED.get(judged.kind, judged.kind)
    return Received(kind, None, iter((judged.cleaned,)), original, judged.kind)


def _cut(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes, none of the pieces empty, the first as long as a head can be."""
    source = iter(pieces)
    head = b""
    while len(head) < _HEAD and (piece := next(source, None)) is not None:
        head += piece
    if head:
        yield head[:_HEAD]
    if len(head) > _HEAD:
        yield head[_HEAD:]
    del head
    yield from (piece for piece in source if piece)


def _emptying(pieces: list[bytes]) -> Iterator[bytes]:
    """Yield the pieces, letting go of each, so that a copy in the making costs no second one."""
    pieces.reverse()
    while pieces:
        yield pieces.pop()


def _check(kind: Kind, limits: Limits) -> None:
    if kind.group not in limits.groups:
        raise FileRefused(Refusal.KIND)


def _streamed(
    kind: Kind | None, why: NotCleaned, pieces: Iterator[bytes], limits: Limits
) -> Received:
    if kind is None:  # it is too large to find out
        raise FileRefused(Refusal.KIND)
    if kind.group is Group.TEXT:  # nothing is hidden in it, once it is known to be text
        return Received(kind, None, _plain(_bounded(pieces, limits.most_bytes)), None, kind)
    if why is NotCleaned.TOO_LARGE and not kind.cleanable:
        why = NotCleaned.KIND
    return Received(kind, why, _bounded(pieces, limits.most_bytes), None, kind)


def _bounded(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise FileRefused(Refusal.TOO_LARGE)
        yield piece


def _plain(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Refuse what only begins as text: all other formats have zero bytes, text has none."""
    first = next(pieces, b"")
    wide = first.startswith(_UTF16_MARKS)
    for piece in chain([first], pieces):
        if not wide and b"\0" in piece:
            raise FileRefused(Refusal.KIND)
        yield piece
