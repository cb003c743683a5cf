"""What a step asks for and what it does to the clocks, as a person is shown it. Pure.

The fields follow from the rules (lifecycle.toml, `input`), so that a new rule needs no new form.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from rules.book import Rules
from rules.lifecycle import Input, InputType, Step
from rules.procedure import Deadline
from rules.protection import Measure
from triage import course, figures, inputs, money
from triage.course import Course, Running


class Shape(StrEnum):
    """How something is entered."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    PICK = "pick"
    ONE = "one"
    SEVERAL = "several"
    YES = "yes"
    AMOUNT = "amount"
    AREA = "area"


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    vi: str
    en: str


@dataclass(frozen=True)
class Option:
    """Something to choose: what is sent, and its name."""

    value: str
    vi: str
    en: str


@dataclass(frozen=True)
class Asked:
    """One field of the form of a step. `needed`: it may not be left empty."""

    key: str
    shape: Shape
    label: Words
    hint: Words | None
    needed: bool
    options: tuple[Option, ...] = ()
    first: date | None = None
    last: date | None = None


class Does(StrEnum):
    """What a step does to a clock."""

    MEETS = "meets"
    VOIDS = "voids"
    STARTS = "starts"
    RESTARTS = "restarts"
    PAUSES = "pauses"
    RESUMES = "resumes"
    LENGTHENS = "lengthens"


@dataclass(frozen=True)
class Effect:
    """What a step does to one clock, and the deadline that this clock measures."""

    does: Does
    rule: Deadline


#: Inputs whose answer is a short one, on one line.
_LINES = frozenset({"decision_number", "receipt_number", "posted_at", "body", "responsible"})
_SHAPES: Mapping[InputType, Shape] = {
    InputType.DAY: Shape.DAY,
    InputType.YES: Shape.YES,
    InputType.SEVERAL: Shape.SEVERAL,
    InputType.ARTICLE: Shape.LINE,
    InputType.TEXT: Shape.TEXT,
    InputType.AMOUNT: Shape.AMOUNT,
    InputType.AREA: Shape.AREA,
}
#: More options than can be read at a glance are picked from a list.
_AT_A_GLANCE = 8
_HINTS: Mapping[str, Words] = {
    "decision_number": Words("Ví dụ: 125/QĐ-TTTP", "For example: 125/QĐ-TTTP"),
    "decided_on": Words(
        "Ngày ghi trên văn bản, không sau hôm nay.", "The day on the document, not after today."
    ),
    "posted_on": Words("Ngày bắt đầu niêm yết, đăng tải.", "The day on which it was put up."),
    "signed_on": Words(
        "Ngày người tố cáo ký hoặc điểm chỉ.", "The day of the signature or fingerprint."
    ),
    "until": Words(
        "Ngày cuối cùng thời hạn còn dừng; phải sau hôm nay.",
        "The last day on which the term stands still; after today.",
    ),
    "suspension": Words(
        "Chỉ những căn cứ luật cho phép; việc dừng thời hạn theo đúng căn cứ đã chọn.",
        "Only the grounds of the law; the term stands still on the ground that is chosen.",
    ),
    "unit": Words(
        "Không có trong danh sách: cơ quan bị phản ánh, tố cáo và cơ quan dưới quyền (TC 12(1)).",
        "Not in this list: the unit accused and those below it (TC 12(1)).",
    ),
    "body": Words("Ghi tên đầy đủ của cơ quan.", "The full name of the body."),
    "receipt_number": Words(
        "Số ghi trên giấy tiếp nhận của Cơ quan điều tra.", "The number on the police's receipt."
    ),
    "necessity": Words(
        "Người giữ khóa đọc mục này để quyết định. Không nêu nội dung vụ việc, không nêu tên ai.",
        "The custodians read this to decide. Nothing of the matter, and no names.",
    ),
    "answer_time": Words(
        "Quá hạn này yêu cầu tự chấm dứt.", "After that the request ends by itself."
    ),
    "reading_time": Words(
        "Tính từ ngày đủ người giữ khóa đồng ý; hết hạn thì mảnh khóa bị xóa.",
        "From the day on which enough custodians agreed; then what was released is deleted.",
    ),
    "told_text": Words(
        "Người gửi đọc trong hộp thư vì sao cần biết danh tính. Không nêu tên người đang xử lý.",
        "The reporter reads in their mailbox why it is needed. Do not name who handles the case.",
    ),
    "identity_exception": Words(
        "Để trống thì người gửi được báo ngay.", "Leave it empty to tell the reporter at once."
    ),
    "untold_because": Words(
        "Chỉ ghi khi chưa báo ngay. Lưu niêm phong trong hồ sơ.",
        "Only if the reporter is told later. Sealed in the case.",
    ),
    "stage": Words(
        "Giai đoạn xác định số phải thu hồi; số đã thu hồi ghi vào cùng giai đoạn đó.",
        "The stage that established what is to be recovered; what was recovered goes there too.",
    ),
    "damage": Words(
        "Chỉ ghi phần chưa ghi ở lần khác: các lần ghi được cộng lại. Ví dụ: 12.500.000.",
        "Only what no other record has: records are added up. For example: 12.500.000.",
    ),
    "land_damage": Words(
        "Mét vuông, tối đa hai số lẻ; ví dụ: 1.234,5 hoặc 0,12 ha.",
        "Square metres, two decimals at most; for example: 1.234,5 or 0,12 ha.",
    ),
    "replaces": Words(
        "Lần ghi này không còn được tính; các số dưới đây thay cho nó.",
        "This record counts no more; the figures below take its place.",
    ),
    "review_on": Words(
        "Hết ngày này chưa xem lại, hệ thống báo đơn vị và cấp trên.",
        "If there was no review by then, the unit and the one above are told.",
    ),
    "at_once": Words(
        "Gọi ngay cho Công an; văn bản gửi sau (TC 50).",
        "Call the police at once; the letter follows (TC 50).",
    ),
    "safeguards": Words(
        "Chỉ chọn biện pháp của những điều được bảo vệ đã chọn.",
        "Only measures for the goods that were chosen.",
    ),
    "responsible": Words(
        "Ghi tên cơ quan, tổ chức; không ghi nơi ở của người được bảo vệ.",
        "The name of the body; not where the protected person lives.",
    ),
    "reward_basis": Words(
        "Chỉ khi thưởng theo giá trị thu hồi. Ví dụ: 2.500.000.000",
        "For a share of what was recovered. For example: 2.500.000.000",
    ),
    "reward_amount": Words(
        "Bỏ trống thì lấy mức luật định của hình thức đã chọn, theo lương cơ sở hiện hành.",
        "Left empty, it is the amount of the law, by the base salary of today.",
    ),
    "handing_over": Words(
        "Danh tính chỉ được mở theo đề nghị riêng tới người giữ khóa.",
        "The identity opens only by a request to the custodians.",
    ),
    "condition": Words(
        "Nêu tình tiết cho thấy vụ việc thuộc trường hợp được kéo dài.",
        "What makes this a case with the longer term.",
    ),
}
_TOLD = Words(
    "Người gửi đọc được nội dung này trong hộp thư.", "The reporter reads this in their mailbox."
)
_UNTOLD = Words(
    "Lưu niêm phong trong hồ sơ; người gửi không đọc được.",
    "Sealed in the case; the reporter cannot read it.",
)
#: Where one input means something else to one step.
_LABELS: Mapping[tuple[str, str], Words] = {
    ("protection.applied", "measures"): Words("Chi tiết biện pháp", "Details of the measures"),
    ("person.recused", "assignee"): Words(
        "Người từ chối hoặc bị thay đổi", "Who steps back or is replaced"
    ),
}
_STEP_HINTS: Mapping[tuple[str, str], Words] = {
    ("person.recused", "assignee"): Words(
        "Từ khi ghi, người này không còn thấy hồ sơ.",
        "From then on this person does not see the case.",
    ),
}


