"""Two languages: every message has its English, and English pages are English throughout."""

import re
from collections.abc import Sequence
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from rules.book import Rules
from tests.web.page import VOID, Page

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
#: Letters that Vietnamese has and English does not.
VIETNAMESE = re.compile(r"[À-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*\d*(?:\.\d+)?([a-z])")
#: What stays Vietnamese in an English text: names, and the numbers of legal texts.
NAMES = re.compile(r"\bĐăng Văn\b|\bHuế\b|\b\d+/\d{4}/[A-ZĐ-]+")

PUBLIC = [
    *("/", "/thoi-han", "/cach-xu-ly", "/luu-gi", "/so-lieu", "/nhat-ky"),
    *("/gui", "/gui?het_han=1", "/gui-nhanh", "/hop-thu", "/hop-thu?da_dong=1"),
    *("/khong-co", "/gui/khong-co"),
]


@pytest.fixture(scope="module")
def messages() -> list[str | tuple[str, ...]]:
    """What the code and the templates say, as `pybabel extract` finds it."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    more = parse_keywords(["_l", "lazy_gettext", "ngettext:1,2"])
    found = extract_from_dir(
        ROOT, methods, options, keywords=DEFAULT_KEYWORDS | more, strip_comment_tags=False
    )
    return [message for _file, _line, message, _comments, _context in found]


@pytest.fixture(scope="module")
def english() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, abort_invalid=True)


@pytest.fixture(scope="module")
def translated(english: Catalog) -> list[Message]:
    return [message for message in english if message.id]


def texts(of: str | Sequence[str] | None) -> tuple[str, ...]:
    return (of,) if isinstance(of, str) else tuple(of or ())


def entries(compiled: IO[bytes]) -> dict[object, str]:
    """What a compiled catalogue holds, but its header: that tells when it was made."""
    held = dict(vars(GNUTranslations(compiled))["_catalog"])
    del held[""]
    return held


def placeholders(text: str) -> set[tuple[str, str]]:
    return {(name, kind) for name, kind in PLACEHOLDER.findall(text)}


def test_every_message_is_in_the_english_catalogue_and_no_other(
    messages: list[str | tuple[str, ...]], translated: list[Message]
) -> None:
    said, known = {texts(each) for each in messages}, {texts(each.id) for each in translated}
    assert len(said) > 400
    assert sorted(said - known) == [], "not translated yet"
    assert sorted(known - said) == [], "nothing says this any more"


def test_every_translation_is_there_and_certain(
    english: Catalog, translated: list[Message]
) -> None:
    forms = {texts(message.id): texts(message.string) for message in translated}
    assert not [said for said, given in forms.items() if len(said) != len(given)]
    assert not [said for said, given in forms.items() if not all(text.strip() for text in given)]
    assert not [message.id for message in translated if message.fuzzy]
    assert not english.obsolete


def test_placeholders_are_the_same_in_both_languages(translated: list[Message]) -> None:
    pairs = [
        (said, text)
        for message in translated
        for said in texts(message.id)
        for text in texts(message.string)
    ]
    assert any(placeholders(said) for said, _text in pairs)
    assert not [pair for pair in pairs if placeholders(pair[0]) != placeholders(pair[1])]


def test_a_text_begins_and_ends_in_english_as_it_does_in_vietnamese(
    translated: list[Message],
) -> None:
    ends = {
        (texts(message.id)[0], text)
        for message in translated
        for text in texts(message.string)
        if (text[-1] in ".:?") != (texts(message.id)[0][-1] in ".:?")
        or text != text.strip()
        or "  " in text
    }
    assert not ends


def test_translations_are_english(translated: list[Message]) -> None:
    said = [text for message in translated for text in texts(message.string)]
    assert not [text for text in said if VIETNAMESE.search(NAMES.sub("", text))]


def test_the_compiled_catalogue_is_what_the_catalogue_says(english: Catalog) -> None:
    fresh = BytesIO()
    write_mo(fresh, english)
    fresh.seek(0)
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        kept, made = entries(file), entries(fresh)
    assert len(made) > 400
    assert kept == made, "run: pybabel compile -d translations"


class Speech(Page):
    """What a page says in the language of the page: no element marked as another language."""

    def __init__(self) -> None:
        super().__init__()
        self.languages: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        language = dict(attrs).get("lang") or "".join(self.languages[-1:])
        if language == "en":
            self.said += [value for _, value in attrs if value]
        if tag not in VOID:
            self.languages.append(language)
        super().handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.languages.pop()
        super().handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if self.languages[-1:] == ["en"]:
            self.said.append(data)
        super().handle_data(data)


@pytest.fixture(scope="module")
def names(law: Rules) -> re.Pattern[str]:
    """The proper names: of the city, its wards and communes, and of legal texts."""
    words = (word for unit in law.units for word in re.findall(r"\w+", unit.en))
    places = sorted({word for word in words if VIETNAMESE.search(word)})
    return re.compile(rf"{NAMES.pattern}|\b(?:{'|'.join(places)})\b")


def vietnamese_in(html: str, names: re.Pattern[str]) -> list[str]:
    page = Speech.of(html)
    assert ("html", {"lang": "en"}) in page.elements
    assert page.said
    return [text for text in page.said if VIETNAMESE.search(names.sub("", text))]


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_below_en_is_in_english(
    citizen: FlaskClient, names: re.Pattern[str], path: str
) -> None:
    assert not vietnamese_in(citizen.get(f"/en{path}").text, names)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_says_nothing_english_in_vietnamese(
    citizen: FlaskClient, translated: list[Message], path: str
) -> None:
    long = {text for each in translated for text in texts(each.string) if text.count(" ") > 2}
    said = Page.of(citizen.get(path).text).text
    assert not [text for text in long if text in said]


#: The answers that show every question, by the end of its address.
ANSWERS: dict[str, dict[str, str]] = {
    "loai": {"intent": "to_cao"},
    "linh-vuc": {"category": "land"},
    "noi-dung": {"story": "An official asked for money."},
    "dia-ban": {"ward": ""},
    "co-quan": {"body": "subject:other", "organisation": "A school"},
    "nguoi-lien-quan": {"accused": "The head", "position": "staff"},
    "thoi-gian": {"when": "In May", "ongoing": "past"},
    "thiet-hai": {"money": "30 million", "land": "200 square metres"},
    "vi-sao-biet": {"known_by": "seen", "known_note": "A letter"},
    "lo-ngai": {"fear": "some", "fear_note": "The head"},
    "danh-tinh": {"disclosure": "confidential"},
    "lien-he": {"name": "Somebody", "address": "Here", "contact": "There"},
}


class Visit:
    """A visit in English that keeps every page it sees."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.seen: dict[str, str] = {}

    def look(self, address: str) -> str:
        with self.client.get(address) as answer:
            assert answer.status_code == 200, address
            return self.keep(address, answer.get_data(as_text=True))

    def keep(self, address: str, html: str) -> str:
        return self.seen.setdefault(f"{address} ({len(self.seen)})", html)

    def send(self, page: str, given: dict[str, Any], to: str = "") -> str:
        """Send a form of a page; return where that leads, "" if the page comes again."""
        token = re.findall(r'name="csrf_token"[^>]* value="([^"]+)"', self.look(page))[0]
        with_file = any(isinstance(value, tuple) for value in given.values())
        kind = "multipart/form-data" if with_file else "application/x-www-form-urlencoded"
        data = {"csrf_token": token} | given
        with self.client.post(to or page, data=data, content_type=kind) as answer:
            assert answer.status_code in {200, 303, 422}, page
            if answer.status_code != 303:
                self.keep(to or page, answer.get_data(as_text=True))
            return answer.headers.get("Location", "").partition("#")[0]

    def report(self) -> str:
        """Answer every question, first with nothing, and return the receipt code."""
        address = "/en/gui/loai"
        for slug, answer in ANSWERS.items():
            assert address == f"/en/gui/{slug}"
            if slug in {"loai", "linh-vuc", "noi-dung", "danh-tinh", "lien-he"}:
                assert not self.send(address, {})
            if slug == "co-quan":
                for wanted in ("school", "nowhere at all"):
                    self.send(address, {"find": wanted, "search": "1"})
            address = self.send(address, answer)
            if slug == "vi-sao-biet":
                assert address == "/en/gui/tep"
                for name, content in (("", b""), ("none.txt", b""), ("strange", b"\x7fELF\0")):
                    assert not self.send(address, {"files": (BytesIO(content), name)}), name
                assert self.send(address, {"files": (BytesIO(b"Words."), "words.txt")}) == address
                address = self.send(address, {"files": (BytesIO(), "")}, f"{address}/tiep")
        assert address == "/en/gui/kiem-tra"
        assert self.send(address, {}) == "/en/bien-nhan"
        code = str(re.findall(r"<code>([\w-]+)</code>", self.look("/en/bien-nhan"))[0])
        assert not self.send("/en/bien-nhan", {"group": "0000"})
        assert self.send("/en/bien-nhan", {"group": code.split("-")[2]})
        self.look("/en/bien-nhan")
        return code

    def mailbox(self, code: str) -> None:
        """Open the mailbox, do all that can be done in it, each first with nothing, and close."""
        box = "/en/hop-thu"
        for wrong in ("", "12", "!" * 24, code[:-1] + ("0" if code[-1] != "0" else "1")):
            assert not self.send(box, {"code": wrong})
        assert self.send(box, {"code": code}) == box
        acts: dict[str, dict[str, Any]] = {
            "loi-nhan": {"text": "More words."},
            "them-tep": {"files": (BytesIO(b"Words."), "words.txt")},
            "danh-tinh": ANSWERS["lien-he"],
            "bao-dong": {"text": "They called me."},
            "rut": {"sure": "y", "reason": "None"},
        }
        for act, given in acts.items():
            page, address = (box if act == "loi-nhan" else f"{box}/{act}"), f"{box}/{act}"
            nothing = {"files": (BytesIO(), "")} if act == "them-tep" else {}
            assert not self.send(page, nothing, address), act
            assert self.send(page, given, address) == box, act
        self.look(box)
        self.look(self.send(box, {}, f"{box}/dong"))


def test_a_report_and_its_mailbox_are_in_english_throughout(
    citizen: FlaskClient, names: re.Pattern[str]
) -> None:
    visit = Visit(citizen)
    visit.mailbox(visit.report())
    visit.keep("closed", citizen.get("/en/hop-thu/rut").text)
    assert len(visit.seen) > 50
    found = {address: vietnamese_in(html, names) for address, html in visit.seen.items()}
    assert not {address: texts for address, texts in found.items() if texts}
