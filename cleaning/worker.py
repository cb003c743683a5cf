"""The process that opens hostile files: it may compute and answer, and can do nothing else."""

import json
import os
import resource
import sys
from typing import Any

from cleaning.kinds import KINDS, Kind
from cleaning.refusal import FileRefused, Refusal

_GIB = 1024**3
#: Bytes of memory and seconds of processor that one file may cost.
_MEMORY, _SECONDS = 3 * _GIB // 2, 10


def main() -> None:
    """Do with one file what the arguments say: draw a page of it, else judge and clean it."""
    _limit()
    if sys.argv[1:]:
        _draw(*sys.argv[1:])
    else:
        _judge()


def _draw(mime: str, page: str) -> None:
    """Draw one page of a file whose kind is known."""
    try:
        from cleaning import drawing  # noqa: PLC0415  (after the limits are set)

        kind = KINDS[mime]
        drawer = drawing.load_for(kind)
        _shut()
        content = _receive()
        if content is None:
            return
        pages, drawn = drawer(content, kind, int(page))
    except BaseException as error:  # noqa: BLE001  (whatever a parser throws is an answer)
        _answer(refusal=_reason(error))
        return
    _answer(pages=pages, length=len(drawn))
    _send(drawn)


def _judge() -> None:
    """Judge a file: the head comes first, then, unless the pipe ends there, the whole."""
    head = _receive()
    if head is None:
        return
    cleaner: Any = None
    try:
        from cleaning import recognition  # noqa: PLC0415  (after the limits are set)

        cleaner = recognition.load_for(head)
        _shut()
        recognised = recognition.recognise(head)
    except BaseException as error:  # noqa: BLE001  (whatever a parser throws is an answer)
        _answer(refusal=_reason(error))
        return
    _answer(kind=_mime(recognised.kind), whole=recognised.needs_whole)
    content = _receive()
    if content is None:
        return
    try:
        kind, cleaned = cleaner(content, recognised.kind)
    except BaseException as error:  # noqa: BLE001  (as above)
        _answer(refusal=_reason(error))
        return
    _answer(kind=_mime(kind), length=None if cleaned is None else len(cleaned))
    if cleaned is not None:
        _send(cleaned)


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_FSIZE, 0),  # no file can be written
        (resource.RLIMIT_CORE, 0),  # and no crash leaves one
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_NPROC, 0),  # no process and no thread (root is exempt)
    ):
        resource.setrlimit(what, (most, most))


def _shut() -> None:
    """Allow no new descriptor: no file, socket or pipe can be opened any more.

    Everything that parses must have been loaded by now.
    """
    # Not even in the place of one that is closed. The three pipes stay open.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _receive() -> bytes | None:
    """Return the next message, or None at the end of the pipe."""
    size = sys.stdin.buffer.read(8)
    if len(size) < 8:  # noqa: PLR2004  (bytes of the length)
        return None
    content = sys.stdin.buffer.read(int.from_bytes(size))
    return content if len(content) == int.from_bytes(size) else None


def _answer(**members: object) -> None:
    line = json.dumps({"refusal": None, "kind": None} | members)
    _send(line.encode() + b"\n")


def _send(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _mime(kind: Kind | None) -> str | None:
    return None if kind is None else kind.mime


def _reason(error: BaseException) -> str:
    if isinstance(error, FileRefused):
        return error.reason.value
    return (Refusal.BOMB if isinstance(error, MemoryError) else Refusal.DAMAGED).value


if __name__ == "__main__":
    main()
    # Skips the clean-up of C libraries that a hostile file may have left in disorder.
    os._exit(0)
