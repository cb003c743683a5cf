"""What looks personal is proposed to be struck out, and what only looks like numbers is not."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.personal import personal
from triage.spans import STRUCK, Kind, may_show_handwriting, strike


def said(text: str) -> list[tuple[str, str]]:
    return [(each.kind.value, text[each.start : each.end]) for each in personal(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gọi số 0905.123.456 nhé", [("phone", "0905.123.456")]),
        ("Zalo +84 905 123 456, nhà (0234) 3822 123", [
            ("phone", "+84 905 123 456"),
            ("phone", "(0234) 3822 123"),
        ]),
        ("thư a.b-c@mail.gov.vn.", [("email", "a.b-c@mail.gov.vn")]),
        ("CCCD số 046085001234, CMND: 191 234 567", [
            ("identity_card", "046085001234"),
            ("identity_card", "191 234 567"),
        ]),
        ("STK Vietcombank 0071000123456", [("bank_account", "0071000123456")]),
        ("tài khoản ngân hàng của ông A 19034567890123", [("bank_account", "19034567890123")]),
        ("Tôi tên là Nguyễn Văn A, sinh năm 1980", [("introduced", "Nguyễn Văn A")]),
        ("tôi tên nguyễn văn tèo, làm ruộng", [("introduced", "nguyễn văn tèo")]),
        ("Tôi là Trần Thị Bé ở xã", [("introduced", "Trần Thị Bé")]),
        ("Người tố cáo: Trần Văn B\nNgười bị tố cáo: Lê Văn C", [("introduced", "Trần Văn B")]),
        ("trú tại 12 Lê Lợi, P. Thuận Hóa, TP. Huế. Ông A đến", [
            ("labelled_address", "12 Lê Lợi, P. Thuận Hóa, TP. Huế"),
        ]),
        ("hộ khẩu phường An Cựu\nđã ba năm", [("labelled_address", "phường An Cựu")]),
        ("Hộ khẩu: 12 Lê Lợi", [("labelled_address", "12 Lê Lợi")]),
        ("Địa chỉ: thôn 2, xã X\nNgày 3", [("labelled_address", "thôn 2, xã X")]),
        ("Kính đơn\nNgười làm đơn\n(ký, ghi rõ họ tên)\n\nTrần Văn B", [
            ("signature", "Trần Văn B"),
        ]),
    ],
)  # fmt: skip
def test_what_looks_personal_is_proposed(text: str, found: list[tuple[str, str]]) -> None:
    assert said(text) == found
    apart = unicodedata.normalize("NFD", text)
    assert [(kind, unicodedata.normalize("NFC", each)) for kind, each in said(apart)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gọi ０９０５　123.456 nhé", ("phone", "０９０５　123.456")),
        (
            "Gọi 09\u200d05\u034f123\u180e456\u200b nhé",
            ("phone", "09\u200d05\u034f123\u180e456\u200b"),
        ),
        ("thư a\u2060b＠mail.vn", ("email", "a\u2060b＠mail.vn")),
        ("Tôi t\u200dên là Ｎguyễn V\ufeffăn A", ("introduced", "Ｎguyễn V\ufeffăn A")),
    ],
)
def test_what_nobody_sees_and_other_widths_hide_nothing(text: str, found: tuple[str, str]) -> None:
    assert said(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "Mất 84.000.000 đồng, 900000000 đồng, 912345678 đ, tổng 123456789012 đồng",
        "từ năm 2020 đến 2024 có 3 hộ, quyết định số 1234/QĐ-UBND ngày 01/02/2024",
        "Tôi là giáo viên. Thủ tục đăng ký thường trú bị làm khó",
        "tôi bị ép ký tên vào biên bản rồi\nông ấy cười",
        "đường dây nóng 1900 1234, số 113",
        "cán bộ làm hộ khẩu yêu cầu nộp tiền ngoài quy định, có người chứng kiến",
    ],
)
def test_sums_days_and_offices_are_left_alone(text: str) -> None:
    assert said(text) == []


@given(st.text(alphabet="tôi là 0905.@(+84)\nký tên:địa chỉAB", max_size=200))
def test_places_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    behind = 0
    for each in personal(text):
        assert behind <= each.start < each.end <= len(text)
        behind = each.end


@pytest.mark.parametrize(
    "piece",
    [
        "1 ",
        "a@",
        "a.",
        "ký ",
        "\n",
        "trú tại ",
        "(người ",
        "0 ",
        "cccd ",
        "\n(",
        "a",
        "+84",
        "stk ",
    ],
)
def test_no_text_makes_it_slow(piece: str) -> None:
    text = (piece * 50_000)[:50_000]
    began = time.process_time()
    personal(text)
    assert time.process_time() - began < 2  # a pattern that goes back and forth takes minutes


def test_every_place_says_why_in_both_languages() -> None:
    text = "Gọi 0905123456"
    (span,) = personal(text)
    assert span.kind is Kind.PHONE
    assert span.reason.vi == "số điện thoại"
    assert all((span.reason.vi, span.reason.en))
    assert strike(text, [span]) == f"Gọi {STRUCK}"


@pytest.mark.parametrize(
    ("mime", "due"),
    [
        ("image/jpeg", True),
        ("application/pdf", True),
        ("video/mp4", True),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", True),
        ("text/plain", False),
        ("text/csv", False),
        ("audio/mpeg", False),
    ],
)
def test_what_can_show_handwriting_is_warned_of(mime: str, *, due: bool) -> None:
    assert may_show_handwriting(mime) is due
