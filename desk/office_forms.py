"""What the forms of administration share: a day, and a refusal shown at its answer."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import StopValidation

from triage.office import Unfit
from triage.text import plain
from web.forms import Text
from web.i18n import word

_SPELLINGS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")


class SureForm(FlaskForm):
    """A button alone, with the token of forms."""


class Day(Text):
    """A day, typed as people write it: 02/12/2026."""

    def __init__(self, label: Any, **named: Any) -> None:  # noqa: ANN401  (as in WTForms)
        hint = _l("Ngày/tháng/năm, ví dụ 02/12/2026.")
        super().__init__(label, **({"description": hint, "validators": [_is_day]} | named))

    @property
    def day(self) -> date:
        """The day; only once the form is valid."""
        found = read_day(self.data)
        assert found is not None  # noqa: S101  (the validator has read it)
        return found


def read_day(text: str) -> date | None:
    """Return the day that was typed, None if it is none."""
    for spelling in _SPELLINGS:
        try:
            return datetime.strptime(plain(text), spelling).date()  # noqa: DTZ007  (a day)
        except ValueError:
            continue
    return None


def _is_day(_form: FlaskForm, field: Text) -> None:
    if read_day(field.data) is None:
        raise StopValidation(_("Hãy nhập ngày theo dạng ngày/tháng/năm, ví dụ 02/12/2026."))


def refuse(form: FlaskForm, refusal: Unfit) -> None:
    """Show a refusal at the answer that it is about, at the first one if at none."""
    names = [field.name for field in form if field.name != "csrf_token"]
    name = refusal.field if refusal.field in names else names[0]
    form[name].errors = [*form[name].errors, word(refusal)]
