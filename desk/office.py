"""Administration: the addresses of its pages. None of them leads to a case."""

from desk import office_calendar, office_units
from web.i18n import Pages

pages = Pages("office", __name__)
pages.get("/quan-tri/don-vi", endpoint="units")(office_units.page)
pages.get("/quan-tri/lich", endpoint="calendar")(office_calendar.page)
pages.post("/quan-tri/lich", endpoint="calendar_enter")(office_calendar.enter)
pages.post("/quan-tri/lich/bo", endpoint="calendar_take_back")(office_calendar.take_back)
