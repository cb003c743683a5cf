"""The whole journey in a real browser without any script, and what scripts add to it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, FilePayload

from tests.browser.conftest import NEWS, visiting
from tests.browser.rounds import STORY, note, photograph
from tests.browser.visit import Visit
from triage.submission import Identity

pytestmark = pytest.mark.xdist_group("browser")

PHOTOGRAPH, NOTE = str(photograph()["name"]), str(note()["name"])


@pytest.fixture(autouse=True)
def _nothing_leaves_and_nothing_is_refused(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold every visit of this file to what is promised of all of them."""
    names = {"visit", "scripted"} & set(request.fixturenames)
    visits = [request.getfixturevalue(name) for name in names]
    yield
    for each in visits:
        assert not [url for url in each.asked_elsewhere() if url != each.neutral]
        assert not each.complaints


def focused(visit: Visit) -> str:
    """Return the id or the class of what has the focus."""
    return str(visit.page.evaluate("document.activeElement.id || document.activeElement.className"))


def begin(visit: Visit, intent: str = "to_cao", category: int = 0) -> None:
    """Go from the start page to the question what happened."""
    visit.go("/")
    visit.click(visit.page.locator(".choices a").first)
    assert visit.heading == "Trước khi gửi"
    visit.press("Bắt đầu")
    visit.page.check(f'input[value="{intent}"]')
    visit.press("Tiếp tục")
    visit.page.locator('input[name="category"]').nth(category).check()
    visit.press("Tiếp tục")
    assert visit.heading == "Đã xảy ra việc gì?"


def answer_the_rest(
    visit: Visit,
    story: str = STORY,
    who: Identity | None = None,
    files: Sequence[FilePayload] = (),
) -> list[str]:
    """Press on from the question what happened to the check; return the questions on the way."""
    seen = [visit.path]
    visit.page.fill("#story", story)
    while not visit.path.endswith("/kiem-tra"):
        if visit.page.locator("#disclosure").count():
            visit.page.check(f'input[value="{who.disclosure if who else "anonymous"}"]')
        if files and visit.page.locator("#files").count():
            visit.page.set_input_files("#files", files)
            visit.press("Gửi tệp đã chọn")
            files = ()
        if who is not None and visit.page.locator("#contact").count():
            for name in ("name", "address", "contact"):
                visit.page.fill(f"#{name}", getattr(who, name))
        visit.click(visit.page.get_by_role("button", name="Tiếp tục").last)
        seen.append(visit.path)
    return seen


def send(visit: Visit) -> str:
    """Send what has been checked, and return the receipt code."""
    visit.press("Gửi phản ánh")
    assert visit.path == "/bien-nhan"
    return visit.page.locator(".receipt code").inner_text()


def text_of(download: Download) -> str:
    return Path(download.path()).read_text(encoding="utf-8")


def test_a_report_goes_all_the_way_and_its_mailbox_opens(visit: Visit) -> None:
    page = visit.page
    begin(visit)
    page.fill("#story", STORY)
    visit.press("Tiếp tục")

    page.select_option("#ward", label="Phú Xuân (phường)")
    visit.press("Tiếp tục")
    _go_back_and_find_the_answers(visit)

    page.fill("#find", "phu xuan")
    visit.press("Tìm")
    page.get_by_label("Ủy ban nhân dân phường Phú Xuân").check()
    page.fill("#organisation", "Bộ phận một cửa")
    visit.press("Tiếp tục")

    page.fill("#accused", "Người ở quầy số 3")
    page.locator('input[name="position"]').first.check()
    visit.press("Tiếp tục")
    page.fill("#when", "12/3/2026")
    page.check('input[value="past"]')
    visit.press("Tiếp tục")
    page.fill("#money", "500 nghìn đồng")
    visit.press("Tiếp tục")
    page.check('input[value="seen"]')
    page.check('input[value="papers"]')
    visit.press("Tiếp tục")

    _send_two_files_and_take_one_away(visit)
    page.check('input[value="some"]')
    visit.press("Tiếp tục")
    page.check('input[value="anonymous"]')
    visit.press("Tiếp tục")

    _change_an_answer(visit)
    code = send(visit)
    assert [len(group) for group in code.split("-")] == [4] * 6
    _show_that_the_code_was_kept(visit, code)
    _use_the_mailbox(visit, code)
    spoken = code.replace("-", "")
    assert not [url for url in visit.asked if code in url or spoken in url]


