"""What a client leaves of a message's style sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from producthead_mail.clients import prefix
from producthead_mail.clients.detect_css import in_at_rule, in_selector, seen_part
from producthead_mail.clients.log import Log
from producthead_mail.clients.notes_sheet import AT_RULES, SELECTORS, Grouped
from producthead_mail.clients.selector import Part, Selector, parsed
from producthead_mail.clients.styles import leave
from producthead_mail.clients.stylesheet import Kind, Piece, pieces, selectors
from producthead_mail.clients.verdict import Client, Decision, Effect, Written

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
_ONLY_BLANK = re.compile(r"\s*")


class Sheet:
    """One style element in one client."""

    def __init__(self, client: Client, log: Log, element: Any, tags: Tags) -> None:
        self.client = client
        self.text: str = element.text or ""
        self.is_emptied = False
        """A client drops the whole sheet for something in it."""
        self._log = log
        self._line: int = element.sourceline or 0
        self._tags = tags

    def left(self) -> str:
        """The sheet as the client leaves it; the very text where it does nothing to it."""
        return self._all(pieces(self.text), is_nested=False)

    def line(self, at: int) -> int:
        """The line of an offset in the sheet, in the compiled HTML."""
        return self._line + self.text.count("\n", 0, at)

    def say(
        self,
        decision: Decision,
        what: str,
        at: int,
        element: str = "",
        became: str = "",
        *,
        wherever: bool = False,
        covered: bool = False,
    ) -> None:
        """Adds a decision to the log."""
        self._log.decided(
            decision,
            what,
            element=element,
            line=self.line(at),
            became=became,
            wherever=wherever,
            covered=covered,
        )

    def _all(self, found: Iterable[Piece], *, is_nested: bool) -> str:
        return "".join(self._one(piece, is_nested) for piece in found)

    def _one(self, piece: Piece, is_nested: bool) -> str:
        match piece.kind:
            case Kind.RULE:
                return self._rule(piece)
            case Kind.AT:
                return self._at_rule(piece, is_nested)
            case Kind.BLANK:
                return self._blank(piece)
        return piece.text

    def _blank(self, piece: Piece) -> str:
        if "/*" not in piece.text:
            return piece.text
        text = piece.text
        for one in self.client.decisions(("css-comments",), "", {}):
            self.say(one, text.strip(), piece.at)
            text = text if one.outcome is Effect.SAY else _COMMENT.sub("", text)
        return text

    def _at_rule(self, piece: Piece, is_nested: bool) -> str:
        prelude = piece.prelude
        seen = Grouped(piece.keyword, prelude, piece.content or "", is_nested)
        what = f"@{piece.keyword} {prelude}".strip()
        for one in self.client.decisions(in_at_rule(piece.keyword, prelude), seen, AT_RULES):
            changed = one.outcome.text if isinstance(one.outcome, Written) else prelude
            became = f"@{piece.keyword} {changed}" if changed != prelude else ""
            self.say(one, what, piece.at, became=became, covered=is_for_phones(self.client, prelude))
            if isinstance(one.outcome, Effect) and one.outcome is not Effect.SAY:
                return ""
            prelude = changed
        inner = self._all(piece.rules, is_nested=True) if piece.rules is not None else piece.content
        if inner == piece.content and prelude == piece.prelude:
            return piece.text
        if _ONLY_BLANK.fullmatch(inner or "") and piece.rules:
            return ""
        return f"@{piece.keyword} {prelude} {{{inner}}}"

    def _rule(self, piece: Piece) -> str:
        kept = list(self._selectors(piece))
        if not kept:
            return ""
        content = self._content(piece)
        if _ONLY_BLANK.fullmatch(content) and not _ONLY_BLANK.fullmatch(piece.content or ""):
            return ""
        if kept == list(selectors(piece.prelude)) and content == piece.content:
            return piece.text
        return f"{', '.join(kept)} {{{content}}}"

    def _selectors(self, piece: Piece) -> Iterator[str]:
        whole = selectors(piece.prelude)
        if len(whole) > 1:
            for one in self.client.decisions(("css-selector-grouping",), parsed(piece.prelude), SELECTORS):
                self.say(one, piece.prelude, piece.at)
                if one.outcome is not Effect.SAY:
                    return
        for text in whole:
            if (selector := self._selector(text, piece.at)) is not None:
                yield self._prefixed(selector)

    def _selector(self, text: str, at: int) -> Selector | None:
        """The selector as the client reads it; None where it doesn't."""
        selector = parsed(text)
        for one in self.client.decisions(in_selector(selector), selector, SELECTORS):
            if isinstance(one.outcome, Written):
                selector = parsed(one.outcome.text) if one.outcome.text else selector
                # Without a text of its own the change is the prefix.
                self.say(one, text, at, became=one.outcome.text or self._prefixed(selector))
                continue
            self.say(one, seen_part(selector, one.slug), at, text, wherever=True)
            if one.outcome is not Effect.SAY:
                return None
        return selector

    def _prefixed(self, selector: Selector) -> str:
        profile = self.client.profile
        if not profile.prefix:
            return str(selector)
        cell = self.client.cell("css-selector-chaining")
        attributes = self.client.cell("css-selector-attribute")
        return prefix.selector(
            selector,
            profile.prefix,
            first_only=bool(cell and 4 in cell.notes),
            with_attributes=bool(attributes and 3 not in attributes.notes),
        )

    def _content(self, piece: Piece) -> str:
        if piece.rules is None:
            return self._declarations(piece.content or "", piece.inner, piece.prelude)
        for one in self.client.decisions(("css-nesting",), parsed(piece.prelude), SELECTORS):
            self.say(one, piece.text, piece.at, element=piece.prelude)
            if one.outcome is not Effect.SAY:
                return self._flat(piece, one.note is not None)
        return "".join(self._nested(part) for part in piece.rules)

    def _nested(self, part: Piece) -> str:
        is_declaration = part.kind is Kind.BLANK and not _ONLY_BLANK.fullmatch(part.text)
        return self._declarations(part.text, part.at, "") if is_declaration else self._one(part, True)

    def _flat(self, piece: Piece, is_opened: bool) -> str:
        """A rule without the rules nested in it; Yahoo leaves their declarations to it."""
        parts = [
            part.text if part.kind is Kind.BLANK else part.content or ""
            for part in piece.rules or ()
            if part.kind is Kind.BLANK or (is_opened and part.rules is None)
        ]
        text = ";".join(part.strip().rstrip(";") for part in parts if part.strip())
        return self._declarations(text, piece.inner, piece.prelude)

    def _declarations(self, text: str, at: int, prelude: str) -> str:
        left = leave(self.client, text, self._tags.of(prelude), is_inline=False)
        for loss in left.losses:
            self.say(loss.decision, loss.what, at + loss.at, prelude, loss.became)
        self.is_emptied |= left.is_emptied
        return left.text


