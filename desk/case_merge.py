"""Joining a case to another on the same matter: choose, compare, confirm."""

from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from wtforms import HiddenField
from wtforms.fields import SelectChoice

from desk import once
from desk.case_steps import Answer, desk
from desk.cases import pages
from desk.permissions import needs
from desk.readings import once as log_once
from desk.step_forms import ActForm
from triage import joining
from triage.access import NoSuchCase, Permission
from triage.caseacts import Moved
from triage.inputs import BadInputs
from triage.joining import Pair
from triage.lifecycle import NotAllowed
from triage.readings import ALIKE
from triage.similar import search
from web import clock, forms
from web.app import parts
from web.i18n import day, word

#: The blueprint of cases, with the views of this module.
__all__ = ["pages"]


class MergeForm(ActForm):
    """Which case, and why."""

    alike = forms.OneOf(validate_choice=False)
    other = forms.Text()
    other_position = HiddenField()
    reason = forms.LongText()

    def __init__(self, case_id: UUID) -> None:
        super().__init__()
        self.alike.label.text = _("Hồ sơ có nội dung giống (không bắt buộc)")
        self.other.label.text = _("Hoặc địa chỉ trang của hồ sơ kia")
        self.other.description = _("Mở hồ sơ kia, chép địa chỉ trên thanh địa chỉ rồi dán vào đây.")
        self.reason.label.text = _("Lý do nhập")
        self.reason.description = _("Lưu niêm phong trong hồ sơ; người gửi không đọc được.")
        self.alike.choices = [
            SelectChoice(
                str(each.case_id),
                _(
                    "%(title)s (nhận ngày %(day)s)",
                    title=each.title.text or _("Chưa có tên"),
                    day=day(each.arrived_on),
                ),
            )
            for each in search(parts().store, desk().person, case_id, clock.today())
        ]

    def seen_of_both(self) -> tuple[int, int]:
        """Return the newest events of the two cases that were seen. Raises BadRequest."""
        try:
            return self.seen(), int(self.other_position.data or "")
        except ValueError:
            raise BadRequest from None

    def chosen(self) -> UUID | None:
        """Return the other case, as it was pasted, else as it was picked."""
        return joining.pasted(self.other.data or self.alike.data or "")


@pages.get("/ho-so/<uuid:case_id>/nhap")
@pages.post("/ho-so/<uuid:case_id>/nhap", endpoint="take_merge")
@needs(Permission.CASE_STEP)
def merge(case_id: UUID) -> Answer:
    """Join a case to another, once both have been seen side by side."""
    taken = once.done(request.form.get("once", ""))
    if taken is not None:
        return redirect(taken, 303)
    found = joining.pair(parts().store, desk(), case_id)
    log_once(ALIKE, case_id)
    form = MergeForm(case_id)
    if request.method == "GET":
        form.position.data, form.once.data = str(found.position), uuid4().hex
    if request.method == "GET" or "edit" in request.form:
        return _page(case_id, form, found)
    other = form.chosen()
    if other is None:
        form.other.errors = [_("Hãy chọn một hồ sơ, hoặc dán địa chỉ trang của hồ sơ kia.")]
    if not (form.reason.data or "").strip():
        form.reason.errors = [_("Hãy ghi lý do nhập.")]
    if other is None or form.reason.errors:
        return _page(case_id, form, found, code=422)
    return _joined(case_id, other, form, found)


def _joined(case_id: UUID, other: UUID, form: MergeForm, found: Pair) -> Answer:
    try:
        both = joining.pair(parts().store, desk(), case_id, other)
        if "confirmed" not in request.form:
            form.other_position.data = str(both.other_position)
            if other != case_id:
                return _side_by_side(form, case_id, other, both)
        return redirect(_join(form, case_id, other), 303)
    except Moved as error:
        if error.case_id == other:
            form.other_position.data = str(error.position)
            return _side_by_side(form, case_id, other, both, error)
        form.position.data = str(error.position)
        return _page(case_id, form, found, error, code=409)
    except (NoSuchCase, BadInputs, NotAllowed) as error:
        form.other.errors = _why_not(error)
        return _page(case_id, form, found, code=409 if isinstance(error, NotAllowed) else 422)


def _join(form: MergeForm, case_id: UUID, other: UUID) -> str:
    """Join the cases, and return where that leads; a form sent twice joins them once."""
    to = url_for("cases.page", case_id=other, da_ghi="case.joined")
    reason, seen = form.reason.data, form.seen_of_both()
    return once.do(
        form.once.data,
        to,
        lambda work: joining.join(work, desk(), case_id, other, reason, seen),
    )


def _why_not(error: NoSuchCase | BadInputs | NotAllowed) -> list[str]:
    match error:
        case BadInputs():
            return [word(each) for each in error.faults]
        case NotAllowed():
            return [word(error)]
        case NoSuchCase():
            return [_("Không có hồ sơ nào như vậy trong các hồ sơ đồng chí được mở.")]


def _side_by_side(
    form: MergeForm, case_id: UUID, other: UUID, both: Pair, moved: Moved | None = None
) -> tuple[str, int]:
    page = render_template(
        "desk/merge-confirm.html",
        case_id=case_id,
        other=other,
        form=form,
        pair=both,
        since=() if moved is None else moved.since,
    )
    return page, 200 if moved is None else 409


def _page(
    case_id: UUID, form: MergeForm, found: Pair, moved: Moved | None = None, code: int = 200
) -> tuple[str, int]:
    page = render_template(
        "desk/merge.html",
        case_id=case_id,
        form=form,
        head=found.head,
        errors=forms.errors_of(form),
        since=() if moved is None else moved.since,
    )
    return page, code
