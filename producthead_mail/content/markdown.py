"""Markdown to mail-safe HTML and plain text, parsed once; slots come through untouched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from producthead_mail.content.edition import EMPTY_TEXT, Image, RichText
from producthead_mail.content.plain_text import block_text, inline_text
from producthead_mail.content.sanitiser import BLOCK_TAGS, INLINE_TAGS, RawHtml, depth, sanitised, swallows
from producthead_mail.content.slot_guard import SlotGuard
from producthead_mail.content.urls import encoded
from producthead_mail.errors import Problem

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

ImageSource = Callable[[str, str], Image]
Parsed = tuple[RichText, tuple[Problem, ...]]
MAX_DEPTH = 60
"""Mail programs and the MJML compiler give up somewhere beyond."""
_QUOTES = {
    "de": "„“‚‘",
    "cs": "„“‚‘",
    "sk": "„“‚‘",
    "pl": "„”‚’",
    "fr": ["«\xa0", "\xa0»", "‹\xa0", "\xa0›"],
    "es": "«»“”",
    "it": "«»“”",
    "pt": "«»“”",
    "ru": "«»„“",
    "uk": "«»„“",
    "sv": "””’’",
    "fi": "””’’",
    "da": "»«›‹",
}
_BLOCK_RULES = ["code", "fence", "blockquote", "hr", "list", "reference", "html_block", "heading", "lheading"]


def _every_url(_: str) -> bool:
    return True


def _as_written(url: str) -> str:
    return url


_LINK_HOOKS = {"validateLink": _every_url, "normalizeLink": _as_written, "normalizeLinkText": _as_written}


@cache
def _parser(language: str, *, blocks: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt

    quotes = _QUOTES.get(language.split("-")[0].lower(), "“”‘’")
    parser = MarkdownIt("commonmark", {"typographer": True, "quotes": quotes, "html": True})
    parser.enable(["replacements", "smartquotes"])
    if blocks:
        parser.enable(["table"])
    else:
        parser.disable([*_BLOCK_RULES, "image"])
    # Every URL becomes a link here, so that a bad one is reported instead of shown as text.
    for hook, replacement in _LINK_HOOKS.items():
        setattr(parser, hook, replacement)  # the way that markdown-it documents
    return parser


def block(
    source: str, *, path: str, line: int, language: str = "en", image: ImageSource | None = None
) -> Parsed:
    """The essay: rich text and the problems in it, `line` being the file's line of its first one."""
    if not source.strip():
        return EMPTY_TEXT, ()
    guard = SlotGuard(source)
    tokens = _parser(language, blocks=True).parse(guard.text)
    walk = _Walk(guard, path, line, BLOCK_TAGS, image)
    walk.blocks(tokens)
    _shift_headings(tokens)
    parser = _parser(language, blocks=True)
    html = sanitised(parser.renderer.render(tokens, parser.options, {}), BLOCK_TAGS)
    return walk.result(source, html.strip(), block_text(tokens))


@lru_cache(maxsize=1024)
def inline(source: str, *, path: str, line: int, language: str = "en") -> Parsed:
    """A short text: emphasis, code and links; paragraphs joined by two line breaks."""
    if not source.strip():
        return EMPTY_TEXT, ()
    guard = SlotGuard(source)
    parser = _parser(language, blocks=False)
    tokens = parser.parse(guard.text)
    walk = _Walk(guard, path, line, INLINE_TAGS, None)
    walk.blocks(tokens)
    paragraphs = [token.children or [] for token in tokens if token.type == "inline"]
    rendered = [sanitised(_inline_html(parser, children), INLINE_TAGS) for children in paragraphs]
    return walk.result(source, "<br /><br />".join(rendered), "\n\n".join(map(inline_text, paragraphs)))


def _inline_html(parser: MarkdownIt, children: Sequence[Token]) -> str:
    from markdown_it.renderer import RendererHTML

    assert isinstance(parser.renderer, RendererHTML)
    return parser.renderer.renderInline(children, parser.options, {})


def _shift_headings(tokens: Sequence[Token]) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    shift = 2 - min((int(token.tag[1]) for token in headings), default=2)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) + shift, 6)}"


class _Walk:
    """One pass over the tokens: URLs encoded, pictures found, code made literal, losses noted."""

    def __init__(
        self, guard: SlotGuard, path: str, line: int, tags: frozenset[str], image: ImageSource | None
    ) -> None:
        self._guard, self._path, self._first, self._tags, self._image = guard, path, line, tags, image
        self._problems: list[Problem] = []
        self._dropped: list[tuple[int, str]] = []
        self._images: list[Image] = []

    def result(self, source: str, html: str, text: str) -> Parsed:
        if depth(html) > MAX_DEPTH:
            self._problem(self._first, f"elements nested deeper than {MAX_DEPTH}", "close what you open")
        restore = self._guard.restore
        losses, images = tuple(self._dropped), tuple(self._images)
        rich = RichText(source, restore(html, html=True), restore(text), losses, images)
        return rich, tuple(self._problems)

    def blocks(self, tokens: Sequence[Token]) -> None:
        line = self._first
        for token in tokens:
            line = self._first + token.map[0] if token.map else line
            self._one(token, line)
            if token.type == "inline":
                self._inline(token.children or (), line)

    def _inline(self, tokens: Sequence[Token], line: int) -> None:
        for token in tokens:
            line += token.type in ("softbreak", "hardbreak")
            self._one(token, line)

    def _one(self, token: Token, line: int) -> None:
        if token.type in ("fence", "code_block", "code_inline"):
            token.content = self._guard.literal(token.content)
            token.info = self._guard.source(token.info).split("[[")[0]
        elif token.type == "link_open":
            token.attrSet("href", self._url(str(token.attrGet("href") or ""), line))
        elif token.type == "image":
            self._picture(token, line)
        elif token.type in ("html_block", "html_inline"):
            self._raw(token, line)
        elif token.type == "text" and self._guard.unclosed(token.content):
            self._problem(line, "`[[` is never closed", "close it with `]]`, or write `\\[[` for the signs")

    def _url(self, url: str, line: int) -> str:
        try:
            return encoded(self._guard, url)
        except ValueError as error:
            self._problem(line, str(error), "write the whole address, such as https://example.com/page")
            return ""

    def _picture(self, token: Token, line: int) -> None:
        src = self._guard.source(str(token.attrGet("src") or ""))
        if self._image is None:
            return
        try:
            found = self._image(src, token.content)
        except ValueError as error:
            self._problem(line, str(error), "give a path relative to content/ or an https URL")
            return
        self._images.append(found)
        token.attrSet("src", found.url)
        if found.width:
            token.attrSet("width", str(min(found.width, 520)))

    def _raw(self, token: Token, line: int) -> None:
        raw = RawHtml(token.content, self._tags)
        self._dropped += [(line + offset, what) for offset, what in raw.dropped]
        for offset, url in raw.urls:
            token.content = (
                token.content.replace(url, self._url(url, line + offset)) if url else token.content
            )
        if swallows(token.content):
            inline_tag = token.type == "html_inline"
            token.content = "" if inline_tag else sanitised(token.content, self._tags)

    def _problem(self, line: int, message: str, remedy: str) -> None:
        self._problems.append(Problem(self._path, line, 0, message, remedy))
