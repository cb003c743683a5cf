"""Entry from a table: row by row, nothing before it is confirmed, nothing twice."""

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from records.case import Case
from records.identity import Identity as IdentityRow
from records.work import Store, reading
from tests.desk.desk_kit import Colleague, at_work
from tests.desk.test_entry import app, dat, lan, today, token
from web import csv_file
from web.csv_file import bare, safe

__all__ = ["app", "dat", "lan"]
HEAD = "Nội dung;Phường, xã;Lĩnh vực;Họ tên người gửi;Số văn bản"
ROWS = (
    "Đèn đường kiệt 5 hỏng cả tháng;Phường Thuận An;;;12/MT",
    "đèn đường kiệt 5 hỏng cả tháng;thuan an;;;13/MT",
    ";Thuận An;;;",
    "Rác không được thu gom;Sao Hỏa;;;",
    "=HYPERLINK(1);;;Lê Thị Kín;",
    "Cán bộ đòi tiền;;không có lĩnh vực này;;",
    'Dấu "hỏng";"x"y;;;',
    ";;;;",
    "Nước ngập trước trường;;;Lê Thị Kín;14/MT;thừa một ô",
)


@pytest.fixture
def client(app: Flask, instance: Store, lan: Colleague) -> FlaskClient:
    return at_work(app, instance, lan)


def send(client: FlaskClient, data: bytes, **changes: str) -> TestResponse:
    form = {
        "csrf_token": token(client, "/nhap-tu-bang"),
        "channel": "front",
        "received_on": today(),
        "late_because": "",
        "sender": "Ủy ban MTTQ phường Thuận An",
        **changes,
        "table": FileStorage(BytesIO(data), "bang.csv"),
    }
    # In memory: the client of the tests would put a long one into a file, and forget to close it.
    body, _length, boundary = stream_encode_multipart(form, use_tempfile=False)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/nhap-tu-bang", data=body.read(), content_type=kind)


