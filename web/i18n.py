"""Two languages: Vietnamese at every address, English at the same address below /en."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, current_app, g, request, url_for
from flask_babel import Babel, format_date, get_locale, get_translations
from markupsafe import Markup

from web.clock import HUE

VIETNAMESE, ENGLISH = "vi", "en"
LANGUAGES = (VIETNAMESE, ENGLISH)
_KIB, _MIB = 1024, 1024 * 1024


class Pages(Blueprint):
    """A blueprint whose every page has two addresses, one for each language.

    Its views do not see the language: `lang` in an address leads to `language()`.
    """

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,  # noqa: FBT001
        **options: Any,  # noqa: ANN401  (as in Flask)
    ) -> None:
        """Add the page at `rule` and at /en + `rule`."""
        endpoint = endpoint or (view_func.__name__ if view_func is not None else None)
        for lang, prefix in ((VIETNAMESE, ""), (ENGLISH, "/en")):
            super().add_url_rule(
                prefix + rule,
                endpoint,
                view_func,
                provide_automatic_options,
                defaults={"lang": lang},
                **options,
            )


def language() -> str:
    """Return the language of the page that is asked for."""
    lang = g.get("lang")
    if lang is None:  # an address that no page has
        lang = ENGLISH if request.path.startswith("/en/") else VIETNAMESE
    return str(lang)


def word(row: Any) -> str:  # noqa: ANN401  (any row of rules/ with two names)
    """Return the name of a row of the rules in the language of the page."""
    return str(row.vi if language() == VIETNAMESE else row.en)


def hint(option: Any) -> str:  # noqa: ANN401  (any value with two hints)
    """Return the hint of an option in the language of the page."""
    return str(option.hint_vi if language() == VIETNAMESE else option.hint_en)


def other_language() -> str:
    """Return the address of this page in the other language."""
    lang = ENGLISH if language() == VIETNAMESE else VIETNAMESE
    endpoint = request.endpoint
    if endpoint is not None and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        kept = {"sua": 1} if "sua" in request.args else {}
        return url_for(endpoint, **{**(request.view_args or {}), **kept, "lang": lang})
    return request.script_root + ("/en/" if lang == ENGLISH else "/")


def day(value: Any) -> str:  # noqa: ANN401  (a date)
    """Return a date as the language writes it: 25/11/2026, or 25 November 2026."""
    if language() == VIETNAMESE:  # the form of nearly every page: without Babel's parsing
        return f"{value:%d/%m/%Y}"
    return str(format_date(value, "d MMMM yyyy"))


def said(text: str, /, **values: object) -> Markup:
    """Return a text of a template in the language of the page, as Jinja's own `_` does.

    In one call where Jinja takes four, and with the catalogue looked up once for each request:
    pages have a hundred such texts.
    """
    if "catalogue" not in g:
        g.catalogue = get_translations()
    found = g.catalogue.ugettext(text)
    return Markup(found) % values if values else Markup(found % values)  # noqa: S704  (our own text)


def hour(value: datetime) -> str:
    """Return the hour of a moment in Huế."""
    return f"{value.astimezone(HUE):%H:%M}"


def size(count: int) -> str:
    """Return a number of bytes as people say it."""
    if count >= _MIB:
        number = f"{count / _MIB:.1f}"
        return f"{number.replace('.', ',') if language() == VIETNAMESE else number} MB"
    return f"{round(count / _KIB)} KB" if count >= _KIB else f"{count} B"


def add_languages(app: Flask, root: str) -> None:
    """Give the application its two languages."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{root}/translations"
    app.config["BABEL_DEFAULT_LOCALE"] = VIETNAMESE
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Ho_Chi_Minh"
    Babel(app, locale_selector=language)
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_keep_language)
    app.jinja_env.globals["_"] = said
    app.jinja_env.filters["word"] = word
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["size"] = size
    app.jinja_env.filters["hour"] = hour
    app.jinja_env.globals.update(
        language=language, other_language=other_language, get_locale=get_locale
    )


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values is not None and "lang" in values:
        g.lang = values.pop("lang")


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = language()
