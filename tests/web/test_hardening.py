"""A crash leaves no plaintext behind, and no neighbour reads it out of the server's memory."""

import subprocess
import sys

PROBE = """
import ctypes, resource
from web.hardening import close_memory
close_memory()
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), *resource.getrlimit(resource.RLIMIT_CORE))
"""


def test_the_memory_of_a_server_is_closed_to_dumps_and_to_others() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "0", "0"]
