"""Second factors as values: one-time codes, passkeys, recovery codes. No table, no clock."""

import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from secrets import choice

import pyotp
from pydantic import TypeAdapter

#: Recovery codes that are handed out at once, and their characters: 50 bits each.
RECOVERY_CODES = 10
_CHARACTERS = 10
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that looks alike
_ALIKE = str.maketrans("ILO", "110", "- ")
#: Seconds of one code, and for how many of these steps a clock may be wrong.
_STEP, _WRONG = 30, 1
_ISSUER = "Đăng Văn"


class How(StrEnum):
    """By which factor somebody has proved who they are."""

    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"


@dataclass(frozen=True)
class Passkey:
    """A key in somebody's device (WebAuthn): identifier and public key in base64url."""

    name: str
    id: str
    public_key: str
    #: What the device counted last; a copy of it would count anew. 0 where it does not count.
    count: int


@dataclass(frozen=True)
class Factors:
    """All second factors of a person."""

    #: The secret that the person's app shares (RFC 6238), in base32.
    secret: str | None = None
    #: The step of the last code that was taken: no code is taken twice.
    step: int = 0
    passkeys: tuple[Passkey, ...] = ()
    #: SHA-256 of the recovery codes that are left.
    recovery: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Tell whether somebody could prove anything with these; recovery codes alone run out."""
        return self.secret is not None or bool(self.passkeys)

    def to_json(self) -> bytes:
        """Return them as JSON."""
        return _JSON.dump_json(self)

    @classmethod
    def from_json(cls, data: str | bytes) -> "Factors":
        """Return what `to_json` wrote."""
        return _JSON.validate_json(data)


_JSON = TypeAdapter(Factors)


def new_secret() -> str:
    """Draw the secret of an app's codes: 160 bits."""
    return pyotp.random_base32()


def address(secret: str, login: str) -> str:
    """Return what the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)


def spend(factors: Factors, typed: str, now: datetime) -> tuple[Factors, How] | None:
    """Take a one-time code or a recovery code; return what is left, None if it is worth nothing."""
    code = typed.upper().translate(_ALIKE)
    if len(code) == _CHARACTERS:
        mark = _mark(code)
        left = tuple(each for each in factors.recovery if not hmac.compare_digest(each, mark))
        if len(left) < len(factors.recovery):
            return replace(factors, recovery=left), How.RECOVERY
        return None
    if factors.secret is None:
        return None
    step = _step_of(factors.secret, code, now)
    if step is None or step <= factors.step:
        return None
    return replace(factors, step=step), How.TOTP


def with_app(factors: Factors, secret: str, typed: str, now: datetime) -> Factors | None:
    """Add an app's codes once one of them was right; None if it was not."""
    proved = spend(Factors(secret), typed, now)
    return None if proved is None else replace(factors, secret=secret, step=proved[0].step)


def with_recovery_codes(factors: Factors) -> tuple[Factors, tuple[str, ...]]:
    """Draw new recovery codes in the place of the old ones, and return them; they are not kept."""
    codes = tuple(
        "".join(choice(_ALPHABET) for _ in range(_CHARACTERS)) for _ in range(RECOVERY_CODES)
    )
    spelled = tuple(f"{code[:5]}-{code[5:]}" for code in codes)
    return replace(factors, recovery=tuple(map(_mark, codes))), spelled


def _mark(code: str) -> str:
    return sha256(code.encode("utf-8", "replace")).hexdigest()


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step whose code this is, among those around `now`."""
    app, this = pyotp.TOTP(secret, interval=_STEP), int(now.timestamp()) // _STEP
    for step in range(this - _WRONG, this + _WRONG + 1):
        if hmac.compare_digest(app.generate_otp(step).encode(), code.encode("utf-8", "replace")):
            return step
    return None
