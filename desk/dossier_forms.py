"""What the forms of all dossiers have: texts to strike from, files to look at, who gets it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from wtforms import BooleanField, HiddenField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice

from desk.step_forms import ActForm
from triage import handover, handover_papers
from triage.handover_papers import Proposal
from triage.submission import StoredFile
from web import forms
from web.i18n import word

INSIDE, OUTSIDE = "circle", "outside"


class DossierForm(ActForm):
    """What goes to another office: a title, texts, files; and to whom."""

    title = forms.Text(render_kw={"autocomplete": "off"})
    summary = forms.LongText(render_kw={"params": {"rows": 8}})
    strike = forms.SomeOf(validate_choice=False)
    #: What was proposed when the page was made: what is not ticked of it was left on purpose.
    offered = HiddenField()
    kept_confirmed = BooleanField(widget=forms.Tick())
    to = forms.OneOf()
    body = forms.Text(render_kw={"autocomplete": "off"})
    recipient = forms.Text(render_kw={"autocomplete": "off", "spellcheck": "false"})

    def ticks(self, file: StoredFile) -> tuple[Field, Field]:
        """Return the fields of a file: whether it goes, that it was seen."""
        return self[f"file_{file.id.hex}"], self[f"seen_{file.id.hex}"]

    def left(self, file: StoredFile) -> Field:
        """Return the field of a text in which something looks personal: that it may stay."""
        return self[f"left_{file.id.hex}"]

    def label_dossier(self, office: str, readers: int) -> None:
        """Put words to these fields. `office`: whose liaisons hold the circle's key."""
        for name, (text, hint) in _words().items():
            self[name].label.text, self[name].description = text, hint
        self.to.choices = [
            SelectChoice(INSIDE, office),
            SelectChoice(OUTSIDE, _("Cơ quan chưa có tài khoản trên hệ thống")),
        ]
        self.to.hints = {
            INSIDE: _("%(n)d người nhận được ngay khi chuyển.", n=readers),
            OUTSIDE: _("Nhận một gói tệp đã mã hóa bằng khóa age của cơ quan đó."),
        }

    def propose(self, found: Sequence[Proposal], kept: Iterable[str]) -> None:
        """List what looks personal, each to be struck out unless it was left before."""
        left = set(kept)
        self.strike.choices = [
            SelectChoice(each.key, f"“{each.text}” – {word(each.reason)}") for each in found
        ]
        self.strike.data = [each.key for each in found if each.key not in left]
        self.offered.data = json.dumps([each.key for each in found], ensure_ascii=False)

    def strike_out(self) -> list[str]:
        """Strike what is ticked from the texts of the form; return what was left of the others."""
        ticked = {lines(each) for each in self.strike.data or ()}
        for key in ticked:
            name, _colon, fragment = key.partition(":")
            if fragment and name in self and isinstance(self[name].data, str):
                self[name].data = handover_papers.struck(lines(self[name].data), [fragment])
        return sorted(self._offered() - ticked)

    def _offered(self) -> set[str]:
        try:
            return {str(each) for each in json.loads(self.offered.data or "[]")}
        except (ValueError, TypeError):
            raise BadRequest from None


def lines(text: str) -> str:
    """Return a text with line ends as they are kept."""
    return text.replace("\r\n", "\n")


def ticks(files: Iterable[StoredFile]) -> dict[str, Any]:
    """Return the fields of files, to be put into the class of a form."""
    made: dict[str, Any] = {}
    for file in files:
        made[f"file_{file.id.hex}"] = BooleanField(_("Chuyển tệp này"), widget=forms.Tick())
        made[f"left_{file.id.hex}"] = BooleanField(
            _("Tôi đã xem các chỗ này trong tệp: không làm lộ người gửi"), widget=forms.Tick()
        )
        made[f"seen_{file.id.hex}"] = BooleanField(_looked(file), widget=forms.Tick())
    return made


def _looked(file: StoredFile) -> str:
    if file.mime.startswith("audio/"):
        return _("Tôi đã nghe: không lộ giọng nói của người gửi")
    if handover.shows_people(file):
        return _("Tôi đã xem: không lộ chữ viết, chữ ký, khuôn mặt, giọng nói của người gửi")
    return _("Tôi đã đọc: không có gì làm lộ người gửi")


def _words() -> dict[str, tuple[str, str]]:
    return {
        "title": (_("Trích yếu"), _("Ghi sau “V/v”, “về”; không nêu người gửi.")),
        "strike": (
            _("Chỗ giống thông tin cá nhân"),
            _("Chỗ được chọn sẽ thành [đã gạch bỏ]. Bỏ chọn nếu là thông tin cần cho nơi nhận."),
        ),
        "kept_confirmed": (_("Tôi đã xem từng chỗ để lại: không làm lộ người gửi"), ""),
        "to": (_("Chuyển đến"), ""),
        "body": (_("Tên cơ quan nhận"), _("Ghi tên đầy đủ của cơ quan.")),
        "recipient": (
            _("Khóa công khai age của cơ quan nhận"),
            _("Bắt đầu bằng age1. Gọi điện hỏi lại trước khi dùng."),
        ),
    }
