"""The instance's signature over a manifest: detached CMS (RFC 5652), which any office can check.

    openssl cms -verify -binary -inform DER -in manifest.p7s -content manifest.json
        -CAfile instance.pem

ECDSA on P-256, because what offices check with knows no newer algorithms. The signature bears no
time of day: it has no signed attributes, and the day stands in the manifest.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

_YEARS = 10
_LONGEST_NAME = 64  # X.520: ub-common-name
_OPTIONS = (
    pkcs7.PKCS7Options.DetachedSignature,
    pkcs7.PKCS7Options.Binary,
    pkcs7.PKCS7Options.NoAttributes,
)


@dataclass(frozen=True)
class Certificate:
    """The instance's key for signing, and its certificate; both PEM. The key is a secret."""

    key: bytes = field(repr=False)
    certificate: bytes


def make_certificate(name: str, day: date) -> Certificate:
    """Draw a key, and certify it by itself from that day on, wherever it begins, for ten years.

    `name`: the office that runs the instance. Raises ValueError unless it has 1 to 64 characters.
    """
    if not 0 < len(name) <= _LONGEST_NAME:
        raise ValueError(f"a certificate names its owner in 1 to {_LONGEST_NAME} characters")
    key = ec.generate_private_key(ec.SECP256R1())
    owner = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(owner)
        .issuer_name(owner)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.combine(day - timedelta(days=1), time(), UTC))
        .not_valid_after(datetime.combine(_years_later(day), time(), UTC))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_for_signatures(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Certificate(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


def paired(key: bytes, certificate: bytes) -> Certificate:
    """Return a key and its certificate, both PEM. Raises ValueError if they are not one pair."""
    private = serialization.load_pem_private_key(key, password=None)
    if private.public_key() != x509.load_pem_x509_certificate(certificate).public_key():
        raise ValueError("the key is not that of the certificate")
    return Certificate(key, certificate)


def sign(content: bytes, certificate: Certificate) -> bytes:
    """Return the detached signature over these bytes (DER), which carries the certificate."""
    key = serialization.load_pem_private_key(certificate.key, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("an instance signs with a key of an elliptic curve")
    signer = x509.load_pem_x509_certificate(certificate.certificate)
    return (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(content)
        .add_signer(signer, key, hashes.SHA256())
        .sign(serialization.Encoding.DER, list(_OPTIONS))
    )


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a PEM certificate, in hex, by which offices know each other's."""
    return x509.load_pem_x509_certificate(certificate).fingerprint(hashes.SHA256()).hex()


def _years_later(day: date) -> date:
    """Return the same day in ten years; for 29 February, 1 March."""
    try:
        return day.replace(year=day.year + _YEARS)
    except ValueError:
        return date(day.year + _YEARS, 3, 1)


def _for_signatures() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
