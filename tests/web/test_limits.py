"""Limits: a flood from one part of the network is slowed, nobody else notices, nothing is lost."""

import logging
import secrets
from collections.abc import Callable, Iterator
from functools import wraps
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask, request
from flask_babel import Babel
from flask_limiter import Limiter
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from jinja2 import ChoiceLoader, DictLoader, StrictUndefined
from werkzeug.test import TestResponse

from tests.web.page import Page
from web import limits, logs, waiting
from web.limits import Budgets, Scope

ROOT = Path(__file__).parents[2]
NOBODY = "redis://127.0.0.1:1/0"
HOUR = 1_800_000_000.0  # one begins
HERE, NEAR, ELSEWHERE = "203.0.113.7", "203.0.113.99", "198.51.100.7"
FEW = Budgets("3 per minute", "2 per minute", "2 per minute", "2 per minute", "1 per minute")
LAYOUT = """<html><head><title>{% block title %}{% endblock %}</title></head><body>
{% block home %}/dau{% endblock %}{% block main %}{% endblock %}</body></html>"""
LETTER = {"noi_dung": 'Ông "A" <b>nói</b> & viết\r\nhai dòng', "ho_ten": "", "csrf_token": "x.y.z"}


class Clock:
    def __init__(self) -> None:
        self.now = HOUR

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def receiving(kind: Scope) -> Callable[[], list[list[str]]]:
    @limits.scope(kind)
    def view() -> list[list[str]]:
        return [list(pair) for pair in request.form.items(multi=True) if pair[0] != waiting.FIELD]

    return view


def bare(name: str) -> Flask:
    app = Flask(name, root_path=str(ROOT))
    app.secret_key = secrets.token_bytes()
    app.jinja_env.undefined = StrictUndefined
    assert app.jinja_loader is not None
    loaders = [DictLoader({"khung.html": LAYOUT}), app.jinja_loader]
    app.jinja_env.loader = ChoiceLoader(loaders)
    app.jinja_env.globals["layout"] = "khung.html"
    Babel(app, default_locale="vi")
    return app


def with_views(app: Flask) -> Flask:
    app.add_url_rule("/xem", "xem", lambda: "xem")
    app.add_url_rule("/doc", "doc", lambda: "doc")
    app.add_url_rule("/healthz", "song", lambda: "ok")
    for path, kind in {
        "/nop": Scope.FILING,
        "/nop-them": Scope.FILING,
        "/ma": Scope.RECEIPT,
        "/tep": Scope.UPLOAD,
    }.items():
        app.add_url_rule(path, path[1:], receiving(kind), methods=["GET", "POST"])
    app.add_url_rule("/bo", "bo", receiving(Scope.UPLOAD), methods=["POST"])
    app.add_url_rule("/them", "them_xem", lambda: "xem")
    app.add_url_rule("/them", "them", receiving(Scope.UPLOAD), methods=["POST"])
    return app


class Place:
    """Somebody at an address."""

    def __init__(self, app: Flask, address: str = HERE) -> None:
        self.client = app.test_client()
        self.origin = {"REMOTE_ADDR": address}

    def get(self, path: str = "/xem") -> TestResponse:
        return self.client.get(path, environ_base=self.origin)

    def post(self, path: str = "/nop", data: Any = LETTER, **options: Any) -> TestResponse:
        return self.client.post(path, data=data, environ_base=self.origin, **options)

    def turned_away(self, path: str = "/xem") -> TestResponse:
        """Look until the budget is used up, and return the first answer that asks to wait."""
        for _ in range(10):
            if (answer := self.get(path)).status_code == 429:
                return answer
        pytest.fail("never turned away")

    def refused(self, path: str = "/nop", data: Any = LETTER) -> TestResponse:
        """Send until the budget is used up, and return the first answer that asks to wait."""
        for _ in range(10):
            if (answer := self.post(path, data)).status_code == 429:
                return answer
        pytest.fail("never refused")


def carried(answer: TestResponse) -> dict[str, str]:
    """Return what the form on a waiting page sends."""
    assert answer.status_code == 429
    page = Page.of(answer.text)
    assert ("form", {"method": "post"}) in page.elements
    assert "Gửi lại" in page.text
    assert f"chờ {answer.headers['Retry-After']} giây" in page.text
    fields = [(field["name"], field["value"]) for tag, field in page.elements if tag == "input"]
    assert [name for name, _ in fields].count(waiting.FIELD) == 1
    return dict(fields)


def wait(answer: TestResponse) -> int:
    return int(answer.headers["Retry-After"])


Make = Callable[..., Flask]


