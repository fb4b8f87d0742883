"""Writes the approved digest into an edition and leaves every other byte alone."""

from __future__ import annotations

from pathlib import Path

from producthead_mail.content.authoring.editing import set_text
from producthead_mail.content.authoring.rewriting import rewrite


def write_approval(path: Path, digest: str) -> None:
    """Sets `approved: <digest>` in the front matter; the file is replaced at once or not at all.

    InputError where that can't be done without a change of anything else.
    """
    rewrite(path, str(path), lambda text: set_text(text, "approved", digest, shown=str(path)))
