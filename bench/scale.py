"""How much each measurement does: in full, or quickly, only to see that all of them run."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Scale:
    """Sizes and times of one run."""

    #: How long one operation is repeated; commits take four times as long, because disks waver.
    seconds: float
    #: How often a stream, a batch or a file is done over; the best time counts.
    rounds: int
    stream_bytes: int
    leaves: int
    batch: int
    waiting: int
    blob_bytes: int
    #: Requests sent at each number of clients.
    requests: int
    #: Bytes of the file that is sent.
    upload: int
    #: Cases whose clocks are made anew.
    cases: int
    #: Cases of the unit whose queue is looked at.
    desk_cases: int


FULL = Scale(
    seconds=1.0,
    rounds=6,
    stream_bytes=1024 * MIB,
    leaves=1_000_000,
    batch=10_000,
    waiting=10_000,
    blob_bytes=50_000_000,
    requests=1_000,
    upload=200 * MIB,
    cases=100_000,
    desk_cases=10_000,
)

QUICK = Scale(
    seconds=0.02,
    rounds=1,
    stream_bytes=2 * MIB,
    leaves=2_000,
    batch=100,
    waiting=50,
    blob_bytes=300_000,
    requests=2,
    upload=2 * MIB,
    cases=300,
    desk_cases=60,
)
