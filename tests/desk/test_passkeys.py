"""Passkeys: made, used and removed through the real pages; what is not right opens nothing."""

import json
from dataclasses import replace
from itertools import count
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

import desk.app
from ledger.note import Signer
from records.log import LogEntry
from records.staff import Role
from records.work import Store, reading
from tests.desk.authenticator import Device, asked_by, text
from tests.desk.desk_kit import PASSWORD, employ
from tests.desk.signin_kit import OWN_PASSWORD, Visitor, csrf
from tests.web.page import Page
from triage import passkeys
from triage.factors import Factors
from triage.passkeys import Copied, Question
from web.app import Parts

pytestmark = pytest.mark.usefixtures("cheap_passwords")
HERE = "http://localhost"
CODE, PROOF, KEY = "/dang-nhap/ma", "/tai-khoan/xac-thuc-lai", "/tai-khoan/khoa"
OFFERED = 'data-passkey="use"'
_numbers = count()


@pytest.fixture
def newcomer(staff: Flask, instance: Store, promise_key: Signer) -> Visitor:
    login = f"khoa_{next(_numbers)}"
    employ(instance, promise_key, login, "thanh_tra", Role.CUSTODIAN)
    return Visitor(staff, login, PASSWORD)


@pytest.fixture
def device() -> Device:
    return Device(HERE)


@pytest.fixture
def visitor(newcomer: Visitor, device: Device) -> Visitor:
    """Somebody with an app and a passkey, at another browser than the one they sit at now."""
    newcomer.first_sign_in()
    newcomer.post(PROOF, code=newcomer.codes.pop())
    assert make(newcomer, KEY, device).headers["Location"] == "/tai-khoan/xac-thuc"
    return newcomer.other_browser()


def make(visitor: Visitor, path: str, device: Device, name: str = "Khóa USB") -> TestResponse:
    page = visitor.get(path).text
    answer = device.make(asked_by(page))
    return visitor.client.post(
        path, data={"csrf_token": csrf(page), "name": name, "passkey": answer}
    )


def prove(visitor: Visitor, path: str, device: Device) -> TestResponse:
    page = visitor.get(path).text
    return send(visitor, path, page, device.prove(asked_by(page)))


def send(visitor: Visitor, path: str, page: str, answer: str) -> TestResponse:
    return visitor.client.post(path, data={"csrf_token": csrf(page), "passkey": answer})


def test_a_passkey_lets_in_where_a_code_does(visitor: Visitor, device: Device) -> None:
    visitor.type_password()
    assert not visitor.is_in()
    assert prove(visitor, CODE, device).status_code == 303
    assert visitor.is_in()
    assert "Xác thực bằng: khóa truy cập" in visitor.get("/tai-khoan").text


def test_a_passkey_proves_again_that_somebody_is_there(visitor: Visitor, device: Device) -> None:
    visitor.sign_in(visitor.codes.pop())
    assert prove(visitor, PROOF, device).headers["Location"] == "/tai-khoan/xac-thuc"
    assert "Khóa USB" in visitor.get("/tai-khoan/xac-thuc").text


def test_a_newcomer_may_choose_a_passkey_instead_of_an_app(
    newcomer: Visitor, device: Device
) -> None:
    newcomer.type_password()
    assert "/dang-nhap/khoa" in Page.of(newcomer.get("/dang-nhap/ung-dung").text).addresses()
    assert make(newcomer, "/dang-nhap/khoa", device).headers["Location"] == "/dang-nhap/mat-khau"
    newcomer.post("/dang-nhap/mat-khau", new=OWN_PASSWORD, again=OWN_PASSWORD)
    assert newcomer.is_in()
    again = newcomer.other_browser()
    again.type_password(OWN_PASSWORD)
    assert prove(again, CODE, device).status_code == 303
    prove(again, PROOF, device)
    page = again.get("/tai-khoan/xac-thuc").text
    assert "cách xác thực duy nhất" in page
    again.post("/tai-khoan/khoa/bo", "/tai-khoan/xac-thuc", key=text(device.id))
    assert "Khóa USB" in again.get("/tai-khoan/xac-thuc").text


