"""The form of a hand-over: what the head of a unit writes, chooses, strikes out and confirms."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from wtforms import BooleanField, HiddenField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice

from desk.step_forms import ActForm, as_day
from triage import handover, handover_papers
from triage.handover import Sheet
from triage.handover_papers import Composed, Proposal
from triage.submission import StoredFile
from web import forms
from web.i18n import VIETNAMESE, language, word

_INSIDE, _OUTSIDE = "circle", "outside"
Answers = dict[str, Any]


class HandoverForm(ActForm):
    """What every hand-over asks for; articles and files have fields of their own besides."""

    dossier = HiddenField()
    template = forms.OneOf()
    ground = forms.SomeOf()
    crimes = forms.SomeOf()
    decision_number = forms.Text(render_kw={"autocomplete": "off"})
    decided_on = forms.Text(render_kw={"type": "date"})
    phoned_on = forms.Text(render_kw={"type": "date"})
    title = forms.Text(render_kw={"autocomplete": "off"})
    summary = forms.LongText(render_kw={"params": {"rows": 8}})
    story = forms.LongText(render_kw={"params": {"rows": 14}})
    told = forms.LongText(render_kw={"params": {"rows": 9}})
    strike = forms.SomeOf(validate_choice=False)
    #: What was proposed when the page was made: what is not ticked of it was left on purpose.
    offered = HiddenField()
    kept_confirmed = BooleanField(widget=forms.Tick())
    items = forms.SomeOf()
    to = forms.OneOf()
    addressee = forms.Text(render_kw={"autocomplete": "off"})
    body = forms.Text(render_kw={"autocomplete": "off"})
    recipient = forms.Text(render_kw={"autocomplete": "off", "spellcheck": "false"})
    copied = BooleanField(widget=forms.Tick())
    signer_position = forms.Text(render_kw={"autocomplete": "off"})
    on_behalf = forms.Text(render_kw={"autocomplete": "off"})
    copies = forms.LongText(render_kw={"params": {"rows": 3}})

    def label(self, sheet: Sheet) -> None:
        """Put words and options to the fields."""
        for name, (text, hint) in _words().items():
            self[name].label.text, self[name].description = text, hint
        self.template.choices = [SelectChoice(each.id, word(each)) for each in sheet.templates]
        self.template.hints = {
            each.id: each.when_vi if language() == VIETNAMESE else each.when_en
            for each in sheet.templates
        }
        self.ground.choices = [SelectChoice(each.id, word(each)) for each in sheet.grounds]
        self.crimes.choices = [
            SelectChoice(each.id, _("Điều %(number)s: %(name)s", number=each.id, name=word(each)))
            for each in sheet.crimes
        ]
        self.items.choices = [
            SelectChoice(each.id, f"{each.letter}) {word(each)}" if each.letter else word(each))
            for each in sheet.items
        ]
        self.items.hints = {
            each.id: _("bắt buộc với hồ sơ kiến nghị khởi tố")
            for each in sheet.items
            if each.required
        }
        self.to.choices = [
            SelectChoice(_INSIDE, _("Đầu mối của Cơ quan điều tra trên hệ thống")),
            SelectChoice(_OUTSIDE, _("Cơ quan chưa có tài khoản trên hệ thống")),
        ]
        self.to.hints = {
            _INSIDE: _("%(n)d người nhận được ngay khi chuyển.", n=sheet.police.readers),
            _OUTSIDE: _("Nhận một gói tệp đã mã hóa bằng khóa age của cơ quan đó."),
        }

    def file(self, file: StoredFile) -> tuple[Field, Field, Field]:
        """Return the fields of a file: whether it goes, what it is called, that it was seen."""
        return self[f"file_{file.id.hex}"], self[f"name_{file.id.hex}"], self[f"seen_{file.id.hex}"]

    def reasons(self, sheet: Sheet) -> list[Field]:
        """Return the fields in which the signs of each article are given."""
        return [self[f"reason_{each.id}"] for each in sheet.crimes]

    def propose(self, found: Sequence[Proposal], kept: Iterable[str]) -> None:
        """List what looks personal, each to be struck out unless it was left before."""
        left = set(kept)
        self.strike.choices = [
            SelectChoice(each.key, f"“{each.text}” – {word(each.reason)}") for each in found
        ]
        self.strike.data = [each.key for each in found if each.key not in left]
        self.offered.data = json.dumps([each.key for each in found], ensure_ascii=False)


def _words() -> Mapping[str, tuple[str, str]]:
    return {
        "template": (_("Mẫu văn bản"), ""),
        "ground": (_("Căn cứ chuyển"), ""),
        "crimes": (_("Điều luật có dấu hiệu"), _("Chỉ những điều đã được xác định trong hồ sơ.")),
        "decision_number": (_("Số văn bản"), _("Ví dụ: 125/TTTP-NV")),
        "decided_on": (_("Ngày văn bản"), _("Không sau hôm nay.")),
        "phoned_on": (
            _("Ngày đã báo qua điện thoại (không bắt buộc)"),
            _("Trường hợp khẩn cấp (khoản 4 Điều 146 Bộ luật Tố tụng hình sự)."),
        ),
        "title": (_("Trích yếu"), _("Ghi sau “V/v”, “về”; không nêu người gửi.")),
        "summary": (
            _("Tóm tắt vụ việc"),
            _("Vào công văn và thông báo gửi Viện kiểm sát; không nêu điều làm lộ người gửi."),
        ),
        "story": (_("Nội dung đơn, tin"), _("Sửa, bỏ được; bản trong hồ sơ giữ nguyên.")),
        "told": (
            _("Tình tiết"),
            _("Không gồm vì sao người gửi biết, ai cùng biết, nguy cơ bị trả thù."),
        ),
        "strike": (
            _("Chỗ giống thông tin cá nhân"),
            _("Chỗ được chọn sẽ thành [đã gạch bỏ]. Bỏ chọn nếu là thông tin cần cho điều tra."),
        ),
        "kept_confirmed": (
            _("Tôi đã xem từng chỗ để lại: không làm lộ người gửi"),
            "",
        ),
        "items": (_("Tài liệu giấy kèm theo"), _("Chỉ chọn những gì thực sự giao kèm.")),
        "to": (_("Chuyển đến"), ""),
        "addressee": (_("Tên cơ quan nhận trên văn bản"), ""),
        "body": (_("Tên cơ quan nhận"), _("Ghi tên đầy đủ của cơ quan.")),
        "recipient": (
            _("Khóa công khai age của cơ quan nhận"),
            _("Bắt đầu bằng age1. Gọi điện hỏi lại trước khi dùng."),
        ),
        "copied": (_("Gửi bản sao cho đầu mối Viện kiểm sát trên hệ thống"), ""),
        "signer_position": (_("Chức vụ người ký"), ""),
        "on_behalf": (_("Ký thay (không bắt buộc)"), _("Ví dụ: KT. CHÁNH THANH TRA")),
        "copies": (_("Nơi nhận khác (không bắt buộc)"), _("Mỗi dòng một nơi.")),
    }


def of(sheet: Sheet, answers: Answers | None = None) -> HandoverForm:
    """Return the form: with what was sent just now, or with what was kept."""
    made: dict[str, Any] = {}
    for crime in sheet.crimes:
        label = _("Điều %(number)s: căn cứ cho thấy dấu hiệu", number=crime.id)
        made[f"reason_{crime.id}"] = forms.LongText(label, render_kw={"params": {"rows": 3}})
    for file in sheet.files:
        made[f"file_{file.id.hex}"] = BooleanField(_("Chuyển tệp này"), widget=forms.Tick())
        made[f"name_{file.id.hex}"] = forms.Text(
            _("Tên trong bảng kê"), render_kw={"autocomplete": "off"}
        )
        made[f"seen_{file.id.hex}"] = BooleanField(_looked(file), widget=forms.Tick())
    kind = type("ThisHandoverForm", (HandoverForm,), made)
    form: HandoverForm = kind() if answers is None else kind(formdata=None, data=answers)
    form.label(sheet)
    if answers is not None and not form.once.data:
        form.position.data, form.once.data = str(sheet.position), uuid4().hex
    return form


def _looked(file: StoredFile) -> str:
    if file.mime.startswith("audio/"):
        return _("Tôi đã nghe: không lộ giọng nói của người gửi")
    if handover.shows_people(file):
        return _("Tôi đã xem: không lộ chữ viết, chữ ký, khuôn mặt, giọng nói của người gửi")
    return _("Tôi đã đọc: không có gì làm lộ người gửi")


def first(sheet: Sheet) -> Answers:
    """Return what the form begins with."""
    found = sheet.suggested
    return {
        "dossier": found.dossier_id.hex,
        "crimes": list(found.crimes),
        "ground": list(found.grounds),
        "title": found.title,
        "story": found.story,
        "told": found.told,
        "addressee": found.addressee,
        "signer_position": found.signer_position,
        "to": _INSIDE if not sheet.police.faults else _OUTSIDE,
        "copied": not sheet.procuracy.faults,
        "kept": [],
        **{f"reason_{crime}": text for crime, text in found.reasons.items()},
        **{f"name_{each.id.hex}": handover_papers.neutral_name(each.mime) for each in sheet.files},
    }


def answers(form: HandoverForm) -> Answers:
    """Return what was sent, to be kept; what was ticked to be struck out has been."""
    held = {name: field.data for name, field in form._fields.items() if name not in _NOT_KEPT}
    offered = _offered(form)
    ticked = {_lines(each) for each in form.strike.data or ()}
    for key in ticked:
        name, _colon, fragment = key.partition(":")
        if fragment and isinstance(held.get(name), str):
            held[name] = handover_papers.struck(_lines(held[name]), [fragment])
    held["kept"] = sorted(offered - ticked)
    return held


def _offered(form: HandoverForm) -> set[str]:
    try:
        return {str(each) for each in json.loads(form.offered.data or "[]")}
    except (ValueError, TypeError):
        raise BadRequest from None


#: Fields of the form that are worked off, or belong to one sending.
_NOT_KEPT = frozenset({"csrf_token", "reply", "strike", "offered"})


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _identifier(given: str) -> UUID:
    try:
        return UUID(hex=given)
    except ValueError:
        raise BadRequest from None


def composed(held: Answers, sheet: Sheet) -> Composed:
    """Return the hand-over that was written."""

    def text(name: str) -> str:
        return _lines(str(held.get(name) or ""))

    chosen = [each for each in sheet.files if held.get(f"file_{each.id.hex}")]
    return Composed(
        _identifier(text("dossier")),
        template=text("template"),
        crimes=tuple(held.get("crimes") or ()),
        grounds=tuple(held.get("ground") or ()),
        reasons={each.id: text(f"reason_{each.id}") for each in sheet.crimes},
        decision_number=text("decision_number"),
        decided_on=as_day(text("decided_on")),
        phoned_on=as_day(text("phoned_on")),
        title=text("title"),
        summary=text("summary"),
        story=text("story"),
        told=text("told"),
        files=tuple(each.id for each in chosen),
        names={each.id: text(f"name_{each.id.hex}") for each in chosen},
        seen=frozenset(each.id for each in chosen if held.get(f"seen_{each.id.hex}")),
        pages={UUID(hex=name): count for name, count in (held.get("pages") or {}).items()},
        items=tuple(held.get("items") or ()),
        outside=text("to") == _OUTSIDE,
        addressee=text("addressee"),
        body=text("body"),
        recipient=text("recipient").strip(),
        copied=bool(held.get("copied")) and text("to") != _OUTSIDE,
        signer_position=text("signer_position"),
        on_behalf=text("on_behalf"),
        copies=text("copies"),
        kept=frozenset(held.get("kept") or ()),
        kept_confirmed=bool(held.get("kept_confirmed")),
    )
