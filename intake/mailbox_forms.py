"""The forms of the mailbox: the code, a message, a withdrawal, an alarm."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

from triage.catalogue import Catalogue
from triage.protection import AGREED, DECLINED
from triage.text import LONGEST
from web.forms import SHORT, LongText, OneOf, Required, SomeOf, Text, Tick, at_most
from web.options import choices, optional


class CodeForm(FlaskForm):
    """The receipt code, the only way back in."""

    code = Text(
        _l("Mã biên nhận"),
        description=_l(
            "Sáu nhóm, mỗi nhóm bốn ký tự. Chữ hoa hay thường, có gạch nối hay không đều được."
        ),
        validators=[Required(_l("Hãy nhập mã biên nhận."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    #: What was being written when an earlier visit ended (JSON: where, and the fields).
    kept = HiddenField()


class MessageForm(FlaskForm):
    """A message to the unit."""

    text = LongText(
        _l("Lời nhắn gửi đơn vị giải quyết"),
        validators=[Required(_l("Hãy viết lời nhắn.")), at_most(LONGEST)],
        render_kw={"rows": "6"},
    )


class WithdrawForm(FlaskForm):
    """The wish to withdraw."""

    reason = LongText(
        optional(_l("Lý do rút")), validators=[at_most(SHORT * 4)], render_kw={"rows": "4"}
    )
    sure = BooleanField(
        _l("Tôi hiểu những điều trên và muốn rút phản ánh"),
        widget=Tick(),
        validators=[Required(_l("Hãy đánh dấu vào ô này nếu ông, bà muốn rút."))],
    )


class NamingForm(FlaskForm):
    """Whether somebody commended agrees to be named."""

    agrees = OneOf(
        _l("Ông, bà có muốn được nêu tên không?"),
        choices=[
            (DECLINED, _l("Không nêu tên tôi ở bất kỳ đâu")),
            (AGREED, _l("Tôi đồng ý được nêu tên")),
        ],
        validators=[Required(_l("Hãy chọn một."))],
    )


class AlarmForm(FlaskForm):
    """Retaliation or danger."""

    forms = SomeOf(_l("Đã hoặc đang xảy ra việc gì?"))
    text = LongText(
        _l("Kể lại sự việc"),
        description=_l("Ai đã làm gì, khi nào, ở đâu? Ông, bà cần giúp gì ngay?"),
        validators=[at_most(LONGEST)],
        render_kw={"rows": "6"},
    )

    def prepare(self, catalogue: Catalogue) -> None:
        """Offer the forms of retaliation that the law names."""
        self.forms.choices = choices(catalogue.retaliations())
