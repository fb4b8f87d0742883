"""WordPress's own marks in square brackets, as the HTML they stand for; unknown ones stay and are counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape, unescape

from producthead_mail.content.importing.losses import Loss, Losses

_ATTRIBUTE = r"""[\w-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'\[\]<>]+)"""
# Nothing here looks further than to the next mark of its kind: a post may have many that are never closed.
_CAPTION = re.compile(
    r"(?<!\[)\[(?:wp_)?caption\b([^\[\]]*)\]((?:(?!\[(?:wp_)?caption\b).)*?)\[/(?:wp_)?caption\]", re.DOTALL
)
_GALLERY = re.compile(r"(?<!\[)\[gallery\b([^\[\]]*)\]")
_EMBED = re.compile(r"(?<!\[)\[embed\b[^\[\]]*\]\s*(https?://[^\s\[<]+)\s*\[/embed\]")
_MEDIA = re.compile(
    r"""(?<!\[)\[(?:audio|video|youtube|vimeo|tweet|instagram|soundcloud|spotify|ted)\b(?=[^\[\]<]*\])"""
    r"""[^\[\]<]*?(https?://[^\s"'\[\]<]+)[^\[\]<]*\](?:\s*\[/(?:audio|video)\])?"""
)
_ALONE = re.compile(r"^(?:<p>)?[ \t]*(https?://[^\s<>\"]+)[ \t]*(?:</p>)?$", re.MULTILINE)
_BLOCK_EMBED = re.compile(r"(<div class=\"wp-block-embed__wrapper\">)\s*(https?://[^\s<]+)\s*(</div>)")
_FILLED = re.compile(r"<!-- wp:(?!spacer |more |nextpage )[a-z][\w/-]* [^<\n]*?/-->")
"""Blocks without words of their own."""
_UNKNOWN = re.compile(rf"(?<!\[)\[/?([a-z][a-z0-9_-]*)((?:\s+{_ATTRIBUTE})+)\s*/?\](?!\])")
_OPENED = re.compile(r"(?<!\[)\[([a-z][a-z0-9_-]*)\]")
_ESCAPED = re.compile(r"\[(\[(?:caption|gallery|embed|audio|video|playlist)\b[^\]\[]*\])\]")
"""Twice the brackets are how WordPress writes a shortcode that is only to be read."""
_CLOSED = re.compile(r"\[/([a-z][a-z0-9_-]*)\]")


def resolved(html: str, pictures: Mapping[str, str], losses: Losses) -> str:
    """The text with captions, galleries and embeds as HTML; `pictures`: id of an attachment -> address."""
    text = _CAPTION.sub(_figure, html)
    text = _GALLERY.sub(lambda match: _gallery(match, pictures, losses), text)
    for pattern in (_EMBED, _MEDIA, _ALONE):
        text = pattern.sub(lambda match: _link(match[1], losses), text)
    text = _BLOCK_EMBED.sub(lambda match: match[1] + _link(match[2], losses) + match[3], text)
    losses[Loss.FILLED_BLOCK] += len(_FILLED.findall(text))
    closed = set(_CLOSED.findall(text))
    losses[Loss.SHORTCODE] += len(_UNKNOWN.findall(text)) + sum(
        one in closed for one in _OPENED.findall(text)
    )
    return _ESCAPED.sub(r"\1", text)


def _figure(match: re.Match[str]) -> str:
    inside = match[2].strip()
    picture = re.match(r"(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?", inside)
    if not picture:
        return f"<figure>{inside}</figure>"
    words = inside[picture.end() :].strip()
    given = re.search(r"""\bcaption=(?:"([^"]*)"|'([^']*)')""", match[1])
    words = words or (escape(unescape(given[1] or given[2] or "")) if given else "")
    caption = f"<figcaption>{words}</figcaption>" if words else ""
    return f"<figure>{picture[0]}{caption}</figure>"


def _gallery(match: re.Match[str], pictures: Mapping[str, str], losses: Losses) -> str:
    losses[Loss.GALLERY] += 1
    ids = re.search(r"""\bids=["']?([\d,\s]+)""", match[1])
    known = [pictures[one.strip()] for one in ids[1].split(",") if one.strip() in pictures] if ids else []
    return "".join(f'<p><img src="{escape(url)}" alt=""></p>' for url in known) or match[0]


def _link(url: str, losses: Losses) -> str:
    losses[Loss.EMBED] += 1
    return f'<p><a href="{escape(url)}">{escape(url)}</a></p>'
