"""The hand-over to the police at real browsers, and what comes out of its files."""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

import pypdfium2

from papers.manifest import Manifest
from papers.package import MANIFEST, SIGNATURE
from tests.browser.officer import Officer
from tests.browser.visit import Visit
from tests.cleaning.kit import everything_in

SUMMARY = "Danh sách nhận tiền có tên người không có thật."
_DOSSIER = re.compile(r"/(?:da-chuyen|ho-so-chuyen)/([0-9a-f-]{36})")


def hand_over(head: Officer, case: str, reasons: Mapping[str, str], **letter: str) -> str:
    """Hand a case over with all of its files, as a careful head does; return the dossier's id.

    `reasons`: what speaks for each article. `letter`: further fields of the form.
    """
    visit, page = head.visit, head.visit.page
    visit.go(f"/desk/ho-so/{case}")
    visit.click(page.locator('main a[href$="/chuyen-cong-an"]').first)
    fields = {f"reason_{article}": text for article, text in reasons.items()}
    for name, value in {"template": "tin_bao", "summary": SUMMARY, **fields, **letter}.items():
        head.fill(name, value)
    for box in page.locator('main [name^="file_"], main [name^="seen_"]').all():
        box.check()
    visit.press("Xem trước văn bản")
    assert "Chưa chuyển. Chuyển rồi không thu lại được" in page.locator("main").inner_text()
    for paper in page.locator('main a[href*="/van-ban/"]').all():
        opened(visit, str(paper.get_attribute("href")), ".pdf")
    visit.press("Xác nhận chuyển")
    assert "Đã chuyển hồ sơ" in page.locator("main").inner_text()
    return dossier_at(visit.path)


def dossier_at(path: str) -> str:
    """Return the identifier of the dossier that an address names."""
    found = _DOSSIER.search(path)
    assert found, path
    return found[1]


def opened(visit: Visit, address: str, name: str) -> bytes:
    """Return a file that this person may have; a PDF file has been opened and has pages."""
    answer = visit.page.context.request.get(visit.address + address)
    assert answer.status == 200
    content = answer.body()
    if name.endswith(".pdf"):
        with pypdfium2.PdfDocument(content) as pdf:
            assert len(pdf)
    return content


def files(visit: Visit) -> dict[str, bytes]:
    """Return the files of the dossier on the page that is open, by their names."""
    links = visit.page.locator("main ul.files a", has_text="Tải về")
    names = visit.page.locator("main ul.files .name").all_inner_texts()
    addresses = [str(each.get_attribute("href")) for each in links.all()]
    return {
        name: opened(visit, address, name) for name, address in zip(names, addresses, strict=True)
    }


def agrees_with_its_manifest(found: Mapping[str, bytes]) -> bool:
    """Tell whether the manifest names all files but itself and its signature, with their hashes."""
    named = {each.name: each.sha256 for each in Manifest.from_bytes(found[MANIFEST]).files}
    return named == {
        name: sha256(content).hexdigest()
        for name, content in found.items()
        if name not in {MANIFEST, SIGNATURE}
    }


def told(name: str, content: bytes) -> str:
    """Return all that somebody can get out of a file: its bytes, unpacked, and its text."""
    text = everything_in(content).decode("utf-8", "replace")
    if name.endswith(".pdf"):
        with pypdfium2.PdfDocument(content) as pdf:
            text += "\n".join(each.get_textpage().get_text_range() for each in pdf)
            text += str(pdf.get_metadata_dict())
    return text


def words_in(texts: Iterable[str], words: Iterable[str]) -> list[str]:
    """Return those of the words that stand in one of the texts, also with a line break in them."""
    spaced = [" ".join(each.split()) for each in texts]
    return [word for word in words if any(word in each for each in spaced)]
