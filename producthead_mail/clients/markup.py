"""What a client leaves of a message's elements, attributes and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from producthead_mail.clients import gmail, prefix
from producthead_mail.clients.covering import is_covered
from producthead_mail.clients.detect_html import (
    ATTRIBUTES,
    ELEMENTS,
    PICTURES,
    VALUED,
    of_attribute,
    of_element,
    of_picture,
    told,
)
from producthead_mail.clients.log import Log
from producthead_mail.clients.notes_html import NOTES, Marked
from producthead_mail.clients.removal import element_name
from producthead_mail.clients.styles import Left, leave
from producthead_mail.clients.tree import remove, unwrap
from producthead_mail.clients.verdict import Client, Effect, Without, Written

WHOLE = frozenset(("svg", "link", "base", "input", "meta", "area", "img", "hr"))
"""Elements that go with all in them; of others the content stays."""
PARTS = frozenset(("source", "track"))
"""Go with the picture, sound or film they belong to, or become what it becomes.

libxml2 does not know that they are empty: what comes after them is in them.
"""
_NAME = re.compile(r"[\w⚡][\w⚡.:-]*")
ROOTS = frozenset(("html", "head", "body"))


class Markup:
    """The markup of one message in one client."""

    def __init__(self, client: Client, log: Log, root: Any, *, has_doctype: bool = False) -> None:
        self._client = client
        self._has_doctype = has_doctype
        self._log = log
        self._root = root
        loud = {slug for slug in client.support.slugs if not client.is_quiet(slug)}
        self._attributes = {name for slug, names in ATTRIBUTES.items() if slug in loud for name in names}
        self._attributes |= {"href"} if loud & {"html-anchor-links", "html-mailto-links"} else set()
        self._tags = {tag for slug, tags in ELEMENTS.items() if slug in loud for tag in tags}
        self._tags |= {tag for slug, (tag, _, _) in VALUED.items() if slug in loud}

    def change(self) -> None:
        """Changes the tree into what the client shows."""
        self._complete_addresses()
        for element in list(self._root.iter()):
            # The style of a shape is VML's own, not CSS: `word.typeset` reads it.
            if isinstance(element.tag, str) and not element.tag.startswith("v:"):
                self._element(element)
        self._body()

    def _element(self, element: Any) -> None:
        name = ""
        for attribute, value in element.items():
            if attribute in self._attributes or attribute in PICTURES:
                name = name or element_name(element)
                self._attribute(element, attribute, value, name)
            elif attribute == "style":
                left = leave(self._client, value, _tags(element.tag), is_inline=True)
                if left.losses:
                    name = name or element_name(element)
                    self._style(element, left, name)
        if element.tag in self._tags:
            self._itself(element, name or element_name(element))
        if self._client.profile.prefix:
            self._prefix(element)

    def _style(self, element: Any, left: Left, name: str) -> None:
        for loss in left.losses:
            self._log.decided(
                loss.decision,
                loss.what,
                element=name,
                line=element.sourceline or 0,
                became=loss.became,
                covered=is_covered(element, left.text, loss.what),
            )
        if left.text:
            element.set("style", left.text)
        else:
            del element.attrib["style"]

    def _attribute(self, element: Any, attribute: str, value: str, name: str) -> None:
        slugs = (*of_attribute(element.tag, attribute, value), *of_picture(element.tag, attribute, value))
        what = f'{attribute}="{value}"' if value else attribute
        for one in self._client.decisions(slugs, Marked(element, attribute), NOTES):
            became = one.outcome.text if isinstance(one.outcome, Written) else ""
            line = element.sourceline or 0
            self._log.decided(
                one, what, element=name, line=line, became=f'{attribute}="{became}"' if became else ""
            )
            if became:
                element.set(attribute, became)
            elif one.outcome is not Effect.SAY:
                element.attrib.pop(attribute, None)

    def _itself(self, element: Any, name: str) -> None:
        slugs = [slug for slug in of_element(element) if slug not in {"html-body", "html-base", "html-style"}]
        for one in self._client.decisions(slugs, Marked(element), NOTES):
            line, tag = element.sourceline or 0, element.tag
            if isinstance(one.outcome, Without):
                self._without(element, one.outcome.names, one, name)
                continue
            became = f"<{one.outcome.text}>" if isinstance(one.outcome, Written) else ""
            self._log.decided(one, told(element), element=name, line=line, became=became)
            if isinstance(one.outcome, Written):
                self._rename(element, one.outcome.text)
            elif one.outcome is not Effect.SAY and tag not in ROOTS:
                self._drop(element)

    def _without(self, element: Any, names: tuple[str, ...], one: Any, name: str) -> None:
        for attribute in names:
            if attribute in element.attrib:
                what = f'{attribute}="{element.attrib.pop(attribute)}"'
                self._log.decided(one, what, element=name, line=element.sourceline or 0)

    def _rename(self, element: Any, tag: str) -> None:
        for part in [*element.iter(*PARTS), element]:
            part.tag = tag
            part.attrib.clear()

    def _drop(self, element: Any) -> None:
        if element.tag in WHOLE:
            remove(element)
            return
        for part in list(element.iter(*PARTS)):
            unwrap(part)
        unwrap(element)

    def _prefix(self, element: Any) -> None:
        own = self._client.profile.prefix
        if value := element.get("class"):
            element.set("class", prefix.classes(value, own))
        if value := element.get("id"):
            element.set("id", own + value)

    def _complete_addresses(self) -> None:
        """Takes out `<base>` where a client writes what it says into every address."""
        bases = [base for base in self._root.iter("base") if base.get("href")]
        if not bases:
            return
        base = bases[0]
        for one in self._client.decisions(("html-base",), Marked(base), NOTES):
            is_last = bool(one.cell and 3 in one.cell.notes)
            address = (bases[-1] if is_last else base).get("href")
            self._log.decided(one, f'<base href="{address}">', element="base", line=base.sourceline or 0)
            if one.outcome is Effect.SAY:
                return
            if one.note is not None:
                self._join(address, but_local=is_last)
            for each in list(self._root.iter("base")):
                remove(each)

    def _join(self, base: str, *, but_local: bool) -> None:
        for element in self._root.iter("a", "area"):
            address = element.get("href")
            if address and not (but_local and address.startswith("#")):
                element.set("href", _joined(base, address))

    def _body(self) -> None:
        """Puts what the body was into a `<div>` where a client does."""
        body = self._root.find("body")
        if body is None:
            return
        for one in self._client.decisions(("html-body",), Marked(body), NOTES):
            if not isinstance(one.outcome, Written):
                continue
            division = body.makeelement(one.outcome.text, dict(_fit(body.items())))
            division.text, body.text = body.text, None
            division.extend(list(body))
            body.attrib.clear()
            body.append(division)
            self._log.decided(one, "<body>", element="body", line=body.sourceline or 0, became="<div>")
            if gmail.is_gmail(self._client.profile) and self._has_doctype:
                gmail.mark_doctype(body, self._log)


def _fit(attributes: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Attributes without those whose names libxml2 reads but lxml takes for no names, such as `{`."""
    return (pair for pair in attributes if _NAME.fullmatch(pair[0]))


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address


@lru_cache(maxsize=512)
def _tags(tag: str) -> frozenset[str]:
    return frozenset((tag,))
