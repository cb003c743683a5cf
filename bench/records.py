"""How many acts are durably committed and sequenced per second, and how fast blobs are stored."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from secrets import token_bytes
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import uuid4

from sqlalchemy import insert

from bench.instances import TODAY, Instance, on_postgres, on_sqlite
from bench.scale import Scale
from bench.table import Row, number
from bench.timing import best, elapsed, rate
from ledger.entry import Act, public_leaf
from ledger.tree import leaf_hash
from records.blobs import FolderBlobs
from records.log import LogEntry
from records.work import writing
from triage import logbook, sequencer
from vault import stream
from vault.context import Context, Purpose
from vault.keys import new_secret_key

_DATABASES: dict[str, Callable[[], AbstractContextManager[Instance]]] = {
    "SQLite": on_sqlite,
    "PostgreSQL": on_postgres,
}
_THREADS = (1, 4)
_PAGE = 4096
#: What a sealed opening of an act weighs.
_OPENING_BYTES = 1_576


def commits(scale: Scale) -> Iterator[Row]:
    """Acts logged, one durable transaction each, beside what the disk can do at most."""
    flushes = _flushes(scale)
    yield Row("disk: 4 KiB written and fsynced", flushes, "per second")
    for name, founded in _DATABASES.items():
        with founded() as instance:
            for threads in _THREADS:
                done = _commits(instance, threads, 4 * scale.seconds)
                yield Row(
                    f"durable commits, {name}, {threads} thread{'s' if threads > 1 else ''}",
                    done,
                    "per second",
                    f"{done / flushes:.2f} of the disk's fsyncs",
                )
            sequenced = scale.waiting / best(partial(_sequence, instance, scale.waiting), 2)
            yield Row(
                f"sequencing, {name}, {number(scale.waiting)} waiting",
                sequenced,
                "entries/s",
            )


def _flushes(scale: Scale) -> float:
    with TemporaryDirectory(prefix="dangvan-bench-") as folder:
        descriptor = os.open(Path(folder) / "page", os.O_WRONLY | os.O_CREAT, 0o600)
        page = token_bytes(_PAGE)

        def flush() -> None:
            os.write(descriptor, page)
            os.fsync(descriptor)

        try:
            return rate(flush, scale.seconds)
        finally:
            os.close(descriptor)


def _commits(instance: Instance, threads: int, seconds: float) -> float:
    start = perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        logging = [pool.submit(_log_until, instance, start + seconds) for _ in range(threads)]
        done = sum(each.result() for each in logging)
    return done / (perf_counter() - start)


def _log_until(instance: Instance, end: float) -> int:
    done = 0
    while perf_counter() < end:
        with writing(instance.store) as work:
            act = Act("case.filed", TODAY, str(uuid4()))
            logbook.record(work, act, instance.promise_key)
        done += 1
    return done


def _sequence(instance: Instance, count: int) -> float:
    """Let entries of yesterday wait, and return the seconds it takes to merge them."""
    yesterday = TODAY - timedelta(days=1)
    commitments = [token_bytes(32) for _ in range(count)]
    rows = [
        {
            "leaf": leaf_hash(public_leaf(yesterday, commitment)),
            "day": yesterday,
            "commitment": commitment,
            "opening": token_bytes(_OPENING_BYTES),
        }
        for commitment in commitments
    ]
    with writing(instance.store) as work:
        work.session.execute(insert(LogEntry), rows)
    merged: list[int] = []
    merge = partial(sequencer.sequence, instance.store, instance.settings, TODAY)
    took = elapsed(lambda: merged.extend(merge()))
    assert sum(merged) == count
    return took


def blobs(scale: Scale) -> Iterator[Row]:
    """A sealed file in and out of a folder."""
    key, context = new_secret_key(), Context(Purpose.CASE_FILE, (bytes(16), bytes(16)))
    sealed = list(stream.seal(key, context, [token_bytes(scale.blob_bytes)]))
    size = sum(len(piece) for piece in sealed)
    name, megabytes = uuid4(), number(scale.blob_bytes / 1e6)
    with TemporaryDirectory(prefix="dangvan-bench-") as folder:
        store = FolderBlobs(Path(folder))

        def put() -> float:
            store.delete(name)
            return elapsed(lambda: store.put(name, sealed))

        def get() -> float:
            return elapsed(lambda: sum(len(piece) for piece in store.get(name)))

        for what, action, how in (
            ("put", put, "fsync included"),
            ("get", get, "from the system's cache"),
        ):
            speed = size / best(action, scale.rounds) / 1e6
            yield Row(f"blob {what}, folder, {megabytes} MB", speed, "MB/s", how)
