"""A folder in which a reader types the commands of a page."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.scenes import Scene, served_pages
from tests.standin import Standin


@pytest.fixture
def scene(tmp_path: Path, sendgrid_server: Standin, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("SENDGRID_API_KEY", sendgrid_server.account.key)
    monkeypatch.setenv("PRODUCTHEAD_SENDGRID_URL", sendgrid_server.url)
    monkeypatch.chdir(tmp_path)
    with served_pages() as web:
        yield Scene(tmp_path / "reader", sendgrid_server, web)
