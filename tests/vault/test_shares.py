"""Shares: any k of n give the secret back, and k - 1 of them tell nothing."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shamir_mnemonic import generate_mnemonics
from shamir_mnemonic.share import Share

from vault import shares
from vault.errors import (
    MismatchedShares,
    MistypedShare,
    NotEnoughShares,
    VaultError,
)

secrets = st.binary(min_size=32, max_size=32)


@st.composite
def thresholds(draw: st.DrawFn) -> tuple[int, int]:
    count = draw(st.integers(2, 7))
    return draw(st.integers(2, count)), count


@given(secrets, thresholds(), st.randoms())
def test_any_k_shares_in_any_order_give_the_secret_back(
    secret: bytes, k_of_n: tuple[int, int], rng: random.Random
) -> None:
    needed, count = k_of_n
    words = list(shares.cut(secret, needed, count))
    rng.shuffle(words)
    assert shares.join(words[:needed]) == secret
    assert shares.join([*words, words[0]]) == secret


@given(secrets, thresholds())
def test_fewer_than_k_shares_are_refused_with_how_many_are_missing(
    secret: bytes, k_of_n: tuple[int, int]
) -> None:
    needed, count = k_of_n
    words = shares.cut(secret, needed, count)
    with pytest.raises(NotEnoughShares) as caught:
        shares.join([words[0]] * needed + list(words[: needed - 1]))
    assert (caught.value.have, caught.value.need) == (needed - 1, needed)


def test_one_share_of_two_is_spread_evenly_whatever_the_secret() -> None:
    """With k = 2 a share is one point of a random line: each byte must be uniform (chi-square)."""
    cuts = 200
    for secret in (bytes(32), b"\xff" * 32):
        counts = [0] * 256
        for _ in range(cuts):
            for byte in Share.from_mnemonic(shares.cut(secret, 2, 2)[0]).value:
                counts[byte] += 1
        expected = cuts * 32 / 256
        chi_square = sum((n - expected) ** 2 / expected for n in counts)
        # 255 degrees of freedom: mean 255, standard deviation 22.6; six of them off is 1 in 10^9.
        assert chi_square < 255 + 6 * 22.6


@given(secrets, secrets, thresholds())
def test_shares_of_two_secrets_do_not_mix(one: bytes, two: bytes, k_of_n: tuple[int, int]) -> None:
    needed, count = k_of_n
    mixed = [*shares.cut(one, needed, count)[: needed - 1], shares.cut(two, needed, count)[-1]]
    with pytest.raises(MismatchedShares):
        shares.join(mixed)


@given(secrets, st.integers(0, 32), st.integers(0, 1023))
def test_a_wrong_word_names_the_share_to_read_again(secret: bytes, at: int, pick: int) -> None:
    first, second = shares.cut(secret, 2, 2)
    words = second.split()
    other = Share.from_mnemonic(first).words() if pick % 2 else ["academic"] * 33
    if words[at] == other[at]:
        return
    words[at] = other[at]
    with pytest.raises(MistypedShare) as caught:
        shares.join([first, " ".join(words)])
    assert caught.value.position == 2


@given(st.lists(st.text(max_size=300), max_size=4))
def test_any_text_is_refused_with_a_vault_error(texts: list[str]) -> None:
    with pytest.raises(VaultError):
        shares.join(texts)


def test_shares_cut_by_another_program_in_another_way_are_refused_before_they_cost_time() -> None:
    foreign = [
        generate_mnemonics(1, [(2, 3)], b"k" * 16, iteration_exponent=0)[0],
        generate_mnemonics(1, [(1, 1)], b"k" * 32, iteration_exponent=0)[0],
        generate_mnemonics(1, [(2, 3)], b"k" * 32, iteration_exponent=2)[0],
        generate_mnemonics(1, [(2, 3), (2, 3)], b"k" * 32, iteration_exponent=0)[0],
    ]
    for words in foreign:
        with pytest.raises(MistypedShare):
            shares.join(words)


@pytest.mark.parametrize(("needed", "count"), [(1, 3), (0, 0), (4, 3), (2, 17)])
def test_a_cut_that_one_person_could_open_is_refused(needed: int, count: int) -> None:
    with pytest.raises(ValueError, match="2 <= needed"):
        shares.cut(bytes(32), needed, count)


def test_case_and_spacing_of_the_printed_words_do_not_matter() -> None:
    words = shares.cut(b"k" * 32, 3, 5)
    for trio in combinations(words, 3):
        typed = ["  " + share.upper().replace(" ", "\n  ") for share in trio]
        assert shares.join(typed) == b"k" * 32
