"""What is being entered, in the sealed session of whoever types it: kept, filed, forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from desk.entry_forms import read_day
from desk.session import insider, own
from triage import admission, entry, evidence
from triage.casefile import OpenCase
from triage.catalogue import place_of
from triage.inputs import BadInputs, Fault
from triage.submission import (
    Disclosure,
    Entry,
    Facts,
    Fear,
    Identity,
    Minutes,
    StoredFile,
    Submission,
)
from web import clock, sealed
from web.app import parts
from web.sealed import Drawers

_DRAFT, _RECEIPT = "entry", "entry_receipt"
#: A working day; what was forgotten does not lie there overnight.
KEPT_HOURS = 12
#: Long enough to print a slip or to read a code out twice.
_SHOWN = timedelta(minutes=30)
_RECORDING = {"yes": True, "no": False}


class NoDraft(Exception):
    """There is nothing to file: it has expired, was given up, or has been filed."""


class CodeNotGiven(Exception):
    """The code of an earlier entry is still shown: it must be given before it is replaced."""


@dataclass
class Draft:
    """An entry under way: its case, for which files are sealed already, and what was typed."""

    case: OpenCase
    answers: dict[str, Any] = field(default_factory=dict)
    files: list[StoredFile] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return {
            "case": self.case.to_json(),
            "answers": self.answers,
            "files": [file.to_json() for file in self.files],
        }

    @property
    def copies(self) -> list[StoredFile]:
        """The files as staff see them: originals go with their copies."""
        return [file for file in self.files if file.original_of is None]


def _opened(drawers: Drawers) -> Draft | None:
    held = drawers.get(own(_DRAFT))
    if held is None:
        return None
    files = [StoredFile.from_json(file) for file in held["files"]]
    return Draft(OpenCase.from_json(held["case"]), held["answers"], files)


def look() -> Draft | None:
    """Return what is being entered, None if nothing is."""
    return _opened(sealed.current().look())


@contextmanager
def changing() -> Iterator[Draft]:
    """Change what is being entered, beginning if nothing is."""
    with sealed.current().changing() as (drawers, _work):
        draft = _opened(drawers) or Draft(admission.new_case())
        yield draft
        drawers.put(own(_DRAFT), draft.to_json(), clock.now() + timedelta(hours=KEPT_HOURS))


def give_up() -> None:
    """Forget what was being entered, and its files."""
    with sealed.current().changing() as (drawers, _work):
        draft = _opened(drawers)
        drawers.empty(own(_DRAFT))
    if draft is not None:
        evidence.drop(parts().store, (file.id for file in draft.files))


def file(case: str, minutes: Minutes | None) -> None:
    """File what was read back under that case. What is sent twice is filed once.

    Draft out, case and receipt in: one transaction. Raises NoDraft, CodeNotGiven, BadInputs.
    """
    today = clock.today()
    with sealed.current().changing() as (drawers, work):
        draft, earlier = _opened(drawers), drawers.get(own(_RECEIPT))
        if earlier is not None and earlier["case"] == case:
            return
        if draft is None or draft.case.id.hex != case:
            raise NoDraft
        if earlier is not None and earlier["code"] is not None:
            raise CodeNotGiven
        told, how = submission(draft, minutes)
        if minutes is None and entry.is_conversation(parts().rules, told.channel, today):
            words = ("Hãy cho biết người gửi đã kiểm tra thế nào.", "Say how it was checked.")
            raise BadInputs([Fault("minutes", *words)])
        done = entry.enter(
            work,
            parts().rules,
            parts().promise_key,
            draft.case,
            told,
            how,
            insider(),
            today,
            hand_over=draft.answers.get("hand_over") == "yes",
        )
        receipt = {
            "code": done.code,
            "kind": done.kind,
            "state": done.state,
            "on": done.received_on.isoformat(),
            "seen": done.seen,
            "case": case,
        }
        drawers.put(own(_RECEIPT), receipt, clock.now() + _SHOWN)
        drawers.empty(own(_DRAFT))


def receipt() -> dict[str, Any] | None:
    """Return what was filed last, as long as it is shown."""
    return sealed.current().look().get(own(_RECEIPT))


def given() -> None:
    """Forget the code: it has been given, and is nowhere now."""
    with sealed.current().changing() as (drawers, _work):
        drawers.empty(own(_RECEIPT))


def submission(draft: Draft, minutes: Minutes | None = None) -> tuple[Submission, Entry]:
    """Return the report that was typed, and how it was taken in."""
    said = {key: value or "" for key, value in draft.answers.items()}

    def text(name: str) -> str:
        return str(said.get(name, ""))

    how = Entry(
        by=insider().id,
        unit=text("office") or min(insider().reads),
        received_on=_before_today(text("received_on")),
        late_because=text("late_because"),
        sender=text("sender"),
        reference=text("reference"),
        recording_agreed=_RECORDING.get(text("recording")),
        minutes=minutes,
        signed=minutes is Minutes.SIGNED or text("signed") == "yes",
    )
    facts = Facts(
        **place_of(text("body")),
        **{
            name: text(name)
            for name in (
                *("organisation", "accused", "position", "when", "ongoing", "money", "land"),
                *("known_note", "fear_note"),
            )
        },
        known_by=tuple(said.get("known_by") or ()),
        fear=Fear(text("fear") or Fear.NONE),
    )
    told = Submission(
        intent=text("intent"),
        category=text("category"),
        narrative=text("story"),
        channel=text("channel"),
        ward=text("ward") or None,
        facts=facts,
        identity=_identity(text("disclosure"), text("name"), text("address"), text("contact")),
        files=tuple(draft.files),
        language=text("language") or "vi",
    )
    return told, how


def _before_today(typed: str) -> date | None:
    day = read_day(typed)
    return None if day == clock.today() else day


def _identity(disclosure: str, name: str, address: str, contact: str) -> Identity | None:
    stand = Disclosure(disclosure or Disclosure.ANONYMOUS)
    return None if stand is Disclosure.ANONYMOUS else Identity(stand, name, address, contact)
