"""In which editions a page was linked before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from producthead_mail.content.authoring.editing import address_of, items_of
from producthead_mail.content.authoring.links import page_key
from producthead_mail.content.yaml_source import read_text
from producthead_mail.errors import InputError


def texts_of(paths: Iterable[Path]) -> dict[str, str]:
    """The texts of editions by their slugs; those that can't be read are left out."""
    found = {}
    for path in paths:
        try:
            found[path.stem] = read_text(path, str(path))
        except InputError:
            continue
    return found


def linking(texts: dict[str, str], url: str, keys: Sequence[str] = ("curated", "posts")) -> list[str]:
    """The slugs of the editions with an item for that page under one of the keys."""
    wanted = page_key(url)
    return [slug for slug, text in texts.items() if _may_link(text, wanted) and wanted in _keys(text, keys)]


def _may_link(text: str, wanted: str) -> bool:
    """Whether the host and the longest part of the path stand somewhere: parsing each text takes seconds."""
    host, *path = wanted.partition("?")[0].split("/")
    longest = max(path, key=len, default="")
    return (f"/{longest}" in text or f"/{quote(longest)}" in text) and host in text.lower()


def _keys(text: str, keys: Sequence[str]) -> set[str]:
    try:
        items = [item for key in keys for item in items_of(text, key)]
    except InputError:
        return set()
    return {page_key(url) for item in items if (url := address_of(item))}