@pytest.fixture(params=["memory", "redis"])
def make(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Make]:
    """Applications of one name, which are limited together if there is a Redis."""
    name = f"test-{secrets.token_hex(8)}"
    if request.param == "memory":
        yield lambda budgets=FEW: made(name, budgets, None, clock)
        return
    url = request.getfixturevalue("redis_url")
    client = redis.from_url(url)
    yield lambda budgets=FEW: made(name, budgets, url, clock)
    for key in client.scan_iter(f"dangvan:{name}:*"):
        client.delete(key)
    client.close()


def made(name: str, budgets: Budgets, url: str | None, clock: Clock) -> Flask:
    app = bare(name)
    limits.add(app, budgets, url, clock=clock)
    return with_views(app)


@pytest.fixture
def app(make: Make) -> Flask:
    return make()


def test_each_scope_has_a_budget_of_its_own_which_its_views_share(app: Flask) -> None:
    place = Place(app)
    assert [place.post(path).status_code for path in ("/nop", "/nop-them")] == [200, 200]
    assert {place.post(path).status_code for path in ("/nop", "/nop-them")} == {429}
    assert [place.post("/ma").status_code for _ in range(3)] == [200, 200, 429]
    assert [place.post("/tep").status_code for _ in range(3)] == [200, 200, 429]
    assert [place.get(path).status_code for path in ("/xem", "/doc", "/xem")] == [200] * 3
    assert {place.get(path).status_code for path in ("/xem", "/doc")} == {429}


def test_looking_at_a_form_is_a_page_view_and_takes_nothing_from_filings(app: Flask) -> None:
    place = Place(app)
    assert [place.get("/nop").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert place.post("/nop").status_code == 200


def test_a_scope_declared_below_another_decorator_counts(make: Make) -> None:
    app = make()

    inner = receiving(Scope.RECEIPT)

    @wraps(inner)
    def outer() -> list[list[str]]:
        return inner()

    app.add_url_rule("/boc", "boc", outer, methods=["POST"])
    assert [Place(app).post("/boc").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        (HERE, NEAR, ELSEWHERE),
        ("203.0.113.0", "203.0.113.255", "203.0.112.255"),
        ("2001:db8:1:2::3", "2001:db8:1:ffff::9", "2001:db8:2:2::3"),
        (HERE, f"::ffff:{NEAR}", f"::ffff:{ELSEWHERE}"),
        ("", "không-phải-địa-chỉ", HERE),
    ],
)
def test_one_network_is_counted_together_and_another_apart(
    app: Flask, one: str, same: str, other: str
) -> None:
    Place(app, one).refused()
    assert Place(app, same).post().status_code == 429
    assert Place(app, other).post().status_code == 200


def test_a_flood_from_one_network_leaves_all_others_untouched(app: Flask) -> None:
    flood = Place(app)
    for _ in range(30):
        flood.get()
        form = carried(flood.post()) if flood.post().status_code == 429 else LETTER
        flood.post(data=form)
    for third in range(5):
        place = Place(app, f"198.51.{third}.1")
        assert [place.get().status_code for _ in range(3)] == [200] * 3
        assert [place.post().status_code for _ in range(2)] == [200] * 2


def test_a_new_salt_every_hour_makes_the_old_counts_unfindable(app: Flask, clock: Clock) -> None:
    place = Place(app)
    place.refused()
    clock.now += 3599
    assert place.post().status_code == 429
    clock.now += 1
    assert place.post().status_code == 200


def test_files_and_the_sign_of_life_are_not_counted(app: Flask) -> None:
    place = Place(app)
    place.turned_away()
    assert {place.get("/healthz").status_code for _ in range(9)} == {200}
    for _ in range(9):
        with place.get("/static/site.css") as answer:
            assert answer.status_code == 200


def test_a_page_that_is_asked_for_too_often_says_when_to_come_back(app: Flask) -> None:
    answer = Place(app).turned_away("/xem?trang=2")
    page = Page.of(answer.text)
    assert (answer.status_code, wait(answer)) == (429, 10)
    assert "Xin chờ 10 giây, rồi mở lại trang." in page.text
    assert page.links() == [""]
    assert "form" not in {tag for tag, _ in page.elements}
    assert HERE not in answer.text


def test_the_waiting_page_keeps_every_field_and_escapes_it(app: Flask) -> None:
    answer = Place(app).refused(data=LETTER | {'"><script>': "</form>"})
    form = carried(answer)
    assert wait(answer) == 10
    assert form.pop(waiting.FIELD)
    assert form == LETTER | {'"><script>': "</form>"}
    assert "<script>" not in answer.text
    assert HERE not in answer.text


