"""Pages of PDF files drawn by PDFium, which runs no script and follows no link; in the worker."""

import pypdfium2

from cleaning import drawing
from cleaning.kinds import Kind
from cleaning.refusal import FileRefused, Refusal

#: A page as small as a stamp is not blown up beyond this.
_MOST_SCALE = 4.0


def draw(content: bytes, _kind: Kind, page: int) -> tuple[int, bytes]:
    """Return how many pages there are, and one of them drawn.

    Raises FileRefused, or whatever PDFium raises on damage.
    """
    document = pypdfium2.PdfDocument(content)
    drawing.check(page, count := len(document))
    if page == 0:
        return count, b""
    drawn = document[page - 1]
    longest = max(drawn.get_size())
    if not longest > 0:
        raise FileRefused(Refusal.DAMAGED)
    scale = min(drawing.LONGEST / longest, _MOST_SCALE)
    return count, drawing.encoded(drawn.render(scale=scale, may_draw_forms=False).to_pil(), "PNG")