def asked(  # noqa: PLR0913, PLR0917
    rules: Rules,
    step: Step,
    so_far: Course,
    today: date,
    people: tuple[Option, ...] = (),
    units: frozenset[str] | None = None,
) -> tuple[Asked, ...]:
    """Return the fields of a step's form, those that it needs first.

    `people`: who may be named in it. `units`: where a case may go, None for wherever rules allow.
    """
    found = []
    for key in (*step.needs, *step.may):
        row = rules.inputs.on(key, today)
        field = _field(rules, step, row, today)
        if key == "assignee":
            field = replace(field, shape=_choice(len(people)), options=people)
        elif key == "unit" and units is not None:
            options = tuple(each for each in field.options if each.value in units)
            field = replace(field, shape=Shape.PICK, options=options)
        elif row.type is InputType.RECORD:
            options = tuple(_records(rules, so_far))
            field = replace(field, shape=_choice(len(options)), options=options)
        elif row.type is InputType.DAY and row.past:
            field = replace(field, first=so_far.not_before(step))
        found.append(field)
    return tuple(found)


def _field(rules: Rules, step: Step, row: Input, today: date) -> Asked:
    options: tuple[Option, ...] = ()
    if row.table is not None:
        options = tuple(_options(rules, step, row, today))
    return Asked(
        row.id,
        _shape(row, len(options), needed=row.id in step.needs),
        _LABELS.get((step.id, row.id), Words(row.vi, row.en)),
        _hint(rules, step, row, today),
        row.id in step.needs,
        options,
        first=None,
        last=today if row.past else None,
    )


