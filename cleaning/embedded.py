"""Pictures inside office files: drawn anew, or their place kept empty."""

from io import BytesIO

from PIL import Image

from cleaning import pictures
from cleaning.kinds import BMP, CONVERTED, GIF, JPEG, PNG, TIFF, WEBP, Kind
from cleaning.refusal import FileRefused, Refusal

_SIGNATURES = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF8", GIF),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"BM", BMP),
)


def redrawn(content: bytes) -> tuple[Kind, bytes]:
    """Return a clean picture and its kind, which may be another one than before.

    What is no picture, or one that we cannot draw (drawings of Windows, SVG), becomes a small
    grey square: nothing passes that is not understood. Raises FileRefused(BOMB).
    """
    kind = _kind(content)
    try:
        if kind is not None:
            _, cleaned = pictures.clean(content, kind)
            return CONVERTED.get(kind, kind), cleaned
    except MemoryError:
        raise FileRefused(Refusal.BOMB) from None
    except FileRefused:
        raise
    except Exception:  # noqa: BLE001  (one broken picture spoils no document)
        return PNG, _placeholder()
    return PNG, _placeholder()


def _kind(content: bytes) -> Kind | None:
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    return WEBP if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def _placeholder() -> bytes:
    target = BytesIO()
    Image.new("L", (8, 8), 192).save(target, "PNG")
    return target.getvalue()
