"""The rules of `mj-style inline` as CSS reads them: nothing lost or rewritten, specificity right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2
from cssselect import SelectorError, parser
from cssselect.xpath import GenericTranslator

from producthead_mail.rendering.fault import Fault

Declarations = tuple[tuple[str, str], ...]
"""(property, value) in their order."""

_INLINED = (":first-child", ":last-child")
_PROPERTY = re.compile(r"[*_]?-{0,2}[A-Za-z_][\w-]*")
_CONTROL = re.compile("[\x00-\x1f\ufffe\uffff\ud800-\udfff]")
"""An escape such as `\\e` stands for one, and no attribute can hold it."""
_LINE_END = re.compile("\r\n|[\n\r\f]")
"""As tinycss2 counts lines: https://www.w3.org/TR/css-syntax-3/#input-preprocessing."""
_COMBINATORS = (">", "+", "~", ",")
_TRANSLATOR = GenericTranslator()


@dataclass(frozen=True, slots=True)
class Rule:
    """One selector with what it says."""

    selector: str
    specificity: tuple[int, int, int]
    normal: Declarations
    important: Declarations


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """The rules of a style sheet, and what of it cannot be inlined; a cache key by identity."""

    rules: tuple[Rule, ...]
    faults: tuple[Fault, ...]


@lru_cache(maxsize=64)
def read_rules(css: str) -> Sheet:
    """The rules of a style sheet in their order; a fault's offset counts from its start."""
    rules: list[Rule] = []
    faults: list[Fault] = []
    starts = _line_starts(css)
    for node in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        at = starts[node.source_line - 1] + node.source_column - 1
        if node.type == "qualified-rule":
            normal, important = _declarations(node.content, starts, faults)
            for selector in _selectors(node.prelude):
                rule = _rule(selector, normal, important, at, faults)
                rules += [rule] if rule else []
        elif node.type == "at-rule":
            faults.append(Fault(at, f"@{node.at_keyword} cannot be inlined", _PLAIN))
        else:
            faults.append(Fault(at, _said(node), "mend the rule"))
    return Sheet(tuple(rules), tuple(faults))


_DECLARATION = "write property: value;"
_PLAIN = "write it in an <mj-style> without inline"


def _line_starts(css: str) -> list[int]:
    return [0, *(found.end() for found in _LINE_END.finditer(css))]


def _rule(
    selector: str, normal: Declarations, important: Declarations, at: int, faults: list[Fault]
) -> Rule | None:
    head, colon, pseudo = selector.partition(":")
    if colon and f":{pseudo}" not in _INLINED and not _nth_child(pseudo):
        faults.append(Fault(at, f"{selector} cannot be inlined: it has a colon", f"use a class, or {_PLAIN}"))
        return None
    try:
        parsed = parser.parse(selector)[0]
        _TRANSLATOR.selector_to_xpath(parsed)
    except SelectorError as error:
        faults.append(Fault(at, f"{selector or 'nothing'} is no selector: {error}", "mend the rule"))
        return None
    except RecursionError:
        faults.append(Fault(at, f"{selector[:40]}… is too long a selector", "use a class"))
        return None
    if not head:
        selector = f"*{selector}"
    return Rule(selector, parsed.specificity(), normal, important)


def _nth_child(pseudo: str) -> bool:
    return pseudo.startswith("nth-child(") and pseudo.endswith(")") and pseudo.count("(") == 1


def _selectors(prelude: Sequence[Any]) -> Iterator[str]:
    """The selectors of a rule, type names in lower case, colons of quoted values escaped."""
    parts: list[str] = []
    before = ","
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            yield "".join(parts).strip()
            parts.clear()
        elif token.type == "ident" and (before in _COMBINATORS or before.isspace()):
            parts.append(token.serialize().lower().replace("\\:", "\\3a "))
        elif token.type == "[] block":
            parts.append(token.serialize().replace(":", "\\3a "))
        elif token.type != "comment":
            parts.append(token.serialize().replace("/**/", "").replace("\\:", "\\3a "))
        before = token.serialize() if token.type != "comment" else before
    yield "".join(parts).strip()


def _declarations(
    content: Sequence[Any], starts: list[int], faults: list[Fault]
) -> tuple[Declarations, Declarations]:
    normal: list[tuple[str, str]] = []
    important: list[tuple[str, str]] = []
    for item in tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True):
        at = starts[item.source_line - 1] + item.source_column - 1
        if item.type == "declaration":
            pair = _pair(item)
            if _PROPERTY.fullmatch(pair[0]) and not _CONTROL.search(pair[1]):
                (important if item.important else normal).append(pair)
            else:
                faults.append(Fault(at, f"{item.name!r} can't be written into an element", "mend the rule"))
            continue
        faults.append(Fault(at, _said(item), _DECLARATION))
    return tuple(normal), tuple(important)


def _said(node: Any) -> str:
    # Some of tinycss2's messages end in a placeholder that it forgot to fill.
    return f"CSS: {re.sub(r', got {.*', '', getattr(node, 'message', 'a rule in a rule')).rstrip('.')}"


def _pair(declaration: Any) -> tuple[str, str]:
    name = declaration.name if declaration.name.startswith("--") else declaration.lower_name
    value = tinycss2.serialize([token for token in declaration.value if token.type != "comment"])
    return name, " ".join(value.split())
