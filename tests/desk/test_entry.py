"""Entry on behalf: what staff type for somebody is filed as if that person had filed it."""

import json
import re
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

import desk.app
from desk.session import STAFF
from ledger.note import Signer
from records.case import Case, CaseEvent, CaseFile
from records.clock import CaseClock
from records.identity import Identity as IdentityRow
from records.staff import Role
from records.work import Store, reading
from tests.desk.desk_kit import Colleague, at_work, employ
from triage import access, mailbox
from triage.access import NoSuchCase
from vault.context import Purpose
from vault.receipt import Receipt
from web import clock
from web.app import Parts
from web.sealed import _parse

STORY = "Cán bộ một cửa hẹn nhiều lần, gợi ý đưa phong bì mới trả hồ sơ đất đai."
SECRET = "Nguyễn Thị Người Gửi"
TYPED = {
    "channel": "hotline",
    "intent": "phan_anh_tham_nhung",
    "category": "bribery",
    "story": STORY,
    "ward": "19900",
    "body": "subject:land_registration_office",
    "disclosure": "confidential",
    "name": SECRET,
    "contact": "0905 123 456",
    "language": "vi",
    "recording": "yes",
    "signed": "no",
    "hand_over": "yes",
}


# Two modules use these, each its own.
@pytest.fixture(scope="session")
def lan(instance: Store, promise_key: Signer) -> Colleague:
    return employ(
        instance, promise_key, f"nhap_lan_{uuid4().hex}"[:40], "thanh_tra", Role.INSPECTOR
    )


@pytest.fixture(scope="session")
def dat(instance: Store, promise_key: Signer) -> Colleague:
    return employ(instance, promise_key, f"nhap_dat_{uuid4().hex}"[:40], "so_y_te", Role.INSPECTOR)


@pytest.fixture
def app(parts: Parts) -> Flask:
    return desk.app.create(parts)


@pytest.fixture
def client(app: Flask, instance: Store, lan: Colleague) -> FlaskClient:
    return at_work(app, instance, lan)


def token(client: FlaskClient, address: str = "/nhap-ho-so") -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)
    assert found is not None
    return found[1]


def today() -> str:
    return f"{clock.today():%d/%m/%Y}"


def type_in(client: FlaskClient, button: str = "review", **changes: str) -> TestResponse:
    data = TYPED | {"received_on": today(), button: "1", "csrf_token": token(client)} | changes
    return client.post("/nhap-ho-so", data=data)


def review(client: FlaskClient, **changes: str) -> dict[str, str]:
    answer = type_in(client, **changes)
    assert answer.status_code == 303, answer.text
    page = client.get("/nhap-ho-so/xem-lai").text
    found = re.search(r'name="case"[^>]*value="([0-9a-f]{32})"', page)
    assert found is not None, page
    return {"case": found[1], "csrf_token": token(client, "/nhap-ho-so/xem-lai")}


def file(client: FlaskClient, minutes: str = "read_back", **changes: str) -> UUID:
    form = review(client, **changes)
    answer = client.post("/nhap-ho-so/xem-lai", data=form | {"minutes": minutes})
    assert answer.status_code == 303, answer.text
    assert answer.location == "/nhap-ho-so/bien-nhan"
    return UUID(hex=form["case"])


def code_on(page: str) -> str:
    found = re.search(r"<code>((?:[0-9A-Z]{4}-){5}[0-9A-Z]{4})</code>", page)
    assert found is not None
    return found[1]


def test_a_call_is_filed_and_its_code_opens_the_mailbox(
    client: FlaskClient, instance: Store, parts: Parts
) -> None:
    case_id = file(client)
    page = client.get("/nhap-ho-so/bien-nhan").text
    with reading(instance) as work:
        found = mailbox.find(work, Receipt.parse(code_on(page)))
        row = work.session.get(Case, case_id)
    assert found is not None
    assert found.id == case_id
    assert row is not None
    assert (row.channel, row.kind, row.arrived_on) == (
        "hotline",
        "phan_anh_tham_nhung",
        clock.today(),
    )
    box = mailbox.look(instance, parts.rules, found, clock.today())
    assert box.identity_given


def test_the_code_is_nowhere_once_it_was_given(client: FlaskClient) -> None:
    file(client)
    code = code_on(client.get("/nhap-ho-so/bien-nhan").text)
    form = {"csrf_token": token(client, "/nhap-ho-so/bien-nhan")}
    assert client.post("/nhap-ho-so/bien-nhan", data=form).status_code == 303
    for address in ("/nhap-ho-so", "/nhap-ho-so/bien-nhan", "/nhap-ho-so/xem-lai"):
        assert code not in client.get(address, follow_redirects=True).text


def test_a_code_is_spelled_for_the_phone(client: FlaskClient) -> None:
    file(client)
    page = client.get("/nhap-ho-so/bien-nhan").text
    assert page.count('<ol class="spelled">') == 1
    assert page.count("<li><code") == 6


