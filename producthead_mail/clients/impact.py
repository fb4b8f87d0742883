"""How much a reader notices of a difference, so that a designer reads first what must be acted on."""

from __future__ import annotations

import re
from enum import IntEnum

from producthead_mail.clients.removal import Action, Removal


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
    (Impact.MINOR, r"css-(?:overflow-wrap|word-break|word-wrap)", "long words only"),
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
_IDLE = re.compile(
    r"[\w-]+: (?:0(?:px|pt|em|%)?(?: 0(?:px|pt|em|%)?)*"
    r"|none|normal|auto|inherit|initial|unset|visible|static)"
    r"(?: !important)?"
)
_NATURAL = re.compile(r"display: block(?: !important)?")
_BLOCKS = frozenset(("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "body", "hr"))


def impact(removal: Removal) -> Impact:
    """How much a reader notices of one removal."""
    if removal.action is Action.SHOWN or removal.covered or is_idle(removal):
        return Impact.NONE
    found = next((one for one, pattern in _WEIGHTS if pattern.fullmatch(removal.feature)), Impact.LOOK)
    return min(found, Impact.MINOR) if removal.action is Action.NOTED else found


def is_idle(removal: Removal) -> bool:
    """Whether the declaration says what holds anyway, as resets do."""
    if removal.feature in {"css-display-none", "css-visibility"} or removal.what.startswith("display: none"):
        return False
    if _NATURAL.fullmatch(removal.what):
        return re.split(r"[.:#\s]", removal.element)[0] in _BLOCKS
    return _IDLE.fullmatch(removal.what) is not None
