"""Covers the words of an identity in its case, while both are in memory (TC 56(2)). Pure.

What staff read, and all that is ever handed over, holds a marker in their place. The words
themselves are sealed with the identity, under its key, and come back when it is released.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from triage.mentions import Sought
from triage.signs import Signs
from triage.spans import COVERED, Span, moved, strike
from triage.submission import Identity, StoredFile, Submission
from triage.wordlist import Words

#: Facts that people wrote, and not codes.
WRITTEN = ("organisation", "accused", "when", "money", "land", "known_note", "fear_note")


#: Keys, identifiers, days and codes of rules/ are nobody's words.
_KEY = re.compile(r"[0-9a-f]{32,}|\d{4}-\d\d-\d\d|[a-z]+(?:_[a-z0-9]+)+")


@dataclass(frozen=True)
class Cover:
    """What covers one identity; `originals` are the texts that it changed, by where they stood."""

    sought: Sought
    originals: dict[str, str] = field(default_factory=dict)
    #: What was found before: a narrative is looked at more than once.
    found: dict[str, tuple[Span, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, identity: Identity, texts: Iterable[str], accused: str) -> "Cover":
        """Prepare it. All `texts` of the case tell who else has the same given name."""
        read = {each: Words.of(each) for each in texts}
        sought = Sought.of(identity, [*read.values()], accused)
        return cls(sought, found={text: sought.find(words) for text, words in read.items()})

    def spans(self, text: str) -> tuple[Span, ...]:
        """Return what of a text is covered."""
        if text not in self.found:
            self.found[text] = self.sought.find(Words.of(text))
        return self.found[text]

    def text(self, place: str, text: str) -> str:
        """Return a text with its mentions covered."""
        spans = self.spans(text)
        if not spans:
            return text
        self.originals[place] = text
        return strike(text, spans, COVERED)

    def file(self, file: StoredFile) -> StoredFile:
        """Return a file whose name tells nobody's."""
        stem, dot, suffix = file.name.rpartition(".")
        if not dot:
            stem, suffix = file.name, ""
        covered = self.text(f"file.{file.id.hex}", stem)
        return file if covered == stem else replace(file, name=f"{covered}{dot}{suffix}")

    def facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return facts with the written ones covered."""
        return {
            name: self.text(f"facts.{name}", value) if name in WRITTEN else value
            for name, value in facts.items()
        }

    def everything(self, place: str, data: Any) -> Any:  # noqa: ANN401  (whatever JSON holds)
        """Return the detail of a step with every text in it covered."""
        if isinstance(data, str):
            return data if _KEY.fullmatch(data) else self.text(place, data)
        if isinstance(data, list):
            return [self.everything(f"{place}.{at}", each) for at, each in enumerate(data)]
        if isinstance(data, dict):
            return {name: self.everything(f"{place}.{name}", each) for name, each in data.items()}
        return data


def spans_of(told: Submission, texts: Iterable[str]) -> tuple[tuple[Span, ...], ...]:
    """Return what of these texts will be covered when the report is filed, for its last check."""
    cover = _cover_of(told)
    return tuple(() if cover is None else cover.spans(each) for each in texts)


def _cover_of(told: Submission) -> Cover | None:
    if told.identity is None:
        return None
    facts = (getattr(told.facts, name) for name in WRITTEN if name != "accused")
    return Cover.of(told.identity, (told.narrative, *facts), told.facts.accused)


def covered(told: Submission, signs: Signs) -> tuple[Submission, Signs]:
    """Return a report, and the signs that were found in it, without words of its identity."""
    cover = _cover_of(told)
    if cover is None or told.identity is None:
        return told, signs
    phrases = covered_signs(signs, cover, told.narrative, told.facts.money)
    facts = {name: getattr(told.facts, name) for name in WRITTEN}
    told = replace(
        told,
        narrative=cover.text("narrative", told.narrative),
        facts=replace(told.facts, **cover.facts(facts)),
        files=tuple(map(cover.file, told.files)),
        entry=told.entry
        and replace(
            told.entry,
            late_because=cover.text("entry.late_because", told.entry.late_because),
            sender=cover.text("entry.sender", told.entry.sender),
            reference=cover.text("entry.reference", told.entry.reference),
        ),
        identity=replace(told.identity, originals=cover.originals),
    )
    return told, phrases


def covered_signs(signs: Signs, cover: Cover, narrative: str, money: str) -> Signs:
    """Return the signs with their phrases where they stand once the text is covered.

    They were found in the narrative, a new line, the money; those in a covered place are left out.
    """
    behind = len(narrative) + 1
    spans = [*cover.spans(narrative)]
    spans += [
        Span(each.start + behind, each.end + behind, each.kind) for each in cover.spans(money)
    ]
    if not spans:
        return signs
    phrases = tuple(
        replace(each, start=moved(each.start, spans, COVERED), end=moved(each.end, spans, COVERED))
        for each in signs.phrases
        if all(each.end <= span.start or span.end <= each.start for span in spans)
    )
    return replace(signs, phrases=phrases)
