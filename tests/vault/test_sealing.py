"""Boxes, items and passwords: what goes in comes out, and nothing else opens them."""

import dataclasses
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import box, item, padding, password
from vault.context import Context, Purpose
from vault.errors import (
    Damaged,
    VaultError,
    WrongContext,
    WrongKey,
    WrongPassword,
)
from vault.keys import KeyPair, PublicKey, Seed, new_secret_key, new_seed

ROOT = Path(__file__).parents[2]
CASE_A, CASE_B = b"a" * 16, b"b" * 16
HERE = Context(Purpose.CASE_NOTE, (CASE_A, b"1" * 16))
ELSEWHERE = [
    Context(Purpose.CASE_MESSAGE, (CASE_A, b"1" * 16)),
    Context(Purpose.CASE_NOTE, (CASE_B, b"1" * 16)),
    Context(Purpose.CASE_NOTE, (CASE_A, b"2" * 16)),
    Context(Purpose.CASE_NOTE, (CASE_A + b"1" * 16,)),
    Context(Purpose.CASE_NOTE),
]
CHEAP = password.Cost(memory=32, passes=1, lanes=1)
PAIR, OTHER_PAIR = KeyPair(new_seed()), KeyPair(new_seed())
KEY, OTHER_KEY = new_secret_key(), new_secret_key()


@dataclass(frozen=True)
class SealedForm:
    """One form with its key fixed, so that every form meets every test."""

    seal: Callable[[Context, bytes], bytes]
    unseal: Callable[[Context, bytes], bytes]
    unseal_with_another_key: Callable[[Context, bytes], bytes]


FORMS = {
    "box": SealedForm(
        lambda context, data: box.seal(PAIR.public, context, data),
        lambda context, sealed: box.unseal(PAIR, context, box.Box(sealed)),
        lambda context, sealed: box.unseal(OTHER_PAIR, context, box.Box(sealed)),
    ),
    "item": SealedForm(
        lambda context, data: item.seal(KEY, context, data),
        lambda context, sealed: item.unseal(KEY, context, item.Item(sealed)),
        lambda context, sealed: item.unseal(OTHER_KEY, context, item.Item(sealed)),
    ),
    "password": SealedForm(
        lambda context, data: password.lock("mật khẩu", context, data, CHEAP),
        lambda context, sealed: password.unlock("mật khẩu", context, password.Locked(sealed)),
        lambda context, sealed: password.unlock("mat khau", context, password.Locked(sealed)),
    ),
}
forms = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())


@forms
@given(data=st.one_of(st.binary(max_size=2000), st.just(bytes(300)), st.just(b"\x80" * 9)))
def test_what_was_sealed_comes_back(form: SealedForm, data: bytes) -> None:
    assert form.unseal(HERE, form.seal(HERE, data)) == data


@forms
@given(data=st.binary(min_size=12, max_size=600), flip=st.integers(min_value=0))
def test_any_flipped_bit_is_refused(form: SealedForm, data: bytes, flip: int) -> None:
    sealed = bytearray(form.seal(HERE, data))
    bit = flip % (len(sealed) * 8)
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VaultError):
        form.unseal(HERE, bytes(sealed))


@forms
def test_every_single_flipped_bit_of_the_head_is_refused(form: SealedForm) -> None:
    sealed = form.seal(HERE, b"")
    bits = range(93 * 8) if form is not FORMS["box"] else range(0, 93 * 8, 5)
    for bit in bits:
        damaged = bytearray(sealed)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(VaultError):
            form.unseal(HERE, bytes(damaged))


@forms
@given(cut=st.integers(min_value=0), tail=st.binary(min_size=1, max_size=40))
def test_cut_or_lengthened_bytes_are_refused(form: SealedForm, cut: int, tail: bytes) -> None:
    sealed = form.seal(HERE, b"noi dung")
    with pytest.raises(Damaged):
        form.unseal(HERE, sealed[: cut % len(sealed)])
    with pytest.raises(Damaged):
        form.unseal(HERE, sealed + tail)


@forms
@given(noise=st.binary(max_size=400))
def test_foreign_bytes_are_called_damaged(form: SealedForm, noise: bytes) -> None:
    with pytest.raises(Damaged):
        form.unseal(HERE, noise)


@forms
@pytest.mark.parametrize("context", ELSEWHERE, ids=str)
def test_another_purpose_case_or_item_is_refused_as_such(
    form: SealedForm, context: Context
) -> None:
    sealed = form.seal(HERE, b"bi mat")
    with pytest.raises(WrongContext):
        form.unseal(context, sealed)


@forms
def test_another_key_is_refused_as_such(form: SealedForm) -> None:
    with pytest.raises(WrongKey):
        form.unseal_with_another_key(HERE, form.seal(HERE, b"bi mat"))


@forms
def test_bodies_swapped_between_two_sealings_are_refused(form: SealedForm) -> None:
    one, two = form.seal(HERE, b"mot"), form.seal(HERE, b"hai")
    with pytest.raises(Damaged):
        form.unseal(HERE, one[:84] + two[84:])


@forms
def test_one_form_is_not_read_as_another(form: SealedForm) -> None:
    sealed = form.seal(HERE, b"bi mat")
    for other in FORMS.values():
        if other is not form:
            with pytest.raises(Damaged):
                other.unseal(HERE, sealed)


@forms
def test_sealing_twice_gives_bytes_that_share_nothing(form: SealedForm) -> None:
    one, two = form.seal(HERE, b"nhu nhau"), form.seal(HERE, b"nhu nhau")
    same = [a == b for a, b in zip(one[4:84], two[4:84], strict=True)]
    assert sum(same) < 8


