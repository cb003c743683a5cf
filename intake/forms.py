"""The forms of the citizens' side: one for each question, each saying why it is asked."""

from typing import Any, ClassVar

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.fields import Field, SelectChoice

from intake.journey import Question
from triage.catalogue import ELSEWHERE, Catalogue
from triage.submission import Disclosure, Fear
from triage.text import LONGEST, folded
from web.forms import SHORT, LongText, OneOf, OneOfMany, Required, SomeOf, Text, Tick, at_most
from web.i18n import hint, word
from web.options import choices, named, optional, or_none

_NOT_SURE = _l("Tôi không rõ")

ONGOING = {
    "past": _l("Đã xảy ra và đã kết thúc"),
    "ongoing": _l("Đang tiếp diễn"),
    "coming": _l("Sắp xảy ra"),
    "unknown": _NOT_SURE,
}
KNOWN_BY = {
    "seen": _l("Tôi tận mắt thấy"),
    "took_part": _l("Tôi là người trong cuộc"),
    "papers": _l("Tôi có hoặc đã xem giấy tờ, tin nhắn, hình ảnh"),
    "told": _l("Người khác kể lại cho tôi"),
    "public": _l("Tôi đọc trên báo chí, mạng xã hội"),
}
FEARS = {
    Fear.NONE: _l("Không, tôi không lo ngại"),
    Fear.SOME: _l("Có, tôi lo bị trù dập hoặc gây khó dễ"),
    Fear.THREATENED: _l("Tôi hoặc người thân đã bị đe dọa, trù dập"),
    Fear.DANGER: _l("Tính mạng, sức khỏe của tôi hoặc người thân đang bị đe dọa"),
}
DISCLOSURES = {
    Disclosure.ANONYMOUS: _l("Không nêu tên"),
    Disclosure.CONFIDENTIAL: _l("Cho biết tên, nhưng giữ kín"),
    Disclosure.NAMED: _l("Nêu rõ họ tên"),
}
DISCLOSURE_HINTS = {
    Disclosure.ANONYMOUS: _l(
        "Thông tin không rõ người gửi vẫn được xem xét nếu nội dung về người vi phạm rõ ràng, "
        "có tài liệu, chứng cứ cụ thể và có cơ sở để thẩm tra, xác minh (khoản 2 Điều 25 Luật "
        "Tố cáo). Chỉ có thể liên lạc với ông, bà qua mã biên nhận."
    ),
    Disclosure.CONFIDENTIAL: _l(
        "Họ tên, địa chỉ được khóa riêng. Phải có hai người giữ khóa cùng đồng ý, có căn cứ theo "
        "luật, mới mở được; mỗi lần mở đều được ghi lại (Điều 56 Luật Tố cáo). Đơn tố cáo chỉ "
        "được thụ lý sau khi ông, bà ký hoặc trực tiếp trình bày (Điều 22, Điều 23 Luật Tố cáo)."
    ),
    Disclosure.NAMED: _l(
        "Cũng được khóa riêng như trên; cơ quan giải quyết được biết tên khi làm việc với ông, bà. "
        "Đơn tố cáo vẫn cần chữ ký hoặc trình bày trực tiếp (Điều 22, Điều 23 Luật Tố cáo)."
    ),
}


def _wards(catalogue: Catalogue) -> list[SelectChoice]:
    return [SelectChoice("", _NOT_SURE), *choices(catalogue.wards())]


class QuestionForm(FlaskForm):
    """One question. `heading` is its label or legend, `why` says what the answer is for."""

    heading: ClassVar[Any]
    why: ClassVar[Any]

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  (as in WTForms)
        super().__init__(*given, **named)
        if len(self.shown) == 1:  # then its label or legend is the heading of the page
            self.shown[0].is_heading = True

    def prepare(self, catalogue: Catalogue) -> None:
        """Fill in the options that come from the rules."""

    @property
    def shown(self) -> list[Field]:
        """The fields that a reporter sees."""
        return [field for field in self if field.type not in {"CSRFTokenField", "HiddenField"}]

    def given(self) -> dict[str, Any]:
        """Return the answers as they are kept."""
        return {field.name: field.data for field in self.shown}


