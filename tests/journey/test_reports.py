"""Sixty reports go in through a real server; each is found again, and nothing of them lies open."""

import json
import zlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes
from struct import pack
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from records.base import Base
from records.case import Case, CaseFile
from records.held import HeldBlob
from records.identity import Identity
from records.session import SessionRow
from records.settings import Settings
from records.work import Store, opened, reading, writing
from rules.book import Rules
from tests.journey import dump
from tests.journey.conftest import make
from tests.journey.dump import SPELLINGS, Needles
from tests.journey.reporter import File, Reporter, Wired
from tests.journey.server import Served, serving
from triage.text import plain
from web import clock

DATA = Path(__file__).parents[1] / "data" / "reports-dev.jsonl"
REPORTS = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
BROWSER = "Mozilla/5.0 (TrinhDuyetCuaNguoiGui 7.3.1; rv:99)"
#: What the proxy in front says, and where the connection comes from.
CLIENT, NEIGHBOUR = "203.0.113.{}", "127.81.93.7"
#: So many write at the same time.
CLIENTS = 4
ACCUSED = "Ông Nguyễn Văn Nhận Phong Bì, phó phòng"
NAME, CONTACT = "Trần Thị Người Gửi Đơn", "0905 123 456 sau giờ hành chính"
MESSAGE = "Tôi bổ sung: người đó lại gọi điện tối qua, về việc {}"
RETALIATION = "Từ hôm gửi đơn họ đã dọa cắt thi đua của tôi và vợ tôi"


@dataclass
class Sent:
    """What was sent, and what came back."""

    codes: list[str] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    files: int = 0
    named: int = 0


