"""The forms around the queue: a search, and a name under which a filter is kept."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, ValidationError
from wtforms.fields import Field

from triage.finding import Query
from triage.saved_filters import LONGEST
from web.forms import SHORT, Required, Text, at_most


class SearchForm(FlaskForm):
    """Words to look for, and where to go on. Sent by POST: they are in no address."""

    words = Text(
        _l("Từ cần tìm"),
        description=_l(
            "Gõ có dấu hoặc không dấu. Tìm trong tiêu đề, nội dung và thông tin của những hồ sơ "
            "được phép xem; hồ sơ mới trước."
        ),
        validators=[Required(_l("Hãy gõ từ cần tìm.")), at_most(SHORT)],
    )
    after = HiddenField()

    def validate_words(self, field: Field) -> None:
        """Refuse what has no word in it."""
        if not Query.of(field.data).words:
            raise ValidationError(_("Hãy gõ ít nhất một từ."))


class KeepForm(FlaskForm):
    """A name for the filter that is applied."""

    name = Text(
        _l("Tên bộ lọc"),
        validators=[Required(_l("Hãy đặt tên cho bộ lọc.")), at_most(LONGEST)],
    )


class ActForm(FlaskForm):
    """A button: nothing but the proof that it was pressed here."""
