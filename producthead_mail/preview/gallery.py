"""A folder of pictures with a page to look at them, made whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from producthead_mail.clients.chromium import chromium
from producthead_mail.clients.support import load_support
from producthead_mail.errors import UsageError
from producthead_mail.preview.compare import TOLERANCE, Comparison, compare
from producthead_mail.preview.contact_sheet import Sheet, change_lines, clients, counted, draw
from producthead_mail.preview.shot_folder import CHANGES, INDEX, REPORT, SHEET, pictures_in, replaced
from producthead_mail.preview.shots import Asked, Subject, Taken, take


@dataclass(frozen=True, slots=True)
class Gallery:
    """What lies in the folder."""

    folder: Path
    edition: str
    digest: str
    chromium: str
    taken: tuple[Taken, ...]
    not_fetched: int
    """Addresses of pictures and the like that are not the project's."""
    comparison: Comparison | None

    @property
    def changes(self) -> tuple[tuple[str, str], ...]:
        """What differs from the baseline, each with the marked picture, if there is one."""
        return change_lines(self.comparison, CHANGES) if self.comparison else ()

    @property
    def facts(self) -> str:
        """Such as `32 pictures in Chromium 156.0`."""
        not_fetched = f", {counted(self.not_fetched, 'file')} not fetched" if self.not_fetched else ""
        return f"{counted(len(self.taken), 'picture')} by Chromium {self.chromium}{not_fetched}"

    def as_dict(self) -> dict[str, Any]:
        """The gallery as shots.json has it."""
        return {
            "edition": self.edition,
            "digest": self.digest,
            "chromium": self.chromium,
            "not_fetched": self.not_fetched,
            "pictures": [_picture(one) for one in self.taken],
            "comparison": _comparison(self.comparison),
        }


def make(subject: Subject, asked: Asked, out: Path, baseline: Path | None) -> Gallery:
    """Takes the pictures and compares them; the folder `out` is replaced once everything is there.

    UsageError where `out` holds other things; InputError where the baseline can't be used or there is no
    browser; OutsideError where the browser fails.
    """
    if baseline is not None and baseline.resolve() == out.resolve():
        raise UsageError(f"--baseline {baseline} would be replaced by the new pictures; name another --out")
    before = pictures_in(baseline) if baseline else None
    with replaced(out) as folder, chromium() as browser:
        taken, not_fetched = take(browser, subject, asked.shots(), folder)
        now = {one.shot.name: folder / one.shot.name for one in taken}
        comparison = None
        if before is not None:
            old = {name: path for name, path in before.items() if asked.includes(name)}
            comparison = compare(old, now, folder / CHANGES)
        gallery = Gallery(
            out, subject.edition, subject.digest, browser.version, taken, not_fetched, comparison
        )
        (folder / INDEX).write_text(_sheet(gallery, subject.title).html(), encoding="utf-8")
        draw(browser, folder / INDEX, folder / SHEET)
        report = json.dumps(gallery.as_dict(), ensure_ascii=False, indent=2)
        (folder / REPORT).write_text(report + "\n", encoding="utf-8")
    return gallery


def _sheet(gallery: Gallery, title: str) -> Sheet:
    support = load_support()
    source = f"{support.credit}, {support.licence} licence, {support.source}"
    return Sheet(
        title,
        gallery.facts,
        gallery.digest,
        f"What clients support: {support.updated.isoformat()}, {source}",
        clients(gallery.taken),
        _verdict(gallery),
        gallery.changes,
    )


def _verdict(gallery: Gallery) -> str:
    if gallery.comparison is None:
        return ""
    differing = len(gallery.changes)
    of = counted(differing + gallery.comparison.same, "picture")
    return f"Not as in the baseline: {differing} of {of}" if differing else "All as in the baseline"


def _picture(one: Taken) -> dict[str, Any]:
    shot = one.shot
    return {
        "file": shot.name,
        "client": shot.client,
        "mode": shot.mode.value,
        "window": shot.width,
        "width": one.width,
        "height": one.height,
    }


def _comparison(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    changed: Sequence[dict[str, Any]] = [
        {
            "file": one.name,
            "pixels": one.pixels,
            "box": one.box,
            "old": one.old,
            "new": one.new,
            "marked": f"{CHANGES}/{one.name}",
        }
        for one in comparison.changed
    ]
    return {
        "tolerance": TOLERANCE,
        "same": comparison.same,
        "changed": changed,
        "new": comparison.new,
        "missing": comparison.missing,
    }
