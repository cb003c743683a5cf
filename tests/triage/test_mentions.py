"""Where a text has words of its reporter's identity, and where it only seems to."""

import sys
import unicodedata
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.phrases import plain
from triage.mentions import Sought, mentions
from triage.spans import COVERED, Kind, Span, joined, moved, strike
from triage.submission import Disclosure, Identity
from triage.wordlist import Words

WHO = Identity(
    Disclosure.CONFIDENTIAL,
    "Lê Thị Can Đảm",
    "12/3 kiệt 5 Nguyễn Trãi, phường Thuận Hóa, thành phố Huế",
    "0905 123 456, candam85@gmail.com",
)
#: What reports are made of; single words, so that no order of them names anybody.
ORDINARY = (
    "tôi thấy cán bộ phường nhận tiền của dân ở quầy số rồi nói hồ sơ phải chờ hai tuần mới xong, "
    "năm 2026 anh ấy can thiệp, bảo đảm. Lê la hoa hồng, quận Thuận Hóa; thành phố Huế mưa lớn "
    "đường Nguyễn Trãi ngập 20 triệu đồng 84.000.000 12 tháng 5 kiệt sức (gọi) e-mail gmail.com"
)
NAMES = ["Lê Thị Can Đảm", "le thi can dam", "LÊ THỊ CAN ĐẢM", "Le Thi Can Dam", "Lê  Thị\nCan Đảm"]
NAMES += ["Lê_Thị_Can_Đảm", "lethicandam", "Thị Can Đảm", "Can Đảm", "Lê Đảm", "L.T.C.Đ"]
NUMBERS = ["0905123456", "0905 123 456", "0905.123.456", "0905-123-456", "+84905123456"]
NUMBERS += [
    "+84 905 123 456",
    "(+84) 905.123.456",
    "84905123456",
    "(0905) 123456",
    "09 05 12 34 56",
]
NUMBERS += ["0084 905123456", "+84 (0)905 123 456"]
ADDRESSES = ["12/3 kiệt 5 Nguyễn Trãi", "12/3 kiet 5 nguyen trai", "kiệt 5 đường Nguyễn Trãi"]
ADDRESSES += ["số 12/3, kiệt 5, Nguyễn Trãi", "KIỆT 5 NGUYỄN TRÃI", "kiệt 5, P. Thuận Hóa"]
CONTACTS = ["candam85@gmail.com", "CanDam85@Gmail.com", "candam85", "candam85 @ gmail . com"]
PLANTED = [
    *((Kind.NAME, each) for each in NAMES),
    *((Kind.NUMBER, each) for each in NUMBERS),
    *((Kind.ADDRESS, each) for each in ADDRESSES),
    *((Kind.CONTACT, each) for each in CONTACTS),
]
texts = st.lists(st.sampled_from(ORDINARY.split()), min_size=1, max_size=40).map(" ".join)
forms = st.sampled_from(["NFC", "NFD"])


@given(texts, st.sampled_from(PLANTED), texts, forms)
def test_what_is_planted_is_found_wherever_and_however_it_is_written(
    before: str, planted: tuple[Kind, str], after: str, form: str
) -> None:
    kind, words = planted
    front = unicodedata.normalize(form, f"{before}; rồi: ")  # type: ignore[arg-type]
    middle = unicodedata.normalize(form, words)  # type: ignore[arg-type]
    text = f"{front}{middle}{unicodedata.normalize(form, f'; rồi {after}')}"  # type: ignore[arg-type]
    found = mentions(WHO, text)
    inside = [
        each
        for each in found
        if each.kind is kind and len(front) <= each.start and each.end <= len(front) + len(middle)
    ]
    assert inside
    left = unicodedata.normalize("NFC", strike(middle, _shifted(inside, len(front)), ""))
    assert not set(plain(left).split()) & {"dam", "candam", "trai", "905123456", "123456"}


UNSEEN = "\u200d\u200c\u034f\u180e\u200b\u200e\u200f\u2060\ufeff\u00ad\ufe0f\u20e3\u0335"
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


