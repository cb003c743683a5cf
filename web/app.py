"""The application parts that the citizens' and the staff's side are made from."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from types import TracebackType
from typing import cast

from flask import Flask, current_app, g, has_request_context
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from cleaning import Group, Limits, Scanner
from ledger.note import Signer
from records.work import Store, Work
from rules.book import Rules
from triage import citing, lawbook
from triage.public import grounds
from web import limits, logs
from web.errors import add_error_pages
from web.forms import add_forms
from web.headers import add_headers
from web.i18n import add_languages, language
from web.sealed import SealedSessions
from web.site import Site
from web.uploads import NoFilesRequest, drain, refuse_many_fields

_ROOT = Path(__file__).parent.parent
_KEY = "dangvan"
#: Bytes of a form without files: the longest text in its longest spelling, and then some.
_FORM_MOST = 4 * 1024 * 1024
_MIB = 1024 * 1024
#: Legal bases that are kept in words; the rules have some two hundred, in two languages.
_BASES = 1024


@dataclass(frozen=True)
class Parts:
    """What views pass on to the functions they call."""

    store: Store
    #: As the release has them; `rules` are those in force here.
    released: Rules
    promise_key: Signer = field(repr=False)
    site: Site = field(default_factory=Site)
    #: The folder of the instance's keys on this machine; None signs nothing.
    keys: Path | None = None

    @property
    def rules(self) -> Rules:
        """The rules in force, the days of the calendar that were entered here among them.

        They are looked up once for each request, so that no two answers in it differ.
        """
        if not has_request_context():
            return lawbook.in_force(self.store, self.released)
        if "rules" not in g:
            g.rules = lawbook.in_force(self.store, self.released)
        return cast("Rules", g.rules)

    def look_up_rules(self, work: Work) -> None:
        """Look up the rules for this request in a transaction that is under way."""
        g.rules = lawbook.having(self.released, lawbook.entered(work))

    @property
    def file_limits(self) -> Limits:
        """How large files may be, and of which kinds."""
        groups = frozenset(Group(name) for name in self.site.groups)
        return Limits(self.site.file_most_mib * _MIB, groups=groups)

    @property
    def scanner(self) -> Scanner | None:
        """The virus scanner, if one is set."""
        return Scanner(self.site.clamd) if self.site.clamd else None


class Application(Flask):
    """Flask, without its log: that would write addresses, messages and what somebody sent."""

    request_class = NoFilesRequest

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log the kind and the place of an unexpected error, and no more."""
        if exc_info[1] is not None:
            logs.failure(exc_info[1])


def base_app(name: str, parts: Parts) -> Flask:
    """Return an application without views.

    `name` is the side, "intake" or "desk": the folder of its templates, whose layout the error
    pages take too.
    """
    app = Application(name, root_path=str(_ROOT))
    app.logger.disabled = True
    app.debug = False  # FLASK_DEBUG would let errors through with what they hold
    app.url_map.merge_slashes = False  # its redirects repeat whatever Host was sent
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _FORM_MOST
    # Flask-WTF signs its tokens with this. What makes them secret is the session's own key, and a
    # secret that all machines share would be one more to keep: so it says nothing.
    app.config["WTF_CSRF_SECRET_KEY"] = "dangvan"  # noqa: S105
    app.session_interface = SealedSessions(parts.store, f"dangvan_{name}")
    app.extensions[_KEY] = parts
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["layout"] = f"{name}/layout.html"
    app.jinja_env.globals["site"] = parts.site
    app.jinja_env.globals["grounds"] = lambda article: grounds(parts.rules, article)
    app.jinja_env.globals.update(_words_of_laws(parts.released))
    logs.set_up()
    add_headers(app, parts.site.onion)
    app.after_request(drain)
    add_languages(app, str(_ROOT))
    app.before_request(refuse_many_fields)
    limits.add(
        app, parts.site.budgets, parts.site.redis_url
    )  # before the check: what it refuses counts
    add_forms(app)
    add_error_pages(app)
    if parts.site.proxies:
        count = parts.site.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    return app


def _words_of_laws(released: Rules) -> dict[str, Callable[..., str]]:
    """Return what templates call to put a legal basis into words: a page of a case has dozens."""
    # Days that are entered here change no law.
    said = lru_cache(maxsize=_BASES)(partial(citing.in_words, released))
    return {
        "in_words": lambda article: said(article, language()),
        "basis_in_words": lambda ground: citing.basis(ground, language()),
    }


def parts() -> Parts:
    """Return the parts of the application that answers the current request."""
    return cast("Parts", current_app.extensions[_KEY])
