"""The release of an identity: what custodians decide on, and what the one who asked reads."""

from uuid import UUID, uuid4

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.fields import SelectChoice

from desk import once
from desk.acting import desk
from desk.permissions import needs
from triage import identity_reading, identity_release
from triage.access import Permission
from triage.identity_reading import Glance
from triage.identity_release import Question
from triage.inputs import BadInputs, Fault
from triage.lifecycle import NotAllowed
from triage.submission import Identity
from web import forms, sealed
from web.app import parts
from web.i18n import Pages, word

pages = Pages("identity", __name__)

_RELEASE, _DECLINE = "release", "decline"
_Answer = Response | str | tuple[str, int]


class DecisionForm(FlaskForm):
    """A custodian's answer. `compared`: the fingerprint that they were shown."""

    once = HiddenField()
    compared = HiddenField()
    decision = forms.OneOf(validate_choice=False)
    done = BooleanField(widget=forms.Tick())
    reason = forms.LongText(render_kw={"params": {"rows": 4}})

    def __init__(self, asked: Question) -> None:
        super().__init__()
        self.decision.label.text = _("Quyết định")
        self.decision.choices = [
            SelectChoice(_RELEASE, _("Đồng ý: mở mảnh khóa của tôi cho người yêu cầu")),
            SelectChoice(_DECLINE, _("Từ chối")),
        ]
        self.done.label.text = _("Đã đối chiếu mã với người yêu cầu, mã giống nhau")
        self.done.description = _("Chỉ cần khi đồng ý.")
        self.reason.label.text = _("Lý do từ chối")
        self.reason.description = _("Chỉ cần khi từ chối. Chỉ người yêu cầu đọc được.")
        if request.method == "GET":
            self.once.data, self.compared.data = uuid4().hex, asked.compared


@pages.get("/danh-tinh", endpoint="list")
@needs(Permission.IDENTITY_RELEASE)
def waiting() -> str:
    """List the requests that wait for this custodian, and those that they have answered."""
    asked = identity_release.waiting(parts().store, desk())
    return render_template("desk/identity-list.html", asked=asked)


@pages.get("/danh-tinh/<uuid:request_id>", endpoint="question")
@pages.post("/danh-tinh/<uuid:request_id>", endpoint="answer")
@needs(Permission.IDENTITY_RELEASE)
def decide(request_id: UUID) -> _Answer:
    """Show a request, or take a custodian's answer."""
    before = once.done(request.form.get("once", ""))
    if before is not None:
        return redirect(before, 303)
    asked = identity_release.question(parts().store, desk(), request_id)
    form = DecisionForm(asked)
    if request.method == "GET":
        return _page(asked, form)
    try:
        return redirect(_answered(asked, form), 303)
    except BadInputs as error:
        for fault in error.faults:
            at = fault.key if fault.key in {"decision", "done", "reason"} else "done"
            form[at].errors = [word(fault)]
        form.compared.data = asked.compared
        return _page(asked, form, code=422)
    except NotAllowed as error:
        return _page(asked, form, word(error), code=409)


def _answered(asked: Question, form: DecisionForm) -> str:
    """Take the answer, and return where it leads. Raises BadInputs, NotAllowed."""
    decision = form.decision.data
    if decision not in {_RELEASE, _DECLINE}:
        raise BadInputs([Fault("decision", "Hãy chọn một quyết định.", "Choose an answer.")])
    if decision == _RELEASE and not form.done.data:
        raise BadInputs(
            [
                Fault(
                    "done",
                    "Hãy đối chiếu mã với người yêu cầu, rồi đánh dấu là đã đối chiếu.",
                    "Compare the fingerprint with the requester, then tick the box.",
                )
            ]
        )
    to = url_for("identity.list", da_ghi=decision)
    compared, reason = form.compared.data or "", form.reason.data or ""
    if decision == _RELEASE:
        return once.do(
            form.once.data,
            to,
            lambda work: identity_release.release(work, desk(), asked.id, compared),
        )
    return once.do(
        form.once.data, to, lambda work: identity_release.decline(work, desk(), asked.id, reason)
    )


def _page(
    asked: Question, form: DecisionForm, refused: str = "", code: int = 200
) -> tuple[str, int]:
    errors = forms.errors_of(form)
    if refused:
        errors = [{"text": refused, "href": "#yeu-cau"}, *errors]
    page = render_template("desk/identity-question.html", asked=asked, form=form, errors=errors)
    return page, code


@pages.get("/danh-tinh/<uuid:request_id>/xem", endpoint="reading")
@pages.post("/danh-tinh/<uuid:request_id>/xem", endpoint="read")
@needs(Permission.IDENTITY_ASK)
def read(request_id: UUID) -> _Answer:
    """Show the one who asked how their request stands; show the identity when they say so.

    It goes into this one answer and nowhere else.
    """
    found, refused = None, ""
    if request.method == "POST":
        try:
            with sealed.current().changing() as (_drawers, work):
                found = identity_reading.read(work, desk(), request_id)
        except NotAllowed as error:
            refused = word(error)
    seen = identity_reading.look(parts().store, desk(), request_id)
    return _reading(seen, found, refused)


def _reading(seen: Glance, found: Identity | None, refused: str) -> tuple[str, int]:
    page = render_template("desk/identity-reading.html", seen=seen, found=found, refused=refused)
    return page, 409 if refused else 200


@pages.post("/danh-tinh/<uuid:request_id>/ket-thuc", endpoint="close")
@needs(Permission.IDENTITY_ASK)
def close(request_id: UUID) -> _Answer:
    """End one's own request before its time."""
    try:
        with sealed.current().changing() as (_drawers, work):
            identity_reading.close(work, desk(), request_id)
    except NotAllowed as error:
        seen = identity_reading.look(parts().store, desk(), request_id)
        return _reading(seen, None, word(error))
    return redirect(url_for("identity.reading", request_id=request_id), 303)