def _go_back_and_find_the_answers(visit: Visit) -> None:
    assert visit.heading == "Sự việc liên quan đến cơ quan, đơn vị nào?"
    visit.page.go_back()
    assert visit.page.locator("#ward option:checked").inner_text() == "Phú Xuân (phường)"
    visit.follow("Quay lại")
    assert visit.page.input_value("#story") == STORY
    visit.follow("Quay lại")
    assert visit.page.locator('input[name="category"]').first.is_checked()
    for _ in range(3):
        visit.press("Tiếp tục")
    assert visit.heading == "Sự việc liên quan đến cơ quan, đơn vị nào?"


def _send_two_files_and_take_one_away(visit: Visit) -> None:
    page = visit.page
    page.set_input_files("#files", [photograph(), note()])
    visit.press("Gửi tệp đã chọn")
    assert page.locator(".files .name").all_inner_texts() == [PHOTOGRAPH, NOTE]
    states = page.locator(".files .state").all_inner_texts()
    assert states[0] == "đã xóa thông tin ẩn trong bản cán bộ xem"
    visit.press(f"Bỏ {NOTE}")
    assert page.locator(".files .name").all_inner_texts() == [PHOTOGRAPH]
    visit.press("Tiếp tục")


def _change_an_answer(visit: Visit) -> None:
    page = visit.page
    assert visit.heading == "Kiểm tra lại trước khi gửi"
    answers = page.locator(".govuk-summary-list").inner_text()
    for said in (STORY.split("\n", maxsplit=1)[0], "500 nghìn đồng", PHOTOGRAPH, "Không nêu tên"):
        assert said in answers
    visit.click(page.locator('a[href="/gui/thoi-gian?sua=1"]'))
    assert page.input_value("#when") == "12/3/2026"
    page.fill("#when", "sáng 13/3/2026")
    visit.press("Tiếp tục")
    assert visit.path == "/gui/kiem-tra"
    assert "sáng 13/3/2026" in page.locator(".govuk-summary-list").inner_text()


def _show_that_the_code_was_kept(visit: Visit, code: str) -> None:
    page = visit.page
    assert code not in page.title()
    page.fill("#group", "0000")
    visit.press("Tôi đã giữ mã")
    assert page.title().startswith("Lỗi:")
    assert page.locator(".receipt code").inner_text() == code
    page.fill("#group", code.split("-")[2].lower())
    visit.press("Tôi đã giữ mã")
    assert visit.heading == "Đã gửi xong"
    assert code not in page.content()


def _use_the_mailbox(visit: Visit, code: str) -> None:
    page = visit.page
    visit.follow("Đến hộp thư")
    page.fill("#code", " " + code.lower().replace("-", " ") + " ")
    visit.press("Mở hộp thư")
    assert visit.heading == "Hộp thư"
    assert page.title() == "Hộp thư – Đăng Văn"
    assert code not in page.content()
    page.fill("#text", "Tôi nhớ thêm: thẻ số 17.")
    visit.press("Gửi lời nhắn")
    assert "thẻ số 17" in page.locator(".message.mine").inner_text()

    visit.follow("Gửi thêm tệp")
    page.set_input_files("#files", [note()])
    visit.press("Gửi tệp đã chọn")
    assert set(page.locator(".files .name").all_inner_texts()) == {PHOTOGRAPH, NOTE}

    visit.follow("Cho biết danh tính")
    page.fill("#name", "Nguyễn Văn Ví Dụ")
    visit.press("Khóa và gửi danh tính")
    assert page.get_by_role("link", name="Sửa danh tính đã cho biết").is_visible()
    assert "Ví Dụ" not in page.content()

    visit.follow("Báo bị trù dập, đe dọa")
    page.locator('input[name="forms"]').first.check()
    visit.press("Báo ngay")
    assert "Đang xem xét đề nghị bảo vệ" in page.locator(".status").inner_text()
    visit.follow("Rút phản ánh")
    page.check("#sure")
    visit.press("Đề nghị rút")
    events = page.locator(".events li").all_inner_texts()
    assert [event.split(": ")[1] for event in events] == [
        "Đã nhận phản ánh",
        "Ông, bà gửi lời nhắn",
        "Ông, bà gửi thêm tệp",
        "Ông, bà cho biết danh tính",
        "Ông, bà báo việc trù dập, đe dọa",
        "Đã nhận đề nghị bảo vệ",
        "Ông, bà đề nghị rút",
    ]

    with page.expect_download() as kept:
        page.get_by_role("link", name="Tải giấy hẹn có chữ ký số").click()
    assert kept.value.suggested_filename == "giay-to.txt"
    assert text_of(kept.value).startswith("dangvan-promise@v1\n")

    visit.press("Đóng hộp thư")
    assert "Hộp thư đã đóng" in page.locator("main").inner_text()
    visit.go("/hop-thu")
    assert visit.heading == "Mở hộp thư"


