"""Entry from a table: the template, the upload, a look row by row, filing, results."""

from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zlib import compress, decompress

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from desk.entry import Answer
from desk.entry_forms import ActForm, ArrivalForm, read_day
from desk.permissions import needs
from desk.session import insider, own
from triage import admission, entry, entry_table
from triage.access import Permission
from triage.entry_table import HEADINGS, MOST_ROWS, Row, Table, Unreadable
from triage.inputs import BadInputs, Fault
from triage.submission import Entry, Submission
from web import clock, csv_file, forms, limits, sealed, uploads
from web.app import parts
from web.i18n import Pages, day, word
from web.sealed import Drawers, SessionFull

pages = Pages("entry_table", __name__)
_DRAWER = "entry_table"
_KEPT = timedelta(hours=2)
_MOST_MIB = 2
_MOST_BYTES = _MOST_MIB * 1024 * 1024


class UploadForm(ArrivalForm):
    """A table, and how all that stands in it came."""

    table = forms.Text(widget=forms.Files())

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  (as in WTForms)
        super().__init__(*given, **named)
        self.table.label.text = _("Tệp CSV")
        self.table.description = _(
            "UTF-8, không quá %(mib)d MB, nhiều nhất %(n)d dòng.", mib=_MOST_MIB, n=MOST_ROWS
        )


def _held(drawers: Drawers) -> dict[str, Any] | None:
    return drawers.get(own(_DRAWER))


def _read(held: dict[str, Any]) -> Table:
    data = decompress(b64decode(held["data"]))
    return _table(data, held["answers"])


def _table(data: bytes, answers: dict[str, str]) -> Table:
    received = read_day(answers["received_on"])
    how = Entry(
        by=insider().id,
        unit=answers["office"],
        received_on=None if received == clock.today() else received,
        late_because=answers["late_because"],
        sender=answers["sender"],
    )
    return entry_table.read(
        data, parts().rules, answers["channel"], how, clock.today(), csv_file.bare
    )


def _form(formdata: MultiDict[str, str] | None) -> UploadForm:
    form = UploadForm(formdata, data={"received_on": day(clock.today())})
    rules, today = parts().rules, clock.today()
    form.prepare(entry.ways(rules, today), entry.offices(rules, insider(), today))
    return form


@pages.get("/nhap-tu-bang")
@pages.post("/nhap-tu-bang", endpoint="send")
@uploads.reads_its_own_form
@limits.scope(limits.Scope.UPLOAD)
@needs(Permission.CASE_ENTER)
def table() -> Answer:
    """Offer the template, and take a table; nothing is filed yet."""
    if request.method == "GET":
        return _upload_page(_form(None))
    sent, data = _sent()
    form = _form(sent)
    if form.validate():
        _take(form, data)
    else:  # no browser keeps the file for the next try
        form.table.errors = [_("Hãy chọn lại tệp CSV.") if data else _("Hãy chọn tệp CSV.")]
    if forms.errors_of(form):
        return _upload_page(form)
    return redirect(url_for("entry_table.look"), 303)


def _sent() -> tuple[MultiDict[str, str], bytes | None]:
    """Return the fields and the table of the form; None for a table that is too large."""
    fields: MultiDict[str, str] = MultiDict()
    data = b""
    for part in uploads.parts(request, _MOST_BYTES + uploads.OVERHEAD):
        if isinstance(part, uploads.Value):
            fields.add(part.name, part.value)
        else:
            for piece in part.pieces:
                data += piece
                if len(data) > _MOST_BYTES:
                    raise RequestEntityTooLarge
    fields["csrf_token"] = generate_csrf()  # it was checked before anything else was read
    return fields, data


def _take(form: UploadForm, data: bytes | None) -> None:
    """Keep a table that can be read; otherwise say at the form what is wrong."""
    if not data:
        form.table.errors = [_("Hãy chọn tệp CSV.")]
        return
    answers = {
        name: str(form[name].data or "")
        for name in ("channel", "received_on", "late_because", "sender", "office")
    }
    try:
        read = _table(data, answers)
    except Unreadable as error:
        form.table.errors = [word(error)]
        return
    shared = [each for each in _of_all(read) if each.key in form]
    for fault in shared:
        form[fault.key].errors = [word(fault)]
    if shared:
        return
    held = {
        "nonce": uuid4().hex,
        "data": b64encode(compress(data, 9)).decode(),
        "answers": answers,
        "done": {},
    }
    try:
        with sealed.current().changing() as (drawers, _work):
            drawers.put(own(_DRAWER), held, clock.now() + _KEPT)
    except SessionFull:
        form.table.errors = [_("Bảng chứa quá nhiều chữ để giữ trong phiên: hãy chia làm hai tệp.")]


