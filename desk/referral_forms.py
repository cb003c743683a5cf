"""The form by which the head of a unit asks the protecting body to protect whoever reported."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import request
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from desk import dossier_forms
from desk.dossier_forms import INSIDE, OUTSIDE, DossierForm, lines
from triage.referral import Asking, ReferralSheet
from web.forms import LongText, SomeOf
from web.i18n import word


class ReferralForm(DossierForm):
    """What protection is asked with; files have fields of their own besides."""

    text = LongText(render_kw={"params": {"rows": 6}})
    forms = SomeOf()
    goods = SomeOf()

    def label(self, sheet: ReferralSheet) -> None:
        """Put words and options to the fields."""
        self.label_dossier(_("Cán bộ bảo vệ trên hệ thống"), sheet.officers.readers)
        for name, (text, hint) in _words().items():
            self[name].label.text, self[name].description = text, hint
        self.forms.choices = [SelectChoice(each.id, word(each)) for each in sheet.forms]
        self.goods.choices = [SelectChoice(each.id, word(each)) for each in sheet.goods]


def _words() -> Mapping[str, tuple[str, str]]:
    return {
        "title": (_("Trích yếu"), _("Không nêu người gửi.")),
        "summary": (
            _("Tình hình, nguy cơ"),
            _("Chỉ nêu điều cần cho việc bảo vệ; không nêu nội dung tố cáo, họ tên người gửi."),
        ),
        "text": (
            _("Nội dung đề nghị"),
            _("Ai cần được bảo vệ (không nêu tên), ở đâu, bằng biện pháp nào, đến khi nào."),
        ),
        "forms": (_("Hình thức trù dập, trả thù (không bắt buộc)"), ""),
        "goods": (_("Điều cần bảo vệ"), ""),
    }


def of(sheet: ReferralSheet) -> ReferralForm:
    """Return the form: with what was sent, or with what it begins with."""
    kind = type("ThisReferralForm", (ReferralForm,), dossier_forms.ticks(sheet.files))
    if request.method == "POST":
        form: ReferralForm = kind()
    else:
        form = kind(formdata=None, data=_first(sheet))
    form.label(sheet)
    return form


def _first(sheet: ReferralSheet) -> dict[str, Any]:
    found = sheet.suggested
    return {
        "position": str(sheet.position),
        "once": uuid4().hex,
        "title": found.title,
        "summary": found.summary,
        "forms": list(found.forms),
        "to": INSIDE if not sheet.officers.faults else OUTSIDE,
    }


def asking(form: ReferralForm, sheet: ReferralSheet) -> Asking:
    """Return the request that was written; what was ticked to be struck out of it has been."""
    kept = form.strike_out()
    chosen = [each for each in sheet.files if form.ticks(each)[0].data]
    return Asking(
        title=form.title.data or "",
        text=lines(form.text.data or ""),
        summary=lines(form.summary.data or ""),
        forms=tuple(form.forms.data or ()),
        goods=tuple(form.goods.data or ()),
        files=tuple(each.id for each in chosen),
        seen=frozenset(each.id for each in chosen if form.ticks(each)[1].data),
        left=frozenset(each.id for each in chosen if form.left(each).data),
        outside=form.to.data == OUTSIDE,
        body=form.body.data or "",
        recipient=(form.recipient.data or "").strip(),
        kept=frozenset(kept),
        kept_confirmed=bool(form.kept_confirmed.data),
    )
