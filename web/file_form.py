"""The form with files of both sides: takes them in, and says why one is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from flask import Request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField

from cleaning import CleanersBusy, FileRefused, Infected, Refusal, ScannerUnavailable
from triage import evidence
from triage.casefile import OpenCase
from triage.submission import StoredFile
from web import clock, forms, uploads
from web.app import parts

#: So that slow uploads leave threads for everybody else.
_AT_ONCE = BoundedSemaphore(12)


class FilesForm(FlaskForm):
    """Files to send. The tick comes first, because it must be known before a file arrives."""

    keep_original = BooleanField(widget=forms.Tick())
    files = forms.Text(widget=forms.Files(multiple=True))

    def __init__(self, fields: MultiDict[str, str] | None = None) -> None:
        super().__init__(formdata=fields)
        self.keep_original.label.text = _("Giữ thêm bản gốc, niêm phong")
        self.keep_original.description = _(
            "Chỉ chọn khi thông tin ẩn trong tệp (giờ chụp, nơi chụp, người soạn) chính là chứng "
            "cứ."
        )
        self.files.label.text = _("Chọn tệp")
        self.files.description = _(
            "Chọn xong, hãy bấm “Gửi tệp đã chọn” để gửi ngay và xem tệp có được nhận không."
        )


@dataclass
class Sent:
    """What came by a form: its files, what was wrong with others, and the fields before them."""

    files: list[StoredFile] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    fields: MultiDict[str, str] = field(default_factory=MultiDict)


class TooMany(Exception):
    """The report has as many files as one may have."""


class Busy(Exception):
    """As many files are arriving as this machine takes at once."""


def take(sent: Request, case: OpenCase, room: int) -> Sent:
    """Take the files of a form in.

    One bad file does not cost the ones after it. Raises CSRFError, and what is wrong with the
    form as a whole.
    """
    found = Sent()
    taken = found.files
    most = max(room, 1) * parts().file_limits.most_bytes + uploads.OVERHEAD
    with kept_or_dropped(taken):
        for part in uploads.parts(sent, most):
            if isinstance(part, uploads.Value):
                found.fields.add(part.name, part.value)
            elif part.filename:
                try:
                    if len([file for file in taken if file.original_of is None]) >= room:
                        raise TooMany
                    taken += _take_one(part, case, keep_original="keep_original" in found.fields)
                except (
                    TooMany,
                    Busy,
                    CleanersBusy,
                    FileRefused,
                    Infected,
                    ScannerUnavailable,
                ) as error:
                    found.errors.append(_explained(part.filename, error))
    found.errors = list(dict.fromkeys(found.errors))
    return found


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
