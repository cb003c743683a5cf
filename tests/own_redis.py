"""A Redis of one test's own: a socket file, nothing on disk."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen

import redis

from tests.tools import program


@contextmanager
def serving_redis(folder: Path) -> Iterator[str]:
    """Run a server until the block ends, and yield its address; skip where there is no program."""
    path = program("redis-server", package="redis-server")
    place = folder / "redis.sock"
    options = ("--port", "0", "--unixsocket", str(place), "--save", "", "--appendonly", "no")
    with Popen([path, *options], stdout=DEVNULL) as server:
        url = f"unix://{place}"
        client = redis.from_url(url)
        for _ in range(100):
            try:
                client.ping()
                break
            except redis.RedisError:
                time.sleep(0.05)
        client.close()
        yield url
        server.terminate()
