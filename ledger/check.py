"""Checks Merkle proofs with nothing but hashes in hand (RFC 9162 section 2.1)."""

from collections.abc import Sequence

from ledger.errors import ProofRefused
from ledger.tree import EMPTY_ROOT, HASH_BYTES, Hash, node_hash


def verify_inclusion(leaf: Hash, index: int, size: int, proof: Sequence[Hash], root: Hash) -> None:
    """Raise `ProofRefused` unless leaf `index` of the tree is `leaf` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofRefused(f"A tree of {size} leaves has no leaf {index}.")
    _, found = _climb(index, size - 1, leaf, proof)
    if found != root:
        raise ProofRefused("The hashes do not lead from this entry to the log's root.")


def verify_consistency(
    old_size: int, old_root: Hash, new_size: int, new_root: Hash, proof: Sequence[Hash]
) -> None:
    """Raise `ProofRefused` unless the new tree begins with all of the old (RFC 9162 2.1.4.2)."""
    if not 0 <= old_size <= new_size:
        raise ProofRefused(f"A tree of {new_size} leaves did not grow from one of {old_size}.")
    if any(
        not size and root != EMPTY_ROOT
        for size, root in ((old_size, old_root), (new_size, new_root))
    ):
        raise ProofRefused("An empty tree has another root.")
    if old_size in {0, new_size}:
        if proof or (old_size and old_root != new_root):
            raise ProofRefused("Trees of the same size, or an empty one, need no hashes.")
        return
    whole_tree = not old_size & (old_size - 1)
    path = [old_root, *proof] if whole_tree else list(proof)
    if not path:
        raise ProofRefused("The proof has no hashes.")
    # Climb from the root of the old tree's last whole part: its height is the zeros of old_size.
    height = (old_size & -old_size).bit_length() - 1
    found = _climb((old_size - 1) >> height, (new_size - 1) >> height, path[0], path[1:])
    if found != (old_root, new_root):
        raise ProofRefused("The newer tree does not begin with all leaves of the older one.")


def _climb(at: int, last: int, start: Hash, path: Sequence[Hash]) -> tuple[Hash, Hash]:
    """Return the roots over the left siblings only, and over all, above node `at` of `last`."""
    old = new = start
    for sibling in path:
        if not last:
            raise ProofRefused("The proof has too many hashes.")
        if len(sibling) != HASH_BYTES:
            raise ProofRefused("A hash of the proof is not 32 bytes long.")
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while at and not at & 1:  # the right edge has no sibling on these levels
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofRefused("The proof has too few hashes.")
    return old, new
