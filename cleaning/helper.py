"""The safe end of the pipes to a worker: a hostile file can end the worker, never this process."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import BoundedSemaphore, Timer
from typing import IO, Any, Self

from cleaning.kinds import KINDS, Kind, Recognised
from cleaning.refusal import CleanersBusy, FileRefused, Refusal

#: -I: no folder or variable of ours may lead the worker to other code. -B: it writes no caches.
_COMMAND = (sys.executable, "-I", "-B", "-m", "cleaning.worker")
#: Nothing of this process's environment, which holds secrets. Each arena of malloc would take
#: 64 MiB of the worker's address space, which is limited.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
#: Seconds on the wall, for a machine that is busy; the worker's processor time is limited too.
_SECONDS_TO_RECOGNISE, _SECONDS_TO_CLEAN = 20.0, 60.0
#: Seconds for which a file waits for its turn.
_SECONDS_OF_PATIENCE = 45.0
#: An answer in JSON is far shorter than this, whatever the worker has turned into.
_LONGEST_ANSWER = 1000
#: Each cleaning may take more than a gigabyte and a processor.
_CLEANINGS = BoundedSemaphore(2)


@dataclass(frozen=True)
class Judged:
    """What a whole file is, and its clean copy; no copy where there is no cleaner."""

    kind: Kind
    cleaned: bytes | None


@dataclass(frozen=True)
class Drawn:
    """How many pages a file has, and one of them as a picture; empty where none was asked for."""

    pages: int
    picture: bytes


class Helper:
    """A worker process for one file; a context manager, after which the process is gone.

    Whatever befalls the worker is FileRefused: DAMAGED unless it could still say why.
    """

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603  (a command of ours, without a shell)
            (*_COMMAND, *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback could quote the file
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(BrokenPipeError):
                _pipe(pipe).close()
        self._process.wait()

    def _kill(self) -> None:
        """End the worker and whatever it may have started: a child would keep the pipe open."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def recognise(self, head: bytes) -> Recognised:
        """Return what the first bytes of a file tell. Raises FileRefused."""
        with self._within(_SECONDS_TO_RECOGNISE):
            self._send(len(head), [head])
            answer = self._answer()
            kind = None if answer["kind"] is None else KINDS[answer["kind"]]
            return Recognised(kind, bool(answer["whole"]))

    def clean(self, pieces: Iterable[bytes], size: int, most: int) -> Judged:
        """Return the whole file's kind and its clean copy of at most `most` bytes.

        Waits while others clean. Raises FileRefused, or CleanersBusy after a while.
        """
        with _a_turn(), self._within(_SECONDS_TO_CLEAN):
            self._send(size, pieces)
            answer = self._answer()
            kind, length = KINDS[answer["kind"]], answer["length"]
            if length is None:
                return Judged(kind, None)
            if not length:
                raise EOFError
            return Judged(kind, self._content(int(length), most))

    def draw(self, pieces: Iterable[bytes], size: int, most: int) -> Drawn:
        """Return the page that the arguments named, drawn in at most `most` bytes.

        Waits while others clean or draw. Raises FileRefused, or CleanersBusy after a while.
        """
        with _a_turn(), self._within(_SECONDS_TO_RECOGNISE):
            self._send(size, pieces)
            answer = self._answer()
            return Drawn(int(answer["pages"]), self._content(int(answer["length"]), most))

    def _content(self, length: int, most: int) -> bytes:
        if not 0 <= length <= most:
            raise FileRefused(Refusal.TOO_LARGE)
        content = _pipe(self._process.stdout).read(length)
        if len(content) != length:
            raise EOFError
        return content

    def _send(self, size: int, pieces: Iterable[bytes]) -> None:
        stdin = _pipe(self._process.stdin)
        stdin.write(size.to_bytes(8))
        for piece in pieces:
            stdin.write(piece)
        stdin.flush()

    def _answer(self) -> dict[str, Any]:
        answer = json.loads(_pipe(self._process.stdout).readline(_LONGEST_ANSWER))
        if answer["refusal"] is not None:
            raise FileRefused(Refusal(answer["refusal"]))
        return dict(answer)

    @contextmanager
    def _within(self, seconds: float) -> Iterator[None]:
        """Kill the worker after that long, which ends every wait for it."""
        timer = Timer(seconds, self._kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, EOFError, ValueError, LookupError, TypeError):
            # A pipe that broke, or an answer that is none: the worker was ended or taken over.
            raise FileRefused(Refusal.DAMAGED) from None
        finally:
            timer.cancel()


@contextmanager
def _a_turn() -> Iterator[None]:
    """Wait for one of the few places. Raises CleanersBusy."""
    if not _CLEANINGS.acquire(timeout=_SECONDS_OF_PATIENCE):
        raise CleanersBusy
    try:
        yield
    finally:
        _CLEANINGS.release()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101  (each is asked for in __init__)
    return pipe
