"""The people: looked for, appointed with a handed password, given and taken roles."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField
from wtforms.fields import Field, SelectChoice

from desk import roles, session
from desk.office_forms import SureForm, refuse
from desk.permissions import needs
from desk.roles import unit_name
from triage import directory, posts
from triage.access import NotStaff, Permission
from triage.directory import Colleague
from triage.office import Unfit
from triage.posts import Role, Wanted
from triage.text import plain
from web import clock
from web.app import parts
from web.forms import OneOf, OneOfMany, Required, Text, Tick, at_most, errors_of

Answer = str | Response | tuple[str, int]
#: An act of triage.posts that changes what is known of somebody, or takes it away.
Change = Callable[..., None]
_EMAIL = _l("Thư điện tử (không bắt buộc)")
_EMAIL_HINT = _l("Nơi nhận bản tóm tắt thời hạn; thư không có nội dung hồ sơ.")


class RoleForm(FlaskForm):
    """A role at a unit."""

    role = OneOf(
        _l("Vai trò"),
        choices=[SelectChoice(str(role), name) for role, name in roles.NAMES.items()],
        validators=[Required(_l("Hãy chọn vai trò."))],
    )
    unit = OneOfMany(_l("Đơn vị"), validators=[Required(_l("Hãy chọn đơn vị."))])

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  (as in Flask-WTF)
        super().__init__(*given, **named)
        self.role.hints = {str(role): hint for role, hint in roles.HINTS.items()}
        self.unit.choices = [SelectChoice("", _("Chọn đơn vị")), *_units()]


class AppointForm(RoleForm):
    """Somebody new."""

    name = Text(_l("Họ và tên"), validators=[Required(_l("Hãy nhập họ tên.")), at_most(200)])
    login = Text(
        _l("Tên đăng nhập"),
        description=_l("Chữ thường không dấu, chữ số, dấu chấm, gạch nối."),
        validators=[Required(_l("Hãy nhập tên đăng nhập.")), at_most(63)],
        render_kw={"spellcheck": "false", "autocapitalize": "none"},
    )
    email = Text(_EMAIL, description=_EMAIL_HINT, validators=[at_most(200)])


class EmailForm(FlaskForm):
    """Where somebody's digests go."""

    email = Text(_EMAIL, description=_EMAIL_HINT, validators=[at_most(200)])


class SubjectForm(FlaskForm):
    """Who somebody is at the city's own sign-in."""

    subject = Text(
        _l("Mã định danh ở hệ thống đăng nhập của thành phố"),
        description=_l(
            "Do đơn vị vận hành hệ thống ấy cấp (“sub”). Để trống nếu không dùng. Mã chỉ cho biết "
            "ai đang đăng nhập; mật khẩu và xác thực lớp thứ hai vẫn cần như cũ."
        ),
        render_kw={"spellcheck": "false", "autocapitalize": "none"},
    )


class LostForm(FlaskForm):
    """That somebody has lost their password, seen by whoever knows them."""

    lost = BooleanField(
        _l("Tôi đã gặp hoặc gọi điện: chính người này báo quên mật khẩu"),
        widget=Tick(),
        validators=[Required(_l("Hãy đánh dấu để xác nhận."))],
    )


class LeaveForm(FlaskForm):
    """That somebody ends their work here."""

    sure = BooleanField(
        _l("Tôi đã kiểm tra: người này thôi làm việc tại đây"),
        widget=Tick(),
        validators=[Required(_l("Hãy đánh dấu để xác nhận."))],
    )


def _units() -> list[SelectChoice]:
    rows = parts().rules.units.by_id
    names = [
        (code, unit_name(code)) for code in directory.open_units(parts().store) if code in rows
    ]
    return [
        *(SelectChoice(code, name) for code, name in sorted(names, key=lambda each: each[1])),
        *(SelectChoice(code, unit_name(code)) for code in roles.CIRCLES),
    ]


@needs(Permission.STAFF_MANAGE)
def page() -> str:
    """Show the people, all or those who were looked for."""
    words, unit = plain(request.args.get("tim", "")), request.args.get("don_vi", "")
    return render_template(
        "desk/office/staff.html",
        staffing=directory.look(parts().store, parts().promise_key, words, unit),
        words=words,
        unit=unit,
        units=_units(),
        unit_name=unit_name,
        roles=roles.NAMES,
    )


@needs(Permission.STAFF_MANAGE)
def appoint() -> Answer:
    """Appoint somebody, and show the password to hand to them: this once."""
    form = AppointForm()
    if form.validate_on_submit():
        wanted = Wanted(
            plain(form.login.data),
            plain(form.name.data),
            form.unit.data,
            Role(form.role.data),
            plain(form.email.data) or None,
        )
        try:
            made = posts.appoint(
                parts().store, session.insider(), wanted, parts().promise_key, clock.today()
            )
        except Unfit as refusal:
            refuse(form, refusal)
        else:
            return render_template(
                "desk/office/appointed.html",
                made=made,
                wanted=wanted,
                role=roles.NAMES[wanted.role],
                unit=unit_name(wanted.unit),
            )
    errors = errors_of(form)
    page = render_template(
        "desk/office/appoint.html", form=form, errors=errors, back=url_for("office.staff")
    )
    return (page, 422) if errors else page


