"""PDF files keep their pages and lose people, histories and everything that acts."""

import io
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from cleaning import FileRefused, Refusal
from tests.cleaning.kit import PLANTED, cleaned, everything_in, jpeg, picture, taken

PAGE_TEXT = b"BT /F1 24 Tf 72 700 Td (What the page says) Tj ET\n/Im0 Do"


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    target = io.BytesIO()
    pdf.save(target, **options)
    return target.getvalue()


def note(**more: object) -> Dictionary:
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Text,
        Rect=[10, 10, 30, 30],
        Contents=String("What the note says"),
        T=String("PLANTED-ANNOTATOR"),
        M=String("D:PLANTED-TIME"),
        NM=String("PLANTED-NUMBER"),
        Subj=String("PLANTED-SUBJECT"),
        RC=String("<body>PLANTED-RICH</body>"),
        **more,
    )


def planted() -> pikepdf.Pdf:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842)).obj
    xmp = Dictionary(Type=Name.Metadata, Subtype=Name.XML)
    image = Stream(
        pdf,
        jpeg() + b"PLANTED-TRAILER",
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=64,
        Height=48,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
        Metadata=pdf.make_indirect(Stream(pdf, b"PLANTED-IMAGE-XMP", xmp)),
    )
    packed = Stream(pdf, zlib.compress(jpeg()), Type=Name.XObject, Subtype=Name.Image)
    packed.Filter = Array([Name.FlateDecode, Name.DCTDecode])
    packed.Width, packed.Height, packed.BitsPerComponent = 64, 48, 8
    packed.ColorSpace = Name.DeviceRGB
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(
        Font=Dictionary(F1=font, A=font), XObject=Dictionary(Im0=image, Im1=packed)
    )
    page.Contents = Stream(pdf, PAGE_TEXT)
    image["/PTEX.FileName"] = String("./PLANTED.jpg")
    page.LastModified = String("PLANTED-TIME")
    page.PieceInfo = Dictionary(X=Dictionary(Private=String("PLANTED-PIECE")))
    page.Thumb = pdf.make_indirect(Stream(pdf, b"PLANTED-THUMB"))
    page.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("PLANTED-JS")))
    page.VP = Array([Dictionary(Measure=Dictionary(GCS=String("PLANTED-GEO")))])
    attached = Dictionary(
        Type=Name.Filespec,
        F=String("PLANTED.txt"),
        EF=Dictionary(F=pdf.make_indirect(Stream(pdf, b"PLANTED-FILE"))),
    )
    launch = Dictionary(S=Name.Launch, F=String("PLANTED.exe"))
    link = Dictionary(S=Name.URI, URI=String("https://example.vn/"), Next=launch)
    page.Annots = Array(
        [
            pdf.make_indirect(note()),
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=link),
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=launch),
            Dictionary(
                Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=attached
            ),
        ]
    )
    signed = Dictionary(
        FT=Name.Sig,
        Subtype=Name.Widget,
        Rect=[0, 0, 9, 9],
        T=String("field"),
        V=Dictionary(Type=Name.Sig, Name=String("PLANTED-SIGNER")),
    )
    field = pdf.make_indirect(signed)
    page.Annots.append(field)
    pdf.Root.AcroForm = Dictionary(Fields=[field], XFA=String("PLANTED-XFA"))
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("PLANTED-JS"))
    pdf.Root.Metadata = pdf.make_indirect(Stream(pdf, b"PLANTED-XMP", xmp))
    pdf.Root.Names = Dictionary(
        EmbeddedFiles=Dictionary(Names=[String("PLANTED"), attached]),
        JavaScript=Dictionary(
            Names=[String("x"), Dictionary(S=Name.JavaScript, JS=String("PLANTED-JS"))]
        ),
    )
    pdf.Root.PieceInfo = Dictionary(X=Dictionary(Private=String("PLANTED-PIECE")))
    pdf.docinfo["/Author"], pdf.docinfo["/Creator"] = "PLANTED-AUTHOR", "PLANTED-APP"
    pdf.trailer.ID = Array([String("PLANTED-ID-ONE-1"), String("PLANTED-ID-TWO-2")])
    return pdf


def with_second_revision(content: bytes, body: bytes, number: int) -> bytes:
    """Append an incremental update that replaces one object, as editors do."""
    at = len(content) + 1
    start = content[content.rindex(b"startxref") :].split()[1]
    update = b"\n%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    trailer = content[content.rindex(b"trailer") + 7 : content.rindex(b"startxref")].strip()
    trailer = trailer.removesuffix(b">>") + b" /Prev %s >>" % start
    end = at + len(update) - 1
    return content + update + table + b"trailer " + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % end


