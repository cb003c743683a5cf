"""Office files keep what readers see and lose who wrote it, when, where and with what."""

import io
import posixpath
import zipfile
from collections.abc import Callable

import pytest
from lxml import etree
from PIL import Image

from cleaning import FileRefused, Refusal
from cleaning.kinds import DOC, DOCX, ODP, ODS, ODT, PPT, PPTX, XLS, XLSX
from tests.cleaning.documents import docx, odf, pptx, rels, types, xlsx
from tests.cleaning.kit import PLANTED, cleaned, everything_in, taken, zipped

MAKERS: dict[str, Callable[[], bytes]] = {"docx": docx, "xlsx": xlsx, "pptx": pptx, "odt": odf}
KINDS = {"docx": DOCX, "xlsx": XLSX, "pptx": PPTX, "odt": ODT}
ODF = "application/vnd.oasis.opendocument."


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def reason(content: bytes) -> Refusal:
    with pytest.raises(FileRefused) as refused:
        taken(content)
    return refused.value.reason


@pytest.mark.parametrize("name", MAKERS)
def test_an_office_file_loses_all_that_is_hidden_in_it(name: str) -> None:
    content = MAKERS[name]()
    assert everything_in(content).count(PLANTED) > 8
    assert taken(content).kind == KINDS[name]
    assert PLANTED not in everything_in(cleaned(content))


@pytest.mark.parametrize("name", MAKERS)
def test_every_part_of_a_clean_office_file_is_well_formed_and_undated(name: str) -> None:
    content = cleaned(MAKERS[name]())
    for part, data in opened(content).items():
        if part.endswith((".xml", ".rels", ".vml")):
            etree.fromstring(data)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not archive.comment


@pytest.mark.parametrize("name", ["docx", "xlsx", "pptx"])
def test_every_arrow_in_a_clean_ooxml_file_leads_somewhere(name: str) -> None:
    parts = opened(cleaned(MAKERS[name]()))
    typed = parts["[Content_Types].xml"].decode()
    for path, data in parts.items():
        if path.endswith(".rels"):
            owner = path.replace("_rels/", "").removesuffix(".rels")
            folder = owner.rpartition("/")[0]
            known = set()
            for relation in etree.fromstring(data):
                known.add(relation.get("Id"))
                if relation.get("TargetMode") != "External":
                    assert resolved(folder, relation.get("Target")) in parts
            if owner:
                used = etree.fromstring(parts[owner]).xpath(
                    "//@*[contains(namespace-uri(), '/relationships') or local-name()='relid']"
                )
                assert set(used) <= known
        elif path.endswith(".xml") and path != "[Content_Types].xml":
            assert f'"/{path}"' in typed
        elif path != "[Content_Types].xml":
            assert f'"{path.rpartition(".")[2]}"' in typed or f'"/{path}"' in typed


def resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


@pytest.mark.parametrize(
    ("name", "part", "texts"),
    [
        (
            "docx",
            "word/document.xml",
            ["What the letter says.", "Added later.", "Struck out.", "A local file", "DDE result"],
        ),
        ("docx", "word/comments.xml", ["What the comment says.", "Author 1"]),
        ("xlsx", "xl/strings.xml", ["What the cell says"]),
        ("xlsx", "xl/sheet1.xml", ["<v>42</v>", "SUM(Table1[Sum],B1)"]),
        ("xlsx", "xl/comments1.xml", ["What the comment says.", "Author 1:"]),
        ("pptx", "ppt/slides/slide1.xml", ["What the slide says"]),
        ("pptx", "ppt/comments/comment1.xml", ["What the comment says"]),
        ("pptx", "ppt/commentAuthors.xml", ["Author 1"]),
        ("odt", "content.xml", ["What the letter says", " and goes on.", "What the comment says"]),
        ("odt", "content.xml", ["https://example.vn/", "A file", "Author 1", "Author 2"]),
    ],
)
def test_what_readers_see_stays(name: str, part: str, texts: list[str]) -> None:
    data = opened(cleaned(MAKERS[name]()))[part].decode()
    for text in texts:
        assert text in data


@pytest.mark.parametrize("name", ["docx", "pptx", "odt"])
def test_pictures_in_office_files_are_drawn_anew(name: str) -> None:
    parts = opened(cleaned(MAKERS[name]()))
    pictures = [data for part, data in parts.items() if part.endswith(".jpg")]
    assert len(pictures) == 1
    with Image.open(io.BytesIO(pictures[0])) as image:
        assert image.size == (64, 48)
        assert not image.getexif()


