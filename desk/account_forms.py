"""The forms of signing in and of one's own account."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import EqualTo, Length, StopValidation

from triage.staffing import LONGEST_PASSWORD, SHORTEST_PASSWORD
from web.forms import Password, Required, Text, at_most

#: Characters of a login, a code, the name of a device.
_SHORT = 64


class Given:
    """Refuse an empty password; unlike `Required`, it takes every character for one."""

    def __init__(self, message: Any) -> None:  # noqa: ANN401  (a lazy text)
        self.message = message

    def __call__(self, form: FlaskForm, field: Password) -> None:  # noqa: ARG002
        """Raise StopValidation if nothing was given."""
        if not field.data:
            raise StopValidation(str(self.message))


class Otherwise:
    """Ask for a code only where no passkey has answered."""

    def __call__(self, form: FlaskForm, field: Text) -> None:
        """Raise StopValidation if one has."""
        if form.passkey.data:
            field.errors[:] = []
            raise StopValidation


class PasswordForm(FlaskForm):
    """Login and password."""

    login = Text(
        _l("Tên đăng nhập"),
        validators=[Required(_l("Hãy nhập tên đăng nhập.")), at_most(_SHORT)],
        render_kw={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"},
    )
    password = Password(
        _l("Mật khẩu"),
        validators=[Given(_l("Hãy nhập mật khẩu.")), at_most(LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class ProofForm(FlaskForm):
    """A one-time code, a recovery code, or what a passkey answered by static/passkey.js."""

    code = Text(
        _l("Mã xác thực"),
        description=_l("Sáu chữ số đang hiện trong ứng dụng, hoặc một mã dự phòng."),
        validators=[Otherwise(), Required(_l("Hãy nhập mã xác thực.")), at_most(_SHORT)],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )
    passkey = HiddenField()


class CodeForm(ProofForm):
    """The same, and a name for this device."""

    device = Text(
        _l("Tên thiết bị này (không bắt buộc)"),
        description=_l(
            "Ví dụ: máy bàn phòng 204. Chỉ đồng chí đọc được, để nhận ra phiên làm việc của mình."
        ),
        validators=[at_most(_SHORT)],
        render_kw={"autocomplete": "off"},
    )


class AppForm(FlaskForm):
    """The first code of an app."""

    code = Text(
        _l("Mã sáu chữ số đang hiện trong ứng dụng"),
        validators=[Required(_l("Hãy nhập mã đang hiện trong ứng dụng.")), at_most(_SHORT)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
    )


class KeyForm(FlaskForm):
    """A new passkey: its name, and what the browser made."""

    name = Text(
        _l("Tên khóa"),
        description=_l("Để nhận ra về sau, ví dụ: điện thoại riêng, khóa USB trong két."),
        validators=[Required(_l("Hãy đặt tên cho khóa.")), at_most(_SHORT)],
        render_kw={"autocomplete": "off"},
    )
    passkey = HiddenField()


class RemovalForm(FlaskForm):
    """Which passkey to remove; its identifier is no secret and no UUID, so it is in no address."""

    key = HiddenField()


class NewPasswordForm(FlaskForm):
    """A password of one's own."""

    new = Password(
        _l("Mật khẩu mới"),
        description=_l("Ít nhất 12 ký tự. Nên dùng một câu dài, dễ nhớ với riêng mình."),
        validators=[
            Given(_l("Hãy chọn mật khẩu mới.")),
            Length(min=SHORTEST_PASSWORD, message=_l("Mật khẩu cần ít nhất %(min)d ký tự.")),
            at_most(LONGEST_PASSWORD),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    again = Password(
        _l("Nhập lại mật khẩu mới"),
        validators=[
            Given(_l("Hãy nhập lại mật khẩu mới.")),
            EqualTo("new", message=_l("Hai lần nhập chưa giống nhau.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class ChangeForm(NewPasswordForm):
    """The same, and the password that it replaces."""

    old = Password(
        _l("Mật khẩu hiện nay"),
        validators=[Given(_l("Hãy nhập mật khẩu hiện nay.")), at_most(LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class SureForm(FlaskForm):
    """A button alone, with the token of forms."""
