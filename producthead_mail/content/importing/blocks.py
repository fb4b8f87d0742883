"""HTML to blocks of Markdown, each with what it takes to recognise the part of an edition that it is."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from producthead_mail.content.importing.elements import first_number, is_block, is_data
from producthead_mail.content.importing.inline import MARKING, Inliner, permalink
from producthead_mail.content.importing.losses import Loss, Losses
from producthead_mail.content.importing.pieces import (
    Break,
    Mark,
    Piece,
    Raw,
    Text,
    line,
    paragraphs,
    plain,
)

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_DEPTH = 80
"""Elements within elements; more is no text that a person wrote."""
MAX_NESTING = 12
"""Lists and quotes within each other; the loader takes 60 elements."""
NUMBERED = re.compile(r"(\d{1,2})[.)]\s+(?=\S)")
"""Before the title of an item, as some pages have them."""
_LANGUAGE = re.compile(r"(?:language|lang|brush:?)[-\s]*([A-Za-z0-9+#_-]+)")


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    QUOTE = "quote"
    CODE = "code"
    TABLE = "table"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list, ... as Markdown."""

    kind: Kind
    markdown: str
    """A heading's without its signs; empty for a list, which `written` puts together."""
    words: str = ""
    """Without any marks, on one line."""
    level: int = 0
    """Of a heading."""
    whole_link: str = ""
    """The address, where the block is one link and, at most, a number and a remark in brackets."""
    remark: str = ""
    """With its brackets."""
    links: tuple[str, ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()
    pieces: tuple[Piece, ...] = ()
    """Of a paragraph or heading."""
    entries: tuple[str, ...] = ()
    """Of a list."""
    inside: tuple[tuple[Block, ...], ...] = ()
    """Of a list: the blocks of each entry."""
    simple: bool = False
    """Whether a list's entries are one paragraph each."""
    start: int | None = None
    """Of a numbered list."""
    bold: bool = False
    """Whether all of a paragraph is emphasised, as headings of old pages are."""


def blocks_of(root: HtmlElement, base: str, losses: Losses) -> list[Block]:
    """The blocks of an element, in order; what can't be kept is counted in `losses`."""
    flatten(root, losses)
    return list(_Walk(base, losses).container(root))


def written(blocks: Sequence[Block], *, shift: int = 0) -> str:
    """The blocks as Markdown, headings moved by `shift` levels."""
    parts: list[str] = []
    last: Block | None = None
    other = False
    for block in blocks:
        joins = last is not None and last.kind is Kind.LIST is block.kind
        same = joins and last is not None and (last.start is None) is (block.start is None)
        other = not other if same else False
        parts.append(_markdown(block, shift, other=other))
        last = block
    return "\n\n".join(part for part in parts if part)


def paragraph_of(pieces: Sequence[Piece]) -> Block:
    """A paragraph with these pieces, of which there is one to be seen."""
    links = tuple(one.url for one in pieces if isinstance(one, Mark) and one.tag == "a" and one.opens)
    words = plain(pieces)
    number = NUMBERED.match(words)
    remark = _outside_link(pieces).removeprefix(number[0].rstrip() if number else "").lstrip()
    whole = len(links) == 1 and re.fullmatch(r"(?:[\[(][^\[\]()]*[\])])?", remark) is not None
    return Block(
        Kind.PARAGRAPH,
        line(pieces),
        words,
        whole_link=links[0] if whole else "",
        remark=remark if whole else "",
        links=links,
        pictures=tuple(one.picture for one in pieces if isinstance(one, Raw) and one.picture),
        bold=_is_bold(pieces),
        pieces=tuple(pieces),
    )


def flatten(root: HtmlElement, losses: Losses) -> None:
    """Makes text of what is nested deeper than any page is, so that no walk runs out of stack."""
    level = [(root, 0)]
    while level:
        element, depth = level.pop()
        if depth < MAX_DEPTH:
            level += ((child, depth + 1) for child in element if isinstance(child.tag, str))
        elif len(element):
            losses[Loss.NESTING] += 1
            words = "".join(element.itertext())
            for child in list(element):
                element.remove(child)
            element.text = words


def _markdown(block: Block, shift: int, *, other: bool) -> str:
    if block.kind is Kind.HEADING:
        return f"{'#' * min(max(block.level + shift, 2), 6)} {block.markdown}"
    if block.kind is not Kind.LIST:
        return block.markdown
    gap = "\n" if block.simple else "\n\n"
    return gap.join(_entry(block, number, text, other=other) for number, text in enumerate(block.entries))


def _entry(block: Block, number: int, text: str, *, other: bool) -> str:
    """One item of a list; a second list right after a first one takes another sign."""
    sign = "*" if other else "-"
    if block.start is not None:
        sign = f"{block.start + number}{')' if other else '.'}"
    lines = textwrap.indent(text, " " * (len(sign) + 1))
    return f"{sign} {lines.lstrip(' ')}"


class _Walk:
    """One pass over the elements of a page."""

    def __init__(self, base: str, losses: Losses) -> None:
        self._losses = losses
        self._inline = Inliner(base, losses)
        self._around: list[HtmlElement] = []
        """Links and emphases that hold whole blocks."""
        self._nesting = 0

    def container(self, element: HtmlElement) -> Iterator[Block]:
        """The blocks of what is in an element."""
        run: list[Text | HtmlElement] = [Text(element.text)] if element.text else []
        for child in element:
            if isinstance(child.tag, str) and is_block(child):
                yield from self._run(run)
                run = []
                yield from self._block(child)
            else:
                run.append(child)
            if child.tail:
                run.append(Text(child.tail))
        yield from self._run(run)

    def _run(self, run: Sequence[Text | HtmlElement]) -> Iterator[Block]:
        if all(isinstance(one, Text) and not one.words.strip() for one in run):
            return  # as most are, between blocks
        for pieces in paragraphs(self._wrapped(self._of(run))):
            yield paragraph_of(pieces)

    def _wrapped(self, found: Iterator[Piece]) -> Iterator[Piece]:
        """The pieces, inside of the links and emphases that hold the blocks around them."""
        for element in reversed(self._around):
            mark = self._inline.mark_of(element)
            found = self._inline.within(mark, found) if mark else found
        return found

    def _of(self, run: Iterable[Text | HtmlElement]) -> Iterator[Piece]:
        for one in run:
            yield from [one] if isinstance(one, Text) else self._inline.element(one)

    def _block(self, element: HtmlElement) -> Iterator[Block]:
        tag = str(element.tag)
        if self._inline.drops(element):
            return
        if re.fullmatch(r"h[1-6]", tag):
            yield from self._heading(element, int(tag[1]))
        elif tag in ("ul", "ol", "menu", "dir"):
            yield from self._list(element)
        elif tag == "blockquote":
            yield from self._quote(element)
        elif tag == "pre":
            yield from _code(element)
        elif tag == "hr":
            yield Block(Kind.RULE, "* * *")
        elif tag == "table":
            yield from self._table(element)
        elif tag in ("figcaption", "dt", "summary", "legend"):
            yield from self._emphasised(element, "em" if tag == "figcaption" else "strong")
        elif tag in MARKING:
            self._around.append(element)
            yield from self.container(element)
            self._around.pop()
        else:
            yield from self.container(element)

    def _heading(self, element: HtmlElement, level: int) -> Iterator[Block]:
        for anchor in element.xpath(".//a"):
            if permalink(anchor):
                anchor.drop_tree()
        for pieces in paragraphs(self._wrapped(self._inline.of(element)))[:1]:
            block = paragraph_of([Text(" ") if isinstance(piece, Break) else piece for piece in pieces])
            markdown = re.sub(r"(#+)$", r"\\\1", block.markdown)
            yield replace(block, kind=Kind.HEADING, markdown=markdown, level=level)

    def _emphasised(self, element: HtmlElement, tag: str) -> Iterator[Block]:
        """A caption or a term: a paragraph in emphasis, or its blocks where it has any."""
        if any(is_block(child) for child in element if isinstance(child.tag, str)):
            yield from self.container(element)
            return
        mark = Mark(tag, True, -1)
        yield from (
            paragraph_of(one) for one in paragraphs(self._inline.within(mark, self._inline.of(element)))
        )

    def _list(self, element: HtmlElement) -> Iterator[Block]:
        found = [blocks for blocks in self._items(element) if blocks]
        if not found:
            return
        kinds = [[one.kind for one in blocks] for blocks in found]
        simple = all(one in ([Kind.PARAGRAPH], [Kind.PARAGRAPH, Kind.LIST]) for one in kinds)
        block = _holding(Kind.LIST, "", [one for blocks in found for one in blocks])
        start = first_number(element) if element.tag == "ol" else None
        entries, inside = tuple(map(_in_list, found)), tuple(map(tuple, found))
        yield replace(block, entries=entries, inside=inside, simple=simple, start=start)

    def _items(self, element: HtmlElement) -> Iterator[list[Block]]:
        """The blocks of each item, and of words that stand between items."""
        yield list(self._run([Text(element.text or "")]))
        for item in element:
            if isinstance(item.tag, str):
                yield self._nested(item)
            yield list(self._run([Text(item.tail or "")]))

    def _nested(self, element: HtmlElement) -> list[Block]:
        """The blocks of an item or a quote; as words where it is too deep in others."""
        if self._nesting >= MAX_NESTING:
            self._losses[Loss.NESTING] += 1
            words = " ".join(element.text_content().split())
            return [Block(Kind.PARAGRAPH, line([Text(words)]), words)] if words else []
        self._nesting += 1
        if element.tag in ("li", "blockquote"):
            found = list(self.container(element))
        else:  # an item that is no `li` is its own content
            found = list(self._block(element) if is_block(element) else self._run([element]))
        self._nesting -= 1
        return found

    def _quote(self, element: HtmlElement) -> Iterator[Block]:
        blocks = self._nested(element)
        if blocks:
            text = written(blocks, shift=1)
            markdown = "\n".join(f"> {one}".rstrip() for one in text.split("\n"))
            yield _holding(Kind.QUOTE, markdown, blocks)

    def _table(self, element: HtmlElement) -> Iterator[Block]:
        rows = [row.xpath("./td|./th") for row in element.iter("tr")]
        if not is_data(element, rows):
            yield from self.container(element)
            return
        for caption in element.xpath("./caption"):
            yield from self.container(caption)
        found = [[paragraphs(self._inline.of(cell)) for cell in row] for row in rows]
        cells = [[_cell(cell) for cell in row] for row in found]
        width = max(map(len, cells))
        lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in cells]
        lines.insert(1, "|" + " --- |" * width)
        held = [paragraph_of(pieces) for row in found for cell in row for pieces in cell]
        yield _holding(Kind.TABLE, "\n".join(lines), held)


