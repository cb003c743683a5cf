"""The only place where the pages read the clock: the moment and the day it is in Huế."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

HUE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """Return this moment, for what is kept no longer than a visit."""
    return datetime.now(HUE)


def today() -> date:
    """Return today's date in Huế."""
    return now().date()
