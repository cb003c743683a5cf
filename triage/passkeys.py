"""Passkeys as values (WebAuthn): what a browser is asked, and whether its answer is worth anything.

No table and no clock. Statements of makers (attestation) are not asked for: which make of device
somebody has is nobody's business, and the key is taken at a page that knows who they are.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field, replace
from secrets import token_bytes
from uuid import UUID

import webauthn
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from triage.factors import Factors, How, Passkey

#: Passkeys of one person at most; and characters of an answer, which are a few thousand.
MOST, LONGEST = 10, 64 * 1024
_CHALLENGE_BYTES = 32
_ISSUER = "Đăng Văn"
_VERIFICATION = UserVerificationRequirement.PREFERRED


class Copied(Exception):
    """A key counts no further than the last time: there may be a copy of it."""


@dataclass(frozen=True)
class Question:
    """What a browser is asked to sign, and where: a key of another address answers nothing."""

    #: The host of the address (what WebAuthn calls rp id), and the address as browsers say it.
    host: str
    origin: str
    #: Drawn for one answer.
    challenge: str = field(default_factory=lambda: _text(token_bytes(_CHALLENGE_BYTES)))


def asked_to_make(question: Question, who: UUID, login: str, held: Factors) -> str:
    """Return what to ask a browser so that it makes a key (JSON)."""
    options = webauthn.generate_registration_options(
        rp_id=question.host,
        rp_name=_ISSUER,
        user_id=who.bytes,
        user_name=login,
        challenge=_bytes(question.challenge),
        exclude_credentials=_described(held),
        authenticator_selection=AuthenticatorSelectionCriteria(
            # A second factor needs no place in the device that tells whose account there is.
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=_VERIFICATION,
        ),
    )
    return webauthn.options_to_json(options)


def asked_to_prove(question: Question, held: Factors) -> str:
    """Return what to ask a browser so that it proves that it has one of the keys (JSON)."""
    options = webauthn.generate_authentication_options(
        rp_id=question.host,
        challenge=_bytes(question.challenge),
        allow_credentials=_described(held),
        user_verification=_VERIFICATION,
    )
    return webauthn.options_to_json(options)


def with_key(held: Factors, asked: Question | None, answer: str, name: str) -> Factors | None:
    """Add the key that a browser has made; None if its answer is worth nothing."""
    if asked is None or len(held.passkeys) >= MOST or len(answer) > LONGEST:
        return None
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=_bytes(asked.challenge),
            expected_rp_id=asked.host,
            expected_origin=asked.origin,
        )
    except Exception:  # noqa: BLE001  (a stranger's bytes go through several parsers)
        return None
    key = Passkey(
        name, _text(made.credential_id), _text(made.credential_public_key), made.sign_count
    )
    if any(each.id == key.id for each in held.passkeys):
        return None
    return replace(held, passkeys=(*held.passkeys, key))


def without_key(held: Factors, key_id: str) -> Factors | None:
    """Remove a key; None if there is no such key, or nothing but recovery codes would be left."""
    left = replace(held, passkeys=tuple(each for each in held.passkeys if each.id != key_id))
    return left if left != held and left.any else None


def spend(held: Factors, asked: Question | None, answer: str) -> tuple[Factors, How] | None:
    """Take a browser's answer as proof; return what is left, None if it is worth nothing.

    Raises Copied.
    """
    if asked is None or len(answer) > LONGEST:
        return None
    try:
        given = webauthn.helpers.parse_authentication_credential_json(answer)
        [key] = [each for each in held.passkeys if _bytes(each.id) == given.raw_id]
        proved = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=_bytes(asked.challenge),
            expected_rp_id=asked.host,
            expected_origin=asked.origin,
            credential_public_key=_bytes(key.public_key),
            credential_current_sign_count=0,  # what it counts is looked at below
        )
    except Exception:  # noqa: BLE001  (as above)
        return None
    if (proved.new_sign_count or key.count) and proved.new_sign_count <= key.count:
        raise Copied
    counted = replace(key, count=proved.new_sign_count)
    keys = tuple(counted if each is key else each for each in held.passkeys)
    return replace(held, passkeys=keys), How.PASSKEY


def _described(held: Factors) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=_bytes(each.id)) for each in held.passkeys]


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
