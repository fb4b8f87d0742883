"""Conditional comments, by which one message says different things to Word and to all others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from producthead_mail.clients.removal import Action, Removal

FEATURE = "conditional-comment"
LINK = (
    "https://learn.microsoft.com/en-us/previous-versions/windows/internet-explorer/ie-developer/"
    "compatibility/ms537512(v=vs.85)"
)
CONDITION_LENGTH = 500
"""A longer condition is taken for a broken one, so that no message takes long to read."""

_ATOM = re.compile(r"(?:(gte|gt|lte|lt)\s+)?([a-z]+)(?:\s+(\d+(?:\.\d+)?))?", re.I)
_REDUCTIONS = (
    (re.compile(r"\(([TF])\)"), lambda m: m[1]),
    (re.compile(r"!([TF])"), lambda m: "F" if m[1] == "T" else "T"),
    (re.compile(r"([TF])&([TF])"), lambda m: "T" if m[1] + m[2] == "TT" else "F"),
    (re.compile(r"(?<![&!])([TF])\|([TF])(?!&)"), lambda m: "F" if m[1] + m[2] == "FF" else "T"),
)
# Text in which no comment can begin: raw text, and the quoted values of a tag. Every part ends at the
# end of the message too, so that reading stays linear.
_RAW = r"<(?P<tag>style|script|title|textarea|xmp|iframe|noembed|noframes)\b[^>]*>.*?(?:</(?P=tag)|\Z)"
_TAG = r"""</?[a-z](?:=\s*"[^"]*(?:"|\Z)|=\s*'[^']*(?:'|\Z)|[^>])*+(?:>|\Z)"""
_COMMENT = r"<!--(?:-?>|.*?(?:--!?>|\Z))"
_OPEN = r"<!(?P<dashes>--)?\[if\b\s*(?P<condition>[^\]>]*)\]>"
_REVEAL = r"(?:\s*<!--(?:\s*-->|>))"
_FLAGS = re.I | re.S
_CLOSE = r"<!--\s*<!\[endif\]\s*-->|<!\[endif\](?:--)?>"
_FOR_OTHERS = re.compile(
    rf"(?P<marker>{_CLOSE}|<!\[if\b[^>]*>)|(?P<skip>{_RAW}|{_TAG}|(?!<!--\[if\b){_COMMENT})|(?P<comment>{_COMMENT})",
    _FLAGS,
)
_HIDDEN = re.compile(rf"{_OPEN}(?P<content>.*)<!\[endif\]--!?>", _FLAGS)
_LEAKING = re.compile(rf"{_OPEN}(?!{_REVEAL}|-->)", _FLAGS)
_FOR_WORD = re.compile(
    rf"(?P<close>{_CLOSE})|(?P<open>{_OPEN}(?P<reveal>{_REVEAL})?)|(?P<skip>{_RAW}|{_TAG}|{_COMMENT})",
    _FLAGS,
)
_MARKUP = re.compile(r"<(xml|style)\b.*?(?:</\1>|\Z)|<[^>]*(?:>|\Z)", _FLAGS)
_PICTURE = re.compile(r"<(?:img|v:image|v:fill|v:imagedata)\b", re.I)
_SHORT = 40
_READ = 10_000
"""Characters of a block's content in which what a reader sees is looked for."""
_TO_OTHERS = "a comment to all clients but Outlook on Windows"
_TO_WORD = "only Outlook on Windows sees it"
_FROM_WORD = "kept from Outlook on Windows; all others see it"
_NOT_MET = "does not hold in this Outlook, and is a comment to all others"
_UNREADABLE = "the condition can't be read; taken as not met"
_UNCLOSED = "no <![endif] follows: taken to reach to the end; what Word does is not documented"
_LEAKS = "the comment ends at the first -->, so what follows is shown"


@dataclass(frozen=True, slots=True)
class _Block:
    """A conditional block as Word meets it."""

    condition: str
    holds: bool | None
    """None where the condition can't be read, which counts as not holding."""
    is_seen: bool
    """It holds, and so do the blocks around it."""
    start: int
    content: int
    """Where its content begins."""
    is_hidden: bool
    """Clients other than Word see a comment."""


@lru_cache(maxsize=4)
def reveal(html: str, outlook: int | None) -> tuple[str, tuple[Removal, ...]]:
    """The markup that Word of a version, such as 16, or a client without Word (None) reads, and the log.

    Lines keep their numbers. Where a block is malformed, others read what a browser reads (HTML's rules
    for comments); what Word does with it is not documented: it is taken to reach to the message's end.
    """
    log = _Log(html)
    shown = _for_others(html, log) if outlook is None else _for_word(html, outlook, log)
    return shown, tuple(log.removals())


def holds(condition: str, outlook: int) -> bool | None:
    """Whether a condition such as `(gte mso 9) & !IE` holds in Word; None where it can't be read."""
    if len(condition) > CONDITION_LENGTH:
        return None
    terms = _ATOM.sub(lambda m: "T" if _is_met(m[1], m[2], m[3], outlook) else "F", condition)
    terms, before = "".join(terms.split()), ""
    while terms != before:
        before = terms
        for pattern, replacement in _REDUCTIONS:
            terms = pattern.sub(replacement, terms)
    return {"T": True, "F": False}.get(terms)


def _is_met(comparison: str | None, name: str, version: str | None, outlook: int) -> bool:
    """Whether one term holds. Outlook since 2007 isn't IE; what Word writes itself it also reads."""
    name = name.lower()
    if name not in {"mso", "vml"}:
        return name == "true" or name.startswith("support")
    if version is None:
        return True
    own, asked = float(outlook if name == "mso" else 1), float(version)
    match (comparison or "").lower():
        case "gt":
            return own > asked
        case "gte":
            return own >= asked
        case "lt":
            return own < asked
        case "lte":
            return own <= asked
    return own == asked


def _for_others(html: str, log: _Log) -> str:
    def replaced(found: re.Match[str]) -> str:
        if found["skip"]:
            return found[0]
        if found["comment"]:
            log.comment(found)
        return _blank(found[0])

    return _FOR_OTHERS.sub(replaced, html)


def _for_word(html: str, outlook: int, log: _Log) -> str:
    out: list[str] = []
    stack: list[_Block] = []
    done = 0
    """Up to here everything is written out."""
    for found in _FOR_WORD.finditer(html):
        if found["skip"]:
            continue
        if _is_seen(stack):
            out.append(html[done : found.start()])
            done = found.start()
        if found["open"]:
            stack.append(_opened(found, outlook, _is_seen(stack)))
        elif stack:
            log.block(stack.pop(), found.start())
        if _is_seen(stack):
            out.append(_blank(html[done : found.end()]))
            done = found.end()
    for block in stack:
        log.unclosed(block)
    rest = html[done:]
    out.append(rest if _is_seen(stack) else _blank(rest))
    return "".join(out)


def _is_seen(stack: list[_Block]) -> bool:
    return not stack or stack[-1].is_seen


def _opened(found: re.Match[str], outlook: int, is_seen: bool) -> _Block:
    condition = _squeezed(found["condition"])
    is_met = holds(condition, outlook)
    is_hidden = not (
        found["reveal"] or found["dashes"] is None or found.string.startswith("-->", found.end())
    )
    return _Block(condition, is_met, is_seen and bool(is_met), found.start(), found.end(), is_hidden)


def _blank(text: str) -> str:
    """As many line breaks as the text has, in a comment, since a bare one would show as a space."""
    breaks = text.count("\n")
    return "<!--" + "\n" * breaks + "-->" if breaks else ""


class _Log:
    """The blocks met: each with content of its own, those of mere markup by condition."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._found: dict[tuple[str, Action, str, str], list[int]] = {}
        """(condition, action, content, reason) -> where."""

    def comment(self, found: re.Match[str]) -> None:
        """Notes a conditional comment that a client without Word passes over."""
        if hidden := _HIDDEN.fullmatch(found[0]):
            self._add(hidden["condition"], Action.REMOVED, hidden["content"], _TO_OTHERS, found.start())
        elif leaking := _LEAKING.match(found[0]):
            self._add(leaking["condition"], Action.NOTED, "", _LEAKS, found.start())

    def block(self, block: _Block, end: int) -> None:
        """Notes a block that Word has read, unless everybody reads it."""
        content = self._html[block.content : min(end, block.content + _READ)]
        if block.is_seen and block.is_hidden:
            self._add(block.condition, Action.SHOWN, content, _TO_WORD, block.start)
        elif block.holds is None:
            self._add(block.condition, Action.REMOVED, content, _UNREADABLE, block.start)
        elif not block.holds:
            reason = _NOT_MET if block.is_hidden else _FROM_WORD
            self._add(block.condition, Action.REMOVED, content, reason, block.start)

    def unclosed(self, block: _Block) -> None:
        """Notes a block that has no end."""
        self._add(block.condition, Action.NOTED, "", _UNCLOSED, block.start)

    def removals(self) -> Iterator[Removal]:
        """One for each content, in order of appearance."""
        for (condition, action, content, reason), places in self._found.items():
            yield Removal(
                FEATURE,
                action,
                f"[if {condition}]: {content or 'markup'}",
                line=self._html.count("\n", 0, places[0]) + 1,
                reason=reason,
                link=LINK,
                times=len(places),
            )

    def _add(self, condition: str, action: Action, content: str, reason: str, place: int) -> None:
        key = (_squeezed(condition), action, _told(content), reason)
        self._found.setdefault(key, []).append(place)


def _told(content: str) -> str:
    """What a reader would see of it; empty for mere markup, such as ghost tables."""
    content = content[:_READ]
    words = _squeezed(unescape(_MARKUP.sub(" ", content)))
    if not words:
        return "a picture" if _PICTURE.search(content) else ""
    return f"“{words if len(words) <= _SHORT else words[: _SHORT - 1].rstrip() + '…'}”"


def _squeezed(text: str) -> str:
    return " ".join(text.split())
