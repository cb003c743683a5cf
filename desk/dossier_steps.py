"""What liaisons do to a dossier: every step of the rules that is theirs, by one form."""

from uuid import UUID

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from desk import once, step_forms, words
from desk.acting import desk
from desk.addresses import of_dossier
from desk.dossiers import pages
from desk.permissions import needs
from desk.step_forms import ActForm, Wrong
from triage import dossieracts
from triage.access import Permission
from triage.caseacts import Moved
from triage.clock import Refused
from triage.dossieracts import DossierAct, DossierSheet
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from web.app import parts
from web.forms import errors_of

#: The blueprint of dossiers, with the views of this module.
__all__ = ["pages"]
Answer = str | Response | tuple[str, int]


@pages.get("/ho-so-chuyen/<uuid:dossier_id>/buoc/<step_id>")
@pages.post("/ho-so-chuyen/<uuid:dossier_id>/buoc/<step_id>", endpoint="take_step")
@needs(Permission.DOSSIER_READ)
def step(dossier_id: UUID, step_id: str) -> Answer:
    """Show the form of a step, or take it."""
    taken = once.done(request.form.get("once", ""))
    if taken is not None:
        return redirect(taken, 303)
    sheet = dossieracts.sheet(parts().store, desk(), dossier_id, step_id)
    form = step_forms.of(sheet)
    if request.method == "GET" or "edit" in request.form:
        return _page(sheet, form, Wrong(code=200))
    try:
        return _taken(sheet, form)
    except (Moved, BadInputs, Refused, NotAllowed) as error:
        return _page(sheet, form, step_forms.why_not(error, form, sheet.obstacle))


def _taken(sheet: DossierSheet, form: ActForm) -> Answer:
    dossier_id = sheet.dossier.id
    act = DossierAct(dossier_id, sheet.step.id, step_forms.entered(form, sheet), form.seen())
    if sheet.step.confirm and "confirmed" not in request.form:
        dossieracts.check(parts().store, desk(), act)
        return render_template(
            "desk/dossier-act-confirm.html",
            sheet=sheet,
            form=form,
            said=step_forms.in_words(form, sheet),
            pairs=step_forms.sent(),
            to=of_dossier(dossier_id),
            words=words,
        )
    to = of_dossier(dossier_id).page(da_ghi=act.step)
    to = once.do(form.once.data, to, lambda work: dossieracts.take(work, desk(), act))
    return redirect(to, 303)


def _page(sheet: DossierSheet, form: ActForm, wrong: Wrong) -> tuple[str, int]:
    page = render_template(
        "desk/dossier-act.html",
        sheet=sheet,
        form=form,
        fields=step_forms.shown(form, sheet),
        errors=[*wrong.general, *errors_of(form)],
        since=wrong.since,
        legal=sheet.steps,
        to=of_dossier(sheet.dossier.id),
        words=words,
    )
    return page, wrong.code