class KindForm(QuestionForm):
    """What a reporter brings, in everyday words first."""

    heading = _l("Ông, bà muốn gửi điều gì?")
    why = _l(
        "Để hồ sơ đến đúng nơi và được tính đúng thời hạn. Nếu chọn chưa đúng, cơ quan tiếp nhận "
        "sẽ phân loại lại; việc đó không ảnh hưởng đến quyền lợi của ông, bà."
    )
    intent = OneOf(
        heading, validators=[Required(_l("Hãy chọn một mục; nếu không rõ, chọn mục cuối cùng."))]
    )

    def prepare(self, catalogue: Catalogue) -> None:
        """Offer the intents of the rules."""
        intents = catalogue.intents()
        self.intent.choices = choices(intents)
        self.intent.hints = {option.id: hint(option) for option in intents}


class CategoryForm(QuestionForm):
    """The field of life."""

    heading = _l("Sự việc thuộc lĩnh vực nào?")
    why = _l("Để giao cho bộ phận hiểu lĩnh vực đó, và để thống kê mà không phải mở nội dung.")
    category = OneOf(
        heading, validators=[Required(_l("Hãy chọn một lĩnh vực; nếu không rõ, chọn mục cuối."))]
    )

    def prepare(self, catalogue: Catalogue) -> None:
        """Offer the categories of the rules."""
        self.category.choices = choices(catalogue.categories())


class StoryForm(QuestionForm):
    """The report itself."""

    heading = _l("Đã xảy ra việc gì?")
    why = _l("Đây là phần quan trọng nhất: càng cụ thể thì càng dễ kiểm tra, xác minh.")
    story = LongText(
        heading,
        description=_l(
            "Hãy kể bằng lời của mình: ai đã làm gì, ở đâu, khi nào, ai chứng kiến. Viết không "
            "dấu cũng được. Nếu muốn giữ kín tên, đừng viết tên hoặc số điện thoại của chính "
            "mình ở đây."
        ),
        validators=[Required(_l("Hãy kể lại sự việc, dù chỉ vài dòng.")), at_most(LONGEST)],
        render_kw={"rows": "12"},
    )


class WardForm(QuestionForm):
    """Where it happened."""

    heading = _l("Sự việc xảy ra ở phường, xã nào?")
    why = _l("Để biết đơn vị nào phụ trách địa bàn. Không cần ghi số nhà.")
    ward = OneOfMany(
        optional(heading), description=_l("Gõ vài chữ đầu để tìm nhanh trong danh sách.")
    )

    def prepare(self, catalogue: Catalogue) -> None:
        """Offer the wards and communes of the rules."""
        self.ward.choices = _wards(catalogue)


class OrganisationForm(QuestionForm):
    """Which body it is about; the list is searched on the server."""

    heading = _l("Sự việc liên quan đến cơ quan, đơn vị nào?")
    why = _l(
        "Để hồ sơ không bao giờ được chuyển cho chính nơi bị phản ánh. Phần này được niêm phong "
        "cùng nội dung."
    )
    find = Text(
        _l("Tìm trong danh sách"),
        description=_l("Ví dụ: đất đai, y tế, Phú Xuân. Viết không dấu cũng tìm được."),
        validators=[at_most(SHORT)],
    )
    body = OneOf(optional(_l("Chọn cơ quan, đơn vị")), default="")
    #: How many the search found, None without a search.
    found: int | None = None

    @property
    def searches(self) -> bool:
        """Tell whether the list is to be searched rather than answered.

        The search button is the first of the form, so Enter in any field presses it: with an
        answer and nothing to look for, that means going on.
        """
        given = self.body.data or self.organisation.data
        if len(self.find.data) > SHORT:
            return False  # an error, which the form finds
        if "search" in request.form:
            return bool(self.find.data or not given)
        return bool(self.find.data and not given)  # nothing that was typed is dropped

    organisation = Text(
        optional(_l("Tên cụ thể, nếu biết")),
        description=_l("Ví dụ: tên trường, bệnh viện, phòng, ban."),
        validators=[at_most(SHORT)],
    )

    def prepare(self, catalogue: Catalogue) -> None:
        """Offer what the search finds; what was picked stays, found or not."""
        wanted = folded((self.find.data or "")[:SHORT]).split()
        bodies = catalogue.bodies()
        names = {option.id: folded(word(option)) for option in bodies}
        hits = {
            option.id
            for option in bodies
            if all(part in names[option.id] for part in wanted)
            and (wanted or option.id.startswith("subject:"))
        }
        offered = hits | {self.body.data, ELSEWHERE}
        self.body.choices = or_none(choices(tuple(each for each in bodies if each.id in offered)))
        self.found = len(hits) if wanted else None

    def given(self) -> dict[str, Any]:
        """Leave out the search."""
        return {"body": self.body.data or "", "organisation": self.organisation.data or ""}