def is_for_phones(client: Client, query: str) -> bool:
    """Whether a client on a desk would not have heeded a media query anyway."""
    return client.profile.word and "max-width" in query


class Tags:
    """Which elements a rule is for, as far as its last compound tells: nothing is matched."""

    def __init__(self, root: Any, is_wanted: bool) -> None:
        self._is_wanted = is_wanted
        self._by_name: dict[str, set[str]] = {}
        if is_wanted:
            self._read(root)

    def _read(self, root: Any) -> None:
        for element in root.iter():
            if not isinstance(element.tag, str):
                continue
            names = [f".{name}" for name in (element.get("class") or "").split()]
            names += [f"#{element.get('id')}"] if element.get("id") else []
            for name in ("*", *names):
                self._by_name.setdefault(name, set()).add(element.tag)

    def of(self, prelude: str) -> frozenset[str]:
        """The tags of the elements; none where the client doesn't care or nothing has the name."""
        if not self._is_wanted or not prelude:
            return frozenset()
        found: set[str] = set()
        for text in selectors(prelude):
            found |= self._of_compound(parsed(text).subject)
        return frozenset(found)

    def _of_compound(self, compound: tuple[Part, ...]) -> set[str]:
        for part in compound:
            if part.kind == "type":
                return {part.name}
        names = [part.text for part in compound if part.kind in {"class", "id"}] or ["*"]
        return set.intersection(*(self._by_name.get(name, set()) for name in names))
