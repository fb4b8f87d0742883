"""The project's own pictures, by the path that an address has below the site's."""

from __future__ import annotations

from pathlib import Path

PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp"}
"""Endings of what is shown."""


def within(root: Path, name: str) -> Path | None:
    """The file of that name under the root, None where there is none or it lies elsewhere."""
    root = root.resolve()
    try:
        path = (root / name).resolve()
        return path if path.is_relative_to(root) and path.is_file() else None
    except (OSError, ValueError):
        return None
