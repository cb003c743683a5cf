"""The journey of a report: one question to a page, the check, the sending, the receipt."""

from datetime import date
from typing import Any
from uuid import uuid4

from flask import Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from intake import drafts, journey
from intake.answers import rows
from intake.forms import FORMS, IdentityForm, KeptForm, OrganisationForm, SendForm, ShortForm
from intake.journey import Question
from triage import admission, deadlines, identity, mailbox
from web import limits, qr, sealed
from web.app import parts
from web.forms import errors_of
from web.i18n import Pages

pages = Pages("report", __name__)
Answer = str | AnyResponse | tuple[str, int]
#: Which group of the code is asked for, counted from 1: not the first, which anybody remembers.
_ASKED_GROUP = 3


@pages.get("/gui")
def start() -> Answer:
    """Before the first question: device, network, history, and what is stored. No cookie yet."""
    return render_template("intake/before.html", expired="het_han" in request.args)


@pages.get("/gui/<slug>")
@pages.post("/gui/<slug>", endpoint="answer")
def question(slug: str) -> Answer:
    """Ask one question; keep its answer and go on to the next."""
    try:
        asked = Question(slug)
    except ValueError:
        abort(404)
    if asked is Question.FILES:
        abort(405)  # it has a page of its own
    draft = drafts.look()
    if draft is None and request.method == "GET" and asked is not Question.KIND:
        return redirect(url_for("report.start"), 303)
    if draft is None and request.method == "GET":
        sealed.renew()
    answers = {} if draft is None else draft.answers
    form = FORMS[asked](data=answers.get(asked)) if request.method == "GET" else FORMS[asked]()
    if isinstance(form, IdentityForm):
        form.can_be_kept = identity.can_be_kept(parts().store, parts().promise_key)
    form.prepare(drafts.catalogue())
    searching = isinstance(form, OrganisationForm) and form.searches
    if request.method == "GET" or searching or not form.validate_on_submit():
        return _ask(asked, form, answers)
    with drafts.changing() as changed:
        changed.answers[asked] = form.given()
        order = journey.questions(changed.answers, drafts.catalogue())
        lost = draft is None and asked is not Question.KIND
        following = journey.after(asked, order)
        if "sua" in request.args and (missing := journey.missing(changed.answers)) is not None:
            following = missing
        elif "sua" in request.args:
            following = None
    if lost:  # the earlier answers have expired; this one is kept
        return redirect(url_for("report.start", het_han=1), 303)
    return go(following)


def go(following: Question | None) -> AnyResponse:
    """Send the browser to a question, or to the check after the last one."""
    if following is None:
        return redirect(url_for("report.check"), 303)
    if following is Question.FILES:
        return redirect(url_for("files.question"), 303)
    return redirect(url_for("report.question", slug=following), 303)


def _ask(asked: Question, form: Any, answers: journey.Answers) -> Answer:  # noqa: ANN401
    order = journey.questions(answers, drafts.catalogue())
    errors = errors_of(form)
    page = render_template(
        "intake/question.html",
        form=form,
        errors=errors,
        number=order.index(asked) + 1 if asked in order else len(order),
        count=len(order),
        back=back_of(asked, answers),
    )
    return page, 422 if errors else 200


def back_of(asked: Question | None, answers: journey.Answers) -> str:
    """Return the address of the page before a question, or before the check (None)."""
    if "sua" in request.args:
        return url_for("report.check")
    earlier = journey.before(asked, journey.questions(answers, drafts.catalogue()))
    if earlier is None:
        return url_for("report.start")
    if earlier is Question.FILES:
        return url_for("files.question")
    return url_for("report.question", slug=earlier)


