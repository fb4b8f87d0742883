"""The parts of an edition, recognised among the blocks of an old page; what is none stays in the essay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from producthead_mail.content.importing.blocks import Block, Kind
from producthead_mail.content.importing.items import Listed, Values, listed, plain_value
from producthead_mail.content.importing.linked import linked
from producthead_mail.content.importing.losses import Loss, Losses
from producthead_mail.content.importing.standing import Standing, same

_COMMENTS = re.compile(r"leave a (?:reply|comment)\b|your email address will not be published", re.IGNORECASE)
"""The words around a comment form."""
MAX_TAKEAWAYS = 7
MAX_TAKEAWAY = 200
"""Characters; a longer entry at the top is a list of the essay's own."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a page came to."""

    essay: tuple[Block, ...]
    left: tuple[Block, ...] = ()
    """From the lists and below them: what is no part, to stand after the essay."""
    strapline: str = ""
    takeaways: tuple[str, ...] = ()
    curated: tuple[Values, ...] = ()
    posts: tuple[Values, ...] = ()
    colophon: str = ""
    standing: int = 0
    """Blocks that the publication's file has already."""


@dataclass(frozen=True, slots=True)
class _Section:
    """The blocks below a heading that says what they are."""

    key: str
    heading: Block
    blocks: list[Block]
    entries: Listed | None = None
    """Where the items are those of lists, which end it."""

    def listed(self) -> Listed:
        """The items, and what is none."""
        return self.entries or listed(self.blocks, curated=self.key == "curated")


def parts_of(blocks: Sequence[Block], standing: Standing, title: str, losses: Losses) -> Parts:
    """The parts; what was moved or left unfinished is counted in `losses`."""
    reader = _Reader(standing, title, losses)
    essay, sections, tail = reader.sections(reader.below_head(blocks))
    rest = reader.tail(tail)
    lists = [(section, section.listed()) for section in sections]
    left = [*reader.leftovers(lists), *rest]
    losses[Loss.MOVED] += bool(sections and left)
    items = {
        key: tuple(item for section, found in lists if section.key == key for item in found.items)
        for key in ("curated", "posts")
    }
    return Parts(
        essay=tuple(_without_rules(essay)),
        left=tuple(left),
        strapline=reader.strapline,
        takeaways=reader.takeaways,
        curated=items["curated"],
        posts=items["posts"],
        colophon=reader.colophon,
        standing=reader.known,
    )


