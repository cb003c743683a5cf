"""A Redis of one test's own: a socket file, nothing on disk."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen

import pytest
import redis


@contextmanager
def serving_redis(folder: Path) -> Iterator[str]:
    """Run a server until the block ends, and yield its address; skip where there is no program."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server here: apt-get install redis-server")
    place = folder / "redis.sock"
    options = ("--port", "0", "--unixsocket", str(place), "--save", "", "--appendonly", "no")
    with Popen([program, *options], stdout=DEVNULL) as server:
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
