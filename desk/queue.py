"""The queue, which is also where everybody comes first; search; why a case is due when it is."""

from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from desk import shortcuts, words
from desk.permissions import needs
from desk.queue_forms import ActForm, KeepForm, SearchForm
from desk.session import insider
from triage import meeting, queue, saved_filters, search
from triage.access import Permission
from triage.finding import Query
from triage.inputs import BadInputs
from triage.queue_sql import MOST, Mark
from triage.why import why
from web import clock
from web.app import parts
from web.forms import errors_of
from web.i18n import Pages, word

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
def show() -> str | Response:
    """Show the queue to whoever reads cases, and to others the places that are theirs.

    Who reads dossiers, and no cases, comes to these.
    """
    person = insider()
    if Permission.QUEUE_READ not in person.permissions:
        if Permission.DOSSIER_READ in person.permissions:
            return redirect(url_for("dossiers.list"), HTTPStatus.SEE_OTHER)
        due = None
        if Permission.MEETING_READ in person.permissions:
            due = meeting.due(parts().rules, clock.today())
        return render_template("desk/home.html", person=person, meeting=due)
    return _shown(request.args, KeepForm())


def _shown(given: Mapping[str, str], form: KeepForm) -> str:
    person = insider()
    return render_template(
        "desk/queue.html",
        queue=queue.look(parts().store, parts().rules, person, given, clock.today()),
        labels=_LABELS,
        words=words,
        most=MOST,
        several=len(person.reads) > 1,
        assigns=Permission.CASE_ASSIGN in person.permissions,
        form=form,
        errors=errors_of(form),
    )


@pages.post("/bo-loc", endpoint="keep")
@needs(Permission.QUEUE_READ)
def keep() -> Response | tuple[str, int]:
    """Keep the filter that is applied."""
    form, here = KeepForm(), parts()
    if form.validate():
        try:
            queue.keep(
                here.store, here.rules, insider(), form.name.data, request.form, clock.today()
            )
        except BadInputs as error:
            form.name.errors = [word(fault) for fault in error.faults]
        else:
            return redirect(url_for("queue.list"), HTTPStatus.SEE_OTHER)
    return _shown(request.form, form), HTTPStatus.UNPROCESSABLE_ENTITY


@pages.post("/bo-loc/<uuid:filter_id>/xoa", endpoint="drop")
@needs(Permission.QUEUE_READ)
def drop(filter_id: UUID) -> Response:
    """Delete a filter of one's own."""
    saved_filters.drop(parts().store, insider(), filter_id)
    return redirect(url_for("queue.list"), HTTPStatus.SEE_OTHER)


@pages.get("/ho-so/<uuid:case_id>/vi-sao", endpoint="why")
@needs(Permission.QUEUE_READ)
def show_why(case_id: UUID) -> str:
    """Show how the last days of a case come about."""
    found = why(parts().store, parts().rules, insider(), case_id, clock.today())
    return render_template("desk/why.html", why=found, words=words)


@pages.route("/tim", methods=["GET", "POST"], endpoint="search")
@needs(Permission.QUEUE_READ)
def find() -> str | tuple[str, int]:
    """Search the cases; the answer comes at once, because an address must not hold the words."""
    form, here, found = SearchForm(), parts(), None
    if request.method == "POST" and form.validate():
        query, after = Query.of(form.words.data), Mark.read(form.after.data or "")
        found = search.search(
            here.store, here.rules, here.promise_key, insider(), query, after, clock.today()
        )
    errors = errors_of(form)
    page = render_template("desk/search.html", form=form, found=found, errors=errors, words=words)
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if errors else page


@pages.get("/phim-tat", endpoint="keys")
@needs(Permission.OWN_ACCOUNT)
def keys() -> str:
    """List the keys, and whether they work."""
    return render_template("desk/keys.html", form=ActForm(), on=shortcuts.on())


@pages.post("/phim-tat", endpoint="switch_keys")
@needs(Permission.OWN_ACCOUNT)
def switch_keys() -> Response:
    """Switch the keys on or off."""
    shortcuts.switch(on=request.form.get("keys") == "on")
    return redirect(url_for("queue.keys"), HTTPStatus.SEE_OTHER)