def test_a_drawing_that_cannot_be_cleaned_leaves_an_empty_place() -> None:
    parts = opened(cleaned(docx()))
    assert [part for part in parts if part.endswith(".png")] == ["word/media/image2.png"]


def test_fields_that_reach_out_lose_their_instruction_and_keep_their_result() -> None:
    document = opened(cleaned(docx()))["word/document.xml"]
    assert b"PA</w:instrText>" in document
    assert b"Included text" in document
    assert b"DDEAUTO" not in document


def test_formulas_that_reach_out_leave_their_last_value() -> None:
    sheet = etree.fromstring(opened(cleaned(xlsx()))["xl/sheet1.xml"])
    formulas = [element.text for element in sheet.iter("{*}f")]
    assert formulas == ["SUM(Table1[Sum],B1)"]
    assert [element.text for element in sheet.iter("{*}v")] == ["0", "42", "43", "1", "44"]


def test_a_document_with_macros_becomes_one_without() -> None:
    macros = docx("application/vnd.ms-word.document.macroEnabled.main+xml")
    assert taken(macros).kind == DOCX
    assert b"macroEnabled" not in everything_in(cleaned(macros))


@pytest.mark.parametrize(
    ("mime", "kind"), [(ODF + "text", ODT), (ODF + "spreadsheet", ODS), (ODF + "presentation", ODP)]
)
def test_open_documents_are_told_apart(mime: str, kind: object) -> None:
    assert taken(odf(mime)).kind == kind


def test_an_archive_is_not_a_document() -> None:
    assert reason(zipped({"word/document.xml": "<x/>", "a.txt": "text"})) is Refusal.KIND
    assert reason(zipped({"[Content_Types].xml": types(), "_rels/.rels": rels()})) is Refusal.KIND


def test_an_open_document_with_a_password_is_encrypted() -> None:
    locked = odf(manifest="<manifest:encryption-data/>")
    assert reason(locked) is Refusal.ENCRYPTED


def test_a_zip_bomb_is_refused() -> None:
    bomb = zipped({"[Content_Types].xml": types(), "word/document.xml": bytes(70 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert reason(bomb) is Refusal.BOMB


def test_a_container_of_too_many_parts_is_refused() -> None:
    assert reason(zipped({f"{number}.xml": "" for number in range(10_001)})) is Refusal.BOMB


def test_entities_are_not_expanded() -> None:
    layers = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "ha">{layers}]><x>&e9;</x>'
    parts = opened(docx()) | {"word/document.xml": bomb.encode()}
    assert reason(zipped(dict(parts))) is Refusal.DAMAGED


def test_files_of_this_machine_are_not_read_through_an_entity() -> None:
    reading = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    parts = opened(docx()) | {"word/document.xml": reading.encode()}
    assert reason(zipped(dict(parts))) is Refusal.DAMAGED


def test_a_part_that_is_no_xml_is_damaged() -> None:
    parts = opened(docx()) | {"word/document.xml": b"<w:document"}
    assert reason(zipped(dict(parts))) is Refusal.DAMAGED


def test_a_document_cut_off_is_damaged() -> None:
    content = docx()
    assert reason(content[: len(content) // 2]) is Refusal.DAMAGED


def compound(*names: str) -> bytes:
    """Return an OLE compound file: header, one sector of table, one of directory."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(76, b"\0") + b"\xff" * 436)
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = (1).to_bytes(4, "little")
    header[76:80] = bytes(4)
    table = b"\xfd\xff\xff\xff\xfe\xff\xff\xff".ljust(512, b"\xff")
    entries = [
        name.encode("utf-16-le").ljust(64, b"\0") + (2 * len(name) + 2).to_bytes(2, "little")
        for name in ("Root Entry", *names)
    ]
    return bytes(header) + table + b"".join(entry.ljust(128, b"\0") for entry in entries)


@pytest.mark.parametrize(
    ("stream", "kind"), [("WordDocument", DOC), ("Workbook", XLS), ("PowerPoint Document", PPT)]
)
def test_old_office_files_pass_as_they_are(stream: str, kind: object) -> None:
    received = taken(compound(stream))
    assert received.kind == kind
    assert received.not_cleaned == "kind"
    assert b"".join(received.content) == compound(stream)


def test_an_ooxml_file_with_a_password_is_encrypted() -> None:
    locked = compound("EncryptionInfo", "EncryptedPackage")
    assert reason(locked) is Refusal.ENCRYPTED


def test_other_compound_files_are_refused() -> None:
    assert reason(compound("!_StringPool")) is Refusal.KIND
