"""The public pages: whole in themselves, Vietnamese, and the same for everybody."""

import re
import unicodedata

import pytest
from flask.testing import FlaskClient

from ledger.checkpoint import open_checkpoint
from ledger.note import Verifier
from records.work import Store
from tests.web.page import Page
from triage import certificate, public
from web.app import Parts

PAGES = [
    *("/", "/thoi-han", "/nhat-ky", "/cach-xu-ly", "/luu-gi", "/so-lieu", "/khong-co"),
    *("/gui", "/gui/loai", "/gui-nhanh", "/hop-thu"),
]


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, citizen: FlaskClient) -> Page:
    return Page.of(citizen.get(request.param).text)


def test_a_page_needs_nothing_from_elsewhere(page: Page) -> None:
    assert all(address.startswith(("/", "#")) for address in page.addresses())
    assert not any(address.startswith("//") for address in page.addresses())


def test_a_page_has_no_inline_script_or_style_and_one_script_of_our_own(page: Page) -> None:
    assert not {tag for tag, _ in page.elements} & {"style", "iframe", "object"}
    scripts = [attributes for tag, attributes in page.elements if tag == "script"]
    assert scripts == [{"src": "/static/leave.js", "defer": ""}]
    names = {name for _, attributes in page.elements for name in attributes}
    assert not {name for name in names if name == "style" or name.startswith("on")}


def test_the_first_link_of_a_page_leaves_it(page: Page) -> None:
    assert page.links()[:2] == ["/thoat", "#noi-dung"]


def test_a_page_is_marked_as_vietnamese_and_has_one_heading(page: Page) -> None:
    tags = [tag for tag, _ in page.elements]
    assert ("html", {"lang": "vi"}) in page.elements
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1


def test_links_lead_to_something(page: Page, citizen: FlaskClient) -> None:
    ids = page.ids()
    assert len(ids) == len(set(ids))
    for address in page.addresses():
        if address.startswith("#"):
            assert address[1:] in ids
        else:
            with citizen.open(address) as answer:
                assert answer.status_code in {200, 303}


def test_pictures_say_what_they_show_or_that_they_show_nothing(page: Page) -> None:
    assert all("alt" in attributes for tag, attributes in page.elements if tag == "img")


def test_text_is_in_normal_form(page: Page) -> None:
    assert unicodedata.is_normalized("NFC", page.text)


def test_the_quick_exit_leads_to_a_neutral_site_at_once(citizen: FlaskClient) -> None:
    answer = citizen.get("/thoat")
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://vnexpress.net/")
    assert not answer.data


def test_the_checkpoint_is_the_signed_one_and_the_instances_key_verifies_it(
    citizen: FlaskClient, instance: Store
) -> None:
    head = public.log_head(instance)
    answer = citizen.get("/checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.data == head.note.encode()
    checkpoint, _ = open_checkpoint(answer.text, Verifier.from_text(head.checkpoint_key))
    assert (checkpoint.origin, checkpoint.size) == (head.origin, head.size)


def test_offices_get_the_certificate_that_they_check_dossiers_with(
    citizen: FlaskClient, instance: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = citizen.get("/chung-thu-ky-so")
    assert answer.data == certificate.public(instance)

    def none(_store: Store) -> bytes:
        raise certificate.NoCertificate

    monkeypatch.setattr(certificate, "public", none)
    assert citizen.get("/chung-thu-ky-so").status_code == 404


def test_the_page_of_the_log_shows_what_is_needed_to_check_a_proof(
    citizen: FlaskClient, instance: Store
) -> None:
    head = public.log_head(instance)
    text = Page.of(citizen.get("/nhat-ky").text).text
    shown = {head.origin, head.checkpoint_key, head.promise_key}
    assert not {value for value in shown if value not in text}
    assert re.search(rf"Số dòng đã ghi {head.size} ", text)
    assert head.issued_on.strftime("%d/%m/%Y") in text


@pytest.mark.parametrize("path", ["/nhat-ky", "/checkpoint"])
def test_a_log_without_a_checkpoint_has_no_page(
    citizen: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("triage.sequencer.latest", lambda _session: None)
    assert citizen.get(path).status_code == 404


@pytest.mark.parametrize("client", ["citizen", "inspector"])
def test_health_is_one_word(
    client: str,
    request: pytest.FixtureRequest,
    parts: Parts,
) -> None:
    caller: FlaskClient = request.getfixturevalue(client)
    answer = caller.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    with parts.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE instance RENAME TO away")
    try:
        answer = caller.get("/healthz")
    finally:
        with parts.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO instance")
    assert (answer.status_code, answer.text) == (503, "unavailable")