def test_nobody_is_given_a_code_where_there_is_nobody(client: FlaskClient) -> None:
    changes = {"channel": "post", "hand_over": "no", "disclosure": "anonymous"}
    file(client, "", **changes, name="", contact="")
    page = client.get("/nhap-ho-so/bien-nhan").text
    assert not re.search(r"<code>(?:[0-9A-Z]{4}-){5}", page)


def test_sent_twice_it_is_filed_once(client: FlaskClient, instance: Store) -> None:
    form = review(client) | {"minutes": "signed"}
    with reading(instance) as work:
        before = work.session.scalar(select(func.count()).select_from(Case))
    answers = [client.post("/nhap-ho-so/xem-lai", data=form) for _ in range(3)]
    assert {each.location for each in answers} == {"/nhap-ho-so/bien-nhan"}
    with reading(instance) as work:
        after = work.session.scalar(select(func.count()).select_from(Case))
    assert (before or 0) + 1 == after


def test_a_second_entry_waits_until_the_first_code_was_given(client: FlaskClient) -> None:
    file(client)
    form = review(client) | {"minutes": "signed"}
    answer = client.post("/nhap-ho-so/xem-lai", data=form)
    assert answer.location == "/nhap-ho-so/bien-nhan?cho=1"
    done = {"csrf_token": token(client, "/nhap-ho-so/bien-nhan")}
    answer = client.post("/nhap-ho-so/bien-nhan?cho=1", data=done)
    assert answer.location.startswith("/nhap-ho-so/xem-lai")


def test_the_typist_reads_the_case_but_never_the_identity(
    client: FlaskClient, instance: Store, lan: Colleague
) -> None:
    case_id = file(client)
    for address in (
        "/nhap-ho-so",
        "/nhap-ho-so/bien-nhan",
        "/nhap-ho-so/bien-ban",
        f"/ho-so/{case_id}",
    ):
        answer = client.get(address, follow_redirects=True)
        assert SECRET not in answer.text
        assert "0905 123 456" not in answer.text
    with reading(instance) as work:
        case = access.open_case(work, lan.insider(instance), case_id)
        assert work.session.get(IdentityRow, case_id) is not None
        events = work.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id)).all()
    details = [
        case.unseal(Purpose.CASE_EVENT, each.id, each.detail) for each in events if each.detail
    ]
    assert SECRET not in json.dumps(details, ensure_ascii=False)
    assert details[0]["entered_by"] == lan.id.hex
    assert (details[0]["entered_at"], details[0]["minutes"]) == ("thanh_tra", "read_back")


def test_what_came_earlier_starts_its_clocks_then_and_the_log_shows_it(
    client: FlaskClient, instance: Store
) -> None:
    came = clock.today() - timedelta(days=3)
    case_id = file(
        client,
        "",
        channel="post",
        received_on=f"{came:%d/%m/%Y}",
        late_because="Thư đến ngày nghỉ",
        reference="15/ĐT",
    )
    with reading(instance) as work:
        row = work.session.get(Case, case_id)
        started = set(
            work.session.scalars(select(CaseClock.started_on).where(CaseClock.case_id == case_id))
        )
        filed = work.session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case_id, CaseEvent.position == 1)
        ).one()
    assert row is not None
    assert row.arrived_on == came
    assert came in started
    assert json.loads(filed.terms)["received_on"] == came.isoformat()
    assert filed.happened_on == clock.today()


@pytest.mark.parametrize(
    ("days", "reason", "words"),
    [
        (-1, "", "Ngày này chưa tới"),
        (31, "Để quên", "nhiều nhất 30 ngày"),
        (2, "", "hãy ghi lý do nhập chậm"),
    ],
)
def test_a_day_of_receipt_that_cannot_be_is_refused(
    client: FlaskClient, days: int, reason: str, words: str
) -> None:
    day = clock.today() - timedelta(days=days)
    answer = type_in(client, received_on=f"{day:%d/%m/%Y}", late_because=reason)
    assert answer.status_code == 422
    assert words in answer.text


def test_what_was_typed_is_kept_on_errors_and_in_the_draft(client: FlaskClient) -> None:
    answer = type_in(client, channel="", received_on="hôm qua", intent="")
    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.text
    for page in (answer.text, client.get("/nhap-ho-so").text):
        assert all(words in page for words in (STORY, SECRET, "hôm qua"))


def test_a_draft_is_kept_as_it_is(client: FlaskClient) -> None:
    assert type_in(client, "draft", story="Mới nghe được một nửa").status_code == 303
    assert "Mới nghe được một nửa" in client.get("/nhap-ho-so").text


def comes_to(app: Flask, instance: Store, client: FlaskClient, person: Colleague) -> None:
    """Let somebody else be at work in that browser, as after a session that closed."""
    cookie = client.get_cookie("dangvan_desk")
    theirs = at_work(app, instance, person).get_cookie("dangvan_desk")
    assert cookie is not None
    assert theirs is not None
    held = _parse(instance, theirs.value).look().get(STAFF)
    assert held is not None
    with _parse(instance, cookie.value).changing() as (drawers, _work):
        drawers.put(STAFF, held, clock.now() + timedelta(minutes=5))


