"""Finds the elements of a selector by an index of classes, where XPath would scan the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from cssselect.xpath import GenericTranslator
from lxml import etree
from lxml.cssselect import CSSSelector

_BY_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)(?:(\s*>\s*|\s+)([^\s>+~].*))?")
_TAG = re.compile(r"[a-z][a-z0-9]*")

Elements = list[etree._Element]


class Finder:
    """The elements of one page at a time: by class where a selector begins with one, else by XPath."""

    def __init__(self) -> None:
        self._by_class: dict[str, Elements] = {}

    def index(self, nodes: Elements) -> None:
        """Take the elements of the page that is asked about next."""
        self._by_class = {}
        for node in nodes:
            names = node.get("class")
            for name in set(names.split()) if names else ():
                self._by_class.setdefault(name, []).append(node)

    def forget(self) -> None:
        """Let go of the page."""
        self._by_class = {}

    def selector(self, selector: str) -> Callable[[Any], Elements]:
        """What finds the selector's elements, as Premailer wants it: a function of the page."""
        found = _BY_CLASS.fullmatch(selector)
        if found is None:
            path: Callable[[Any], Elements] = _by_path(selector)
            return path
        name, combinator, rest = found.groups()
        if rest is None:
            return lambda _: self._by_class.get(name, [])
        if not combinator.isspace():
            return lambda _: self._below(name, _relative(rest, "child::"))
        if _TAG.fullmatch(rest):
            return lambda _: self._below(name, lambda node: node.iterdescendants(rest))
        return lambda _: self._below(name, _relative(rest, "descendant::"))

    def _below(self, name: str, step: Callable[[etree._Element], Any]) -> Elements:
        nodes = self._by_class.get(name, ())
        return list(dict.fromkeys(_each(nodes, step))) if nodes else []


def _each(nodes: Any, step: Callable[[etree._Element], Any]) -> Iterator[etree._Element]:
    for node in nodes:
        yield from step(node)


@lru_cache(maxsize=512)
def _by_path(selector: str) -> Any:
    return CSSSelector(selector)


@lru_cache(maxsize=512)
def _relative(selector: str, prefix: str) -> Any:
    return etree.XPath(GenericTranslator().css_to_xpath(selector, prefix=prefix))