class PersonForm(QuestionForm):
    """Who it is about."""

    heading = _l("Ai liên quan đến sự việc?")
    why = _l(
        "Nếu người bị phản ánh là cấp trưởng, cấp phó thì cấp trên trực tiếp giải quyết (khoản 1 "
        "Điều 12 Luật Tố cáo), nên chức vụ cho biết hồ sơ phải đến nơi nào."
    )
    accused = LongText(
        optional(_l("Họ tên, chức vụ, nơi làm việc")),
        description=_l("Nếu không biết tên, hãy tả lại: chỗ làm việc, đặc điểm, cách gọi."),
        validators=[at_most(SHORT * 4)],
        render_kw={"rows": "4"},
    )
    position = OneOf(optional(_l("Người đó giữ vị trí nào?")), default="")

    def prepare(self, catalogue: Catalogue) -> None:
        """Offer the positions of the rules."""
        self.position.choices = or_none(choices(catalogue.positions()))


class WhenForm(QuestionForm):
    """When it happened."""

    heading = _l("Sự việc xảy ra khi nào?")
    why = _l("Để đối chiếu với hồ sơ, sổ sách và xác định luật áp dụng.")
    when = Text(
        optional(_l("Thời gian")),
        description=_l("Ước chừng cũng được. Ví dụ: sáng 12/3/2026; khoảng đầu năm 2025."),
        validators=[at_most(SHORT)],
    )
    ongoing = OneOf(
        optional(_l("Sự việc còn tiếp diễn không?")), choices=or_none(named(ONGOING)), default=""
    )


class LossForm(QuestionForm):
    """What was taken or demanded."""

    heading = _l("Có liên quan đến tiền, tài sản hoặc đất đai không?")
    why = _l(
        "Để cơ quan chức năng kịp thời ngăn chặn và thu hồi. Không rõ con số thì ghi ước "
        "chừng, hoặc bỏ trống."
    )
    money = Text(
        optional(_l("Số tiền hoặc giá trị tài sản")),
        description=_l("Ví dụ: khoảng 30 triệu đồng; mỗi hồ sơ 500 nghìn đồng."),
        validators=[at_most(SHORT)],
    )
    land = Text(
        optional(_l("Diện tích, vị trí đất")),
        description=_l("Ví dụ: 200 m², thửa 15, tờ bản đồ số 7."),
        validators=[at_most(SHORT)],
    )


class SourceForm(QuestionForm):
    """How the reporter knows."""

    heading = _l("Ông, bà biết sự việc bằng cách nào?")
    why = _l(
        "Để biết nên kiểm tra từ đâu. Nếu câu trả lời có thể làm lộ ông, bà là ai, hãy bỏ trống."
    )
    known_by = SomeOf(optional(_l("Có thể chọn nhiều mục")), choices=named(KNOWN_BY))
    known_note = LongText(
        optional(_l("Ai hoặc giấy tờ nào có thể chứng minh?")),
        validators=[at_most(SHORT * 4)],
        render_kw={"rows": "4"},
    )


class FearForm(QuestionForm):
    """What the reporter fears."""

    heading = _l("Ông, bà có lo bị trù dập, trả thù không?")
    why = _l(
        "Người phản ánh, tố cáo và người thân thích có quyền được bảo vệ (Điều 47 Luật Tố cáo). "
        "Câu trả lời giúp chúng tôi xem xét ngay khi có nguy hiểm."
    )
    fear = OneOf(optional(_l("Chọn một mục")), choices=or_none(named(FEARS)), default="")
    fear_note = LongText(
        optional(_l("Ai có thể làm gì? Đã xảy ra việc gì chưa?")),
        validators=[at_most(SHORT * 4)],
        render_kw={"rows": "4"},
    )


