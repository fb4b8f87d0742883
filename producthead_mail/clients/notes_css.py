"""caniemail's notes to properties, values and units, as predicates on a declaration where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import tinycss2
import tinycss2.color4

from producthead_mail.clients.declarations import masked
from producthead_mail.clients.verdict import Effect, Note, Outcome, Written, always

DROP, SAY, EMPTY, KEEP = Effect.DROP, Effect.SAY, Effect.EMPTY, Effect.KEEP


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration where it stands."""

    name: str
    value: str
    important: str
    """As it was written, with the space before."""
    tags: frozenset[str]
    """The elements it is for, as far as a rule's last compound tells; none where nothing has it."""
    style: str
    """The style attribute or the rule's content that it stands in, in lower case."""
    is_inline: bool
    is_foreign: bool = False
    """Another provider's account is read."""

    @property
    def text(self) -> str:
        """The value in lower case, without strings and addresses."""
        return masked(self.value)


Rule = Callable[[Declared], Outcome | None]


def _holds(pattern: str, outcome: Outcome = DROP) -> Rule:
    found = re.compile(pattern)
    return lambda seen: outcome if found.search(seen.text) else None


def _lacks(pattern: str) -> Rule:
    """Dropped unless the whole value is one of these; what CSS itself says for any property stays."""
    found = re.compile(rf"(?:{pattern}|inherit|initial|unset|revert)", re.X)
    return lambda seen: None if found.fullmatch(seen.text) else DROP


def _named(*names: str) -> Rule:
    return lambda seen: DROP if seen.name in names else None


def _on(*tags: str, outcome: Outcome = DROP) -> Rule:
    """On these elements; what is for others too stays, until `word.typeset` tells them apart."""
    return lambda seen: outcome if seen.tags and seen.tags <= frozenset(tags) else None


def _not_on(*tags: str) -> Rule:
    return lambda seen: DROP if seen.tags and not seen.tags & frozenset(tags) else None


def _both(first: Rule, second: Rule) -> Rule:
    """Where both hold, what the first says."""
    return lambda seen: first(seen) if second(seen) is not None else None


def _unless_style_has(word: str) -> Rule:
    return lambda seen: None if word in seen.style else SAY


_ALWAYS_SAID: Rule = always(SAY)


def _said(reason: str, rule: Rule = _ALWAYS_SAID) -> Note[Declared]:
    return Note(reason, rule, is_said=True)


def _several(seen: Declared) -> Outcome | None:
    """Several layers lose the commas between them, which leaves no value at all."""
    layers = re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", seen.text))
    if "," not in layers:
        return None
    return Written(re.sub(r",(?![^()]*\))", "", seen.value))


def _only_colour(seen: Declared) -> Outcome | None:
    """Dropped whole where it isn't one colour (mjml#502): else MJML's would cover its VML pictures."""
    return None if tinycss2.color4.parse_color(seen.value) is not None else DROP


def _at_most_8_pixels(seen: Declared) -> Outcome | None:
    value = re.sub(r"(?<![\w#.])\d+(?:\.\d+)?(?=px)", lambda m: "8" if float(m[0]) > 8 else m[0], seen.value)
    return Written(value) if value != seen.value else None


def _weight_in_word(seen: Declared) -> Outcome | None:
    found = re.fullmatch(r"\d+", seen.text)
    if found is None or found[0] in {"400", "700"}:
        return None
    return Written("bold" if int(found[0]) >= 600 else "normal")


def _without(pattern: str) -> Rule:
    """The value without some of its words; dropped where nothing is left."""
    taken = re.compile(pattern, re.I)

    def rule(seen: Declared) -> Outcome | None:
        value = " ".join(taken.sub("", seen.value).split()).strip(" ,")
        if value == " ".join(seen.value.split()):
            return None
        return Written(value) if value else DROP

    return rule


def _only_type(seen: Declared) -> Outcome | None:
    words = seen.text.split()
    kept = [word for word in words if word not in {"inside", "outside"} and "(" not in word]
    return None if kept == words else (Written(" ".join(kept)) if kept else DROP)


def _auto_is_zero(seen: Declared) -> Outcome | None:
    value = re.sub(r"\bauto\b", "0", seen.value, flags=re.I)
    return Written(value) if value != seen.value else None


