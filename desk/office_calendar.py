"""The calendar of days off and working days: shown, changed after a look at what would move."""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.fields import SelectChoice

from desk import session
from desk.office_forms import Day, SureForm, read_day, refuse
from desk.permissions import needs
from triage import days
from triage.access import Permission
from triage.lawbook import EnteredDay
from triage.office import Unfit
from triage.text import plain
from web import clock
from web.app import parts
from web.forms import OneOf, Required, Text, at_most, errors_of

Answer = str | Response | tuple[str, int]
_YEARS = range(1901, 2101)
#: Where a form says that its preview has been seen.
_CONFIRMED = "xac_nhan"


class DayForm(FlaskForm):
    """A day off or a working day, by which decision."""

    day = Day(_l("Ngày"))
    kind = OneOf(
        _l("Là ngày gì"),
        choices=[
            SelectChoice("off", _l("Ngày nghỉ")),
            SelectChoice("worked", _l("Ngày làm việc (làm bù)")),
        ],
        validators=[Required(_l("Hãy chọn ngày nghỉ hay ngày làm việc."))],
    )
    name = Text(
        _l("Tên gọi"),
        description=_l("Ví dụ: Nghỉ do mưa lũ. Tên này hiện ở phần giải thích thời hạn."),
        validators=[Required(_l("Hãy nhập tên gọi.")), at_most(200)],
    )
    basis = Text(
        _l("Căn cứ"),
        description=_l("Số, ngày, cơ quan ban hành của quyết định hoặc thông báo."),
        validators=[Required(_l("Hãy nhập văn bản làm căn cứ.")), at_most(200)],
    )

    @property
    def change(self) -> EnteredDay:
        """What the form asks for; only once it is valid."""
        return EnteredDay(
            self.day.day,
            off=self.kind.data == "off",
            name=plain(self.name.data),
            basis=plain(self.basis.data),
        )


@needs(Permission.CALENDAR_EDIT)
def page() -> Answer:
    """Show a year of the calendar and the form for one more day."""
    return _page(DayForm())


@needs(Permission.CALENDAR_EDIT)
def enter() -> Answer:
    """Show what a day would move; once that has been confirmed, enter it."""
    form = DayForm()
    if not form.validate_on_submit():
        return _page(form)
    try:
        if _CONFIRMED not in request.form:
            found = days.preview(parts().store, parts().released, form.change, clock.today())
            return _preview(found, form)
        done = days.enter(
            parts().store,
            parts().released,
            parts().promise_key,
            session.insider(),
            form.change,
            clock.today(),
        )
    except Unfit as refusal:
        refuse(form, refusal)
        return _page(form)
    return _done(form.change.day, "them", at_once=done)


@needs(Permission.CALENDAR_EDIT)
def take_back() -> Answer:
    """Show what taking a day back would move; once that has been confirmed, do it."""
    form, day = SureForm(), read_day(request.form.get("day", ""))
    if day is None:
        return redirect(url_for("office.calendar"), 303)
    try:
        if not form.validate_on_submit() or _CONFIRMED not in request.form:
            found = days.preview_removal(parts().store, parts().released, day, clock.today())
            return _preview(found, None)
        done = days.take_back(
            parts().store,
            parts().released,
            parts().promise_key,
            session.insider(),
            day,
            clock.today(),
        )
    except Unfit as refusal:
        empty = DayForm(formdata=None)
        refuse(empty, refusal)
        return _page(empty)
    return _done(day, "bo", at_once=done)


def _done(day: date, what: str, *, at_once: bool) -> Response:
    code = what if at_once else f"{what}-sau"
    return redirect(url_for("office.calendar", nam=day.year, xong=code), 303)


def _page(form: DayForm) -> Answer:
    asked = request.args.get("nam", type=int)
    number = asked if asked is not None and asked in _YEARS else clock.today().year
    errors = errors_of(form)
    page = render_template(
        "desk/office/calendar.html",
        form=form,
        errors=errors,
        year=number,
        rows=days.year(parts().store, parts().released, number),
        announced=days.announced(parts().released),
        done=_said().get(request.args.get("xong", "")),
        remove=SureForm(formdata=None),
    )
    return (page, 422) if errors else page


def _said() -> dict[str, str]:
    now = _("Các thời hạn liên quan đã được tính lại.")
    later = _(
        "Thời hạn của các hồ sơ liên quan sẽ được tính lại trong lần quét tới (mỗi giờ một lần), "
        "hoặc ngay khi chạy lệnh dangvan recompute."
    )
    return {
        "them": _("Đã thêm ngày vào lịch.") + " " + now,
        "them-sau": _("Đã thêm ngày vào lịch.") + " " + later,
        "bo": _("Đã bỏ ngày khỏi lịch bổ sung.") + " " + now,
        "bo-sau": _("Đã bỏ ngày khỏi lịch bổ sung.") + " " + later,
    }


def _preview(found: days.Preview, form: DayForm | None) -> str:
    units = parts().rules.units.by_id
    return render_template(
        "desk/office/calendar-preview.html",
        found=found,
        form=form,
        sure=SureForm(formdata=None),
        unit_of=lambda code: units[code][-1],
        most=days.AT_ONCE,
        confirmed=_CONFIRMED,
        back=url_for("office.calendar", nam=found.change.day.year),
    )
