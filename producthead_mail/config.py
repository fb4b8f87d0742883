"""Where a project keeps its files, and what the environment says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from producthead_mail.errors import UsageError


@dataclass(frozen=True, slots=True)
class Project:
    """The folders of one publication."""

    root: Path

    @property
    def content(self) -> Path:
        return self.root / "content"

    @property
    def publication(self) -> Path:
        return self.content / "publication.yaml"

    @property
    def editions(self) -> Path:
        return self.content / "editions"

    @property
    def layouts(self) -> Path:
        return self.root / "layouts"

    @property
    def state(self) -> Path:
        """Git-ignored: ledger.db, outbox/, cache/."""
        return self.root / ".producthead"

    @property
    def build(self) -> Path:
        return self.root / "build"


def find_project(start: Path) -> Project:
    """The nearest parent of `start` (or itself) with content/publication.yaml; UsageError where none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "content" / "publication.yaml").is_file():
            return Project(folder)
    raise UsageError(
        f"{start}: no content/publication.yaml here or in any parent folder; "
        "go to the project or name it with --project DIR"
    )
