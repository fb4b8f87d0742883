"""Where each feature of HTML is seen: a table from caniemail's slugs to elements and attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from producthead_mail.clients.detect_images import formats

ELEMENTS: Mapping[str, tuple[str, ...]] = {
    **{
        f"html-{tag}": (tag,)
        for tag in (
            *("abbr", "acronym", "address", "audio", "base", "bdi", "blockquote", "body", "code", "del"),
            *("dfn", "dialog", "div", "form", "hr", "img", "link", "marquee", "meter", "object", "p"),
            *("picture", "pre", "progress", "rp", "rt", "ruby", "select", "small", "span", "strike"),
            *("strong", "style", "svg", "table", "textarea", "video", "wbr"),
        )
    },
    "html-h1-h6": ("h1", "h2", "h3", "h4", "h5", "h6"),
    "html-image-maps": ("map", "area"),
    "html-lists": ("ul", "ol", "dl"),
    "html-semantics": (
        *("article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "mark"),
        *("nav", "section", "summary", "time"),
    ),
}
"""Slug -> elements."""

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    **{
        f"html-{name}": (name,)
        for name in (
            *("align", "aria-describedby", "aria-hidden", "aria-label", "aria-labelledby", "aria-live"),
            *("background", "cellpadding", "cellspacing", "dir", "height", "hidden", "lang", "popover"),
            *("required", "role", "target", "valign", "width"),
        )
    },
    "css-inert-attribute": ("inert",),
    "html-image-maps": ("usemap",),
    "html-loading-attribute": ("loading",),
    "html-srcset": ("srcset", "sizes"),
    "amp": ("⚡4email", "amp4email"),
}
"""Slug -> attributes, of any element."""

VALUED: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "html-button-reset": ("button", "type", ("reset",)),
    "html-button-submit": ("button", "type", ("submit", "")),
    "html-input-checkbox": ("input", "type", ("checkbox",)),
    "html-input-hidden": ("input", "type", ("hidden",)),
    "html-input-radio": ("input", "type", ("radio",)),
    "html-input-reset": ("input", "type", ("reset",)),
    "html-input-submit": ("input", "type", ("submit",)),
    "html-input-text": ("input", "type", ("text", "")),
    "html-meta-color-scheme": ("meta", "name", ("color-scheme", "supported-color-schemes")),
}
"""Slug -> an element whose attribute has one of these values; an empty one where it is left out."""

LINKS: Mapping[str, str] = {"html-anchor-links": "#", "html-mailto-links": "mailto:"}
"""Slug -> how a link's address begins."""

OTHERS: Mapping[str, str] = {
    "html-comments": "a comment in the markup",
    "html-doctype": "the doctype `html`",
}
"""Slug -> where it is seen."""

UNDETECTED: Mapping[str, str] = {
    "bimi": "a record in the sender's DNS, not in the message",
}
"""Slug -> why no detector can see it in a message."""

_BY_TAG: dict[str, tuple[str, ...]] = {}
for _slug, _tags in ELEMENTS.items():
    for _tag in _tags:
        _BY_TAG[_tag] = (*_BY_TAG.get(_tag, ()), _slug)
_BY_ATTRIBUTE = {name: slug for slug, names in ATTRIBUTES.items() for name in names}
_BY_VALUE = {(tag, name, value): slug for slug, (tag, name, values) in VALUED.items() for value in values}
_VALUED_TAGS = {tag: name for tag, name, _ in VALUED.values()}
_SHOWN = {"img": "src", "input": "src", "source": "src"}
PICTURES = frozenset((*_SHOWN.values(), "background"))
"""Attributes that name a picture."""


def of_element(element: Any) -> tuple[str, ...]:
    """The features that an element is, by its name and, where that matters, by an attribute."""
    tag = element.tag
    found = _BY_TAG.get(tag, ())
    if tag in _VALUED_TAGS:
        name = _VALUED_TAGS[tag]
        slug = _BY_VALUE.get((tag, name, (element.get(name) or "").strip().lower()))
        found = (*found, slug) if slug else found
    return found


def of_attribute(tag: str, name: str, value: str) -> tuple[str, ...]:
    """The features that an attribute is, pictures left out."""
    if name == "href":
        start = value.lstrip()[:7].lower()
        links = tuple(slug for slug, begin in LINKS.items() if start.startswith(begin))
        return links if tag in {"a", "area"} else ()
    slug = _BY_ATTRIBUTE.get(name)
    return (slug,) if slug else ()


def of_picture(tag: str, name: str, value: str) -> tuple[str, ...]:
    """The formats of the picture that an attribute names."""
    return formats(value.strip()) if name in {"background", _SHOWN.get(tag)} else ()


def told(element: Any) -> str:
    """The element as a log names it, with the attribute by which it is told from others of its tag."""
    name = _VALUED_TAGS.get(element.tag)
    value = element.get(name) if name else None
    return f'<{element.tag} {name}="{value}">' if value else f"<{element.tag}>"
