"""What a page says of itself for machines: JSON-LD and meta tags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_ARTICLES = re.compile(
    r"\w*(?:Article|BlogPosting|Posting|Report|Review|VideoObject|PodcastEpisode|Episode|CreativeWork|Book|Event)",
)
_DEEPEST = 6


def metas(tree: Any) -> dict[str, str]:
    """The first content of each meta tag by its name or property, in lower case."""
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = (meta.get("content") or "").strip()
        for name in (meta.get("property"), meta.get("name"), meta.get("itemprop")):
            if name and content:
                found.setdefault(name.strip().lower(), content)
    return found


def objects(tree: Any) -> list[dict[str, Any]]:
    """Every object of the page's JSON-LD, whatever list or graph it stands in."""
    found: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() == "application/ld+json":
            found += _flat(_parsed(script.text or ""), 0)
    return found


def article(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The object that is the page's article, or an empty one."""
    articles = [one for one in found if any(map(_ARTICLES.fullmatch, _types(one)))]
    headed = [one for one in found if one.get("headline")]
    return next(iter([*articles, *headed]), {})


def names(value: Any) -> list[str]:
    """The names in a value that is a text, an object with a name, or a list of such."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return names(value.get("name"))
    return [name for one in value for name in names(one)] if isinstance(value, list) else []


def address(value: Any) -> str:
    """The address in a value that is one, an object with a `url`, or a list of such; else an empty text."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("url") or value.get("@id")
    return value if isinstance(value, str) else ""


def is_free(value: Any) -> bool | None:
    """What `isAccessibleForFree` says; None where it says nothing."""
    word = str(value).strip().lower().rpartition("/")[2]
    return {"true": True, "false": False}.get(word)


def _types(one: dict[str, Any]) -> list[str]:
    return names(one.get("@type"))


def _parsed(text: str) -> Any:
    try:
        return json.loads(_bare(text), strict=False)
    except (ValueError, RecursionError):
        return None


def _bare(text: str) -> str:
    """The text without the comment or the CDATA section that it may stand in."""
    text = text.strip()
    opened = re.match(r"<!--|(?://\s*)?<!\[CDATA\[", text)
    text = text[opened.end() if opened else 0 :].removesuffix(";").rstrip()
    return text[:-3].rstrip().removesuffix("//") if text.endswith(("-->", "]]>")) else text


def _flat(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _flat(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _flat(value.get(key), depth + 1)
