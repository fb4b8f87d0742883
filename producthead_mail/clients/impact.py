"""How much a reader notices of a difference, so that a designer reads first what must be acted on."""

from __future__ import annotations

import re
from enum import IntEnum

from producthead_mail.clients.removal import Action, Removal
from producthead_mail.clients.selector import parsed


class Impact(IntEnum):
    """From what nobody sees to what nobody can read."""

    NONE = 0
    """Meant by the author, or without effect."""
    MINOR = 1
    """A detail, or not known well enough to be shown."""
    LOOK = 2
    """Colours, type, lines and shadows; and what a screen reader says."""
    LAYOUT = 3
    """Boxes move, or have another size."""
    CONTENT = 4
    """Something to read, see or use is missing, or is there though it was hidden."""


WEIGHTS: tuple[tuple[Impact, str, str], ...] = (
    (
        Impact.NONE,
        r"conditional-comment|word-mso|html-doctype|gmail-doctype",
        "written for the client on purpose",
    ),
    (
        Impact.NONE,
        r"html-(?:body|meta-color-scheme)|css-(?:color-scheme|comments|at-media-prefers-.*)",
        "the client has its own page and its own dark mode, in which it is judged",
    ),
    (
        Impact.CONTENT,
        r"gmail-clip|image-.*|html-(?:img|svg|video|audio|object|picture|srcset)",
        "not to be seen",
    ),
    (
        Impact.CONTENT,
        r"html-(?:form|input-.*|button-.*|select|textarea|anchor-links|mailto-links|image-maps)",
        "not to be used",
    ),
    (
        Impact.CONTENT,
        r"css-(?:display-none|visibility|pseudo-element-(?:before|after))|html-(?:hidden|dialog|popover)",
        "hidden text is shown, or shown text is missing",
    ),
    (
        Impact.LAYOUT,
        r"gmail-(?:style-limit|parse-error|nested-at-rule)|html-(?:style|link)|css-at-(?:media|import|supports).*",
        "many rules go at once, those for phones among them",
    ),
    (Impact.NONE, r"css-selector-attribute", "in a message such selectors are for one client only"),
    (Impact.LAYOUT, r"css-(?:selector|pseudo-class-(?:first|last|nth|only|not|has)|nesting).*", "rules go"),
    (
        Impact.LAYOUT,
        r"css-(?:display|float|clear|position|left-right|inset|flex|justify|align-items|gap|grid|column).*",
        "where boxes stand",
    ),
    (
        Impact.LAYOUT,
        r"(?:css|html|word)-(?:(?:max-|min-)?(?:width|height|inline-size|block-size)|margin|padding|box-sizing"
        r"|aspect-ratio|object-fit|table-layout|cell|align|valign|lists|semantics|inline-size"
        r"|full|extended|row-padding|image-width|max-width).*",
        "how large boxes are, and how far apart",
    ),
    (Impact.MINOR, r"css-(?:overflow-wrap|word-break|word-wrap)|html-wbr", "long words only"),
    (
        Impact.LAYOUT,
        r"css-(?:overflow|white-space|writing-mode|direction|variables"
        r"|unit-.*|function-.*|intrinsic-size|font-size|line-height)|word-line-height",
        "how text runs, and how large it is",
    ),
    (Impact.MINOR, r"html-(?:target|loading-attribute|lang|dir|base|role|aria-live)|amp", "seldom noticed"),
    (Impact.LOOK, r"html-aria-.*|html-(?:abbr|acronym)", "what a screen reader says"),
    (
        Impact.MINOR,
        r"css-(?:pseudo-class|cursor|transition|animation|at-keyframes|user-select|resize|scroll-snap|outline"
        r"|accent-color|orphans|widows|hyphen|tab-size|text-decoration-(?:skip-ink|thickness|style|color)"
        r"|text-underline|font-(?:kerning|stretch|size-adjust)|word-spacing|important).*",
        "a refinement",
    ),
)
"""(impact, features, reason); the first that fits. The rest is `Impact.LOOK`."""

_WEIGHTS = tuple((impact, re.compile(pattern)) for impact, pattern, _ in WEIGHTS)
_DECLARATION = re.compile(r"([\w-]+): (.*?)(?: !important)?")
_ZEROS = re.compile(r"0(?:px|pt|em|%)?(?: 0(?:px|pt|em|%)?)*")
_HIDING = re.compile(r"(?:opacity|max-height|font-size): 0(?:px)?(?: !important)?")
"""As hidden preheaders have it, beside `display: none`."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(("p", "div", *_HEADINGS, "ul", "ol", "blockquote", "body", "hr"))
_DEFAULTS: tuple[tuple[str, str, frozenset[str]], ...] = (
    (
        r"margin(?:-\w+)?",
        "0",
        frozenset(("", "p", *_HEADINGS, "ul", "ol", "dl", "dd", "blockquote", "pre")),
    ),
    (r"padding(?:-\w+)?", "0", frozenset(("", "ul", "ol", "td", "th", "button", "input"))),
    (r"border(?!-spacing)(?:-\w+)*", "0|none", frozenset(("hr", "input", "button", "select", "textarea"))),
    (r"outline(?:-\w+)?|letter-spacing|word-spacing|text-indent|gap", "0|none|normal", frozenset()),
    (
        r"background(?:-image)?|float|clear|transform|filter|(?:box|text)-shadow|text-transform",
        "none",
        frozenset(),
    ),
    (r"max-(?:width|height)|animation|transition", "none", frozenset()),
    (r"text-decoration", "none", frozenset(("", "a", "u", "s", "strike", "del", "ins"))),
    (r"font-weight", "normal|400", frozenset(("", "b", "strong", *_HEADINGS, "th"))),
    (r"line-height|word-break|overflow-wrap|word-wrap", "normal", frozenset()),
    (r"white-space", "normal", frozenset(("", "pre"))),
    (r"(?:min-|max-)?(?:width|height)|cursor|table-layout", "auto", frozenset()),
    (r"overflow(?:-\w)?|visibility", "visible", frozenset()),
    (r"position", "static", frozenset()),
)
"""Properties, values that hold anyway, and elements on which they don't; an empty one where none is known."""


def impact(removal: Removal) -> Impact:
    """How much a reader notices of one removal."""
    if removal.action is Action.SHOWN or removal.covered or is_idle(removal):
        return Impact.NONE
    if removal.action is Action.NOTED:
        return min(_weight(removal), Impact.MINOR)
    return Impact.CONTENT if _HIDING.fullmatch(removal.what) else _weight(removal)


def _weight(removal: Removal) -> Impact:
    return next((one for one, pattern in _WEIGHTS if pattern.fullmatch(removal.feature)), Impact.LOOK)


def is_idle(removal: Removal) -> bool:
    """Whether the declaration says what holds anyway, as resets do."""
    found = _DECLARATION.fullmatch(removal.what)
    if found is None:
        return False
    name, tag = found[1], _tag(removal.element)
    value = "0" if _ZEROS.fullmatch(found[2]) else found[2]
    if (name, value) == ("display", "block"):
        return tag in _BLOCKS
    if (name, value) == ("text-decoration", "underline"):
        return tag == "a"
    return any(
        re.fullmatch(names, name) and re.fullmatch(values, value) and tag not in others
        for names, values, others in _DEFAULTS
    )


def _tag(element: str) -> str:
    """The element's tag; empty where a rule's selector doesn't say."""
    return next((part.name for part in parsed(element).subject if part.kind == "type"), "")
