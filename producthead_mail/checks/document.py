"""Rules about the document: its head, language, tables, headings and nesting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from producthead_mail.checks.page import PUBLICATION_PATH, Hit, Page, name_of, position_at, short
from producthead_mail.checks.unfinished import unwritten
from producthead_mail.content.edition import RichText
from producthead_mail.rendering.source_check import VOID

TAG = re.compile(r"""<(/?)([a-zA-Z][\w:.-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
COMMENT = re.compile(r"<!--.*?-->", re.S)
RAW_TEXT = re.compile(r"(<(style|script|title)\b[^>]*>).*?(</\2>)", re.S | re.I)
BARE_TABLE = re.compile(r"<table(?![^>]*\brole=)", re.I)
OPTIONAL_END = frozenset(
    ("p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "html", "head", "body", "colgroup")
)
"""Elements whose end tag HTML lets out."""
LAYOUT_REMEDY = "mend the layout"
ROOT, HEAD = ("<mjml",), ("<mj-head", "<mjml")
"""Where a layout says what the whole document is."""


def doctype(page: Page) -> Iterator[Hit]:
    """A hit where the HTML doesn't begin with the HTML doctype."""
    if not page.message.html.lstrip("\ufeff \t\r\n")[:15].lower().startswith("<!doctype html"):
        yield Hit("the HTML does not begin with <!DOCTYPE html>", LAYOUT_REMEDY, layout=ROOT)


def charset(page: Page) -> Iterator[Hit]:
    """A hit where no meta names the character set."""
    metas = page.tagged("meta")
    if not any(meta.get("charset") or "charset=" in (meta.get("content") or "").lower() for meta in metas):
        remedy = 'add <meta charset="utf-8"> to the layout'
        yield Hit("no <meta> names the character set", remedy, layout=HEAD)


def viewport(page: Page) -> Iterator[Hit]:
    """A hit where phones would shrink the page."""
    if not any((meta.get("name") or "").lower() == "viewport" for meta in page.tagged("meta")):
        yield Hit(
            "no viewport is set: phones show the page shrunk",
            'add <meta name="viewport" content="width=device-width, initial-scale=1"> to the layout',
            layout=HEAD,
        )


def title(page: Page) -> Iterator[Hit]:
    """A hit where the document has no title of its own."""
    words = (page.tree.findtext("head/title") or "").strip()
    if words.lower() in {"", "untitled", "document", "email", "newsletter", "template"}:
        yield Hit(
            f"the document's title is {words!r}" if words else "the document has no title",
            LAYOUT_REMEDY,
            layout=("<mj-title", *HEAD),
        )


def lang(page: Page) -> Iterator[Hit]:
    """A hit for the html element and for the wrapper, where either lacks `lang`."""
    if not page.tree.get("lang"):
        yield Hit("<html> has no lang: screen readers guess the language", LAYOUT_REMEDY, layout=ROOT)
    if not any(node.get("lang") for node in _wrappers(page)):
        yield Hit("no wrapper in <body> has lang; web mail drops <html>", LAYOUT_REMEDY, layout=ROOT)


def direction(page: Page) -> Iterator[Hit]:
    """A hit where no wrapper in the body says which way the text runs."""
    if not any(node.get("dir") for node in _wrappers(page)):
        yield Hit("no wrapper in <body> has dir; web mail drops <html>", LAYOUT_REMEDY, layout=ROOT)


def _wrappers(page: Page) -> tuple[Any, ...]:
    body = page.tree.find("body")
    return () if body is None else tuple(child for child in body if isinstance(child.tag, str))


def table_role(page: Page) -> Iterator[Hit]:
    """A hit for layout tables that a screen reader would read as data, in all and in Outlook's own HTML."""
    bad = sum(1 for table in page.tagged("table") if not _is_said(table))
    bad += sum(
        1
        for content in page.outlook
        for closing, tag, attributes in TAG.findall(content)
        if tag == "table" and not closing and "role=" not in attributes
    )
    if bad:
        tables = "1 layout table lacks" if bad == 1 else f"{bad} layout tables lack"
        remedy = "add the role in the layout, or a <th> where it is data"
        message = f'{tables} role="presentation"'
        if place := _own_table(page):
            yield Hit(message, "write <th> for the cells of its head, or say it without a table", place=place)
        else:
            yield Hit(message, remedy, layout=(BARE_TABLE, *ROOT))


def _own_table(page: Page) -> tuple[str, int, int] | None:
    """Where the edition writes a bare table, as HTML; None where a template does too, or neither."""
    if any(BARE_TABLE.search(text) for _, text in page.templates):
        return None
    found = BARE_TABLE.search(page.edition.source)
    if found is None:
        return None
    at = position_at(page.edition.source, found.start())
    return page.edition_path, at.line, at.column


def _is_said(table: Any) -> bool:
    if (table.get("role") or "").lower() in {"presentation", "none"}:
        return True
    return any(next(node.iterancestors("table"), None) is table for node in table.iter("th", "caption"))


def heading_order(page: Page) -> Iterator[Hit]:
    """A hit for each skipped heading level and for a second h1."""
    last, firsts = 0, 0
    for heading in page.tagged("h1", "h2", "h3", "h4", "h5", "h6"):
        level, words = int(heading.tag[1]), name_of(heading)
        firsts += level == 1
        if last and level > last + 1:
            message = f"heading “{page.shown(words)}” jumps from level {last} to {level}"
            yield Hit(message, f"make it level {last + 1}", needle=words)
        if level == 1 and firsts == 2:
            message = f"a second main heading: “{page.shown(words)}”"
            yield Hit(message, "use ## for headings in the essay", needle=words)
        last = level


def html_valid(page: Page) -> Iterator[Hit]:
    """A hit for the first tag that is not closed or closes out of turn."""
    markup = RAW_TEXT.sub(r"\1\3", COMMENT.sub("", page.message.html))
    if fault := _first_fault(markup, OPTIONAL_END):
        yield Hit(fault, LAYOUT_REMEDY, layout=("<mj-raw", *ROOT))


def mso_balance(page: Page) -> Iterator[Hit]:
    """A hit where the tables only Outlook sees don't open and close in pairs."""
    tables = re.sub(r"<(/?)(?!/?(?:table|tr|td|v:|/))[^>]*>", "", "".join(page.outlook))
    if fault := _first_fault(tables, frozenset()):
        remedy = "open and close it in [if mso] comments in pairs"
        yield Hit(f"in what only Outlook sees, {fault}", remedy, layout=("<!--[if mso", *ROOT))


def _first_fault(markup: str, optional: frozenset[str]) -> str:
    """What is wrong with the nesting of tags, or an empty string."""
    open_tags: list[str] = []
    for closing, name, rest in TAG.findall(markup):
        tag = name.lower()
        if tag in VOID or rest.rstrip().endswith("/"):
            continue
        if not closing:
            open_tags.append(tag)
            continue
        while open_tags and open_tags[-1] != tag and open_tags[-1] in optional and tag in open_tags:
            open_tags.pop()
        if not open_tags:
            return f"</{tag}> closes nothing"
        if (opened := open_tags.pop()) != tag:
            return f"</{tag}> stands where <{opened}> should close"
    left = [tag for tag in open_tags if tag not in optional]
    return f"<{left[-1]}> is never closed" if left else ""


def html_dropped(page: Page) -> Iterator[Hit]:
    """A hit for each piece of HTML that was taken out of Markdown."""
    told = unwritten(page)
    for path, text in (*_edition_texts(page), *_publication_texts(page)):
        for line, what in text.dropped:
            if told and told[:2] == (path, line):
                continue  # by the rule `unfinished`
            yield Hit(
                f"{short(what)} was taken out: mail cannot carry it",
                "say it in Markdown",
                place=(path, line, 0),
            )


def _edition_texts(page: Page) -> Iterator[tuple[str, RichText]]:
    edition = page.edition
    curated = (text for item in edition.curated for text in (item.excerpt, item.summary))
    posts = (text for post in edition.posts for text in (post.excerpt, post.summary))
    for text in (*edition.takeaways, edition.essay, *curated, *posts, edition.colophon):
        yield page.edition_path, text


def _publication_texts(page: Page) -> Iterator[tuple[str, RichText]]:
    known = page.publication
    texts = [known.description, known.archive_line, known.motto, known.biography, known.colophon]
    texts += [known.help.text] if known.help else []
    texts += [known.book.quotation] if known.book else []
    for text in texts:
        yield PUBLICATION_PATH, text


def postal_address(page: Page) -> Iterator[Hit]:
    """A hit where the mail doesn't say who sends it from where."""
    address = " ".join(page.publication.postal_address.split())
    if not address:
        place = (PUBLICATION_PATH, 0, 0)
        yield Hit("no postal address: the law asks for one in bulk mail", "set postal_address", place=place)
    elif address not in page.words:
        remedy = "show publication.postal_address in the layout"
        yield Hit(
            "the postal address is not in the HTML",
            remedy,
            layout=("publication.postal_address", "</mj-body"),
        )
