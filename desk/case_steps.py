"""What staff do to a case: every step of the rules by one form, letters and notes among them."""

from dataclasses import dataclass
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk import once, step_forms, words
from desk.acting import desk
from desk.cases import pages
from desk.permissions import needs
from desk.step_forms import ActForm
from triage import caseacts
from triage.access import NoSuchCase, Permission
from triage.caseacts import MESSAGE, NOTE, Act, Moved, Sheet, Since
from triage.clock import Refused
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from web import sealed
from web.app import parts
from web.forms import errors_of
from web.i18n import word

#: The blueprint of cases, with the views of this module.
__all__ = ["desk", "pages"]
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class _Wrong:
    """Why an act was not done, as its page says it."""

    general: tuple[dict[str, str], ...] = ()
    since: tuple[Since, ...] = ()
    code: int = 422


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
    form = step_forms.of(sheet)
    if request.method == "GET":
        return _page(sheet, form, _Wrong(code=200))
    if "insert" in request.form:
        _insert_reply(sheet, form)
    if "insert" in request.form or "edit" in request.form:
        return _page(sheet, form, _Wrong(code=200))
    try:
        return _taken(sheet, form)
    except (Moved, BadInputs, Refused, NotAllowed) as error:
        return _page(sheet, form, _why_not(error, sheet, form))


def _why_not(
    error: Moved | BadInputs | Refused | NotAllowed, sheet: Sheet, form: ActForm
) -> _Wrong:
    match error:
        case Moved():
            form.position.data = str(error.position)
            return _Wrong(since=error.since, code=409)
        case BadInputs():
            return _Wrong(tuple(step_forms.put_faults(form, error.faults)))
        case Refused():
            faults = [step_forms.fault_of(error)]
            return _Wrong(tuple(step_forms.put_faults(form, faults)))
        case NotAllowed() if sheet.obstacle is not None:  # the page says so by itself
            return _Wrong(code=409)
        case NotAllowed():
            return _Wrong(({"text": word(error), "href": "#buoc-khac"},), code=409)


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
            words=words,
        )
    to = _after(act)
    with sealed.current().changing() as (drawers, work):
        # Sent twice at once: the first has ended before the second sees the session.
        before = once.led_to(drawers, form.once.data)
        if before is None:
            caseacts.take(work, desk(), act)
            once.remember(drawers, form.once.data, to)
    return redirect(before or to, 303)


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


def _page(sheet: Sheet, form: ActForm, wrong: _Wrong) -> tuple[str, int]:
    page = render_template(
        "desk/act.html",
        sheet=sheet,
        form=form,
        fields=step_forms.shown(form, sheet),
        errors=[*wrong.general, *errors_of(form)],
        since=wrong.since,
        words=words,
    )
    return page, wrong.code
