"""Entry for a caller, a letter, a visitor, another body: form, minutes, filing, receipt."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from desk import entry_draft
from desk.entry_draft import KEPT_HOURS, Draft
from desk.entry_forms import ActForm, EntryForm, ReviewForm
from desk.permissions import needs
from desk.session import insider
from desk.spelling import spelled
from triage import deadlines, entry, identity
from triage.access import Permission
from triage.catalogue import Catalogue
from triage.inputs import BadInputs, Fault
from triage.submission import Minutes
from web import clock
from web.app import parts
from web.forms import errors_of
from web.i18n import Pages, day, word

pages = Pages("entry", __name__)
Answer = str | AnyResponse | tuple[str, int]


def form_of(answers: dict[str, Any] | None = None) -> EntryForm:
    """Return the form with what was typed: sent just now, or kept in the draft."""
    form = EntryForm() if answers is None else EntryForm(formdata=None, data=answers)
    rules, today = parts().rules, clock.today()
    form.prepare(entry.ways(rules, today), entry.offices(rules, insider(), today))
    kept = identity.can_be_kept(parts().store, parts().promise_key)
    form.offer(Catalogue(rules, today), names_can_be_kept=kept)
    return form


@pages.get("/nhap-ho-so")
@needs(Permission.CASE_ENTER)
def new() -> Answer:
    """Show the form, with the draft if there is one."""
    draft = entry_draft.look()
    form = form_of({"received_on": day(clock.today())} if draft is None else draft.answers)
    return _page(form, draft)


@pages.post("/nhap-ho-so", endpoint="keep")
@needs(Permission.CASE_ENTER)
def keep() -> Answer:
    """Keep what was typed, right or wrong; then stay, go to the files, or on to the review."""
    form = form_of()
    with entry_draft.changing() as draft:
        draft.answers = form.given()
    if "files" in request.form:
        return redirect(url_for("entry_files.files"), 303)
    if "draft" in request.form:
        return redirect(url_for("entry.new", da_luu=1), 303)
    if form.validate():
        _put(form, _faults(draft))
    if errors_of(form):
        return _page(form, draft)
    return redirect(url_for("entry.review"), 303)


def _faults(draft: Draft) -> tuple[Fault, ...]:
    return entry.faults(parts().rules, *entry_draft.submission(draft), clock.today())


def _put(form: Any, faults: Iterable[Fault]) -> None:  # noqa: ANN401  (any form)
    """Say at each field what is wrong with it."""
    for fault in faults:
        field = form[fault.key] if fault.key in form else form[form.meta.csrf_field_name]
        field.errors = [*field.errors, word(fault)]


def _page(form: EntryForm, draft: Draft | None) -> Answer:
    errors = errors_of(form)
    page = render_template(
        "desk/entry.html",
        form=form,
        errors=errors,
        draft=draft,
        act=ActForm(formdata=None),
        kept="da_luu" in request.args and request.method == "GET",
        hours=KEPT_HOURS,
    )
    return page, 422 if errors else 200


@pages.post("/nhap-ho-so/huy")
@needs(Permission.CASE_ENTER)
def give_up() -> Answer:
    """Forget the draft."""
    entry_draft.give_up()
    return redirect(url_for("entry.new"), 303)


@pages.get("/nhap-ho-so/xem-lai")
@pages.post("/nhap-ho-so/xem-lai", endpoint="file")
@needs(Permission.CASE_ENTER)
def review() -> Answer:
    """Show what was typed, to be read back and printed; then file it."""
    form = ReviewForm()
    if request.method == "POST" and form.validate_on_submit():
        try:
            entry_draft.file(
                form.case.data, Minutes(form.minutes.data) if form.minutes.data else None
            )
        except entry_draft.NoDraft:
            return redirect(url_for("entry.new", het_han=1), 303)
        except entry_draft.CodeNotGiven:
            return redirect(url_for("entry.receipt", cho=1), 303)
        except BadInputs as error:
            faults = [each for each in error.faults if each.key in form]
            _put(form, faults)
            if not faults:
                return _back_to_the_form(error)
        else:
            return redirect(url_for("entry.receipt"), 303)
    return _review(form)


def _back_to_the_form(error: BadInputs) -> Answer:
    draft = entry_draft.look()
    form = form_of({} if draft is None else draft.answers)
    _put(form, error.faults)
    return _page(form, draft)


def _review(form: ReviewForm) -> Answer:
    draft = entry_draft.look()
    if draft is None:
        return redirect(url_for("entry.new", het_han=1), 303)
    typed = form_of(draft.answers)
    if not draft.answers.get("channel") or _faults(draft):
        return redirect(url_for("entry.new"), 303)
    form.case.data = draft.case.id.hex
    errors = errors_of(form)
    page = render_template(
        "desk/entry-review.html",
        form=form,
        errors=errors,
        typed=typed,
        draft=draft,
        conversation=_is_conversation(draft),
        back=url_for("entry.new"),
    )
    return page, 422 if errors else 200


def _is_conversation(draft: Draft) -> bool:
    return entry.is_conversation(parts().rules, draft.answers["channel"], clock.today())


@pages.get("/nhap-ho-so/bien-ban")
@needs(Permission.CASE_ENTER)
def minutes() -> Answer:
    """Show the minutes, to be printed, checked and signed before anything is filed."""
    draft = entry_draft.look()
    if draft is None or not draft.answers.get("channel"):
        return redirect(url_for("entry.new", het_han=1), 303)
    offices = entry.offices(parts().rules, insider(), clock.today())
    chosen = draft.answers.get("office")
    return render_template(
        "desk/entry-minutes.html",
        typed=form_of(draft.answers),
        draft=draft,
        office=next((each for each in offices if each.id == chosen), offices[0]),
        author=insider().name,
        today=clock.today(),
    )


@pages.get("/nhap-ho-so/bien-nhan")
@needs(Permission.CASE_ENTER)
def receipt() -> Answer:
    """Show the code, if it is to be given to somebody, until it has been given."""
    held = entry_draft.receipt()
    if held is None:
        return redirect(url_for("entry.new"), 303)
    received_on = date.fromisoformat(held["on"])
    return render_template(
        "desk/entry-receipt.html",
        held=held,
        received_on=received_on,
        due=deadlines.after_receipt(parts().rules, held["kind"], received_on),
        kind=parts().rules.kinds.on(held["kind"], clock.today()),
        groups=spelled(held["code"]) if held["code"] else [],
        form=ActForm(formdata=None),
        waiting="cho" in request.args,
    )


@pages.post("/nhap-ho-so/bien-nhan", endpoint="given")
@needs(Permission.CASE_ENTER)
def given() -> Answer:
    """Forget the code: it is with the citizen now."""
    entry_draft.given()
    waiting = entry_draft.look() is not None and "cho" in request.args
    return redirect(url_for("entry.review" if waiting else "entry.new", da_giao=1), 303)