def _of_all(read: Table) -> tuple[Fault, ...]:
    """Return what is wrong with every row alike: the day, the sender."""
    how, first = read.rows[0].how, read.rows[0].told
    told = Submission(first.intent, first.category, "-", first.channel)
    return entry.faults(parts().rules, told, how, clock.today())


def _upload_page(form: UploadForm) -> Answer:
    errors = forms.errors_of(form)
    page = render_template(
        "desk/entry-table.html", form=form, errors=errors, headings=HEADINGS, most=MOST_ROWS
    )
    return page, 422 if errors else 200


@pages.get("/nhap-tu-bang/mau.csv")
@needs(Permission.CASE_ENTER)
def template() -> Response:
    """Give a table with its headings and nothing else."""
    return _csv([tuple(HEADINGS.values())], "mau-nhap-ho-so.csv")


def _csv(rows: Any, name: str) -> Response:  # noqa: ANN401  (rows of cells)
    answer = Response(csv_file.written(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


@pages.get("/nhap-tu-bang/xem")
@needs(Permission.CASE_ENTER)
def look() -> Answer:
    """Show every row with what will become of it, or became of it."""
    held = _held(sealed.current().look())
    if held is None:
        return redirect(url_for("entry_table.table"), 303)
    return render_template(
        "desk/entry-rows.html",
        table=_read(held) if held["data"] else None,
        held=held,
        form=ActForm(formdata=None),
        back=url_for("entry_table.table"),
    )


@pages.get("/nhap-tu-bang/dong-loi.csv")
@needs(Permission.CASE_ENTER)
def refused() -> Answer:
    """Give the refused rows with the reasons, to be mended and sent again."""
    held = _held(sealed.current().look())
    if held is None or not held["data"]:
        return redirect(url_for("entry_table.table"), 303)
    read = _read(held)
    rows = [
        (*row.cells, *[""] * (len(read.headings) - len(row.cells)), _reasons(row))
        for row in read.refused
    ]
    return _csv([(*read.headings, _("Lý do")), *rows], "dong-chua-nhap.csv")


def _reasons(row: Row) -> str:
    return " ".join(word(each) for each in row.faults)


@pages.post("/nhap-tu-bang/xem", endpoint="file")
@needs(Permission.CASE_ENTER)
def file() -> Answer:
    """File the good rows, each in a transaction of its own; what is sent twice is filed once."""
    held = _held(sealed.current().look())
    if held is None or held["nonce"] != request.form.get("nonce"):
        return redirect(url_for("entry_table.table", het_han=1), 303)
    if held["data"]:
        for row in _read(held).good:
            _file(held["nonce"], row)
        _forget(held["nonce"])
    return redirect(url_for("entry_table.look"), 303)


def _file(nonce: str, row: Row) -> None:
    """File a row and mark it as done, or say why it was refused after all."""
    reason = ""
    with sealed.current().changing() as (drawers, work):
        held = _held(drawers)
        if held is None or held["nonce"] != nonce or str(row.number) in held["done"]:
            return
        try:
            with work.session.begin_nested():
                _enter(work, row)
        except BadInputs as error:
            reason = " ".join(word(each) for each in error.faults)
        held["done"][str(row.number)] = reason
        drawers.put(own(_DRAWER), held, clock.now() + _KEPT)


def _enter(work: Any, row: Row) -> None:  # noqa: ANN401  (the transaction of the session)
    entry.enter(
        work,
        parts().rules,
        parts().promise_key,
        admission.new_case(),
        row.told,
        row.how,
        insider(),
        clock.today(),
        hand_over=False,
    )


def _forget(nonce: str) -> None:
    """Keep the results alone, once no row was refused that could still be fetched."""
    with sealed.current().changing() as (drawers, _work):
        held = _held(drawers)
        if held is not None and held["nonce"] == nonce and not _read(held).refused:
            drawers.put(own(_DRAWER), held | {"data": ""}, clock.now() + _KEPT)