class _Reader:
    """Goes through the blocks once from above; notes what it recognises."""

    def __init__(self, standing: Standing, title: str, losses: Losses) -> None:
        self._standing, self._losses = standing, losses
        self._titles = {same(title), f"{standing.name}: {same(title)}"}
        self.known = 0
        self.strapline = ""
        self.takeaways: tuple[str, ...] = ()
        self.colophon = ""

    def below_head(self, blocks: Sequence[Block]) -> Sequence[Block]:
        """The blocks without what stands over the essay: standing parts, title, strapline, takeaways."""
        at = 0
        while at < len(blocks):
            block, after = blocks[at], blocks[at + 1 : at + 2]
            if self._is_known(block):
                self.known += 1
            elif block.kind is Kind.HEADING and not self._is_title(block):
                if not (after and self._is_strapline(after[0])):
                    break
                self.strapline = plain_value(block.words)
            elif not (block.kind is Kind.RULE or self._is_title(block)):
                break
            at += 1
        return blocks[at + self._takeaways(blocks[at:], below_known=at > 0) :]

    def _is_known(self, block: Block) -> bool:
        if _COMMENTS.match(block.words) and len(block.words) < 200:
            self._losses[Loss.COMMENTS] = max(1, self._losses[Loss.COMMENTS])
            return True
        return block.kind is not Kind.RULE and self._standing.holds(block)

    def _is_title(self, block: Block) -> bool:
        return block.kind in (Kind.HEADING, Kind.PARAGRAPH) and same(block.words) in self._titles

    def _is_strapline(self, after: Block) -> bool:
        """Whether a heading over this block is the strapline: it belongs to no text of the essay's."""
        return not self.strapline and self._is_known(after) and after.kind is Kind.PARAGRAPH

    def _takeaways(self, blocks: Sequence[Block], *, below_known: bool) -> int:
        """Notes the takeaways if the blocks start with them; how many blocks they are."""
        labelled = bool(blocks) and _names(blocks[0], self._standing.takeaways)
        first = int(labelled)
        found, number = _list_on_top(blocks[first:])
        if not found and (labelled or below_known):
            found, number = _lines_on_top(blocks[first:], ruled=not labelled)
        self.takeaways = found
        return first + number if found else 0

    def sections(self, blocks: Sequence[Block]) -> tuple[list[Block], list[_Section], list[Block]]:
        """The essay, the lists, and what comes below them."""
        essay, tail, sections = list[Block](), list[Block](), list[_Section]()
        place, level, at = essay, 0, 0
        while at < len(blocks):
            block = blocks[at]
            at += 1
            key = self._section(block)
            if section := self._linked(block, blocks, at):
                sections.append(section)
                place = essay if place is essay else tail
                at += len(section.blocks)
            elif key:
                place = []
                sections.append(_Section(key, block, place))
                level = _level_below(block, blocks, at)
            elif place is not essay and place is not tail and self._ends(block, level):
                place = tail
                place.append(block)
            else:
                place.append(block)
        cut = len(essay) - self._known_at_end(essay)
        return essay[:cut], sections, [*essay[cut:], *tail]

    def _section(self, block: Block) -> str:
        if _names(block, self._standing.curated):
            return "curated"
        return "posts" if _names(block, self._standing.posts) else ""

    def _linked(self, heading: Block, blocks: Sequence[Block], at: int) -> _Section | None:
        """The section of a heading that says so, where lists of links follow, or a paragraph and those."""
        curated = _names(heading, self._standing.curated)
        if not (curated or _names(heading, self._standing.links)):
            return None
        words = list(blocks[at : at + 1])
        if not words or words[0].kind is not Kind.PARAGRAPH or words[0].links:
            words = []
        lists, items = list[Block](), list[Values]()
        for number in range(at + len(words), len(blocks)):
            block = blocks[number]
            if not (found := linked(block)):
                self._losses[Loss.LIST] += bool(block.kind is Kind.LIST and block.links and not curated)
                break
            lists.append(block)
            items += found
        if not lists:
            return None
        pictures = sum(len(block.pictures) for block in lists) - sum("image" in item for item in items)
        return _Section("curated", heading, [*words, *lists], Listed(tuple(items), tuple(words), 0, pictures))

    def _ends(self, block: Block, level: int) -> bool:
        if self._is_known(block):
            return True
        return block.kind is Kind.HEADING and block.level <= level

    def _known_at_end(self, blocks: Sequence[Block]) -> int:
        """How many blocks at the end are standing parts, with the lines between them."""
        found = 0
        for number, block in enumerate(reversed(blocks), 1):
            if self._is_known(block) or self._is_colophon(block):
                found = number
            elif block.kind is not Kind.RULE:
                break
        return found

    def tail(self, blocks: Sequence[Block]) -> list[Block]:
        """What of the blocks below the lists is neither known nor the colophon."""
        rest: list[Block] = []
        for at, block in enumerate(blocks):
            if self._is_known(block) and not self._heads_other_words(block, blocks, at + 1):
                self.known += 1
            elif not self.colophon and self._is_colophon(block):
                self.colophon = block.markdown
            else:
                rest.append(block)
        return _without_rules(rest)

    def _heads_other_words(self, block: Block, blocks: Sequence[Block], at: int) -> bool:
        """Whether a known heading stands over words that differ from those known."""
        after = _first(blocks, at, lambda one: one.kind is not Kind.RULE)
        if block.kind is not Kind.HEADING or after is None or after.kind is Kind.HEADING:
            return False
        return not (self._is_known(after) or self._is_colophon(after))

    def _is_colophon(self, block: Block) -> bool:
        return block.kind is Kind.PARAGRAPH and same(block.words).startswith(f"{self._standing.name} is a")

    def leftovers(self, lists: Sequence[tuple[_Section, Listed]]) -> list[Block]:
        """What of the lists is no item, each under the heading it had."""
        left: list[Block] = []
        for section, found in lists:
            self._losses[Loss.UNFINISHED_ITEM] += found.unfinished
            self._losses[Loss.ITEM_PICTURE] += found.pictures
            self._losses[Loss.LIST] += not (found.items or found.unfinished)
            rest = self.tail(found.left)
            if rest:
                left += [section.heading, *rest]
        return left


