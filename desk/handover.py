"""The hand-over to the police: written, looked at as it will be, confirmed; then what became of it.

What is typed lies in the sealed session until then. Papers are made in memory for each look.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from desk import handover_draft, handover_forms, once, previews, readings, step_forms, words
from desk.acting import desk
from desk.addresses import Addresses, of_case
from desk.handover_forms import HandoverForm
from desk.permissions import needs
from desk.session import insider
from desk.step_forms import ActForm, Wrong
from triage import dossiers, handed, handover, handover_papers, viewing
from triage.access import NoSuchCase, Permission
from triage.caseacts import Moved
from triage.clock import Refused
from triage.dossiers import DossierPage
from triage.handover import Sheet
from triage.handover_papers import Composed
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from triage.readings import CASE, FILE
from triage.viewing import Found
from web import clock, sealed
from web.app import parts
from web.downloads import attachment
from web.forms import errors_of
from web.i18n import Pages

pages = Pages("handover", __name__)
Answer = str | AnyResponse | tuple[str, int]
_REFUSED = (Moved, BadInputs, Refused, NotAllowed)
#: Where the faults of triage belong in the form.
_FIELDS: Mapping[str, str] = {"circle": "to", "unit": "to", "petition": "story", "files": "items"}


@pages.get("/ho-so/<uuid:case_id>/chuyen-cong-an")
@pages.post("/ho-so/<uuid:case_id>/chuyen-cong-an", endpoint="keep")
@needs(Permission.CASE_STEP)
def compose(case_id: UUID) -> Answer:
    """Write the hand-over, choose the evidence, strike out what tells who reported."""
    taken = once.done(request.form.get("once", ""))
    if taken is not None:
        return redirect(taken, 303)
    sheet = handover.sheet(parts().store, desk(), case_id)
    readings.once(CASE, case_id)
    if request.method == "GET":
        held = handover_draft.look(case_id) or handover_forms.first(sheet)
        return _page(sheet, held, Wrong(code=200))
    sent = handover_forms.of(sheet)
    seen, held = sent.seen(), handover_forms.answers(sent)
    written = handover_forms.composed(held, sheet)
    looks = handover.looks(parts().store, desk(), case_id, written.files)
    written, held["looks"] = replace(written, looks=looks), handover_forms.kept(looks)
    if "review" in request.form:
        written = handover.counted(parts().store, desk(), case_id, written)
        held["pages"] = {each.hex: count for each, count in written.pages.items()}
    handover_draft.keep(case_id, held)
    if "review" not in request.form:
        return _page(sheet, held, Wrong(code=200))
    try:
        handover.check(parts().store, desk(), case_id, written, seen)
    except _REFUSED as error:
        return _refused(sheet, held, error)
    return redirect(url_for("handover.review", case_id=case_id), 303)


def _refused(
    sheet: Sheet, held: dict[str, Any], error: Moved | BadInputs | Refused | NotAllowed
) -> Answer:
    form = handover_forms.of(sheet, held)
    if isinstance(error, BadInputs):
        error = BadInputs([_at_its_field(each) for each in error.faults])
    wrong = step_forms.why_not(error, form, sheet.obstacle)
    return _shown(sheet, held, form, wrong)


def _at_its_field(fault: Any) -> Any:  # noqa: ANN401  (a Fault)
    return type(fault)(_FIELDS.get(fault.key, fault.key), fault.vi, fault.en)


def _page(sheet: Sheet, held: dict[str, Any], wrong: Wrong) -> Answer:
    return _shown(sheet, held, handover_forms.of(sheet, held), wrong)


def _shown(sheet: Sheet, held: dict[str, Any], form: HandoverForm, wrong: Wrong) -> Answer:
    written = handover_forms.composed(held, sheet)
    found = handover_papers.proposed(written)
    form.propose(found, written.kept)
    page = render_template(
        "desk/handover.html",
        sheet=sheet,
        form=form,
        found=found,
        looks=written.looks,
        kept=[each for each in found if each.key in written.kept],
        errors=[*wrong.general, *errors_of(form)],
        since=wrong.since,
        hours=handover_draft.KEPT_HOURS,
        to=of_case(sheet.case_id),
        manner=viewing.manner,
        words=words,
    )
    return page, wrong.code


@pages.get("/ho-so/<uuid:case_id>/chuyen-cong-an/xem-lai")
@needs(Permission.CASE_STEP)
def review(case_id: UUID) -> Answer:
    """Show what would go out, before it does."""
    sheet = handover.sheet(parts().store, desk(), case_id)
    held = handover_draft.look(case_id)
    if held is None:
        return redirect(url_for("handover.compose", case_id=case_id), 303)
    written = handover_forms.composed(held, sheet)
    try:
        handover.check(parts().store, desk(), case_id, written, int(held["position"]))
        own = handover.signer(parts().store, parts().keys, clock.today())
        made, _manifest = handover.written(parts().store, desk(), case_id, written, own)
    except _REFUSED as error:
        return _refused(sheet, held, error)
    form = ActForm(formdata=None, data={"position": held["position"], "once": held["once"]})
    return render_template(
        "desk/handover-review.html",
        sheet=sheet,
        form=form,
        written=written,
        documents=made,
        files=[each for each in sheet.files if each.id in written.files],
        words=words,
    )


@pages.get("/ho-so/<uuid:case_id>/chuyen-cong-an/van-ban/<int:number>")
@needs(Permission.CASE_STEP)
def document(case_id: UUID, number: int) -> AnyResponse:
    """Show one of the papers as it will go out; it is made for this look and kept nowhere."""
    sheet = handover.sheet(parts().store, desk(), case_id)
    held = handover_draft.look(case_id)
    back = redirect(url_for("handover.review", case_id=case_id), 303)
    if held is None:
        return back
    written = handover_forms.composed(held, sheet)
    try:
        handover.check(parts().store, desk(), case_id, written, int(held["position"]))
        own = handover.signer(parts().store, parts().keys, clock.today())
        made, _manifest = handover.written(parts().store, desk(), case_id, written, own)
    except _REFUSED:
        return back
    if not 0 < number <= len(made):
        abort(404)
    found = made[number - 1]
    answer = Response(found.content, content_type=found.media_type)
    answer.headers["Content-Disposition"] = f'inline; filename="{found.name}"'
    return answer


@pages.post("/ho-so/<uuid:case_id>/chuyen-cong-an/chuyen")
@needs(Permission.CASE_STEP)
def hand_over(case_id: UUID) -> Answer:
    """Hand over what was written and looked at. What is sent twice is handed over once."""
    form = ActForm()
    taken = once.done(form.once.data or "")
    if taken is not None:
        return redirect(taken, 303)
    sheet = handover.sheet(parts().store, desk(), case_id)
    held = handover_draft.look(case_id)
    if held is None or held["once"] != form.once.data:  # gone, or written anew in another tab
        return redirect(url_for("handover.review", case_id=case_id), 303)
    try:
        to = _handed_over(case_id, handover_forms.composed(held, sheet), form)
    except _REFUSED as error:
        return _refused(sheet, held, error)
    return redirect(to, 303)


def _handed_over(case_id: UUID, written: Composed, form: ActForm) -> str:
    store, acting, seen = parts().store, desk(), form.seen()
    handover.check(store, acting, case_id, written, seen)
    own = handover.signer(store, parts().keys, clock.today())
    with (
        handover.packed(store, acting, case_id, written, own) as ready,
        sealed.current().changing() as (drawers, work),
    ):
        before = once.led_to(drawers, form.once.data)
        if before is not None:
            return before
        dossier_id = handover.hand_over(work, acting, ready, seen)
        to = url_for("handover.page", case_id=case_id, dossier_id=dossier_id, da_chuyen=1)
        once.remember(drawers, form.once.data, to)
        handover_draft.forget(drawers, case_id)
    return to


@pages.post("/ho-so/<uuid:case_id>/chuyen-cong-an/huy")
@needs(Permission.CASE_STEP)
def give_up(case_id: UUID) -> AnyResponse:
    """Forget what was written."""
    if not handover.may_hand_over(parts().store, desk(), case_id):
        raise NoSuchCase
    with sealed.current().changing() as (drawers, _work):
        handover_draft.forget(drawers, case_id)
    return redirect(url_for("cases.page", case_id=case_id), 303)


def _addresses(case_id: UUID, dossier_id: UUID) -> Addresses:
    return Addresses("handover", {"case_id": case_id, "dossier_id": dossier_id})


@pages.get("/ho-so/<uuid:case_id>/da-chuyen/<uuid:dossier_id>")
@needs(Permission.CASE_READ)
def page(case_id: UUID, dossier_id: UUID) -> str:
    """Show a dossier that was handed over: what was in it, and what became of it."""
    found = dossiers.of_case(parts().store, parts().rules, insider(), case_id, clock.today())
    shown: DossierPage | None = next(
        (each for each in found if each.dossier.id == dossier_id), None
    )
    if shown is None:
        raise NoSuchCase
    readings.once(CASE, case_id)
    return render_template(
        "desk/handover-done.html",
        page=shown,
        case_id=case_id,
        to=_addresses(case_id, dossier_id),
        form=ActForm(formdata=None),
        may_send=handover.may_hand_over(parts().store, desk(), case_id),
        rules=parts().rules,
        manner=viewing.manner,
        words=words,
    )


@pages.get("/ho-so/<uuid:case_id>/da-chuyen/<uuid:dossier_id>/tep/<uuid:file_id>")
@needs(Permission.CASE_READ)
def file(case_id: UUID, dossier_id: UUID, file_id: UUID) -> Response:
    """Hand out a file of a dossier, to be saved."""
    return previews.saved(_opened(case_id, dossier_id, file_id))


@pages.get("/ho-so/<uuid:case_id>/da-chuyen/<uuid:dossier_id>/tep/<uuid:file_id>/xem/<int:page>")
@needs(Permission.CASE_READ)
def preview(case_id: UUID, dossier_id: UUID, file_id: UUID, page: int) -> str:
    """Show one page of a file of a dossier, without opening it."""
    found = _opened(case_id, dossier_id, file_id)
    return previews.shown(found, _addresses(case_id, dossier_id), page)


@pages.get("/ho-so/<uuid:case_id>/da-chuyen/<uuid:dossier_id>/tep/<uuid:file_id>/hinh/<int:page>")
@needs(Permission.CASE_READ)
def picture(case_id: UUID, dossier_id: UUID, file_id: UUID, page: int) -> AnyResponse:
    """Return a page of such a file as a picture of our making."""
    found = _opened(case_id, dossier_id, file_id)
    return previews.drawn(found, _addresses(case_id, dossier_id), page)


def _opened(case_id: UUID, dossier_id: UUID, file_id: UUID) -> Found:
    found = handed.file(parts().store, insider(), case_id, dossier_id, file_id)
    readings.once(FILE, case_id, file_id)
    return found


@pages.post("/ho-so/<uuid:case_id>/da-chuyen/<uuid:dossier_id>/goi")
@needs(Permission.CASE_STEP)
def package(case_id: UUID, dossier_id: UUID) -> Response:
    """Hand out the package that is encrypted for the body outside; each time it is logged."""
    made = handed.package(parts().store, desk(), case_id, dossier_id)
    return attachment(made.pieces, made.name, made.size)
