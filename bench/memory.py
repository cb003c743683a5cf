"""A process of its own that seals or opens a stream and tells its peak memory before and after.

`python -m bench.memory seal|open BYTES` prints two numbers of bytes as JSON.
"""

import json
import sys
from pathlib import Path

from bench.scale import MIB
from bench.vault import WORK

_WARM_UP = 4 * MIB


def peak(process: str = "self") -> int:
    """Return the most memory, in bytes, that a process has had resident since it started."""
    # Unlike getrusage, this does not count the process that started it.
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def main(what: str, size: str) -> None:
    """Warm up with a small stream, then do the large one."""
    WORK[what](_WARM_UP)
    before = peak()
    WORK[what](int(size))
    print(json.dumps([before, peak()]))


if __name__ == "__main__":
    main(*sys.argv[1:])
