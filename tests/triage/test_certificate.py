"""The certificate of an instance: made once, on the machine that signs, and public."""

from pathlib import Path

import pytest
from sqlalchemy import update

from papers import signature
from records.errors import FolderUnusable
from records.instance import Instance
from records.work import Store, reading, writing
from tests.triage.conftest import TODAY
from triage import certificate


@pytest.fixture
def without(store: Store, tmp_path: Path) -> Path:
    """An instance that was founded before it could sign."""
    with writing(store) as work:
        work.session.execute(update(Instance).values(signing_certificate_pem=None))
    return tmp_path


def test_a_founded_instance_has_a_certificate(store: Store) -> None:
    assert certificate.public(store).startswith(b"-----BEGIN CERTIFICATE-----")
    assert len(signature.fingerprint(certificate.public(store))) == 64


def test_an_older_instance_gets_one_when_it_first_signs_and_keeps_it(
    store: Store, without: Path
) -> None:
    with pytest.raises(certificate.NoCertificate):
        certificate.public(store)
    made = certificate.own(store, without, TODAY)
    assert (without / certificate.KEY).stat().st_mode & 0o777 == 0o600
    assert certificate.own(store, without, TODAY) == made
    assert certificate.public(store) == made.certificate
    with reading(store) as work:
        assert "PRIVATE" not in str(work.session.get_one(Instance, 1).signing_certificate_pem)


def test_an_attempt_that_was_interrupted_is_no_obstacle(store: Store, without: Path) -> None:
    (without / certificate.KEY).write_text("a key whose certificate was never kept")
    made = certificate.own(store, without, TODAY)
    assert certificate.own(store, without, TODAY) == made


@pytest.mark.parametrize("held", ["nothing", "another", "damaged"])
def test_a_machine_without_the_key_signs_nothing_and_draws_no_other(
    store: Store, without: Path, tmp_path_factory: pytest.TempPathFactory, held: str
) -> None:
    certificate.own(store, without, TODAY)
    known, other = certificate.public(store), tmp_path_factory.mktemp("keys")
    if held == "another":
        (other / certificate.KEY).write_bytes(signature.make_certificate("khác", TODAY).key)
    elif held == "damaged":
        (other / certificate.KEY).write_text("-----BEGIN")
    with pytest.raises(FolderUnusable):
        certificate.own(store, other, TODAY)
    assert certificate.public(store) == known
