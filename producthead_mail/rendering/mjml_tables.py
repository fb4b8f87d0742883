"""What MJML knows: tags, what stands in what, attributes and their values; after the components of MJML 5."""

from __future__ import annotations

from producthead_mail.rendering.mjml_types import COLOUR, FLAG, NUMBER, Choice, Units, ValueType


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_CONTENT = "mj-accordion mj-button mj-carousel mj-divider mj-image mj-navbar mj-raw mj-social mj-spacer"
_CONTENT += " mj-table mj-text"

CHILDREN: dict[str, tuple[str, ...]] = {
    "": ("mjml",),
    "mjml": ("mj-head", "mj-body"),
    "mj-head": _words("mj-attributes mj-breakpoint mj-font mj-preview mj-raw mj-style mj-title"),
    "mj-body": ("mj-section", "mj-wrapper", "mj-hero", "mj-raw"),
    "mj-wrapper": ("mj-section", "mj-hero", "mj-raw"),
    "mj-section": ("mj-column", "mj-group", "mj-raw"),
    "mj-group": ("mj-column", "mj-raw"),
    "mj-column": _words(_CONTENT),
    "mj-hero": _words(_CONTENT),
    "mj-social": ("mj-social-element",),
    "mj-navbar": ("mj-navbar-link",),
    "mj-accordion": ("mj-accordion-element",),
    "mj-accordion-element": ("mj-accordion-title", "mj-accordion-text"),
    "mj-carousel": ("mj-carousel-image",),
    "mj-class": (),
    "mj-all": (),
    "mj-breakpoint": (),
    "mj-font": (),
    "mj-image": (),
    "mj-divider": (),
    "mj-spacer": (),
    "mj-carousel-image": (),
}
"""Of every tag with a structure of its own; `mj-attributes` takes any tag, as a default.

MJML allows mj-raw also in mjml, mj-social, mj-navbar and accordions; the compiler refuses it there."""

HTML = frozenset(
    _words("mj-text mj-button mj-table mj-raw mj-social-element mj-navbar-link mj-accordion-text")
)
"""Tags that hold HTML."""

PLAIN = frozenset(("mj-title", "mj-preview", "mj-accordion-title"))
"""Tags that hold text alone: a tag in them is a parse error of the compiler."""

NO_COMMENT = frozenset(
    _words(
        "mj-title mj-style mj-attributes mj-all mj-class mj-breakpoint mj-font mj-image mj-divider mj-spacer "
        "mj-carousel mj-carousel-image mj-accordion-element mj-accordion-title"
    )
)
"""Tags in which a comment is a parse error of the compiler."""

_PADDING = "padding padding-top padding-right padding-bottom padding-left"
_BORDER = "border border-top border-right border-bottom border-left"
_FONT = "color font-family font-size font-weight"
_BACKGROUND = "background-color background-url background-repeat background-size background-position"
_SECTION = f"{_BACKGROUND} background-position-x background-position-y {_BORDER} border-radius direction"
_SECTION += f" full-width gutter {_PADDING} text-align text-padding"
_ICONS = "icon-align icon-width icon-height icon-wrapped-url icon-wrapped-alt icon-unwrapped-url"
_ICONS += " icon-unwrapped-alt icon-position"
_SOCIAL = f"align background-color border border-radius {_FONT} font-style icon-size icon-height icon-padding"
_SOCIAL += f" line-height {_PADDING} text-padding text-decoration vertical-align"

_ATTRIBUTES = {
    "mjml": "lang dir owa",
    "mj-head": "",
    "mj-attributes": "",
    "mj-title": "",
    "mj-preview": "",
    "mj-class": "name",
    "mj-all": "",
    "mj-breakpoint": "width",
    "mj-font": "name href",
    "mj-style": "inline",
    "mj-raw": "position",
    "mj-body": "width background-color id",
    "mj-section": _SECTION,
    "mj-wrapper": f"{_SECTION} gap",
    "mj-group": "background-color direction vertical-align width",
    "mj-column": f"background-color {_BORDER} border-radius direction inner-background-color inner-border "
    "inner-border-top inner-border-right inner-border-bottom inner-border-left inner-border-radius "
    f"{_PADDING} vertical-align width",
    "mj-hero": "mode height background-url background-width background-height background-position "
    "border-radius inner-background-color inner-padding inner-padding-top inner-padding-right "
    f"inner-padding-bottom inner-padding-left {_PADDING} background-color vertical-align",
    "mj-text": f"align background-color {_FONT} font-style container-background-color height "
    f"letter-spacing line-height {_PADDING} text-decoration text-transform vertical-align",
    "mj-button": f"align background-color {_BORDER} border-radius {_FONT} font-style "
    f"container-background-color height href name title inner-padding letter-spacing line-height {_PADDING} "
    "rel target text-decoration text-transform text-align vertical-align width",
    "mj-image": f"alt href name src srcset sizes title rel align {_BORDER} border-radius "
    f"container-background-color fluid-on-mobile {_PADDING} target width height max-height font-size usemap",
    "mj-divider": f"border-color border-style border-width container-background-color width align {_PADDING}",
    "mj-spacer": f"{_BORDER} container-background-color height {_PADDING}",
    "mj-table": f"align border cellpadding cellspacing container-background-color {_FONT} line-height "
    f"{_PADDING} role table-layout vertical-align width",
    "mj-social": f"{_SOCIAL} container-background-color inner-padding mode table-layout",
    "mj-social-element": f"{_SOCIAL} href name rel src srcset sizes alt title target icon-position",
    "mj-navbar": "align base-url hamburger ico-align ico-open ico-close ico-color ico-font-size "
    "ico-font-family ico-text-transform ico-padding ico-padding-left ico-padding-top ico-padding-right "
    f"ico-padding-bottom ico-text-decoration ico-line-height {_PADDING}",
    "mj-navbar-link": f"{_FONT} font-style href name target rel letter-spacing line-height {_PADDING} "
    "text-decoration text-transform",
    "mj-accordion": f"container-background-color border font-family {_ICONS} {_PADDING}",
    "mj-accordion-element": f"background-color border font-family {_ICONS}",
    "mj-accordion-title": f"background-color {_FONT} {_PADDING}",
    "mj-accordion-text": f"background-color {_FONT} letter-spacing line-height {_PADDING}",
    "mj-carousel": f"align border-radius container-background-color icon-width left-icon {_PADDING} "
    "right-icon thumbnails tb-border tb-border-radius tb-hover-border-color tb-selected-border-color "
    "tb-width",
    "mj-carousel-image": "alt href rel target title src thumbnails-src border-radius tb-border "
    "tb-border-radius",
}

