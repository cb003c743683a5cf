"""The people: appointed once with a password that is kept nowhere; powers stay apart."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from records.log import LogEntry
from records.staff import Role, Staff, StaffRole
from records.work import reading
from tests.desk import case_kit
from tests.desk.case_kit import REPORT, page_of, words
from tests.desk.desk_kit import PASSWORD, Colleague, place_of
from tests.desk.office_kit import City, city, send, token
from tests.desk.signin_kit import Visitor
from triage import access, circle, membership, posts
from triage.publickeys import AUDITORS, INVESTIGATORS
from triage.submission import Disclosure, Identity
from vault import password
from vault.context import Context, Purpose
from vault.keys import Seed
from web import clock

__all__ = ["city"]
STAFF = "/quan-tri/can-bo"
APPOINT = f"{STAFF}/bo-nhiem"
HOA = {"name": "Lê Thị Hoa", "login": "hoa", "role": "inspector", "unit": "so_y_te", "email": ""}


def entries(city: City) -> int:
    with reading(city.store) as work:
        return work.session.execute(select(func.count()).select_from(LogEntry)).scalar_one()


def stored(city: City, login: str) -> Staff:
    with reading(city.store) as work:
        return work.session.execute(select(Staff).where(Staff.login == login)).scalar_one()


def roles(city: City, staff_id: UUID) -> set[tuple[str, str]]:
    with reading(city.store) as work:
        rows = work.session.scalars(select(StaffRole).where(StaffRole.staff_id == staff_id))
        return {(row.unit_code, str(row.role)) for row in rows}


def handed(page: str) -> str:
    return page.split('class="secret">', 1)[1].split("<", 1)[0]


def change(city: City, staff_id: UUID, what: str, **given: str) -> TestResponse:
    browser = city.browser()
    page = browser.get(f"{STAFF}/{staff_id}").text
    data = {"csrf_token": token(page), **given}
    return browser.post(f"{STAFF}/{staff_id}/{what}", data=data)


def test_the_first_of_a_unit_holds_its_key_with_the_handed_password(city: City) -> None:
    before = entries(city)
    answer = send(city.browser(), APPOINT, **HOA)
    assert answer.status_code == 200
    assert "người đầu tiên giữ khóa" in words(answer.text)
    row = stored(city, "hoa")
    context = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, (row.id.bytes,))
    seed = password.unlock(handed(answer.text), context, password.Locked(row.locked_seed))[:32]
    with reading(city.store) as work:
        person = access.insider(work, row.id, Seed(seed), clock.today())
    assert ("so_y_te", 2) in person.unit_keys
    assert entries(city) > before


def test_the_second_of_a_unit_waits_for_a_colleague(city: City) -> None:
    send(city.browser(), APPOINT, **HOA)
    answer = send(city.browser(), APPOINT, **(HOA | {"login": "mai", "name": "Mai"}))
    assert "chưa đọc được hồ sơ nào" in words(answer.text)
    row = stored(city, "mai")
    context = Context(Purpose.STAFF_SEED_UNDER_PASSWORD, (row.id.bytes,))
    seed = password.unlock(handed(answer.text), context, password.Locked(row.locked_seed))[:32]
    with reading(city.store) as work:
        assert not access.insider(work, row.id, Seed(seed), clock.today()).unit_keys


def test_the_password_is_shown_once_and_lies_nowhere(city: City) -> None:
    answer = send(city.browser(), APPOINT, **HOA)
    secret = handed(answer.text)
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in city.browser().get(f"{STAFF}/{stored(city, 'hoa').id}").text
    again = send(city.browser(), APPOINT, **HOA)
    assert again.status_code == 422
    assert secret not in again.text
    for file in Path(city.settings.home).rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"login": "Hoa Lê"}, "chữ thường không dấu"),
        ({"login": "quantri"}, "đã có người dùng"),
        ({"email": "không phải thư"}, "chưa đúng"),
        ({"unit": ""}, "Hãy chọn đơn vị"),
        ({"role": "auditor"}, "chỉ ở nhóm của mình"),
        ({"role": "police_liaison", "unit": "cong_an"}, "chỉ ở nhóm của mình"),
        ({"role": "protection_officer", "unit": INVESTIGATORS}, "chỉ ở nhóm của mình"),
        ({"unit": AUDITORS}, "chỉ ở nhóm của mình"),
        ({"unit": INVESTIGATORS}, "chỉ ở nhóm của mình"),
        ({"role": "reporter"}, "Hãy chọn trong các mục"),
    ],
)
def test_what_cannot_be_appointed_is_said_and_nothing_typed_is_lost(
    city: City, given: dict[str, str], said: str
) -> None:
    answer = send(city.browser(), APPOINT, **(HOA | given))
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert "Lê Thị Hoa" in answer.text
    assert "<title>Lỗi: " in answer.text


@pytest.mark.parametrize("role", sorted(Role))
def test_an_administrator_cannot_give_himself_any_role(city: City, role: Role) -> None:
    before = roles(city, city.admin.id)
    unit = place_of(role, "thanh_tra")
    answer = change(city, city.admin.id, "vai-tro", role=str(role), unit=unit)
    assert answer.status_code == 422
    assert "Không ai tự bổ nhiệm" in words(answer.text)
    assert roles(city, city.admin.id) == before


def test_an_administrator_cannot_be_made_a_reader_by_another_one(city: City) -> None:
    other = city.employ("quan_tri_ba", "van_phong_ubnd", Role.ADMINISTRATOR)
    answer = change(city, other.id, "vai-tro", role="inspector", unit="thanh_tra")
    assert answer.status_code == 422
    assert roles(city, other.id) == {("van_phong_ubnd", "administrator")}


def test_powers_that_check_one_another_stay_apart() -> None:
    assert posts.may_join(frozenset({Role.INSPECTOR}), Role.HEAD)
    assert posts.may_join(frozenset({Role.SUPERVISOR}), Role.CUSTODIAN)
    for alone in (Role.ADMINISTRATOR, Role.AUDITOR, Role.CUSTODIAN):
        for reader in (Role.INSPECTOR, Role.HEAD):
            assert not posts.may_join(frozenset({alone}), reader)
            assert not posts.may_join(frozenset({reader}), alone)


def test_a_role_is_added_and_taken_and_the_key_goes_with_it(city: City) -> None:
    lan = city.employ("lan", "thanh_tra", Role.INSPECTOR)
    assert change(city, lan.id, "vai-tro", role="head", unit="so_y_te").status_code == 303
    assert ("so_y_te", 2) in unit_keys(city, lan)
    answer = change(city, lan.id, "vai-tro/bo", role="head", unit="so_y_te")
    assert answer.status_code == 303
    assert roles(city, lan.id) == {("thanh_tra", "inspector")}
    assert {unit for unit, _ in unit_keys(city, lan)} == {"thanh_tra"}


def unit_keys(city: City, person: Colleague) -> set[tuple[str, int]]:
    return set(person.insider(city.store).unit_keys)


def test_the_colleagues_of_somebody_who_loses_a_role_keep_all_keys(city: City) -> None:
    lan = city.employ("lan", "thanh_tra", Role.INSPECTOR)
    mai = city.employ("mai", "thanh_tra", Role.INSPECTOR)
    had = unit_keys(city, mai)
    change(city, lan.id, "vai-tro/bo", role="inspector", unit="thanh_tra")
    assert unit_keys(city, lan) == set()
    assert unit_keys(city, mai) > had


def test_the_last_administrator_but_oneself_and_the_needed_custodians_stay(city: City) -> None:
    first = city.employ("giu_mot", "thanh_tra", Role.CUSTODIAN)
    city.confirm(first, city.employ("giu_hai", "thanh_tra", Role.CUSTODIAN))
    third = city.employ("giu_ba", "thanh_tra", Role.CUSTODIAN)
    answer = change(city, third.id, "vai-tro/bo", role="custodian", unit="thanh_tra")
    assert answer.status_code == 303, "who is not admitted keeps nothing going"
    answer = change(city, first.id, "vai-tro/bo", role="custodian", unit="thanh_tra")
    assert answer.status_code == 422
    assert "cần ít nhất 2 người" in words(answer.text)


def test_an_address_for_digests_is_changed_and_checked(city: City) -> None:
    lan = city.employ("lan", "thanh_tra", Role.INSPECTOR)
    assert change(city, lan.id, "thu", email="lan@hue.example").status_code == 303
    assert stored(city, "lan").email == "lan@hue.example"
    assert change(city, lan.id, "thu", email="lan@").status_code == 422
    assert change(city, lan.id, "thu", email="").status_code == 303
    assert stored(city, "lan").email is None


def test_people_are_found_without_diacritics_and_by_unit(city: City) -> None:
    send(city.browser(), APPOINT, **HOA)
    browser = city.browser()
    assert "Lê Thị Hoa" in browser.get(f"{STAFF}?tim=le+hoa").text
    assert "Lê Thị Hoa" in browser.get(f"{STAFF}?don_vi=so_y_te").text
    assert "Không tìm thấy ai" in words(browser.get(f"{STAFF}?tim=le+hoa&don_vi=thanh_tra").text)


def test_too_few_custodians_are_shown_first(city: City) -> None:
    assert "Chưa đủ người giữ khóa được chấp nhận: có 0, cần ít nhất 2." in words(
        city.browser().get(STAFF).text
    )


def test_nobody_of_that_identifier_is_not_found(city: City) -> None:
    assert city.browser().get(f"{STAFF}/{UUID(int=1)}").status_code == 404


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.POLICE_LIAISON])
def test_a_last_role_of_a_unit_or_of_a_circle_can_be_taken(city: City, role: Role) -> None:
    person = city.employ(f"thoi_{role}", "thanh_tra", role)
    unit = place_of(role, "thanh_tra")
    answer = change(city, person.id, "vai-tro/bo", unit=unit, role=role)
    assert answer.status_code == 303
    assert roles(city, person.id) == set()


def test_whoever_leaves_is_out_at_once_and_colleagues_keep_their_keys(city: City) -> None:
    lan = city.employ("lan", "thanh_tra", Role.INSPECTOR)
    mai = city.employ("mai", "thanh_tra", Role.INSPECTOR)
    browser, had = city.browser(lan), unit_keys(city, mai)
    assert change(city, lan.id, "nghi").status_code == 422  # not confirmed
    assert browser.get("/quan-tri/quy-tac").status_code == 200
    answer = change(city, lan.id, "nghi", sure="y")
    assert answer.status_code == 200
    assert "đã thôi làm việc tại đây" in words(answer.text)
    assert browser.get("/quan-tri/quy-tac").status_code != 200
    assert unit_keys(city, mai) > had
    assert roles(city, lan.id) == set()
    assert change(city, lan.id, "thu", email="lan@hue.example").status_code != 303
    assert "đã nghỉ từ ngày" in words(city.browser().get(STAFF).text)


def test_whoever_lost_the_password_is_let_in_again_and_reads_once_a_colleague_has_admitted_them(
    city: City,
) -> None:
    lan = city.employ("lan", "thanh_tra", Role.INSPECTOR)
    mai = city.employ("mai", "thanh_tra", Role.INSPECTOR)
    case = city.file()
    before = city.browser(lan)
    assert before.get(page_of(case.id)).status_code == 200
    assert change(city, lan.id, "mat-khau").status_code == 422  # not confirmed
    answer = change(city, lan.id, "mat-khau", lost="y")
    assert answer.status_code == 200
    assert before.get(page_of(case.id)).status_code != 200
    visitor = Visitor(city.desk, "lan", handed(answer.text))
    assert visitor.other_browser().type_password(PASSWORD).status_code == 422
    visitor.first_sign_in()
    assert visitor.get(page_of(case.id)).status_code == 404
    with reading(city.store) as work:
        shown = membership.fingerprint(work.session.get_one(Staff, lan.id).public_key)
    data = {"unit": "thanh_tra", "member": lan.id.hex, "compared": shown, "done": "yes"}
    with reading(city.store) as work:  # the unit has another key by now
        assert membership.waiting(work, circle.circle(work, "thanh_tra")) == (lan.id,)
    mate = city.browser(mai)
    page = mate.get("/don-vi").text
    admitted = mate.post("/don-vi/trao-khoa", data={"csrf_token": token(page), **data})
    assert admitted.status_code == 303
    assert visitor.get(page_of(case.id)).status_code == 200


def test_a_custodian_needs_the_escrow_shares_for_a_lost_password(city: City) -> None:
    keepers = [city.employ(f"giu_{each}", "thanh_tra", Role.CUSTODIAN) for each in "abc"]
    city.confirm(*keepers)
    known = Identity(Disclosure.CONFIDENTIAL, "Lê Thị Can Đảm")
    parts = city.parts
    told = replace(REPORT, identity=known)
    case_kit.file(parts.store, parts.rules, parts.promise_key, told)
    answer = change(city, keepers[0].id, "mat-khau", lost="y")
    assert answer.status_code == 422
    assert "dangvan recover person" in words(answer.text)


def test_nobody_lets_himself_or_the_last_needed_custodian_leave(city: City) -> None:
    first = city.employ("giu_mot", "thanh_tra", Role.CUSTODIAN)
    city.confirm(first)
    assert change(city, first.id, "nghi", sure="y").status_code == 422
    page = city.browser().get(f"{STAFF}/{city.admin.id}").text
    data = {"csrf_token": token(page), "sure": "y"}
    address = f"{STAFF}/{city.admin.id}/nghi"
    assert city.browser().post(address, data=data).status_code != 200
    assert stored(city, "quan_tri_hai").left_on is None