@pages.get("/gui/kiem-tra")
@pages.post("/gui/kiem-tra", endpoint="send")
@limits.scope(limits.Scope.FILING)
def check() -> Answer:
    """Show all answers, and send them."""
    if request.method == "POST":
        return _send()
    draft = drafts.look()
    if draft is None:
        return redirect(url_for("report.receipt" if drafts.filed() else "report.start"), 303)
    if (missing := journey.missing(draft.answers)) is not None:
        return go(missing)
    return render_template(
        "intake/check.html",
        form=SendForm(),
        rows=rows(draft, drafts.catalogue()),
        back=back_of(None, draft.answers),
    )


def _send() -> Answer:
    try:
        drafts.send()
    except drafts.Incomplete as error:
        return go(error.question)
    except drafts.NoDraft:
        return redirect(url_for("report.start", het_han=1), 303)
    except identity.NoCustodians:
        return go(Question.IDENTITY)
    except admission.Empty:
        return go(Question.STORY)
    except drafts.CodeNotKept:
        return redirect(url_for("report.receipt", cho=1), 303)
    return redirect(url_for("report.receipt"), 303)


@pages.get("/gui-nhanh")
@pages.post("/gui-nhanh", endpoint="send_short")
@limits.scope(limits.Scope.FILING)
def short() -> Answer:
    """Take a whole report on one page."""
    if request.method == "GET":
        sealed.renew()
    form = ShortForm()
    form.prepare(drafts.catalogue())
    if form.validate_on_submit():
        try:
            drafts.send_short(journey.short_answers(form.given()), form.once.data)
        except drafts.CodeNotKept:
            form.story.errors = [_code_first()]
        except admission.Empty:
            form.story.errors = [_("Hãy kể lại sự việc, dù chỉ vài dòng.")]
        else:
            return redirect(url_for("report.receipt"), 303)
    elif not form.once.data:
        form.once.data = uuid4().hex
    errors = errors_of(form)
    page = render_template(
        "intake/short.html", form=form, errors=errors, back=url_for("intake.landing")
    )
    return page, 422 if errors else 200


def _code_first() -> str:
    return _(
        "Mã biên nhận của phản ánh gửi trước chưa được ghi lại, nên phản ánh này chưa gửi được. "
        "Hãy mở trang biên nhận ở thẻ khác, ghi lại mã, rồi bấm gửi lại ở đây."
    )


@pages.get("/bien-nhan")
@pages.post("/bien-nhan", endpoint="kept")
def receipt() -> Answer:
    """Show the receipt code until the reporter has shown that they kept it."""
    held = drafts.filed()
    if held is None:
        return redirect(url_for("mailbox.door"), 303)
    due = deadlines.after_receipt(parts().rules, held["kind"], date.fromisoformat(held["on"]))
    if "code" not in held:
        return render_template("intake/filed.html", due=due)
    form = KeptForm()
    wanted = held["code"].split("-")[_ASKED_GROUP - 1]
    if request.method == "POST" and form.validate_on_submit():
        if mailbox.same_characters(form.group.data, wanted):
            drafts.confirm()
            waiting = drafts.look() is not None and "cho" in request.args
            return redirect(url_for("report.check" if waiting else "report.receipt"), 303)
        form.group.errors = [
            _("Nhóm này chưa đúng. Hãy xem lại mã đã ghi rồi gõ nhóm thứ %(n)d.", n=_ASKED_GROUP)
        ]
    errors = errors_of(form)
    page = render_template(
        "intake/receipt.html",
        form=form,
        errors=errors,
        held=held,
        due=due,
        asked=_ASKED_GROUP,
        qr=qr.drawn(held["code"]),
        waiting="cho" in request.args,
    )
    return page, 422 if errors else 200


@pages.get("/bien-nhan/bang-chung")
def proof() -> Answer:
    """Give the proof of filing, as a file that anybody can check offline."""
    held = drafts.filed()
    if held is None or "case" not in held:
        return redirect(url_for("mailbox.door"), 303)
    return proof_response(
        mailbox.proof(parts().store, drafts.filed_case(held), parts().promise_key)
    )


def proof_response(text: str) -> Response:
    """Return a proof as a file to keep; its name tells nothing."""
    answer = Response(text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=giay-to.txt"
    return answer
