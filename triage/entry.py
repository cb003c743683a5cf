"""Takes in what staff enter for a caller, a letter, a visitor, another body, or their own unit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ledger.note import Signer
from records.work import Work
from rules.book import Rules
from rules.organisation import Channel, Sender
from triage import admission, identity, publickeys
from triage.access import READERS, Insider
from triage.casefile import OpenCase
from triage.catalogue import Option
from triage.inputs import BadInputs, Fault
from triage.submission import Entry, Submission
from triage.text import one_line, plain

#: Days between the day of receipt and that of entry: whatever lies longer is entered as of today,
#: with the reason in its text.
MOST_DAYS_LATE = 30


@dataclass(frozen=True)
class Office:
    """A unit at which somebody enters: its name, and that of the body above it."""

    id: str
    vi: str
    en: str
    above: Option | None


@dataclass(frozen=True)
class Entered:
    """What became of it: the code, if there is somebody to give it to, and what it counts as."""

    code: str | None
    kind: str
    state: str
    received_on: date
    #: Whether whoever typed it reads the cases of the unit that it went to.
    seen: bool


def ways(rules: Rules, today: date) -> tuple[Channel, ...]:
    """Return the ways in which reports come to staff."""
    return tuple(row for row in rules.channels.all_on(today) if not row.online)


def is_conversation(rules: Rules, channel: str, today: date) -> bool:
    """Tell whether a citizen is there to check the minutes."""
    return rules.channels.on(channel, today).sender is Sender.PRESENT


def offices(rules: Rules, person: Insider, today: date) -> tuple[Office, ...]:
    """Return the units for which somebody enters."""
    codes = sorted({each.unit for each in person.posts if each.role in READERS})
    return tuple(_office(rules, code, today) for code in codes)


def _office(rules: Rules, code: str, today: date) -> Office:
    row = rules.units.on(code, today)
    above = next(iter(rules.superiors(code, on=today)), None)
    superior = None if above is None else Option(above.id, above.vi, above.en)
    return Office(row.id, row.vi, row.en, superior)


def faults(rules: Rules, told: Submission, entry: Entry, today: date) -> tuple[Fault, ...]:
    """Return what stands against filing it; keys are those of the values concerned."""
    return tuple(_faults(rules, told, entry, today))


def _faults(rules: Rules, told: Submission, entry: Entry, today: date) -> Iterator[Fault]:
    way = rules.channels.on(told.channel, today)
    if way.online:
        yield Fault("channel", "Cách tiếp nhận này không do cán bộ nhập.", "Staff do not use this.")
    if not plain(told.narrative):
        yield Fault("story", "Thiếu nội dung sự việc.", "What happened is missing.")
    if way.sender is Sender.BODY and not one_line(entry.sender):
        yield Fault("sender", "Hãy ghi cơ quan, tổ chức, báo, đài gửi đến.", "Say who sent it.")
    if way.sender is Sender.UNIT and told.identity is not None:
        yield Fault(
            "disclosure",
            "Kết quả tự kiểm tra, thanh tra không có người gửi; hãy chọn “Không nêu tên”.",
            "A finding of one's own has no reporter: choose to give no name.",
        )
    if entry.signed and admission.cleaned_identity(told.identity) is None:
        yield Fault(
            "signed",
            "Đơn tố cáo có chữ ký thì phải có họ tên người tố cáo (Điều 23 Luật Tố cáo).",
            "A signed denunciation has the denouncer's name (Art. 23 of the Law).",
        )
    yield from _day_faults(entry, today)


def _day_faults(entry: Entry, today: date) -> Iterator[Fault]:
    day = entry.received_on
    if day is None or day == today:
        return
    if day > today:
        yield Fault("received_on", "Ngày này chưa tới.", "This day has not come yet.")
    elif day < today - timedelta(days=MOST_DAYS_LATE):
        yield Fault(
            "received_on",
            f"Chỉ ghi lùi được nhiều nhất {MOST_DAYS_LATE} ngày.",
            f"At most {MOST_DAYS_LATE} days back can be entered.",
        )
    elif not plain(entry.late_because):
        yield Fault(
            "late_because",
            "Ngày nhận trước hôm nay: hãy ghi lý do nhập chậm.",
            "It was received before today: say why it is entered late.",
        )


def enter(  # noqa: PLR0913, PLR0917  (an act, by whom, and where it happens)
    work: Work,
    rules: Rules,
    promise_key: Signer,
    case: OpenCase,
    told: Submission,
    entry: Entry,
    person: Insider,
    today: date,
    *,
    hand_over: bool,
) -> Entered:
    """File it in the transaction of `work`. Raises BadInputs, BlobMissing.

    `hand_over`: there is somebody whom the receipt code is given to; otherwise nobody sees it.
    """
    found = [*faults(rules, told, entry, today)]
    if entry.unit and entry.unit not in person.reads:
        found.append(Fault("office", "Hãy chọn đơn vị của mình.", "Choose a unit of your own."))
    if found:
        raise BadInputs(found)
    late = entry.received_on is not None and entry.received_on < today
    try:
        admitted = admission.admit(
            work, rules, promise_key, case, replace(told, entry=entry), today
        )
    except identity.NoCustodians:
        words = ("Chưa đủ người giữ khóa để cất giữ tên.", "Too few custodians to keep a name.")
        raise BadInputs([Fault("disclosure", *words)]) from None
    except publickeys.UnitNotOpen:
        words = (
            "Đơn vị có thẩm quyền chưa có khóa trên hệ thống; hãy báo người quản trị.",
            "The competent unit has no key here yet: tell the administrator.",
        )
        raise BadInputs([Fault("story", *words)]) from None
    own = rules.channels.on(told.channel, today).sender is Sender.UNIT
    return Entered(
        admitted.receipt.grouped if hand_over and not own else None,
        admitted.kind,
        admitted.state,
        entry.received_on if late and entry.received_on else today,
        admitted.unit in person.reads,
    )
