"""What is broken in a page's HTML: browsers mend it in silence, and seldom as it was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from producthead_mail.archive.style_faults import style_faults
from producthead_mail.rendering.fault import Fault
from producthead_mail.rendering.source_check import VOID

_ATTRIBUTE = r"[^\s\"'<>/=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>`]+))?"
"""More freely than the standard: every browser reads `href=/a?b=c`, and `a="b"c="d"`, as they are meant."""
_TAG = re.compile(
    rf"<!--.*?(?:-->|\Z)|<(/?)([A-Za-z][^\s/>\"'<]*)(?:((?:\s*+{_ATTRIBUTE})*+\s*+(/?))>|)", re.DOTALL
)
_OPTIONAL = frozenset(
    [
        "html",
        "head",
        "body",
        "p",
        "li",
        "dt",
        "dd",
        "option",
        "optgroup",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "colgroup",
        "rt",
        "rp",
    ]
)
"""Elements that may be left open: what follows closes them."""
_RAW = frozenset(["script", "style", "textarea", "title"])
_DRAWN = frozenset(["svg", "math"])
"""Within these alone `/>` closes an element."""


def markup_faults(html: str) -> list[Fault]:
    """Tags that are not whole, not closed, or that close nothing; and what is broken in a <style>."""
    return sorted(_Walk(html).faults(), key=lambda fault: fault.at)


class _Walk:
    """One pass over the tags with the open ones on a stack."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._open: list[tuple[str, int]] = []
        self._crossed: list[str] = []
        self._end = 0
        """Where the text of the last script or the like ends: until there, nothing is a tag."""

    def faults(self) -> Iterator[Fault]:
        """The faults; those that only the end shows come last."""
        stack = self._open
        for tag in _TAG.finditer(self._html):
            closing, name, rest, alone = tag.groups()
            if tag.start() < self._end:
                continue
            if rest is None:
                yield from self._not_whole(tag)
            elif not closing:
                if name.lower() not in VOID:
                    yield from self._start(name.lower(), tag, alone)
            elif stack and stack[-1][0] == name:
                stack.pop()
            else:
                yield from self._close(name.lower(), tag.start())
        for name, at in stack:
            if name not in _OPTIONAL:
                yield Fault(at, f"<{name}> is never closed", f"write </{name}>")

    def _not_whole(self, tag: re.Match[str]) -> Iterator[Fault]:
        if not tag[2]:
            if not tag[0].endswith("-->"):
                yield Fault(tag.start(), "a comment is never closed", "write -->")
            return
        yield Fault(tag.start(), f"<{tag[1]}{tag[2]} is not a whole tag", "look at its quotes and its >")
        self._end = len(self._html)  # what is open, and what is text, nobody knows any more
        self._open.clear()

    def _start(self, name: str, tag: re.Match[str], alone: str) -> Iterator[Fault]:
        if alone:
            if name not in _DRAWN and all(one not in _DRAWN for one, _ in self._open):
                yield Fault(tag.start(), f"<{name} /> closes nothing in HTML", f"write <{name}></{name}>")
            return
        self._open.append((name, tag.start()))
        if name in _RAW:
            found = re.compile(f"</{name}", re.IGNORECASE).search(self._html, tag.end())
            self._end = found.start() if found else len(self._html)
        if name == "style":
            for fault in style_faults(self._html[tag.end() : self._end]):
                yield Fault(tag.end() + fault.at, fault.message, fault.remedy)

    def _close(self, name: str, at: int) -> Iterator[Fault]:
        if all(one != name for one, _ in self._open):
            if name in self._crossed:
                self._crossed.remove(name)
            else:
                yield Fault(at, f"</{name}> closes nothing", "delete it, or open it before")
            return
        while (left := self._open.pop())[0] != name:
            if left[0] not in _OPTIONAL:
                self._crossed.append(left[0])
                remedy = f"write </{left[0]}> before it"
                yield Fault(left[1], f"<{left[0]}> is not closed before </{name}>", remedy)
