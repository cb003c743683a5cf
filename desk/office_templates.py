"""Texts for replies: what comes with the rules, and what units and administrators add."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from desk import session
from desk.office_forms import SureForm, refuse
from desk.permissions import needs
from desk.roles import unit_name
from triage import templates
from triage.access import Permission
from triage.office import Unfit
from triage.templates import ALL_UNITS, NoSuchTemplate, Wanted
from triage.text import plain
from web import clock
from web.app import parts
from web.forms import LongText, OneOf, OneOfMany, Required, Text, at_most, errors_of

Answer = str | Response | tuple[str, int]
#: All units, as a value that a list can send.
_EVERYBODY = "-"
NAMES = {"vi": _l("Tiếng Việt"), "en": _l("Tiếng Anh")}


class TemplateForm(FlaskForm):
    """One text."""

    unit = OneOfMany(_l("Dùng cho"), validators=[Required(_l("Hãy chọn đơn vị."))])
    language = OneOf(
        _l("Ngôn ngữ"),
        choices=[SelectChoice(code, name) for code, name in NAMES.items()],
        validators=[Required(_l("Hãy chọn ngôn ngữ."))],
    )
    title = Text(
        _l("Tên mẫu"),
        validators=[Required(_l("Hãy đặt tên cho mẫu.")), at_most(templates.LONGEST_TITLE)],
    )
    text = LongText(
        _l("Nội dung"),
        description=_l(
            "Chỗ điền viết trong ngoặc nhọn, ví dụ {Ngày tiếp nhận}; người gửi lời nhắn vẫn sửa "
            "được trước khi gửi."
        ),
        validators=[Required(_l("Hãy viết nội dung.")), at_most(templates.LONGEST_TEXT)],
        render_kw={"rows": 14},
    )

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  (as in Flask-WTF)
        super().__init__(*given, **named)
        self.unit.choices = [
            SelectChoice(code or _EVERYBODY, _name(code))
            for code in templates.units_of(session.insider())
        ]

    @property
    def wanted(self) -> Wanted:
        """What the form asks for; only once it is valid."""
        unit = ALL_UNITS if self.unit.data == _EVERYBODY else self.unit.data
        text = self.text.data.replace("\r\n", "\n").strip()
        return Wanted(unit, self.language.data, plain(self.title.data), text)


def _name(code: str) -> str:
    return _("Mọi đơn vị") if code == ALL_UNITS else unit_name(code)


@needs(Permission.TEMPLATES_EDIT)
def page() -> str:
    """List the texts."""
    return render_template(
        "desk/office/templates.html",
        kept=templates.kept(parts().store, session.insider()),
        released=templates.released(parts().rules, clock.today()),
        name=_name,
        languages=NAMES,
        done="xong" in request.args,
    )


@needs(Permission.TEMPLATES_EDIT)
def new() -> Answer:
    """Write a new text, from one of the rules if one is named."""
    begun = {each.id: each for each in templates.released(parts().rules, clock.today())}
    model = begun.get(request.args.get("tu", ""))
    given = (
        {}
        if model is None
        else {"language": model.language, "title": model.title, "text": model.text}
    )
    return _write(TemplateForm(data=given), None)


@needs(Permission.TEMPLATES_EDIT)
def edit(template_id: UUID) -> Answer:
    """Change a text."""
    try:
        found = templates.one(parts().store, session.insider(), template_id)
    except NoSuchTemplate:
        abort(404)
    given = {
        "unit": found.unit or _EVERYBODY,
        "language": found.language,
        "title": found.title,
        "text": found.text,
    }
    return _write(TemplateForm(data=given), template_id)


def _write(form: TemplateForm, template_id: UUID | None) -> Answer:
    if form.validate_on_submit():
        try:
            templates.write(
                parts().store,
                parts().rules,
                parts().promise_key,
                session.insider(),
                form.wanted,
                template_id,
                clock.today(),
            )
        except NoSuchTemplate:
            abort(404)
        except Unfit as refusal:
            refuse(form, refusal)
        else:
            return redirect(url_for("office.templates", xong=1), 303)
    errors = errors_of(form)
    page = render_template(
        "desk/office/template.html",
        form=form,
        errors=errors,
        is_new=template_id is None,
        placeholders=templates.placeholders(parts().rules, clock.today()),
        back=url_for("office.templates"),
        template_id=template_id,
        sure=SureForm(formdata=None),
    )
    return (page, 422) if errors else page


@needs(Permission.TEMPLATES_EDIT)
def delete(template_id: UUID) -> Answer:
    """Delete a text."""
    try:
        templates.delete(
            parts().store, parts().promise_key, session.insider(), template_id, clock.today()
        )
    except NoSuchTemplate:
        abort(404)
    return redirect(url_for("office.templates", xong=1), 303)
