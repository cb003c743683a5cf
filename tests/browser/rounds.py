"""A round through every page of the citizens' side, with the states that errors put them in."""

from collections.abc import Iterator
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload

from tests.browser.visit import Visit

#: Pages that are only looked at.
PUBLIC = {
    "landing": "/",
    "handling": "/cach-xu-ly",
    "terms": "/thoi-han",
    "stored": "/luu-gi",
    "log": "/nhat-ky",
    "figures": "/so-lieu",
    "before": "/gui",
    "before, draft lost": "/gui?het_han=1",
    "not found": "/khong-co",
    "not to be looked at": "/hop-thu/loi-nhan",
}
_CAMERA, _MOMENT = 0x0110, 0x0132
STORY = (
    "Ngày 12/3/2026, tại bộ phận một cửa, cán bộ tiếp nhận yêu cầu nộp thêm 500 nghìn đồng ngoài "
    "phí quy định thì mới trả hồ sơ đất đai. Có hai người cùng chứng kiến.\n\nTôi có giữ biên lai."
)


def photograph() -> FilePayload:
    """Return a JPEG that tells the camera and the moment, as phones make them."""
    exif = Image.Exif()
    exif[_CAMERA], exif[_MOMENT] = "Máy ảnh của tôi", "2026:03:12 08:15:00"
    file = BytesIO()
    Image.new("RGB", (64, 48), "#7a211a").save(file, "JPEG", exif=exif)
    return {"name": "Ảnh biên lai.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def note(name: str = "Ghi chú buổi làm việc.txt") -> FilePayload:
    """Return a text."""
    text = "Buổi sáng ngày 12 tháng 3 năm 2026, bộ phận một cửa."
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def programme() -> FilePayload:
    """Return a file of a kind that is not taken."""
    content = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(200)
    return {"name": "cài đặt.exe", "mimeType": "application/octet-stream", "buffer": content}


class Round:
    """One visit to all pages in one language; `prefix` is "/en" for English."""

    def __init__(self, visit: Visit, prefix: str) -> None:
        self.visit, self.page, self.prefix = visit, visit.page, prefix
        self.code = ""

    def open(self, path: str) -> None:
        """Open a page in the language of the round."""
        self.visit.go(self.prefix + path)

    def submit(self, end: str = "") -> None:
        """Press the button of the form that leads to an address with this end; of the last one."""
        form = f'form[action$="{end}"]' if end else "main form:not([action])"
        button = f'{form} button[type="submit"]:not([name], [formaction])'
        if end:
            button += f', button[formaction$="{end}"]'
        self.visit.click(self.page.locator(button).last)

    def public(self) -> Iterator[str]:
        """Look at what anybody may look at."""
        for name, path in PUBLIC.items():
            self.open(path)
            yield name

    def short(self) -> Iterator[str]:
        """Look at the short form, and leave it empty."""
        self.open("/gui-nhanh")
        yield "short form"
        self.submit()
        yield "short form, empty"

    def questions(self) -> Iterator[str]:
        """Answer every question; where one has to be answered, leave it empty first."""
        self.open("/gui/loai")
        yield from self._radio("kind", "to_cao")
        yield from self._radio("category", "", needed=True)
        yield from self._typed("story", {"story": STORY}, needed="story")
        yield "ward"
        self.page.select_option("#ward", index=3)
        self.submit()
        yield "organisation"
        self.page.fill("#find", "xyz khong co")
        self.visit.click(self.page.locator('button[name="search"]'))
        yield "organisation, none found"
        self.page.fill("#find", "thuan hoa")
        self.visit.click(self.page.locator('button[name="search"]'))
        yield "organisation, found"
        self.page.fill("#organisation", "a" * 501)
        self.submit()
        yield "organisation, too long"
        self.page.locator('input[name="body"]').first.check()
        self.page.fill("#organisation", "Bộ phận một cửa")
        self.submit()
        yield "person"
        self.page.fill("#accused", "Người tiếp nhận hồ sơ ở quầy số 3")
        self.page.locator('input[name="position"]').first.check()
        self.submit()
        yield from self._typed("when", {"when": "12/3/2026"})
        yield from self._typed("loss", {"money": "500 nghìn đồng"})
        yield "source"
        self.page.locator('input[name="known_by"]').first.check()
        self.submit()
        yield from self._files()
        yield "fear"
        self.page.locator('input[name="fear"]').nth(1).check()
        self.submit()
        yield from self._radio("identity", "confidential")
        yield from self._typed("contact", {"name": "Nguyễn Văn Ví Dụ"}, needed="name")
        yield "check"

    def _radio(self, name: str, value: str, *, needed: bool = True) -> Iterator[str]:
        yield name
        if needed:
            self.submit()
            yield f"{name}, empty"
        choice = f'input[type="radio"][value="{value}"]' if value else 'input[type="radio"]'
        self.page.locator(choice).first.check()
        self.submit()

    def _typed(self, name: str, given: dict[str, str], needed: str = "") -> Iterator[str]:
        yield name
        if needed:
            self.submit()
            yield f"{name}, empty"
        for field, text in given.items():
            self.page.fill(f"#{field}", text)
        self.submit()

    def _files(self) -> Iterator[str]:
        yield "files, none yet"
        self.submit()
        yield "files, none chosen"
        self.page.set_input_files("#files", [programme()])
        self.submit()
        yield "files, one refused"
        self.page.check("#keep_original")
        self.page.set_input_files("#files", [photograph(), note("a" * 120 + ".txt")])
        self.submit()
        yield "files, two taken"
        self.submit("/gui/tep/tiep")

    def receipt(self) -> Iterator[str]:
        """Send, and show that the code was kept."""
        self.submit()
        self.code = self.page.locator(".receipt code").inner_text()
        yield "receipt"
        self.page.locator("details summary").click()
        yield "receipt, QR shown"
        self.page.fill("#group", "0000")
        self.submit()
        yield "receipt, wrong group"
        self.page.fill("#group", self.code.split("-")[2])
        self.submit()
        yield "filed"

    def door(self) -> Iterator[str]:
        """Find the way back in."""
        self.open("/hop-thu")
        yield "door"
        self.submit("/hop-thu")
        yield "door, empty"
        self.page.fill("#code", self.code[:-1] + ("0" if self.code[-1] != "0" else "1"))
        self.submit("/hop-thu")
        yield "door, mistyped"
        self.page.fill("#code", self.code)
        self.submit("/hop-thu")
        yield "mailbox"

    def mailbox(self) -> Iterator[str]:
        """Do all that an open mailbox offers."""
        self.submit("/loi-nhan")
        yield "mailbox, empty message"
        self.page.fill("#text", "Người đó đeo thẻ số 17.\nXin hỏi khi nào có kết quả?")
        self.submit("/loi-nhan")
        yield "mailbox, message"
        for name, path in {"more files": "them-tep", "disclose": "danh-tinh"}.items():
            self.open(f"/hop-thu/{path}")
            yield name
            self.submit()
            yield f"{name}, empty"
        self.open("/hop-thu/them-tep")
        self.page.set_input_files("#files", [photograph()])
        self.submit()
        for name, path in {"alarm": "bao-dong", "withdraw": "rut"}.items():
            self.open(f"/hop-thu/{path}")
            yield name
            self.submit()
            yield f"{name}, empty"
        self.page.check("#sure")
        self.submit()
        yield "mailbox, withdrawn"
        self.submit("/dong")
        yield "door, closed"
        self.open("/hop-thu/rut")
        yield "door, closed meanwhile"

    def lost_cookie(self) -> Iterator[str]:
        """Send an answer after the browser has lost its cookie."""
        self.open("/gui/noi-dung")
        self.open("/gui/loai")
        self.page.context.clear_cookies()
        self.page.locator('input[type="radio"]').first.check()
        self.submit()
        yield "cookie lost"

    def everything(self) -> Iterator[str]:
        """Look at every page, with a name for each."""
        yield from self.public()
        yield from self.short()
        yield from self.questions()
        yield from self.receipt()
        yield from self.door()
        yield from self.mailbox()
        yield from self.lost_cookie()