EVERYWHERE = ("mj-class", "css-class")
"""Attributes of every tag."""

ATTRIBUTES: dict[str, tuple[str, ...]] = {tag: _words(names) for tag, names in _ATTRIBUTES.items()}
ATTRIBUTES["mj-social"] = tuple(name for name in ATTRIBUTES["mj-social"] if name != "background-color")
_ALL = tuple(sorted({name for names in ATTRIBUTES.values() for name in names}))
ATTRIBUTES["mj-all"] = _ALL
ATTRIBUTES["mj-class"] = _ALL

TAGS = frozenset(ATTRIBUTES)

_PX = Units(("px",))
_LENGTH = Units(("px", "%"))
_INSET = Units(("px", "%"), most=4)
_SPACING = Units(("px", "em"), negative=True)
_LINE = Units(("px", "%", ""))
_HORIZONTAL = Choice(("left", "center", "right"))

_TYPES: dict[ValueType, str] = {
    COLOUR: "background-color border-color color container-background-color ico-color "
    "inner-background-color tb-hover-border-color tb-selected-border-color",
    FLAG: "fluid-on-mobile",
    NUMBER: "cellpadding cellspacing",
    _PX: "border-width font-size gap",
    _INSET: "padding inner-padding icon-padding text-padding ico-padding",
    _SPACING: "letter-spacing",
    _LINE: "line-height ico-line-height",
    _HORIZONTAL: "align ico-align text-align",
    _LENGTH: "padding-top padding-right padding-bottom padding-left inner-padding-top inner-padding-right "
    "inner-padding-bottom inner-padding-left ico-padding-top ico-padding-right ico-padding-bottom "
    "ico-padding-left height max-height width background-width background-height icon-size icon-height "
    "icon-width ico-font-size tb-width gutter",
    Choice(("top", "middle", "bottom")): "vertical-align icon-align",
    Choice(("ltr", "rtl")): "direction",
    Choice(("repeat", "no-repeat")): "background-repeat",
    Choice(("full-width", "false", "")): "full-width",
    Choice(("left", "right")): "icon-position",
    Choice(("visible", "hidden", "supported")): "thumbnails",
    Choice(("inline",)): "inline",
    Choice(("none", "presentation")): "role",
}
_BY_NAME: dict[str, ValueType] = {name: kind for kind, names in _TYPES.items() for name in names.split()}
_BY_TAG: dict[tuple[str, str], ValueType] = {
    ("mj-body", "width"): _PX,
    ("mj-breakpoint", "width"): _PX,
    ("mj-image", "width"): _PX,
    ("mj-image", "height"): Units(("px", "auto")),
    ("mj-table", "width"): Units(("px", "%", "auto")),
    ("mj-text", "align"): Choice(("left", "right", "center", "justify")),
    ("mj-table", "table-layout"): Choice(("auto", "fixed", "initial", "inherit")),
    ("mj-social", "table-layout"): Choice(("auto", "fixed")),
    ("mj-social", "mode"): Choice(("horizontal", "vertical")),
    ("mj-hero", "mode"): Choice(("fixed-height", "fluid-height")),
    ("mjml", "dir"): Choice(("ltr", "rtl", "auto")),
    ("mj-raw", "position"): Choice(("file-start",)),
}
_VARIED = frozenset(("width", "height", "align"))


def value_type(tag: str, attribute: str) -> ValueType | None:
    """What the attribute takes; None where any text will do."""
    if tag in ("mj-all", "mj-class") and attribute in _VARIED:
        return None
    return _BY_TAG.get((tag, attribute)) or _BY_NAME.get(attribute)


LOST_TAGS = {
    "mj-include": 'include it with Jinja: {% include "…" %}',
    "mj-html-attributes": "write the attributes into the HTML",
    "mj-selector": "write the attributes into the HTML",
    "mj-html-attribute": "write the attributes into the HTML",
}
"""Right MJML that the compiler refuses or gets wrong, with the way round."""

LOST: dict[tuple[str, str], tuple[str | None, str]] = {
    ("mj-hero", "mode"): ("fluid-height", "give the hero a fixed height"),
    ("mj-hero", "border-radius"): (None, "round a section's corners instead"),
    ("mj-raw", "position"): ("file-start", "put it into mj-head"),
    ("mj-wrapper", "gap"): (None, "give the sections a padding"),
    ("mj-wrapper", "gutter"): (None, "give the columns a padding"),
    ("mj-section", "gutter"): (None, "give the columns a padding"),
    ("mj-text", "background-color"): (None, "use container-background-color"),
    ("mj-social-element", "icon-position"): ("right", "put the icon into mj-image"),
    ("mj-body", "id"): (None, "use css-class"),
}
"""(tag, attribute) -> (the value, or None for any, that the compiler drops in silence; the way round)."""