def picture(words: str) -> bytes:
    """Return a small PNG with a comment in it, as a camera would leave one."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    head = pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    lines = zlib.compress(b"\0" + b"\xff\0\0" * 2 + b"\0" + b"\0\xff\0" * 2)
    comment = b"Comment\0\0\0\0\0" + words.encode()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"iTXt", comment)
        + chunk(b"IDAT", lines)
        + chunk(b"IEND", b"")
    )


def send_all(served: Served) -> Sent:
    """Send every report, several at a time, and look at each again with its code alone."""
    sent = Sent()
    with ThreadPoolExecutor(CLIENTS) as pool:
        numbered = range(len(REPORTS))
        sent.codes = list(pool.map(lambda number: _send(served, number, sent), numbered))
    sent.texts |= {ACCUSED, NAME, CONTACT, RETALIATION}
    return sent


def _send(served: Served, number: int, sent: Sent) -> str:
    report = REPORTS[number]
    address = CLIENT.format(number + 1)
    headers = {"User-Agent": BROWSER, "X-Forwarded-For": address, "Accept-Language": "vi"}
    sent.texts |= {report["text"], plain(report["text"])}
    with closing(Wired("127.0.0.1", served.port, headers, (NEIGHBOUR, 0))) as browser:
        reporter = Reporter(browser, "/en" if number % 7 == 6 else "")
        code = reporter.file(_answers(number, report), _files(number, report, sent), times=2)
        assert reporter.open(code).form_to("/hop-thu/loi-nhan")
        if number % 5 == 0:
            message = MESSAGE.format(report["text"][:80])
            assert " ".join(message.split()) in reporter.write(message).text
            sent.texts.add(message)
        if number % 15 == 0:
            _say_more(reporter, sent)
        opened_with = dict(browser.cookies)
        reporter.leave()
        assert browser.cookies != opened_with
    return code


def _answers(number: int, report: dict[str, str]) -> dict[str, str | list[str]]:
    answers: dict[str, str | list[str]] = {
        "intent": report["kind"],
        "category": report["category"],
        "story": report["text"],
        "body": f"subject:{report['subject']}",
    }
    if number % 3 == 0:
        answers |= {"accused": ACCUSED, "known_by": ["seen", "papers"], "fear": "some"}
    if number % 4 == 0:
        answers |= {"disclosure": "confidential", "name": NAME, "contact": CONTACT}
    return answers


def _files(number: int, report: dict[str, str], sent: Sent) -> list[File]:
    text = f"Chép lại đầy đủ:\n{report['text']}\n" * 40
    choices = {
        0: [File("bien-ban-cuoc-gap-rieng.txt", text.encode())],
        3: [File("anh-chup-phong-bi-xanh.png", picture(report["text"]))],
    }
    files = choices.get(number % 6, [])
    sent.files += len(files)
    sent.named += number % 4 == 0
    sent.texts |= {file.name for file in files}
    return files


def _say_more(reporter: Reporter, sent: Sent) -> None:
    alarm = reporter.visit("/hop-thu/bao-dong").form_with("forms")
    reporter.send(alarm, {"forms": alarm.offered["forms"][:2], "text": RETALIATION})
    more = next(form for form in reporter.visit("/hop-thu/them-tep").forms if form.takes_files)
    late = File("bang-ghi-am-chep-tay.txt", RETALIATION.encode())
    page = reporter.send(more, files=[late])
    assert late.name in page.text
    sent.files += 1
    sent.texts.add(late.name)


@pytest.fixture
def served(settings: Settings, law: Rules, tmp_path: Path) -> Iterator[Served]:
    make(settings, law)
    with serving(settings, tmp_path) as server:
        yield server


@pytest.fixture
def store(settings: Settings, served: Served) -> Iterator[Store]:  # noqa: ARG001
    with opened(settings) as store:
        yield store


def everything(store: Store, served: Served) -> Iterator[tuple[str, bytes]]:
    """Yield all rows, and all that lies in the folder of the test: home, temporary files, log."""
    yield from dump.rows(store.engine)
    yield from dump.files(served.folder)


def needles_of(sent: Sent) -> Needles:
    """Return all that must not be found: the texts, the codes, and who sent them from where."""
    codes = {*sent.codes, *(code.replace("-", "") for code in sent.codes)}
    lower = {code.lower() for code in codes}
    return Needles([*sent.texts, *codes, *lower, BROWSER])


def count(store: Store, table: type[Base]) -> int:
    with reading(store) as work:
        return work.session.execute(select(func.count()).select_from(table)).scalar_one()


def test_sixty_reports_are_filed_once_each_found_again_and_nowhere_readable(
    served: Served, store: Store
) -> None:
    sent = send_all(served)
    assert len(set(sent.codes)) == len(REPORTS) == 60
    assert count(store, Case) == 60
    assert count(store, CaseFile) == sent.files
    assert count(store, Identity) == sent.named
    assert count(store, HeldBlob) == 0
    with reading(store) as work:
        query = select(Case.category, func.count().label("count")).group_by(Case.category)
        categories = {row.category: row.count for row in work.session.execute(query)}
        assert categories == Counter(report["category"] for report in REPORTS)

    needles, looked_at = needles_of(sent), 0
    addresses = [CLIENT.format("").encode(), NEIGHBOUR.encode()]
    for place, content in everything(store, served):
        looked_at += len(content)
        assert needles.found_in(content) is None, place
        assert not any(address in content for address in addresses), place
    assert looked_at > 500_000
    assert not list((served.folder / "tmp").iterdir())

    # The same search finds what is planted: in a row, in a file, in what the server said.
    story, said = REPORTS[-1]["text"][30:70], served.folder / "said"
    with writing(store) as work:
        row = SessionRow(id=uuid4(), sealed=story.encode("utf-16-le"), expires_on=clock.today())
        work.session.add(row)
    careless = served.folder / "tmp" / "careless"
    careless.write_bytes(b"{" + SPELLINGS["escaped as JSON"](story))
    said.write_bytes(said.read_bytes() + f"opened with {sent.codes[7]}".encode())
    found = {place for place, content in everything(store, served) if needles.found_in(content)}
    assert {"session.sealed", str(careless), str(said)} <= found


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_search_finds_twelve_characters_in_every_spelling(spelling: str) -> None:
    texts = [report["text"] for report in REPORTS]
    needles, noise = Needles(texts), token_bytes(5000) + b"\xff"
    assert needles.found_in(noise) is None
    for text in texts[::10]:
        piece = SPELLINGS[spelling](text[40:52])
        assert needles.found_in(noise + piece + noise) is not None
        assert needles.found_in(noise + piece[:-1]) is None