def _important_lost(seen: Declared) -> Outcome | None:
    is_close = bool(seen.important) and not seen.important[0].isspace()
    return Written(seen.value, "!") if is_close and seen.name == "background-image" else None


_WHITESPACE_COLOUR = r"\brgba?\(\s*[\d.%]+\s+[\d.%]"
_INLINE_GRADIENT = _both(
    lambda seen: DROP if seen.is_inline else None,
    lambda seen: DROP if seen.name == "background-image" else None,
)
_FAMILY = r"(?:\bui-(?:serif|sans-serif|rounded|monospace)\b)\s*,?"
_ANY_FAMILY = r"(?:(?<![\w-])system-ui\b|\bui-(?:serif|sans-serif|rounded|monospace)\b)\s*,?"
_NEW_DISPLAY = r"flex|grid|flow-root|contents|initial|revert|unset"
_NEGATIVE = r"(?<![\w.#)(])-\s*\.?\d"


def _as(reason: str, rule: Rule) -> Note[Declared]:
    return Note(reason, rule)


NOTES: dict[tuple[str, int], Note[Declared]] = {
    ("css-background", 1): _as("several layers lose their commas", _several),
    ("css-background", 2): _as("no size after a slash", _holds(r"/")),
    ("css-background", 3): _as("only the colour", _only_colour),
    ("css-background-image", 3): _as("several layers lose their commas", _several),
    ("css-background-image", 5): _as("not supported; VML has backgrounds", always(DROP)),
    ("css-background-origin", 1): _as("not supported; VML has an origin", always(DROP)),
    ("css-background-position", 1): _as("several layers lose their commas", _several),
    ("css-background-position", 2): _as("not supported; VML has a position", always(DROP)),
    ("css-background-repeat", 1): _as("several layers lose their commas", _several),
    ("css-background-repeat", 2): _as("not supported; VML has tiles and frames", always(DROP)),
    ("css-background-size", 2): _as("several layers lose their commas", _several),
    ("css-background-size", 3): _as("not supported; VML has a size", always(DROP)),
    ("css-border", 1): _as("never wider than 8px", _at_most_8_pixels),
    ("css-border", 2): _said("unreliable on <p> and <div>", _on("p", "div", outcome=SAY)),
    ("css-border-inline-block-individual", 1): _as(
        "no colours and widths",
        lambda seen: DROP if seen.name.endswith(("-color", "-width")) else None,
    ),
    ("css-border-radius", 1): _as("not supported; VML has a rounded rectangle", always(DROP)),
    ("css-border-radius", 2): _as("no elliptical corners with a slash", _holds(r"/")),
    ("css-clear", 1): _as("no inline-start, inline-end", _holds(r"inline-(?:start|end)")),
    ("css-cursor", 2): _as("removed", always(DROP)),
    ("css-cursor", 3): _as("a finger has no cursor", always(DROP)),
    ("css-cursor", 4): _as(
        "only some cursors",
        _lacks(r"crosshair|help|move|pointer|progress|text|wait|auto|default|[nsew]{1,2}-resize"),
    ),
    ("css-display", 1): _as(
        "not with another provider's account",
        lambda seen: DROP if seen.is_foreign and re.search(_NEW_DISPLAY, seen.text) else None,
    ),
    ("css-display", 4): _as("tables inside are shown all the same: `word.typeset` says where", always(KEEP)),
    ("css-display", 5): _as("only none, and not on pictures", _lacks("none")),
    ("css-display", 6): _as(
        "not this value", _holds(r"flow-root|inline-flex|inline-grid|inline flow|contents|revert")
    ),
    ("css-display-flex", 2): _as("no inline-flex", _holds("inline-flex")),
    ("css-display-none", 1): _as(
        "tables inside are shown all the same: `word.typeset` says where", always(KEEP)
    ),
    ("css-display-none", 2): _as("not on a picture itself", _on("img")),
    ("css-float", 1): _as("not supported; tables and pictures have align", always(DROP)),
    ("css-float", 2): _as("no inline-start, inline-end", _holds(r"inline-(?:start|end)")),
    ("css-font-size", 1): _as("no rem", _holds(r"[\d.]rem\b")),
    ("css-font-size", 2): _as("no percentages, larger, smaller", _holds(r"%|larger|smaller")),
    ("css-font-size-adjust", 3): _as(
        "the first of two values is ignored",
        lambda seen: Written(seen.value.split()[-1]) if len(seen.value.split()) == 2 else None,
    ),
    ("css-font-weight", 1): _as(
        "only whole hundreds", lambda seen: DROP if re.fullmatch(r"(?![1-9]00$)\d+", seen.text) else None
    ),
    ("css-font-weight", 2): _as("normal below 600, else bold", _weight_in_word),
    ("css-gap", 1): _as(
        "only column-gap", lambda seen: None if seen.name in {"column-gap", "grid-column-gap"} else DROP
    ),
    ("css-height", 1): _as(
        "becomes min-height",
        lambda seen: Written(seen.value, "min-height") if seen.name == "height" else None,
    ),
    ("css-height", 2): _as("not on this element", _on("body", "span", "div", "p")),
    ("css-important", 1): _as(
        "only in lower case", lambda seen: DROP if seen.important != seen.important.lower() else None
    ),
    ("css-important", 2): _as("style sheets are dropped", always(KEEP)),
    ("css-important", 4): _as(
        "only with a space before it", lambda seen: None if seen.important[:1].isspace() else DROP
    ),
    ("css-important", 5): _as("not inline", lambda seen: DROP if seen.is_inline else None),
    ("css-important", 7): _as("taken away, for want of a space before it", _important_lost),
    ("css-left-right-top-bottom", 2): _as("no percentages", _holds(r"%")),
    ("css-letter-spacing", 1): _said("much less than zero is shown in another way", _holds(r"-\d{2}", SAY)),
    ("css-letter-spacing", 2): _said("narrower than asked", _holds(r"[\d.]em\b", SAY)),
    ("css-line-height", 1): _said(
        "em is odd, for want of mso-line-height-rule: exactly",
        _both(_unless_style_has("mso-line-height-rule"), _holds(r"[\d.]em\b")),
    ),
    ("css-linear-gradient", 1): _as("not supported; VML has gradients", always(DROP)),
    ("css-linear-gradient", 3): _as("not inline in background-image", _INLINE_GRADIENT),
    ("css-list-style", 1): _as("with a picture, all of it goes", _holds(r"url\(|image\(|gradient\(")),
    ("css-list-style", 2): _as("only the type", _only_type),
    ("css-list-style", 3): _as("no picture", _without(r"url\([^)]*\)")),
    ("css-list-style-image", 1): _as("not supported; mso-bullet-image is", always(DROP)),
    ("css-list-style-image", 2): _as("not supported; list-style with a picture is", always(DROP)),
    ("css-list-style-position", 1): _as("not supported; mso-text-indent-alt is", always(DROP)),
    ("css-margin", 1): _as("nothing below zero", _holds(_NEGATIVE)),
    ("css-margin", 2): _as("not on <span> and <body>", _on("span", "body")),
    ("css-margin", 3): _said(
        "the background covers the margin too",
        _both(lambda seen: SAY if "background" in seen.style else None, _holds(r"[1-9]")),
    ),
    ("css-margin", 4): _as("no auto", _auto_is_zero),
    ("css-max-width", 1): _as("only on <table>", _not_on("table")),
    ("css-modern-color", 2): _as(
        "takes the whole style attribute with it", lambda seen: EMPTY if seen.is_inline else None
    ),
    ("css-orphans", 3): _as("the client's own value is inherited", always(DROP)),
    ("css-orphans", 4): _as("up to the browser", always(DROP)),
    ("css-overflow", 1): _said("can't be scrolled", _holds(r"scroll|auto", SAY)),
    ("css-overflow", 4): _as("not this property", _named("overflow-block", "overflow-inline")),
    ("css-overflow-wrap", 1): _said("wants word-break: normal", _unless_style_has("word-break")),
    ("css-padding", 1): _as("only on table cells", _not_on("td", "th")),
    ("css-padding", 2): _as("all cells of a row get the greatest: `word.typeset` does it", always(KEEP)),
    ("css-position", 1): _as("no sticky, fixed", _holds("sticky|fixed")),
    ("css-position", 2): _as("only sticky", _holds("relative|absolute|fixed")),
    ("css-position", 3): _as("only relative", _holds("absolute|sticky|fixed")),
    ("css-radial-gradient", 1): _as("not supported; VML has gradients", always(DROP)),
    ("css-radial-gradient", 2): _as("not inline in background-image", _INLINE_GRADIENT),
    ("css-resize", 1): _as("taken out of style sheets", always(DROP)),
    ("css-rgb", 1): _as("no spaces instead of commas", _holds(_WHITESPACE_COLOUR)),
    ("css-rgb", 2): _as("no alpha", _holds(r"\brgb\([^)]*(?:/|,[^,)]*,[^,)]*,)")),
    ("css-rgb", 3): _as(
        "takes the whole style attribute or sheet with it", _holds(_WHITESPACE_COLOUR, EMPTY)
    ),
    ("css-rgba", 1): _as("no spaces instead of commas", _holds(_WHITESPACE_COLOUR)),
    ("css-rgba", 2): _as(
        "takes the whole style attribute or sheet with it", _holds(_WHITESPACE_COLOUR, EMPTY)
    ),
    ("css-sytem-ui", 0): _as("an unknown family: the next is taken", _without(_ANY_FAMILY)),
    ("css-sytem-ui", 1): _as("only system-ui", _without(_FAMILY)),
    ("css-text-align", 1): _as("no start, end", _holds(r"\A(?:start|end)\Z")),
    ("css-text-align", 3): _as("no match-parent", _holds(r"\Amatch-parent")),
    ("css-text-align", 5): _as("match-parent with its prefix only", _holds(r"\Amatch-parent")),
    ("css-text-decoration", 2): _as("one value only", _holds(r"\S\s+\S")),
    ("css-text-decoration", 3): _as("no overline", _holds("overline")),
    ("css-text-decoration-color", 2): _as("not supported; text-underline-color is", always(DROP)),
    ("css-text-decoration-thickness", 2): _as("not supported; text-underline-style is", always(DROP)),
    ("css-text-indent", 1): _as("nothing below zero", _holds(_NEGATIVE)),
    ("css-text-justify", 1): _as("removed", always(DROP)),
    ("css-text-justify", 2): _said("up to the browser"),
    ("css-text-justify", 3): _as("only inter-character", _lacks("inter-character")),
    ("css-text-justify", 4): _as("only inter-word, distribute", _lacks("inter-word|distribute")),
    ("css-text-transform", 1): _as("no lowercase", _holds("lowercase")),
    ("css-text-underline-position", 1): _as("no left, right", _holds("left|right")),
    ("css-transition", 1): _as(
        "only the shorthand", lambda seen: None if seen.name == "transition" else DROP
    ),
    ("css-transition", 2): _as("no all", _holds(r"\ball\b")),
    ("css-unit-initial", 1): _said("not in Internet Explorer", always(KEEP)),
    ("css-unit-vh", 2): _as(
        "comes to nothing",
        lambda seen: Written(re.sub(r"(?<![\w#.])[\d.]+vh\b", "0", seen.value, flags=re.I)),
    ),
    ("css-user-select", 1): _as("only with -webkit-", _named("user-select")),
    ("css-user-select", 2): _as("no all", _holds(r"\ball\b")),
    ("css-user-select", 3): _as("taken out of style sheets", always(DROP)),
    ("css-variables", 1): _as(
        "var() works, but nothing can be declared", lambda seen: DROP if seen.name.startswith("--") else KEEP
    ),
    ("css-white-space", 2): _as("no pre", _holds(r"\Apre\Z")),
    ("css-widows", 3): _as("the client's own value is inherited", always(DROP)),
    ("css-widows", 4): _as("up to the browser", always(DROP)),
    ("css-width", 1): _as("not on this element", _on("body", "span", "div", "p", "img")),
    ("css-word-break", 2): _said(
        "breaks words more than asked, like break-all", _holds(r"\A(?!normal)", SAY)
    ),
    ("css-word-spacing", 1): _as("no rem, ch", _holds(r"[\d.](?:rem|ch)\b")),
    ("css-word-wrap", 1): _said("break-word holds for everything already"),
    ("css-word-wrap", 2): _as("words are never broken", always(DROP)),
}
"""(slug, number) -> the note."""
