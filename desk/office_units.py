"""The page of the units: which are open, who holds their keys, where cases lie locked."""

from flask import render_template

from desk.permissions import needs
from desk.roles import unit_name
from triage import units
from triage.access import Permission
from web import clock
from web.app import parts


@needs(Permission.STAFF_MANAGE)
def page() -> str:
    """Show the tree of the units."""
    found = units.overview(parts().store, parts().rules, clock.today())
    return render_template(
        "desk/office/units.html",
        units=found,
        locked=[each for each in found if each.is_locked_out],
        most=units.MOST_COUNTED,
        unit_name=unit_name,
    )
