"""The forms of entry on behalf: one long page for what was told, and what became of the minutes."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.fields import Field, SelectChoice
from wtforms.validators import ValidationError

from desk import words
from triage.catalogue import Catalogue
from triage.entry import MOST_DAYS_LATE, Office
from triage.submission import Disclosure, Fear, Minutes
from triage.text import LONGEST
from web.forms import SHORT, LongText, OneOf, OneOfMany, Required, SomeOf, Text, at_most
from web.i18n import hint, word
from web.options import choices, named, optional, or_none

FEARS = {
    Fear.NONE: _l("Không lo ngại"),
    Fear.SOME: _l("Lo bị trù dập hoặc gây khó dễ"),
    Fear.THREATENED: _l("Bản thân hoặc người thân đã bị đe dọa, trù dập"),
    Fear.DANGER: _l("Tính mạng, sức khỏe đang bị đe dọa"),
}
DISCLOSURES = {
    Disclosure.ANONYMOUS: _l("Không nêu tên"),
    Disclosure.CONFIDENTIAL: _l("Có tên, giữ kín: không đồng ý cho cơ quan giải quyết biết tên"),
    Disclosure.NAMED: _l("Có tên, đồng ý cho cơ quan giải quyết biết tên"),
}
RECORDINGS = {
    "none": _l("Không ghi âm"),
    "yes": _l("Có ghi âm, người gọi đồng ý"),
    "no": _l("Người gọi không đồng ý ghi âm"),
}
MINUTES = {
    Minutes.READ_BACK: _l("Đã đọc lại, người gửi đồng ý với nội dung"),
    Minutes.SIGNED: _l("Người gửi đã đọc và ký hoặc điểm chỉ vào biên bản"),
    Minutes.REFUSED: _l("Người gửi không ký hoặc không nghe đọc lại"),
}
YES_NO = {"yes": _l("Có"), "no": _l("Không")}
LANGUAGES = {"vi": _l("Tiếng Việt"), "en": _l("Tiếng Anh")}
_OFF = {"autocomplete": "off"}
_LINES = {"rows": "3"}
#: What stands elsewhere in the minutes, or is the office's own note.
_NOT_TOLD = frozenset(
    {"name", "address", "contact", "signed", "hand_over", "language", "office"}
    | {"received_on", "late_because", "sender"}
)
_WHAT = ("intent", "category", "story", "ward", "when", "ongoing", "money", "land")


def read_day(text: str) -> date | None:
    """Return the day that somebody typed as day/month/year, None if it is none."""
    try:
        return datetime.strptime("".join(text.split()), "%d/%m/%Y").date()  # noqa: DTZ007  (a day)
    except ValueError:
        return None


def a_day(_form: FlaskForm, field: Field) -> None:
    """Refuse what is no day."""
    if field.data and read_day(field.data) is None:
        raise ValidationError(_("Hãy ghi ngày theo dạng ngày/tháng/năm, ví dụ 25/11/2026."))


class ArrivalForm(FlaskForm):
    """How something came: of one report, or of a whole table."""

    channel = OneOfMany(_l("Cách tiếp nhận"), validators=[Required(_l("Hãy chọn cách tiếp nhận."))])
    received_on = Text(
        _l("Ngày tiếp nhận"),
        description=_l(
            "Ngày nghe máy, ngày tiếp, ngày thư đến; thời hạn của luật tính từ ngày này. Ghi lùi "
            "nhiều nhất %(n)d ngày; nhật ký vẫn cho thấy ngày nhập.",
            n=MOST_DAYS_LATE,
        ),
        validators=[Required(_l("Hãy ghi ngày tiếp nhận.")), a_day],
        render_kw=_OFF,
    )
    late_because = Text(
        optional(_l("Lý do nhập sau ngày tiếp nhận")),
        description=_l("Phải ghi khi ngày tiếp nhận trước hôm nay."),
        validators=[at_most(SHORT)],
        render_kw=_OFF,
    )
    sender = Text(
        optional(_l("Cơ quan, tổ chức, báo, đài gửi đến")),
        description=_l("Phải ghi khi không phải công dân trực tiếp gửi."),
        validators=[at_most(SHORT)],
        render_kw=_OFF,
    )
    office = OneOfMany(_l("Nhập tại đơn vị"))

    def prepare(self, ways: Any, offices: tuple[Office, ...]) -> None:  # noqa: ANN401
        """Offer the ways in which things come, and the units of whoever is at work."""
        self.channel.choices = [SelectChoice("", _l("Chọn")), *choices(ways)]
        self.office.choices = choices(offices)  # type: ignore[arg-type]
        if not self.office.data:
            self.office.data = offices[0].id


class EntryForm(ArrivalForm):
    """What was told, and by whom."""

    reference = Text(
        optional(_l("Số, ký hiệu văn bản, đơn thư, kết luận")),
        validators=[at_most(SHORT)],
        render_kw=_OFF,
    )
    intent = OneOfMany(_l("Loại đơn"), validators=[Required(_l("Hãy chọn loại đơn."))])
    category = OneOfMany(_l("Lĩnh vực"), validators=[Required(_l("Hãy chọn lĩnh vực."))])
    story = LongText(
        _l("Nội dung sự việc"),
        description=_l(
            "Ghi đúng lời người gửi: ai, làm gì, ở đâu, khi nào, ai chứng kiến. Không ghi họ tên, "
            "số điện thoại, địa chỉ của người gửi vào ô này."
        ),
        validators=[Required(_l("Hãy ghi nội dung sự việc.")), at_most(LONGEST)],
        render_kw={"rows": "12"},
    )
    ward = OneOfMany(optional(_l("Phường, xã nơi xảy ra")))
    when = Text(optional(_l("Thời gian xảy ra")), validators=[at_most(SHORT)], render_kw=_OFF)
    ongoing = OneOfMany(optional(_l("Còn tiếp diễn không?")))
    money = Text(
        optional(_l("Số tiền, giá trị tài sản")),
        description=_l("Ví dụ: khoảng 30 triệu đồng."),
        validators=[at_most(SHORT)],
        render_kw=_OFF,
    )
    land = Text(optional(_l("Diện tích, vị trí đất")), validators=[at_most(SHORT)], render_kw=_OFF)
    body = OneOfMany(
        optional(_l("Cơ quan, đơn vị bị phản ánh")),
        description=_l("Để hồ sơ không đến chính nơi bị phản ánh, kể cả khi đó là đơn vị mình."),
    )
    organisation = Text(
        optional(_l("Tên cụ thể")),
        description=_l("Tên trường, bệnh viện, phòng, ban."),
        validators=[at_most(SHORT)],
        render_kw=_OFF,
    )
    accused = LongText(
        optional(_l("Người bị phản ánh, tố cáo")),
        description=_l("Họ tên, chức vụ, nơi làm việc, hoặc đặc điểm."),
        validators=[at_most(SHORT * 4)],
        render_kw=_LINES,
    )
    position = OneOfMany(optional(_l("Vị trí của người đó")))
    known_by = SomeOf(
        optional(_l("Người gửi biết sự việc bằng cách nào?")), choices=named(words.KNOWN_BY)
    )
    known_note = LongText(
        optional(_l("Người, giấy tờ có thể chứng minh")),
        validators=[at_most(SHORT * 4)],
        render_kw=_LINES,
    )
    fear = OneOfMany(optional(_l("Có lo bị trù dập, trả thù không?")))
    fear_note = LongText(
        optional(_l("Ai có thể làm gì? Đã xảy ra việc gì chưa?")),
        validators=[at_most(SHORT * 4)],
        render_kw=_LINES,
    )
    disclosure = OneOf(
        _l("Người gửi có nêu tên không?"),
        validators=[Required(_l("Hãy cho biết người gửi có nêu tên không."))],
    )
    name = Text(optional(_l("Họ tên người gửi")), validators=[at_most(200)], render_kw=_OFF)
    address = Text(optional(_l("Địa chỉ")), validators=[at_most(SHORT)], render_kw=_OFF)
    contact = Text(
        optional(_l("Số điện thoại hoặc cách liên lạc khác")),
        validators=[at_most(SHORT)],
        render_kw=_OFF,
    )
    language = OneOf(_l("Trả lời bằng"), choices=named(LANGUAGES), default="vi")
    recording = OneOf(_l("Ghi âm cuộc gọi"), choices=named(RECORDINGS), default="none")
    signed = OneOf(
        _l("Đơn thư gửi đến có chữ ký hoặc điểm chỉ của người tố cáo không?"),
        description=_l("Với người gọi, người đến trực tiếp: ghi ở bước đọc lại biên bản."),
        choices=named(YES_NO),
        default="no",
    )
    hand_over = OneOf(
        _l("Có người để giao mã biên nhận không?"),
        description=_l(
            "Chọn “Có” nếu người gửi đang nghe máy, có mặt, hoặc sẽ được trao phiếu tận tay."
        ),
        choices=named(YES_NO),
        validators=[Required(_l("Hãy cho biết có người để giao mã biên nhận không."))],
    )

    def offer(self, catalogue: Catalogue, *, names_can_be_kept: bool) -> None:
        """Offer what can be sorted under; the law's names first, as staff know them."""
        nothing = SelectChoice("", _l("Không rõ"))
        choose = SelectChoice("", _l("Chọn"))
        self.intent.choices = [
            choose, *(SelectChoice(each.id, hint(each)) for each in catalogue.intents())
        ]  # fmt: skip
        self.category.choices = [choose, *choices(catalogue.categories())]
        self.ward.choices = [nothing, *choices(catalogue.wards())]
        self.body.choices = [nothing, *choices(catalogue.bodies())]
        self.position.choices = [nothing, *choices(catalogue.positions())]
        self.ongoing.choices = or_none(named(words.ONGOING))
        self.fear.choices = or_none(named(FEARS))
        kept = DISCLOSURES if names_can_be_kept else {Disclosure.ANONYMOUS: _l("Không nêu tên")}
        self.disclosure.choices = named(kept)

    def validate_name(self, field: Field) -> None:
        """Ask for a name exactly where one is to be kept."""
        is_named = self.disclosure.data in {Disclosure.CONFIDENTIAL, Disclosure.NAMED}
        if is_named and not field.data.strip():
            raise ValidationError(_("Hãy ghi họ tên, hoặc chọn “Không nêu tên”."))
        told = (self.name.data, self.address.data, self.contact.data)
        if self.disclosure.data == Disclosure.ANONYMOUS and any(each.strip() for each in told):
            raise ValidationError(
                _("Đã chọn “Không nêu tên”: hãy xóa họ tên, địa chỉ, cách liên lạc.")
            )

    def groups(self) -> list[tuple[str, list[Field]]]:
        """Return the fields under their headings."""
        office = ("office",) if len(self.office.choices) > 1 else ()
        parts = {
            _("Tiếp nhận"): ("channel", "received_on", "late_because", "sender", "reference"),
            _("Sự việc"): _WHAT,
            _("Ai liên quan"): ("body", "organisation", "accused", "position"),
            _("Chứng cứ, nguy cơ"): ("known_by", "known_note", "fear", "fear_note"),
            _("Người gửi"): ("disclosure", "name", "address", "contact"),
            _("Xác nhận"): ("language", "recording", "signed", "hand_over", *office),
        }
        return [(title, [self[name] for name in names]) for title, names in parts.items()]

    def given(self) -> dict[str, Any]:
        """Return everything that was typed, as it is kept."""
        return {field.name: field.data for _heading, fields in self.groups() for field in fields}

    def in_words(self, *, minutes: bool = False) -> Iterator[tuple[Any, str]]:
        """Yield what was answered: the name of each field, and the answer in words.

        `minutes`: only what was told, without what the office notes for itself.
        """
        for _heading, fields in self.groups():
            for field in fields:
                if field.data and not (minutes and _is_not_told(field)):
                    # Whoever answered need not read that they were free not to.
                    label = str(field.label.text).removesuffix(str(optional("")))
                    yield label, "; ".join(_words(field))


def _is_not_told(field: Field) -> bool:
    return field.name in _NOT_TOLD or (field.name == "recording" and field.data == "none")


def _words(field: Field) -> Iterator[str]:
    offered: Mapping[str, Any] = {
        each.value: each.label for each in getattr(field, "choices", None) or ()
    }
    for each in field.data if isinstance(field.data, list) else [field.data]:
        yield str(offered.get(each, each))


class ReviewForm(FlaskForm):
    """The last step: what became of the minutes. `case` names what was read back."""

    minutes = OneOf(
        _l("Người gửi đã kiểm tra nội dung như thế nào?"), choices=named(MINUTES), default=""
    )
    case = HiddenField()


class ActForm(FlaskForm):
    """Nothing but a button."""


__all__ = ["ActForm", "ArrivalForm", "EntryForm", "ReviewForm", "read_day", "word"]
