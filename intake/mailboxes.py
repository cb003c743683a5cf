"""The mailbox: what a receipt code opens. The code is typed once and kept nowhere."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from intake.drafts import catalogue
from intake.files import FilesForm, take
from intake.forms import AlarmForm, CodeForm, ContactForm, MessageForm, SendForm, WithdrawForm
from intake.report import Answer, proof_response
from triage import admission, evidence, identity, mailbox
from triage.casefile import OpenCase
from triage.mailbox import Author, MailboxFull
from triage.submission import Disclosure, Identity
from web import clock, limits, sealed, uploads
from web.app import parts
from web.forms import errors_of
from web.i18n import Pages

pages = Pages("mailbox", __name__)
MAILBOX, REFUSED = "mailbox", "refused"
#: Minutes without a step after which a mailbox closes itself; the pages say so.
IDLE_MINUTES = 30
_IDLE = timedelta(minutes=IDLE_MINUTES)
#: A step puts the end off only when less than this is left: most pages then write nothing.
_RENEW = timedelta(minutes=20)


def _held() -> dict[str, Any] | None:
    """Return what the opened mailbox holds, None if none is open."""
    drawers = sealed.current().look()
    held, until = drawers.get(MAILBOX), drawers.until(MAILBOX)
    if held is not None and until is not None and until - clock.now() < _RENEW:
        with sealed.current().changing() as (changed, _work):
            if changed.get(MAILBOX) is not None:
                changed.put(MAILBOX, held, clock.now() + _IDLE)
    return held


def _case() -> OpenCase | None:
    held = _held()
    return None if held is None else OpenCase.from_json(held["case"])


@pages.get("/hop-thu")
@pages.post("/hop-thu", endpoint="open")
@limits.scope(limits.Scope.RECEIPT)
def door() -> Answer:
    """Ask for the receipt code, or show the mailbox that is open.

    A code that nobody was given costs the same work as one that opens, and is answered alike: by
    a step to this very page, which then says so.
    """
    if request.method == "POST":
        return _try_code()
    held = _held()
    if held is not None:
        return _show(OpenCase.from_json(held["case"]), MessageForm(text=held.get("kept") or ""))
    refused = sealed.current().look().get(REFUSED)
    form = CodeForm(data=refused or {})
    if refused is not None:
        form.code.errors = [
            _("Không có hồ sơ nào mang mã này. Hãy xem lại từng ký tự của mã đã ghi.")
        ]
    return _ask(form)


def _ask(form: CodeForm) -> Answer:
    errors = errors_of(form)
    closed = "da_dong" in request.args
    page = render_template(
        "intake/door.html", form=form, errors=errors, closed=closed, minutes=IDLE_MINUTES
    )
    return page, 422 if errors else 200


def _try_code() -> Answer:
    form = CodeForm()
    if not form.validate_on_submit():
        return _ask(form)
    try:
        receipt = mailbox.read_code(form.code.data)
    except mailbox.Mistyped as error:
        form.code.errors = [_mistyped(error.reason)]
        return _ask(form)
    with sealed.current().changing() as (drawers, work):
        case = mailbox.find(work, receipt)
        typed = {"code": form.code.data[:100], "kept": (form.kept.data or "")[: mailbox.LONGEST]}
        if case is None:
            drawers.empty(MAILBOX)
            drawers.put(REFUSED, typed, clock.now() + timedelta(minutes=5))
        else:
            drawers.empty(REFUSED)
            opened = {"case": case.to_json(), "kept": typed["kept"]}
            drawers.put(MAILBOX, opened, clock.now() + _IDLE)
    return redirect(url_for("mailbox.door"), 303)


def _mistyped(reason: str) -> str:
    if reason == "length":
        return _("Mã phải có 24 ký tự: sáu nhóm, mỗi nhóm bốn ký tự. Hãy đếm lại.")
    if reason == "character":
        return _("Mã chỉ gồm chữ số và chữ cái không dấu, không có chữ U. Hãy xem lại từng ký tự.")
    return _("Mã có ký tự gõ sai hoặc đổi chỗ. Hãy so lại từng nhóm với mã đã ghi.")


def _show(case: OpenCase, form: MessageForm) -> Answer:
    box = mailbox.look(parts().store, parts().rules, case)
    errors = errors_of(form)
    page = render_template(
        "intake/mailbox.html",
        box=box,
        form=form,
        close=SendForm(),
        errors=errors,
        minutes=IDLE_MINUTES,
        today=clock.today(),
        kind=parts().rules.kinds.by_id[box.kind][-1],
        unit=parts().rules.units.by_id[box.unit][-1],
    )
    return page, 422 if errors else 200


def _again(kept: str = "") -> Answer:
    """Ask for the code again, and keep what was being written."""
    form = CodeForm(formdata=None, data={"kept": kept})
    form.code.errors = [
        _("Hộp thư đã tự đóng. Hãy nhập lại mã biên nhận; lời vừa viết vẫn còn.")
        if kept
        else _("Hộp thư đã tự đóng. Hãy nhập lại mã biên nhận.")
    ]
    return _ask(form)


def _act(case: OpenCase, act: Callable[[Any], None], field: Any) -> bool:  # noqa: ANN401
    """Do one act in one transaction; False if it was refused, with the reason at the field."""
    try:
        with sealed.current().changing() as (drawers, work):
            act(work)
            drawers.put(MAILBOX, {"case": case.to_json()}, clock.now() + _IDLE)
    except admission.Empty:
        field.errors = [_("Hãy viết hoặc chọn ít nhất một điều.")]
    except MailboxFull:
        field.errors = [_("Hồ sơ này đã nhận đủ lời nhắn, tệp. Xin liên hệ trực tiếp với đơn vị.")]
    except identity.NoCustodians:
        field.errors = [_("Hiện chưa có đủ người giữ khóa để cất giữ danh tính an toàn.")]
    else:
        return True
    return False


@pages.get("/hop-thu/loi-nhan")
@pages.post("/hop-thu/loi-nhan", endpoint="send_message")
def write() -> Answer:
    """Send a message to the unit."""
    if request.method == "GET":  # somebody reloads, or changes the language, after an error
        return redirect(url_for("mailbox.door"), 303)
    form = MessageForm()
    case = _case()
    if case is None:
        return _again((form.text.data or "")[: mailbox.LONGEST])

    def act(work: Any) -> None:  # noqa: ANN401
        key, day = parts().promise_key, clock.today()
        mailbox.write(work, case, Author.REPORTER, form.text.data, key, day)

    if form.validate_on_submit() and _act(case, act, form.text):
        return redirect(url_for("mailbox.door", _anchor="loi-nhan"), 303)
    return _show(case, form)


def _page(template: str, form: FlaskForm, **more: Any) -> Answer:  # noqa: ANN401
    errors = errors_of(form)
    page = render_template(
        f"intake/{template}.html",
        form=form,
        errors=errors,
        back=url_for("mailbox.door"),
        minutes=IDLE_MINUTES,
        **more,
    )
    return page, 422 if errors else 200


@pages.get("/hop-thu/them-tep")
@pages.post("/hop-thu/them-tep", endpoint="send_files")
@uploads.reads_its_own_form
@limits.scope(limits.Scope.UPLOAD)
def add_files() -> Answer:
    """Add files to the case."""
    case = _case()
    if case is None:
        return _again()
    form, error = FilesForm(), ""
    if request.method == "POST":
        taken, error = take(request, case, parts().site.files_most)

        def act(work: Any) -> None:  # noqa: ANN401
            key, day = parts().promise_key, clock.today()
            mailbox.add_files(work, case, tuple(taken), key, day)

        if taken and not _act(case, act, form.files):
            evidence.drop(parts().store, (file.id for file in taken))
            error = str(form.files.errors[0])
        if taken and not error:
            return redirect(url_for("mailbox.door", _anchor="tep"), 303)
        error = error or _("Hãy chọn ít nhất một tệp.")
    form.files.errors = [error] if error else []
    return _page("more-files", form)


@pages.get("/hop-thu/danh-tinh")
@pages.post("/hop-thu/danh-tinh", endpoint="name")
def disclose() -> Answer:
    """Give one's name later."""
    case = _case()
    if case is None:
        return _again()
    form = ContactForm()
    able = identity.can_be_kept(parts().store)

    def act(work: Any) -> None:  # noqa: ANN401
        who = Identity(
            Disclosure.CONFIDENTIAL, form.name.data, form.address.data, form.contact.data
        )
        mailbox.disclose(work, case, who, parts().promise_key, clock.today())

    if form.validate_on_submit() and able and _act(case, act, form.name):
        return redirect(url_for("mailbox.door"), 303)
    return _page("disclose", form, able=able)


