"""Files of a report: sealed while they arrive, listed, removed again."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from flask import Request, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField

from cleaning import CleanersBusy, FileRefused, Infected, Refusal, ScannerUnavailable
from intake import drafts, journey
from intake.journey import Question
from intake.report import Answer, back_of, go
from triage import evidence
from triage.casefile import OpenCase
from triage.submission import StoredFile
from web import clock, forms, limits, uploads
from web.app import parts
from web.i18n import Pages

pages = Pages("files", __name__)
#: So that slow uploads leave threads for everybody else.
_AT_ONCE = BoundedSemaphore(12)


class FilesForm(FlaskForm):
    """Files to send. The tick comes first, because it must be known before a file arrives."""

    keep_original = BooleanField(widget=forms.Tick())
    files = forms.Text(widget=forms.Files(multiple=True))

    def __init__(self) -> None:
        super().__init__(formdata=None)
        self.keep_original.label.text = _("Giữ thêm bản gốc, niêm phong")
        self.keep_original.description = _(
            "Chỉ chọn khi thông tin ẩn trong tệp (giờ chụp, nơi chụp, người soạn) chính là chứng "
            "cứ."
        )
        self.files.label.text = _("Chọn tệp")


class TooMany(Exception):
    """The report has as many files as one may have."""


class Busy(Exception):
    """As many files are arriving as this machine takes at once."""


@pages.get("/gui/tep")
@pages.post("/gui/tep", endpoint="send")
@uploads.reads_its_own_form
@limits.scope(limits.Scope.UPLOAD)
def question() -> Answer:
    """Ask for files; take those that come, one after the other."""
    errors: list[str] = []
    draft = drafts.look()
    if draft is not None and request.method == "POST":
        room = parts().site.files_most - len(draft.copies)
        taken, errors = take(request, draft.case, room)
        if taken and not _adopted(draft.case, taken):
            draft = None
        elif taken and not errors:
            return redirect(url_for("files.question", **_editing()), 303)
        else:
            draft = drafts.look()
            errors = errors or [
                _("Hãy chọn ít nhất một tệp, hoặc bấm “Tiếp tục” nếu không gửi tệp.")
            ]
    if draft is None:
        return redirect(url_for("report.start", het_han=1), 303)
    answers = draft.answers
    order = journey.questions(answers, drafts.catalogue())
    form = FilesForm()
    form.files.errors = errors
    page = render_template(
        "intake/files.html",
        form=form,
        files=draft.copies,
        originals={file.original_of for file in draft.files},
        errors=forms.errors_of(form, every=True),
        number=order.index(Question.FILES) + 1,
        count=len(order),
        back=back_of(Question.FILES, answers),
    )
    return page, 422 if errors else 200


def _editing() -> dict[str, Any]:
    return {"sua": 1} if "sua" in request.args else {}


def _adopted(case: OpenCase, taken: list[StoredFile]) -> bool:
    """Put the files into the draft; False, and nothing kept, if that has gone meanwhile."""
    with kept_or_dropped(taken), drafts.changing() as draft:
        same = draft.case.id == case.id
        if same:
            draft.files.extend(taken)
    if not same:
        evidence.drop(parts().store, (file.id for file in taken))
    return same


@pages.post("/gui/tep/tiep")
def onward() -> Answer:
    """Go on to the next question."""
    draft = drafts.look()
    answers = {} if draft is None else draft.answers
    if "sua" in request.args:
        return redirect(url_for("report.check"), 303)
    return go(journey.after(Question.FILES, journey.questions(answers, drafts.catalogue())))


@pages.post("/gui/tep/bo/<uuid:file>")
def remove(file: UUID) -> Answer:
    """Remove a file, and its original with it."""
    if drafts.look() is None:
        return redirect(url_for("report.start", het_han=1), 303)
    with drafts.changing() as draft:
        gone = [each for each in draft.files if file in {each.id, each.original_of}]
        draft.files = [each for each in draft.files if each not in gone]
    evidence.drop(parts().store, (each.id for each in gone))
    return redirect(url_for("files.question", **_editing()), 303)


def take(sent: Request, case: OpenCase, room: int) -> tuple[list[StoredFile], list[str]]:
    """Take the files of a form in, and return them, and what was wrong with the others.

    One bad file does not cost the ones after it. Raises CSRFError, and what is wrong with the
    form as a whole.
    """
    taken: list[StoredFile] = []
    errors: list[str] = []
    most = max(room, 1) * parts().file_limits.most_bytes + uploads.OVERHEAD
    keep_original = False
    with kept_or_dropped(taken):
        for part in uploads.parts(sent, most):
            if isinstance(part, uploads.Value):
                keep_original = keep_original or part.name == "keep_original"
            elif part.filename:
                try:
                    if len([file for file in taken if file.original_of is None]) >= room:
                        raise TooMany
                    taken += _take_one(part, case, keep_original=keep_original)
                except (
                    TooMany,
                    Busy,
                    CleanersBusy,
                    FileRefused,
                    Infected,
                    ScannerUnavailable,
                ) as error:
                    errors.append(_explained(part.filename, error))
    return taken, list(dict.fromkeys(errors))


@contextmanager
def kept_or_dropped(taken: list[StoredFile]) -> Iterator[None]:
    """Drop the files that were taken so far if the block fails: nobody would adopt them."""
    try:
        yield
    except BaseException:
        evidence.drop(parts().store, (file.id for file in taken))
        raise


def _take_one(
    part: uploads.Upload, case: OpenCase, *, keep_original: bool
) -> tuple[StoredFile, ...]:
    if not _AT_ONCE.acquire(timeout=10):
        raise Busy
    try:
        return evidence.take(
            parts().store,
            case,
            part.filename,
            part.pieces,
            parts().file_limits,
            parts().scanner,
            clock.today(),
            keep_original=keep_original,
        )
    finally:
        _AT_ONCE.release()


def _explained(name: str, error: Exception) -> str:
    site = parts().site
    match error:
        case TooMany():
            return _("Mỗi phản ánh gửi được nhiều nhất %(n)d tệp.", n=site.files_most)
        case Busy() | CleanersBusy():
            return _("Nhiều người đang gửi tệp cùng lúc. Xin chờ một phút rồi gửi lại tệp này.")
        case Infected():
            why = _("phần mềm diệt vi-rút cho biết tệp có mã độc")
        case ScannerUnavailable():
            why = _("phần mềm diệt vi-rút tạm thời không trả lời; xin thử lại sau ít phút")
        case FileRefused(reason=Refusal.EMPTY):
            why = _("tệp không có nội dung")
        case FileRefused(reason=Refusal.TOO_LARGE):
            why = _("tệp lớn hơn %(n)d MB", n=site.file_most_mib)
        case FileRefused(reason=Refusal.ENCRYPTED):
            why = _("tệp có mật khẩu nên cán bộ sẽ không mở được; hãy bỏ mật khẩu rồi gửi lại")
        case FileRefused(reason=Refusal.DAMAGED):
            why = _("tệp bị hỏng, không mở được")
        case FileRefused(reason=Refusal.BOMB):
            why = _("tệp nén quá nhiều dữ liệu, có thể gây hại khi mở")
        case _:
            why = _("loại tệp này không được nhận; các loại được nhận ghi ở trang này")
    return _("Không nhận được tệp “%(name)s”: %(why)s.", name=evidence.shown_name(name), why=why)
