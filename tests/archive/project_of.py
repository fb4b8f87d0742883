"""A small project for the archive's tests, and how it is built."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from producthead_mail.archive.build import Report, build
from producthead_mail.config import Project
from producthead_mail.content.loader import load_publication

NOW = datetime(2024, 6, 3, 12, 0, tzinfo=UTC)
PUBLICATION = """\
name: PRODUCTHEAD
tagline: everything in its right product
url: https://newsletter.example.com
timezone: Europe/London
from: {name: Jock, email: jock@example.com}
audience: {csv: audience/sample.csv}
unsubscribe: {asm_group: 12345}
defaults: {first_name: there}
"""
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def project_in(folder: Path, publication: str = PUBLICATION) -> Project:
    """A project without an edition."""
    made = Project(folder)
    made.editions.mkdir(parents=True)
    made.publication.write_text(publication, "utf-8")
    return made


def write(project: Project, slug: str, front: str = "", essay: str = "Words.\n", title: str = "") -> Path:
    """An edition's file; its date is how the slug begins."""
    path = project.editions / f"{slug}.md"
    title = title or f"Edition {slug}"
    path.write_text(f"---\ntitle: {title}\ndate: {slug[:10]}\n{front}---\n\n{essay}", "utf-8")
    return path


def built(project: Project, now: datetime = NOW) -> Report:
    """What a build into build/archive reports."""
    return build(project, load_publication(project), project.build / "archive", now)


def page(project: Project, path: str) -> str:
    """A page of the built site by its folder."""
    return (project.build / "archive" / path / "index.html").read_text("utf-8")


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of every file of the site but its list."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".producthead-archive.json"
    }
