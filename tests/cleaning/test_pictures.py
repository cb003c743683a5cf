"""Pictures keep what they show and lose what they tell."""

import io

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from cleaning import FileRefused, Refusal
from cleaning.kinds import JPEG, PNG
from tests.cleaning.kit import (
    BLUE,
    HEIC,
    PLANTED,
    RED,
    XMP,
    cleaned,
    encoded,
    everything_in,
    exif,
    jpeg,
    picture,
    taken,
)


def png() -> bytes:
    text = PngInfo()
    text.add_text("Author", "PLANTED-AUTHOR")
    text.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=False)
    return encoded(picture(), "PNG", exif=exif(), pnginfo=text) + b"PLANTED-TRAILER"


def tiff() -> bytes:
    return encoded(
        picture(),
        "TIFF",
        tiffinfo={270: "PLANTED-TEXT", 315: "PLANTED-AUTHOR", 700: XMP},
        append_images=[picture((30, 20))],
        save_all=True,
    )


PLANTED_FILES = {
    "jpeg": jpeg() + b"PLANTED-TRAILER",
    "png": png(),
    "webp": encoded(picture(), "WEBP", exif=exif(), xmp=XMP, lossless=True),
    "gif": encoded(picture(), "GIF", comment=b"PLANTED-COMMENT") + b"PLANTED-TRAILER",
    "tiff": tiff(),
    "bmp": encoded(picture(), "BMP") + b"PLANTED-TRAILER",
    "heic": HEIC,
}


def near(color: object, expected: tuple[int, int, int]) -> bool:
    assert isinstance(color, tuple)
    return all(abs(a - b) < 12 for a, b in zip(color, expected, strict=True))


@pytest.mark.parametrize("name", PLANTED_FILES)
def test_a_picture_loses_place_and_author_and_keeps_its_pixels(name: str) -> None:
    content = PLANTED_FILES[name]
    assert PLANTED in everything_in(content)
    clean = cleaned(content)
    assert PLANTED not in everything_in(clean)
    with Image.open(io.BytesIO(clean)) as image:
        assert not image.getexif().get_ifd(0x8825)
        assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & set(image.info)
        assert image.size == (64, 48)
        shown = image.convert("RGB")
        assert near(shown.getpixel((5, 5)), BLUE)
        assert near(shown.getpixel((60, 40)), RED)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_picture_stands_upright_without_its_orientation_tag(orientation: int) -> None:
    with Image.open(io.BytesIO(cleaned(jpeg(orientation)))) as image:
        assert 0x0112 not in image.getexif()
        assert image.size == ((64, 48) if orientation < 5 else (48, 64))
        corners = {1: (5, 5), 2: (-5, 5), 3: (-5, -5), 4: (5, -5)}
        corners |= {5: (5, 5), 6: (-5, 5), 7: (-5, -5), 8: (5, -5)}
        x, y = corners[orientation]
        assert near(image.getpixel((x % image.width, y % image.height)), BLUE)


def test_colours_are_converted_before_their_profile_goes() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = encoded(picture(), "PNG", icc_profile=lab.replace(b"sRGB", b"PLAN"))
    with Image.open(io.BytesIO(cleaned(content))) as image:
        assert "icc_profile" not in image.info
        assert near(image.getpixel((60, 40)), RED)


def test_a_broken_profile_spoils_no_picture() -> None:
    content = encoded(picture(), "JPEG", icc_profile=b"PLANTED-no-profile")
    assert PLANTED not in cleaned(content)


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_an_animation_keeps_frames_and_timing(form: str) -> None:
    frames = [picture(), Image.new("RGB", (64, 48), BLUE), Image.new("RGB", (64, 48), RED)]
    content = encoded(
        frames[0], form, save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0
    )
    with Image.open(io.BytesIO(cleaned(content))) as image:
        assert image.n_frames == 3
        image.seek(1)
        image.load()
        assert image.info["duration"] == 200
        assert near(image.convert("RGB").getpixel((60, 40)), BLUE)


def test_every_page_of_a_tiff_is_kept() -> None:
    with Image.open(io.BytesIO(cleaned(tiff()))) as image:
        assert image.n_frames == 2
        image.seek(1)
        assert image.size == (30, 20)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_modes_of_png_survive(mode: str) -> None:
    image = Image.new(mode, (9, 7)) if mode == "I;16" else picture((9, 7), mode)
    with Image.open(io.BytesIO(cleaned(encoded(image, "PNG")))) as clean:
        assert clean.convert("RGBA").tobytes() == image.convert("RGBA").tobytes()


def test_transparency_survives() -> None:
    image = Image.new("RGBA", (8, 8), (1, 2, 3, 77))
    with Image.open(io.BytesIO(cleaned(encoded(image, "PNG")))) as clean:
        assert clean.getpixel((0, 0)) == (1, 2, 3, 77)


def test_a_cmyk_jpeg_becomes_rgb() -> None:
    content = encoded(picture(mode="CMYK"), "JPEG", quality=95)
    with Image.open(io.BytesIO(cleaned(content))) as clean:
        assert clean.mode == "RGB"
        assert near(clean.getpixel((60, 40)), RED)


def test_staff_get_formats_that_browsers_show() -> None:
    heic, bmp = taken(HEIC), taken(PLANTED_FILES["bmp"])
    assert (heic.kind, heic.original_kind.mime) == (JPEG, "image/heic")
    assert (bmp.kind, bmp.original_kind.mime) == (PNG, "image/bmp")


def test_the_original_is_kept_on_request_only() -> None:
    assert taken(jpeg(), keep_original=True).original == jpeg()
    assert taken(jpeg()).original is None


def test_a_picture_of_too_many_pixels_is_a_bomb() -> None:
    content = encoded(Image.new("1", (9000, 9000)), "PNG")
    assert len(content) < 200_000
    with pytest.raises(FileRefused) as refused:
        taken(content)
    assert refused.value.reason is Refusal.BOMB


def test_a_picture_cut_off_is_damaged() -> None:
    with pytest.raises(FileRefused) as refused:
        taken(jpeg()[:-400])
    assert refused.value.reason is Refusal.DAMAGED


def test_two_copies_of_a_picture_that_differ_in_metadata_come_out_the_same() -> None:
    assert cleaned(jpeg(1)) == cleaned(
        encoded(picture(), "JPEG", quality=95, comment=b"another camera")
    )