def test_a_passkey_that_was_removed_lets_nobody_in(visitor: Visitor, device: Device) -> None:
    visitor.sign_in(visitor.codes.pop())
    prove(visitor, PROOF, device)
    visitor.post("/tai-khoan/khoa/bo", "/tai-khoan/xac-thuc", key=text(device.id))
    assert "Khóa USB" not in visitor.get("/tai-khoan/xac-thuc").text
    other = visitor.other_browser()
    other.type_password()
    assert OFFERED not in other.get(CODE).text


def test_keys_are_made_and_removed_only_after_another_factor(visitor: Visitor) -> None:
    visitor.sign_in(visitor.codes.pop())
    assert visitor.get(KEY).headers["Location"] == PROOF
    for path in (KEY, "/tai-khoan/khoa/bo"):
        assert visitor.post(path, "/tai-khoan").headers["Location"] == PROOF


def test_an_answer_is_taken_once(visitor: Visitor, device: Device) -> None:
    visitor.type_password()
    page = visitor.get(CODE).text
    answer = device.prove(asked_by(page))
    assert send(visitor, CODE, page, answer).status_code == 303
    other = visitor.other_browser()
    other.type_password()
    for _ in range(2):  # with a question of its own, and with none that is left
        assert send(other, CODE, other.get("/dang-nhap/ma").text, answer).status_code == 422
    assert not other.is_in()


def test_a_question_is_good_for_one_answer_even_a_wrong_one(
    visitor: Visitor, device: Device
) -> None:
    visitor.type_password()
    page = visitor.get(CODE).text
    right = device.prove(asked_by(page))
    assert send(visitor, CODE, page, "{}").status_code == 422
    assert send(visitor, CODE, page, right).status_code == 422
    assert not visitor.is_in()


def test_a_copied_key_is_refused_and_the_log_says_so(
    visitor: Visitor, device: Device, instance: Store
) -> None:
    def logged() -> int:
        with reading(instance) as work:
            return work.session.scalar(select(func.count()).select_from(LogEntry)) or 0

    copy = replace(device)
    visitor.type_password()
    prove(visitor, CODE, device)
    other, before = visitor.other_browser(), logged()
    other.type_password()
    answer = prove(other, CODE, copy)
    assert answer.status_code == 422
    assert "bị sao chép" in answer.text
    assert not other.is_in()
    assert logged() == before + 1


def test_a_key_that_does_not_count_is_taken_again_and_again(newcomer: Visitor) -> None:
    newcomer.first_sign_in()
    newcomer.post(PROOF, code=newcomer.codes.pop())
    device = Device(HERE, counts=False)
    make(newcomer, KEY, device)
    for _ in range(2):
        other = newcomer.other_browser()
        other.type_password()
        assert prove(other, CODE, device).status_code == 303


def test_a_key_used_at_a_lookalike_address_opens_nothing(visitor: Visitor, device: Device) -> None:
    visitor.type_password()
    device.origin = "http://localhost.example"
    assert prove(visitor, CODE, device).status_code == 422
    assert not visitor.is_in()


def test_another_devices_signature_opens_nothing(visitor: Visitor, device: Device) -> None:
    visitor.type_password()
    thief = Device(HERE, id=device.id)
    assert prove(visitor, CODE, thief).status_code == 422
    assert not visitor.is_in()


def test_guesses_with_passkeys_use_up_the_same_budget_as_codes(visitor: Visitor) -> None:
    visitor.type_password()
    for _ in range(10):
        assert visitor.post(CODE, passkey="{}").status_code == 422
    assert visitor.post(CODE, passkey="{}").status_code == 429
    assert visitor.post(CODE, code=visitor.codes.pop()).status_code == 429


def test_pages_without_passkeys_neither_ask_nor_allow_them(newcomer: Visitor) -> None:
    newcomer.first_sign_in()
    other = newcomer.other_browser()
    other.type_password()
    answer = other.get(CODE)
    assert OFFERED not in answer.text
    assert "publickey-credentials-get=()" in answer.headers["Permissions-Policy"]


