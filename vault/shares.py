"""Cutting a secret so that any k of n people must bring theirs: SLIP-39 (FORMAT.md section 8)."""

from collections.abc import Sequence
from typing import NewType

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share

from vault.errors import MismatchedShares, MistypedShare, NotEnoughShares

#: 33 English words, printable; one share alone tells nothing.
Words = NewType("Words", str)

SECRET_SIZE = 32
MOST_SHARES = 16
_LEAST_NEEDED = 2


def cut(secret: bytes, needed: int, count: int) -> tuple[Words, ...]:
    """Cut 32 bytes into `count` shares of which any `needed` give it back.

    Raises ValueError unless 2 <= needed <= count <= 16 and the secret is 32 bytes.
    """
    if not _LEAST_NEEDED <= needed <= count <= MOST_SHARES:
        raise ValueError(f"{needed} of {count}: need 2 <= needed <= count <= {MOST_SHARES}")
    if len(secret) != SECRET_SIZE:
        raise ValueError(f"a secret of {SECRET_SIZE} bytes is needed")
    # No passphrase stands behind the shares, so stretching it would protect nothing: exponent 0.
    (group,) = generate_mnemonics(1, [(needed, count)], secret, iteration_exponent=0)
    return tuple(Words(words) for words in group)


def join(shares: Sequence[str]) -> bytes:
    """Return the 32-byte secret; spare and repeated shares do no harm.

    Raises MistypedShare, MismatchedShares or NotEnoughShares.
    """
    parsed = [_parse(words, position) for position, words in enumerate(shares, start=1)]
    if len({share.common_parameters() for share in parsed}) > 1:
        raise MismatchedShares
    by_index = {share.index: share for share in parsed}
    needed = parsed[0].member_threshold if parsed else _LEAST_NEEDED
    if len(by_index) < needed:
        raise NotEnoughShares(len(by_index), needed)
    chosen = list(by_index.values())[:needed]
    try:
        return bytes(combine_mnemonics([share.mnemonic() for share in chosen]))
    except MnemonicError:
        # The parameters agree, the digest does not: shares of two cuts with the same identifier.
        raise MismatchedShares from None


def _parse(words: str, position: int) -> Share:
    try:
        share = Share.from_mnemonic(" ".join(words.lower().split()))
    except MnemonicError:
        raise MistypedShare(position) from None
    form = (share.group_count, share.iteration_exponent, len(share.value))
    if form != (1, 0, SECRET_SIZE) or share.member_threshold < _LEAST_NEEDED:
        raise MistypedShare(position)  # cut by another program, and perhaps dear to join
    return share