def _holding(kind: Kind, markdown: str, blocks: Sequence[Block]) -> Block:
    """A block with the words, links and pictures of those in it."""
    links = tuple(url for one in blocks for url in one.links)
    pictures = tuple(picture for one in blocks for picture in one.pictures)
    return Block(kind, markdown, " ".join(one.words for one in blocks), links=links, pictures=pictures)


def _cell(found: Sequence[list[Piece]]) -> str:
    return "<br>".join(line(pieces, breaks="<br>", cell=True) for pieces in found)


def _outside_link(pieces: Sequence[Piece]) -> str:
    """The words that stand in no link."""
    inside, outside = False, ""
    for piece in pieces:
        if isinstance(piece, Mark) and piece.tag == "a":
            inside = piece.opens
        elif isinstance(piece, Text | Raw) and not inside:
            outside += piece.words if isinstance(piece, Text) else piece.markdown
    return outside.strip()


def _is_bold(pieces: Sequence[Piece]) -> bool:
    """Whether every word of a paragraph is in emphasis."""
    strong = False
    for piece in pieces:
        if isinstance(piece, Mark) and piece.tag == "strong":
            strong = piece.opens
        elif isinstance(piece, Text) and piece.words.strip() and not strong:
            return False
    return True


def _in_list(blocks: Sequence[Block]) -> str:
    """The blocks of an item; a list right below its line needs no blank line between."""
    parts = [written([block]) for block in blocks]
    text = parts[0] if parts else ""
    for (before, block), part in zip(pairwise(blocks), parts[1:], strict=True):
        close = before.kind is Kind.PARAGRAPH and block.kind is Kind.LIST and block.start in (None, 1)
        text += ("\n" if close else "\n\n") + part
    return text


def _code(element: HtmlElement) -> Iterator[Block]:
    for mark in element.xpath(".//br"):
        mark.tail = "\n" + (mark.tail or "")
    text = element.text_content().replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not text.strip():
        return
    names = " ".join([element.get("class", ""), *element.xpath(".//code/@class")])
    language = found[1] if (found := _LANGUAGE.search(names)) else ""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    yield Block(Kind.CODE, f"{fence}{language}\n{text}\n{fence}", " ".join(text.split()))