def test_a_colleague_at_the_same_browser_finds_no_draft(
    app: Flask, instance: Store, client: FlaskClient, dat: Colleague
) -> None:
    type_in(client, "draft")
    comes_to(app, instance, client, dat)
    assert SECRET not in client.get("/nhap-ho-so").text


def test_a_colleague_at_the_same_browser_leaves_a_code_that_was_not_given_yet(
    app: Flask, instance: Store, client: FlaskClient, lan: Colleague, dat: Colleague
) -> None:
    file(client)
    code = code_on(client.get("/nhap-ho-so/bien-nhan").text)
    comes_to(app, instance, client, dat)
    file(client)
    assert code_on(client.get("/nhap-ho-so/bien-nhan").text) != code
    given = {"csrf_token": token(client, "/nhap-ho-so/bien-nhan")}
    assert client.post("/nhap-ho-so/bien-nhan", data=given).status_code == 303
    comes_to(app, instance, client, lan)
    assert code_on(client.get("/nhap-ho-so/bien-nhan").text) == code


def test_a_file_is_attached(client: FlaskClient, instance: Store) -> None:
    type_in(client, "files")
    form = {
        "csrf_token": token(client, "/nhap-ho-so/tep"),
        "files": (BytesIO(b"bien ban viet tay"), "thu.txt"),
    }
    answer = client.post("/nhap-ho-so/tep", data=form, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    assert "thu.txt" in client.get("/nhap-ho-so/tep").text
    case_id = file(client)
    with reading(instance) as work:
        held = select(func.count()).select_from(CaseFile).where(CaseFile.case_id == case_id)
        assert work.session.scalar(held) == 1


def test_the_minutes_are_an_official_paper(client: FlaskClient) -> None:
    review(client)
    page = client.get("/nhap-ho-so/bien-ban").text
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "BIÊN BẢN", STORY, SECRET, "điểm chỉ"):
        assert words in page
    assert "Có ghi âm, người gọi đồng ý" in page


def test_the_minutes_say_nothing_of_a_recording_that_was_not_made(client: FlaskClient) -> None:
    review(client, recording="none")
    assert "Ghi âm cuộc gọi" not in client.get("/nhap-ho-so/bien-ban").text


def test_there_is_room_for_what_happened(client: FlaskClient) -> None:
    page = client.get("/nhap-ho-so").text
    assert re.search(r'<textarea[^>]*id="story"[^>]*rows="12"', page)


def test_a_conversation_is_not_filed_before_it_was_read_back(client: FlaskClient) -> None:
    form = review(client)
    answer = client.post("/nhap-ho-so/xem-lai", data=form)
    assert answer.status_code == 422
    assert "kiểm tra" in answer.text


def test_a_case_against_ones_own_unit_goes_elsewhere_and_is_not_seen(
    app: Flask, instance: Store, dat: Colleague
) -> None:
    client = at_work(app, instance, dat)
    body = {"body": "", "organisation": "Sở Y tế", "category": "bribery"}
    case_id = file(client, **body)
    page = client.get("/nhap-ho-so/bien-nhan").text
    assert "không phải đơn vị của đồng chí" in page
    with reading(instance) as work:
        row = work.session.get(Case, case_id)
        assert row is not None
        assert row.unit_code != "so_y_te"
        with pytest.raises(NoSuchCase):
            access.open_case(work, dat.insider(instance), case_id)


def test_a_units_own_finding_has_no_reporter(client: FlaskClient) -> None:
    answer = type_in(client, channel="self_check")
    assert answer.status_code == 422
    assert "không có người gửi" in answer.text
    anonymous = {"disclosure": "anonymous", "name": "", "contact": ""}
    file(client, "", channel="self_check", reference="Báo cáo 12/BC", **anonymous)
    assert not re.search(r"<code>(?:[0-9A-Z]{4}-){5}", client.get("/nhap-ho-so/bien-nhan").text)


def test_what_a_body_sends_needs_its_name(client: FlaskClient) -> None:
    assert type_in(client, channel="press").status_code == 422


def test_a_forged_request_changes_nothing(client: FlaskClient) -> None:
    answer = client.post("/nhap-ho-so", data=TYPED | {"received_on": today()})
    assert answer.status_code == 400


@pytest.fixture
def custodian(app: Flask, instance: Store, promise_key: Signer) -> FlaskClient:
    name = f"qt_{clock.now().timestamp()}".replace(".", "_")
    return at_work(app, instance, employ(instance, promise_key, name, "thanh_tra", Role.CUSTODIAN))


@pytest.mark.parametrize(
    "address",
    [
        *("/nhap-ho-so", "/nhap-ho-so/xem-lai", "/nhap-ho-so/bien-ban", "/nhap-ho-so/tep"),
        *("/nhap-ho-so/bien-nhan", "/nhap-tu-bang", "/nhap-tu-bang/xem", "/nhap-tu-bang/mau.csv"),
    ],
)
def test_who_may_not_enter_finds_nothing(custodian: FlaskClient, address: str) -> None:
    assert custodian.get(address).status_code == 404