def _options(rules: Rules, step: Step, row: Input, today: date) -> Iterator[Option]:
    table = next(each for each in rules.tables() if each.name == row.table)
    for value in inputs.choices(rules, step, row, today):
        named = table.on(value, today)
        # Every table that an input names has rows with two names (rules/checks.py).
        vi, en = str(named.vi), str(named.en)  # type: ignore[attr-defined]
        if isinstance(named, Measure):
            good = rules.protected_goods.on(named.good, today)
            vi, en = f"{good.vi}: {vi}", f"{good.en}: {en}"
        yield Option(value, vi, en)


def _records(rules: Rules, so_far: Course) -> Iterator[Option]:
    """Yield the records of money and land that may be corrected, with what they say."""
    for each in money.standing(so_far.booked):
        stage = rules.stages.by_id[each.stage][-1]
        told = list(_told(rules, each))
        vi, en = "; ".join(line.vi for line in told), "; ".join(line.en for line in told)
        yield Option(
            str(each.number),
            f"Lần {each.number}, ngày {each.on:%d/%m/%Y}, {stage.vi}: {vi or 0}",
            f"No. {each.number}, {each.on.isoformat()}, {stage.en}: {en or 0}",
        )


def _told(rules: Rules, record: money.Record) -> Iterator[Words]:
    """Yield the figures of a record, each with its name."""
    for keys, sums, line in (
        (money.MONEY, record.money, figures.money_line),
        (money.LAND, record.land, figures.land_line),
    ):
        for key, value in zip(keys, sums.values(), strict=True):
            if value:
                row, shown = rules.inputs.by_id[key][-1], line(value)
                yield Words(f"{row.vi.lower()} {shown.vi}", f"{row.en.lower()} {shown.en}")


def _shape(row: Input, options: int, *, needed: bool) -> Shape:
    if row.type in {InputType.ONE, InputType.RECORD}:
        # Radio buttons cannot be taken back, a list can.
        return _choice(options) if needed else Shape.PICK
    if row.type is InputType.TEXT and row.id in _LINES:
        return Shape.LINE
    return _SHAPES[row.type]


def _choice(options: int) -> Shape:
    return Shape.ONE if options <= _AT_A_GLANCE else Shape.PICK


def _hint(rules: Rules, step: Step, row: Input, today: date) -> Words | None:
    own = _STEP_HINTS.get((step.id, row.id))
    if own is not None:
        return own
    if row.type is InputType.ARTICLE:
        example = "TC 24(1)" if step.article == "noi_bo" else step.article
        return Words(f"Ví dụ: {example}", f"For example: {example}")
    if row.id == "criteria":
        return _criteria_hint(rules, step, today)
    if row.id == "text":
        return _TOLD if step.tells else _UNTOLD
    return _HINTS.get(row.id)


def _criteria_hint(rules: Rules, step: Step, today: date) -> Words:
    """Say how many criteria make a case complex, where an extension depends on it (TC 30)."""
    if not step.extends:
        return Words(
            "Chọn những tiêu chí mà vụ việc có.", "Choose the criteria that hold in this case."
        )
    needed = sorted(row.at_least for row in rules.thresholds.all_on(today))
    return Words(
        f"Vụ việc phức tạp: có ít nhất {needed[0]} tiêu chí; đặc biệt phức tạp: {needed[-1]}.",
        f"A complex case: at least {needed[0]} of the criteria; a very complex one: {needed[-1]}.",
    )


def effects(rules: Rules, step: Step, so_far: Course, today: date) -> tuple[Effect, ...]:
    """Return what a step does to the clocks that run, and which ones it starts."""
    found = [
        Effect(does, rules.deadline(each.clock.rule, on=each.clock.started_on))
        for each in so_far.open_clocks
        if (does := _does(rules, step, each, today)) is not None
    ]
    begun = {each.clock.rule for each in so_far.clocks}
    running = {each.clock.rule for each in so_far.open_clocks}
    kind = step.becomes or so_far.kind
    ended = {each.rule.id: each.does for each in found if each.does in {Does.MEETS, Does.VOIDS}}
    started = [
        Effect(Does.RESTARTS if ended.get(rule.id) is Does.VOIDS else Does.STARTS, rule)
        for event in step.starts
        for rule in course.starting(rules, event, so_far.channel, kind, today)
        if rule.id not in running - ended.keys() and not (rule.once and rule.id in begun)
    ]
    anew = {each.rule.id for each in started if each.does is Does.RESTARTS}
    return (*(each for each in found if each.rule.id not in anew), *started)


def _does(rules: Rules, step: Step, running: Running, today: date) -> Does | None:
    clock = running.clock
    if clock.rule in step.meets:
        return Does.MEETS
    if clock.rule in step.voids or course.ends_with(rules, clock, step):
        return Does.VOIDS
    if step.pauses and any(clock.rule in row.pauses for row in rules.suspensions.all_on(today)):
        return Does.PAUSES
    if step.resumes and clock.pauses:
        return Does.RESUMES
    if clock.rule in (*step.extends, *step.prolongs):
        return Does.LENGTHENS
    return None
