"""A small OpenID provider over HTTP on this machine, that checks what a real one does."""

import json
import ssl
import threading
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CLIENT_ID, SECRET = "dang-van", "bí mật: không".encode().hex()
GO_ON = "Tôi đây"
ACCESS_TOKEN = "the-access-token-of-this-test"


@dataclass
class CityProvider:
    """Who signs in next is `subject`; what is set below `claims` on, is wrong on purpose."""

    redirect_uri: str
    issuer: str = ""
    subject: str = "cccd-0123"
    key: ECKey | RSAKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "mot"}))
    methods: tuple[str, ...] = ("client_secret_basic",)
    #: Codes that wait, with the query that each came of.
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    #: What was asked of the token endpoint, and what it answered.
    exchanged: list[dict[str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    left_out: str = ""
    described: dict[str, Any] = field(default_factory=dict)
    signed_by: Any = None
    alg: str = "ES256"
    status: int = 200
    #: Whether the person sees a page, as at a real provider, and goes on from there.
    asks: bool = False

    def description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?realm=hue",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "token_endpoint_auth_methods_supported": list(self.methods),
        } | self.described

    def authorize(self, query: dict[str, str]) -> str:
        """Sign the person in, and return where their browser is led."""
        assert query["realm"] == "hue"
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert query["redirect_uri"] == self.redirect_uri
        assert query["code_challenge_method"] == "S256"
        assert query["scope"] == "openid"
        code = token_urlsafe(8)
        self.codes[code] = query
        return f"{self.redirect_uri}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, sent: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Give tokens for a code, once, to whom it was given."""
        self.exchanged.append(sent)
        if self.status != 200:
            return self.status, {"error": "server_error"}
        basic = b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        known = (
            authorization == f"Basic {basic}"
            if "client_secret_basic" in self.methods
            else (sent.get("client_id"), sent.get("client_secret")) == (CLIENT_ID, SECRET)
        )
        query = self.codes.pop(sent.get("code", ""), None)
        if (
            not known
            or query is None
            or sent["redirect_uri"] != query["redirect_uri"]
            or create_s256_code_challenge(sent["code_verifier"]) != query["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": query["nonce"],
            "at_hash": create_half_hash(ACCESS_TOKEN, "ES256").decode(),
        } | self.claims
        claims.pop(self.left_out, None)
        token = self._signed(claims)
        self.tokens.append(token)
        return 200, {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": token}

    def _signed(self, claims: dict[str, Any]) -> str:
        header, key = {"alg": self.alg, "kid": "mot"}, self.signed_by or self.key
        if self.alg != "none":
            return jwt.encode(header, claims, key, algorithms=[self.alg])
        parts = (urlsafe_b64encode(json.dumps(each).encode()) for each in (header, claims))
        return ".".join((*(each.decode().rstrip("=") for each in parts), ""))

    def visit(self, address: str) -> str:
        """Go to an address of the provider as a browser does; return where that leads."""
        parts = urlsplit(address)
        line = HTTPConnection(parts.netloc, timeout=5)
        line.request("GET", f"{parts.path}?{parts.query}")
        answer = line.getresponse()
        line.close()
        assert answer.status == 302
        return answer.headers["Location"]


def shared_secret_key() -> OctKey:
    """Return what everybody who knows the client's secret could sign with."""
    return OctKey.import_key(SECRET)


@contextmanager
def serving(redirect_uri: str, tls: ssl.SSLContext | None = None) -> Iterator[CityProvider]:
    """Serve a provider on a free port of this machine."""
    city = CityProvider(redirect_uri)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                to = city.authorize(_flat(parts.query))
                data = f'<a href="{escape(to)}">{GO_ON}</a>'.encode() if city.asks else b""
                self.send_response(200 if city.asks else 302)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                if not city.asks:
                    self.send_header("Location", to)
                self.end_headers()
                self.wfile.write(data)
            elif parts.path == "/.well-known/openid-configuration":
                self._say(200, city.description())
            elif parts.path == "/jwks":
                self._say(200, KeySet([city.key]).as_dict(private=False))
            else:
                self._say(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            assert self.path == "/token"
            self._say(*city.exchange(_flat(body), self.headers.get("Authorization", "")))

        def _say(self, status: int, held: Any) -> None:
            data = json.dumps(held).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        city.issuer = f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}"
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield city
        server.shutdown()


def _flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
