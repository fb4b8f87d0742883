"""The project's own check of MJML source: the compiler is silent about most faults, or says no place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from producthead_mail.errors import suggestion
from producthead_mail.rendering.attribute_check import attribute_faults
from producthead_mail.rendering.fault import Fault
from producthead_mail.rendering.markup import TAG
from producthead_mail.rendering.mjml_tables import CHILDREN, HTML, LOST_TAGS, NO_COMMENT, PLAIN, TAGS

DEPTH = 200
"""The compiler recurses: 20,000 nested tags end the process."""

NAME = r"[A-Za-z][\w:.-]*"
ATTRIBUTE = r"[A-Za-z_:][\w:.-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'))?"
_TOKEN = re.compile(
    rf"<(?:(/?)({NAME})((?:\s+{ATTRIBUTE})*)\s*(/?)>"
    r"|(!--\[if [^\]>]*\]>(?:<!-->)?|!\[endif\]-->)|!--(.*?)-->|)",
    re.DOTALL,
)
_END = re.compile("]]>")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CONTROL_BYTES = bytes({*range(32)} - {9, 10, 13})
VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905 - readable
)
"""Elements without content."""
_NAMED = re.compile(r"\sname\s*=")
_NO_TAGS = PLAIN | {"mj-style"}
_ANY = "?"
"""Stands for a parent that is itself a fault: what it holds is not checked."""
_HTML = "html"
_HOLDS_HTML = HTML | {_HTML}
_STRUCTURES = frozenset(CHILDREN) | {"mj-attributes"}


def check_source(source: str) -> list[Fault]:
    """Every fault of an MJML source: tags, nesting, attributes, values, syntax."""
    faults = list(_Walk(source).faults())
    if _has_control(source):
        for found in _CONTROL.finditer(source):
            faults.append(Fault(found.start(), f"holds the character U+{ord(found[0]):04X}", "delete it"))
    if "]]>" in source:
        text = TAG.sub(lambda tag: " " * len(tag[0]), source)
        faults += [
            Fault(found.start(), "]]> stands in the text", "write ]]&gt;") for found in _END.finditer(text)
        ]
    return faults


def _has_control(source: str) -> bool:
    # A tenth of the time that the pattern takes over a whole page.
    data = source.encode("utf-8", "replace")
    return len(data.translate(None, _CONTROL_BYTES)) != len(data) or "\ufffe" in source or "\uffff" in source


@dataclass(slots=True)
class _Open:
    """An open tag; `rule` says which row of the tables holds for its content."""

    name: str
    at: int
    rule: str


class _Walk:
    """One pass over the tags with the open ones on a stack."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._open = [_Open("", 0, "")]
        self._crossed: list[str] = []
        self._seen: dict[str, int] = {}

    def faults(self) -> Iterator[Fault]:
        """The faults, in order of the tags that show them."""
        end, source, stack = 0, self._source, self._open
        for token in _TOKEN.finditer(source):
            start, top = token.start(), stack[-1]
            if top.rule in _STRUCTURES and end < start and not source[end:start].isspace():
                yield from self._stray_text(end, start)
            end = token.end()
            closing, name, attributes, alone, conditional, comment = token.groups()
            if name is None:
                if not conditional:
                    yield from self._other(start, comment)
            elif not closing:
                yield from self._start(name, start, token.start(3), attributes, alone)
            elif name == top.name and not attributes and not alone:
                stack.pop()
            else:
                yield from self._close(name, start, attributes or alone)
            if len(stack) > DEPTH:
                yield Fault(start, f"tags nested deeper than {DEPTH}", "flatten the layout")
                return
        yield from self._end(end)

    def _stray_text(self, start: int, end: int) -> Iterator[Fault]:
        text = self._source[start:end].strip("\ufeff \t\r\n")
        if not text:
            return
        at = self._source.index(text, start)
        parent = self._open[-1].name
        shown = text if len(text) < 40 else f"{text[:37]}…"
        where = f"in <{parent}>" if parent else "outside <mjml>"
        yield Fault(at, f"text stands {where}: {shown!r}", "put it into <mj-text> or take it out")

    def _start(self, name: str, at: int, attributes_at: int, attributes: str, alone: str) -> Iterator[Fault]:
        parent = self._open[-1]
        if attributes:
            for offset, message, remedy in attribute_faults(name, attributes):
                yield Fault(attributes_at + offset, message, remedy)
        if parent.rule in _HOLDS_HTML and name[:2].lower() != "mj":
            if not alone and name.lower() not in VOID:
                self._open.append(_Open(name, at, _HTML))
            return
        yield from self._structure(name, at, parent, attributes)
        if alone or name.lower() in VOID:
            self._open.pop()

    def _structure(self, name: str, at: int, parent: _Open, attributes: str) -> Iterator[Fault]:
        """The tag put on the stack, and what is wrong with its place."""
        rule = name if name in TAGS else _ANY if name.lower().startswith("mj") else _HTML
        fault = self._misplaced(name, at, parent, rule)
        if fault:
            yield fault
            rule = rule if rule in TAGS else _ANY
        if name == "mj-class" and not _NAMED.search(attributes):
            yield Fault(at, "<mj-class> has no name", 'write name="…"')
        if parent.rule == "mj-attributes":
            rule = "mj-all"
        elif name in ("mj-head", "mj-body", "mjml"):
            yield from self._once(name, at, "keep one")
        elif name == "mj-carousel" or (name == "mj-navbar" and "hamburger=" in attributes):
            yield from self._once(name, at, "keep one on the page: the compiler gives both the same id")
        self._open.append(_Open(name, at, rule))

    def _once(self, name: str, at: int, remedy: str) -> Iterator[Fault]:
        if name in self._seen:
            yield Fault(at, f"a second <{name}>", remedy)
        self._seen[name] = at

    def _misplaced(self, name: str, at: int, parent: _Open, rule: str) -> Fault | None:
        if name in LOST_TAGS:
            return Fault(at, f"the compiler has no {name}", LOST_TAGS[name])
        if rule == _ANY:
            return Fault(at, f"unknown tag {name}", suggestion(name.lower(), sorted(TAGS)))
        if parent.rule == _ANY:
            return None
        if parent.rule in _NO_TAGS:
            return Fault(at, f"<{name}> stands in <{parent.name}>, which takes no tags", "write text alone")
        return self._wrong_parent(name, at, parent, rule)

    def _wrong_parent(self, name: str, at: int, parent: _Open, rule: str) -> Fault | None:
        inside = f"<{name}> cannot stand in <{parent.name}>" if parent.name else f"<{name}> is not in <mjml>"
        if rule == _HTML:
            near = f"mj-{name.lower()}"
            remedy = f"did you mean {near!r}?" if near in TAGS else "put it into <mj-text> or <mj-raw>"
            return Fault(at, inside, remedy)
        if parent.rule == "mj-attributes":
            remedy = "write the attributes on the tag itself" if name in ("mj-body", "mjml") else ""
            return Fault(at, inside, remedy) if remedy else None
        if name in CHILDREN.get(parent.rule, ()):
            return None
        if name in ("mj-all", "mj-class"):
            return Fault(at, inside, "it stands in <mj-attributes>")
        parents = " or ".join(f"<{key}>" for key, children in CHILDREN.items() if key and name in children)
        return Fault(at, inside, f"it stands in {parents}" if parents else "take it out")

    def _close(self, name: str, at: int, more: str) -> Iterator[Fault]:
        key = name.lower()
        if more or (key != name and key in TAGS):
            yield Fault(at, f"</{name}{more}> is no end tag", f"write </{name if more else key}>")
        if self._open[-1].name.lower() == key and len(self._open) > 1:
            self._open.pop()
        elif any(tag.name.lower() == key for tag in self._open[1:]):
            while self._open[-1].name.lower() != key:
                left = self._open.pop()
                self._crossed.append(left.name.lower())
                yield Fault(left.at, f"<{left.name}> is not closed before </{name}>", self._line_of(at, left))
            self._open.pop()
        elif key in self._crossed:
            self._crossed.remove(key)
        elif self._open[-1].rule == _ANY and _near(key, self._open[-1].name):
            self._open.pop()  # the start tag has been told
        elif key.startswith("mj") and key not in TAGS and _near(key, self._open[-1].name):
            yield Fault(at, f"unknown tag {name}", f"did you mean {self._open.pop().name!r}?")
        else:
            remedy = f"write <{name} /> alone" if key in VOID else "delete it, or open it before"
            yield Fault(at, f"</{name}> closes nothing", remedy)

    def _line_of(self, at: int, left: _Open) -> str:
        rest = self._source[at : at + 2000].lower()
        later = f"</{left.name.lower()}>" in rest
        return f"write </{left.name}> before it" + (", not after" if later else "")

    def _other(self, at: int, comment: str | None) -> Iterator[Fault]:
        parent = self._open[-1]
        if comment is not None:
            if "--" in comment or comment.endswith("-"):
                yield Fault(at, "a comment holds --", "write one - in it")
            elif parent.rule in NO_COMMENT:
                yield Fault(at, f"a comment stands in <{parent.name}>", "use a Jinja comment: {# … #}")
            return
        yield from self._bad_syntax(at)

    def _bad_syntax(self, at: int) -> Iterator[Fault]:
        rest = self._source[at : at + 400]
        found = re.match(rf"<(/?)({NAME})", rest)
        if found is None:
            yield Fault(at, *_not_a_tag(rest, in_style=self._open[-1].rule == "mj-style"))
            return
        if self._open[-1].rule == "mj-style":
            yield Fault(at, *_not_a_tag("<", in_style=True))
            return
        whole = re.match(r"<(?:[^\"'<>]|\"[^\"]*\"|'[^']*')*>", self._source[at:])
        yield Fault(at, f"<{found[1]}{found[2]} is not a whole tag", _tag_remedy(whole[0] if whole else rest))
        name = found[2].lower()
        if found[1]:
            if self._open[-1].name.lower() == name:
                self._open.pop()
        elif name not in VOID and not (whole and whole[0].endswith("/>")):
            self._open.append(_Open(found[2], at, found[2] if found[2] in TAGS else _HTML))
            self._seen.setdefault(found[2], at)

    def _end(self, end: int) -> Iterator[Fault]:
        if len(self._open) == 1:
            yield from self._stray_text(end, len(self._source))
        for tag in self._open[1:]:
            yield Fault(tag.at, f"<{tag.name}> is never closed", f"write </{tag.name}>")
        if "mjml" not in self._seen:
            yield Fault(0, "there is no <mjml>", "begin with <mjml> and end with </mjml>")
        elif "mj-body" not in self._seen:
            yield Fault(self._seen["mjml"], "<mjml> has no <mj-body>", "put the sections into <mj-body>")


def _near(one: str, other: str) -> bool:
    """Whether one may be a slip of the pen for the other."""
    return bool(suggestion(one, [other]))


def _not_a_tag(rest: str, *, in_style: bool) -> tuple[str, str]:
    if in_style:
        return "a < stands in CSS", "write the rule without it"
    if rest.startswith("<!--"):
        return "a comment is never closed", "write -->"
    if rest.startswith("<![if"):
        return "a conditional comment that every client sees", "write <!--[if …]><!--> … <!--<![endif]-->"
    if rest.startswith(("<![endif]", "<![ENDIF]")):
        return "a conditional comment ends wrongly", "write <![endif]--> exactly"
    if rest.startswith(("<!", "<?")):
        return (
            f"{rest.split('>')[0][:20]}> is no MJML",
            "take it out: the compiler writes the document's head",
        )
    return "a < stands in the text", "write &lt;"


def _tag_remedy(tag: str) -> str:
    if re.search(r"=\s*[^\s\"'>]", re.sub(r"\"[^\"]*\"|'[^']*'", '""', tag)):
        return "put quotes round each attribute's value"
    if re.search(r"(?:\"[^\"]*\"|'[^']*')[^\s/>]", tag):
        return "put a space between attributes"
    return "close its quotes and write its >"