def table(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join((head, *rows)).encode("utf-8-sig")


def confirm(client: FlaskClient) -> dict[str, str]:
    page = client.get("/nhap-tu-bang/xem").text
    nonce = re.search(r'name="nonce" value="([0-9a-f]{32})"', page)
    assert nonce is not None, page
    return {"nonce": nonce[1], "csrf_token": token(client, "/nhap-tu-bang/xem")}


def cases(store: Store) -> int:
    with reading(store) as work:
        return work.session.scalar(select(func.count()).select_from(Case)) or 0


def results(page: str) -> dict[str, str]:
    found = re.findall(
        r'scope="row" data-label="Dòng">(\d+)</th>.*?</td>\n<td.*?><div>(.*?)</div>',
        page,
        re.DOTALL,
    )
    return {number: re.sub(r"<.*?>", "", words).strip() for number, words in found}


def test_every_row_is_shown_with_what_is_against_it_and_nothing_is_filed(
    client: FlaskClient, instance: Store
) -> None:
    before = cases(instance)
    assert send(client, table(*ROWS)).location == "/nhap-tu-bang/xem"
    shown = results(client.get("/nhap-tu-bang/xem").text)
    assert cases(instance) == before
    assert shown["2"] == shown["6"] == "Nộp được"
    for number, words in {
        "3": "Trùng với dòng 2",
        "4": "Thiếu nội dung",
        "5": "Sao Hỏa",
        "7": "Lĩnh vực: không có",
        "8": "Dòng hỏng",
        "10": "nhiều ô hơn số cột",
    }.items():
        assert words in shown[number], shown
    assert "9" not in shown


def test_good_rows_are_filed_once_however_often_it_is_sent(
    client: FlaskClient, instance: Store
) -> None:
    before = cases(instance)
    send(client, table(*ROWS))
    form = confirm(client)
    for _ in range(2):
        assert client.post("/nhap-tu-bang/xem", data=form).status_code == 303
    assert cases(instance) == before + 2
    shown = results(client.get("/nhap-tu-bang/xem").text)
    assert (shown["2"], shown["6"]) == ("Đã nộp", "Đã nộp")
    with reading(instance) as work:
        newest = work.session.scalars(select(Case).where(Case.channel == "front")).all()
        kept = [work.session.get(IdentityRow, each.id) is not None for each in newest]
    assert True in kept


def test_what_was_typed_is_not_in_the_session_once_all_rows_are_filed(client: FlaskClient) -> None:
    send(client, table("Vỉa hè bị lấn chiếm ở đường Bà Triệu;Thuận An;;;"))
    client.post("/nhap-tu-bang/xem", data=confirm(client))
    page = client.get("/nhap-tu-bang/xem").text
    assert "Vỉa hè" not in page
    assert "Đã nộp" in page


def test_refused_rows_come_back_as_a_table_that_runs_nothing(client: FlaskClient) -> None:
    send(client, table("=cmd|' /C calc'!A0;Sao Hỏa;;;"))
    answer = client.get("/nhap-tu-bang/dong-loi.csv")
    assert "'=cmd" in answer.text
    assert "Sao Hỏa" in answer.text
    assert send(client, answer.data).status_code == 303  # as it is, mended or not


@pytest.mark.parametrize("cell", ["=1+1", "+84 905", "-1", "@x", "\tx", "thường", "'ngoặc"])
def test_a_cell_is_made_safe_and_read_back(cell: str) -> None:
    assert not safe(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert bare(safe(cell)) == cell


def test_the_template_can_be_filled_in_and_sent(client: FlaskClient) -> None:
    answer = client.get("/nhap-tu-bang/mau.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    columns = answer.text.lstrip("\ufeff").strip().split(";")
    row = csv_file.written([columns, ["Cống tắc ở kiệt 12"] + [""] * (len(columns) - 1)])
    assert send(client, row).status_code == 303


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Hãy chọn tệp"),
        (table(head="Cột lạ;Cột khác"), "Thiếu cột"),
        (table(), "không có dòng nào"),
        ("Nội dung\r\nx".encode("utf-16"), "không phải CSV UTF-8"),
        (table(*(f"Việc thứ {n};;;;" for n in range(501))), "quá 500 dòng"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_whole(
    client: FlaskClient, data: bytes, words: str
) -> None:
    answer = send(client, data)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Ủy ban MTTQ phường Thuận An" in answer.text


def test_bytes_that_are_no_utf_8_cost_their_row_alone(client: FlaskClient) -> None:
    data = table("Ổ gà trước cổng chợ;;;;") + b"\r\nH\xe0ng;;;;"
    send(client, data)
    shown = results(client.get("/nhap-tu-bang/xem").text)
    assert shown["2"] == "Nộp được"
    assert "ký tự hỏng" in shown["3"]


def test_commas_and_semicolons_part_cells(client: FlaskClient) -> None:
    data = 'Nội dung,"Phường, xã"\r\n"Mất nước, ba ngày",Thuận An\r\n'.encode()
    assert send(client, data).status_code == 303


def test_who_sent_the_list_must_be_said(client: FlaskClient) -> None:
    answer = send(client, table(ROWS[0]), sender="")
    assert answer.status_code == 422
    assert "Hãy ghi cơ quan" in answer.text


def test_a_form_that_is_refused_asks_for_the_file_again(client: FlaskClient) -> None:
    answer = send(client, table(ROWS[0]), channel="")
    assert answer.status_code == 422
    assert "Hãy chọn cách tiếp nhận." in answer.text
    assert '<a href="#table">Hãy chọn lại tệp CSV.</a>' in answer.text


def test_a_forged_table_is_refused(client: FlaskClient) -> None:
    form = {"table": (BytesIO(table(ROWS[0])), "a.csv")}
    answer = client.post("/nhap-tu-bang", data=form, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert client.post("/nhap-tu-bang/xem", data={"nonce": "0" * 32}).status_code == 400


def test_more_than_two_megabytes_are_refused(client: FlaskClient) -> None:
    assert send(client, b"x" * (2 * 1024 * 1024 + 1)).status_code == 413
