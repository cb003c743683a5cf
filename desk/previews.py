"""Files looked at without being opened: of a case, or of a dossier."""

from flask import Response, abort, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from desk import words
from desk.addresses import Addresses
from triage import viewing
from triage.viewing import Found, Manner, NotShown
from web.app import parts
from web.downloads import attachment


def saved(found: Found) -> Response:
    """Hand out a file, to be saved."""
    return attachment(viewing.content(parts().store, found), found.file.name, found.file.size)


def shown(found: Found, to: Addresses, page: int) -> str:
    """Show one page of a file, or its text; its pictures come by `drawn`."""
    count, text, whole = 0, "", True
    try:
        if found.manner is Manner.PAGES:
            count = viewing.pages(parts().store, found)
        elif found.manner is Manner.TEXT:
            text, whole = viewing.text(parts().store, found)
    except NotShown:
        pass  # the page then has neither pictures nor text, and says so
    if page != 1 and not 0 < page <= count:
        abort(404)
    return render_template(
        "desk/preview.html",
        to=to,
        file=found.file,
        page=page,
        count=count,
        text=text,
        whole=whole,
        words=words,
    )


def drawn(found: Found, to: Addresses, page: int) -> AnyResponse:
    """Return a page of a file as a picture of our making; `shown` says why there is none."""
    try:
        made = viewing.picture(parts().store, found, page)
    except NotShown:
        return redirect(to.preview(found.file.id, page), 303)
    return Response(made, content_type="image/png" if made[:4] == b"\x89PNG" else "image/jpeg")
