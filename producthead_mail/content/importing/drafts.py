"""An original becomes the text of an edition's file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import unquote

from producthead_mail.content.authoring.items import block_item
from producthead_mail.content.authoring.literal import typed
from producthead_mail.content.authoring.naming import slug_of_title
from producthead_mail.content.authoring.scalars import quoted, value_lines
from producthead_mail.content.importing.blocks import Block, Kind, blocks_of, written
from producthead_mail.content.importing.inline import MERGE_FIELD
from producthead_mail.content.importing.items import Values, plain_value
from producthead_mail.content.importing.losses import Loss, Losses
from producthead_mail.content.importing.originals import MAX_TAGS, LeftOut, Original
from producthead_mail.content.importing.parts import Parts, newsletter_prefix, parts_of
from producthead_mail.content.importing.standing import Standing, same
from producthead_mail.content.importing.trees import fragment

MAX_PREHEADER = 200
"""Characters; mail programs show less, and a longer one was a summary."""
MAX_DATE = 40
"""Characters that are shown of a date that can't be read."""
_CUT = re.compile(r"(?:\[(?:…|\.\.\.)\]|…|\.\.\.|continue reading.*|read more.*)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """An edition to be written."""

    slug: str
    title: str
    date: date
    parts: Parts
    """But for the essay."""
    losses: Losses
    text: str
    """Of its file."""
    prefixed: bool
    """Whether the newsletter's name stood before its title."""


def drafts_of(
    originals: Sequence[Original], standing: Standing, name: str, sender: str
) -> Iterator[Draft | LeftOut]:
    """Each original as a draft, or why it is none; `name` is the newsletter's, `sender` the curator's."""
    seen: Counter[str] = Counter()
    for original in originals:
        yield _draft(original, standing, name, sender, seen)
        original.content = ""


def _draft(
    original: Original, standing: Standing, name: str, sender: str, seen: Counter[str]
) -> Draft | LeftOut:
    if original.day is None:
        unread = f"with a date that can't be read: {typed(original.dated)[:MAX_DATE]}"
        return LeftOut(original.title, unread if original.dated else "without a date")
    if isinstance(original.content, str) and original.content.count("<") > MAX_TAGS:
        return LeftOut(original.title, f"with more than {MAX_TAGS:,} tags")
    prefix = newsletter_prefix(name).match(original.title)
    title = typed(original.title[prefix.end() :] if prefix else original.title)
    losses = original.losses
    root = fragment(original.content) if isinstance(original.content, str) else original.content
    parts = parts_of(blocks_of(root, original.url, losses), standing, title, losses)
    if not (parts.essay or parts.left or parts.curated or parts.posts or parts.takeaways):
        return LeftOut(original.title, "without any text")
    losses[Loss.REMOTE_PICTURE] += sum(len(block.pictures) for block in (*parts.essay, *parts.left))
    losses[Loss.REMOTE_PICTURE] += sum("image" in item for item in parts.curated)
    losses[Loss.MERGE_FIELD] += sum(
        len(MERGE_FIELD.findall(one.words)) for one in (*parts.essay, *parts.left)
    )
    losses[Loss.AUTHOR] += bool(original.author) and same(original.author) != same(sender)
    title = title or next((block.words for block in parts.essay if block.words), "Untitled")[:100]
    slug = f"{original.day.isoformat()}-{_name(original.name, title, name)}"
    slug = _unused(slug, seen)
    text = _text(title, original.day, _preheader(original, title), parts)
    # What of the parts is in the text only would fill the memory: an export has thousands of posts.
    return Draft(slug, title, original.day, replace(parts, essay=(), left=()), +losses, text, bool(prefix))


def _unused(slug: str, seen: Counter[str]) -> str:
    """The slug, with a number behind it where an edition has it: none is written over another."""
    found = slug
    while seen[found]:
        seen[slug] += 1
        found = f"{slug}-{seen[slug]}"
    seen[found] += 1
    return found


def _name(written_name: str, title: str, newsletter: str) -> str:
    """The short name as it was on the old site, without the newsletter's own in front of it."""
    old = slug_of_title(unquote(written_name).rpartition(".htm")[0] or unquote(written_name))
    old = re.sub(r"^\d{4}-\d{2}-\d{2}-(?=.)", "", old).removeprefix(slug_of_title(newsletter) + "-")
    return slug_of_title(title) if old == "edition" or old.isdigit() else old


def _preheader(original: Original, title: str) -> str:
    words = typed(original.summary)
    if not words or same(words) == same(title):
        return ""
    if len(words) > MAX_PREHEADER or _CUT.search(words[-80:]):
        original.losses[Loss.PREHEADER] += 1
        return ""
    return words


def _text(title: str, day: date, preheader: str, parts: Parts) -> str:
    lines = [f"title: {quoted(plain_value(title))}", f"date: {day.isoformat()}"]
    if preheader:
        lines += value_lines("preheader", plain_value(preheader))
    if parts.strapline:
        lines += value_lines("strapline", parts.strapline)
    if parts.takeaways:
        lines += ["", "takeaways:", *(f"  - {quoted(one)}" for one in parts.takeaways)]
    lines += [*_items("curated", parts.curated), *_items("posts", parts.posts)]
    if parts.colophon:
        lines += ["", *value_lines("colophon", parts.colophon)]
    front = "\n".join(lines)
    passages = [written(blocks, shift=_shift(blocks)) for blocks in (parts.essay, parts.left)]
    essay = "\n\n".join(passage for passage in passages if passage)
    return f"---\n{front}\n---\n\n{essay}\n" if essay else f"---\n{front}\n---\n"


def _items(key: str, items: Sequence[Values]) -> Iterator[str]:
    if items:
        yield from ("", f"{key}:")
    for number, values in enumerate(items):
        if number:
            yield ""
        yield from block_item(values, (), 2, 2)


def _shift(blocks: Sequence[Block]) -> int:
    """What brings the highest heading to the second level, where an essay's headings begin."""
    return 2 - min((block.level for block in blocks if block.kind is Kind.HEADING), default=2)
