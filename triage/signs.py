"""Suggests articles of the Penal Code from a report's text, with the phrases behind them. Pure.

Facts in combination count, not single words: who, what was asked or taken, how much, for what. The
concepts, the patterns and the brakes are rows of rules/indicators.toml. A person decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, Self

from rules.book import Rules
from rules.crime import Combination, Within
from rules.table import last_change
from triage import wording
from triage.lexicon import Hit, Lexicon
from triage.wording import Parts, Vocabulary, Weights
from triage.words import Reading

#: Percent from which an article is named beside the best one.
_BESIDE = 50
#: Many combinations of the same words prove no more than a few: an article gets no more for them.
_MOST = 230
#: Sentences that count as near one another.
_NEAR = 3
#: The strongest article, in ones, and the wording must come to so much together; or the article
#: to so much alone: a plain death threat is one in whatever words.
_BAR, _ALONE = 1.0, 1.5
#: What the wording counts when articles are put in order.
_SHARE = 0.35
#: The wording of an article that nothing was learned about.
_UNHEARD = -3.0
#: Key of the weights for any crime at all.
SUSPICION = "suspicion"


@dataclass(frozen=True, slots=True)
class Scored:
    """An article (crime id) and its score; 1.0 is enough to suspect."""

    article: str
    score: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """Characters `start` to `end` of the text, their concept, and for which articles it counted."""

    start: int
    end: int
    text: str
    concept: str
    vi: str
    en: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signs:
    """What a text suggests: articles, best first, and phrases in the order of the text.

    `amount`: the largest sum that it names, in VND; for routing, so it is not among what is kept.
    "mấy chục triệu" counts as ten million: the least that it can mean.
    """

    suspected: bool
    articles: tuple[Scored, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    amount: int | None = field(default=None, compare=False)

    def grounds_of(self, article: str) -> tuple[tuple[Phrase, tuple[str, ...]], ...]:
        """Return what counted for an article: each concept by its first phrase, and its texts.

        Both stand in the order of the text; a text that differs in capitals alone comes once.
        """
        found: dict[str, tuple[Phrase, dict[str, str]]] = {}
        for each in self.phrases:
            if article in each.articles:
                _, texts = found.setdefault(each.concept, (each, {}))
                texts.setdefault(each.text.lower(), each.text)
        return tuple((phrase, tuple(texts.values())) for phrase, texts in found.values())

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the signs that `to_json` wrote."""
        return cls(
            bool(data["suspected"]),
            tuple(Scored(**each) for each in data["articles"]),
            tuple(
                Phrase(**{**each, "articles": tuple(each["articles"])}) for each in data["phrases"]
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the signs as JSON can write them."""
        return {
            "suspected": self.suspected,
            "articles": [{"article": each.article, "score": each.score} for each in self.articles],
            "phrases": [
                {
                    "start": each.start,
                    "end": each.end,
                    "text": each.text,
                    "concept": each.concept,
                    "vi": each.vi,
                    "en": each.en,
                    "articles": list(each.articles),
                }
                for each in self.phrases
            ],
        }


def find(rules: Rules, text: str, day: date) -> Signs:
    """Return what the text suggests by the rules of that day."""
    return engine(rules, day).find(text)


def reading(rules: Rules, text: str, day: date) -> Reading:
    """Return the words of a text as the rules of that day read them."""
    return engine(rules, day).lexicon.read(text)[0]


def engine(rules: Rules, day: date) -> "Engine":
    """Return what finds signs by the rules of that day.

    It is made once, and again only for other rules or for a day on which some of them change:
    making it takes a second, which no reporter should wait for after midnight.
    """
    return _engine(_since(_Edition(rules.digest, day, rules)))


@dataclass(frozen=True, slots=True)
class _Edition:
    """The rules of a day; equal where files and day are."""

    digest: str
    day: date
    rules: Rules = field(compare=False)


@lru_cache(maxsize=64)
def _since(edition: _Edition) -> _Edition:
    """Return the same rules, of the day since when they have been as they are."""
    rules = edition.rules
    tables = (rules.concepts, rules.patterns, rules.brakes, rules.spellings, rules.wordings)
    return replace(edition, day=last_change(tables, edition.day))


@lru_cache(maxsize=4)
def _engine(edition: _Edition) -> "Engine":
    rules, day = edition.rules, edition.day
    patterns = [
        (row, {each.crime: each.percent for each in row.weights})
        for row in rules.patterns.all_on(day)
    ]
    crimes = {crime for _, weights in patterns for crime in weights}
    brakes = [
        (row, dict.fromkeys(row.crimes or crimes, -row.percent)) for row in rules.brakes.all_on(day)
    ]
    weights = {row.crime or SUSPICION: Weights.from_rule(row) for row in rules.wordings.all_on(day)}
    suspicion = weights.pop(SUSPICION, Weights(0.0, {}))
    return Engine(Lexicon.of(rules, day), [*patterns, *brakes], suspicion, Vocabulary.made(weights))


@dataclass(frozen=True, slots=True)
class Engine:
    """The lexicon, and all combinations with what each adds to articles, or takes from them."""

    lexicon: Lexicon
    combinations: list[tuple[Combination, dict[str, int]]]
    #: What the wording weighs: for suspecting anything at all, and for each article.
    suspicion: Weights
    vocabulary: Vocabulary

    def taught(self, weights: dict[str, Weights]) -> "Engine":
        """Return the same with other weights, by article and, for any at all, SUSPICION."""
        articles = {key: each for key, each in weights.items() if key != SUSPICION}
        return replace(self, suspicion=weights[SUSPICION], vocabulary=Vocabulary.made(articles))

    def find(self, text: str) -> Signs:
        """Return what the text suggests."""
        reading, hits, sums = self.lexicon.read(text)
        amount = max((each.vnd for each in sums), default=None)
        where: dict[str, int] = {}
        for hit in hits:
            where[hit.concept] = where.get(hit.concept, 0) | 1 << reading.sentences[hit.first]
        gained: dict[str, int] = {}
        lost: dict[str, int] = {}
        fired = []
        for combination, weights in self.combinations:
            if any(map(where.keys().isdisjoint, combination.needs)):
                continue  # most, at little cost
            windows = _windows(combination, where)
            if not windows:
                continue
            fired.append((combination, weights, windows))
            for crime, weight in weights.items():
                side = gained if weight > 0 else lost
                side[crime] = side.get(crime, 0) + weight
        scores = {crime: min(_MOST, got) + lost.get(crime, 0) for crime, got in gained.items()}
        parts = wording.parts_of(reading)
        # Without a pattern for it, what speaks against it still does.
        told = max(scores.values(), default=min(lost.values(), default=0)) / 100
        together = told + self.suspicion.weigh(parts)
        if not parts or max(together, told - _ALONE + _BAR) < _BAR:
            return Signs(suspected=False, amount=amount)
        heard = self.vocabulary.judge(parts)
        totals = {
            crime: scores.get(crime, 0) / 100 + _SHARE * heard.get(crime, _UNHEARD)
            for crime in {*scores, *heard}
        }
        best = sorted(totals, key=lambda crime: (-totals[crime], crime))
        named = {crime for crime in best if scores.get(crime, 0) >= _BESIDE} | set(best[:1])
        spoken = self._phrases(text, reading, hits, _spoken_for(fired, named))
        return Signs(
            suspected=True,
            articles=tuple(
                Scored(crime, round(totals[crime], 2)) for crime in best if crime in named
            ),
            phrases=spoken or self._heavy_words(text, reading, parts, best[0]),
            amount=amount,
        )

    def _heavy_words(
        self, text: str, reading: Reading, parts: Parts, article: str
    ) -> tuple[Phrase, ...]:
        """Return the words that weighed most, where no pattern has spoken."""
        found = []
        for first, last in self.suspicion.heaviest(parts):
            start, end = reading.starts[first], reading.ends[last]
            told = (start, end, text[start:end], "wording", "Cách dùng từ", "Wording")
            found.append(Phrase(*told, (article,)))
        return tuple(found)

    def _phrases(
        self, text: str, reading: Reading, hits: list[Hit], spoken: dict[str, dict[str, int]]
    ) -> tuple[Phrase, ...]:
        """Return the phrases that made the named articles: `spoken[concept][article]` sentences."""
        phrases = set()
        for hit in hits:
            if hit.concept not in spoken:
                continue
            articles = tuple(
                article
                for article, sentences in sorted(spoken[hit.concept].items())
                if sentences >> reading.sentences[hit.first] & 1
            )
            if articles:
                start, end = reading.starts[hit.first], reading.ends[hit.last]
                concept = self.lexicon.concepts[hit.concept]
                told = (start, end, text[start:end], concept.id, concept.vi, concept.en)
                phrases.add(Phrase(*told, articles))
        return tuple(sorted(phrases, key=lambda each: (each.start, each.end, each.concept)))


def _windows(combination: Combination, where: dict[str, int]) -> int:
    """Return the sentences, as bits, at which the whole combination stands; 0 for none.

    Within `near`, bit n is the window of sentences n-2 to n. Within `text`, all bits or none.
    """
    windows = -1
    for group in combination.needs:
        found = 0
        for concept in group:
            found |= where.get(concept, 0)
        if not found:
            return 0
        windows &= _spread(found, combination.within)
        if not windows:
            return 0
    for concept in combination.unless:
        if concept in where:
            windows &= ~_spread(where[concept], combination.within)
    return windows


def _spread(sentences: int, within: Within) -> int:
    if within is Within.SENTENCE:
        return sentences
    if within is Within.TEXT:
        return -1
    for _ in range(1, _NEAR):
        sentences |= sentences << 1
    return sentences


def _spoken_for(
    fired: list[tuple[Combination, dict[str, int], int]], named: set[str]
) -> dict[str, dict[str, int]]:
    """Return, for each concept and named article, the sentences in which it counted."""
    spoken: dict[str, dict[str, int]] = {}
    for combination, weights, windows in fired:
        reach = windows
        if combination.within is Within.NEAR:
            for back in range(1, _NEAR):
                reach |= windows >> back
        for concept in (each for group in combination.needs for each in group):
            for crime, weight in weights.items():
                if crime in named and weight > 0:
                    counted = spoken.setdefault(concept, {})
                    counted[crime] = counted.get(crime, 0) | reach
    return spoken
