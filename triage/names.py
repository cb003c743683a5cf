"""The ways in which a person's name is written, and where a text has one of them. Pure.

A whole name counts however it is spelled. Its short forms are syllables of everyday words ("can
đảm", "hoa", "anh hùng"), so they count only where they are written as names.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from triage.wordlist import Words, key, spelled

#: Words that a given name follows when people speak of one another.
_TITLES = frozenset(
    key(
        "anh chị ông bà cô chú bác cậu dì em cháu thầy bạn bé mẹ thím mợ o mệ mạ cụ mr mrs ms"
    ).split()
)
#: How a writer says their own name.
_INTRODUCTIONS = tuple(
    tuple(key(each).split())
    for who in ("tôi", "em", "cháu", "con", "mình")
    for each in (f"{who} là", f"{who} tên", f"{who} tên là", f"tên {who} là")
)
_SEVERAL = re.compile(r"[,;&()/\n]|\s(?:và|va|and)\s", re.IGNORECASE)
#: What may stand between the words of one name: spaces, and what file names have instead.
_BETWEEN = frozenset(("", ".", "-", "–", "_", "·"))
_LONGEST_GAP = 4
#: From so many letters on, a name without spaces ("lethicandam") is no everyday word.
_GLUED = 8
#: Family and given name, without a middle one.
_PAIR = 2
#: Nobody's name has more words.
_MOST_WORDS = 8
#: Family names that are no other word with a capital letter. Before the rest of a name they tell
#: of somebody else: "Trần Thị Hoa" is not Lê Thị Hoa.
_FAMILIES = spelled(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trương đoàn trịnh "
    "lương phùng"
)


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a name; a `short` one must look like a name."""

    keys: tuple[str, ...]
    spellings: tuple[str, ...]
    short: bool
    #: Without the family name.
    rest: bool
    #: Two words as they are spelled; of three, one that was typed without diacritics may have some.
    exact: bool

    def stands(self, words: Words, at: int) -> bool:
        """Tell whether the form begins at that word."""
        last = at + len(self.keys)
        if tuple(words.keys[at:last]) != self.keys:
            return False
        if any(not next_to(words, each) for each in range(at + 1, last)):
            return False
        places = range(at, last)
        if not all(
            words.is_spelled(place, spelling, exact=self.exact)
            for place, spelling in zip(places, self.spellings, strict=True)
        ):
            return False
        return not self.short or all(map(words.is_capital, places))


def next_to(words: Words, at: int) -> bool:
    """Tell whether a word and the one before it can belong to one name."""
    gap = words.gap(at)
    return len(gap) <= _LONGEST_GAP and gap.strip() in _BETWEEN