def reason(content: bytes) -> Refusal:
    with pytest.raises(FileRefused) as refused:
        taken(content)
    return refused.value.reason


def test_a_pdf_loses_all_that_is_hidden_in_it() -> None:
    content = saved(planted())
    assert everything_in(content).count(PLANTED) > 30
    assert PLANTED not in everything_in(cleaned(content))


def test_a_pdf_keeps_text_pictures_notes_and_links() -> None:
    with pikepdf.open(io.BytesIO(cleaned(saved(planted())))) as pdf:
        page = pdf.pages[0]
        assert page.Contents.read_bytes() == PAGE_TEXT
        assert set(page.Resources.Font.keys()) == {"/F1", "/A"}
        with Image.open(io.BytesIO(jpeg())) as original:
            pixels = original.convert("RGB").tobytes()
        for image in (page.Resources.XObject.Im0, page.Resources.XObject.Im1):
            assert pikepdf.PdfImage(image).as_pil_image().convert("RGB").tobytes() == pixels
        assert str(page.Annots[0].Contents) == "What the note says"
        assert str(page.Annots[1].A.URI) == "https://example.vn/"
        assert "/A" not in page.Annots[2]
        assert len(page.Annots) == 4
        assert "/Info" not in pdf.trailer


def test_bookmarks_stay() -> None:
    pdf = planted()
    with pdf.open_outline() as outline:
        outline.root.extend([pikepdf.OutlineItem("One", 0), pikepdf.OutlineItem("Two", 0)])
    with (
        pikepdf.open(io.BytesIO(cleaned(saved(pdf)))) as clean,
        clean.open_outline() as outline,
    ):
        assert [item.title for item in outline.root] == ["One", "Two"]


def test_what_an_earlier_revision_said_is_gone() -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page().obj
    page.Contents = pdf.make_indirect(Stream(pdf, b"BT (PLANTED earlier wording) Tj ET"))
    content = saved(
        pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False
    )
    with pikepdf.open(io.BytesIO(content)) as first:
        number = first.pages[0].Contents.objgen[0]
    body = b"<< /Length 16 >>\nstream\nBT (later) Tj ET\nendstream"
    revised = with_second_revision(content, body, number)
    assert PLANTED in revised
    clean = cleaned(revised)
    assert PLANTED not in everything_in(clean)
    assert b"(later)" in everything_in(clean)


def test_two_copies_of_a_pdf_that_differ_in_metadata_come_out_the_same() -> None:
    plain, marked = pikepdf.new(), pikepdf.new()
    for pdf in (plain, marked):
        pdf.add_blank_page()
    marked.docinfo["/Author"] = "PLANTED"
    assert cleaned(saved(plain)) == cleaned(saved(marked))


@pytest.mark.parametrize("user", ["secret", "sécret"])
def test_a_pdf_with_a_password_is_refused_as_encrypted(user: str) -> None:
    content = saved(planted(), encryption=pikepdf.Encryption(owner="owner", user=user))
    assert reason(content) is Refusal.ENCRYPTED


def test_a_pdf_that_only_forbids_printing_is_cleaned() -> None:
    content = saved(planted(), encryption=pikepdf.Encryption(owner="owner", user=""))
    assert PLANTED not in everything_in(cleaned(content))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_pdf_cut_off_is_damaged(share: float) -> None:
    content = saved(planted())
    assert reason(content[: int(len(content) * share)]) is Refusal.DAMAGED


def test_a_pdf_without_pages_is_damaged() -> None:
    assert reason(saved(pikepdf.new())) is Refusal.DAMAGED


def test_what_is_hidden_behind_the_end_of_a_pdf_is_gone() -> None:
    zip_behind = saved(planted()) + b"PK\x03\x04 PLANTED program"
    assert PLANTED not in everything_in(cleaned(zip_behind))


def test_a_progressive_jpeg_in_a_pdf_survives() -> None:
    pdf = planted()
    target = io.BytesIO()
    picture().save(target, "JPEG", progressive=True, comment=b"PLANTED")
    pdf.pages[0].Resources.XObject.Im0.write(target.getvalue(), filter=Name.DCTDecode)
    clean = cleaned(saved(pdf))
    assert PLANTED not in everything_in(clean)
    with pikepdf.open(io.BytesIO(clean)) as again:
        image = pikepdf.PdfImage(again.pages[0].Resources.XObject.Im0).as_pil_image()
        assert image.size == (64, 48)
        image.load()
