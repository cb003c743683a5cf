"""Known answers: what an earlier release sealed opens, and derivations never change."""

import json
import re
from pathlib import Path

import pytest

from tests.vault.make_vectors import CASE, FILE, ITEM, KEY, SEED, TEXT
from vault import box, item, password, shares, stream
from vault.context import Context, Purpose
from vault.keys import KeyPair
from vault.padding import padme
from vault.receipt import Receipt

VECTORS = json.loads(FILE.read_text(encoding="utf-8"))
FORMAT = Path(__file__).parents[2] / "docs" / "FORMAT.md"


def raw(name: str) -> bytes:
    return bytes.fromhex(VECTORS[name])


def test_the_key_pair_of_a_seed_never_changes() -> None:
    assert KeyPair(SEED).public == raw("public_key")


def test_contexts_never_change() -> None:
    unit = Context(Purpose.CASE_KEY_FOR_UNIT, (CASE, b"thanh-tra", (1).to_bytes(4)))
    assert unit.encode().hex() == VECTORS["contexts"]["box"]
    assert Context(Purpose.CASE_NOTE, (CASE, ITEM)).encode().hex() == VECTORS["contexts"]["item"]


def test_sealed_forms_of_version_one_open() -> None:
    unit = Context(Purpose.CASE_KEY_FOR_UNIT, (CASE, b"thanh-tra", (1).to_bytes(4)))
    assert box.unseal(KeyPair(SEED), unit, box.Box(raw("box"))) == KEY
    note = Context(Purpose.CASE_NOTE, (CASE, ITEM))
    assert item.unseal(KEY, note, item.Item(raw("item"))).decode() == TEXT
    file = Context(Purpose.CASE_FILE, (CASE, ITEM))
    assert b"".join(stream.unseal(KEY, file, [raw("stream")])).decode() == TEXT * 3


@pytest.mark.parametrize("name", ["locked", "locked_today"])
def test_locks_of_version_one_open(name: str) -> None:
    seed = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, (CASE,))
    assert password.unlock(VECTORS["password"], seed, password.Locked(raw(name))) == SEED


def test_receipt_derivations_never_change() -> None:
    receipt = Receipt.parse(VECTORS["receipt"]["code"])
    assert receipt.lookup_id.hex() == VECTORS["receipt"]["lookup_id"]
    assert receipt.wrapping_key.hex() == VECTORS["receipt"]["wrapping_key"]


def test_printed_shares_of_version_one_join() -> None:
    assert shares.join(VECTORS["shares_2_of_3"][1:]) == SEED


def test_padding_sizes_never_change() -> None:
    assert [[length, padme(length)] for length, _ in VECTORS["padme"]] == VECTORS["padme"]


def test_every_purpose_stands_in_the_written_format_and_no_other() -> None:
    section = FORMAT.read_text(encoding="utf-8").split("## 2. Context")[1].split("\n## ")[0]
    written = re.findall(r"^\| `([a-z.-]+)` \|", section, re.MULTILINE)
    assert sorted(written) == sorted(Purpose)
