"""The measurements still run, and print every line; how fast they are is not a test's business."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXPECTED = (
    *("box (HPKE) seal", "box (HPKE) open", "item seal", "item open"),
    *("receipt draw and derive", "shares cut", "shares join", "password lock"),
    *("raw AES-256-GCM", "stream seal", "stream open"),
    *("peak memory, stream seal", "peak memory, stream open"),
    *("inclusion proof at", "consistency proof at"),
    *("tiles read for one inclusion proof", "tiles read for one consistency proof"),
    *("inclusion proof at 2,000 leaves, tiles in", "consistency proof at 2,000 leaves, tiles in"),
    *("append at 2,000 leaves, batches of 100", "append at 2,000 leaves, batches of 1 "),
    "disk: 4 KiB written",
    *("durable commits, SQLite, 1", "durable commits, SQLite, 4", "sequencing, SQLite"),
    *("durable commits, PostgreSQL, 1", "durable commits, PostgreSQL, 4"),
    "sequencing, PostgreSQL",
    *("blob put", "blob get"),
    *(
        f"{what}, {database}, {clients} client"
        for database in ("SQLite", "PostgreSQL")
        for what in ("filings", "receipt openings")
        for clients in ("1", "4", "16", "64")
    ),
    *("raw AES-256-GCM beside", "upload of 2 MiB", "peak memory of the server"),
    "download, sealed file to plaintext",
    *(
        f"clocks of 300 cases {what}, {database}"
        for database in ("SQLite", "PostgreSQL")
        for what in ("made", "unchanged", "after a new holiday")
    ),
    *(
        f"{what} among 60 cases, {database}"
        for database in ("SQLite", "PostgreSQL")
        for what in ("queue page, its size", "queue page", "queue, one bucket", "case page")
    ),
    *(
        f"{name}: {what}"
        for name in (
            "dev",
            *(f"variants-{number}" for number in range(1, 6)),
            "dev, wording of the other sets",
        )
        for what in ("precision", "recall", "first article")
    ),
    "five papers, no evidence",
    "five papers, 30 pieces of evidence, 10,000 characters",
    "package, 2 MiB of evidence",
    "signs of crime in 2,000 characters",
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_quick_run_prints_every_line() -> None:
    done = run("--quick")
    assert done.returncode == 0, done.stderr
    heading, _, *lines = done.stdout.splitlines()
    assert heading.split() == ["what", "figure", "unit", "beside", "goal", "met"]
    assert len(lines) == len(EXPECTED)
    assert all(any(line.startswith(what) for line in lines) for what in EXPECTED)


def test_a_name_that_is_not_measured_is_refused_with_those_that_are() -> None:
    done = run("speed")
    assert done.returncode != 0
    assert "'streams'" in done.stderr
