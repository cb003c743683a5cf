"""Writes vectors.json: `python tests/ledger/make_vectors.py`, run in the checkout's root.

All keys and salts are SHA-256 of the short names in `ledger_kit`, so the file is the same each time
and another implementation can check itself against it.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from ledger_kit import LOG, PROMISE_KEY, WITNESSES, Log, opening, promise_file, tree  # noqa: E402

from ledger.tree import consistency_proof, inclusion_proof, root  # noqa: E402

PATH = HERE / "vectors.json"


def vectors() -> str:
    """Return the file's text."""
    grown, log, one = tree(300), Log(), opening(4)
    found = {
        "keys": {
            "log": {"private": LOG.to_text(), "public": LOG.verifier.to_text()},
            "promise": {"private": PROMISE_KEY.to_text(), "public": PROMISE_KEY.verifier.to_text()},
            "witnesses": [
                {"private": key.to_text(), "public": key.verifier.to_text()} for key in WITNESSES
            ],
        },
        "tree": {
            "leaf_hashes": 'SHA-256("leaf N" in ASCII) for N from 0',
            "roots": {size: root(grown, size).hex() for size in (0, 1, 2, 3, 255, 256, 257, 300)},
            "inclusion": [
                {
                    "index": at,
                    "size": size,
                    "proof": [h.hex() for h in inclusion_proof(grown, at, size)],
                }
                for at, size in ((0, 1), (2, 3), (255, 256), (256, 300), (299, 300))
            ],
            "consistency": [
                {
                    "old": old,
                    "new": new,
                    "proof": [h.hex() for h in consistency_proof(grown, old, new)],
                }
                for old, new in ((1, 2), (3, 257), (256, 300), (257, 300), (300, 300))
            ],
        },
        "entry": {
            "salt": one.salt.hex(),
            "canonical_act": one.act.to_bytes().decode(),
            "leaf_data": one.leaf_data().hex(),
            "leaf_hash": one.leaf().hex(),
        },
        "checkpoint": log.checkpoint(),
        "proof_file": log.file(4).to_text(),
        "promise_file": promise_file(4).to_text(),
    }
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    PATH.write_bytes(vectors().encode())
