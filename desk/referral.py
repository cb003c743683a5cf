"""The request to protect whoever reported: written on one page, looked at, sent to the officers."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from desk import once, readings, referral_forms, step_forms, words
from desk.acting import desk
from desk.addresses import of_case
from desk.permissions import needs
from desk.referral_forms import ReferralForm
from desk.step_forms import Wrong
from triage import handover, handover_papers, referral, viewing
from triage.access import Permission
from triage.caseacts import Moved
from triage.clock import Refused
from triage.inputs import BadInputs
from triage.lifecycle import NotAllowed
from triage.readings import CASE
from triage.referral import Asking, ReferralSheet
from web import clock, sealed
from web.app import parts
from web.forms import errors_of
from web.i18n import Pages

pages = Pages("referral", __name__)
Answer = str | Response | tuple[str, int]
#: Where the faults of triage belong in the form.
_FIELDS: Mapping[str, str] = {"circle": "to", "unit": "to"}


@pages.get("/ho-so/<uuid:case_id>/de-nghi-bao-ve")
@pages.post("/ho-so/<uuid:case_id>/de-nghi-bao-ve", endpoint="refer")
@needs(Permission.CASE_STEP)
def compose(case_id: UUID) -> Answer:
    """Write the request, strike out what tells who reported, look at it again, and send it."""
    taken = once.done(request.form.get("once", ""))
    if taken is not None:
        return redirect(taken, 303)
    sheet = referral.sheet(parts().store, desk(), case_id)
    readings.once(CASE, case_id)
    form = referral_forms.of(sheet)
    asking = referral_forms.asking(form, sheet)
    looks = handover.looks(parts().store, desk(), case_id, asking.files)
    asking = replace(asking, looks=looks)
    if request.method == "GET" or {"strike_now", "edit"} & set(request.form):
        return _page(sheet, form, asking, Wrong(code=200))
    try:
        referral.check(parts().store, desk(), case_id, asking, form.seen())
        if "confirmed" in request.form:
            return redirect(_referred(sheet, form, asking), 303)
    except (Moved, BadInputs, Refused, NotAllowed) as error:
        if isinstance(error, BadInputs):
            faults = [replace(each, key=_FIELDS.get(each.key, each.key)) for each in error.faults]
            error = BadInputs(faults)
        return _page(sheet, form, asking, step_forms.why_not(error, form, sheet.obstacle))
    return render_template(
        "desk/referral-review.html",
        sheet=sheet,
        form=form,
        asking=asking,
        files=[each for each in sheet.files if each.id in asking.files],
        pairs=step_forms.sent(),
        to=of_case(case_id),
        rules=parts().rules,
        words=words,
    )


def _referred(sheet: ReferralSheet, form: ReferralForm, asking: Asking) -> str:
    store, acting, case_id = parts().store, desk(), sheet.case_id
    own = handover.signer(store, parts().keys, clock.today()) if asking.outside else None
    with (
        referral.packed(store, acting, case_id, asking, own) as ready,
        sealed.current().changing() as (drawers, work),
    ):
        before = once.led_to(drawers, form.once.data or "")
        if before is not None:
            return before
        dossier_id = referral.refer(work, acting, ready, form.seen())
        to = url_for("handover.page", case_id=case_id, dossier_id=dossier_id, da_chuyen=1)
        once.remember(drawers, form.once.data or "", to)
    return to


def _page(
    sheet: ReferralSheet, form: ReferralForm, asking: Asking, wrong: Wrong
) -> tuple[str, int]:
    found = handover_papers.proposed(asking)
    form.propose(found, asking.kept)
    page = render_template(
        "desk/referral.html",
        sheet=sheet,
        form=form,
        found=found,
        looks=asking.looks,
        kept=[each for each in found if each.key in asking.kept],
        errors=[*wrong.general, *errors_of(form)],
        since=wrong.since,
        to=of_case(sheet.case_id),
        manner=viewing.manner,
        rules=parts().rules,
        words=words,
    )
    return page, wrong.code
