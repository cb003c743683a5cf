"""Forms: GOV.UK's components as widgets, in our words, and the check against forged requests."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Flask, current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import CSRFProtect, FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovCheckboxInput,
    GovFileInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)
from jinja2 import Environment, PackageLoader, PrefixLoader, Undefined
from markupsafe import Markup
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.core import UnboundField
from wtforms.validators import Length, StopValidation, ValidationError

from triage.text import plain
from web import uploads

_COMPONENTS = "dangvan_components"
#: Characters of a short answer.
SHORT = 500


class Required:
    """Refuse an empty answer, in words that say what is missing.

    It sets no `required` attribute: the browser's own bubble would come before our summary.
    """

    def __init__(self, message: Any) -> None:  # noqa: ANN401  (a lazy text)
        self.message = message

    def __call__(self, form: FlaskForm, field: Field) -> None:  # noqa: ARG002
        """Raise StopValidation if nothing was given."""
        if not field.data or (isinstance(field.data, str) and not plain(field.data)):
            field.errors[:] = []
            raise StopValidation(str(self.message))


def at_most(characters: int) -> Length:
    """Refuse a longer text, and say how long it may be."""
    return Length(
        max=characters,
        message=lazy_gettext("Phần trả lời dài quá. Xin viết không quá %(max)d ký tự."),
    )


class _Ours:
    """What our widgets do differently: no empty hints, our words, options with explanations."""

    template: str

    def map_gov_params(self, field: Field, **given: Any) -> dict[str, Any]:  # noqa: ANN401
        params: dict[str, Any] = super().map_gov_params(field, **given)  # type: ignore[misc]
        hint = params.get("hint")
        if not hint or not hint.get("text"):
            params.pop("hint", None)
        if "errorMessage" in params:
            params["errorMessage"]["visuallyHiddenText"] = _("Lỗi")
        hints: Mapping[str, Any] = getattr(field, "hints", {})
        for item in params.get("items", ()):
            if item.get("value") in hints:
                item["hint"] = {"text": hints[item["value"]]}
        label = params.get("fieldset", {}).get("legend") or params.get("label")
        if label is not None and getattr(field, "is_heading", False):
            label["isPageHeading"] = True
            kind = "fieldset__legend" if "fieldset" in params else "label"
            label["classes"] = f"govuk-{kind}--l"
        return params

    def render(self, params: dict[str, Any]) -> Markup:
        return _rendered(self.template, params)


class Radios(_Ours, GovRadioInput):
    """Radio buttons."""


class Checkboxes(_Ours, GovCheckboxesInput):
    """Several boxes to tick."""


class Tick(_Ours, GovCheckboxInput):
    """One box to tick; its hint belongs to the box, not above it."""

    def map_gov_params(self, field: Field, **given: Any) -> dict[str, Any]:  # noqa: ANN401
        """Move the hint to the box."""
        params = super().map_gov_params(field, **given)
        if (hint := params.pop("hint", None)) is not None:
            params["items"][0]["hint"] = hint
        return params


class Line(_Ours, GovTextInput):
    """A line of text."""


class Concealed(Line):
    """A line of text that nobody who looks over a shoulder can read."""

    input_type = "password"


class Area(_Ours, GovTextArea):
    """Several lines of text, as many at first as `rows` says."""

    def map_gov_params(self, field: Field, **given: Any) -> dict[str, Any]:  # noqa: ANN401
        """Hand on how many lines are seen."""
        params = super().map_gov_params(field, **given)
        return params | {"rows": given["rows"]} if "rows" in given else params


class Picker(_Ours, GovSelect):
    """A list to pick from, in which typing the first letters searches without any script."""


class Files(_Ours, GovFileInput):
    """Files to send."""


class _Listed:
    """A field that takes only what was offered, and says so in the reader's language."""

    data: Any

    def pre_validate(self, form: FlaskForm) -> None:
        """Let `Required` speak for an answer that was not given."""
        if self.data:
            try:
                super().pre_validate(form)  # type: ignore[misc]
            except ValidationError:
                raise ValidationError(_("Hãy chọn trong các mục được nêu.")) from None


class OneOf(_Listed, RadioField):
    """One of several options, each with its explanation in `hints`."""

    widget = Radios()
    hints: Mapping[str, Any] = {}


class OneOfMany(_Listed, SelectField):
    """One of many options, in a list to pick from."""

    widget = Picker()


class SomeOf(_Listed, SelectMultipleField):
    """Any of several options."""

    widget = Checkboxes()
    option_widget = None
    hints: Mapping[str, Any] = {}

    def process_formdata(self, valuelist: list[str]) -> None:
        """Count a box once, however often it was sent."""
        super().process_formdata(list(dict.fromkeys(valuelist)))


class Text(StringField):
    """A short answer; one that was not sent is empty."""

    widget = Line()

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  (as in WTForms)
        super().__init__(*given, **({"default": ""} | named))


class Password(Text):
    """A password; it is never written into a page again."""

    widget = Concealed()

    def _value(self) -> str:
        return ""


def brings_password() -> bool:
    """Tell whether the request brings a password: no page may carry that, even hidden."""
    names: set[str] = set()
    kinds: list[type[FlaskForm]] = [FlaskForm]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        names |= {name for name, made in vars(kind).items() if _is_password(made)}
    return not names.isdisjoint(request.form)


def _is_password(made: object) -> bool:
    return isinstance(made, UnboundField) and issubclass(made.field_class, Password)


class LongText(TextAreaField):
    """A long answer; one that was not sent is empty."""

    widget = Area()

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  (as in WTForms)
        super().__init__(*given, **({"default": ""} | named))


def add_forms(app: Flask) -> CSRFProtect:
    """Check every request that changes something, and make the components known to templates."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # the token lives and ends with the session
    # It would compare the Referer, which our own headers tell browsers not to send.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    loader = PrefixLoader(
        {
            "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
            "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
        }
    )
    # These templates ask for parameters that were not given, which ours are forbidden to do.
    app.extensions[_COMPONENTS] = Environment(
        loader=loader, undefined=Undefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    app.jinja_env.globals["component"] = component
    return _Protection(app)


class _Protection(CSRFProtect):
    """The global check, which leaves forms with files to the one place that reads them."""

    def protect(self, apply_exemptions: bool = False) -> None:  # noqa: FBT001, FBT002
        """Check the current request."""
        view = current_app.view_functions.get(request.endpoint or "")
        if view is None or not uploads.checks_itself(view):
            super().protect(apply_exemptions=apply_exemptions)


def component(name: str, params: dict[str, Any]) -> Markup:
    """Return a GOV.UK component that is no field, such as "error-summary"."""
    macro = "govuk" + "".join(part.title() for part in name.split("-"))
    environment = cast("Environment", current_app.extensions[_COMPONENTS])
    template = environment.get_template(f"govuk_frontend_jinja/components/{name}/macro.html")
    made = cast("Callable[[dict[str, Any]], str]", getattr(template.module, macro))
    return Markup(made(params))  # noqa: S704  (the macro escapes what it is given)


def _rendered(template: str, params: dict[str, Any]) -> Markup:
    environment = cast("Environment", current_app.extensions[_COMPONENTS])
    made = environment.get_template(template).render(params=params)
    return Markup(made)  # noqa: S704  (autoescaped)


def errors_of(form: FlaskForm, *, every: bool = False) -> list[dict[str, str]]:
    """Return the errors of a form for the error summary: each text links to its field.

    The first of each field, unless `every` one says something of its own.
    """
    return [
        {"text": str(error), "href": f"#{field.id}"}
        for field in form
        for error in (field.errors if every else field.errors[:1])
    ]
