"""A message's markup as a tree that a client may change, and back."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import lru_cache
from typing import Any

import lxml.etree
import lxml.html

_DOCTYPE = re.compile(r"\s*(?:<!--.*?-->\s*)*(<!doctype[^>]*>)", re.I | re.S)
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What no tree can hold, and no reader sees."""
_REFERENCE = re.compile(r"&#(?:x0*([0-9a-f]{1,4})|0*([0-9]{1,5}))(?![0-9a-f]);?", re.I)


@lru_cache(maxsize=4)
def _parsed(html: str) -> Any:
    parser = lxml.html.HTMLParser(encoding="utf-8", default_doctype=False, huge_tree=True)
    try:
        return lxml.html.document_fromstring(_fit(html).encode(), parser=parser)
    except lxml.etree.ParserError:
        return None


def _fit(html: str) -> str:
    """The markup without characters that no tree can hold, written out or by number."""
    text = _UNFIT.sub("", html)
    return _REFERENCE.sub(_fit_reference, text) if "&#" in text else text


def _fit_reference(found: re.Match[str]) -> str:
    number = int(found[1], 16) if found[1] else int(found[2])
    return "" if _UNFIT.fullmatch(chr(number)) else found[0]


def parse(html: str) -> Any:
    """A tree of its own for each caller, with lines; None where there is no markup at all."""
    root = _parsed(html)
    return None if root is None else deepcopy(root)


def doctype(html: str) -> str:
    """The doctype as it is written, if there is one."""
    found = _DOCTYPE.match(html)
    return found[1] if found else ""


def written(root: Any, doctype: str) -> str:
    """The tree as markup."""
    html: str = lxml.etree.tostring(root, method="html", encoding="unicode")
    return f"{doctype}\n{html}" if doctype else html


def remove(element: Any) -> None:
    """Takes an element out with all in it, but not the text after it."""
    if element.getparent() is not None:
        element.drop_tree()


def unwrap(element: Any) -> None:
    """Takes an element out, but nothing of what is in it."""
    if element.getparent() is not None:
        element.drop_tag()
