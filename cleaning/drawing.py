"""Pages and pictures drawn small, for looking at without opening the file; runs in the worker."""

import importlib
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from cleaning.kinds import PDF, Kind
from cleaning.refusal import FileRefused, Refusal

Image.preinit()  # the worker cannot open files later

#: Draws one page of a file, counted from 1; tells how many there are. Of page 0 nothing is drawn.
Drawer = Callable[[bytes, Kind, int], tuple[int, bytes]]
#: Pixels of the longer side of what is drawn.
LONGEST = 1600
_QUALITY = 82


def load_for(kind: Kind) -> Drawer:
    """Load all that such a file may need, because nothing can be loaded later."""
    name = "pages" if kind is PDF else "thumbnails"
    drawer: Drawer = importlib.import_module(f"cleaning.{name}").draw
    return drawer


def check(page: int, count: int) -> None:
    """Refuse a page that is not there."""
    if not 0 <= page <= count:
        raise FileRefused(Refusal.DAMAGED)


def encoded(image: Image.Image, form: str) -> bytes:
    """Return the picture as a JPEG or PNG, what is clear in it white."""
    if image.mode in {"LA", "RGBA", "PA"} or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, "white")
        image.paste(clear, mask=clear.getchannel("A"))
    target = BytesIO()
    image.convert("RGB").save(target, form, quality=_QUALITY)
    return target.getvalue()
