"""What a hand-over may not lack, and what its head must have looked at before. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Protocol
from uuid import UUID

from papers.package import RecipientRefused, recipients
from rules.book import Rules
from triage import handover_papers
from triage.handover_papers import Composed, Look, Written
from triage.inputs import Fault
from triage.text import LONGEST

#: How the private half of a key of age begins.
_PRIVATE = "AGE-SECRET-KEY"
DAMAGED = Fault(
    "files",
    "Có tệp đã chọn bị hỏng hoặc không còn; hãy mở xem từng tệp và bỏ chọn tệp đó.",
    "A file that was chosen is damaged or missing: look at each, and leave it out.",
)


class Chosen(Written, Protocol):
    """The same with what was chosen and looked at; as in Composed."""

    @property
    def files(self) -> tuple[UUID, ...]:
        """The evidence, in its order."""

    @property
    def seen(self) -> frozenset[UUID]:
        """What of it somebody has looked at."""

    @property
    def looks(self) -> Mapping[UUID, Look]:
        """What looks personal in which of its texts."""

    @property
    def left(self) -> frozenset[UUID]:
        """In which of them that was decided on."""

    @property
    def kept(self) -> frozenset[str]:
        """What looked personal and stays."""

    @property
    def kept_confirmed(self) -> bool:
        """Somebody says that it tells nothing of who reported."""


def faults(rules: Rules, composed: Composed, today: date) -> Iterator[Fault]:
    """Yield what is missing or was not looked at, besides what the step itself asks for."""
    yield from _empty(composed)
    yield from unseen(composed)
    missing = handover_papers.missing(rules, composed, today)
    if missing:
        names = "; ".join(each.vi for each in missing)
        yield Fault(
            "items",
            f"Hồ sơ theo mẫu này phải có: {names}. Nếu chưa có, hãy dùng mẫu tin báo về tội phạm.",
            "A dossier of this form must hold: " + "; ".join(each.en for each in missing) + ".",
        )
    yield from _phoned(composed.phoned_on, today)
    if composed.outside:
        yield from recipient(composed.recipient)


def _empty(composed: Composed) -> Iterator[Fault]:
    needed = {
        "title": (composed.title, "Hãy ghi trích yếu.", "A title is needed."),
        "summary": (composed.summary, "Hãy tóm tắt nội dung vụ việc.", "A summary is needed."),
        "story": (composed.petition, "Đơn, tin không được để trống.", "The petition is empty."),
        "signer_position": (
            composed.signer_position,
            "Hãy ghi chức vụ người ký.",
            "Who signs, by position?",
        ),
        "body" if composed.outside else "addressee": (
            composed.receiver,
            "Hãy ghi tên cơ quan nhận.",
            "Which body is it for?",
        ),
    }
    for crime in composed.crimes:
        needed[f"reason_{crime}"] = (
            composed.reasons.get(crime, ""),
            f"Hãy nêu căn cứ cho thấy dấu hiệu theo Điều {crime}.",
            f"What shows the signs of article {crime}?",
        )
    for key, (text, vi, en) in needed.items():
        if not text.strip():
            yield Fault(key, vi, en)
    for key, text in composed.texts():
        if len(text) > LONGEST:
            yield Fault(key, "Nội dung quá dài.", "The text is too long.")


def unseen(composed: Chosen) -> Iterator[Fault]:
    """Yield what nobody has looked at: proposals that were not decided on, files."""
    found = handover_papers.proposed(composed)
    undecided = [each for each in found if each.key not in composed.kept]
    if undecided:
        texts = ", ".join(f"“{each.text}”" for each in undecided)
        yield Fault(
            "strike",
            f"Có chỗ giống thông tin cá nhân chưa được xem: {texts}.",
            f"Some places look personal and were not decided on: {texts}.",
        )
    elif found and not composed.kept_confirmed:
        yield Fault(
            "kept_confirmed",
            "Hãy xác nhận các chỗ để lại không làm lộ người gửi, hoặc gạch bỏ.",
            "Confirm that what stays does not tell who reported, or strike it out.",
        )
    for each in composed.files:
        if each not in composed.seen:
            yield Fault(
                f"seen_{each.hex}",
                "Hãy mở xem tệp này rồi xác nhận, hoặc bỏ chọn.",
                "Look at this file and confirm, or leave it out.",
            )
        found_in = composed.looks.get(each)
        if found_in is not None and each not in composed.left:
            vi = "; ".join(reason.vi for reason in found_in.reasons)
            en = "; ".join(reason.en for reason in found_in.reasons)
            yield Fault(
                f"left_{each.hex}",
                f"Trong tệp có chỗ cần xem: {vi}. Hãy xác nhận không làm lộ người gửi, hoặc bỏ "
                "chọn tệp.",
                f"Look at this in the file: {en}. Confirm that it does not tell who reported, or "
                "leave the file out.",
            )


def _phoned(given: str, today: date) -> Iterator[Fault]:
    try:
        fits = not given or date.fromisoformat(given) <= today
    except ValueError:
        fits = False
    if not fits:
        yield Fault(
            "phoned_on",
            "Ngày báo qua điện thoại không đúng hoặc chưa tới.",
            "This is no day, or one that has not come.",
        )


def recipient(given: str) -> Iterator[Fault]:
    """Yield what is wrong with the key that a body outside gave."""
    try:
        recipients([given])
    except RecipientRefused:
        if given.strip().upper().startswith(_PRIVATE):
            yield Fault(
                "recipient",
                "Đây là khóa bí mật, không được gửi cho ai. Hãy báo cơ quan nhận tạo khóa mới và "
                "chỉ cung cấp dòng bắt đầu bằng age1.",
                "This is a secret key. Tell that body to make a new one, and to give the line that "
                "begins with age1 only.",
            )
        else:
            yield Fault(
                "recipient",
                "Không phải khóa công khai của age; khóa đúng bắt đầu bằng age1.",
                "This is no public key of age; one begins with age1.",
            )
