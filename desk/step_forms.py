"""The form of a step, made from what triage says that the step asks for."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import uuid4

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.exceptions import BadRequest
from wtforms import BooleanField, HiddenField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice

from triage.caseacts import Moved, Since
from triage.clock import Refused
from triage.inputs import YES, BadInputs, Entered, Fault
from triage.lifecycle import NotAllowed
from triage.replies import Reply
from triage.stepform import Asked, Shape, Words
from web import forms
from web.i18n import VIETNAMESE, day, word

#: What a form carries besides its fields, and the names of its buttons.
_CONTROLS = frozenset({"csrf_token", "position", "once", "reply", "insert", "edit", "confirmed"})
_ROWS_OF_TEXT = 6
_ROWS_OF_A_LETTER = 14
#: How a day is written by hand, where the browser has no calendar of its own.
_BY_HAND = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


class Sheet(Protocol):
    """What a form is made from: a step of a case, or one of a dossier."""

    @property
    def step(self) -> Any:  # noqa: ANN401  (rules are not for views)
        """The step of the rules."""

    @property
    def fields(self) -> tuple[Asked, ...]:
        """What it asks for."""

    @property
    def position(self) -> int:
        """The newest event of the case or dossier."""


@dataclass(frozen=True)
class Wrong:
    """Why an act was not done, as its page says it."""

    general: tuple[dict[str, str], ...] = ()
    since: tuple[Since, ...] = ()
    code: int = 422


class ActForm(FlaskForm):
    """What every act carries: the newest event it was decided on, and what tells it from others."""

    position = HiddenField()
    once = HiddenField()
    reply = forms.OneOfMany(validate_choice=False)

    def seen(self) -> int:
        """Return the newest event that whoever acts had seen. Raises BadRequest."""
        try:
            return int(self.position.data or "")
        except ValueError:
            raise BadRequest from None


def of(sheet: Sheet, replies: tuple[Reply, ...] = ()) -> ActForm:
    """Return the form of a step, with what was sent; `replies`: what may be put into its text."""
    made: dict[str, Any] = {each.key: _FIELDS[each.shape](each, sheet) for each in sheet.fields}
    form: ActForm = type("StepForm", (ActForm,), made)()
    form.reply.label.text = _("Mẫu văn bản")
    form.reply.choices = [
        SelectChoice("", _("Không dùng mẫu")),
        *(
            SelectChoice(
                each.id, each.title if each.language == VIETNAMESE else f"{each.title} (English)"
            )
            for each in replies
        ),
    ]
    if request.method == "GET":
        form.position.data, form.once.data = str(sheet.position), uuid4().hex
    return form


def shown(form: ActForm, sheet: Sheet) -> list[Field]:
    """Return the fields of the step itself, in their order."""
    return [form[each.key] for each in sheet.fields]


def entered(form: ActForm, sheet: Sheet) -> Entered:
    """Return what was entered, as triage reads it."""
    return {each.key: _value(form[each.key].data, each.shape) for each in sheet.fields}


def _value(data: Any, shape: Shape) -> str | list[str]:  # noqa: ANN401  (what a field holds)
    match shape:
        case Shape.SEVERAL:
            return list(data or ())
        case Shape.YES:
            return YES if data else ""
        case Shape.DAY:
            return as_day(data or "")
        case _:
            return data or ""


def as_day(typed: str) -> str:
    """Return a day as it is kept, whether a browser's calendar or a hand wrote it."""
    found = _BY_HAND.fullmatch(typed.strip())
    return typed if found is None else f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"


def sent() -> list[tuple[str, str]]:
    """Return what was entered, as pairs for hidden fields."""
    pairs = request.form.items(multi=True)
    return [(name, value) for name, value in pairs if name not in _CONTROLS]


def in_words(form: ActForm, sheet: Sheet) -> list[tuple[str, list[str]]]:
    """Return what was entered for people to read: labels and values."""
    said = ((each, _said(form[each.key].data, each)) for each in sheet.fields)
    return [(word(each.label), values) for each, values in said if values]


def _said(data: Any, asked: Asked) -> list[str]:  # noqa: ANN401
    names = {each.value: word(each) for each in asked.options}
    match asked.shape:
        case Shape.SEVERAL:
            return [names.get(each, each) for each in data or ()]
        case Shape.PICK | Shape.ONE:
            return [names.get(data, data)] if data else []
        case Shape.YES:
            return [_("Có")] if data else []
        case _:
            return [data] if data else []


