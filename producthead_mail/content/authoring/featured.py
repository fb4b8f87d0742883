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
    words, wanted = _words(url), page_key(url)
    near = [slug for slug, text in texts.items() if any(word in text for word in words)]
    return [slug for slug in near if wanted in _keys(texts[slug], keys)]


def _words(url: str) -> set[str]:
    """What is somewhere in the text of an edition with that address: parsing each would take seconds."""
    host, *path = page_key(url).partition("?")[0].split("/")
    longest = max(path, key=len, default="")
    return {longest, quote(longest)} if longest else {host}


def _keys(text: str, keys: Sequence[str]) -> set[str]:
    try:
        items = [item for key in keys for item in items_of(text, key)]
    except InputError:
        return set()
    return {page_key(url) for item in items if (url := address_of(item))}