@dataclass(frozen=True, slots=True)
class Name:
    """A name that is looked for: its forms by their first word, and the given name alone."""

    forms: dict[str, list[_Form]]
    given: tuple[str, str]
    #: The first word.
    family: str
    own: frozenset[str]
    glued: str
    #: The name was typed with diacritics.
    exact: bool
    #: Nobody else of that given name is spoken of.
    alone: bool

    @classmethod
    def of(cls, written: str, texts: Iterable[Words], others: Words) -> "Name | None":
        """Prepare one name; `texts` are all that it is looked for in, `others` names the accused.

        None for a name without a word.
        """
        words = Words.of(written)
        first = 0
        while first < len(words) - 1 and words.keys[first] in _TITLES:
            first += 1
        keys = tuple(words.keys[first:])
        if not keys:
            return None
        spellings = tuple(words.spellings()[first:])
        forms: dict[str, list[_Form]] = {}
        for form in _forms(keys, spellings):
            forms.setdefault(form.keys[0], []).append(form)
        for each in forms.values():
            each.sort(key=lambda form: -len(form.keys))
        glued = "".join(keys) if len(keys) > 1 else ""
        name = cls(
            forms=forms,
            given=(keys[-1], spellings[-1]),
            family=keys[0],
            own=frozenset(keys),
            glued=glued if len(glued) >= _GLUED else "",
            exact=keys != spellings,
            alone=True,
        )
        shared = name._is_another(others) or any(map(name._has_namesake, texts))
        return replace(name, alone=not shared)

    def find(self, words: Words) -> Iterator[tuple[int, int]]:
        """Yield the first and the last word of each place."""
        given = self.given[0]
        for at in words.having({*self.forms, given}):
            for form in self.forms.get(words.keys[at], ()):
                if form.stands(words, at) and not (form.rest and self._of_another(words, at)):
                    yield at, at + len(form.keys) - 1
                    break
            if words.keys[at] == given and self._is_called(words, at):
                yield at, at
        if self.glued and self.glued in words.flat:
            yield from ((at, at) for at, word in enumerate(words.keys) if self.glued in word)

    def _of_another(self, words: Words, at: int) -> bool:
        """Tell whether another family name stands before the rest of a name."""
        for before in range(at - 1, max(0, at - _MOST_WORDS) - 1, -1):
            word = words.keys[before]
            if word == self.family or words.gap(before + 1) != " " or not words.is_capital(before):
                break
            if word not in self.own:
                return word in _FAMILIES and words.is_spelled(before, _FAMILIES[word])
        return False

    def _is_called(self, words: Words, at: int) -> bool:
        """Tell whether the given name alone stands there as one."""
        if not words.is_spelled(at, self.given[1], exact=self.exact):
            return False
        if _signs(words, at):
            return True
        if not words.is_capital(at) or _goes_on(words, at):
            return False
        if any(tuple(words.keys[max(0, at - len(each)) : at]) == each for each in _INTRODUCTIONS):
            return True
        return self.alone and at > 0 and words.keys[at - 1] in _TITLES and next_to(words, at)

    def _is_another(self, others: Words) -> bool:
        """Tell whether the accused, who is named first, has that given name."""
        first = [at for at in range(len(others)) if _begins_name(others, at)][:1]
        if not first:
            return self.given[0] in others.keys
        last = first[0]
        while _goes_on(others, last):
            last += 1
        run = others.keys[first[0] : last + 1]
        return run[-1] == self.given[0] and not self._is_own(run)

    def _has_namesake(self, words: Words) -> bool:
        """Tell whether a text has somebody else's full name that ends in the given name."""
        for at in words.having({self.given[0]}):
            first, least = at, max(0, at - _MOST_WORDS)
            while first > least and _goes_on(words, first - 1) and _begins_name(words, first - 1):
                first -= 1
            if first < at and not self._is_own(words.keys[first : at + 1]):
                return True
        return False

    def _is_own(self, run: list[str]) -> bool:
        return len(run) > 1 and self.own.issuperset(run)


def _forms(keys: tuple[str, ...], spellings: tuple[str, ...]) -> Iterator[_Form]:
    """Yield the ways to write a name of two words or more."""
    count = len(keys)
    exact = keys != spellings
    ways: list[tuple[Sequence[int], bool]] = [
        (range(first, count), count > _PAIR == count - first) for first in range(count - 1)
    ]
    if count > 1:
        ways.append(((count - 1, 0), True))
    if count > _PAIR:
        ways.append(((0, count - 1), True))
    for places, short in ways:
        taken = tuple(keys[at] for at in places), tuple(spellings[at] for at in places)
        rest = places[0] > 0 and places[-1] == count - 1
        yield _Form(*taken, short, rest, exact and len(places) == _PAIR)
    if count > _PAIR:
        for last in (1, len(keys[-1])):  # "L.T.C.Đ", "L.T.C.Đảm"
            initials = (*(each[0] for each in keys[:-1]), keys[-1][:last])
            marks = (*(each[0] for each in spellings[:-1]), spellings[-1][:last])
            yield _Form(initials, marks, short=True, rest=False, exact=False)


def _begins_name(words: Words, at: int) -> bool:
    """Tell whether a word with a capital letter can be of a name: no title, no first of a sentence.

    The first of a sentence can be where another with a capital letter follows right behind.
    """
    if not words.is_capital(at) or words.keys[at] in _TITLES:
        return False
    if at > 0 and words.gap(at).isspace() and "\n" not in words.gap(at):
        return True
    return len(words) == 1 or _goes_on(words, at)


def _goes_on(words: Words, at: int) -> bool:
    """Tell whether another word of a name follows: the given name is a different one then."""
    after = at + 1
    return after < len(words) and words.is_capital(after) and words.gap(after).isspace()


def _signs(words: Words, at: int) -> bool:
    """Tell whether a word is all that the last line of the text has."""
    return at == len(words) - 1 > 0 and "\n" in words.gap(at)


def names_in(written: str) -> list[str]:
    """Return the names that somebody wrote into one field."""
    return [each.strip() for each in _SEVERAL.split(written) if each.strip()]
