"""Writes vectors.json: `python -m tests.vault.make_vectors` from the top of the repository.

The sealed bytes are random, so a new run gives other vectors; the file in the repository stays as
it is, because every later release must open it. Run this only for a new version of FORMAT.md.
"""

import json
from pathlib import Path

from vault import box, item, password, shares, stream
from vault.context import Context, Purpose
from vault.keys import KeyPair, SecretKey, Seed
from vault.receipt import Receipt

FILE = Path(__file__).with_name("vectors.json")

CASE = bytes(range(16))
ITEM = bytes(range(16, 32))
SEED = Seed(bytes(range(32)))
KEY = SecretKey(bytes(range(32, 64)))
TEXT = "Tôi xin phản ánh một việc."


def main() -> None:
    pair = KeyPair(SEED)
    unit = Context(Purpose.CASE_KEY_FOR_UNIT, (CASE, b"thanh-tra", (1).to_bytes(4)))
    note = Context(Purpose.CASE_NOTE, (CASE, ITEM))
    file = Context(Purpose.CASE_FILE, (CASE, ITEM))
    seed = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, (CASE,))
    receipt = Receipt.parse("0123-4567-89AB-CDEF-GHJK-MNP8")
    small = password.Cost(memory=64, passes=1, lanes=1)
    vectors = {
        "seed": SEED.hex(),
        "public_key": pair.public.hex(),
        "secret_key": KEY.hex(),
        "text": TEXT,
        "contexts": {"box": unit.encode().hex(), "item": note.encode().hex()},
        "box": box.seal(pair.public, unit, KEY).hex(),
        "item": item.seal(KEY, note, TEXT.encode()).hex(),
        "stream": b"".join(stream.seal(KEY, file, [TEXT.encode() * 3])).hex(),
        "password": "mật khẩu",
        "locked": password.lock("mật khẩu", seed, SEED, small).hex(),
        "locked_today": password.lock("mật khẩu", seed, SEED).hex(),
        "receipt": {
            "code": receipt.grouped,
            "lookup_id": receipt.lookup_id.hex(),
            "wrapping_key": receipt.wrapping_key.hex(),
        },
        "shares_2_of_3": shares.cut(SEED, 2, 3),
        "padme": [[1, 256], [257, 272], [1000, 1024], [65537, 67584], [10**9, 1006632960]],
    }
    FILE.write_text(json.dumps(vectors, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
