"""The folders that a layout is read from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from producthead_mail.config import Project
from producthead_mail.errors import InputError
from producthead_mail.rendering.layout import load_layout


def test_shared_partials_may_be_missing_but_not_unreadable(tmp_path: Path) -> None:
    project = Project(tmp_path)
    own = project.layouts / "own"
    own.mkdir(parents=True)
    (own / "edition.mjml.j2").write_text("<mjml></mjml>")
    assert dict(load_layout(project, "own").files) == {"own/edition.mjml.j2": "<mjml></mjml>"}

    (project.layouts / "shared").write_text("a file in its place")
    with pytest.raises(InputError, match=re.escape("layouts/shared: can't be read: Not a directory")):
        load_layout(project, "own")
