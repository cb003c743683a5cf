"""Somebody who signs in through the real pages, in a browser that keeps cookies."""

import re
import time
from dataclasses import dataclass, field

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.page import Page

OWN_PASSWORD = "mật khẩu của riêng tôi"
_STEP = 30


@dataclass
class Visitor:
    """A person at a browser; `codes` are the recovery codes that they wrote down."""

    app: Flask
    login: str
    password: str
    secret: str = ""
    codes: list[str] = field(default_factory=list)
    #: From which address they come.
    address: str = "203.0.113.7"
    client: FlaskClient = field(init=False)
    _step: int = 0

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, environ_base={"REMOTE_ADDR": self.address})

    def post(self, path: str, page: str | None = None, **fields: str) -> TestResponse:
        """Send the form that stands at `page` (or at the same address) to an address."""
        token = csrf(self.get(page or path).text)
        data = {"csrf_token": token} | fields
        return self.client.post(path, data=data, environ_base={"REMOTE_ADDR": self.address})

    def other_browser(self, address: str | None = None) -> "Visitor":
        """Return the same person at a browser that knows nothing of them."""
        again = Visitor(self.app, self.login, self.password, self.secret, self.codes)
        again.address, again._step = address or self.address, self._step
        return again

    def code(self) -> str:
        """Return a code that was not used yet: of this step or the next, else a recovery code."""
        now = int(time.time()) // _STEP
        if self._step > now:
            return self.codes.pop()
        self._step = max(self._step + 1, now)
        return pyotp.TOTP(self.secret).generate_otp(self._step)

    def type_password(self, password: str | None = None, then: str = "") -> TestResponse:
        path = f"/dang-nhap?den={then}" if then else "/dang-nhap"
        return self.post(path, login=self.login, password=password or self.password)

    def enrol(self, own: str = OWN_PASSWORD) -> TestResponse:
        """Sign in for the first time, up to the page with the recovery codes."""
        assert self.type_password().headers["Location"] == "/dang-nhap/ung-dung"
        page = self.get("/dang-nhap/ung-dung").text
        found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)
        assert found
        self.secret = found[1].replace(" ", "")
        answer = self.post("/dang-nhap/ung-dung", code=self.code())
        assert answer.headers["Location"] == "/dang-nhap/mat-khau", answer.text
        answer = self.post("/dang-nhap/mat-khau", new=own, again=own)
        assert answer.headers["Location"] == "/tai-khoan/ma-du-phong", answer.text
        self.password = own
        shown = self.get("/tai-khoan/ma-du-phong")
        self.codes = re.findall(r"<li><code>([0-9A-Z-]+)</code></li>", shown.text)
        return shown

    def first_sign_in(self) -> None:
        """Sign in for the first time, and note the recovery codes."""
        self.enrol()
        self.post("/tai-khoan/ma-du-phong")

    def sign_in(self, code: str | None = None, then: str = "") -> TestResponse:
        """Sign in with password and second factor."""
        answer = self.type_password(then=then)
        assert answer.status_code == 303, Page.of(answer.text).text
        return self.post("/dang-nhap/ma", code=self.code() if code is None else code)

    def is_in(self) -> bool:
        return self.get("/tai-khoan").status_code == 200


def csrf(html: str) -> str:
    """Return the token of a page's first form."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', html)
    assert found, html
    return found[1]
