"""What may be written about a failure: its kind and its places in the code, and the day.

There is no access log. A message or a variable can hold what somebody wrote, so none is logged.
"""

import logging
from types import TracebackType

LOG = logging.getLogger("dangvan")


def set_up() -> None:
    """Send the log to standard error, with nothing finer than the day. Repeatable."""
    if not LOG.handlers:
        handler = logging.StreamHandler()
        form = "%(asctime)s %(levelname)s %(message)s"
        handler.setFormatter(logging.Formatter(form, datefmt="%Y-%m-%d"))
        LOG.addHandler(handler)


def failure(error: BaseException) -> None:
    """Log the type of an unexpected error, and the lines of code that it passed through."""
    LOG.error("%s at %s", type(error).__qualname__, " > ".join(_places(error.__traceback__)))


def _places(traceback: TracebackType | None) -> list[str]:
    places = []
    while traceback is not None:
        module = traceback.tb_frame.f_globals.get("__name__", "?")
        places.append(f"{module}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return places