def test_a_page_that_asks_for_a_passkey_allows_it_to_itself_alone(visitor: Visitor) -> None:
    visitor.type_password()
    policy = visitor.get(CODE).headers["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in policy
    assert "camera=()" in policy


def addressed(parts: Parts, address: str | None, onion: str | None = None) -> Flask:
    site = parts.site.model_copy(update={"address": address, "onion": onion})
    return desk.app.create(replace(parts, site=site))


@pytest.mark.parametrize(
    ("host", "bound"),
    [
        ("https://dangvan.example", ("dangvan.example", "https://dangvan.example")),
        ("http://abc.onion", ("abc.onion", "http://abc.onion")),
        ("https://evil.example", None),
        ("http://localhost", None),
    ],
)
def test_keys_are_bound_to_the_addresses_that_are_set_whatever_host_is_sent(
    parts: Parts,
    host: str,
    bound: tuple[str, str] | None,
    instance: Store,
    promise_key: Signer,
) -> None:
    app = addressed(parts, "https://dangvan.example", "http://abc.onion")
    login = f"khoa_{next(_numbers)}"
    employ(instance, promise_key, login, "thanh_tra", Role.CUSTODIAN)
    client = app.test_client()
    page = client.get("/dang-nhap", base_url=host).text
    fields = {"csrf_token": csrf(page), "login": login, "password": PASSWORD}
    client.post("/dang-nhap", base_url=host, data=fields, headers={"Referer": host})
    page = client.get("/dang-nhap/khoa", base_url=host).text
    assert "Tạo khóa truy cập" in page
    assert ("data-ask" in page) == (bound is not None)
    if bound is not None:
        asked = asked_by(page)
        assert asked["rp"]["id"] == bound[0]
        assert asked["attestation"] == "none"
        assert asked["authenticatorSelection"]["userVerification"] == "preferred"


def question() -> Question:
    return Question("localhost", HERE)


def asked_to_prove(asked: Question, held: Factors) -> dict[str, object]:
    found: dict[str, object] = json.loads(passkeys.asked_to_prove(asked, held))
    return found


def with_device(device: Device, held: Factors | None = None) -> Factors | None:
    asked, held = question(), held or Factors()
    made = device.make(json.loads(passkeys.asked_to_make(asked, uuid4(), "lan", held)))
    return passkeys.with_key(held, asked, made, "khóa")


def test_the_same_key_is_not_taken_twice_nor_more_than_ten(device: Device) -> None:
    held = with_device(device)
    assert held is not None
    assert with_device(device, held) is None
    for _ in range(passkeys.MOST - 1):
        assert held is not None
        held = with_device(Device(HERE), held)
    assert held is not None
    assert with_device(Device(HERE), held) is None


def test_a_key_of_another_host_or_of_nobody_who_was_there_is_not_taken(device: Device) -> None:
    asked = question()
    other = json.loads(passkeys.asked_to_make(asked, uuid4(), "lan", Factors()))
    other["rp"]["id"] = "elsewhere"
    assert passkeys.with_key(Factors(), asked, device.make(other), "khóa") is None
    assert with_device(replace(device, flags=0)) is None


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[]",
        "null",
        "[" * 30_000,
        "a" * 70_000,
        '{"id": 1}',
        json.dumps(
            {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "é"}}
        ),
        json.dumps(
            {
                "id": "AA",
                "rawId": "AA",
                "type": "public-key",
                "response": dict.fromkeys(
                    ("clientDataJSON", "attestationObject", "authenticatorData", "signature"),
                    "_" * 99,
                ),
            }
        ),
    ],
)
def test_garbage_is_worth_nothing(device: Device, answer: str) -> None:
    held = with_device(device)
    assert held is not None
    assert passkeys.with_key(Factors(), question(), answer, "khóa") is None
    assert passkeys.spend(held, question(), answer) is None


def test_a_count_that_stands_still_tells_of_a_copy(device: Device) -> None:
    held, asked = with_device(device), question()
    assert held is not None
    spent = passkeys.spend(held, asked, device.prove(asked_to_prove(asked, held)))
    assert spent is not None
    device.count -= 1
    with pytest.raises(Copied):
        passkeys.spend(spent[0], asked, device.prove(asked_to_prove(asked, held)))