def _level_below(heading: Block, blocks: Sequence[Block], at: int) -> int:
    """The level of headings that end a section: its own, unless its items have that too."""
    first = _first(blocks, at, lambda one: one.kind is Kind.HEADING)
    return heading.level if first is not None and first.level > heading.level else 0


def _first(blocks: Sequence[Block], at: int, wanted: Callable[[Block], bool]) -> Block | None:
    return next((blocks[number] for number in range(at, len(blocks)) if wanted(blocks[number])), None)


def _names(block: Block, labels: Iterable[str]) -> bool:
    """Whether a block is the heading with one of these labels."""
    headed = block.kind is Kind.HEADING or (block.kind is Kind.PARAGRAPH and len(block.words) <= 80)
    return headed and same(block.words) in labels


def _list_on_top(blocks: Sequence[Block]) -> tuple[tuple[str, ...], int]:
    """The entries of a list that the blocks start with, if they can be takeaways: no list of the headings."""
    first = blocks[0] if blocks else None
    if first is None or first.kind is not Kind.LIST or not first.simple or not _short(first.entries):
        return (), 0
    headings = {block.markdown for block in blocks if block.kind is Kind.HEADING}
    contents = any(entry in headings for entry in first.entries)
    return ((), 0) if contents or len(blocks) == 1 else (first.entries, 1)


def _lines_on_top(blocks: Sequence[Block], *, ruled: bool) -> tuple[tuple[str, ...], int]:
    """The short lines that the blocks start with; `ruled`: only such as a rule parts from the essay."""
    number = _run(blocks, lambda block: block.kind is Kind.PARAGRAPH and not block.pictures)
    ended = number < len(blocks) and blocks[number].kind is (Kind.RULE if ruled else blocks[number].kind)
    lines = tuple(block.markdown for block in blocks[:number])
    if (
        not ended
        or not _short(lines)
        or (ruled and any(block.words.endswith((".", ",", ":")) for block in blocks[:number]))
    ):
        return (), 0
    return lines, number


def _run(blocks: Sequence[Block], belongs: Callable[[Block], bool]) -> int:
    return next((at for at, block in enumerate(blocks) if not belongs(block)), len(blocks))


def _short(texts: Sequence[str]) -> bool:
    return 0 < len(texts) <= MAX_TAKEAWAYS and all(
        len(one) <= MAX_TAKEAWAY and "\n" not in one for one in texts
    )


def _without_rules(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without rules at both ends and without a second one in a row."""
    found: list[Block] = []
    for block in blocks:
        if block.kind is Kind.RULE and (not found or found[-1].kind is Kind.RULE):
            continue
        found.append(block)
    while found and found[-1].kind is Kind.RULE:
        found.pop()
    return found


def newsletter_prefix(name: str) -> re.Pattern[str]:
    """Matches the newsletter's name before a title: `PRODUCTHEAD: …`, `PRODUCTHEAD #12 – …`."""
    sign = r"(?:\s*:|\s+[|–—-](?=\s))"
    return re.compile(rf"\s*{re.escape(name)}(?:(?:\s*#?\d+)?{sign}|\s*#\d+\s)\s*(?=\S)", re.IGNORECASE)
