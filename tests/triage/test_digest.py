"""Digests tell how many cases wait, once for each fixed hour, and nothing else."""

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from commands.mail import Mail, MailFailed, connected
from records.case import Case
from records.clock import CaseRecusal, SentDigest
from records.staff import Role, Staff, StaffRole
from records.work import reading, writing
from tests.conftest import FOUNDED_ON
from tests.inbox import Inbox, free_port
from tests.triage.conftest import TODAY, House
from tests.triage.test_admission import REPORT
from tests.triage.test_sweep import step, swept
from triage import digest, founding, staffing
from triage.digest import Send, Sent, Slot, slot_of
from triage.staffing import AppointmentRefused, Person
from triage.submission import Facts, Fear
from web.clock import HUE

#: The report is due in a week (NB-01), then it is late.
DUE = date(2026, 12, 2)
LATE = date(2026, 12, 4)
SENDER = Address("Đăng Văn", addr_spec="dangvan@hue.example")


def appointed(
    house: House, login: str, role: Role = Role.HEAD, unit: str = "thanh_tra", **more: Any
) -> Person:
    """Appoint somebody who reads digests."""
    person = Person(login, "Người Đọc Thư", unit, role, "mật khẩu dài!", **more)
    with writing(house.store) as work:
        staffing.appoint(work, person, house.key, FOUNDED_ON)
    return person


def head(house: House, login: str = "chanh", unit: str = "thanh_tra") -> Person:
    return appointed(house, login, Role.HEAD, unit, email=f"{login}@hue.example")


def server(port: int) -> Any:
    mail = Mail.read(
        smtp_host="127.0.0.1", smtp_port=port, smtp_starttls=False, mail_from=SENDER.addr_spec
    )
    return partial(connected, mail)


def sent(house: House, inbox: Inbox, day: date, number: int = 1) -> list[Sent]:
    slot = Slot(day, number)
    return list(digest.send(house.store, house.rules, slot, SENDER, server(inbox.port)))


def body(inbox: Inbox, login: str = "chanh") -> list[str]:
    text: str = inbox.mails[f"{login}@hue.example"].get_content()
    return text.splitlines()


def counts(inbox: Inbox, login: str = "chanh") -> list[str]:
    return [line for line in body(inbox, login) if line.startswith("- ")]


def test_a_head_is_told_how_many_cases_wait(house: House, inbox: Inbox) -> None:
    head(house)
    for _ in range(2):
        house.file(REPORT)
    assert sent(house, inbox, DUE) == [Sent("chanh", delivered=True)]
    mail = inbox.mails["chanh@hue.example"]
    assert mail["Subject"] == "Đăng Văn: hồ sơ đến hạn ngày 02/12/2026"
    assert mail["From"] == "Đăng Văn <dangvan@hue.example>"
    assert mail["To"] == "chanh@hue.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert body(inbox) == [
        "Kính gửi ông/bà,",
        "",
        "Hồ sơ của Thanh tra thành phố Huế đến ngày 02/12/2026:",
        "- Đến hạn hôm nay: 2",
        "",
        "Thư chỉ nêu số lượng. Đề nghị ông/bà đăng nhập hệ thống Đăng Văn để xem và xử lý.",
        "Đây là thư tự động, xin không trả lời thư này.",
    ]


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (date(2026, 11, 26), None),
        (date(2026, 11, 27), "- Đến hạn trong 3 ngày làm việc tới: 1"),  # a Friday
        (date(2026, 12, 1), "- Đến hạn trong 3 ngày làm việc tới: 1"),
        (DUE, "- Đến hạn hôm nay: 1"),
        (date(2026, 12, 3), "- Quá hạn: 1"),
    ],
)
def test_a_case_is_counted_by_the_first_of_its_last_days(
    house: House, inbox: Inbox, day: date, line: str | None
) -> None:
    head(house)
    house.file(REPORT)
    sent(house, inbox, day)
    assert (counts(inbox) if inbox.raw else [None]) == [line]


def test_what_is_due_at_once_is_overdue_after_its_alarm(house: House, inbox: Inbox) -> None:
    head(house)
    filed = house.file(REPORT)
    step(house, filed, "signs.confirmed", TODAY)
    for days in (0, 1, 2):
        sent(house, inbox, TODAY + timedelta(days=days))
        assert (counts(inbox)[0] == "- Quá hạn: 1") == (days == 2)