def test_a_ticket_passes_once_its_moment_has_come_with_what_was_written(
    app: Flask, clock: Clock
) -> None:
    place = Place(app)
    sent = {"muc": ["a", "b"], **LETTER}
    answer = place.refused(data=sent)
    names = [
        (field["name"], field["value"])
        for tag, field in Page.of(answer.text).elements
        if tag == "input"
    ]
    form: dict[str, list[str]] = {}
    for name, value in names:
        form.setdefault(name, []).append(value)
    clock.now += 10
    passed = place.post(data=form)
    assert passed.status_code == 200
    assert passed.json == [["muc", "a"], ["muc", "b"], *[list(pair) for pair in LETTER.items()]]


def test_a_ticket_that_comes_too_early_waits_for_what_is_left(app: Flask, clock: Clock) -> None:
    place = Place(app)
    form = carried(place.refused())
    clock.now += 4
    early = place.post(data=form)
    assert carried(early) == form
    assert wait(early) == 6
    clock.now += 6
    assert place.post(data=form).status_code == 200


def test_a_ticket_is_good_for_one_time(make: Make, clock: Clock) -> None:
    place = Place(make(Budgets("9 per minute", "1 per minute", again="9 per minute")))
    form = carried(place.refused())
    clock.now += 10
    assert place.post(data=form).status_code == 200
    again = place.post(data=form)
    assert wait(again) == 20
    assert carried(again)[waiting.FIELD] != form[waiting.FIELD]
    clock.now += 20
    assert place.post(data=carried(again)).status_code == 200


@pytest.mark.parametrize("forged", ["", "x", ".", "filing.0.0.a." + "0" * 64, "filing.0.0.é.ê"])
def test_a_forged_ticket_is_none(app: Flask, clock: Clock, forged: str) -> None:
    place = Place(app)
    place.refused()
    clock.now += 10
    answer = place.post(data=LETTER | {waiting.FIELD: forged})
    assert wait(answer) == 10
    assert carried(answer)[waiting.FIELD] != forged


def test_a_ticket_whose_moment_was_changed_is_none(app: Flask) -> None:
    place = Place(app)
    form = carried(place.refused())
    form[waiting.FIELD] = form[waiting.FIELD].replace(str(int(HOUR) + 10), str(int(HOUR)))
    assert wait(place.post(data=form)) == 10


def test_a_ticket_for_something_else_or_from_long_ago_is_none(app: Flask, clock: Clock) -> None:
    place = Place(app)
    form = carried(place.refused("/nop"))
    place.refused("/ma")
    clock.now += 10
    assert wait(place.post("/ma", form)) == 10
    ticket = waiting.Ticket.new(Scope.FILING, 0, HOUR)
    assert not ticket.is_over(ticket.not_before + 3600)
    assert ticket.is_over(ticket.not_before + 3601)


def test_each_further_wait_is_longer_up_to_a_minute(app: Flask, clock: Clock) -> None:
    place = Place(app)
    answer, waits = place.refused(), []
    rival = carried(place.post())
    clock.now += 10
    assert place.post(data=rival).status_code == 200  # the lane lets one pass in a minute
    for _ in range(5):
        waits.append(wait(answer))
        answer = place.post(data=carried(answer))
        clock.now += wait(answer)
    assert waits == [10, 20, 40, 60, 60]


def test_the_lane_behind_the_wait_is_each_networks_own(app: Flask, clock: Clock) -> None:
    here, elsewhere = Place(app), Place(app, ELSEWHERE)
    forms = [carried(here.refused()), carried(here.post())]
    other = carried(elsewhere.refused())
    clock.now += 10
    assert [here.post(data=form).status_code for form in forms] == [200, 429]
    assert elsewhere.post(data=other).status_code == 200


