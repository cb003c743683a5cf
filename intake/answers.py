"""The answers of a draft in words, for the page that checks them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from intake import forms, journey
from intake.journey import Draft, Question
from triage import covering, highlight
from triage.catalogue import Catalogue, Option
from triage.highlight import Run
from triage.spans import Span
from triage.text import plain
from web.i18n import language, word

Row = dict[str, Any]
#: Kept apart from all other answers.
_OF_IDENTITY = frozenset({Question.IDENTITY, Question.CONTACT})
Words = Callable[[Any, Catalogue], Iterator[str]]


def rows(draft: Draft, catalogue: Catalogue) -> list[Row]:
    """Return the rows of a summary list: question, answer, and the link that changes it.

    `covered`: the answer has words of the identity, which are struck through, as staff will not
    read them.
    """
    asked = journey.questions(draft.answers, catalogue)
    said = {question: _said(draft.answers.get(question, {}), catalogue) for question in asked}
    said[Question.FILES] = "\n".join(file.name for file in draft.copies)
    told = journey.submission(draft, catalogue, language())
    spans = covering.spans_of(told, ("" if each in _OF_IDENTITY else said[each] for each in asked))
    return [_row(each, said[each], found) for each, found in zip(asked, spans, strict=True)]


def _row(question: Question, said: str, covered: tuple[Span, ...]) -> Row:
    if question is Question.FILES:
        heading: Any = _("Tệp gửi kèm")
        address = url_for("files.question", sua=1)
    else:
        heading = forms.FORMS[question].heading
        address = url_for("report.question", slug=question, sua=1)
    runs = highlight.cut(said, ((each.start, each.end) for each in covered))
    lines = Markup().join(_run(each) for each in runs)
    return {
        "key": {"text": str(heading)},
        "value": {"html": lines or escape(_("Không trả lời"))},
        "covered": bool(covered),
        "actions": {
            "items": [
                {
                    "href": address,
                    "text": _("Sửa"),
                    "visuallyHiddenText": _("câu: %(question)s", question=heading),
                }
            ]
        },
    }


def _run(run: Run) -> Markup:
    text = escape(run.text).replace("\n", Markup("<br>"))
    return Markup("<del>{}</del>").format(text) if run.marked else text


def _said(given: dict[str, Any], catalogue: Catalogue) -> str:
    """Return the answers to one question, a line for each."""
    return "\n".join(
        plain(words)
        for name, value in given.items()
        if value
        for words in _WORDS.get(name, _as_typed)(value, catalogue)
    )


def _as_typed(value: Any, _catalogue: Catalogue) -> Iterator[str]:  # noqa: ANN401
    yield str(value)


def _picked(options: Callable[[Catalogue], tuple[Option, ...]]) -> Words:
    def words(value: str, catalogue: Catalogue) -> Iterator[str]:
        yield from (word(option) for option in options(catalogue) if option.id == value)

    return words


def _listed(names: Mapping[Any, Any]) -> Words:
    def words(value: str | list[str], _catalogue: Catalogue) -> Iterator[str]:
        chosen = [value] if isinstance(value, str) else value
        yield from (str(names[each]) for each in chosen)

    return words


#: How an answer is said, by the name of its field; others are said as they were typed.
_WORDS: dict[str, Words] = {
    "intent": _picked(Catalogue.intents),
    "category": _picked(Catalogue.categories),
    "ward": _picked(Catalogue.wards),
    "body": _picked(Catalogue.bodies),
    "position": _picked(Catalogue.positions),
    "ongoing": _listed(forms.ONGOING),
    "known_by": _listed(forms.KNOWN_BY),
    "fear": _listed(forms.FEARS),
    "disclosure": _listed(forms.DISCLOSURES),
}