class IdentityForm(QuestionForm):
    """Whether to give a name, with what the law makes of it."""

    heading = _l("Ông, bà có muốn nêu tên không?")
    why = _l(
        "Không nêu tên vẫn gửi được. Sau này có thể cho biết tên qua hộp thư, bằng mã biên nhận."
    )
    disclosure = OneOf(heading, validators=[Required(_l("Hãy chọn nêu tên hoặc không nêu tên."))])
    #: Whether there are custodians to keep a name under lock; set by the view.
    can_be_kept = True

    def prepare(self, catalogue: Catalogue) -> None:  # noqa: ARG002  (nothing from the rules)
        """Offer only what can be kept, and say so."""
        if not self.can_be_kept:
            self.why = _l(  # type: ignore[misc]
                "Hiện chưa có đủ người giữ khóa để cất giữ tên an toàn, nên chưa nhận được tên. "
                "Ông, bà vẫn gửi được mà không nêu tên."
            )
        offered = DISCLOSURES if self.can_be_kept else {Disclosure.ANONYMOUS: _l("Không nêu tên")}
        self.disclosure.choices = named(offered)
        self.disclosure.hints = {str(key): value for key, value in DISCLOSURE_HINTS.items()}


class ContactForm(QuestionForm):
    """The name and how to be reached."""

    heading = _l("Họ tên và cách liên lạc")
    why = _l(
        "Phần này được khóa riêng, tách khỏi nội dung. Đừng dùng địa chỉ thư điện tử hoặc số "
        "điện thoại do cơ quan nơi xảy ra sự việc cấp."
    )
    name = Text(
        _l("Họ tên"),
        validators=[
            Required(_l("Hãy ghi họ tên, hoặc quay lại chọn không nêu tên.")),
            at_most(200),
        ],
        render_kw={"autocomplete": "off"},
    )
    address = Text(
        optional(_l("Địa chỉ")), validators=[at_most(SHORT)], render_kw={"autocomplete": "off"}
    )
    contact = Text(
        optional(_l("Số điện thoại hoặc cách liên lạc khác")),
        validators=[at_most(SHORT)],
        render_kw={"autocomplete": "off"},
    )


FORMS: dict[Question, type[QuestionForm]] = {
    Question.KIND: KindForm,
    Question.CATEGORY: CategoryForm,
    Question.STORY: StoryForm,
    Question.WARD: WardForm,
    Question.ORGANISATION: OrganisationForm,
    Question.PERSON: PersonForm,
    Question.WHEN: WhenForm,
    Question.LOSS: LossForm,
    Question.SOURCE: SourceForm,
    Question.FEAR: FearForm,
    Question.IDENTITY: IdentityForm,
    Question.CONTACT: ContactForm,
}


class ShortForm(QuestionForm):
    """Everything on one page."""

    heading = _l("Gửi nhanh")
    why = _l("Chỉ cần kể lại sự việc. Phân loại là phần việc của cơ quan tiếp nhận.")
    story = LongText(
        _l("Đã xảy ra việc gì?"),
        description=StoryForm.story.kwargs["description"],
        validators=[Required(_l("Hãy kể lại sự việc, dù chỉ vài dòng.")), at_most(LONGEST)],
        render_kw={"rows": "12"},
    )
    ward = OneOfMany(optional(_l("Phường, xã")))
    organisation = Text(optional(_l("Cơ quan, đơn vị liên quan")), validators=[at_most(SHORT)])
    danger = BooleanField(
        optional(_l("Tính mạng, sức khỏe của tôi hoặc người thân đang bị đe dọa")), widget=Tick()
    )
    #: Names this page, so that what is sent twice is filed once.
    once = HiddenField(validators=[at_most(64)])

    def prepare(self, catalogue: Catalogue) -> None:
        """Offer the wards."""
        self.ward.choices = _wards(catalogue)


class SendForm(FlaskForm):
    """Nothing but the button: the answers are in the sealed session."""


class KeptForm(FlaskForm):
    """The proof that the code was written down: one of its groups."""

    group = Text(
        _l("Nhóm ký tự"),
        validators=[Required(_l("Hãy gõ nhóm ký tự được hỏi.")), at_most(40)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
