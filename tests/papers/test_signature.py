"""The signature over a manifest is checked by OpenSSL, which is not what made it."""

import subprocess
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509

from papers.signature import Certificate, fingerprint, make_certificate, sign

DAY = date(2026, 2, 5)
NAME = "Thanh tra thành phố Huế"
CONTENT = '{"dossier":"Số 1"}\r\n'.encode()


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return make_certificate(NAME, DAY)


def checks(
    folder: Path, content: bytes, signature: bytes, certificate: bytes, on: str = "2026-02-05"
) -> bool:
    for name, value in {"m": content, "m.p7s": signature, "c.pem": certificate}.items():
        (folder / name).write_bytes(value)
    seconds = subprocess.run(
        ["date", "-u", "-d", on, "+%s"], check=True, capture_output=True, text=True
    ).stdout.strip()
    command = "openssl cms -verify -binary -inform DER -in m.p7s -content m -CAfile c.pem -out out"
    run = subprocess.run(
        [*command.split(), "-attime", seconds],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode == 0 and "CMS Verification successful" in run.stderr


def test_openssl_confirms_the_signature(tmp_path: Path, certificate: Certificate) -> None:
    signature = sign(CONTENT, certificate)
    assert checks(tmp_path, CONTENT, signature, certificate.certificate)
    assert (tmp_path / "out").read_bytes() == CONTENT


@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT.replace(b"1", b"2"), CONTENT * 2])
def test_openssl_refuses_other_bytes(
    tmp_path: Path, certificate: Certificate, content: bytes
) -> None:
    assert not checks(tmp_path, content, sign(CONTENT, certificate), certificate.certificate)


def test_another_instance_of_the_same_name_is_refused(
    tmp_path: Path, certificate: Certificate
) -> None:
    other = make_certificate(NAME, DAY)
    assert not checks(tmp_path, CONTENT, sign(CONTENT, other), certificate.certificate)


@pytest.mark.parametrize(
    ("on", "valid"),
    [
        ("2026-02-03 23:00", False),
        ("2026-02-04 17:00", True),  # midnight of the 5th in Huế
        ("2036-02-04 23:00", True),
        ("2036-02-06 00:00", False),
    ],
)
def test_a_certificate_holds_from_its_day_for_ten_years(
    tmp_path: Path, certificate: Certificate, on: str, *, valid: bool
) -> None:
    signature = sign(CONTENT, certificate)
    assert checks(tmp_path, CONTENT, signature, certificate.certificate, on) is valid


def test_a_leap_day_has_a_tenth_year() -> None:
    made = x509.load_pem_x509_certificate(make_certificate(NAME, date(2028, 2, 29)).certificate)
    assert made.not_valid_after_utc.date() == date(2038, 3, 1)


def test_the_signature_bears_no_time(certificate: Certificate) -> None:
    printed = subprocess.run(
        ["openssl", "cms", "-cmsout", "-print", "-inform", "DER"],
        input=sign(CONTENT, certificate),
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert "signingTime" not in printed
    assert printed.count("<ABSENT>") >= 2  # signed and unsigned attributes


def test_the_fingerprint_is_that_which_openssl_prints(certificate: Certificate) -> None:
    printed = subprocess.run(
        ["openssl", "x509", "-noout", "-fingerprint", "-sha256"],
        input=certificate.certificate,
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert printed.strip().partition("=")[2].replace(":", "").lower() == fingerprint(
        certificate.certificate
    )


@pytest.mark.parametrize("name", ["", "x" * 65])
def test_a_name_that_no_certificate_can_bear_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="1 to 64 characters"):
        make_certificate(name, DAY)


def test_the_key_is_not_shown(certificate: Certificate) -> None:
    assert "PRIVATE" not in repr(certificate)
