"""Finds where a text has words of its reporter's identity (TC 56(2)). Pure.

The identity and the texts are in memory together once, when it is given; afterwards nobody can
compare them. The work grows with the number of words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage import names
from triage.addresses import Address, is_office
from triage.names import Name
from triage.spans import Kind, Span, joined
from triage.submission import Identity
from triage.wordlist import Words

#: Shorter numbers are everywhere. A telephone number is one with its area code.
_LEAST_DIGITS, _PHONE = 6, range(9, 13)
#: What may stand between two groups of digits of one number.
_BETWEEN_DIGITS = re.compile(r"[ .\-–()/\u00a0]{0,3}")
#: What may come before the digits of a telephone number that never change.
_PREFIXES = ("", "0", "84", "840", "0084", "00840")
#: A piece of a contact that is no everyday word: an address, an account, a nickname.
_PIECE = re.compile(r"[^\s,;()]+")
_ACCOUNT = re.compile(r"\w[@._]\w|[^\W\d_]\d|\d[^\W\d_]")
_LEAST_LETTERS = 8
_MOST_BETWEEN = 3
#: Names in a contact: of kin or friends, who are protected too (TC 47(1)).
_LEAST_NAME = 3


def mentions(identity: Identity, text: str) -> tuple[Span, ...]:
    """Return where the text has words of the identity, in order; no two overlap."""
    words = Words.of(text)
    return Sought.of(identity, (words,)).find(words)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words of a contact in their order."""

    keys: tuple[str, ...]
    spellings: tuple[str, ...]

    def stands(self, words: Words, at: int) -> bool:
        return words.holds(at, self.keys, self.spellings, _MOST_BETWEEN)


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: prepared once for all texts of a case."""

    names: tuple[Name, ...]
    address: Address
    #: Digits that never change, and whether a prefix may stand before them.
    numbers: tuple[tuple[str, bool], ...]
    phrases: dict[str, list[_Phrase]]

    @classmethod
    def of(cls, identity: Identity, texts: Sequence[Words], accused: str = "") -> "Sought":
        """Prepare an identity. `texts` and `accused` tell who else has the same given name."""
        others = Words.of(accused)
        written = names.names_in(identity.name)
        contact = Words.of(identity.contact)
        written += [each for each in _names_of(contact) if not is_office(each)]
        found = (Name.of(each, texts, others) for each in written)
        phrases: dict[str, list[_Phrase]] = {}
        for phrase in _phrases(contact.text):
            phrases.setdefault(phrase.keys[0], []).append(phrase)
        given = (identity.name, identity.address, identity.contact)
        numbers = dict.fromkeys(number for each in given for number in _numbers(Words.of(each)))
        return cls(
            tuple(each for each in found if each is not None),
            Address.of(Words.of(identity.address).text),
            tuple(numbers),
            phrases,
        )

    def find(self, words: Words) -> tuple[Span, ...]:
        """Return where a text has any of it, in order; no two places overlap."""
        return joined(
            Span(*words.place(first, last), kind) for kind, first, last in self._find(words)
        )

    def _find(self, words: Words) -> Iterator[tuple[Kind, int, int]]:
        for name in self.names:
            yield from ((Kind.NAME, *each) for each in name.find(words))
        yield from ((Kind.ADDRESS, *each) for each in self.address.find(words))
        if self.numbers:
            for group in _digits(words):
                yield from ((Kind.NUMBER, *each) for each in self._in_group(words, group))
        if self.phrases:
            for at in words.having(self.phrases):
                for phrase in self.phrases[words.keys[at]]:
                    if phrase.stands(words, at):
                        yield Kind.CONTACT, at, at + len(phrase.keys) - 1

    def _in_group(self, words: Words, group: range) -> Iterator[tuple[int, int]]:
        """Yield the numbers within words of digits that stand side by side."""
        digits = "".join(words.keys[at] for at in group)
        begins, ends, place = {}, {}, 0
        for at in group:
            begins[place] = at
            place += len(words.keys[at])
            ends[place] = at
        for number, is_phone in self.numbers:
            start = digits.find(number)
            while start >= 0:
                last = ends.get(start + len(number))
                for prefix in _PREFIXES if is_phone else _PREFIXES[:1]:
                    first = begins.get(start - len(prefix))
                    if (
                        last is not None
                        and first is not None
                        and digits.startswith(prefix, start - len(prefix))
                    ):
                        yield first, last
                start = digits.find(number, start + 1)


def _digits(words: Words) -> Iterator[range]:
    """Yield the runs of words of digits that can be one number."""
    run: list[int] = []
    for at in (at for at, word in enumerate(words.keys) if word.isdecimal()):
        if run and (at != run[-1] + 1 or not _BETWEEN_DIGITS.fullmatch(words.gap(at))):
            yield range(run[0], run[-1] + 1)
            run = []
        run.append(at)
    if run:
        yield range(run[0], run[-1] + 1)


def _numbers(words: Words) -> Iterator[tuple[str, bool]]:
    """Yield the numbers that somebody gave, without what can be written in other ways."""
    for group in _digits(words):
        digits = "".join(words.keys[at] for at in group)
        if len(digits) < _LEAST_DIGITS:
            continue
        own = digits
        for prefix in ("0084", "84", "0"):
            if digits.startswith(prefix) and len(digits) - len(prefix) >= _PHONE[0] - 1:
                own = digits[len(prefix) :].removeprefix("0") if prefix != "0" else digits[1:]
                break
        yield (own, True) if len(digits) in _PHONE and own != digits else (digits, False)


def _phrases(contact: str) -> Iterator[_Phrase]:
    """Yield the addresses, accounts and nicknames of a contact."""
    for piece in _PIECE.findall(contact):
        piece = piece.strip(".:/_-")  # noqa: PLW2901  (what surrounds it is no part of it)
        local = piece.partition("@")[0]
        for way in dict.fromkeys((piece, local, piece.rpartition("/")[2])):
            words = Words.of(way)
            letters = [each for each in words.keys if not each.isdecimal()]
            if letters and (_ACCOUNT.search(way) or len(letters[0]) >= _LEAST_LETTERS):
                yield _Phrase(tuple(words.keys), tuple(words.spellings()))


def _names_of(contact: Words) -> Iterator[str]:
    """Yield what looks like whole names in a contact."""
    run = list[int]()
    for at in range(len(contact) + 1):
        if at < len(contact) and contact.is_capital(at) and (not run or contact.gap(at) == " "):
            run.append(at)
            continue
        if len(run) >= _LEAST_NAME:
            yield contact.text[contact.starts[run[0]] : contact.ends[run[-1]]]
        run = [at] if at < len(contact) and contact.is_capital(at) else []
