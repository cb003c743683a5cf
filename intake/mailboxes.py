"""The mailbox: what a receipt code opens. The code is typed once and kept nowhere."""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from intake.drafts import catalogue, has_work
from intake.forms import ContactForm, SendForm
from intake.mailbox_forms import AlarmForm, CodeForm, MessageForm, NamingForm, WithdrawForm
from intake.report import Answer, proof_response
from triage import admission, commended, evidence, identity, mailbox, viewing
from triage.casefile import OpenCase
from triage.mailbox import MailboxFull
from triage.submission import Disclosure, Identity, StoredFile
from triage.viewing import Found
from web import clock, limits, sealed, uploads
from web.app import parts
from web.downloads import attachment
from web.file_form import FilesForm, kept_or_dropped, take
from web.forms import errors_of
from web.i18n import LANGUAGES, Pages

pages = Pages("mailbox", __name__)
FormT = TypeVar("FormT", bound=FlaskForm)
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


def _pages_with_text() -> set[str]:
    """Return the addresses of pages, other than the mailbox itself, where text may be kept."""
    return {
        url_for(f"mailbox.{page}", lang=lang)
        for page in ("alarm", "disclose", "naming", "withdraw")
        for lang in LANGUAGES
    }


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
    if "da_dong" in request.args:
        return _ask(CodeForm(formdata=None))
    held = _held()
    if held is not None:
        kept = held.get("kept")
        if kept is not None and kept["at"] in _pages_with_text():
            return redirect(kept["at"], 303)
        fields = kept["fields"] if kept is not None else {}
        return _show(OpenCase.from_json(held["case"]), MessageForm(formdata=None, data=fields))
    refused = sealed.current().look().get(REFUSED)
    if refused is None:
        sealed.renew()
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
        kept = (form.kept.data or "")[: 3 * mailbox.LONGEST]
        typed = {"code": form.code.data[:100], "kept": kept}
        if case is None:
            drawers.empty(MAILBOX)
            drawers.put(REFUSED, typed, clock.now() + timedelta(minutes=5))
        else:
            drawers.empty(REFUSED)
            opened = {"case": case.to_json(), "kept": _kept(kept)}
            drawers.put(MAILBOX, opened, clock.now() + _IDLE)
    return redirect(url_for("mailbox.door"), 303)


def _mistyped(reason: str) -> str:
    if reason == "length":
        return _("Mã phải có 24 ký tự: sáu nhóm, mỗi nhóm bốn ký tự. Hãy đếm lại.")
    if reason == "character":
        return _("Mã chỉ gồm chữ số và chữ cái không dấu, không có chữ U. Hãy xem lại từng ký tự.")
    return _("Mã có ký tự gõ sai hoặc đổi chỗ. Hãy so lại từng nhóm với mã đã ghi.")


def _show(case: OpenCase, form: MessageForm) -> Answer:
    box = mailbox.look(parts().store, parts().rules, case, clock.today())
    errors = errors_of(form)
    page = render_template(
        "intake/mailbox.html",
        box=box,
        form=form,
        close=SendForm(),
        errors=errors,
        minutes=IDLE_MINUTES,
        kind=parts().rules.kinds.by_id[box.kind][-1],
        unit=parts().rules.units.by_id[box.unit][-1],
    )
    return page, 422 if errors else 200


def _again(form: FlaskForm | None = None) -> Answer:
    """Ask for the code again, and keep what was being written, for its own page."""
    kept = ""
    if form is not None and request.method == "POST":
        fields = {
            field.name: field.data[: mailbox.LONGEST] if isinstance(field.data, str) else field.data
            for field in form
            if field.data and field.name != "csrf_token"
        }
        kept = json.dumps({"at": request.path, "fields": fields}, ensure_ascii=False)
    again = CodeForm(formdata=None, data={"kept": kept})
    again.code.errors = [
        _("Hộp thư đã tự đóng. Hãy nhập lại mã biên nhận; lời vừa viết vẫn còn.")
        if kept
        else _("Hộp thư đã tự đóng. Hãy nhập lại mã biên nhận.")
    ]
    return _ask(again)


def _kept(text: str) -> dict[str, Any] | None:
    """Return what a form brought back from before the code was asked for, None if nothing."""
    try:
        kept = json.loads(text)
        return {"at": str(kept["at"]), "fields": dict(kept["fields"])}
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _given_before(held: dict[str, Any]) -> dict[str, Any] | None:
    """Return the fields that were filled in on this very page before the mailbox closed itself."""
    kept = held.get("kept")
    return kept["fields"] if kept is not None and kept["at"] == request.path else None


def _form(form: type[FormT], held: dict[str, Any]) -> FormT:
    """Return the form of this page, with what was written before if there is something."""
    return form(data=_given_before(held)) if request.method == "GET" else form()


def _act(case: OpenCase, field: Any, act: Callable[..., None], *given: Any) -> bool:  # noqa: ANN401
    """Do one act in one transaction; False if it was refused, with the reason at the field.

    The same act twice in a row is a button pressed twice, and is done once.
    """
    this = sha256(repr((act.__name__, given)).encode("utf-8", "replace")).hexdigest()
    try:
        with sealed.current().changing() as (drawers, work):
            held = drawers.get(MAILBOX)
            if held is None or held.get("did") != this:
                act(work, case, *given, parts().promise_key, clock.today())
            opened = {"case": case.to_json(), "did": this}
            drawers.put(MAILBOX, opened, clock.now() + _IDLE)
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
@limits.scope(limits.Scope.FILING)
def write() -> Answer:
    """Send a message to the unit."""
    if request.method == "GET":  # somebody reloads, or changes the language, after an error
        return redirect(url_for("mailbox.door"), 303)
    form, case = MessageForm(), _case()
    if case is None:
        return _again(form)
    if form.validate_on_submit() and _act(case, form.text, mailbox.write, form.text.data):
        return redirect(url_for("mailbox.door", _anchor="loi-nhan"), 303)
    return _show(case, form)


