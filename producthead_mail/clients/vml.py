"""Word's vector shapes, drawn with HTML and CSS as near as they go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import lxml.etree

from producthead_mail.clients.declarations import split
from producthead_mail.clients.removal import Action, Removal
from producthead_mail.clients.word_properties import pixels, sides

FEATURE = "word-vml"
LINK = "https://learn.microsoft.com/en-us/windows/win32/vml/web-workshop---specs---standards----introduction-to-vector-markup-language--vml-"
PADDING_LINK = "https://github.com/hteumeuleu/email-bugs/issues/32"
SHAPES = ("v:rect", "v:roundrect", "v:oval", "v:shape")
INSET = ("0.1in", "0.05in", "0.1in", "0.05in")
"""Of a text box that gives none: left, top, right, bottom."""
ARC = 0.2
"""Of a rounded rectangle that gives none, as a share of its shorter side."""
NOT_MODELLED = {
    "VML position": "shapes stay where they stand: left, top, margins, z-index and position are not read",
    "v:shadow, v:textpath, v:path, v:line, v:group": "not drawn; what is inside them is shown",
    "v:fill": "opacity, angle and the colours between the ends of a gradient are not drawn",
}
"""What Word draws of VML beyond this module, with what is shown instead."""

_FALSE = {"f", "false"}
_POSITIONED = {"position", "left", "top", "z-index", "margin-left", "margin-top"}
_SEEN = {"width", "height", "background-color", "background-image", "border", "border-radius"}
"""Of what a shape becomes, the part worth telling."""
_GRADIENTS = {"gradient": "linear-gradient(to top, {}, {})", "gradientradial": "radial-gradient({}, {})"}


def draw(tree: Any) -> tuple[Removal, ...]:
    """Turns every VML element of a parsed message into HTML in place, and says of each what it became."""
    log: list[Removal] = []
    for shape in list(tree.iter(*SHAPES)):
        log += _drawn_shape(shape)
    for image in list(tree.iter("v:image")):
        log.append(_drawn_image(image))
    for background in list(tree.iter("v:background")):
        log += _drawn_background(background, tree)
    for rest in [element for element in tree.iter(lxml.etree.Element) if element.tag.startswith("v:")]:
        log.append(_told(rest, "its content", NOT_MODELLED["v:shadow, v:textpath, v:path, v:line, v:group"]))
        rest.drop_tag()
    return tuple(log)


def _told(element: Any, became: str, reason: str) -> Removal:
    return Removal(
        FEATURE,
        Action.CHANGED,
        element.tag,
        element.tag,
        element.sourceline or 0,
        became,
        reason=reason,
        link=LINK,
    )


def _drawn_shape(shape: Any) -> Iterator[Removal]:
    own = _style(shape)
    css = {"box-sizing": "border-box", **_size(own), **_fill(shape), **_outline(shape)}
    if radius := _radius(shape, own):
        css["border-radius"] = radius
    textbox = _part(shape, "v:textbox")
    css.update(_flow(own, textbox))
    _drop_parts(shape)
    href = shape.get("href")
    tag = "a" if href else "div"
    seen = {name: value for name, value in css.items() if name in _SEEN}
    yield _told(shape, f"{tag}: {_declared(seen)}", _reason(own))
    if textbox is not None:
        yield from _bug_of_nested_tables(textbox)
        _become(textbox, "div", {"padding": _inset(textbox)})
    _become(shape, tag, css, {"href": href} if href else {})


def _reason(own: dict[str, str]) -> str:
    return "drawn with CSS, as near as it goes" + (
        "; VML position not simulated" if _POSITIONED & own.keys() else ""
    )


def _style(element: Any) -> dict[str, str]:
    return {one.name: one.value for one in split(element.get("style") or "") if one.name}


def _size(own: dict[str, str]) -> dict[str, str]:
    found = {name: _length(own[name]) for name in ("width", "height") if own.get(name)}
    if own.get("mso-width-percent") == "1000":
        found["width"] = "100%"
    return found


def _length(value: str) -> str:
    return f"{value}px" if re.fullmatch(r"[\d.]+", value) else value


def _colour(value: str | None) -> str:
    """A colour as CSS writes it; VML may add an index, as in `#fff [3212]`."""
    return (value or "").split(" ")[0]


def _is_off(element: Any, *names: str) -> bool:
    return any((element.get(name) or "").lower() in _FALSE for name in names)


def _fill(shape: Any) -> dict[str, str]:
    if _is_off(shape, "filled", "fill"):
        return {}
    css = {"background-color": _colour(shape.get("fillcolor")) or "#ffffff"}
    fill = _part(shape, "v:fill")
    return css if fill is None or _is_off(fill, "on") else {**css, **_picture(fill, css["background-color"])}


def _picture(fill: Any, colour: str) -> dict[str, str]:
    """What a fill adds to its shape: a colour, a picture or a gradient."""
    colour = _colour(fill.get("color")) or colour
    css = {"background-color": colour}
    kind = (fill.get("type") or "solid").lower()
    if kind in _GRADIENTS and fill.get("color2"):
        return {**css, "background-image": _GRADIENTS[kind].format(colour, _colour(fill.get("color2")))}
    if not (src := fill.get("src")):
        return css
    css["background-image"] = _url(src)
    aspects = {"atleast": "cover", "atmost": "contain"}
    size = aspects.get((fill.get("aspect") or "").lower(), "100% 100%" if kind == "frame" else "")
    return {**css, "background-size": size, "background-position": "center"} if size else css


def _url(src: str) -> str:
    return "url('" + re.sub(r"[\\'\n]", lambda found: f"%{ord(found[0]):02x}", src) + "')"


def _outline(shape: Any) -> dict[str, str]:
    if _is_off(shape, "stroked", "stroke"):
        return {}
    stroke = _part(shape, "v:stroke")
    given = dict(stroke.attrib) if stroke is not None else {}
    if (given.get("on") or "").lower() in _FALSE:
        return {}
    weight = shape.get("strokeweight") or given.get("weight") or "0.75pt"
    colour = _colour(shape.get("strokecolor") or given.get("color")) or "#000000"
    return {"border": f"{_length(weight)} solid {colour}"}


def _radius(shape: Any, own: dict[str, str]) -> str:
    if shape.tag == "v:oval":
        return "50%"
    if shape.tag != "v:roundrect":
        return ""
    lengths = [found for name in ("width", "height") if (found := pixels(own.get(name, ""))) is not None]
    return f"{round(min(lengths) * _arc(shape.get('arcsize')), 1):g}px" if lengths else ""


def _arc(value: str | None) -> float:
    """An arc size as a share: `9%`, `0.09` or, in 65,536ths, `5898f`."""
    found = re.fullmatch(r"(\d*\.?\d+)(%|f)?", (value or "").strip())
    if found is None:
        return ARC
    return float(found[1]) / {"%": 100, "f": 65536, None: 1}[found[2]]


def _flow(own: dict[str, str], textbox: Any) -> dict[str, str]:
    """How what is inside is laid out: a text box as a block, anything else in the middle of the shape."""
    anchors = {"middle": "center", "bottom": "flex-end"}
    anchor = anchors.get(own.get("v-text-anchor", ""), "flex-start")
    if textbox is None:
        return {
            "display": "inline-flex",
            "flex-direction": "column",
            "justify-content": anchor,
            "line-height": "normal",
            "text-decoration": "none",
            "vertical-align": "top",
        }
    fits = _style(textbox).get("mso-fit-shape-to-text", "").lower() in {"t", "true"}
    return {"height": "auto"} if fits else {"overflow": "hidden"}


def _inset(textbox: Any) -> str:
    given = (textbox.get("inset") or "").split(",")
    left, top, right, bottom = (
        _length(given[at].strip()) if at < len(given) and given[at].strip() else INSET[at] for at in range(4)
    )
    return f"{top} {right} {bottom} {left}"


def _bug_of_nested_tables(textbox: Any) -> Iterator[Removal]:
    """Moves each table in a padded cell over its left padding, as Word does in a text box."""
    for cell in textbox.iter("td", "th"):
        left = _left_padding(cell)
        if not left:
            continue
        for table in cell.iterchildren("table"):
            table.set("style", f"{table.get('style') or ''};position:relative;left:-{left:g}px")
            yield Removal(
                "word-vml-padding",
                Action.CHANGED,
                f"padding-left: {left:g}px",
                cell.tag,
                table.sourceline or 0,
                "the right padding doubled",
                reason="a table in a padded cell in VML ignores the left padding and doubles the right",
                link=PADDING_LINK,
            )


def _left_padding(cell: Any) -> float:
    found: str | None = None
    for one in split(cell.get("style") or ""):
        if one.name == "padding-left":
            found = one.value
        elif one.name == "padding" and (values := sides(one.value)):
            found = values[3]
    return max(pixels(found or "") or 0.0, 0.0)


def _drawn_image(image: Any) -> Removal:
    own = _style(image)
    size = _size(own)
    src = image.get("src") or ""
    parent = image.getparent()
    if own.get("position") != "absolute" or parent is None:
        told = _told(image, "img", _reason(own))
        _become(image, "img", size, {"src": src, "alt": image.get("alt") or ""})
        return told
    # Absolute pictures lie behind what follows: this is how MJML draws a hero.
    css = {
        "background-image": _url(src),
        "background-size": f"{size.get('width', 'auto')} {size.get('height', 'auto')}",
        "background-repeat": "no-repeat",
        "background-position": "top center",
    }
    _add_style(parent, css)
    told = _told(image, f"background of {parent.tag}", _reason(own))
    image.drop_tree()
    return told


def _drawn_background(background: Any, tree: Any) -> Iterator[Removal]:
    body, fill = tree.find("body"), _part(background, "v:fill")
    if body is not None and fill is not None:
        _add_style(body, _picture(fill, "#ffffff"))
        yield _told(background, "background of body", _reason({}))
    _drop_parts(background)
    background.drop_tag()


def _part(shape: Any, tag: str) -> Any:
    return next(shape.iterchildren(tag), None)


def _drop_parts(shape: Any) -> None:
    for part in list(shape.iterchildren("v:fill", "v:stroke")):
        part.drop_tree()


def _declared(css: dict[str, str]) -> str:
    return ";".join(f"{name}:{value}" for name, value in css.items())


def _add_style(element: Any, css: dict[str, str]) -> None:
    element.set("style", ";".join(filter(None, (element.get("style"), _declared(css)))))


def _become(element: Any, tag: str, css: dict[str, str], attributes: dict[str, str] | None = None) -> None:
    element.tag = tag
    element.attrib.clear()
    for name, value in {**(attributes or {}), "style": _declared(css)}.items():
        element.set(name, value)
