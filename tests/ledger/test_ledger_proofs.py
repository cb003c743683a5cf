"""Acts, openings, promises and the files a reporter keeps: what they prove, and what they don't."""

import base64
import json
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_kit import (
    COSIGNED_AT,
    DAY,
    LOG,
    ORIGIN,
    PROMISE_KEY,
    WITNESSES,
    Log,
    leaves,
    opening,
    promise_file,
    seed,
)

from ledger.entry import Act, Opening
from ledger.errors import LedgerError, Malformed, NotSigned, ProofRefused, QuorumMissed
from ledger.note import NOTE, Signer, sign
from ledger.promise import open_promise, promise
from ledger.proof import File, verify_promise, verify_proof

KEY, PROMISE = LOG.verifier, PROMISE_KEY.verifier
WITNESS_KEYS = [one.verifier for one in WITNESSES[:2]]
PROOF_FILE = Log().file(4).to_text()
PROMISE_FILE = promise_file(4).to_text()
WORDS = st.from_regex(r"[a-z_]{1,9}(\.[a-z_]{1,9}){0,2}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ACTS = st.builds(
    Act,
    WORDS,
    st.dates(),
    TEXTS,
    st.dictionaries(WORDS, TEXTS).map(lambda pairs: tuple(pairs.items())),
)


def test_an_act_has_the_bytes_the_format_states() -> None:
    act = Act("case.filed", DAY, 'Huế "1"\n', (("unit", "b"), ("channel", "a")))
    assert act.to_bytes().decode() == (
        '{"day":"2026-11-02","detail":{"channel":"a","unit":"b"},'
        '"kind":"case.filed","subject":"Huế \\"1\\"\\n"}'
    )


@given(ACTS, st.binary(min_size=32, max_size=32))
def test_every_opening_is_read_back_as_it_was_written(act: Act, salt: bytes) -> None:
    opened = Opening(salt, act)
    assert Opening.from_bytes(opened.to_bytes()) == opened
    assert hash(opened) == hash(Opening.from_bytes(opened.to_bytes()))