def test_a_digest_holds_counts_and_names_of_units_only(house: House, inbox: Inbox) -> None:
    head(house)
    head(house, "chu_tich", "van_phong_ubnd")
    told = replace(REPORT, facts=Facts(accused="Trần Văn Bị", fear=Fear.DANGER))
    filed = [house.file(told) for _ in range(3)]
    swept(house, LATE)
    sent(house, inbox, LATE)
    text = "\n".join(body(inbox))
    for each in filed:
        for word in (
            str(each.case.id),
            each.case.id.hex,
            each.receipt.grouped,
            "Trần",
            "năm triệu",
        ):
            assert word not in text
    for row in (*house.rules.kinds, *house.rules.categories, *house.rules.channels):
        assert row.vi.lower() not in text.lower()
    assert body(inbox) == [
        "Kính gửi ông/bà,",
        "",
        "Hồ sơ của Thanh tra thành phố Huế đến ngày 04/12/2026:",
        "- Quá hạn: 3",
        "- Khẩn, phải xem ngay: 3",
        "- Cấp trên đã đôn đốc, hoặc đã được báo để đôn đốc: 3",
        "",
        "Thư chỉ nêu số lượng. Đề nghị ông/bà đăng nhập hệ thống Đăng Văn để xem và xử lý.",
        "Đây là thư tự động, xin không trả lời thư này.",
    ]


def test_nothing_to_tell_is_not_sent_and_the_hour_is_over(house: House, inbox: Inbox) -> None:
    head(house)
    assert sent(house, inbox, DUE) == []
    house.file(replace(REPORT, facts=Facts(fear=Fear.DANGER)), DUE)
    assert sent(house, inbox, DUE) == []
    assert inbox.raw == []
    assert sent(house, inbox, DUE, 2) == [Sent("chanh", delivered=True)]


def test_an_hour_is_told_of_once_and_the_next_one_again(house: House, inbox: Inbox) -> None:
    head(house)
    house.file(REPORT)
    for number in (1, 1, 2, 2):
        sent(house, inbox, DUE, number)
    sent(house, inbox, DUE + timedelta(days=1))
    assert len(inbox.raw) == 3


def test_who_has_left_has_no_address_or_handles_no_cases_gets_none(
    house: House, inbox: Inbox
) -> None:
    house.file(REPORT)
    appointed(house, "khong_thu")
    appointed(house, "giu_khoa", Role.CUSTODIAN, email="giu_khoa@hue.example")
    appointed(house, "giam_sat", Role.SUPERVISOR, email="giam_sat@hue.example")
    head(house, "da_nghi")
    head(house, "noi_khac", "so_y_te")
    appointed(house, "thanh_tra_vien", Role.INSPECTOR, email="ttv@hue.example")
    with writing(house.store) as work:
        work.session.execute(
            update(Staff).where(Staff.login == "da_nghi").values(left_on=FOUNDED_ON)
        )
    sent(house, inbox, DUE)
    assert set(inbox.mails) == {"ttv@hue.example"}


def test_a_case_that_somebody_must_not_know_of_is_not_counted_for_them(
    house: House, inbox: Inbox
) -> None:
    filed = [house.file(REPORT) for _ in range(2)]
    head(house)
    head(house, "pho")
    with writing(house.store) as work:
        staff = dict(work.session.execute(select(Staff.login, Staff.id)).all())
        for each in filed:
            work.session.add(
                CaseRecusal(case_id=each.case.id, staff_id=staff["chanh"], since=TODAY)
            )
        work.session.add(CaseRecusal(case_id=filed[0].case.id, staff_id=staff["pho"], since=TODAY))
    sent(house, inbox, DUE)
    assert set(inbox.mails) == {"pho@hue.example"}
    assert counts(inbox, "pho") == ["- Đến hạn hôm nay: 1"]


def test_a_head_hears_of_overdue_cases_of_the_units_below(house: House, inbox: Inbox) -> None:
    with writing(house.store) as work:
        founding.open_missing_units(work, ["chu_tich_ubnd"], house.key, FOUNDED_ON)
    head(house, "chu_tich", "chu_tich_ubnd")
    appointed(house, "giup_viec", Role.INSPECTOR, "chu_tich_ubnd", email="giup_viec@hue.example")
    head(house, "cong_an", "cong_an")
    house.file(REPORT)
    house.file(replace(REPORT, intent="khieu_nai", facts=Facts(unit="so_y_te")))
    sent(house, inbox, date(2026, 12, 31))
    with reading(house.store) as work:
        assert set(work.session.scalars(select(Case.unit_code))) == {"thanh_tra", "so_y_te"}
    assert set(inbox.mails) == {"chu_tich@hue.example"}
    assert body(inbox, "chu_tich")[2:5] == [
        "Đơn vị cấp dưới có hồ sơ quá hạn đến ngày 31/12/2026:",
        "- Thanh tra thành phố Huế: 1",
        "- Sở Y tế: 1",
    ]


def test_a_member_of_two_units_gets_one_digest(house: House, inbox: Inbox) -> None:
    head(house)
    with writing(house.store) as work:
        staff_id = work.session.scalars(select(Staff.id).where(Staff.login == "chanh")).one()
        work.session.add(StaffRole(staff_id=staff_id, unit_code="so_y_te", role=Role.INSPECTOR))
        work.session.add(StaffRole(staff_id=staff_id, unit_code="thanh_tra", role=Role.INSPECTOR))
    house.file(REPORT)
    house.file(replace(REPORT, intent="khieu_nai", facts=Facts(unit="so_y_te")))
    sent(house, inbox, DUE)
    assert len(inbox.raw) == 1
    assert [line for line in body(inbox) if line.startswith("Hồ sơ của")] == [
        "Hồ sơ của Sở Y tế đến ngày 02/12/2026:",
        "Hồ sơ của Thanh tra thành phố Huế đến ngày 02/12/2026:",
    ]


