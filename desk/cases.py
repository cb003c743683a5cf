"""One case on one page."""

from uuid import UUID

from flask import render_template

from desk import readings, words
from desk.permissions import needs
from desk.session import insider
from triage import casepage
from triage.access import Permission
from triage.readings import CASE
from web import clock
from web.app import parts
from web.i18n import Pages

pages = Pages("cases", __name__)


@pages.get("/ho-so/<uuid:case_id>")
@needs(Permission.CASE_READ)
def page(case_id: UUID) -> str:
    """Show a case whole."""
    here, today = parts(), clock.today()
    found = casepage.look(here.store, here.rules, insider(), case_id, today)
    readings.once(CASE, case_id)
    return render_template("desk/case.html", page=found, rules=here.rules, words=words)