@given(texts, st.sampled_from(PLANTED), texts, forms, st.data())
def test_what_nobody_sees_and_other_widths_hide_nothing(
    before: str, planted: tuple[Kind, str], after: str, form: str, data: st.DataObject
) -> None:
    kind, words = planted
    written = unicodedata.normalize(form, words)  # type: ignore[arg-type]
    if data.draw(st.booleans()):
        written = written.translate(WIDE)
    middle = ""
    for letter, following in pairwise([*written, ""]):
        middle += letter
        # Between "e" and "M" it may be a space; what follows a space changes nothing.
        if following and not (letter.islower() and following.isupper()):
            middle += data.draw(st.sampled_from(["", *UNSEEN]))
    front = f"{before}; rồi: "
    found = mentions(WHO, f"{front}{middle}; rồi {after}")
    assert any(
        each.kind is kind and len(front) <= each.start and each.end <= len(front + middle)
        for each in found
    )


@pytest.mark.parametrize(
    "text", ["Lê\u200bThị\u200bCan\u200bĐảm", "Ｌê　Ｔhị　Ｃan　Đảm", "L\u200dê Thị C\u034fan Đảm"]
)
def test_the_whole_name_is_covered_and_what_stands_beside_it_stays(text: str) -> None:
    around = f"½ ngày\u200b, {text}; ﬁ nói"
    assert strike(around, mentions(WHO, around), "#") == "½ ngày\u200b, #; ﬁ nói"


def test_a_part_of_one_character_is_the_whole_of_it() -> None:
    assert said(named("", "", "123456789"), "số ㉑ 123456789, 12345678⁹") == [
        "123456789",
        "12345678⁹",
    ]


def _shifted(spans: list[Span], by: int) -> list[Span]:
    return [Span(each.start - by, each.end - by, each.kind) for each in spans]


@given(texts, forms)
def test_ordinary_words_are_nobody(text: str, form: str) -> None:
    assert mentions(WHO, unicodedata.normalize(form, text)) == ()  # type: ignore[arg-type]


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=300))
@settings(max_examples=200)
def test_places_lie_in_the_text_and_do_not_overlap(
    name: str, address: str, contact: str, text: str
) -> None:
    who = Identity(Disclosure.CONFIDENTIAL, name, address, contact)
    text = f"{text} {name}, {address}; {contact}"
    found = mentions(who, text)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def said(who: Identity, text: str) -> list[str]:
    return [text[each.start : each.end] for each in mentions(who, text)]


def named(name: str, address: str = "", contact: str = "") -> Identity:
    return Identity(Disclosure.NAMED, name, address, contact)


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Nguyễn Văn Hùng", "Anh Hùng rất anh hùng.", ["Hùng"]),
        ("Nguyễn Văn Hùng", "Ông Trần Hùng dọa, anh Hùng cười.", []),
        ("Nguyễn Văn Hùng", "chị Hùng Anh nói", []),
        ("Nguyễn Văn Hùng", "Tôi tên là Hùng, bà Trần Hùng dọa", ["Hùng"]),
        ("Nguyễn Văn Hùng", "Kính mong xem xét.\nHùng", ["Hùng"]),
        ("Lê Mai", "lề mái nhà dột, lê mái", []),
        ("Lê Mai", "le mai ở đó; Lê Mai", ["le mai", "Lê Mai"]),
        ("Trần Thị Thuý", "bà Trần Thị Thúy", ["Trần Thị Thúy"]),
        ("Võ Thị Mỹ", "Võ Thị Mĩ", ["Võ Thị Mĩ"]),
        ("Bà Hoa", "chị Hoa bán hoa", ["Hoa"]),
        ("Lê Thị Hoa", "bà Nguyễn Thị Hoa đòi tiền; Nguyen Thi Hoa, TRẦN THỊ HOA", []),
        ("Lê Thị Hoa", "chị Thị Hoa; Ông Thị Hoa; Trần A\nThị Hoa", ["Thị Hoa"] * 3),
        ("Lê Thị Mai Hoa", "Võ Thị Mai Hoa, Lê Mai Hoa; Thị Mai Hoa", ["Mai Hoa", "Thị Mai Hoa"]),
        (
            "Ông Lê Văn Tám và bà Đỗ Thị Chín",
            "Đỗ Thị Chín, Lê Văn Tám",
            ["Đỗ Thị Chín", "Lê Văn Tám"],
        ),
        ("Lê Thị Can Đảm", "LÊ THỊ CAN ÐẢM, chị Ðảm", ["LÊ THỊ CAN ÐẢM", "Ðảm"]),
        ("John Smith", "I am John Smith, Mr Smith", ["John Smith", "Smith"]),
    ],
)
def test_short_forms_count_where_they_are_names(name: str, text: str, found: list[str]) -> None:
    assert said(named(name), text) == found


