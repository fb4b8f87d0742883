"""A project of its own for every test, made from the repository's content and layouts."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from producthead_mail.cli.app import app
from tests.standin import Standin

ROOT = Path(__file__).parent.parent.parent
Run = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("content", "layouts"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def run(project: Path) -> Run:
    return lambda *arguments: CliRunner().invoke(app, ["--project", str(project), *arguments])


@pytest.fixture
def sendgrid(sendgrid_server: Standin, monkeypatch: pytest.MonkeyPatch) -> Standin:
    """The stand-in, which the command line takes for SendGrid."""
    monkeypatch.setenv("SENDGRID_API_KEY", sendgrid_server.account.key)
    monkeypatch.setenv("PRODUCTHEAD_SENDGRID_URL", sendgrid_server.url)
    return sendgrid_server
