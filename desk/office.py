"""Administration: the addresses of its pages. None of them leads to a case."""

from desk import office_units
from web.i18n import Pages

pages = Pages("office", __name__)
pages.get("/quan-tri/don-vi", endpoint="units")(office_units.page)
