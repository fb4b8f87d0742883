"""Curated items that a page has as the entries of one list: a link each, and perhaps words on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from producthead_mail.content.importing.blocks import Block, paragraph_of
from producthead_mail.content.importing.items import Values, item_of
from producthead_mail.content.importing.pieces import Break, Mark, Piece, Text, paragraphs, plain

_BETWEEN = re.compile(r"\s*(?:([–—:|·•-]|->|→)(?=\s|$)|[.,;])?\s*")
"""What stands between a link and the words on it; what is in the group parts them for sure."""
_REMARK = re.compile(r"([\[(][^\[\]()]{2,60}[\])])(?:\s*[–—:.-](?=\s|$))?\s*")
_ACCESS = re.compile(r"pay|sign|regist|subscri|member|log-?in|free\b|metered", re.IGNORECASE)
_SIGNED = re.compile(r"(.*\S)\s*(\[[^\[\]/]+ / [^\[\]/]+\])\s*", re.DOTALL)


def linked(block: Block) -> tuple[Values, ...]:
    """The items of a list; none unless every entry is sure to be one."""
    found = [item_of(lines, curated=True) if (lines := _lines(entry)) else None for entry in block.inside]
    items = tuple(one for one in found if one)
    return items if len(items) == len(found) else ()


def _lines(entry: Sequence[Block]) -> list[Block]:
    """The entry as the lines of an item, its link first; empty where the link may be a sentence's."""
    first, *others = entry
    end = _link_end(first.pieces)
    head, after = _paired(first.pieces[:end]), _paired(first.pieces[end:])
    words = after[0].words if after and isinstance(after[0], Text) else ""
    between = _BETWEEN.match(words)
    assert between  # it matches nothing, too
    words = words[between.end() :]
    remark = found[1] if (found := _REMARK.match(words)) and _ACCESS.search(found[1]) else ""
    if found and remark:
        words = words[found.end() :]
    rest = [Text(words), *after[1:]] if after and isinstance(after[0], Text) else after
    apart = bool(between[1] or remark or (after and isinstance(after[0], Break)))
    if not plain(head) or not (apart or _begins(plain(rest))):
        return []
    title = replace(paragraph_of(head), words=f"{plain(head)} {remark}".strip(), remark=remark)
    return [title, *map(paragraph_of, _parted(rest)), *others]


def _link_end(pieces: Sequence[Piece]) -> int:
    """Where the link ends that the pieces begin with; 0 where they begin with something else."""
    inside = False
    for at, piece in enumerate(pieces):
        if isinstance(piece, Mark) and piece.tag == "a":
            if not piece.opens:
                return at + 1
            inside = True
        elif not (inside or isinstance(piece, Mark)):
            return 0
    return 0


def _begins(words: str) -> bool:
    """Whether words begin of their own, and don't go on with a sentence that the link is part of."""
    first = re.search(r"\w+", words)
    return not first or words[0] in "([" or not first[0][0].islower() or first[0] in ("by", "from", "via")


def _parted(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """The pieces of each line, and of an attribution at the end of the last."""
    lines = [
        list(run) for is_break, run in groupby(pieces, lambda one: isinstance(one, Break)) if not is_break
    ]
    last = lines[-1][-1] if lines else None
    if isinstance(last, Text) and (signed := _SIGNED.fullmatch(last.words)):
        lines[-1][-1] = Text(signed[1])
        lines.append([Text(signed[2])])
    for one in lines:
        yield from paragraphs(_paired(one))


def _paired(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without marks of which only one end is among them."""
    ends = Counter(piece.number for piece in pieces if isinstance(piece, Mark))
    return [piece for piece in pieces if not (isinstance(piece, Mark) and ends[piece.number] == 1)]
