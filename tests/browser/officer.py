"""Somebody of the staff at a real browser: signs in, reads the queue, takes steps by forms."""

import re
from dataclasses import dataclass, field

import pyotp

from tests.browser.visit import Visit
from web import clock

OWN_PASSWORD = "mật khẩu của riêng tôi"
_STEP = 30


@dataclass
class Officer:
    """A member of staff in a window of their own; `login` was handed `password`."""

    visit: Visit
    login: str
    password: str
    id: str
    #: Where this person's cases, or dossiers, have their pages.
    place: str = "/desk/ho-so"
    secret: str = ""
    codes: list[str] = field(default_factory=list)
    _used: int = 0

    def code(self) -> str:
        """Return a code that was not used yet."""
        now = int(clock.now().timestamp()) // _STEP
        if self._used > now:
            return self.codes.pop()
        self._used = max(self._used + 1, now)
        return pyotp.TOTP(self.secret).generate_otp(self._used)

    def come(self) -> None:
        """Sign in for the first time: an app, a password of one's own, recovery codes."""
        page = self.visit.page
        self._type_password()
        self.secret = page.locator("code.secret").inner_text().replace(" ", "")
        page.fill("#code", self.code())
        self.visit.press("Tiếp tục")
        page.fill("#new", OWN_PASSWORD)
        page.fill("#again", OWN_PASSWORD)
        self.visit.press("Lưu mật khẩu")
        self.password = OWN_PASSWORD
        self.codes = page.locator("main li code").all_inner_texts()
        self.visit.press("Tôi đã chép các mã")

    def come_again(self) -> None:
        """Sign in with password and second factor."""
        self._type_password()
        self.visit.page.fill("#code", self.code())
        self.visit.press("Đăng nhập")

    def _type_password(self) -> None:
        self.visit.go("/desk/dang-nhap")
        self.visit.page.fill("#login", self.login)
        self.visit.page.fill("#password", self.password)
        self.visit.click(self.visit.page.locator('main button[type="submit"]').first)

    def queue(self) -> list[str]:
        """Return the titles of the first page of the queue."""
        self.visit.go("/desk/")
        return self.visit.page.locator('main a[href*="/ho-so/"]').all_inner_texts()

    def open(self, words: str) -> str:
        """Open the case of the queue whose title has these words; return its identifier."""
        self.visit.go("/desk/")
        self.visit.click(self.visit.page.locator('main a[href*="/ho-so/"]', has_text=words).first)
        found = re.search(r"/ho-so/([0-9a-f-]{36})", self.visit.path)
        assert found
        return found[1]

    def take(self, case_id: str, step: str, **given: str | list[str]) -> None:
        """Take a step that the page of the case offers, by its form."""
        page = self.visit.page
        self.visit.go(f"{self.place}/{case_id}")
        at = {"message.sent": "tin-nhan", "note.added": "ghi-chu"}.get(step, f"buoc/{step}")
        offered = page.locator(f'main a[href$="/{at}"]')
        assert offered.count(), f"{step} is not offered: {page.locator('main').inner_text()}"
        self.visit.go(f"{self.place}/{case_id}/{at}")
        for name, value in given.items():
            self.fill(name, value)
        self.visit.click(page.locator('main form button[type="submit"]:not([name])').last)
        once_more = page.locator('button[name="confirmed"]')
        if once_more.count():
            self.visit.click(once_more)
        assert not page.locator(".govuk-error-summary").count(), page.locator("main").inner_text()
        assert f"da_ghi={step}" in self.visit.path, page.locator("main").inner_text()

    def fill(self, name: str, value: str | list[str]) -> None:
        """Fill one field of a form, whatever it looks like."""
        fields = self.visit.page.locator(f'main [name="{name}"]')
        assert fields.count(), f"no field {name}: {self.visit.page.locator('main').inner_text()}"
        first = fields.first
        if first.evaluate("e => e.tagName") == "SELECT":
            first.select_option(value)
        elif first.get_attribute("type") in {"radio", "checkbox"}:
            for each in [value] if isinstance(value, str) else value:
                box = f'main [name="{name}"][value="{each}"]' if each else f'main [name="{name}"]'
                self.visit.page.check(box)
        else:
            assert isinstance(value, str)
            first.fill(value)

    def sees(self, case_id: str) -> bool:
        """Tell whether the case exists for this person."""
        answer = self.visit.page.goto(f"{self.visit.address}{self.place}/{case_id}")
        assert answer is not None
        assert answer.status in {200, 404}
        return answer.status == 200
