"""Texts for messages to reporters: those of the rules and of the office, filled from the case."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from records.case import CaseEvent
from records.office import ReplyTemplate
from records.work import Work
from rules.book import Rules
from rules.rows import ANY_KIND
from triage import casebook, promised
from triage.casefile import OpenCase
from triage.dossierkeys import Opener
from triage.standing import Standing

VIETNAMESE, ENGLISH = "vi", "en"
_BRACED = re.compile(r"\{([^{}\n]{1,80})\}")


@dataclass(frozen=True)
class Reply:
    """A text to begin with: `ours` if the office wrote it, else it comes with the rules."""

    id: str
    title: str
    language: str
    text: str
    ours: bool


def offered(
    work: Work, rules: Rules, case: OpenCase, found: Standing, today: date
) -> tuple[Reply, ...]:
    """Return the texts for a message in a case, filled as far as the case tells."""
    values = dict(_values(work, rules, case, found))
    every = (*_of_the_office(work, found.row.unit_code), *_of_the_rules(rules, found, today))
    return tuple(
        Reply(
            each.id,
            each.title,
            each.language,
            fill(rules, each.text, values, each.language, today),
            each.ours,
        )
        for each in every
    )


def _of_the_office(work: Work, unit: str) -> Iterator[Reply]:
    rows = work.session.scalars(
        select(ReplyTemplate)
        .where(or_(ReplyTemplate.unit_code.is_(None), ReplyTemplate.unit_code == unit))
        .order_by(ReplyTemplate.title, ReplyTemplate.id)
    )
    for row in rows:
        yield Reply(row.id.hex, row.title, row.language, row.text, ours=True)


def _of_the_rules(rules: Rules, found: Standing, today: date) -> Iterator[Reply]:
    for row in rules.replies.all_on(today):
        if found.course.kind in row.kinds or ANY_KIND in row.kinds:
            yield Reply(f"{row.id}.vi", row.vi, VIETNAMESE, row.body_vi, ours=False)
            yield Reply(f"{row.id}.en", row.en, ENGLISH, row.body_en, ours=False)


def _values(
    work: Work, rules: Rules, case: OpenCase, found: Standing
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield what the case tells, by placeholder, in both languages.

    Reasons are left to whoever writes: what was written for the file is not for the reporter.
    """
    unit = rules.units.by_id[found.row.unit_code][-1]
    yield "unit", {VIETNAMESE: unit.vi, ENGLISH: unit.en}
    yield "received_on", _day(found.row.arrived_on)
    due = promised.answer_due(work, rules, case.id)
    if due is not None:
        yield "due_on", _day(due.on)
    rows = work.session.execute(
        select(
            CaseEvent.id,
            CaseEvent.kind,
            CaseEvent.happened_on,
            CaseEvent.terms,
            CaseEvent.detail,
            CaseEvent.dossier_id,
        )
        .where(CaseEvent.case_id == case.id, CaseEvent.detail.is_not(None))
        .order_by(CaseEvent.position)
    )
    opener = Opener(case)
    for row in rows:  # the newest decision comes last, and stays
        past = casebook.past_of(row.kind, row.happened_on, row.terms)
        detail = opener.read(row.id, row.detail, row.dossier_id)
        if "decision_number" in detail and "decided_on" in past.terms:
            number = str(detail["decision_number"])
            yield "decision_number", {VIETNAMESE: number, ENGLISH: number}
            yield "decision_on", _day(date.fromisoformat(str(past.terms["decided_on"])))


def _day(day: date) -> Mapping[str, str]:
    return {VIETNAMESE: f"{day:%d/%m/%Y}", ENGLISH: f"{day.day} {day:%B %Y}"}


def fill(
    rules: Rules,
    text: str,
    values: Mapping[str, Mapping[str, str]],
    language: str,
    today: date,
) -> str:
    """Return the text with what is known in place of its braces; the others name what is missing.

    A placeholder is written by its id or by its name in either language.
    """
    known = written(rules, today)

    def filled(match: re.Match[str]) -> str:
        found = known.get(folded(match[1]))
        if found is None:
            return match[0]
        if found in values:
            return values[found][language]
        row = rules.placeholders.on(found, today)
        return "{" + (row.vi if language == VIETNAMESE else row.en) + "}"

    return _BRACED.sub(filled, text)


def unfilled(rules: Rules, text: str, today: date) -> tuple[str, ...]:
    """Return the placeholders that still stand in a text, as they are written there."""
    known = written(rules, today)
    found = (match[0] for match in _BRACED.finditer(text) if folded(match[1]) in known)
    return tuple(dict.fromkeys(found))


def written(rules: Rules, today: date) -> Mapping[str, str]:
    """Return the ids of placeholders by every way to write them."""
    return {
        folded(name): row.id
        for row in rules.placeholders.all_on(today)
        for name in (row.id, row.vi, row.en)
    }


def folded(name: str) -> str:
    """Return the name of a placeholder as it is compared: capitals and spaces do not count."""
    return " ".join(name.casefold().split())
