"""The receipt code: hard to guess, easy to type, and a slip is told apart from an unknown code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import MistypedReceipt
from vault.receipt import ALPHABET, LENGTH, Receipt

codes = st.text(ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1).map(
    lambda body: next(
        parsed
        for check in ALPHABET
        if (parsed := parse_or_none(body + check))  # exactly one check character fits
    )
)


def parse_or_none(text: str) -> Receipt | None:
    try:
        return Receipt.parse(text)
    except MistypedReceipt:
        return None


def test_a_drawn_code_is_six_groups_of_four() -> None:
    groups = Receipt.draw().grouped.split("-")
    assert [len(group) for group in groups] == [4] * 6


def test_drawn_codes_use_all_their_bits() -> None:
    drawn = [Receipt.draw().code for _ in range(3000)]
    assert len(set(drawn)) == len(drawn)
    for position in range(LENGTH):
        assert {code[position] for code in drawn} == set(ALPHABET)


@given(codes, st.sampled_from([" ", "-", "–", "—", "\u00a0", "_", ".", "\t", "\u200b", " - "]))
def test_separators_case_and_look_alikes_do_not_matter(receipt: Receipt, separator: str) -> None:
    typed = receipt.grouped.replace("-", separator).lower()
    typed = typed.replace("0", "o").replace("1", "l")
    assert Receipt.parse(typed) == receipt
    assert Receipt.parse("".join(chr(ord(c) + 0xFEE0) for c in receipt.code)) == receipt


@given(codes, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_a_typo(receipt: Receipt, at: int, other: str) -> None:
    typed = receipt.code[:at] + other + receipt.code[at + 1 :]
    assert (parse_or_none(typed) is None) == (typed != receipt.code)


@given(codes, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_every_swap_of_two_characters_is_a_typo(receipt: Receipt, one: int, two: int) -> None:
    letters = list(receipt.code)
    letters[one], letters[two] = letters[two], letters[one]
    typed = "".join(letters)
    assert (parse_or_none(typed) is None) == (typed != receipt.code)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "length"),
        ("ABCD-EFGH", "length"),
        ("0" * 25, "length"),
        ("0" * 24 + " " * 1000, "length"),
        ("U" * 24, "character"),
        ("đ" * 24, "character"),
        ("0000-0000-0000-0000-0000-000!", "character"),
        ("0" * 23 + "1", "check"),
    ],
)
def test_the_reason_of_a_typo_is_named(typed: str, reason: str) -> None:
    with pytest.raises(MistypedReceipt) as caught:
        Receipt.parse(typed)
    assert caught.value.reason == reason


@given(st.text(max_size=2000))
def test_any_text_is_a_code_or_a_typo(text: str) -> None:
    parse_or_none(text)


@given(codes, codes)
def test_look_up_and_wrapping_keys_differ_between_codes_and_uses(
    one: Receipt, two: Receipt
) -> None:
    assert one.lookup_id != one.wrapping_key
    assert (one.lookup_id == two.lookup_id) == (one == two)


def test_a_code_stays_out_of_reprs() -> None:
    receipt = Receipt.draw()
    assert receipt.code not in repr(receipt)