@pages.get("/hop-thu/rut")
@pages.post("/hop-thu/rut", endpoint="ask_withdrawal")
def withdraw() -> Answer:
    """Ask to withdraw, after reading what that means in law."""
    case = _case()
    if case is None:
        return _again()
    form = WithdrawForm()

    def act(work: Any) -> None:  # noqa: ANN401
        key, day = parts().promise_key, clock.today()
        mailbox.ask_withdrawal(work, case, form.reason.data or "", key, day)

    if form.validate_on_submit() and _act(case, act, form.sure):
        return redirect(url_for("mailbox.door"), 303)
    return _page("withdraw", form)


@pages.get("/hop-thu/bao-dong")
@pages.post("/hop-thu/bao-dong", endpoint="raise_alarm")
def alarm() -> Answer:
    """Report retaliation or danger."""
    case = _case()
    if case is None:
        return _again(request.form.get("text", "")[: mailbox.LONGEST])
    form = AlarmForm()
    form.prepare(catalogue())

    def act(work: Any) -> None:  # noqa: ANN401
        chosen, said = tuple(form.forms.data or ()), form.text.data or ""
        mailbox.raise_alarm(work, case, chosen, said, parts().promise_key, clock.today())

    if form.validate_on_submit() and _act(case, act, form.text):
        return redirect(url_for("mailbox.door"), 303)
    return _page("alarm", form)


@pages.get("/hop-thu/bang-chung")
def proof() -> Answer:
    """Give the proof of filing: the log's, or the signed promise until it is there."""
    case = _case()
    if case is None:
        return redirect(url_for("mailbox.door"), 303)
    return proof_response(mailbox.proof(parts().store, case, parts().promise_key))


@pages.post("/hop-thu/dong")
def close() -> Answer:
    """Close the mailbox and take the cookie back."""
    return sealed.end(redirect(url_for("mailbox.door", da_dong=1), 303))
