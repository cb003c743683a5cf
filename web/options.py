"""Options for the fields of forms, in the language of the page, and how optional ones are named."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.fields import SelectChoice

from triage.catalogue import Option
from web.i18n import word


def optional(words: Any) -> Any:  # noqa: ANN401  (lazy texts)
    """Return a label that says that nothing need be answered."""
    return _l("%(label)s (không bắt buộc)", label=words)


def named(names: Mapping[Any, Any]) -> list[SelectChoice]:
    """Return options from their names by value."""
    return [SelectChoice(str(value), label) for value, label in names.items()]


def choices(options: Iterable[Option]) -> list[SelectChoice]:
    """Return options of the catalogue for a field, in the language of the page."""
    return [SelectChoice(option.id, word(option)) for option in options]


def or_none(offered: list[SelectChoice]) -> list[SelectChoice]:
    """Return the options behind one that answers nothing, which is chosen until another is.

    Text browsers tick the first of a group where none is ticked, and would answer for people.
    """
    return [SelectChoice("", _l("Không trả lời")), *offered]
