"""A first sign-in: a second factor, a password of one's own, recovery codes shown once."""

import pytest
from flask import Flask
from sqlalchemy import delete, select

from ledger.note import Signer
from records.signin import StaffFactors
from records.staff import Role
from records.unit import UnitKeyHolder
from records.work import Store, reading, writing
from tests.desk.desk_kit import PASSWORD, employ
from tests.desk.signin_kit import Visitor
from triage import access
from triage.access import NotStaff
from vault import box
from vault.errors import VaultError
from vault.keys import KeyPair
from web import clock

pytestmark = pytest.mark.usefixtures("cheap_passwords")


@pytest.fixture
def newcomer(staff: Flask, instance: Store, promise_key: Signer) -> Visitor:
    login = f"moi_{id(staff)}"
    employ(instance, promise_key, login, "thanh_tra", Role.CUSTODIAN)
    return Visitor(staff, login, PASSWORD)


def test_a_newcomer_sets_up_an_app_and_a_password_and_gets_ten_codes(newcomer: Visitor) -> None:
    shown = newcomer.enrol()
    assert len(set(newcomer.codes)) == 10
    assert shown.status_code == 200
    assert newcomer.post("/tai-khoan/ma-du-phong").status_code == 303
    again = newcomer.get("/tai-khoan/ma-du-phong")
    assert (again.status_code, again.headers["Location"]) == (303, "/tai-khoan")


def test_nobody_gets_in_before_password_and_factor_are_chosen(newcomer: Visitor) -> None:
    newcomer.type_password()
    for path in ("/tai-khoan", "/dang-nhap/mat-khau", "/dang-nhap/ma"):
        answer = newcomer.get(path)
        assert answer.status_code == 303
        assert "/dang-nhap" in answer.headers["Location"]


def test_the_password_that_was_handed_over_opens_nothing_afterwards(newcomer: Visitor) -> None:
    newcomer.first_sign_in()
    stranger = newcomer.other_browser()
    assert stranger.type_password(PASSWORD).status_code == 422
    assert stranger.sign_in().status_code == 303
    assert stranger.is_in()


def test_whoever_handed_the_password_over_is_too_late_once_its_owner_has_settled(
    newcomer: Visitor,
) -> None:
    begun = newcomer.other_browser()
    begun.type_password()
    page = begun.get("/dang-nhap/ung-dung").text
    begun.secret = page.split('class="secret">', 1)[1].split("<", 1)[0].replace(" ", "")
    begun.post("/dang-nhap/ung-dung", code=begun.code())
    newcomer.first_sign_in()
    stolen = "mật khẩu của kẻ khác"
    answer = begun.post("/dang-nhap/mat-khau", new=stolen, again=stolen)
    assert answer.headers["Location"] == "/dang-nhap"
    assert not begun.is_in()
    assert newcomer.is_in()
    assert newcomer.other_browser().type_password(stolen).status_code == 422


def test_the_key_that_was_handed_over_opens_nothing_after_the_first_sign_in(
    staff: Flask, instance: Store, promise_key: Signer
) -> None:
    handed = employ(instance, promise_key, f"trao_{id(staff)}", "thanh_tra", Role.INSPECTOR)
    with reading(instance) as work:
        before = access.insider(work, handed.id, handed.seed, clock.today())
        assert before.unit_keys
    visitor = Visitor(staff, before.login, PASSWORD)
    visitor.first_sign_in()
    assert visitor.get("/don-vi").status_code == 200
    assert "đang giữ" in visitor.get("/don-vi").text
    with reading(instance) as work:
        with pytest.raises(NotStaff):
            access.insider(work, handed.id, handed.seed, clock.today())
        rows = select(UnitKeyHolder).where(UnitKeyHolder.staff_id == handed.id)
        for row in work.session.scalars(rows):
            context = access.holder_context(row.unit_code, row.epoch, handed.id)
            with pytest.raises(VaultError):
                box.unseal(KeyPair(handed.seed), context, box.Box(row.box))


@pytest.mark.parametrize(
    ("new", "again"),
    [
        ("ngắn quá", "ngắn quá"),
        ("một mật khẩu khác hẳn", "một mật khẩu khác hắn"),
        (PASSWORD, PASSWORD),
        ("{login} và thêm", "{login} và thêm"),
        ("", ""),
    ],
)
def test_a_password_that_does_not_do_is_refused(newcomer: Visitor, new: str, again: str) -> None:
    newcomer.type_password()
    newcomer.secret = newcomer.get("/dang-nhap/ung-dung").text.split('class="secret">')[1]
    newcomer.secret = newcomer.secret.split("<")[0].replace(" ", "")
    newcomer.post("/dang-nhap/ung-dung", code=newcomer.code())
    spelled = (each.format(login=newcomer.login) for each in (new, again))
    answer = newcomer.post(
        "/dang-nhap/mat-khau", **dict(zip(("new", "again"), spelled, strict=True))
    )
    assert answer.status_code == 422
    assert "<title>Lỗi:" in answer.text
    assert not newcomer.is_in()


def test_a_wrong_code_does_not_set_up_an_app(newcomer: Visitor) -> None:
    newcomer.type_password()
    answer = newcomer.post("/dang-nhap/ung-dung", code="000000")
    assert answer.status_code == 422
    assert newcomer.get("/dang-nhap/mat-khau").status_code == 303


def test_factors_that_were_deleted_from_the_database_do_not_open_the_door(
    newcomer: Visitor, instance: Store
) -> None:
    newcomer.first_sign_in()
    with writing(instance) as work:
        work.session.execute(delete(StaffFactors))
    stranger = newcomer.other_browser()
    answer = stranger.type_password()
    assert answer.status_code == 422
    assert "báo ngay" in answer.text
    assert stranger.get("/dang-nhap/ung-dung").status_code == 303


def test_stored_factors_are_ciphertext(newcomer: Visitor, instance: Store) -> None:
    newcomer.first_sign_in()
    with reading(instance) as work:
        rows = work.session.scalars(select(StaffFactors.sealed)).all()
    assert rows
    assert not any(newcomer.secret.encode() in row for row in rows)