@forms
def test_yes_and_no_and_a_sentence_have_the_same_length(form: SealedForm) -> None:
    answers = [b"", "có".encode(), "không".encode(), b"x" * 255]
    assert len({len(form.seal(HERE, answer)) for answer in answers}) == 1


@forms
def test_errors_carry_no_key_and_no_plaintext(form: SealedForm) -> None:
    sealed = form.seal(HERE, b"TEN NGUOI TO CAO")
    attempts: list[Callable[[], bytes]] = [
        lambda: form.unseal(ELSEWHERE[0], sealed),
        lambda: form.unseal_with_another_key(HERE, sealed),
        lambda: form.unseal(HERE, sealed[:-1]),
    ]
    for attempt in attempts:
        with pytest.raises(VaultError) as caught:
            attempt()
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
        assert "NGUOI" not in repr(caught.value)


def test_key_material_stays_out_of_reprs() -> None:
    assert PAIR.seed.hex() not in repr(PAIR)
    assert repr(bytes(PAIR.seed)) not in repr(PAIR)


@given(st.integers(min_value=0, max_value=1 << 40))
def test_padding_adds_at_most_twelve_percent_above_its_floor(length: int) -> None:
    padded = padding.padme(length)
    assert length <= padded <= max(padding.FLOOR, length * 1.12)
    assert padding.padme(padded) == padded


@given(st.binary(max_size=700))
def test_only_the_one_right_padding_is_taken_off(padded: bytes) -> None:
    """Whatever else comes is refused, even if it was sealed under the right key."""
    try:
        data = padding.unpad(padded)
    except Damaged:
        return
    assert padding.pad(data) == padded


@pytest.mark.parametrize("padded", [b"", bytes(256), b"\x80", b"x" * 256, b"\x80" + bytes(256)])
def test_padding_without_its_mark_or_size_is_refused(padded: bytes) -> None:
    with pytest.raises(Damaged):
        padding.unpad(padded)


def test_an_item_too_large_is_refused_before_anything_is_sealed() -> None:
    with pytest.raises(ValueError, match="seal a stream instead"):
        item.seal(KEY, HERE, bytes(padding.LARGEST_ITEM + 1))


@pytest.mark.parametrize("key", [b"", b"x" * 1215, b"\xff" * 1216, PAIR.public[:1184] + bytes(32)])
def test_a_public_key_that_is_none_is_refused(key: bytes) -> None:
    with pytest.raises(Damaged):
        box.seal(PublicKey(key), HERE, b"")


def test_a_seed_always_gives_the_same_key_pair() -> None:
    again = KeyPair(Seed(bytes(PAIR.seed)))
    assert again.public == PAIR.public
    assert box.unseal(again, HERE, box.seal(PAIR.public, HERE, b"x")) == b"x"


@given(first=st.lists(st.binary(max_size=4), max_size=4), second=st.lists(st.binary(max_size=4)))
def test_different_scopes_never_encode_alike(first: list[bytes], second: list[bytes]) -> None:
    encoded = [Context(Purpose.IDENTITY, tuple(s)).encode() for s in (first, second)]
    assert (encoded[0] == encoded[1]) == (first == second)


def test_two_people_sign_in_at_the_same_time() -> None:
    # A process of its own: if they wait for each other, nothing in this one could be ended.
    program = """
from concurrent.futures import ThreadPoolExecutor
from vault import password
from vault.context import Context, Purpose
here = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, (b"somebody",))
with ThreadPoolExecutor(4) as pool:
    print(len(list(pool.map(lambda one: password.lock(one, here, b"seed"), "abcdefgh"))))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=120, check=True
    )
    assert done.stdout.strip() == b"8"


def test_todays_password_cost_is_the_promised_one() -> None:
    assert dataclasses.astuple(password.TODAY) == (64 * 1024, 3, 4)
    locked = password.lock("một hai ba", HERE, b"seed")
    assert not password.is_outdated(locked)
    assert password.unlock("một hai ba", HERE, locked) == b"seed"


def test_a_cheaper_lock_opens_and_is_reported_for_renewal() -> None:
    assert password.is_outdated(password.lock("x", HERE, b"seed", CHEAP))


@pytest.mark.parametrize(
    "typed",
    [unicodedata.normalize("NFD", "mật khẩu của tôi"), "mật\u00a0khẩu của tôi"],
    ids=["decomposed", "no-break space"],
)
def test_a_password_typed_with_another_keyboard_still_unlocks(typed: str) -> None:
    locked = password.lock("mật khẩu của tôi", HERE, b"seed", CHEAP)
    assert password.unlock(typed, HERE, locked) == b"seed"


def test_a_wrong_password_is_told_apart_from_a_damaged_lock() -> None:
    locked = password.lock("đúng", HERE, b"seed", CHEAP)
    with pytest.raises(WrongPassword):
        password.unlock("sai", HERE, locked)
    with pytest.raises(Damaged):
        password.unlock("đúng", HERE, password.Locked(locked[:-1]))


@pytest.mark.parametrize(
    ("memory", "passes", "lanes"),
    [(1 << 31, 3, 4), (64, 1 << 20, 1), (64, 1, 17), (0, 1, 1), (64, 0, 1), (64, 1, 0), (8, 1, 2)],
)
def test_a_planted_cost_that_would_tire_the_server_is_refused(
    memory: int, passes: int, lanes: int
) -> None:
    locked = bytearray(password.lock("x", HERE, b"seed", CHEAP))
    locked[84:93] = memory.to_bytes(4) + passes.to_bytes(4) + lanes.to_bytes(1)
    with pytest.raises(Damaged):
        password.unlock("x", HERE, password.Locked(bytes(locked)))
