"""The newest posts of a feed into an edition's list of posts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from producthead_mail.content.authoring.editing import address_of, items_of, replace_items
from producthead_mail.content.authoring.feed import Feed, post_item
from producthead_mail.content.authoring.links import host_of, page_key


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The posts of an edition, as they are now."""

    new: tuple[Any, ...] = ()
    kept: tuple[Any, ...] = ()
    """In the edition before, and left as the curator has them."""
    gone: tuple[Any, ...] = ()
    featured: int = 0
    """Entries left out since an earlier edition has them."""


def with_posts(
    text: str, feed: Feed, count: int, is_featured: Callable[[str], bool], shown: str
) -> tuple[str, Refreshed]:
    """The edition's text with the newest `count` entries that no earlier edition features as its posts.

    Where the feed has fewer, posts of the edition that it no longer has make up the number; posts from
    elsewhere stay in any case, after them. InputError as for `replace_items`.
    """
    present = items_of(text, "posts", shown=shown)
    own = {page_key(url): item for item in present if (url := address_of(item))}
    chosen: list[Any] = []
    featured = 0
    for entry in feed.entries:
        if len(chosen) == count:
            break
        item = own.get(page_key(entry.url))
        if item is None and is_featured(entry.url):
            featured += 1
            continue
        chosen.append(item or post_item(entry, feed))
    hosts = {host_of(entry.url) for entry in feed.entries}
    others = [item for item in present if item not in chosen]
    chosen += [item for item in others if _is_of(item, hosts)][: count - len(chosen)]
    items = [*chosen, *(item for item in others if not _is_of(item, hosts))]
    done = Refreshed(
        new=tuple(item for item in items if item not in present),
        kept=tuple(item for item in items if item in present),
        gone=tuple(item for item in present if item not in items),
        featured=featured,
    )
    return replace_items(text, "posts", items, shown=shown), done


def _is_of(item: Any, hosts: set[str]) -> bool:
    return host_of(address_of(item)) in hosts