def test_files_are_not_carried_nor_even_read(app: Flask) -> None:
    place = Place(app)
    place.refused("/tep")

    class Unread(BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            pytest.fail("was read")

    for path, link in {"/tep": "", "/them": "", "/bo": "/dau"}.items():
        answer = place.post(
            path,
            None,
            input_stream=Unread(b"x"),
            content_length=10**9,
            content_type="multipart/form-data; boundary=x",
        )
        page = Page.of(answer.text)
        assert (answer.status_code, wait(answer)) == (429, 10)
        assert "chọn tệp và gửi lại" in page.text
        assert "form" not in {tag for tag, _ in page.elements}
        assert page.links() == [link]


@pytest.mark.parametrize("length", [512 * 1024, 3 * 512 * 1024 + 1])
def test_what_is_too_long_to_carry_is_said_in_words(app: Flask, length: int) -> None:
    place = Place(app)
    place.refused()
    answer = place.post(data={"noi_dung": "a" * length})
    page = Page.of(answer.text)
    assert (answer.status_code, wait(answer)) == (429, 10)
    assert "nút Quay lại của trình duyệt" in page.text
    assert "form" not in {tag for tag, _ in page.elements}
    assert len(answer.text) < 10_000


def test_half_a_mebibyte_in_vietnamese_is_carried(app: Flask) -> None:
    text = "ữ" * (512 * 1024 // 3 - 10)
    assert carried(Place(app).refused(data={"noi_dung": text}))["noi_dung"] == text


def test_what_the_application_finds_too_large_is_counted_too(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100
    place = Place(app)
    large = {"noi_dung": "a" * 101}
    assert [place.post(data=large).status_code for _ in range(3)] == [413, 413, 429]


def protected(app: Flask) -> Flask:
    CSRFProtect(app)
    app.add_url_rule("/the", "the", generate_csrf)
    return app


def test_what_csrf_refuses_has_been_counted(make: Make) -> None:
    place = Place(protected(make()))
    assert [place.post().status_code for _ in range(3)] == [400, 400, 429]


def test_the_token_of_csrf_survives_the_wait_and_a_wrong_one_stays_wrong(
    make: Make, clock: Clock
) -> None:
    place = Place(protected(make(Budgets(filing="1 per minute"))))
    token = place.get("/the").text
    forms = [carried(place.refused(data={"csrf_token": sent})) for sent in (token, "x.y.z")]
    clock.now += 10
    assert [place.post(data=form).status_code for form in forms] == [200, 400]


@pytest.mark.parametrize("make", ["redis"], indirect=True)
def test_processes_with_one_redis_share_counts_and_tickets(make: Make, clock: Clock) -> None:
    one, other = Place(make()), Place(make())
    form = carried(one.refused())
    assert other.post().status_code == 429
    clock.now += 10
    assert other.post(data=form).status_code == 200
    assert one.post(data=form).status_code == 429


@pytest.mark.parametrize("make", ["redis"], indirect=True)
def test_nothing_in_redis_tells_an_address_and_all_of_it_is_soon_gone(
    make: Make, clock: Clock, redis_url: str
) -> None:
    app = make()
    place = Place(app)
    form = carried(place.refused())
    clock.now += 10
    place.get()
    place.post(data=form)
    with redis.from_url(redis_url) as client:
        keys = list(client.scan_iter(f"dangvan:{app.name}:*"))
        assert len(keys) == 6  # two secrets; pages, filings, the lane, one spent ticket
        for key in keys:
            kept = client.get(key) if client.type(key) == b"string" else b""
            kept = kept or b"".join(client.lrange(key, 0, -1))
            for planted in (HERE.encode(), b"203.0.113", bytes([203, 0, 113]), b"noi_dung"):
                assert planted not in key + kept
            longest = 86400 if b":ticket:" in key else 3600
            assert 0 < client.ttl(key) <= longest


def test_without_redis_the_process_counts_for_itself(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    app = made("mot-minh", FEW, NOBODY, clock)
    place = Place(app)
    form = carried(place.refused())
    assert Place(app, ELSEWHERE).post().status_code == 200
    clock.now += 10
    assert place.post(data=form).status_code == 200
    written = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "falling back to in-memory storage" in written
    assert HERE not in written
    assert "203.0.113" not in written


@pytest.mark.parametrize("make", ["redis"], indirect=True)
def test_when_redis_goes_away_the_site_goes_on(make: Make) -> None:
    app = make()
    place = Place(app)
    assert place.post().status_code == 200
    limiter: Limiter = next(iter(app.extensions["limiter"]))
    pool = limiter.storage.storage.connection_pool  # type: ignore[attr-defined]
    pool.connection_kwargs["port"] = 1
    pool.disconnect()
    pool.reset()
    assert [place.post().status_code for _ in range(3)] == [200, 200, 429]
    assert place.get().status_code == 200


def test_nothing_of_who_asks_or_writes_is_logged(
    app: Flask, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.set_up()
    caplog.set_level(logging.DEBUG)
    place = Place(app)
    for _ in range(5):
        place.get()
        place.post()
    written = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    written += "".join(capfd.readouterr())
    for planted in (HERE, "203.0.113", "exceeded", "noi_dung"):
        assert planted not in written


def test_a_budget_that_cannot_be_understood_stops_the_start() -> None:
    with pytest.raises(ValueError, match="couldn't parse"):
        Budgets(page="nhiều")
