"""One case on one page, and its files."""

from uuid import UUID

from flask import Response, render_template
from werkzeug.wrappers import Response as AnyResponse

from desk import previews, readings, words
from desk.acting import desk
from desk.addresses import of_case
from desk.permissions import needs
from desk.session import insider
from triage import casepage, dossierkeys, dossiers, handed, identity_reading, viewing
from triage.access import Permission
from triage.casepage import CasePage
from triage.dossiers import DossierPage
from triage.readings import ALIKE, CASE, FILE
from triage.similar import search
from triage.viewing import Found
from web import clock
from web.app import parts
from web.i18n import Pages

pages = Pages("cases", __name__)


@pages.get("/ho-so/<uuid:case_id>")
@needs(Permission.CASE_READ)
def page(case_id: UUID) -> str:
    """Show a case whole."""
    here, rules = parts(), parts().rules
    found = casepage.look(here.store, rules, insider(), case_id, clock.today())
    readings.once(CASE, case_id)
    asked = None
    if found.head.identity_kept:
        asked = identity_reading.of_case(here.store, desk(), case_id)
    return render_template(
        "desk/case.html",
        page=found,
        rules=rules,
        words=words,
        manner=viewing.manner,
        identity=asked,
        handed=_handed(found, case_id),
        named_later=handed.named_later(found.events),
        to=of_case(case_id),
    )


def _handed(found: CasePage, case_id: UUID) -> tuple[DossierPage, ...]:
    """Return the dossiers of a case; most have none, and are not asked for them."""
    if not any(each.kind in dossierkeys.KINDS for each in found.events):
        return ()
    here = parts()
    return dossiers.of_case(here.store, here.rules, insider(), case_id, clock.today())


@pages.get("/ho-so/<uuid:case_id>/tep/<uuid:file_id>")
@needs(Permission.CASE_READ)
def file(case_id: UUID, file_id: UUID) -> Response:
    """Hand out a file of a case, to be saved."""
    return previews.saved(_opened(case_id, file_id))


@pages.get("/ho-so/<uuid:case_id>/tep/<uuid:file_id>/xem/<int:page>", endpoint="preview")
@needs(Permission.CASE_READ)
def look_at(case_id: UUID, file_id: UUID, page: int) -> str:
    """Show one page of a file, or its text, without opening it."""
    return previews.shown(_opened(case_id, file_id), of_case(case_id), page)


@pages.get("/ho-so/<uuid:case_id>/tep/<uuid:file_id>/hinh/<int:page>")
@needs(Permission.CASE_READ)
def picture(case_id: UUID, file_id: UUID, page: int) -> AnyResponse:
    """Return a page of a file as a picture of our making."""
    return previews.drawn(_opened(case_id, file_id), of_case(case_id), page)


@pages.get("/ho-so/<uuid:case_id>/giong")
@needs(Permission.CASE_READ)
def similar(case_id: UUID) -> str:
    """Suggest cases on the same matter; each of them is opened for comparing, so it is logged."""
    here = parts()
    alike = search(here.store, insider(), case_id, clock.today())
    readings.once(ALIKE, case_id)
    return render_template("desk/similar.html", case_id=case_id, alike=alike, rules=here.rules)


def _opened(case_id: UUID, file_id: UUID) -> Found:
    found = viewing.find(parts().store, insider(), case_id, file_id)
    readings.once(FILE, case_id, file_id)
    return found
