"""Curated items and recent posts, as a page has them one under another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from producthead_mail.content.importing.blocks import NUMBERED, Block, Kind
from producthead_mail.content.importing.pieces import escaped

Values = dict[str, "str | dict[str, str]"]
"""Keys and texts of an item, as the edition's file has them."""
_SHORTCODE = r"[a-z][\w-]*\s+[\w-]+\s*=|(?:gallery|playlist|more)\]"
_ATTRIBUTION = re.compile(rf"\[(?!{_SHORTCODE})([^\[\]/]+?)(?:\s+/\s+([^\[\]]+?))?\]")
_BARE = re.compile(r"([^\[\]/]{2,60}?)\s+/\s+([^\[\]/]{2,60})")
_PICTURE = re.compile(r"!\[(?:[^\]\\]|\\.)*\]\((?:<([^\s<>]*)>|([^\s()]*))\)")
MAX_SUMMARY = 120
"""Characters; what is longer is an excerpt's."""
MAX_TITLE = 250
"""Characters; what is longer was no title."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list of items came to."""

    items: tuple[Values, ...]
    left: tuple[Block, ...]
    """What belongs to no item."""
    unfinished: int
    """Items that lack a title or an address; their blocks are among those left."""
    pictures: int
    """That the items have no place for."""


def listed(blocks: Sequence[Block], *, curated: bool) -> Listed:
    """The items of a section."""
    items: list[Values] = []
    left: list[Block] = []
    unfinished = pictures = 0
    chunks, rest = _chunks([block for block in blocks if block.kind is not Kind.RULE])
    for chunk in chunks:
        values = item_of(chunk, curated=curated)
        if values is None:
            unfinished += 1
            left += chunk
        else:
            items.append(values)
            pictures += sum(len(block.pictures) for block in chunk) - ("image" in values)
    return Listed(tuple(_unnumbered(items)), (*left, *rest), unfinished, pictures)


def _unnumbered(items: Sequence[Values]) -> Sequence[Values]:
    """The items without the numbers before their titles, where those count them."""
    found = [NUMBERED.match(str(item["title"])) for item in items]
    counts = [int(one[1]) if one else 0 for one in found]
    if len(items) < 2 or counts != list(range(1, len(items) + 1)):
        return items
    return [item | {"title": NUMBERED.sub("", str(item["title"]), count=1)} for item in items]


def _chunks(blocks: Sequence[Block]) -> tuple[list[list[Block]], list[Block]]:
    """The blocks of each item, and those after the last."""
    if any(_attribution(block) for block in blocks):
        chunks: list[list[Block]] = [[]]
        for block in blocks:
            chunks[-1].append(block)
            if _attribution(block):
                chunks.append([])
        return chunks[:-1], chunks[-1]
    heads = [at for at, block in enumerate(blocks) if block.kind is Kind.HEADING]
    heads = heads or [at for at, block in enumerate(blocks) if block.bold and block.whole_link]
    if not heads:
        return [], list(blocks)
    ends = [*heads[1:], len(blocks)]
    return [list(blocks[at:end]) for at, end in zip(heads, ends, strict=True)], list(blocks[: heads[0]])


def _attribution(block: Block) -> re.Match[str] | None:
    plain = block.kind is Kind.PARAGRAPH and not block.whole_link
    return _ATTRIBUTION.fullmatch(block.words) if plain else None


def _bare_attribution(block: Block) -> re.Match[str] | None:
    """An attribution without its brackets, which only the last line of an item can be."""
    plain = block.kind is Kind.PARAGRAPH and not block.words.endswith((".", "!", "?", ":", "…"))
    return _BARE.fullmatch(block.words) if plain else None


def item_of(chunk: Sequence[Block], *, curated: bool) -> Values | None:
    """The item; None where it lacks what every item must have, or holds what none can."""
    blocks = list(chunk)
    signed = _attribution(blocks[-1]) or (_bare_attribution(blocks[-1]) if len(blocks) > 1 else None)
    if signed:
        blocks.pop()
    pictures = [picture for block in blocks for picture in block.pictures]
    blocks = [block for block in blocks if block.words]
    if not blocks or any(block.kind in (Kind.CODE, Kind.TABLE) for block in blocks):
        return None
    title, access = _without_remark(blocks[0])
    url = next(iter(blocks[0].links), "")
    ending = blocks.pop() if _is_summary(blocks, signed=signed is not None) else None
    url = url or (ending.whole_link if ending else "")
    if not title or not url or len(title) > MAX_TITLE:
        return None
    values: Values = {"title": plain_value(title), "url": url}
    if excerpt := "\n\n".join(part for block in blocks[1:] for part in _inline(block)):
        values["excerpt"] = excerpt
    if ending:
        remark = _without_remark(ending)[1]
        second = access and remark and ending.whole_link == url  # the title had one too
        values["summary"] = _summary(ending, url) + (f" {escaped(f'[{remark}]')}" if second else "")
        access = access or remark
    if access and curated:
        values["access"] = plain_value(access)
    elif access:
        values["summary"] = f"{values.get('summary', '')} {escaped(f'[{access}]')}".strip()
    values |= _signed(signed, curated=curated)
    if pictures and curated:
        values["image"] = {"src": pictures[0][0], "alt": plain_value(pictures[0][1])}
    return values


def _is_summary(blocks: Sequence[Block], *, signed: bool) -> bool:
    """Whether the last line is the summary: a link on its own, or a short one below an excerpt and signed."""
    last = blocks[-1]
    if len(blocks) < 2 or last.whole_link:
        return len(blocks) > 1
    short = last.kind is Kind.PARAGRAPH and len(last.words) <= MAX_SUMMARY and "\n" not in last.markdown
    return signed and len(blocks) > 2 and short and not last.words.endswith((".", "!", "?", ":", "…"))


def _summary(block: Block, url: str) -> str:
    """The line as Markdown, without a link that is the item's own, and without the remark after it."""
    words = _without_remark(block)[0]
    if block.whole_link != url:
        return block.markdown
    inside = block.markdown[1 : block.markdown.rfind("](")]
    return inside if block.markdown.startswith("[") and "](" in block.markdown else escaped(words)


def plain_value(words: str) -> str:
    """The words for a key that takes plain text, where only `[[` says more."""
    return words.replace("[[", "\\[[")


def _without_remark(block: Block) -> tuple[str, str]:
    """The words without the remark after their link, such as `[partially paywalled]`, and the remark."""
    if not block.remark:
        return block.words, ""
    return block.words.removesuffix(block.remark).strip(), block.remark[1:-1].strip()


def _signed(found: re.Match[str] | None, *, curated: bool) -> Values:
    if found is None:
        return {}
    first, second = plain_value(found[1].strip()), plain_value((found[2] or "").strip())
    if not curated:
        return {"source": f"{first} / {second}" if second else first}
    return {"author": first, "publication": second} if second else {"publication": first}


def _inline(block: Block) -> Iterator[str]:
    """The paragraphs of a block as a text without lists and quotes takes them."""
    if block.kind is Kind.LIST:
        yield from (f"– {' '.join(entry.split())}" for entry in block.entries)
        return
    text = block.markdown
    if block.kind is Kind.QUOTE:
        text = "\n".join(re.sub(r"^(?:> ?)+", "", line) for line in text.split("\n"))
    words = dict(block.pictures)

    def said(found: re.Match[str]) -> str:
        url = found[1] or found[2]
        return escaped(words[url]) if url in words else found[0]  # the latter in code

    yield _PICTURE.sub(said, text)
