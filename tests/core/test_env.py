"""Settings are typed, and a wrong one stops the start with its name and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from grading import env, locations
from tests.conftest import Manage

NAME = "INKGRADE_EXAMPLE"


@pytest.fixture(autouse=True)
def _own_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "REGISTER", {})


def give(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)


def test_an_unset_or_empty_setting_is_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.env_int(NAME, 3, "An example.") == 3
    give(monkeypatch, "  ")
    assert env.env_int(NAME, 3, "An example.") == 3


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("1", True), ("Off", False), ("no", False)])
def test_yes_and_no_have_several_spellings(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    give(monkeypatch, text)
    assert env.env_bool(NAME, not value, "An example.") is value


def test_a_list_is_cut_at_its_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "a.example, b.example,")
    assert env.env_list(NAME, [], "An example.") == ["a.example", "b.example"]


def test_a_path_becomes_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "scans")
    assert env.env_path(NAME, None, "An example.", shown="empty") == Path.cwd() / "scans"


def test_nonsense_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "many")
    with pytest.raises(ImproperlyConfigured, match="INKGRADE_EXAMPLE='many' is not a whole number"):
        env.env_int(NAME, 3, "An example.")
    with pytest.raises(ImproperlyConfigured, match="is not yes or no"):
        env.env_bool(NAME, False, "An example.")


def test_a_number_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "99")
    with pytest.raises(ImproperlyConfigured, match="between 1 and 9"):
        env.env_int(NAME, 3, "An example.", least=1, most=9)


def test_a_url_of_another_scheme_is_refused_without_showing_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give(monkeypatch, "mysql://root:geheim@host/ink")
    with pytest.raises(ImproperlyConfigured) as caught:
        env.env_url(NAME, "", "An example.", schemes=("postgresql",))
    assert "must begin with postgresql://" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_a_required_secret_that_is_missing_or_short_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="is not set"):
        env.env_secret(NAME, "An example.", required=True, shown="none")
    give(monkeypatch, "short")
    with pytest.raises(ImproperlyConfigured, match="too short"):
        env.env_secret(NAME, "An example.", required=False, shown="none")


def test_every_setting_is_registered_with_its_meaning() -> None:
    env.env_str(NAME, "x", "An example.")
    assert env.REGISTER[NAME] == env.Setting(NAME, "text", "x", "An example.")


def test_a_postgresql_address_is_taken_apart() -> None:
    parts = locations.database(
        "postgresql://ink:p%40ss@db.example:5433/grades?sslmode=require", Path("/home")
    )
    assert parts["NAME"] == "grades"
    assert (parts["USER"], parts["PASSWORD"], parts["HOST"], parts["PORT"]) == (
        "ink",
        "p@ss",
        "db.example",
        "5433",
    )
    assert parts["OPTIONS"] == {"sslmode": "require"}


def test_a_postgresql_address_without_a_name_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="names no database"):
        locations.database("postgresql://db.example", Path("/home"))


def test_without_an_address_the_database_is_a_file_in_home() -> None:
    assert locations.database("", Path("/home/ink"))["NAME"] == "/home/ink/inkgrade.sqlite3"
    assert locations.database("sqlite:////srv/ink.db", Path("/home/ink"))["NAME"] == "/srv/ink.db"
    with pytest.raises(ImproperlyConfigured, match="absolute path"):
        locations.database("sqlite:///ink.db", Path("/home/ink"))


def test_storage_is_a_bucket_or_a_folder() -> None:
    bucket = locations.media_storage("s3://scans/school?endpoint=http://minio:9000", Path("/h"))["OPTIONS"]
    assert (bucket["bucket_name"], bucket["location"]) == ("scans", "school")
    assert bucket["endpoint_url"] == "http://minio:9000"
    assert locations.media_storage("", Path("/h"))["OPTIONS"]["location"] == "/h/media"


def test_the_secret_of_a_home_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = locations.kept_secret(tmp_path / "home")
    assert locations.kept_secret(tmp_path / "home") == first
    assert len(first) > 50
    assert (tmp_path / "home" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["secret_key"]


def test_a_wrong_setting_ends_a_command_with_one_line(manage: Manage) -> None:
    run = manage("worker", INKGRADE_LEASE_SECONDS="soon")
    assert run.returncode == 2
    assert run.stderr.strip() == (
        "Error: INKGRADE_LEASE_SECONDS='soon' is not a whole number. "
        "Correct or unset INKGRADE_LEASE_SECONDS and start again."
    )


def test_the_distributed_service_does_not_start_without_its_secret(manage: Manage) -> None:
    run = manage("check", REDIS_URL="redis://127.0.0.1:6379/0")
    assert run.returncode == 2
    assert run.stderr.startswith("Error: SECRET_KEY is not set.")
