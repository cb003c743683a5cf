"""The queue, which is also where everybody comes first; and why a case is due when it is."""

from uuid import UUID

from flask import render_template, request
from flask_babel import lazy_gettext as _l

from desk import words
from desk.permissions import needs
from desk.session import insider
from triage import queue
from triage.access import Permission
from triage.queue_sql import MOST
from triage.why import why
from web import clock
from web.app import parts
from web.i18n import Pages

pages = Pages("queue", __name__)


#: What the filters are called, by their names in the address.
_LABELS = {
    "bucket": _l("Thời hạn"),
    "assigned": _l("Giao cho"),
    "unit": _l("Đơn vị"),
    "state": _l("Trạng thái"),
    "kind": _l("Loại đơn"),
    "category": _l("Lĩnh vực"),
    "ward": _l("Xã, phường"),
    "channel": _l("Nguồn"),
    "urgent": _l("Mức khẩn"),
}


@pages.get("/", endpoint="list")
@needs(Permission.OWN_ACCOUNT)
def show() -> str:
    """Show the queue to whoever reads cases, and to others the places that are theirs."""
    person = insider()
    if Permission.QUEUE_READ not in person.permissions:
        return render_template("desk/home.html", person=person)
    found = queue.look(parts().store, parts().rules, person, request.args, clock.today())
    return render_template(
        "desk/queue.html",
        queue=found,
        labels=_LABELS,
        words=words,
        most=MOST,
        several=len(person.reads) > 1,
    )


@pages.get("/ho-so/<uuid:case_id>/vi-sao", endpoint="why")
@needs(Permission.QUEUE_READ)
def show_why(case_id: UUID) -> str:
    """Show how the last days of a case come about."""
    found = why(parts().store, parts().rules, insider(), case_id, clock.today())
    return render_template("desk/why.html", why=found, words=words)
