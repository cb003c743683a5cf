"""Files drawn for looking at: pages and pictures of our making, or a refusal."""

import io

import pikepdf
import pytest
from PIL import Image

from cleaning import FileRefused, draw, is_drawable
from tests.cleaning.kit import encoded, picture
from tests.cleaning.test_worker import use

PDF = "application/pdf"


def pdf(size: tuple[float, float] = (200, 100), pages: int = 1) -> bytes:
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=size)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def drawn(content: bytes, mime: str, page: int = 1) -> Image.Image:
    return Image.open(io.BytesIO(draw([content], len(content), mime, page).picture))


def test_pages_are_counted_without_drawing_any() -> None:
    content = pdf(pages=7)
    counted = draw([content], len(content), PDF, 0)
    assert (counted.pages, counted.picture) == (7, b"")


@pytest.mark.parametrize(("size", "expected"), [((200, 100), (800, 400)), ((9000, 90), (1600, 16))])
def test_a_page_is_drawn_no_larger_than_a_screen(
    size: tuple[float, float], expected: tuple[int, int]
) -> None:
    image = drawn(pdf(size), PDF)
    assert (image.format, image.size) == ("PNG", expected)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "TIFF"])
def test_a_picture_is_drawn_small(form: str) -> None:
    content = encoded(picture((2000, 1000)), form)
    image = drawn(content, f"image/{form.lower()}")
    assert (image.format, image.size) == ("JPEG", (1600, 800))


def test_what_is_clear_becomes_white() -> None:
    content = encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG")
    assert drawn(content, "image/png").getpixel((4, 4)) == (255, 255, 255)


def test_each_page_of_a_scan_is_drawn() -> None:
    content = encoded(
        picture((80, 40)), "TIFF", save_all=True, append_images=[picture((40, 80)), picture()]
    )
    assert drawn(content, "image/tiff", 2).size == (40, 80)


@pytest.mark.parametrize(
    ("content", "mime", "page"),
    [
        (pdf(), PDF, 2),
        (pdf(), PDF, -1),
        (b"%PDF-1.7\nnothing", PDF, 1),
        (pdf(), "image/png", 1),
        (encoded(Image.new("1", (30_000, 30_000)), "PNG"), "image/png", 1),
        (pdf(), "text/html", 1),
    ],
    ids=["no such page", "negative", "damaged", "another kind", "bomb", "unknown kind"],
)
def test_what_cannot_be_drawn_is_refused(content: bytes, mime: str, page: int) -> None:
    with pytest.raises(FileRefused):
        draw([content], len(content), mime, page)


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.kill(os.getpid(), 9)",
        "print('no JSON')",
        """print('{"refusal": null, "pages": 1, "length": 99999999}')""",
        """print('{"refusal": null, "pages": 1, "length": -1}')""",
        """print('{"refusal": null, "pages": 1, "length": 9}')""",
        """print('{"refusal": null, "pages": "x", "length": 0}')""",
    ],
)
def test_a_worker_that_dies_or_lies_draws_nothing(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    use(monkeypatch, code)
    with pytest.raises(FileRefused):
        draw([b"anything"], 8, PDF, 1)


def test_only_pictures_and_pdf_files_of_a_fair_size_are_drawn() -> None:
    assert is_drawable(PDF, 1000)
    assert is_drawable("image/heic", 1000)
    assert not is_drawable(PDF, 1 << 30)
    assert not is_drawable("video/mp4", 1000)
    assert not is_drawable("text/html", 1000)
