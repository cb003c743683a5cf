"""Protection of those who report: the list of a unit, and the page of one case."""

from uuid import UUID

from flask import render_template

from desk import readings, words
from desk.addresses import of_case
from desk.permissions import needs
from desk.session import insider
from triage import protected, protection_page
from triage.access import Permission
from triage.readings import CASE
from web import clock
from web.app import parts
from web.i18n import Pages

pages = Pages("protection", __name__)


@pages.get("/bao-ve", endpoint="list")
@needs(Permission.CASE_READ)
def everybody() -> str:
    """List the cases in which somebody is protected or has called for it."""
    here = parts()
    found = protected.look(here.store, here.rules, insider(), clock.today())
    several = len(insider().reads) > 1
    return render_template("desk/protected.html", rows=found, several=several, words=words)


@pages.get("/ho-so/<uuid:case_id>/bao-ve")
@needs(Permission.CASE_READ)
def page(case_id: UUID) -> str:
    """Show the protection in one case whole."""
    here, rules = parts(), parts().rules
    found = protection_page.look(here.store, rules, insider(), case_id, clock.today())
    readings.once(CASE, case_id)
    return render_template(
        "desk/protection.html",
        found=found,
        page=found.page,
        rules=rules,
        words=words,
        to=of_case(case_id),
    )
