"""What staff do to a case: every step of the rules by one form, letters and notes among them."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk import once, step_forms, words
from desk.acting import desk
from desk.addresses import of_case
from desk.cases import pages
from desk.permissions import needs
from desk.step_forms import ActForm, Wrong
from triage import caseacts
from triage.access import NoSuchCase, Permission
from triage.caseacts import MESSAGE, NOTE, Act, Moved, Sheet
from triage.clock import Refused
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from web.app import parts
from web.forms import errors_of

#: The blueprint of cases, with the views of this module.
__all__ = ["desk", "pages"]
Answer = str | Response | tuple[str, int]


@pages.get("/ho-so/<uuid:case_id>/buoc/<step_id>")
@pages.post("/ho-so/<uuid:case_id>/buoc/<step_id>", endpoint="take_step")
@needs(Permission.CASE_STEP)
def step(case_id: UUID, step_id: str) -> Answer:
    """Show the form of a step, or take it."""
    if step_id in {MESSAGE, NOTE, caseacts.MERGE}:
        raise NoSuchCase  # each has a page of its own
    return _act(case_id, step_id)


@pages.get("/ho-so/<uuid:case_id>/tin-nhan")
@pages.post("/ho-so/<uuid:case_id>/tin-nhan", endpoint="send_message")
@needs(Permission.CASE_STEP)
def message(case_id: UUID) -> Answer:
    """Write to the reporter."""
    return _act(case_id, MESSAGE)


@pages.get("/ho-so/<uuid:case_id>/ghi-chu")
@pages.post("/ho-so/<uuid:case_id>/ghi-chu", endpoint="add_note")
@needs(Permission.CASE_STEP)
def note(case_id: UUID) -> Answer:
    """Write a note that only the unit sees."""
    return _act(case_id, NOTE)


@pages.get("/ho-so/da-roi")
@needs(Permission.CASE_STEP)
def left() -> str:
    """Say that a step was taken after which this person does not see the case any more."""
    return render_template("desk/left.html", rules=parts().rules)


def _act(case_id: UUID, step_id: str) -> Answer:
    taken = once.done(request.form.get("once", ""))
    if taken is not None:
        return redirect(taken, 303)
    sheet = caseacts.sheet(parts().store, desk(), case_id, step_id)
    form = step_forms.of(sheet, sheet.replies)
    if request.method == "GET":
        return _page(sheet, form, Wrong(code=200))
    if "insert" in request.form:
        _insert_reply(sheet, form)
    if "insert" in request.form or "edit" in request.form:
        return _page(sheet, form, Wrong(code=200))
    try:
        return _taken(sheet, form)
    except (Moved, BadInputs, Refused, NotAllowed) as error:
        return _page(sheet, form, step_forms.why_not(error, form, sheet.obstacle))


def _taken(sheet: Sheet, form: ActForm) -> Answer:
    act = Act(sheet.case_id, sheet.step.id, step_forms.entered(form, sheet), form.seen())
    if sheet.step.confirm and "confirmed" not in request.form:
        caseacts.check(parts().store, desk(), act)
        return render_template(
            "desk/act-confirm.html",
            sheet=sheet,
            form=form,
            said=step_forms.in_words(form, sheet),
            pairs=step_forms.sent(),
            to=of_case(sheet.case_id),
            words=words,
        )
    to = once.do(form.once.data, _after(act), lambda work: caseacts.take(work, desk(), act))
    return redirect(to, 303)


def _after(act: Act) -> str:
    if caseacts.loses(desk(), act):
        return url_for("cases.left", da_ghi=act.step)
    return url_for("cases.page", case_id=act.case_id, da_ghi=act.step)


def _insert_reply(sheet: Sheet, form: ActForm) -> None:
    """Put a reply behind what has been written."""
    chosen = next((each for each in sheet.replies if each.id == form.reply.data), None)
    if chosen is not None:
        written = (form["text"].data or "").strip()
        form["text"].data = "\n\n".join(filter(None, (written, chosen.text.strip())))


def _page(sheet: Sheet, form: ActForm, wrong: Wrong) -> tuple[str, int]:
    page = render_template(
        "desk/act.html",
        sheet=sheet,
        form=form,
        fields=step_forms.shown(form, sheet),
        errors=[*wrong.general, *errors_of(form)],
        since=wrong.since,
        legal=(*sheet.offers.onward, *sheet.offers.beside),
        to=of_case(sheet.case_id),
        words=words,
    )
    return page, wrong.code
