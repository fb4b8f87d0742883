"""caniemail's notes to selectors and at-rules, as predicates on one where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from producthead_mail.clients.selector import Part, Selector
from producthead_mail.clients.verdict import Effect, Note, Outcome, Written, always

DROP, SAY, KEEP = Effect.DROP, Effect.SAY, Effect.KEEP


@dataclass(frozen=True, slots=True)
class Grouped:
    """An at-rule where it stands."""

    keyword: str
    prelude: str
    content: str
    """Of its block; empty where it has none."""
    is_nested: bool
    """In a block of another at-rule."""


def _on_type_only(name: str) -> Note[Selector]:
    def rule(seen: Selector) -> Outcome | None:
        for compound in seen.compounds:
            kinds = {part.kind for part in compound}
            if any(part.name == name for part in compound) and kinds & {"class", "id", "attribute"}:
                return DROP
        return None

    return Note("only after an element's name", rule)


def _without_parentheses(name: str) -> Note[Selector]:
    def change(part: Part) -> str:
        return f":{name}" if part.kind == "pseudo-class" and part.name == name else part.text

    return Note("loses its parentheses", lambda seen: Written(seen.mapped(change)))


def _first_of_chain(seen: Selector) -> Outcome | None:
    taken: set[int] = set()
    for compound in seen.compounds:
        chained = [id(part) for part in compound if part.kind in {"class", "id"}]
        taken.update(chained[1:])
    return Written(seen.mapped(lambda part: "" if id(part) in taken else part.text))


def _attributes(seen: Selector) -> list[Part]:
    return [part for part in seen.parts if part.kind == "attribute"]


def _beside_class(seen: Selector) -> Outcome | None:
    kinds = ({part.kind for part in compound} for compound in seen.compounds)
    return DROP if any({"class", "attribute"} <= found for found in kinds) else None


def _only_operators(*operators: str) -> Callable[[Selector], Outcome | None]:
    return lambda seen: DROP if any(part.operator not in operators for part in _attributes(seen)) else None


def _only_class_word(seen: Selector) -> Outcome | None:
    known = all(part.name == "class" and part.operator == "~=" for part in _attributes(seen))
    return None if known else DROP


def _unprefixed(seen: Selector) -> Outcome | None:
    return SAY if any(part.name == "class" and part.operator for part in _attributes(seen)) else None


_TYPE_ONLY = {
    **{
        f"css-pseudo-class-{name}": (1, name)
        for name in (
            *("active", "checked", "first-child", "first-of-type", "focus", "focus-visible", "last-child"),
            *("last-of-type", "only-child", "only-of-type", "target", "visited"),
        )
    },
    "css-pseudo-class-hover": (2, "hover"),
    "css-pseudo-element-after": (3, "after"),
    "css-pseudo-element-before": (3, "before"),
    "css-pseudo-element-first-letter": (2, "first-letter"),
    "css-pseudo-element-first-line": (2, "first-line"),
}

SELECTORS: dict[tuple[str, int], Note[Selector]] = {
    **{(slug, number): _on_type_only(name) for slug, (number, name) in _TYPE_ONLY.items()},
    **{
        (f"css-pseudo-class-{name}", 2): _without_parentheses(name)
        for name in ("nth-child", "nth-last-child", "nth-last-of-type", "nth-of-type")
    },
    ("css-nesting", 3): Note("what nested rules say holds for the rule around them", always(DROP)),
    ("css-pseudo-class-default", 1): Note(
        "only on radio buttons and checkboxes",
        lambda seen: None if "input" in {part.name for part in seen.parts} else DROP,
    ),
    ("css-pseudo-class-has", 1): _without_parentheses("has"),
    ("css-pseudo-class-target", 2): Note("stays, but never applies", always(SAY), is_said=True),
    ("css-pseudo-element-marker", 1): Note("not supported; @list is", always(DROP)),
    ("css-pseudo-element-placeholder", 2): Note("stays, but there are no inputs", always(SAY), is_said=True),
    ("css-selector-attribute", 1): Note("not beside a class", _beside_class),
    ("css-selector-attribute", 2): Note("not with this operator", _only_operators("", "=", "~=", "|=")),
    ("css-selector-attribute", 3): Note("classes get a prefix, but not this", _unprefixed),
    ("css-selector-attribute", 4): Note("only [name=value]", _only_operators("=")),
    ("css-selector-attribute", 5): Note("only [class~=word]", _only_class_word),
    ("css-selector-chaining", 3): Note("holds for the first of the chain alone", _first_of_chain),
    ("css-selector-chaining", 4): Note(
        "only the first gets the prefix that all classes get", always(Written(""))
    ),
}
"""(slug, number) -> the note."""

_FEATURE = re.compile(r"\(\s*([-\w]+)")
_YAHOOS = frozenset(("min-width", "max-width", "min-height", "max-height"))
_OWN = ("prefers-color-scheme", "prefers-reduced-motion", "hover", "any-hover", "orientation")


def _only_yahoos(seen: Grouped) -> Outcome | None:
    text = seen.prelude.lower()
    types = set(re.sub(r"\([^()]*\)", " ", text).replace(",", " ").split()) - {"and", "only", "screen", "all"}
    # Features with a mark of their own are decided by that.
    return DROP if types or not set(_FEATURE.findall(text)) <= {*_YAHOOS, *_OWN} else None


def _is_nested(seen: Grouped) -> Outcome | None:
    return DROP if seen.is_nested else None


AT_RULES: dict[tuple[str, int], Note[Grouped]] = {
    ("css-at-font-face", 4): Note(
        "fonts from elsewhere are ignored", lambda seen: DROP if "url(" in seen.content.lower() else None
    ),
    ("css-at-font-face", 6): Note("not supported; Roboto and Google Sans are there", always(DROP)),
    ("css-at-media", 1): Note("not in another at-rule", _is_nested),
    ("css-at-media", 2): Note("only screen and minimal or maximal width and height", _only_yahoos),
    ("css-at-media", 7): Note(
        "none that asks for a height",
        lambda seen: (
            DROP if re.search(r"\(\s*(?:min-|max-)?(?:device-)?height\b", seen.prelude.lower()) else None
        ),
    ),
    ("css-at-media", 10): Note("removed in another at-rule", _is_nested),
    ("css-at-media-orientation", 2): Note(
        "no portrait", lambda seen: DROP if "portrait" in seen.prelude.lower() else None
    ),
    ("css-at-media-prefers-color-scheme", 6): Note("the query is emptied", always(Written("()"))),
    ("css-at-supports", 1): Note(
        "properties that the client doesn't know are masked in the query", always(SAY), is_said=True
    ),
}
"""(slug, number) -> the note."""
