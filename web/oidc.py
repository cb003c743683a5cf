"""Asking an OpenID provider who somebody is: authorization code flow with PKCE.

Nothing that the provider hands out is kept or logged; what comes out is one identifier.
"""

import json
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from secrets import token_urlsafe
from typing import Any, cast
from urllib.parse import urlsplit

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

#: Signatures of somebody who has a key that we have not: no shared secret, no "none".
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519"),
)
#: Seconds for which a description of the provider is believed, and by which clocks may differ.
_BELIEVED, _LEEWAY = 3600, 60
#: Seconds that the provider may be silent; bytes of one answer of it.
_PATIENCE, _MOST = 5, 1024 * 1024
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_SUBJECT = 255  # OpenID Connect Core, section 2


class Away(Exception):
    """The provider does not answer, or not as an OpenID provider does."""


class Unproved(Exception):
    """What came back does not prove who somebody is."""


@dataclass(frozen=True)
class Question:
    """What one attempt is recognised by when its answer comes; each is used once."""

    state: str
    nonce: str
    verifier: str = field(repr=False)

    @classmethod
    def new(cls) -> "Question":
        """Draw one."""
        return cls(token_urlsafe(32), token_urlsafe(32), token_urlsafe(48))


@dataclass(frozen=True)
class Provider:
    """An OpenID provider, and who we are to it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)

    def place(self, question: Question, back: str) -> str:
        """Return the address at which the provider asks; `back` is ours. Raises Away."""
        uri = prepare_grant_uri(
            self._described()["authorization_endpoint"],
            self.client_id,
            "code",
            redirect_uri=back,
            scope="openid",
            state=question.state,
            nonce=question.nonce,
            code_challenge=create_s256_code_challenge(question.verifier),
            code_challenge_method="S256",
        )
        return str(uri)

    def subject(self, question: Question, code: str, back: str, now: datetime) -> str:
        """Return who it is that a code speaks of. Raises Away, Unproved."""
        described = self._described()
        keys = _fetch(described["jwks_uri"])
        tokens = self._exchange(described, question, code, back)
        try:
            token = jwt.decode(
                tokens["id_token"],
                KeySet.import_key_set(cast("Any", keys)),
                registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
            )
            claims = CodeIDToken(
                token.claims,
                token.header,
                {"iss": {"value": self.issuer}, "aud": {"value": self.client_id}},
                {
                    "nonce": question.nonce,
                    "client_id": self.client_id,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(int(now.timestamp()), _LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError):
            raise Unproved from None
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            raise Unproved
        return subject

    def _exchange(
        self, described: dict[str, Any], question: Question, code: str, back: str
    ) -> dict[str, Any]:
        known = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        how = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        to, headers, body = ClientAuth(self.client_id, self.client_secret, how).prepare(
            "POST",
            described["token_endpoint"],
            {"Content-Type": "application/x-www-form-urlencoded"},
            prepare_token_request(
                "authorization_code", redirect_uri=back, code=code, code_verifier=question.verifier
            ),
        )
        return _fetch(to, body, headers)

    def _described(self) -> dict[str, Any]:
        return _described(self.issuer, int(time.monotonic() // _BELIEVED))


def is_protected(address: str) -> bool:
    """Tell whether nobody on the way can read or change what is sent to an address."""
    try:
        parts = urlsplit(address)
        name, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if name is None or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and name in _HERE)


@lru_cache(maxsize=4)
def _described(issuer: str, _period: int) -> dict[str, Any]:
    """Return what a provider says of itself (OpenID Connect Discovery). Raises Away."""
    try:
        held = _fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    except Unproved:
        raise Away from None
    places = [held.get(each) for each in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if held.get("issuer") != issuer or not all(
        isinstance(each, str) and is_protected(each) for each in places
    ):
        raise Away
    return held


def _fetch(
    address: str, sent: str | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return an object of JSON; what leads elsewhere is not followed. Raises Away, Unproved."""
    parts = urlsplit(address)
    line: HTTPConnection
    if parts.scheme == "https":
        secure = ssl.create_default_context()
        line = HTTPSConnection(parts.netloc, timeout=_PATIENCE, context=secure)
    else:
        line = HTTPConnection(parts.netloc, timeout=_PATIENCE)
    where = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with closing(line):
            line.request(
                "GET" if sent is None else "POST",
                where,
                sent,
                {"Accept": "application/json", **(headers or {})},
            )
            answer = line.getresponse()
            if 400 <= answer.status < 500:  # noqa: PLR2004  (it answers, and says no)
                raise Unproved
            held = json.loads(answer.read(_MOST))
    except (OSError, HTTPException, ValueError):
        raise Away from None
    if answer.status != 200 or not isinstance(held, dict):  # noqa: PLR2004
        raise Away
    return held
