"""The form of a hand-over: what the head of a unit writes, chooses, strikes out and confirms."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from wtforms import BooleanField, HiddenField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice

from desk import dossier_forms
from desk.dossier_forms import INSIDE, OUTSIDE, DossierForm, lines
from desk.step_forms import as_day
from triage import handover_papers
from triage.handover import Sheet
from triage.handover_papers import Composed, Look
from triage.spans import Kind
from triage.submission import StoredFile
from web import forms
from web.i18n import VIETNAMESE, language, word

Answers = dict[str, Any]


class HandoverForm(DossierForm):
    """What every hand-over asks for; articles and files have fields of their own besides."""

    dossier = HiddenField()
    template = forms.OneOf()
    ground = forms.SomeOf()
    crimes = forms.SomeOf()
    decision_number = forms.Text(render_kw={"autocomplete": "off"})
    decided_on = forms.Text(render_kw={"type": "date"})
    phoned_on = forms.Text(render_kw={"type": "date"})
    story = forms.LongText(render_kw={"params": {"rows": 14}})
    told = forms.LongText(render_kw={"params": {"rows": 9}})
    items = forms.SomeOf()
    addressee = forms.Text(render_kw={"autocomplete": "off"})
    copied = BooleanField(widget=forms.Tick())
    signer_position = forms.Text(render_kw={"autocomplete": "off"})
    on_behalf = forms.Text(render_kw={"autocomplete": "off"})
    copies = forms.LongText(render_kw={"params": {"rows": 3}})

    def label(self, sheet: Sheet) -> None:
        """Put words and options to the fields."""
        self.label_dossier(_("Đầu mối của Cơ quan điều tra trên hệ thống"), sheet.police.readers)
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

    def file(self, file: StoredFile) -> tuple[Field, Field, Field]:
        """Return the fields of a file: whether it goes, what it is called, that it was seen."""
        goes, seen = self.ticks(file)
        return goes, self[f"name_{file.id.hex}"], seen

    def reasons(self, sheet: Sheet) -> list[Field]:
        """Return the fields in which the signs of each article are given."""
        return [self[f"reason_{each.id}"] for each in sheet.crimes]


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
        "summary": (
            _("Tóm tắt vụ việc"),
            _("Vào công văn và thông báo gửi Viện kiểm sát; không nêu điều làm lộ người gửi."),
        ),
        "story": (_("Nội dung đơn, tin"), _("Sửa, bỏ được; bản trong hồ sơ giữ nguyên.")),
        "told": (
            _("Tình tiết"),
            _("Không gồm vì sao người gửi biết, ai cùng biết, nguy cơ bị trả thù."),
        ),
        "items": (_("Tài liệu giấy kèm theo"), _("Chỉ chọn những gì thực sự giao kèm.")),
        "addressee": (_("Tên cơ quan nhận trên văn bản"), ""),
        "copied": (_("Gửi bản sao cho đầu mối Viện kiểm sát trên hệ thống"), ""),
        "signer_position": (_("Chức vụ người ký"), ""),
        "on_behalf": (_("Ký thay (không bắt buộc)"), _("Ví dụ: KT. CHÁNH THANH TRA")),
        "copies": (_("Nơi nhận khác (không bắt buộc)"), _("Mỗi dòng một nơi.")),
    }


def of(sheet: Sheet, answers: Answers | None = None) -> HandoverForm:
    """Return the form: with what was sent just now, or with what was kept."""
    made = dossier_forms.ticks(sheet.files)
    for crime in sheet.crimes:
        label = _("Điều %(number)s: căn cứ cho thấy dấu hiệu", number=crime.id)
        made[f"reason_{crime.id}"] = forms.LongText(label, render_kw={"params": {"rows": 3}})
    for file in sheet.files:
        made[f"name_{file.id.hex}"] = forms.Text(
            _("Tên trong bảng kê"), render_kw={"autocomplete": "off"}
        )
    kind = type("ThisHandoverForm", (HandoverForm,), made)
    form: HandoverForm = kind() if answers is None else kind(formdata=None, data=answers)
    form.label(sheet)
    if answers is not None and not form.once.data:
        form.position.data, form.once.data = str(sheet.position), uuid4().hex
    return form


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
        "to": INSIDE if not sheet.police.faults else OUTSIDE,
        "copied": not sheet.procuracy.faults,
        "kept": [],
        **{f"reason_{crime}": text for crime, text in found.reasons.items()},
        **{f"name_{each.id.hex}": handover_papers.neutral_name(each.mime) for each in sheet.files},
    }


def answers(form: HandoverForm) -> Answers:
    """Return what was sent, to be kept; what was ticked to be struck out has been."""
    left = form.strike_out()
    held = {name: field.data for name, field in form._fields.items() if name not in _NOT_KEPT}
    held["kept"] = left
    return held


def kept(looks: Mapping[UUID, Look]) -> dict[str, Any]:
    """Return what looks personal in which file, to be kept: of what kind, and no word of it."""
    return {
        each.hex: {"kinds": list(look.kinds), "whole": look.whole} for each, look in looks.items()
    }


#: Fields of the form that are worked off, or belong to one sending.
_NOT_KEPT = frozenset({"csrf_token", "reply", "strike", "offered"})


def _identifier(given: str) -> UUID:
    try:
        return UUID(hex=given)
    except ValueError:
        raise BadRequest from None


def composed(held: Answers, sheet: Sheet) -> Composed:
    """Return the hand-over that was written."""

    def text(name: str) -> str:
        return lines(str(held.get(name) or ""))

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
        looks={
            UUID(hex=name): Look(tuple(map(Kind, each["kinds"])), each["whole"])
            for name, each in (held.get("looks") or {}).items()
        },
        left=frozenset(each.id for each in chosen if held.get(f"left_{each.id.hex}")),
        items=tuple(held.get("items") or ()),
        outside=text("to") == OUTSIDE,
        addressee=text("addressee"),
        body=text("body"),
        recipient=text("recipient").strip(),
        copied=bool(held.get("copied")) and text("to") != OUTSIDE,
        signer_position=text("signer_position"),
        on_behalf=text("on_behalf"),
        copies=text("copies"),
        kept=frozenset(held.get("kept") or ()),
        kept_confirmed=bool(held.get("kept_confirmed")),
    )