def test_a_given_name_that_the_accused_has_too_covers_neither() -> None:
    words = Words.of("chị Hoa thu tiền")
    assert Sought.of(named("Lê Thị Hoa"), [words], "bà Trần Thị Hoa, trưởng thôn").find(words) == ()
    assert Sought.of(named("Lê Thị Hoa"), [words], "Trần A dọa chị Hoa").find(words)


@pytest.mark.parametrize(
    ("address", "text", "found"),
    [
        ("thôn An Nông 2, xã Lộc An", "thôn An Nông 2, Lộc An", ["An Nông 2, Lộc An"]),
        ("thôn An Nông 2, xã Lộc An", "thôn An Nông 2 có đường; xã Lộc An", []),
        ("tổ dân phố 5 phường Thuận Hóa", "tổ 5, Thuận Hóa", ["tổ 5, Thuận Hóa"]),
        ("Thuận Hóa, Huế, Việt Nam", "phường Thuận Hóa, Huế", []),
        ("14A Tố Hữu, Phong Điền", "nhà 14 A đường Tố Hữu", ["14 A đường Tố Hữu"]),
        ("12 Lê Lợi", "112 Lê Lợi, ngày 12 ở Huế, đường Lê Lợi", []),
        ("12 Nguyễn Tất Thành, Huế", "Nguyễn Tất Thành, Huế; tháng 12 tại Huế", []),
    ],
)
def test_an_address_is_what_leads_to_a_door(address: str, text: str, found: list[str]) -> None:
    assert said(named("Lê Văn Tám", address), text) == found


@pytest.mark.parametrize(
    ("contact", "text", "found"),
    [
        ("0905123456", "0905 123 456 0912 345 678", ["0905 123 456"]),
        ("0905123456", "19051234567 đồng", []),
        ("0234 3822 123", "(0234) 3822123", ["0234) 3822123"]),
        ("CCCD 046085001234", "số 046 085 001 234", ["046 085 001 234"]),
        ("con gái Lê Thị Bé Ba", "Lê Thị Bé Ba kể", ["Lê Thị Bé Ba"]),
        ("UBND PHƯỜNG PHÚ XUÂN", "UBND phường Phú Xuân", []),
        ("sáng/chiều đều được", "sáng, chiều đều được", []),
    ],
)
def test_a_contact_is_numbers_accounts_and_names(contact: str, text: str, found: list[str]) -> None:
    assert said(named("Lê Văn Tám", "", contact), text) == found


def calls_of(act: Callable[[], object]) -> int:
    """Count the calls of functions, which no other load of the machine changes."""
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(counted)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "piece",
    ["Lê Thị Can ", "12/3 kiệt 5 ", "0905 ", "chị Đảm ", "candam85@", "Thuận Hóa, Huế ", "Đảm "],
)
def test_the_work_grows_with_the_number_of_words(piece: str) -> None:
    short, long = piece * 200, piece * 1600
    few = calls_of(lambda: mentions(WHO, short))
    many = calls_of(lambda: mentions(WHO, long))
    assert many < 10 * few


def test_places_move_with_what_is_struck_out_before_them() -> None:
    text = "Lê Thị Can Đảm gặp cán bộ, Lê Thị Can Đảm về"
    spans = mentions(WHO, text)
    struck = strike(text, spans, COVERED)
    at = text.index("cán bộ")
    assert struck[moved(at, spans, COVERED) :].startswith("cán bộ")
    assert struck == f"{COVERED} gặp cán bộ, {COVERED} về"


def test_what_overlaps_is_one_place_of_the_weightier_kind() -> None:
    spans = [Span(4, 9, Kind.PHONE), Span(0, 5, Kind.NAME), Span(9, 12, Kind.EMAIL)]
    assert joined(spans) == (Span(0, 9, Kind.NAME), Span(9, 12, Kind.EMAIL))
