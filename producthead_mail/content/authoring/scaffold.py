"""The text of a new edition: blanks to fill, and the parts that stand in every edition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile

from producthead_mail.content.authoring.scalars import quoted, value_lines
from producthead_mail.content.edition import Edition
from producthead_mail.content.publication import Publication

UNWRITTEN = "<!-- The essay goes here, in Markdown. -->"
"""Stands for the essay until it is written; `check` takes it for an error."""
_BLANKS = {
    "takeaways": "\n# A sentence each: `- What readers take with them`",
    "curated": "\n# `producthead add {name} URL` adds a link with what its page says of itself.\n"
    "# Each has title and url; also excerpt, summary, access, author, publication, image {{src, alt}}.",
    "posts": "\n# `producthead posts {name}` takes the newest from the blog's feed.",
}
"""Keys that wait to be filled, with what is said above each."""
_FENCED = re.compile(r"^[ ]{0,3}(`{3,}|~{3,}).*?(?:^[ ]{0,3}\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of an edition before it is written."""

    slug: str
    title: str
    date: date
    send_at: datetime | None = None
    """Aware, in the publication's time zone."""


def scaffold(draft: Draft, publication: Publication, earlier: Sequence[Edition]) -> str:
    """The text of the edition's file, which loads and renders as it is.

    Of the `earlier` editions, newest last, the last gives layout, strapline and colophon, and of its essay
    the paragraphs and headings that stand in the one before too. Lists that none of them has are left out.
    """
    front = "\n".join(_front(draft, publication, earlier))
    essay = "\n\n".join(_essay(earlier))
    return f"---\n{front}\n---\n\n{essay}\n"


def _front(draft: Draft, publication: Publication, earlier: Sequence[Edition]) -> Iterator[str]:
    last = earlier[-1] if earlier else None
    yield f"title: {quoted(draft.title)}"
    yield f"date: {draft.date.isoformat()}"
    if draft.send_at:
        yield f"send_at: {_local(draft.send_at)}  # in {publication.timezone.key}"
    yield "# What the inbox shows after the subject: 35 to 140 characters."
    yield "preheader:"
    if last and last.strapline:
        yield from value_lines("strapline", last.strapline)
    if last and "layout" in last.positions:
        yield f"layout: {last.layout}"
    for key, comment in _BLANKS.items():
        if _is_wanted(key, publication, earlier):
            yield f"{comment.format(name=draft.slug)}\n{key}:"
    if last and last.colophon:
        yield ""
        yield from value_lines("colophon", last.colophon.source)


def _is_wanted(key: str, publication: Publication, earlier: Sequence[Edition]) -> bool:
    """Whether one of the earlier editions has the key; without any, all but posts without a feed."""
    if earlier:
        return any(key in edition.positions for edition in earlier)
    return key != "posts" or bool(publication.feed)


def _local(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}" if at.second else f"{at:%Y-%m-%d %H:%M}"


def _essay(earlier: Sequence[Edition]) -> list[str]:
    """The place for the essay among what the essays of the last two editions share, such as a greeting."""
    last, before = ([*map(_blocks, earlier[-2:][::-1]), [], []])[:2]
    shared = [block for block in last if block in before]
    greeting = list(takewhile(before.__contains__, last))
    return [*greeting, UNWRITTEN, *shared[len(greeting) :]]


def _blocks(edition: Edition) -> list[str]:
    """Paragraphs and headings of an essay; not code, nor what is indented, which belongs to what is above."""
    source = _FENCED.sub("", edition.essay.source)
    blocks = (block.strip("\n") for block in re.split(r"\n[ \t]*\n", source))
    return [block for block in blocks if block and not block[0].isspace() and block != UNWRITTEN]
