"""caniemail's notes to elements, attributes and pictures, as predicates on one where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from producthead_mail.clients.detect_images import is_animated
from producthead_mail.clients.verdict import Effect, Note, Outcome, Without, Written, always

DROP, SAY, KEEP = Effect.DROP, Effect.SAY, Effect.KEEP


@dataclass(frozen=True, slots=True)
class Marked:
    """An element, or one of its attributes."""

    element: Any
    attribute: str = ""
    """Empty where the element itself is the feature."""

    @property
    def tag(self) -> str:
        return str(self.element.tag)

    @property
    def value(self) -> str:
        return (self.element.get(self.attribute) or "").strip()


Rule = Callable[[Marked], Outcome | None]


def _on(*tags: str, outcome: Outcome = DROP) -> Rule:
    return lambda seen: outcome if seen.tag in tags else None


def _without(*names: str) -> Rule:
    """Attributes that the element loses, where it has them."""

    def rule(seen: Marked) -> Outcome | None:
        lost = tuple(name for name in names if name in seen.element.attrib)
        return Without(lost) if lost else None

    return rule


def _forced_blank(seen: Marked) -> Outcome | None:
    return KEEP if seen.value.lower() == "_blank" else Written("_blank")


def _own_target(seen: Marked) -> Outcome | None:
    return None if seen.value.lower() == "_blank" else SAY


def _only_named(seen: Marked) -> Outcome | None:
    """Links go to `<a name>` only."""
    name = seen.value[1:]
    root = seen.element.getroottree()
    return None if not name or root.xpath("boolean(//a[@name=$name])", name=name) else SAY


def _is_gif(seen: Marked) -> Outcome | None:
    return DROP if seen.value[:14].lower().startswith("data:image/gif") else None


def _may_move(seen: Marked) -> Outcome | None:
    return None if is_animated(seen.value) is False else SAY


def _percentage(seen: Marked) -> Outcome | None:
    return SAY if seen.tag == "img" and seen.value.endswith("%") else None


def _in_body(outcome: Outcome) -> Rule:
    return lambda seen: outcome if seen.element.xpath("boolean(ancestor::body)") else None


def _pdf(seen: Marked) -> Outcome | None:
    address = (seen.element.get("data") or "").lower().split("?")[0]
    return DROP if address.endswith(".pdf") or seen.element.get("type") == "application/pdf" else None


_AS_U = Written("u")
_CONVERTED: Note[Marked] = Note("converted to another format", always(SAY), is_said=True)
_BROWSER: Note[Marked] = Note("up to the browser", always(SAY), is_said=True)
_WRONG_COLOURS: Note[Marked] = Note("shown in wrong colours", always(SAY), is_said=True)
_MISMATCHED: Note[Marked] = Note("ids get a prefix, but not this", always(SAY), is_said=True)
_NO_KEYBOARD: Note[Marked] = Note("no keyboard comes up", always(SAY), is_said=True)
_NO_PLAYING: Note[Marked] = Note("stays, but nothing can be played", always(SAY), is_said=True)
_COARSE: Note[Marked] = Note(
    "not scaled at 120 dpi: said of the client as a whole", always(KEEP), is_said=True
)
_PERCENTAGES: Note[Marked] = Note("percentages are of the picture's own size", _percentage, is_said=True)
_AS_BASE: Note[Marked] = Note("taken out; addresses are completed with it", always(DROP))

NOTES: dict[tuple[str, int], Note[Marked]] = {
    ("css-inert-attribute", 0): Note("not supported", always(DROP)),
    ("html-abbr", 1): Note("only its content stays", always(DROP)),
    ("html-acronym", 1): Note("loses its title", always(Without(("title",)))),
    ("html-anchor-links", 3): Note("a click does nothing", always(SAY), is_said=True),
    ("html-anchor-links", 7): Note('only to <a name="…">, not to an id', _only_named, is_said=True),
    ("html-aria-describedby", 1): _MISMATCHED,
    ("html-aria-labelledby", 1): Note("the id that it names is removed", always(DROP)),
    ("html-aria-labelledby", 2): _MISMATCHED,
    ("html-aria-live", 2): Note("stays, but nothing changes in a mail", always(KEEP), is_said=True),
    ("html-audio", 4): _NO_PLAYING,
    ("html-background", 2): Note("only on <body>", lambda seen: None if seen.tag == "body" else DROP),
    ("html-base", 1): _AS_BASE,
    ("html-base", 3): Note("the last one in the body counts", always(KEEP)),
    ("html-base", 4): Note("not for links within the message", always(KEEP)),
    ("html-body", 1): Note("becomes a <div> with its attributes", always(Written("div"))),
    ("html-dfn", 1): Note("loses its title", _without("title")),
    ("html-dir", 3): Note("not reliable on a link", _on("a", outcome=SAY), is_said=True),
    ("html-doctype", 2): Note("makes no difference", always(SAY), is_said=True),
    ("html-form", 6): Note("stays, but is never submitted", always(SAY), is_said=True),
    ("html-height", 1): _PERCENTAGES,
    ("html-height", 2): _COARSE,
    ("html-input-text", 3): _NO_KEYBOARD,
    ("html-lang", 1): Note("not on <td>", _on("td")),
    ("html-lists", 1): Note("never in reverse", _without("reversed")),
    ("html-lists", 2): Note(
        "an item with a value begins a new list",
        lambda seen: SAY if seen.tag == "ol" and seen.element.xpath("boolean(li[@value])") else None,
        is_said=True,
    ),
    ("html-marquee", 1): Note("moves in some browsers only", always(SAY), is_said=True),
    ("html-marquee", 3): Note("no behavior, direction", _without("behavior", "direction")),
    ("html-object", 2): Note("no PDF", _pdf),
    ("html-picture", 1): Note("becomes <u>, as its sources do", always(_AS_U)),
    ("html-role", 2): Note("only on <table>", lambda seen: None if seen.tag == "table" else DROP),
    ("html-select", 1): Note("blanks a long message when it is chosen from", always(SAY), is_said=True),
    ("html-semantics", 1): Note("only <time>", lambda seen: None if seen.tag == "time" else DROP),
    ("html-semantics", 2): Note("becomes <u>", _on("details", "main", "nav", "summary", outcome=_AS_U)),
    ("html-semantics", 4): Note("only its content stays", lambda seen: None if seen.tag == "time" else DROP),
    ("html-style", 1): Note("not in the body", _in_body(DROP)),
    ("html-style", 4): Note("only for what comes after it", _in_body(SAY), is_said=True),
    ("html-style", 6): Note("16,384 bytes in all", always(KEEP)),
    ("html-target", 1): Note("every link opens a new window", _forced_blank),
    ("html-target", 3): Note("every link opens a new window", _own_target, is_said=True),
    ("html-textarea", 3): _NO_KEYBOARD,
    ("html-video", 2): Note("becomes <u>, as its sources do", always(_AS_U)),
    ("html-video", 4): Note("only its content stays", always(DROP)),
    ("html-video", 5): Note(
        "plays only with controls",
        lambda seen: None if "controls" in seen.element.attrib else SAY,
        is_said=True,
    ),
    ("html-video", 6): Note("never plays by itself", _without("autoplay")),
    ("html-video", 8): _NO_PLAYING,
    ("html-width", 1): _PERCENTAGES,
    ("html-width", 2): _COARSE,
    ("image-avif", 3): _CONVERTED,
    ("image-base64", 1): Note("no GIF in the message", _is_gif),
    ("image-bmp", 1): _WRONG_COLOURS,
    ("image-gif", 1): Note("if it moves: the first picture only", _may_move, is_said=True),
    ("image-gif", 2): Note("if it moves: three times, then a button", _may_move, is_said=True),
    ("image-heif", 1): _CONVERTED,
    ("image-heif", 3): _BROWSER,
    ("image-tiff", 1): _WRONG_COLOURS,
    ("image-webp", 1): _CONVERTED,
    ("image-webp", 3): Note("if it moves: the first picture only", _may_move, is_said=True),
}
"""(slug, number) -> the note; number 0 says what `n` means."""