def test_a_proof_can_be_taken_home_with_the_receipt(visit: Visit) -> None:
    begin(visit)
    answer_the_rest(visit)
    send(visit)
    with visit.page.expect_download() as kept:
        visit.page.get_by_role("link", name="Tải giấy hẹn có chữ ký số").click()
    assert text_of(kept.value).startswith("dangvan-promise@v1\n")


def test_one_page_is_enough_for_a_report(visit: Visit) -> None:
    visit.go("/")
    visit.follow("Chỉ muốn kể lại thật nhanh: dùng biểu mẫu một trang")
    visit.page.fill("#story", STORY)
    visit.page.check("#danger")
    code = send(visit)
    assert len(code.split("-")) == 6


def test_ordinary_feedback_is_asked_less(visit: Visit) -> None:
    begin(visit, "phan_anh", -2)
    assert answer_the_rest(visit) == [
        f"/gui/{slug}"
        for slug in ("noi-dung", "dia-ban", "co-quan", "tep", "danh-tinh", "kiem-tra")
    ]
    send(visit)


@pytest.mark.parametrize(
    ("path", "button", "field"),
    [
        ("/gui/loai", "Tiếp tục", "intent"),
        ("/gui-nhanh", "Gửi phản ánh", "story"),
        ("/hop-thu", "Mở hộp thư", "code"),
    ],
)
def test_what_was_left_empty_is_said_first_and_one_step_away(
    visit: Visit, path: str, button: str, field: str
) -> None:
    visit.go(path)
    visit.press(button)
    summary = visit.page.locator(".govuk-error-summary")
    assert visit.page.title().startswith("Lỗi: ")
    assert "govuk-error-summary" in focused(visit)
    summary.get_by_role("link").click()
    assert focused(visit) == field


def test_leaving_is_the_first_thing_a_keyboard_reaches(visit: Visit) -> None:
    for path in ("/", "/gui", "/gui/loai", "/gui-nhanh", "/hop-thu", "/thoi-han", "/khong-co"):
        visit.go(path)
        visit.page.keyboard.press("Tab")
        assert focused(visit) == "thoat-nhanh"


def test_leaving_takes_the_draft_along(visit: Visit) -> None:
    begin(visit)
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(visit.neutral)
    assert visit.page.title() == NEWS
    assert not visit.page.context.cookies(visit.address)
    visit.go("/gui/noi-dung")
    assert visit.heading == "Trước khi gửi"


def test_shift_three_times_leaves_and_back_does_not_return(scripted: Visit) -> None:
    begin(scripted)
    for key in ("Shift", "Shift", "A", "Shift", "Shift"):
        scripted.page.keyboard.press(key)
    assert scripted.heading == "Đã xảy ra việc gì?"
    scripted.page.keyboard.press("Shift")
    scripted.page.wait_for_url(scripted.neutral)
    scripted.page.go_back()
    assert scripted.path != "/gui/noi-dung"
    scripted.go("/gui/noi-dung")
    assert scripted.heading == "Trước khi gửi"


def test_a_click_on_the_way_out_leaves_no_page_to_go_back_to(scripted: Visit) -> None:
    begin(scripted)
    scripted.follow("Thoát nhanh")
    scripted.page.wait_for_url(scripted.neutral)
    scripted.page.go_back()
    assert scripted.path != "/gui/noi-dung"


def test_what_was_sent_too_often_waits_and_is_not_lost(browser: Browser, crowded: str) -> None:
    with visiting(browser, crowded, script=False) as visit:
        for _ in range(2):
            visit.go("/gui-nhanh")
            visit.page.fill("#organisation", "Bộ phận một cửa")
            visit.press("Gửi phản ánh")
        assert visit.heading == "Xin ông, bà chờ trong giây lát"
        assert visit.page.locator('input[name="organisation"]').input_value() == "Bộ phận một cửa"
        visit.press("Gửi lại")
        assert visit.heading == "Xin ông, bà chờ trong giây lát"
        assert visit.page.locator('input[name="organisation"]').input_value() == "Bộ phận một cửa"