@needs(Permission.STAFF_MANAGE)
def person(staff_id: UUID) -> Answer:
    """Show one person and what can be changed."""
    return _person(_one(staff_id))


@needs(Permission.STAFF_MANAGE)
def add_role(staff_id: UUID) -> Answer:
    """Give somebody one more role."""
    found, form = _one(staff_id), RoleForm()
    if form.validate_on_submit():
        try:
            posts.add(
                parts().store,
                session.insider(),
                staff_id,
                form.unit.data,
                Role(form.role.data),
                parts().promise_key,
                clock.today(),
            )
        except Unfit as refusal:
            refuse(form, refusal)
        else:
            return _changed(staff_id)
    return _person(found, role=form)


@needs(Permission.STAFF_MANAGE)
def remove_role(staff_id: UUID) -> Answer:
    """Take a role."""
    found, form = _one(staff_id), RoleForm(formdata=None)
    given = (request.form.get("unit", ""), request.form.get("role", ""))
    if given not in {(unit, str(role)) for unit, role in found.roles}:
        abort(404)
    try:
        posts.remove(
            parts().store,
            session.insider(),
            staff_id,
            given[0],
            Role(given[1]),
            parts().promise_key,
            clock.today(),
        )
    except Unfit as refusal:
        refuse(form, refusal)
        return _person(found, role=form)
    return _changed(staff_id)


@needs(Permission.STAFF_MANAGE)
def change_email(staff_id: UUID) -> Answer:
    """Change where somebody's digests go."""
    form = EmailForm()
    return _change(staff_id, form, form.email, posts.change_email)


@needs(Permission.STAFF_MANAGE)
def change_subject(staff_id: UUID) -> Answer:
    """Change who somebody is at the city's own sign-in."""
    form = SubjectForm()
    return _change(staff_id, form, form.subject, posts.change_subject)


@needs(Permission.STAFF_MANAGE)
def renew(staff_id: UUID) -> Answer:
    """Give somebody new keys for a lost password, and show the password to hand over: this once."""
    found, form = _one(staff_id), LostForm()
    if form.validate_on_submit():
        here = parts()
        try:
            password = posts.renew(
                here.store, session.insider(), staff_id, here.promise_key, clock.today()
            )
        except NotStaff:
            abort(404)
        except Unfit as refusal:
            refuse(form, refusal)
        else:
            return render_template(
                "desk/office/renewed.html",
                person=found,
                password=password,
                back=url_for("office.person", staff_id=staff_id),
            )
    return _person(found, lost=form)


@needs(Permission.STAFF_MANAGE)
def leave(staff_id: UUID) -> Answer:
    """End somebody's work here, and tell what that leaves to be done."""
    found, form = _one(staff_id), LeaveForm()
    if not form.validate_on_submit():
        return _person(found, leaving=form)
    try:
        left = posts.leave(
            parts().store, session.insider(), staff_id, parts().promise_key, clock.today()
        )
    except NotStaff:
        abort(404)
    except Unfit as refusal:
        refuse(form, refusal)
        return _person(found, leaving=form)
    return render_template(
        "desk/office/left.html",
        person=found,
        unassigned=len(left.unassigned),
        orphaned=len(left.orphaned),
        shares_kept=left.shares_kept,
        back=url_for("office.staff"),
    )


def _one(staff_id: UUID) -> Colleague:
    try:
        return directory.one(parts().store, staff_id)
    except NotStaff:
        abort(404)


def _change(staff_id: UUID, form: FlaskForm, field: Field, change: Change) -> Answer:
    """Change one thing that is known of somebody; left empty, it is known no more."""
    found = _one(staff_id)
    if form.validate_on_submit():
        here = parts()
        try:
            change(
                here.store,
                session.insider(),
                staff_id,
                plain(field.data) or None,
                here.promise_key,
                clock.today(),
            )
        except Unfit as refusal:
            refuse(form, refusal)
        else:
            return _changed(staff_id)
    return _person(found, **{field.name: form})


def _changed(staff_id: UUID) -> Response:
    return redirect(url_for("office.person", staff_id=staff_id, xong=1), 303)


def _person(found: Colleague, **sent: FlaskForm) -> Answer:
    """Show somebody, with the form that was sent, by its name here, among the others."""
    forms: dict[str, FlaskForm] = {
        "role": RoleForm(formdata=None),
        "email": EmailForm(formdata=None, data={"email": found.email or ""}),
        "subject": SubjectForm(formdata=None, data={"subject": found.subject or ""}),
        "lost": LostForm(formdata=None),
        "leaving": LeaveForm(formdata=None),
    }
    forms |= sent
    errors = [each for form in forms.values() for each in errors_of(form)]
    page = render_template(
        "desk/office/person.html",
        person=found,
        errors=errors,
        is_self=found.id == session.insider().id,
        unit_name=unit_name,
        roles=roles.NAMES,
        sure=SureForm(formdata=None),
        done="xong" in request.args,
        back=url_for("office.staff"),
        **forms,
    )
    return (page, 422) if errors else page
