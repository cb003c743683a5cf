"""Files that staff add to a case: minutes, scans of decisions, what the verification gathers."""

from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField

from desk import once, words
from desk.case_merge import pages
from desk.case_steps import Answer, desk
from desk.permissions import needs
from triage import attaching, evidence
from triage.access import Permission
from triage.attaching import Place
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from web import file_form, forms, limits, sealed, uploads
from web.app import parts
from web.file_form import FilesForm, Sent
from web.i18n import word

#: The blueprint of cases, with the views of this module.
__all__ = ["pages"]


class AttachForm(FilesForm):
    """The files, what they are, and whether the reporter may see them."""

    once = HiddenField()
    text = forms.LongText(render_kw={"params": {"rows": 3}})
    shown = BooleanField(widget=forms.Tick())

    def __init__(self, fields: MultiDict[str, str] | None = None) -> None:
        super().__init__(fields)
        self.text.label.text = _("Mô tả ngắn")
        self.text.description = _(
            "Ví dụ: Biên bản làm việc ngày 12/10/2026. Lưu niêm phong trong hồ sơ; người gửi không "
            "đọc được."
        )
        self.shown.label.text = _("Người gửi xem được trong hộp thư")
        self.shown.description = _(
            "Không chọn thì chỉ cán bộ của hồ sơ thấy tệp. Đã chọn thì không thu lại được; tệp và "
            "tên tệp không được nêu người đang xử lý, người cung cấp."
        )


@pages.get("/ho-so/<uuid:case_id>/them-tep")
@pages.post("/ho-so/<uuid:case_id>/them-tep", endpoint="send_files")
@uploads.reads_its_own_form
@limits.scope(limits.Scope.UPLOAD)
@needs(Permission.CASE_STEP)
def attach(case_id: UUID) -> Answer:
    """Add files to a case."""
    place = attaching.place(parts().store, desk(), case_id)
    if request.method == "GET":
        return _page(place, AttachForm(), Sent())
    sent = file_form.take(request, place.case, parts().site.files_most)
    form = AttachForm(sent.fields)
    if not sent.files:
        form.files.errors = sent.errors or [_("Hãy chọn ít nhất một tệp.")]
        return _page(place, form, sent)
    try:
        to = _added(place, form, sent)
    except (BadInputs, NotAllowed) as error:
        return _page(place, _faulty(form, error), Sent())
    if not sent.errors:
        return redirect(to, 303)
    form.files.errors = sent.errors  # the others are in the case
    return _page(place, form, sent)


def _added(place: Place, form: AttachForm, sent: Sent) -> str:
    """Add the files, and return where that leads; a form sent twice adds them once."""
    step = attaching.SHOWN if form.shown.data else attaching.INSIDE
    to = url_for("cases.page", case_id=place.case.id, da_ghi=step, _anchor="tep")
    with (
        file_form.kept_or_dropped(sent.files),
        sealed.current().changing() as (drawers, work),
    ):
        before = once.led_to(drawers, form.once.data)
        if before is None:
            text, shown = form.text.data or "", bool(form.shown.data)
            attaching.attach(work, desk(), place.case.id, sent.files, text, shown=shown)
            once.remember(drawers, form.once.data, to)
    if before is not None:
        evidence.drop(parts().store, (file.id for file in sent.files))
    return before or to


def _faulty(form: AttachForm, error: BadInputs | NotAllowed) -> AttachForm:
    again = _("Hãy chọn lại các tệp: chưa có tệp nào được lưu.")
    form.files.errors = [again]
    if isinstance(error, NotAllowed):
        form.files.errors = [word(error), again]
        return form
    for fault in error.faults:
        field = form.text if fault.key == "text" else form.files
        field.errors = [word(fault), *field.errors]
    return form


def _page(place: Place, form: AttachForm, sent: Sent) -> tuple[str, int]:
    form.once.data = uuid4().hex  # what is sent from this page is another act
    errors = forms.errors_of(form, every=True)
    page = render_template(
        "desk/attach.html", place=place, form=form, taken=sent.files, errors=errors, words=words
    )
    return page, 422 if errors else 200