@given(ACTS, st.data())
def test_an_opening_with_a_byte_changed_is_refused_or_another_leaf(
    act: Act, data: st.DataObject
) -> None:
    raw = bytearray(Opening(bytes(32), act).to_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        other = Opening.from_bytes(bytes(raw))
    except LedgerError:
        return
    assert other.leaf() != Opening(bytes(32), act).leaf()


@pytest.mark.parametrize(
    "act",
    [
        "",
        "[]",
        "null",
        "[" * 100_000,
        '{"day":"2026-11-02","detail":{},"kind":"a","subject":5}',
        '{"day":"2026-11-02","detail":{"a":5},"kind":"a","subject":""}',
        '{"day":"2026-11-02","detail":[],"kind":"a","subject":""}',
        '{"day":"2026-11-02","detail":{},"kind":5,"subject":""}',
        '{"day":20261102,"detail":{},"kind":"a","subject":""}',
        '{"day":"20261102","detail":{},"kind":"a","subject":""}',
        '{"day":"2026-02-30","detail":{},"kind":"a","subject":""}',
        '{"day":"2026-11-02","detail":{},"kind":"A","subject":""}',
        '{"day":"2026-11-02","detail":{},"kind":"a..b","subject":""}',
        '{"day":"2026-11-02","detail":{},"kind":"a","subject":"","x":""}',
        '{"day":"2026-11-02","detail":{},"kind":"a","subject":""} ',
        '{"day":"2026-11-02","detail":{},"subject":"","kind":"a"}',
        '{"day":"2026-11-02","detail":{},"kind":"a","subject":"\\u0041"}',
        '{"day":"2026-11-02","detail":{},"kind":"a","subject":"\\ud800"}',
        '{"day":"2026-11-02","detail":{},"kind":"a","kind":"a","subject":""}',
    ],
)
def test_an_opening_has_one_spelling_only(act: str) -> None:
    with pytest.raises(Malformed):
        Opening.from_bytes(bytes(32) + act.encode())


def test_a_salt_is_32_bytes_and_a_day_has_no_hour() -> None:
    act = Act("a", DAY, "")
    with pytest.raises(Malformed):
        Opening(bytes(32), Act("a", DAY, "x" * 2**16)).leaf()
    for length in (0, 31, 33):
        with pytest.raises(Malformed):
            Opening(bytes(length), act).leaf()
    with pytest.raises(Malformed):
        Act("a", datetime(2026, 11, 2, 9, tzinfo=UTC), "")
    for detail in ((("b", "1"), ("b", "2")), (("B", "1"),)):
        with pytest.raises(Malformed):
            Act("a", DAY, "", detail)


def test_the_public_leaf_shows_the_day_and_a_commitment_of_fixed_length() -> None:
    short, long = opening(1), Opening(seed("s"), Act("x", DAY, "y" * 5000))
    assert len(short.leaf_data()) == len(long.leaf_data()) == 43
    assert short.leaf_data()[:11] == b"\x012026-11-02"
    expected = sha256(b"dangvan/1/act\x00" + short.salt + short.act.to_bytes()).digest()
    assert short.leaf_data()[11:] == expected
    assert Opening(seed("other"), short.act).leaf() != short.leaf()


def test_an_openings_content_does_not_show_in_logs_of_errors() -> None:
    assert "case-1" not in repr(opening(1))
    assert "case-1" not in repr(Log().file(1))


def test_a_proof_shows_the_act_its_place_and_who_cosigned() -> None:
    proved = verify_proof(PROOF_FILE, KEY, WITNESS_KEYS, 2)
    assert (proved.act, proved.index) == (opening(4).act, 4)
    assert (proved.checkpoint.origin, proved.checkpoint.size) == (ORIGIN, 11)
    assert [one.time for one in proved.cosignatures] == [COSIGNED_AT] * 2


@pytest.mark.parametrize("size", [1, 2, 3, 8, 11])
def test_every_entry_of_a_log_can_be_proved(size: int) -> None:
    log = Log(size, witnesses=0)
    for index in range(size):
        assert verify_proof(log.file(index).to_text(), KEY).act == opening(index).act


@given(st.sampled_from([PROOF_FILE, PROMISE_FILE]), st.data())
def test_a_file_with_any_character_changed_is_refused(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    char = data.draw(st.characters() | st.sampled_from("A+/=\n\r 0."))
    changed = text[:place] + char + text[place + 1 :]
    if changed == text:
        return
    with pytest.raises(LedgerError):
        check(changed)


@given(st.sampled_from([PROOF_FILE, PROMISE_FILE]), st.data())
def test_a_file_cut_short_is_refused(text: str, data: st.DataObject) -> None:
    with pytest.raises(LedgerError):
        check(text[: data.draw(st.integers(0, len(text) - 1))])


@given(st.text(), st.sampled_from(["", "c2sp.org/tlog-proof@v1\n", "dangvan-promise@v1\nextra "]))
def test_any_file_at_all_is_refused_in_an_orderly_way(text: str, start: int) -> None:
    with pytest.raises(LedgerError):
        check(start + text)


def check(text: str) -> None:
    if text.startswith("dangvan"):
        verify_promise(text, PROMISE)
    else:
        verify_proof(text, KEY, WITNESS_KEYS, 2)


def test_a_change_in_what_a_stranger_signed_changes_nothing_that_is_proved() -> None:
    stranger = PROOF_FILE + "— stranger.example AAAAAAAA\n"
    assert verify_proof(stranger, KEY, WITNESS_KEYS, 2) == verify_proof(
        PROOF_FILE, KEY, WITNESS_KEYS, 2
    )


def test_windows_line_ends_and_other_spellings_are_refused() -> None:
    for text in (PROOF_FILE, PROMISE_FILE):
        with pytest.raises(Malformed, match="Windows"):
            check(text.replace("\n", "\r\n"))
        with pytest.raises(LedgerError):
            check(text.replace("=\n", "\n", 1))
    extra = PROOF_FILE.split("\n")[1]
    wrapped = PROOF_FILE.replace(extra, extra[:80] + "\n" + extra[80:])
    for text in (
        wrapped,
        "\ufeff" + PROOF_FILE,
        PROOF_FILE.replace("index 4", "index 04"),
        PROOF_FILE.replace("index 4", "index -7"),
        PROOF_FILE.replace(extra + "\n", ""),
        PROOF_FILE + "\n",
    ):
        with pytest.raises(LedgerError):
            check(text)


def test_the_opening_of_another_entry_is_refused() -> None:
    with pytest.raises(ProofRefused):
        verify_proof(Log().file(4, opening(5)).to_text(), KEY)
    with pytest.raises(ProofRefused):
        verify_promise(promise_file(4, opening(5)).to_text(), PROMISE)


def test_a_proof_of_another_log_is_refused() -> None:
    other = Log(key=Signer("other.example/log", NOTE, seed("other")))
    with pytest.raises(NotSigned):
        verify_proof(other.file(4).to_text(), KEY)
    taken = Log(size=12).file(4)
    mixed = File(taken.extra, Log().checkpoint(), 4, taken.path)
    with pytest.raises(ProofRefused):
        verify_proof(mixed.to_text(), KEY)


def test_too_few_witnesses_are_refused() -> None:
    with pytest.raises(QuorumMissed, match="3 witnesses"):
        verify_proof(PROOF_FILE, KEY, [one.verifier for one in WITNESSES], 3)


def test_a_promise_is_read_as_one_and_proves_only_itself() -> None:
    act, promised = verify_promise(PROMISE_FILE, PROMISE)
    assert act == opening(4).act
    assert (promised.leaf, promised.merge_by) == (opening(4).leaf(), date(2026, 11, 5))
    assert File.from_text(PROMISE_FILE).index is None
    assert File.from_text(PROOF_FILE).index == 4
    with pytest.raises(ProofRefused, match="promise"):
        verify_proof(PROMISE_FILE, KEY)
    with pytest.raises(ProofRefused, match="proof"):
        verify_promise(PROOF_FILE, PROMISE)


def test_a_promise_has_the_text_the_format_states() -> None:
    note = promise(PROMISE_KEY, leaves(1)[0], DAY, date(2026, 11, 5))
    leaf = base64.b64encode(leaves(1)[0]).decode()
    assert note.startswith(
        f"{ORIGIN}/promise\nday 2026-11-02\nleaf {leaf}\nmerge-by 2026-11-05\n\n— {ORIGIN}/promise "
    )
    assert open_promise(note, PROMISE).leaf == leaves(1)[0]


def test_a_promise_is_signed_by_its_own_key_for_a_later_day() -> None:
    with pytest.raises(Malformed):
        promise(LOG, leaves(1)[0], DAY, DAY)
    with pytest.raises(Malformed):
        promise(PROMISE_KEY, leaves(1)[0], DAY, date(2026, 11, 1))
    with pytest.raises(NotSigned):
        open_promise(promise(PROMISE_KEY, leaves(1)[0], DAY, DAY), KEY)
    with pytest.raises(Malformed):
        open_promise(sign("something else\n", PROMISE_KEY), PROMISE)
    with pytest.raises(Malformed):
        open_promise(promise(PROMISE_KEY, leaves(1)[0], DAY, DAY), WITNESS_KEYS[0])
    other = Signer("other.example/promise", NOTE, PROMISE_KEY.seed)
    text = promise(PROMISE_KEY, leaves(1)[0], DAY, DAY).rpartition("\n\n")[0] + "\n"
    with pytest.raises(Malformed, match="another name"):
        open_promise(sign(text, other), other.verifier)


def test_a_promise_of_another_day_than_its_act_is_refused() -> None:
    act = Opening(seed("d"), Act("case.filed", date(2026, 11, 1), "case"))
    note = promise(PROMISE_KEY, act.leaf(), DAY, DAY)
    with pytest.raises(ProofRefused):
        verify_promise(File(act.to_bytes(), note).to_text(), PROMISE)


def test_the_json_of_an_act_is_what_any_reader_of_json_reads() -> None:
    act = opening(3).act
    read = json.loads(act.to_bytes())
    assert read["detail"] == dict(act.detail)
    assert read["subject"] == "case-3"
