"""The order of the questions, and the half-filled report between them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from triage.casefile import OpenCase
from triage.catalogue import Catalogue, place_of
from triage.submission import Disclosure, Facts, Fear, Identity, StoredFile, Submission

Answers = dict[str, dict[str, Any]]


class Question(StrEnum):
    """The questions in their order; the value stands in the address of the page."""

    KIND = "loai"
    CATEGORY = "linh-vuc"
    STORY = "noi-dung"
    WARD = "dia-ban"
    ORGANISATION = "co-quan"
    PERSON = "nguoi-lien-quan"
    WHEN = "thoi-gian"
    LOSS = "thiet-hai"
    SOURCE = "vi-sao-biet"
    FILES = "tep"
    FEAR = "lo-ngai"
    IDENTITY = "danh-tinh"
    CONTACT = "lien-he"


#: What ordinary feedback is spared: nobody is accused, nothing was taken.
_ONLY_IN_FULL = frozenset(
    {Question.PERSON, Question.WHEN, Question.LOSS, Question.SOURCE, Question.FEAR}
)
_LIGHT_INTENTS = frozenset({"phan_anh", "kien_nghi"})
#: Without these a report cannot be sent.
REQUIRED = (Question.KIND, Question.CATEGORY, Question.STORY)
#: What the short form counts as, until a person reads it.
SHORT_INTENT, SHORT_CATEGORY = "khac", "other"


@dataclass
class Draft:
    """A report that is being written: its case, for which files are sealed already."""

    case: OpenCase
    answers: Answers = field(default_factory=dict)
    files: list[StoredFile] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return {
            "case": self.case.to_json(),
            "answers": self.answers,
            "files": [file.to_json() for file in self.files],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the draft that `to_json` wrote."""
        files = [StoredFile.from_json(file) for file in data["files"]]
        return cls(OpenCase.from_json(data["case"]), dict(data["answers"]), files)

    def answer(self, question: Question, name: str, default: str = "") -> str:
        """Return one answer, `default` if it was not given."""
        return str(self.answers.get(question, {}).get(name) or default)

    @property
    def copies(self) -> list[StoredFile]:
        """The files as the reporter sees them: originals go with their copies."""
        return [file for file in self.files if file.original_of is None]


def questions(answers: Answers, catalogue: Catalogue) -> tuple[Question, ...]:
    """Return the questions that these answers lead to, in their order."""
    light = is_light(answers, catalogue)
    anonymous = answers.get(Question.IDENTITY, {}).get("disclosure") in {
        None,
        Disclosure.ANONYMOUS,
    }
    return tuple(
        question
        for question in Question
        # What has been answered stays: a change of category must not make a danger disappear.
        if not (light and question in _ONLY_IN_FULL and not answers.get(question))
        and not (anonymous and question is Question.CONTACT)
    )


def is_light(answers: Answers, catalogue: Catalogue) -> bool:
    """Tell whether this is ordinary feedback, such as rubbish, roads, slow service."""
    intent = answers.get(Question.KIND, {}).get("intent")
    category = answers.get(Question.CATEGORY, {}).get("category", "")
    return intent in _LIGHT_INTENTS and catalogue.is_ordinary(category)


def after(question: Question, asked: tuple[Question, ...]) -> Question | None:
    """Return the question that follows, None after the last."""
    later = asked[asked.index(question) + 1 :] if question in asked else ()
    return later[0] if later else None


def before(question: Question | None, asked: tuple[Question, ...]) -> Question | None:
    """Return the question that comes before, None before the first; the last one before None."""
    if question is None:
        return asked[-1]
    at = asked.index(question) if question in asked else 0
    return asked[at - 1] if at else None


def missing(answers: Answers) -> Question | None:
    """Return the first question that has to be answered before sending, None if none has."""
    for question in REQUIRED:
        if not answers.get(question):
            return question
    named = answers.get(Question.IDENTITY, {}).get("disclosure") in {
        Disclosure.CONFIDENTIAL,
        Disclosure.NAMED,
    }
    if named and not answers.get(Question.CONTACT, {}).get("name"):
        return Question.CONTACT
    return None


def submission(draft: Draft, catalogue: Catalogue, language: str) -> Submission:
    """Return the report that a draft amounts to; questions no longer asked do not count."""
    asked = set(questions(draft.answers, catalogue))

    def said(question: Question, name: str) -> str:
        return draft.answer(question, name) if question in asked else ""

    facts = Facts(
        **place_of(said(Question.ORGANISATION, "body")),
        organisation=said(Question.ORGANISATION, "organisation"),
        accused=said(Question.PERSON, "accused"),
        position=said(Question.PERSON, "position"),
        when=said(Question.WHEN, "when"),
        ongoing=said(Question.WHEN, "ongoing"),
        money=said(Question.LOSS, "money"),
        land=said(Question.LOSS, "land"),
        known_by=tuple(draft.answers.get(Question.SOURCE, {}).get("known_by") or ())
        if Question.SOURCE in asked
        else (),
        known_note=said(Question.SOURCE, "known_note"),
        fear=Fear(said(Question.FEAR, "fear") or Fear.NONE),
        fear_note=said(Question.FEAR, "fear_note"),
    )
    return Submission(
        intent=draft.answer(Question.KIND, "intent"),
        category=draft.answer(Question.CATEGORY, "category"),
        narrative=draft.answer(Question.STORY, "story"),
        ward=said(Question.WARD, "ward") or None,
        facts=facts,
        identity=_identity(said),
        files=tuple(draft.files),
        language=language,
    )


def short_answers(given: Mapping[str, Any]) -> Answers:
    """Return the answers that the form of one page amounts to."""
    return {
        Question.KIND: {"intent": SHORT_INTENT},
        Question.CATEGORY: {"category": SHORT_CATEGORY},
        Question.STORY: {"story": given["story"]},
        Question.WARD: {"ward": given["ward"]},
        Question.ORGANISATION: {"body": "", "organisation": given["organisation"]},
        Question.FEAR: {"fear": Fear.DANGER if given["danger"] else Fear.NONE},
    }


def _identity(said: Any) -> Identity | None:  # noqa: ANN401  (a function of question and name)
    disclosure = Disclosure(said(Question.IDENTITY, "disclosure") or Disclosure.ANONYMOUS)
    if disclosure is Disclosure.ANONYMOUS:
        return None
    given = {name: said(Question.CONTACT, name) for name in ("name", "address", "contact")}
    return Identity(disclosure, **given)
