"""Pictures drawn small, of several in one file one at a time; runs in the worker."""

from PIL import Image

from cleaning import drawing, pictures
from cleaning.kinds import TIFF, Kind


def draw(content: bytes, kind: Kind, page: int) -> tuple[int, bytes]:
    """Return how many pages there are, and one of them drawn; of a film, its first picture.

    Raises FileRefused, or whatever a decoder raises on damage.
    """
    with pictures.opened(content, kind) as image:
        count = int(getattr(image, "n_frames", 1)) if kind is TIFF else 1
        drawing.check(page, count)
        if page == 0:
            return count, b""
        if page > 1:
            image.seek(page - 1)
        pictures.check(image)
        image.draft("RGB", (drawing.LONGEST, drawing.LONGEST))
        image.load()
        drawn = image if image.mode in {"L", "LA", "RGB", "RGBA"} else image.convert("RGBA")
        drawn.thumbnail((drawing.LONGEST, drawing.LONGEST), Image.Resampling.LANCZOS)
        return count, drawing.encoded(drawn, "JPEG")