def put_faults(form: ActForm, faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Write what is wrong at its fields; return what belongs to none of them."""
    rest = []
    for fault in faults:
        text = word(fault)
        if fault.key in form and fault.key not in _CONTROLS:
            form[fault.key].errors = [*form[fault.key].errors, text]
        else:
            rest.append({"text": text, "href": "#noi-dung"})
    return rest


def why_not(
    error: Moved | BadInputs | Refused | NotAllowed, form: ActForm, obstacle: NotAllowed | None
) -> Wrong:
    """Return what the page says of an act that was refused; what was typed stays in the form.

    `obstacle`: why the step cannot be taken at all, which the page says by itself.
    """
    match error:
        case Moved():
            form.position.data = str(error.position)
            return Wrong(since=error.since, code=409)
        case BadInputs():
            return Wrong(tuple(put_faults(form, error.faults)))
        case Refused():
            return Wrong(tuple(put_faults(form, [_fault_of(error)])))
        case NotAllowed() if obstacle is not None:
            return Wrong(code=409)
        case NotAllowed():
            return Wrong(({"text": word(error), "href": "#buoc-khac"},), code=409)


def _fault_of(refused: Refused) -> Fault:
    """Return what a clock refused, with its law, as the fault of an input."""
    law = f" ({refused.article})" if refused.article not in {"", "noi_bo"} else ""
    return Fault(refused.key, f"{refused.vi.rstrip('.')}{law}.", f"{refused.en.rstrip('.')}{law}.")


def _common(asked: Asked) -> dict[str, Any]:
    label = word(asked.label)
    if not asked.needed:
        label = _("%(label)s (không bắt buộc)", label=label)
    return {"label": label, "description": "" if asked.hint is None else word(asked.hint)}


def _line(asked: Asked, _sheet: Sheet) -> Field:
    return forms.Text(**_common(asked), render_kw={"autocomplete": "off"})


def _text(asked: Asked, sheet: Sheet) -> Field:
    rows = _ROWS_OF_A_LETTER if sheet.step.tells else _ROWS_OF_TEXT
    return forms.LongText(**_common(asked), render_kw={"params": {"rows": rows}})


def _amount(asked: Asked, sheet: Sheet) -> Field:
    return _figure(asked, sheet, Words("đồng", "VND"))


def _area(asked: Asked, sheet: Sheet) -> Field:
    return _figure(asked, sheet, Words("m²", "m²"))


def _figure(asked: Asked, sheet: Sheet, unit: Words) -> Field:
    label = Words(f"{asked.label.vi} ({unit.vi})", f"{asked.label.en} ({unit.en})")
    return _line(replace(asked, label=label), sheet)


def _day(asked: Asked, _sheet: Sheet) -> Field:
    limits = {"min": asked.first, "max": asked.last}
    shown_limits = {key: each.isoformat() for key, each in limits.items() if each is not None}
    common = _common(asked)
    if asked.first is not None:
        since = _("Không trước ngày %(day)s.", day=day(asked.first))
        common["description"] = f"{common['description']} {since}".strip()
    return forms.Text(**common, render_kw={"type": "date", **shown_limits})


def _pick(asked: Asked, _sheet: Sheet) -> Field:
    nothing = SelectChoice("", _("Chọn"))
    return forms.OneOfMany(**_common(asked), choices=[nothing, *_choices(asked)])


def _one(asked: Asked, _sheet: Sheet) -> Field:
    return forms.OneOf(**_common(asked), choices=_choices(asked))


def _several(asked: Asked, _sheet: Sheet) -> Field:
    return forms.SomeOf(**_common(asked), choices=_choices(asked))


def _yes(asked: Asked, _sheet: Sheet) -> Field:
    return BooleanField(**_common(asked), widget=forms.Tick())


def _choices(asked: Asked) -> list[SelectChoice]:
    return [SelectChoice(each.value, word(each)) for each in asked.options]


_FIELDS: Mapping[Shape, Callable[[Asked, Sheet], Field]] = {
    Shape.LINE: _line,
    Shape.TEXT: _text,
    Shape.DAY: _day,
    Shape.PICK: _pick,
    Shape.ONE: _one,
    Shape.SEVERAL: _several,
    Shape.YES: _yes,
    Shape.AMOUNT: _amount,
    Shape.AREA: _area,
}
