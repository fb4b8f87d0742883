"""Posts of a WordPress export (WXR) or of a feed, read as a stream by a parser that fetches nothing."""

from __future__ import annotations

import re
from datetime import tzinfo
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from producthead_mail.content.feed_bounds import MAX_DEPTH
from producthead_mail.content.importing.days import day_of
from producthead_mail.content.importing.losses import Loss, Losses
from producthead_mail.content.importing.originals import Found, LeftOut, Original
from producthead_mail.content.importing.shortcodes import resolved
from producthead_mail.content.importing.trees import fragment, with_paragraphs
from producthead_mail.errors import InputError, Problem

if TYPE_CHECKING:
    from lxml.etree import XMLSyntaxError, _Element, _ListErrorLog

HEAD = 65_536
"""Bytes in which a document type would stand."""
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_DATE = "{http://purl.org/dc/elements/1.1/}date"
_ATOM = "{http://www.w3.org/2005/Atom}"
_WORDPRESS = re.compile(r"\{http://wordpress\.org/export/[0-9.]+/\}")
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
_ROOT_ENDS = re.compile(rb"</(?:rss|feed|rdf:rdf)\s*>", re.IGNORECASE)
END = 4000
"""Characters of HTML in which a feed says that there is more, or where a post was first."""
_FOOT = re.compile(
    r"<p>\s*The post\b(?:(?!</?p\b).)*\b(?:appeared first|first appeared) on\b(?:(?!</?p\b).)*</p>\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
_LAST_LINK = re.compile(
    r"""<a\b[^<>]*\bhref=["']([^"'<>]*)["'][^<>]*>((?:(?!</?a\b).)*)</a>(?:\s|<[^<>]*>)*\Z""",
    re.IGNORECASE | re.DOTALL,
)
_MORE = re.compile(r"(?:continue|keep) reading|read (?:more|on|the (?:full|rest))", re.IGNORECASE)
_BROKEN_OFF = re.compile(r"\[(?:…|\.\.\.)\]\W*$")
_CUT = re.compile(r"(?:\[(?:…|\.\.\.)\]|…|\.\.\.|continue reading|read more)\W*$", re.IGNORECASE)


class _Clean:
    """A file without the control characters that no XML may hold and that WordPress exports all the same."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.dropped = 0

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        clean = data.translate(None, _CONTROLS)
        self.dropped += len(data) - len(clean)
        # An empty answer would be taken for the end of the file.
        return clean if clean or not data else self.read(size)


def read_posts(data: bytes, shown: str, zone: tzinfo) -> Found:
    """The posts of an export or feed; InputError where it is neither, or broken, or not to be trusted."""
    _refuse_entities(data, shown)
    # Their bytes are no signs: without some of them the text would be another.
    other = data[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<") or b"iso-2022" in data[:200].lower()
    # Plugins of WordPress write blank lines above the declaration, which may not be.
    file: BinaryIO | _Clean = BytesIO(data) if other else _Clean(BytesIO(data.lstrip(b" \t\r\n")))
    reader = _Reader(shown, zone)
    _parse(file, reader, shown, end=_end(data))
    found = reader.found()
    if isinstance(file, _Clean) and file.dropped:
        found.remarks.append(f"{file.dropped} control characters that XML forbids were left out")
    return found


def _refuse_entities(data: bytes, shown: str) -> None:
    """A feed needs none; a file that declares them can grow without end or read files of this machine."""
    head = data[:HEAD].replace(b"\0", b"").upper()
    if b"<!ENTITY" in head:
        line = head.count(b"\n", 0, head.index(b"<!ENTITY")) + 1
        message = "declares entities, which can grow without end or read other files"
        raise InputError([Problem(shown, line, 0, message, "take the `<!DOCTYPE …>` out, if you trust it")])


def _parse(file: BinaryIO | _Clean, reader: _Reader, shown: str, end: tuple[int, int]) -> None:
    from lxml import etree

    events = etree.iterparse(
        file,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for event, element in events:
            if event == "start":
                reader.begin(element)
            else:
                reader.end(element)
    except etree.XMLSyntaxError as error:
        fault = _fault(error, events.error_log)
        raise InputError([Problem(shown, *fault, _remedy(fault[2], cut_off=fault[:2] >= end))]) from None


def _fault(error: XMLSyntaxError, log: _ListErrorLog) -> tuple[int, int, str]:
    """Line, column and words of what is wrong; lxml has those of an unknown entity in its log only."""
    line, column = error.position if error.lineno else (0, 0)
    words = str(error.msg or "it is empty").partition(", line ")[0]
    if not line and len(log):
        line, column, words = log[0].line, log[0].column, log[0].message
    if "Excessive depth" in words:
        words = f"elements nested more than {MAX_DEPTH} deep"
    return line, column, f"not XML that can be read: {words}"


def _remedy(words: str, *, cut_off: bool) -> str:
    if "encoding" in words:
        return 'save it as UTF-8, or name its encoding: <?xml version="1.0" encoding="…"?>'
    if "not defined" in words:
        return "XML knows no such sign: write it itself, or its number as in &#160;"
    if cut_off:
        return "it seems to be cut off: download or export it again"
    return "mend this place, or export it again"


def _end(data: bytes) -> tuple[int, int]:
    """Line and column of the last sign; the beginning where the last element is not closed."""
    if not _ROOT_ENDS.search(data[-END:].replace(b"\0", b"")):
        return 0, 0
    whole = data.rstrip()
    return whole.count(b"\n") + 1, len(whole) - whole.rfind(b"\n") - 1


class _Reader:
    """Takes each post when its element is complete, and lets it go."""

    def __init__(self, shown: str, zone: tzinfo) -> None:
        self._shown, self._zone = shown, zone
        self._kind = ""
        self._depth = 0
        self._items: list[_Post] = []
        self._pictures: dict[str, str] = {}
        """Id of an attachment -> its address."""
        self._left: list[LeftOut] = []

    def begin(self, element: _Element) -> None:
        self._depth += 1
        if self._depth == 1:
            self._kind = _kind(element, self._shown)

    def end(self, element: _Element) -> None:
        self._depth -= 1
        if self._depth and element.tag in ("item", f"{_ATOM}entry", "{http://purl.org/rss/1.0/}item"):
            self._take(_Post(element, wordpress=self._is_wordpress(element)))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]

    def _is_wordpress(self, element: _Element) -> bool:
        return any(isinstance(one.tag, str) and _WORDPRESS.match(one.tag) for one in element)

    def _take(self, post: _Post) -> None:
        if post.wordpress:
            self._kind = "WordPress export"
            if post.kind == "attachment":
                self._pictures[post.number] = post.attachment
            if reason := post.reason():
                self._left.append(LeftOut(post.title, reason))
                return
        elif not post.whole():
            self._left.append(LeftOut(post.title, "only a summary in the feed; import its page instead"))
            return
        self._items.append(post)

    def found(self) -> Found:
        originals = [post.original(self._pictures, self._zone) for post in self._items]
        return Found(self._kind, originals, self._left)


def _kind(root: _Element, shown: str) -> str:
    if root.tag in ("rss", f"{_ATOM}feed", "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"):
        return "feed"
    name = str(root.tag).rpartition("}")[2]
    message = f"an XML file that starts with <{name}>, neither a WordPress export nor a feed"
    raise InputError(
        [Problem(shown, 0, 0, message, "export it with Tools > Export, or name the feed's address")]
    )


class _Post:
    """The texts of one item or entry."""

    def __init__(self, element: _Element, *, wordpress: bool) -> None:
        self.wordpress = wordpress
        self._texts: dict[str, str] = {}
        self.featured = ""
        self.losses = Losses()
        self.author = ""
        self.link = ""
        for child in element:
            if isinstance(child.tag, str):
                self._note(child)

    def _note(self, child: _Element) -> None:
        tag = _WORDPRESS.sub("wp:", str(child.tag))
        words = "".join(child.itertext()).strip()
        if tag in ("category", f"{_ATOM}category"):
            self.losses[Loss.CATEGORY] += 1
        elif tag == "wp:comment":
            self.losses[Loss.COMMENTS] += 1
        elif tag == "enclosure":
            self.losses[Loss.ENCLOSURE] += 1
        elif tag == "wp:postmeta":
            self._meta(child)
        elif tag == f"{_ATOM}link":
            if child.get("rel", "alternate") == "alternate":
                self.link = self.link or child.get("href", "")
        elif tag in (_CREATOR, "author", f"{_ATOM}author"):
            name = child.findtext(f"{_ATOM}name")
            self.author = self.author or (name if name is not None else words).strip()
        elif tag in (f"{_ATOM}content", f"{_ATOM}summary") and child.get("type") == "xhtml":
            self._texts.setdefault(tag, _inside(child))
        elif tag == f"{_ATOM}content" and child.get("type", "text") == "text":
            self._texts.setdefault(tag, _as_html(words))
        else:
            self._texts.setdefault(
                tag.rpartition("}")[2] if tag.startswith("{http://purl.org/rss/1.0/}") else tag, words
            )

    def _meta(self, child: _Element) -> None:
        values = {str(one.tag).rpartition("}")[2]: (one.text or "") for one in child}
        if values.get("meta_key") == "_thumbnail_id":
            self.featured = values.get("meta_value", "").strip()

    def _text(self, *tags: str) -> str:
        return next((self._texts[tag] for tag in tags if self._texts.get(tag)), "")

    @property
    def kind(self) -> str:
        return self._text("wp:post_type") or "post"

    @property
    def number(self) -> str:
        return self._text("wp:post_id")

    @property
    def title(self) -> str:
        return _words(self._text("title", f"{_ATOM}title"))

    @property
    def url(self) -> str:
        """Where it is on the web; empty where it doesn't say."""
        link = self.link or self._text("link", f"{_ATOM}id", "guid")
        return link if re.match(r"https?://", link) else ""

    @property
    def attachment(self) -> str:
        return self._text("wp:attachment_url")

    @property
    def body(self) -> str:
        return self._text(f"{_CONTENT}encoded", f"{_ATOM}content")

    def reason(self) -> str:
        """Why a post of WordPress is no published edition; empty where it is one."""
        if self.kind != "post":
            return f"of type {self.kind}"
        status = self._text("wp:status") or "publish"
        if status != "publish":
            return f"not published: {status}"
        if self._text("wp:post_password"):
            return "behind a password"
        return "" if self.body else "without any text"

    def whole(self) -> bool:
        """Whether a feed has all of it: content, or a description that is more than a summary."""
        html = self.body or self._text("description")
        if not self.body and not re.search(
            r"<(?:p|h[1-6]|ul|ol|div|table|blockquote)\b", html, re.IGNORECASE
        ):
            return False
        end = _FOOT.sub("", html[-END:])
        last = _LAST_LINK.search(end)
        if last and self.url and last[1].startswith(self.url) and _MORE.match(_words(last[2])):
            return False
        broken_off = _BROKEN_OFF if self.body else _CUT  # a whole text may end with three dots
        return not broken_off.search(_words(end))

    def original(self, pictures: dict[str, str], zone: tzinfo) -> Original:
        """The post with its text as HTML."""
        summary = self._text("description", f"{_ATOM}summary")
        if self.wordpress:
            summary = self._text("{http://wordpress.org/export/1.2/excerpt/}encoded", "excerpt")
        name = self._text("wp:post_name") or urlsplit(self.url).path.rstrip("/").rpartition("/")[2]
        html = self.body or summary
        losses = self.losses
        if foot := _FOOT.search(html, max(0, len(html) - END)):
            html = html[: foot.start()]
            losses[Loss.FURNITURE] += 1
        if self.wordpress:
            html = with_paragraphs(resolved(html, pictures, losses))
        losses[Loss.FEATURED_PICTURE] += self.featured in pictures
        dated = self._dated()
        return Original(
            title=self.title,
            day=day_of(dated, zone),
            content=html,
            dated=dated,
            url=self.url,
            name=name,
            summary=_words(summary) if self.body else "",
            author=self.author,
            losses=losses,
        )

    def _dated(self) -> str:
        """When it was published, as it is written: WordPress says the day where the publication is."""
        local = self._text("wp:post_date")
        if re.match(r"(?!0000)\d{4}-\d{2}-\d{2}", local):
            return local[:10]
        return self._text("pubDate", f"{_ATOM}published", _DATE, f"{_ATOM}updated")


def _words(html: str) -> str:
    """The plain words of a text that may hold tags and entities."""
    if not re.search(r"[<&]", html):
        return " ".join(html.split())
    return " ".join(fragment(html).text_content().split())


def _inside(element: _Element) -> str:
    from lxml import etree
    from lxml.html import XHTML_NAMESPACE

    for one in element.iter(f"{{{XHTML_NAMESPACE}}}*"):
        one.tag = str(one.tag).rpartition("}")[2]
    etree.cleanup_namespaces(element)
    return (element.text or "") + "".join(
        etree.tostring(one, encoding="unicode", method="html") for one in element
    )


def _as_html(words: str) -> str:
    from html import escape

    return "".join(f"<p>{escape(part)}</p>" for part in re.split(r"\n\s*\n", words) if part.strip())
