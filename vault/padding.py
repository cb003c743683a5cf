"""Hides lengths: Padmé above a floor of 256 bytes (docs/FORMAT.md section 3)."""

from vault.errors import Damaged

FLOOR = 256
#: Larger things are streams; this keeps one item in memory cheap.
LARGEST_ITEM = 16 * 1024 * 1024
#: Stands between the data and the zeros (ISO/IEC 7816-4), so that data may end in zeros.
MARK = b"\x80"


def padme(length: int) -> int:
    """Return the padded size in bytes for `length` bytes (Nikitin and others, PETS 2019)."""
    if length <= FLOOR:
        return FLOOR
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (length + mask) & ~mask


def pad(data: bytes) -> bytes:
    """Return `data`, the mark and zeros. Raises ValueError above LARGEST_ITEM bytes."""
    if len(data) > LARGEST_ITEM:
        raise ValueError(f"an item holds at most {LARGEST_ITEM} bytes: seal a stream instead")
    return (data + MARK).ljust(padme(len(data) + 1), b"\0")


def unpad(padded: bytes) -> bytes:
    """Return what `pad` was given. Raises Damaged if the form is not exactly that of `pad`."""
    marked = padded.rstrip(b"\0")
    if not marked.endswith(MARK) or len(padded) != padme(len(marked)):
        raise Damaged
    return marked[:-1]
