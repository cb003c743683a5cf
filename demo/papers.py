"""Small real files that the demo's reporters send: a photo, a scan, a note."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
from PIL import Image, ImageDraw

_SIZE = (640, 420)
_NOTE = """Ghi lại ngay sau buổi làm việc:
- đến lúc mở cửa, chờ gần hai tiếng;
- được hẹn lại lần thứ ba, không có phiếu hẹn;
- có hai người cùng chờ nghe thấy.
"""
_PAPER, _INK, _TABLE = (250, 246, 235), (40, 40, 60), (120, 84, 58)


def of_case(number: int) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a case, name and content; most cases have none."""
    if number % 5 == 0:
        yield "anh-chup-bien-lai.jpg", _photo(number)
    if number % 10 == 5:  # noqa: PLR2004
        yield "ban-quet-van-ban.pdf", _scan(number)
    if number % 11 == 4:  # noqa: PLR2004
        yield "ghi-chep.txt", _NOTE.encode()


def added_later(number: int) -> tuple[str, bytes]:
    """Return a file that a reporter adds later."""
    return "anh-bo-sung.jpg", _photo(number + 100)


def _photo(number: int) -> bytes:
    """Return a picture of a sheet on a table."""
    picture = Image.new("RGB", _SIZE, _TABLE)
    drawing = ImageDraw.Draw(picture)
    drawing.polygon([(90, 40), (560, 60), (545, 390), (75, 370)], fill=_PAPER)
    drawing.text((130, 75), f"BIEN LAI THU TIEN   No {4100 + number}", fill=_INK)
    for row in range(8):
        length = 180 + (number * 53 + row * 97) % 200
        drawing.line([(130, 120 + row * 28), (130 + length, 121 + row * 28)], fill=_INK, width=3)
    drawing.ellipse([(400, 270), (490, 350)], outline=(170, 40, 40), width=5)
    return _saved(picture, "JPEG")


def _scan(number: int) -> bytes:
    """Return a document of two pages, as a scanner makes it: each page is a picture."""
    with pikepdf.new() as document:
        for page in (1, 2):
            picture = Image.new("L", (595, 842), 250)
            drawing = ImageDraw.Draw(picture)
            drawing.text((190, 60), "CONG HOA XA HOI CHU NGHIA VIET NAM", fill=30)
            drawing.text((70, 120), f"So {number}/BB   trang {page}", fill=30)
            for row in range(22):
                length = 300 + (number * 31 + row * 71 + page * 13) % 150
                drawing.line([(70, 160 + row * 26), (70 + length, 160 + row * 26)], fill=60)
            image = document.make_stream(
                _saved(picture, "JPEG"),
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=595,
                Height=842,
                ColorSpace=pikepdf.Name.DeviceGray,
                BitsPerComponent=8,
                Filter=pikepdf.Name.DCTDecode,
            )
            sheet = document.add_blank_page(page_size=(595, 842))
            sheet.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=image))
            sheet.obj.Contents = document.make_stream(b"595 0 0 842 0 0 cm /Page Do")
        made = BytesIO()
        document.save(made)
    return made.getvalue()


def _saved(picture: Image.Image, form: str) -> bytes:
    made = BytesIO()
    picture.save(made, form)
    return made.getvalue()