def _page(template: str, form: FlaskForm, **more: Any) -> Answer:  # noqa: ANN401
    errors = errors_of(form, every="taken" in more)
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
    form = FilesForm()
    taken: list[StoredFile] = []
    errors: list[str] = []
    if request.method == "POST":
        sent = take(request, case, parts().site.files_most)
        taken, errors = sent.files, sent.errors
        with kept_or_dropped(taken):
            added = not taken or _act(case, form.files, mailbox.add_files, tuple(taken))
        if not added:
            evidence.drop(parts().store, (file.id for file in taken))
            taken, errors = [], [str(form.files.errors[0])]
        if taken and not errors:
            return redirect(url_for("mailbox.door", _anchor="tep"), 303)
        form.files.errors = errors or [_("Hãy chọn ít nhất một tệp.")]
    return _page("more-files", form, taken=taken)


@pages.get("/hop-thu/tep/<uuid:file_id>", endpoint="sent_file")
def sent_file(file_id: UUID) -> Answer:
    """Hand out a file that staff added for the reporter, to be saved."""
    case = _case()
    if case is None:
        return redirect(url_for("mailbox.door"), 303)
    file = mailbox.sent_file(parts().store, case, file_id)
    if file is None:
        abort(404)
    return attachment(viewing.content(parts().store, Found(case, file)), file.name, file.size)


@pages.get("/hop-thu/danh-tinh")
@pages.post("/hop-thu/danh-tinh", endpoint="name")
@limits.scope(limits.Scope.FILING)
def disclose() -> Answer:
    """Give one's name later."""
    held = _held()
    if held is None:
        return _again(ContactForm())
    form, case = _form(ContactForm, held), OpenCase.from_json(held["case"])
    able = identity.can_be_kept(parts().store, parts().promise_key)
    if form.validate_on_submit() and able:
        who = Identity(
            Disclosure.CONFIDENTIAL, form.name.data, form.address.data, form.contact.data
        )
        if _act(case, form.name, mailbox.disclose, who):
            return redirect(url_for("mailbox.door"), 303)
    return _page("disclose", form, able=able)


@pages.get("/hop-thu/rut")
@pages.post("/hop-thu/rut", endpoint="ask_withdrawal")
@limits.scope(limits.Scope.FILING)
def withdraw() -> Answer:
    """Ask to withdraw, after reading what that means in law."""
    held = _held()
    if held is None:
        return _again(WithdrawForm())
    form, case = _form(WithdrawForm, held), OpenCase.from_json(held["case"])
    if form.validate_on_submit() and _act(
        case, form.sure, mailbox.ask_withdrawal, form.reason.data
    ):
        return redirect(url_for("mailbox.door"), 303)
    return _page("withdraw", form)


@pages.get("/hop-thu/bao-dong")
@pages.post("/hop-thu/bao-dong", endpoint="raise_alarm")
@limits.scope(limits.Scope.FILING)
def alarm() -> Answer:
    """Report retaliation or danger."""
    held = _held()
    if held is None:
        asked = AlarmForm()
        asked.prepare(catalogue())
        return _again(asked)
    form, case = _form(AlarmForm, held), OpenCase.from_json(held["case"])
    form.prepare(catalogue())
    chosen = tuple(form.forms.data or ())
    if form.validate_on_submit() and _act(case, form.text, _raise_alarm, chosen, form.text.data):
        return redirect(url_for("mailbox.door"), 303)
    return _page("alarm", form)


def _raise_alarm(work: Any, case: OpenCase, *given: Any) -> None:  # noqa: ANN401
    mailbox.raise_alarm(work, parts().rules, case, *given)


@pages.get("/hop-thu/neu-ten")
@pages.post("/hop-thu/neu-ten", endpoint="answer_on_naming")
@limits.scope(limits.Scope.FILING)
def naming() -> Answer:
    """Answer on being named, once commended."""
    held = _held()
    if held is None:
        return _again(NamingForm())
    form, case = _form(NamingForm, held), OpenCase.from_json(held["case"])
    found = commended.look(parts().store, case)
    if found is None:
        return redirect(url_for("mailbox.door"), 303)
    if form.validate_on_submit() and _act(case, form.agrees, _answer_naming, form.agrees.data):
        return redirect(url_for("mailbox.door"), 303)
    return _page("naming", form, found=found)


def _answer_naming(work: Any, case: OpenCase, *given: Any) -> None:  # noqa: ANN401
    commended.answer_on_naming(work, parts().rules, case, *given)


@pages.get("/hop-thu/bang-chung")
def proof() -> Answer:
    """Give the proof of filing: the log's, or the signed promise until it is there."""
    case = _case()
    if case is None:
        return redirect(url_for("mailbox.door"), 303)
    return proof_response(mailbox.proof(parts().store, case, parts().promise_key))


@pages.post("/hop-thu/dong")
def close() -> Answer:
    """Close the mailbox; take the cookie back unless a draft or an unkept code is left."""
    answer = redirect(url_for("mailbox.door", da_dong=1), 303)
    with sealed.current().changing() as (drawers, _work):
        drawers.empty(MAILBOX)
        drawers.empty(REFUSED)
        left = has_work(drawers)
    return answer if left else sealed.end(answer)
