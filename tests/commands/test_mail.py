"""The mail server's settings, and a connection that trusts no stranger with the password."""

import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from commands.mail import Mail, MailFailed, connected
from records.errors import BadConfiguration
from tests.inbox import Inbox, free_port, receiving
from triage.digest import Undeliverable

FROM = "dangvan@hue.example"
TO = "chanh@hue.example"


def settings(port: int, **more: object) -> Mail:
    given = {"smtp_host": "127.0.0.1", "smtp_port": port, "mail_from": FROM}
    return Mail.read(**(given | more))


def message() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = FROM, TO
    mail.set_content("Quá hạn: 1\n")
    return mail


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A file with a new key and a certificate for 127.0.0.1 that nobody trusts yet."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_an_email_goes_out_over_tls_with_the_password(
    certificate: Path, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with receiving(tls) as inbox:
        mail = settings(inbox.port, smtp_user="dangvan", smtp_password="s3cret")
        with connected(mail) as send:
            send(message())
    got = inbox.mails[TO]
    assert got.get_content().splitlines() == ["Quá hạn: 1"]
    assert got["Message-ID"].endswith("@hue.example>")
    assert got["Date"] is not None


def test_a_server_whose_certificate_nobody_trusts_gets_no_password(tls: ssl.SSLContext) -> None:
    with receiving(tls) as inbox:
        mail = settings(inbox.port, smtp_user="dangvan", smtp_password="s3cret")
        with pytest.raises(MailFailed, match="SSLCertVerificationError"), connected(mail):
            pass
    assert inbox.raw == []


def test_a_server_without_tls_is_not_spoken_to_in_the_clear(inbox: Inbox) -> None:
    with pytest.raises(MailFailed, match="SMTPNotSupportedError"), connected(settings(inbox.port)):
        pass


def test_a_refused_password_is_said_without_it(
    certificate: Path, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with receiving(tls) as inbox:
        mail = settings(inbox.port, smtp_user="dangvan", smtp_password="wr0ng")
        with pytest.raises(MailFailed) as caught, connected(mail):
            pass
    assert "SMTPAuthenticationError" in str(caught.value)
    assert "wr0ng" not in str(caught.value)


def test_no_server_is_said_with_its_address() -> None:
    port = free_port()
    with (
        pytest.raises(MailFailed, match=f"127.0.0.1:{port} cannot be used"),
        connected(settings(port)),
    ):
        pass


def test_a_mailbox_that_is_refused_does_not_break_the_connection(inbox: Inbox) -> None:
    inbox.bad = {TO}
    with connected(settings(inbox.port, smtp_starttls=False)) as send:
        with pytest.raises(Undeliverable):
            send(message())
        inbox.bad = set()
        send(message())
    assert len(inbox.raw) == 1


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DANGVAN_SMTP_PORT", "0", "greater than"),
        ("DANGVAN_MAIL_FROM", "", "the address that digests come from"),
        ("DANGVAN_MAIL_FROM", "two@a, @b", "the address that digests come from"),
        ("DANGVAN_DIGEST_HOURS", "7,24", "hours of a day in order"),
        ("DANGVAN_DIGEST_HOURS", "13,7", "hours of a day in order"),
        ("DANGVAN_DIGEST_HOURS", "7,7", "hours of a day in order"),
        ("DANGVAN_DIGEST_HOURS", "seven", "hours of a day in order"),
    ],
)
def test_a_bad_setting_is_named_with_its_mend(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv("DANGVAN_SMTP_HOST", "mail.hue.example")
    monkeypatch.setenv("DANGVAN_MAIL_FROM", FROM)
    monkeypatch.setenv(name, value)
    with pytest.raises(BadConfiguration) as caught:
        Mail.read()
    assert str(caught.value).startswith(name)
    assert reason in str(caught.value)


def test_a_password_is_never_set_up_to_go_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGVAN_SMTP_STARTTLS", "false")
    monkeypatch.setenv("DANGVAN_SMTP_PASSWORD", "s3cret")
    with pytest.raises(BadConfiguration, match="DANGVAN_SMTP_PASSWORD: is sent over TLS") as caught:
        Mail.read()
    assert "s3cret" not in str(caught.value)


def test_without_a_host_no_other_setting_is_needed() -> None:
    mail = Mail.read()
    assert (mail.smtp_host, mail.mail_from, mail.hours) == (None, None, (7, 13))