def test_what_the_superior_urges_counts_until_the_case_moves(house: House, inbox: Inbox) -> None:
    head(house)
    filed = house.file(REPORT)
    day = TODAY + timedelta(days=1)
    step(house, filed, "unit.urged", day)
    sent(house, inbox, day)
    assert counts(inbox) == ["- Cấp trên đã đôn đốc, hoặc đã được báo để đôn đốc: 1"]
    with writing(house.store) as work:
        work.session.execute(update(Case).values(state_since=day + timedelta(days=1)))
    sent(house, inbox, day, 2)
    assert len(inbox.raw) == 1


def test_a_bad_mailbox_stops_no_other_and_is_tried_again(house: House, inbox: Inbox) -> None:
    for login in ("an", "binh", "chi"):
        head(house, login)
    house.file(REPORT)
    inbox.bad = {"binh@hue.example"}
    assert [(each.login, each.delivered) for each in sent(house, inbox, DUE)] == [
        ("an", True),
        ("binh", False),
        ("chi", True),
    ]
    inbox.bad = set()
    assert sent(house, inbox, DUE) == [Sent("binh", delivered=True)]
    assert len(inbox.raw) == 3


def test_without_a_server_nothing_counts_as_sent(house: House, inbox: Inbox) -> None:
    head(house)
    house.file(REPORT)
    with pytest.raises(MailFailed, match="DANGVAN_SMTP_HOST"):
        list(digest.send(house.store, house.rules, Slot(DUE, 1), SENDER, server(free_port())))
    with reading(house.store) as work:
        assert work.session.scalars(select(SentDigest)).all() == []
    assert sent(house, inbox, DUE) == [Sent("chanh", delivered=True)]


def test_two_at_once_send_each_digest_once(house: House, inbox: Inbox) -> None:
    for number in range(6):
        head(house, f"chanh{number}")
    house.file(REPORT)
    failures = list[BaseException]()

    def run() -> None:
        try:
            sent(house, inbox, DUE)
        except BaseException as failure:  # noqa: BLE001  (reported below)
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(to for to, _ in inbox.raw) == [f"chanh{n}@hue.example" for n in range(6)]


def test_the_connection_stands_before_the_database_is_locked(house: House, inbox: Inbox) -> None:
    head(house)
    house.file(REPORT)
    real = server(inbox.port)

    def connecting() -> AbstractContextManager[Send]:
        with writing(house.store):  # on SQLite this would wait for a writer
            held: AbstractContextManager[Send] = real()
            return held

    slot = Slot(DUE, 1)
    assert list(digest.send(house.store, house.rules, slot, SENDER, connecting)) == [
        Sent("chanh", delivered=True)
    ]


@pytest.mark.parametrize(
    ("hour", "number"), [(0, None), (6, None), (7, 1), (12, 1), (13, 2), (23, 2)]
)
def test_the_latest_fixed_hour_that_has_come_is_told(hour: int, number: int | None) -> None:
    slot = slot_of((7, 13), datetime(2026, 12, 2, hour, 59, tzinfo=HUE))
    assert slot == (None if number is None else Slot(DUE, number))


@given(st.lists(st.integers(0, 23), min_size=1, unique=True).map(sorted), st.integers(0, 22))
def test_no_hour_comes_before_an_earlier_one(hours: Sequence[int], hour: int) -> None:
    def number(at: int) -> int:
        slot = slot_of(hours, datetime(2026, 12, 2, at, 0, tzinfo=HUE))
        return slot.number if slot else 0

    assert 0 <= number(hour) <= number(hour + 1) <= len(hours)
    assert (number(hour + 1) > number(hour)) == (hour + 1 in hours)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "chanh",
        "@x",
        "a@b@c",
        "a,b@hue.example",
        "a b@hue.example",
        "a\x00@hue.example",
        "a@hue.example\nBcc: x@y",
        "A <a@hue.example>",
        f"{'a' * 200}@hue.example",
    ],
)
def test_what_is_no_mailbox_is_refused_at_appointment(email: str) -> None:
    with pytest.raises(AppointmentRefused, match="no e-mail address"):
        Person("chanh", "Chánh", "thanh_tra", Role.HEAD, "mật khẩu dài!", email)


def test_an_address_that_was_put_into_the_database_cannot_add_headers(
    house: House, inbox: Inbox
) -> None:
    head(house)
    head(house, "pho")
    with writing(house.store) as work:
        work.session.execute(
            update(Staff).where(Staff.login == "chanh").values(email="a@b\nBcc: x@hue.example")
        )
    house.file(REPORT)
    assert sent(house, inbox, DUE) == [
        Sent("chanh", delivered=False),
        Sent("pho", delivered=True),
    ]
    assert isinstance(inbox.mails["pho@hue.example"], EmailMessage)
