"""Settings: a bad one stops the start with its name and the mend, and repeats no secret."""

from pathlib import Path

import pytest

from records.errors import BadConfiguration
from records.settings import Settings


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DANGVAN_DATABASE_URL", "oracle://u:s3cret@db/x", "sqlite:/// or postgresql://"),
        ("DANGVAN_DATABASE_URL", "s3cret, not an address", "no database address"),
        ("DANGVAN_DATABASE_URL", "sqlite://", "in memory"),
        ("DANGVAN_DATABASE_URL", "postgresql://u:p@s3cret@db/x", "%40"),
        ("DANGVAN_S3_ENDPOINT", "http://u:s3cret@db", "https://"),
        ("DANGVAN_DATABASE_URL", "postgresql://u:s3cret@db:notaport/x", "no database address"),
        ("DANGVAN_DATABASE_URL", "postgresql+psycopg2://u:s3cret@db/x", "postgresql://"),
        ("DANGVAN_HOME", "~nobody-of-that-name/x", "not known here"),
        ("DANGVAN_DATABASE_URL", "sqlite:///:memory:", "in memory"),
        ("DANGVAN_BLOBS_URL", "ftp://s3cret", "s3://bucket/prefix"),
        ("DANGVAN_BLOBS_URL", "s3://", "s3://bucket/prefix"),
    ],
)
def test_a_bad_setting_is_named_with_its_mend(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadConfiguration) as caught:
        Settings.read()
    assert str(caught.value).startswith(name)
    assert reason in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGVAN_DATABASE_URL", "")
    assert Settings.read().database.get_backend_name() == "sqlite"


def test_without_any_setting_everything_lies_in_one_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.read()
    assert settings.home == tmp_path / "instance"
    assert settings.database.database == str(tmp_path / "instance" / "dangvan.db")


def test_secrets_stay_out_of_reprs() -> None:
    settings = Settings.read(
        database_url="postgresql://u:s3cret@db/x", s3_secret_access_key="s3cret"
    )
    assert "s3cret" not in repr(settings)
