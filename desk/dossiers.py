"""What other offices see: the dossiers handed to their circle, and their files. No case is here."""

from uuid import UUID

from flask import Response, render_template, request
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from desk import previews, readings, words
from desk.addresses import of_dossier
from desk.permissions import needs
from desk.session import insider
from triage import dossierlist, dossiers, meeting, viewing
from triage.access import Permission
from triage.dossierlist import Group
from triage.queue_sql import Mark
from triage.readings import DOSSIER, DOSSIER_FILE
from triage.viewing import Found
from web import clock
from web.app import parts
from web.i18n import Pages

pages = Pages("dossiers", __name__)

GROUPS = {
    Group.OVERDUE: _l("Quá hạn"),
    Group.WAITING: _l("Mới chuyển đến"),
    Group.RUNNING: _l("Đang giải quyết"),
    Group.DECIDED: _l("Đã có kết quả"),
}


@pages.get("/ho-so-chuyen", endpoint="list")
@needs(Permission.DOSSIER_READ)
def show() -> str:
    """List the dossiers, what is due first before the others."""
    here, person, today = parts(), insider(), clock.today()
    asked = request.args.get("group", "")
    group = Group(asked) if asked in set(Group) else None
    after = Mark.read(request.args.get("after", ""))
    meets = Permission.MEETING_READ in person.permissions
    return render_template(
        "desk/dossiers.html",
        found=dossierlist.listed(here.store, here.rules, person, today, after, group),
        group=group,
        groups=GROUPS,
        meeting=meeting.due(here.rules, today) if meets else None,
        words=words,
    )


@pages.get("/ho-so-chuyen/<uuid:dossier_id>")
@needs(Permission.DOSSIER_READ)
def page(dossier_id: UUID) -> str:
    """Show a dossier whole."""
    here = parts()
    found = dossiers.opened(here.store, here.rules, insider(), dossier_id, clock.today())
    readings.once(DOSSIER, dossier_id)
    return render_template(
        "desk/dossier.html",
        page=found,
        rules=here.rules,
        words=words,
        manner=viewing.manner,
        to=of_dossier(dossier_id),
    )


@pages.get("/ho-so-chuyen/<uuid:dossier_id>/tep/<uuid:file_id>")
@needs(Permission.DOSSIER_READ)
def file(dossier_id: UUID, file_id: UUID) -> Response:
    """Hand out a file of a dossier, to be saved."""
    return previews.saved(_opened(dossier_id, file_id))


@pages.get("/ho-so-chuyen/<uuid:dossier_id>/tep/<uuid:file_id>/xem/<int:page>", endpoint="preview")
@needs(Permission.DOSSIER_READ)
def look_at(dossier_id: UUID, file_id: UUID, page: int) -> str:
    """Show one page of a file, or its text, without opening it."""
    return previews.shown(_opened(dossier_id, file_id), of_dossier(dossier_id), page)


@pages.get("/ho-so-chuyen/<uuid:dossier_id>/tep/<uuid:file_id>/hinh/<int:page>")
@needs(Permission.DOSSIER_READ)
def picture(dossier_id: UUID, file_id: UUID, page: int) -> AnyResponse:
    """Return a page of a file as a picture of our making."""
    return previews.drawn(_opened(dossier_id, file_id), of_dossier(dossier_id), page)


def _opened(dossier_id: UUID, file_id: UUID) -> Found:
    found = dossiers.file(parts().store, insider(), dossier_id, file_id)
    readings.once(DOSSIER_FILE, dossier_id, file_id)
    return found
