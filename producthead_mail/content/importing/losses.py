"""What of an old edition an edition file can't hold, counted: nothing is lost in silence."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum


class Loss(StrEnum):
    """One kind of thing that could not be mapped."""

    FORM = "form"
    COMMENTS = "comments"
    SCRIPT = "script"
    STYLE = "style"
    DRAWING = "drawing"
    EMBED = "embed"
    ENCLOSURE = "enclosure"
    GALLERY = "gallery"
    SHORTCODE = "shortcode"
    FILLED_BLOCK = "filled_block"
    MERGE_FIELD = "merge_field"
    FOOTNOTE = "footnote"
    LINK = "link"
    PICTURE = "picture"
    REMOTE_PICTURE = "remote_picture"
    ITEM_PICTURE = "item_picture"
    FEATURED_PICTURE = "featured_picture"
    NESTING = "nesting"
    CONTROL_CHARACTER = "control_character"
    UNFINISHED_ITEM = "unfinished_item"
    LIST = "list"
    MOVED = "moved"
    PREHEADER = "preheader"
    AUTHOR = "author"
    CATEGORY = "category"
    FURNITURE = "furniture"


FATES: dict[Loss, str] = {
    Loss.FORM: "form: left out",
    Loss.COMMENTS: "comment or comment form: left out",
    Loss.SCRIPT: "script: left out",
    Loss.STYLE: "style sheet: left out",
    Loss.DRAWING: "drawing or formula: left out",
    Loss.EMBED: "embedded page or film: kept as a link",
    Loss.ENCLOSURE: "enclosed file, such as a recording: left out",
    Loss.GALLERY: "gallery: kept as single pictures where they are known",
    Loss.SHORTCODE: "shortcode: kept as it stands",
    Loss.FILLED_BLOCK: "block that WordPress fills itself, such as a reusable one: left out",
    Loss.MERGE_FIELD: "field of another mailing service, such as *|FNAME|*: kept as it stands",
    Loss.FOOTNOTE: "footnote: kept as text, no longer linked",
    Loss.LINK: "link without a usable address: kept as text",
    Loss.PICTURE: "picture without a usable address: left out",
    Loss.REMOTE_PICTURE: "picture: stays on its server",
    Loss.ITEM_PICTURE: "picture of a post, or another one of a curated item: left out",
    Loss.FEATURED_PICTURE: "featured picture: left out",
    Loss.NESTING: "element nested too deep: kept as text",
    Loss.CONTROL_CHARACTER: "control character: left out",
    Loss.UNFINISHED_ITEM: "item without title or address: kept in the essay",
    Loss.LIST: "list of links whose items can't be told apart: kept in the essay",
    Loss.MOVED: "passage from below the lists: moved to the end of the essay",
    Loss.PREHEADER: "summary cut short or too long for a preheader: left out",
    Loss.AUTHOR: "author's name: editions have none",
    Loss.CATEGORY: "category or tag: editions have none",
    Loss.FURNITURE: "menu, header or footer of the page: left out",
}
"""What became of each kind, in words that go after a count."""

Losses = Counter[Loss]


def said(losses: Losses) -> list[str]:
    """One line for each kind: `2 x form: left out`, in the order of the kinds."""
    return [f"{losses[kind]} x {FATES[kind]}" for kind in Loss if losses[kind]]
