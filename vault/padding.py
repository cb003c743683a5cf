"""Hides lengths: Padmé above a floor of 256 bytes (docs/FORMAT.md section 3)."""

from vault.errors import DamagedError

FLOOR = 256
#: Larger things are streams; this keeps one item in memory cheap.
LARGEST_ITEM = 16 * 1024 * 1024
_LENGTH = 4


def padme(length: int) -> int:
    """Return the padded size in bytes for `length` bytes (Nikitin and others, PETS 2019)."""
    if length <= FLOOR:
        return FLOOR
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (length + mask) & ~mask


def pad(data: bytes) -> bytes:
    """Return `data` with its length before it and zeros behind it.

    Raises ValueError above LARGEST_ITEM bytes.
    """
    if len(data) > LARGEST_ITEM:
        raise ValueError(f"an item holds at most {LARGEST_ITEM} bytes: seal a stream instead")
    size = padme(_LENGTH + len(data))
    return (len(data).to_bytes(_LENGTH) + data).ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """Return what `pad` was given. Raises DamagedError if the form is not exactly that of `pad`."""
    end = _LENGTH + int.from_bytes(padded[:_LENGTH])
    if len(padded) != padme(end) or any(padded[end:]):
        raise DamagedError
    return padded[_LENGTH:end]
