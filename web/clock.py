"""The only place where the pages read the clock: the day it is in Huế."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

HUE = ZoneInfo("Asia/Ho_Chi_Minh")


def today() -> date:
    """Return today's date in Huế."""
    return datetime.now(HUE).date()
