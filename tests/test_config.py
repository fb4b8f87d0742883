"""Where a project is found, and what its environment may say."""

from pathlib import Path

import pytest

from producthead_mail.config import Project, find_project, load_settings, misspelt, url_fault
from producthead_mail.errors import InputError, UsageError

VARIABLES = (
    "SENDGRID_API_KEY",
    "PRODUCTHEAD_SENDGRID_URL",
    "PRODUCTHEAD_LEDGER",
    "PRODUCTHEAD_HEARTBEAT_URL",
    "PRODUCTHEAD_LEASE_SECONDS",
)


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_a_project_is_the_nearest_parent_with_a_publication(tmp_path: Path) -> None:
    (tmp_path / "content" / "editions").mkdir(parents=True)
    (tmp_path / "content" / "publication.yaml").write_text("name: X\n")
    assert find_project(tmp_path / "content" / "editions") == Project(tmp_path.resolve())


def test_no_project_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--project DIR"):
        find_project(tmp_path)


def test_defaults(tmp_path: Path) -> None:
    settings = load_settings(Project(tmp_path))
    assert settings.sendgrid_api_key.get_secret_value() == ""
    assert (settings.sendgrid_url, settings.ledger, settings.heartbeat_url) == ("", "", "")
    assert settings.lease_seconds == 180


def test_dot_env_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SENDGRID_API_KEY=from-file\nPRODUCTHEAD_LEDGER=sqlite:///a.db\nOTHER=1\n")
    monkeypatch.setenv("PRODUCTHEAD_LEDGER", "sqlite:///b.db")
    settings = load_settings(Project(tmp_path))
    assert settings.sendgrid_api_key.get_secret_value() == "from-file"
    assert settings.ledger == f"sqlite:///{tmp_path}/b.db"


def test_the_key_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.secret")
    assert "SG.secret" not in repr(load_settings(Project(tmp_path)))


def test_every_fault_of_the_environment_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRODUCTHEAD_SENDGRID_URL", "http://api.example.com")
    monkeypatch.setenv("PRODUCTHEAD_HEARTBEAT_URL", "ftp://example.com")
    with pytest.raises(InputError) as caught:
        load_settings(Project(tmp_path))
    assert str(caught.value) == (
        "environment PRODUCTHEAD_HEARTBEAT_URL: not an http or https URL; use https\n"
        "environment PRODUCTHEAD_SENDGRID_URL: plain http to api.example.com, which is not this machine; "
        "use https"
    )


@pytest.mark.parametrize("value", ["soon", "0", "-1", "1.5", "1e400"])
def test_a_lease_is_a_positive_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PRODUCTHEAD_LEASE_SECONDS", value)
    with pytest.raises(InputError) as caught:
        load_settings(Project(tmp_path))
    assert str(caught.value) == (
        "environment PRODUCTHEAD_LEASE_SECONDS: not a whole number from 1 on; mend it, or unset it for what "
        "is usual"
    )


def test_a_variable_that_is_nearly_one_of_ours_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("producthead_ledger=sqlite:///a.db\nPRODUCTHEAD_SENDGRID_API_KEY=SG.x\n")
    monkeypatch.setenv("PRODUCTHEAD_LEDGR", "postgresql://db/producthead")
    monkeypatch.setenv("PRODUCTHEAD_REFERENCE_DATA", "/srv/data")
    monkeypatch.setenv("PRODUCTHEAD_USER", "mail")
    assert [str(one) for one in misspelt(Project(tmp_path))] == [
        "environment PRODUCTHEAD_LEDGR: counts for nothing; did you mean PRODUCTHEAD_LEDGER?",
        "environment PRODUCTHEAD_SENDGRID_API_KEY: counts for nothing; did you mean SENDGRID_API_KEY?",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com",
        "http://127.0.0.1:9",
        "http://[::1]:9",
        "http://localhost",
        "http://127.9.9.9",
    ],
)
def test_allowed_addresses(url: str) -> None:
    assert url_fault(url) == ""


@pytest.mark.parametrize(
    "url", ["http://localhost.example.com", "http://10.0.0.1", "http://0.0.0.0", "https://", "http://[", "x"]
)
def test_refused_addresses(url: str) -> None:
    assert url_fault(url)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"SENDGRID_API_KEY=x\nno value here\n", ".env:2: not NAME=VALUE; mend the line, or put # before it"),
        ("SENDGRID_API_KEY=x\n".encode("utf-16"), ".env: not UTF-8 text; save the file as UTF-8"),
    ],
)
def test_a_dot_env_that_can_not_be_read_is_bad_input(tmp_path: Path, data: bytes, problem: str) -> None:
    (tmp_path / ".env").write_bytes(data)
    with pytest.raises(InputError) as caught:
        load_settings(Project(tmp_path))
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    "url", ["sqlite:////var/lib/l.db", "sqlite:///:memory:", "postgresql://u@h/db", "no url", "sqlite://"]
)
def test_only_a_relative_ledger_file_is_taken_as_the_projects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("PRODUCTHEAD_LEDGER", url)
    assert load_settings(Project(tmp_path)).ledger == url
