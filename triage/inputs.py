"""Reads what was entered for a step: what stands in the open, what is sealed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from rules.book import Rules
from rules.crime import Outcome
from rules.lifecycle import Input, InputType, Step
from triage import figures
from triage.text import LONGEST, plain

#: What was entered: a text, a day (ISO 8601), an id or several ids; "yes" for a confirmation.
Entered = Mapping[str, str | Sequence[str]]
#: The same after reading: only texts and lists of texts, ready for JSON.
Terms = Mapping[str, str | list[str]]
YES = "yes"
_FIGURES = {InputType.AMOUNT: figures.money, InputType.AREA: figures.land}
_NO_FIGURE = {
    InputType.AMOUNT: (
        "Phải là số tiền nguyên, không âm, không quá 1.000.000 tỷ đồng; ví dụ đúng: 12.500.000.",
        "This must be a whole sum in VND, not negative; a right one: 12.500.000.",
    ),
    InputType.AREA: (
        "Phải là số mét vuông không âm, tối đa hai số lẻ; ví dụ đúng: 1.234,5 hoặc 0,12 ha.",
        "This must be m², not negative, with two decimals at most; a right one: 1.234,5.",
    ),
}


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one input, in both languages."""

    key: str
    vi: str
    en: str


class BadInputs(Exception):
    """The step cannot be taken with these inputs; `faults` names each of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.key}: {fault.en}" for fault in faults))


def assignee(entered: Entered) -> UUID:
    """Return the person that a step names. Raises BadInputs."""
    try:
        return UUID(hex=str(entered["assignee"]))
    except ValueError:
        raise BadInputs(
            [Fault("assignee", "Không có người này.", "There is no such person.")]
        ) from None


def read(
    rules: Rules, step: Step, entered: Entered, *, not_before: date, today: date
) -> tuple[Terms, Terms]:
    """Return what stands in the open and what is sealed.

    `not_before`: no day of the past may lie before it. Raises BadInputs.
    """
    faults = [
        Fault(key, "Bước này không có mục này.", "This step has no such input.")
        for key in sorted(set(entered) - {*step.needs, *step.may})
    ]
    shown: dict[str, str | list[str]] = {}
    sealed: dict[str, str | list[str]] = {}
    for key in (*step.needs, *step.may):
        row = rules.inputs.on(key, today)
        given = entered.get(key, "")
        value = plain(given).strip() if isinstance(given, str) else [plain(each) for each in given]
        if not value:
            if key in step.needs:
                faults.append(Fault(key, f"Thiếu: {row.vi}.", f"Missing: {row.en}."))
            continue
        if row.type in _FIGURES and isinstance(value, str):
            figure = _FIGURES[row.type](value)
            if figure is None:
                faults.append(Fault(key, *_NO_FIGURE[row.type]))
                continue
            value = figures.stored(figure)
        if isinstance(given, str) and len(given) > LONGEST:
            faults.append(Fault(key, "Nội dung quá dài.", "The text is too long."))
        fault = _fault(rules, step, row, value, not_before=not_before, today=today)
        if fault is not None:
            faults.append(Fault(key, *fault))
        (shown if row.open else sealed)[key] = value
    if faults:
        raise BadInputs(faults)
    return shown, sealed


def choices(rules: Rules, step: Step, row: Input, today: date) -> tuple[str, ...]:
    """Return the ids that an input of a step offers on that day."""
    table = next(each for each in rules.tables() if each.name == row.table)
    key, _, value = (row.only or "").partition("=")
    return tuple(
        each.id
        for each in table.all_on(today)
        if (not key or getattr(each, key) == value)
        and not (isinstance(each, Outcome) and each.steps and step.id not in each.steps)
    )


def _fault(  # noqa: PLR0913  (an input of a step, what was entered, and its days)
    rules: Rules, step: Step, row: Input, value: str | list[str], *, not_before: date, today: date
) -> tuple[str, str] | None:
    several = row.type is InputType.SEVERAL
    if isinstance(value, str) == several:
        return "Dữ liệu không đúng dạng.", "This is not of the right form."
    if row.table is not None:
        chosen = [value] if isinstance(value, str) else value
        return _choice_fault(chosen, choices(rules, step, row, today))
    text = str(value)
    if row.type is InputType.YES and text != YES:
        return "Phải được xác nhận.", "This must be confirmed."
    if row.type is InputType.ARTICLE:
        return _article_fault(rules, text)
    return _day_fault(row, text, not_before, today) if row.type is InputType.DAY else None


def _choice_fault(chosen: list[str], known: Sequence[str]) -> tuple[str, str] | None:
    unknown = ", ".join(each for each in chosen if each not in known)
    if unknown:
        return f"Không có lựa chọn “{unknown}”.", f"There is no such choice: {unknown}."
    if len(set(chosen)) != len(chosen):
        return "Một mục được chọn hai lần.", "One choice was made twice."
    return None


def _article_fault(rules: Rules, text: str) -> tuple[str, str] | None:
    try:
        rules.citations(text)
    except ValueError:
        return (
            "Không đọc được căn cứ pháp lý; ví dụ đúng: TC 24(1).",
            "This is no citation of a known law; a right one is: TC 24(1).",
        )
    return None


def _day_fault(row: Input, text: str, not_before: date, today: date) -> tuple[str, str] | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return (
            "Ngày không đúng; ví dụ đúng: 2026-11-25.",
            "This is no day; a right one: 2026-11-25.",
        )
    if row.past and day > today:
        return "Ngày này chưa tới.", "This day has not come yet."
    if row.past and day < not_before:
        return (
            f"Ngày này trước bước liền trước ({not_before:%d/%m/%Y}).",
            f"This day is before the step before it ({not_before.isoformat()}).",
        )
    if row.future and day <= today:
        return "Phải là một ngày sắp tới.", "This must be a day to come."
    return None
