"""Pictures drawn anew: only pixels come along, so nothing else can."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pi_heif import register_heif_opener  # type: ignore[import-untyped]

# All that is used is loaded here: the worker cannot open files later.
from PIL import (
    BmpImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    Image,
    ImageCms,
    ImageSequence,
    JpegImagePlugin,
    MpoImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    WebPImagePlugin,  # noqa: F401
)

from cleaning.kinds import BMP, GIF, HEIC, JPEG, PNG, TIFF, WEBP, Kind
from cleaning.refusal import FileRefused, Refusal

Image.preinit()
register_heif_opener()

_FORMATS = {
    JPEG: "JPEG",
    PNG: "PNG",
    WEBP: "WEBP",
    GIF: "GIF",
    TIFF: "TIFF",
    BMP: "BMP",
    HEIC: "HEIF",
}
#: Pixels of one picture, and of all pictures of one file together.
_MOST_PIXELS, _MOST_PIXELS_OF_ALL = 64_000_000, 512_000_000
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
#: Good to the eye. The tables of the camera would be kept by "keep", and tell its make.
_QUALITY = 92
_PLAIN_MODES = {"1", "L", "LA", "RGB", "RGBA", "I;16", "I", "F"}
_ALL = {"save_all": True}
_SRGB = ImageCms.createProfile("sRGB")


def clean(content: bytes, kind: Kind | None) -> tuple[Kind, bytes]:
    """Return the kind, unchanged, and the picture drawn anew (cleaning.kinds.CONVERTED).

    Raises FileRefused: BOMB above 64 megapixels, or whatever a decoder raises on damage.
    """
    if kind is None:
        raise FileRefused(Refusal.KIND)
    with opened(content, kind) as image:
        return kind, _drawn(image, kind, lossless=b"VP8L" in content[:4096])


def opened(content: bytes, kind: Kind) -> Image.Image:
    """Return the picture, not decoded yet, opened as that kind and no other."""
    Image.MAX_IMAGE_PIXELS = None  # `check` is stricter
    return Image.open(BytesIO(content), formats=[_FORMATS[kind]])


def _drawn(image: Image.Image, kind: Kind, *, lossless: bool) -> bytes:
    check(image)
    if kind in {JPEG, HEIC}:
        sampling = JpegImagePlugin.get_sampling(image) if kind is JPEG else -1
        fresh = _fresh(image)
        fresh = fresh if fresh.mode in {"L", "RGB"} else fresh.convert("RGB")
        # -1: unknown. Phones halve the colours' resolution, and so do we then.
        return _saved(fresh, "JPEG", quality=_QUALITY, subsampling=2 if sampling < 0 else sampling)
    if kind in {PNG, BMP}:
        return _saved(_fresh(image), "PNG")
    count = int(getattr(image, "n_frames", 1))
    if count * image.width * image.height > _MOST_PIXELS_OF_ALL:
        raise FileRefused(Refusal.BOMB)
    if kind is TIFF:
        pages = _pages(image)
        return _saved(next(pages), "TIFF", compression="tiff_deflate", append_images=pages, **_ALL)
    if kind is GIF and count == 1 and image.mode == "P":
        return _still_gif(image)
    timing = _timing(image)
    frames = (frame.convert("RGBA") for frame in _pages(image))
    first = next(frames)
    if kind is GIF:
        return _saved(first, "GIF", append_images=frames, disposal=2, **timing, **_ALL)
    more: dict[str, Any] = timing | _ALL | {"append_images": frames} if count > 1 else {}
    return _saved(first, "WEBP", quality=_QUALITY, lossless=lossless, **more)


def _still_gif(image: Image.Image) -> bytes:
    """Keep the palette: 256 colours chosen anew would differ."""
    image.load()
    fresh = Image.new("P", image.size)
    fresh.putpalette(image.getpalette("RGB") or [])
    fresh.paste(image)
    clear = image.info.get("transparency")
    options = {"transparency": clear} if isinstance(clear, int) else {}
    return _saved(fresh, "GIF", **options)


def check(image: Image.Image) -> None:
    """Raise FileRefused(BOMB) for a picture of too many pixels."""
    if image.width * image.height > _MOST_PIXELS:
        raise FileRefused(Refusal.BOMB)


def _pages(image: Image.Image) -> Iterator[Image.Image]:
    for page in ImageSequence.Iterator(image):
        check(page)
        yield _fresh(page)


def _timing(image: Image.Image) -> dict[str, Any]:
    """Return how long each frame stays, in milliseconds, and how often all are repeated."""
    durations = []
    for frame in ImageSequence.Iterator(image):
        frame.load()  # WebP tells the duration of a frame only then
        durations.append(int(frame.info.get("duration", 100)))
    image.seek(0)
    timing: dict[str, Any] = {"duration": durations} if len(durations) > 1 else {}
    if "loop" in image.info:
        timing["loop"] = int(image.info["loop"])
    return timing


def _fresh(image: Image.Image) -> Image.Image:
    """Return the pixels upright, in sRGB, in a picture that has never seen the file."""
    image.load()
    turn = _TURNS.get(_orientation(image))
    profile = image.info.get("icc_profile")
    plain = image
    if plain.mode not in _PLAIN_MODES and not (plain.mode == "CMYK" and profile):
        clear = plain.mode in {"PA", "La", "RGBa"} or "transparency" in plain.info
        plain = plain.convert("RGBA" if clear else "RGB")
    elif plain.mode in {"L", "RGB"} and "transparency" in plain.info:
        plain = plain.convert("LA" if plain.mode == "L" else "RGBA")
    if profile:
        plain = _in_srgb(plain, profile)
    if turn is not None:
        plain = plain.transpose(turn)
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    return fresh


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001  (broken metadata spoil no picture)
        return 1


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert colours, so that the profile, which may name a device, can go."""
    if image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    mode = "RGB" if image.mode == "CMYK" else image.mode
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError):  # a broken profile, or one for other colours
        converted = None
    return converted if converted is not None else image.convert(mode)


def _saved(image: Image.Image, form: str, **options: Any) -> bytes:  # noqa: ANN401
    target = BytesIO()
    image.save(target, form, **options)
    return target.getvalue()
