"""Reads what `import` is given: a file or an address, and, from an index, the pages that it links to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import tzinfo
from pathlib import Path

from producthead_mail.content.importing.originals import MAX_TAGS, Found, LeftOut, Original
from producthead_mail.content.importing.pages import Index, read_page
from producthead_mail.content.importing.xml_posts import read_posts
from producthead_mail.errors import InputError, MailError, OutsideError, Problem, Refusal

MAX_BYTES = 100_000_000
"""Of a file; an export of a thousand posts is a fifth of that."""
MAX_DOWNLOAD = 20_000_000
"""Of a feed or page."""
MAX_PAGES = 200
"""Pages of one index that are followed."""
SECONDS_ALL = 600.0
"""For all pages of an index."""

Tell = Callable[[str], object]


def found_in(source: str, zone: tzinfo, *, allow_private: bool, tell: Tell) -> Found:
    """What a WordPress export, a feed, a page or an index holds.

    InputError where it is none of them or can't be trusted, OutsideError or Refusal where an address is not
    answered. Days are those of `zone`.
    """
    if re.match(r"https?://", source, re.IGNORECASE):
        from producthead_mail.web.download import download

        answer = download(source, allow_private=allow_private, max_bytes=MAX_DOWNLOAD)
        data, url, charset = answer.body, answer.url, answer.charset
    else:
        data, url, charset = _file(Path(source)), "", ""
    if _is_xml(data, source):
        return read_posts(data, source, zone)
    if data.count(b"<") > MAX_TAGS:
        message = f"has more than {MAX_TAGS:,} tags, which no edition has"
        raise InputError([Problem(source, 0, 0, message, "name the page of one edition")])
    page = read_page(data, url, charset, zone)
    if isinstance(page, Original):
        return Found("page", [page])
    return _followed(page, source, zone, allow_private=allow_private, tell=tell)


def _file(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            message = (
                f"is {size / 1_000_000:,.0f} MB, and {MAX_BYTES // 1_000_000} MB are the most that is read"
            )
            remedy = "export it in parts: WordPress's Tools > Export takes a range of dates"
            raise InputError([Problem(str(path), 0, 0, message, remedy)])
        if not path.is_file():
            raise InputError([Problem(str(path), 0, 0, "not a file", "name one export, feed or page")])
        return path.read_bytes()
    except OSError as error:
        raise InputError([Problem(str(path), 0, 0, f"can't be read: {error.strerror}")]) from None


def _is_xml(data: bytes, source: str) -> bool:
    """Whether the bytes are an XML file, and not a page; InputError where they are neither."""
    for start, kind in ((b"PK\x03\x04", "a ZIP archive"), (b"\x1f\x8b", "a packed file (gzip)")):
        if data.startswith(start):
            raise InputError([Problem(source, 0, 0, kind, "unpack it and name the XML file in it")])
    head = data[:4096].replace(b"\0", b"").lower().lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if re.search(rb"<!doctype html|<html[\s>]", head):
        return False
    if re.match(rb"<\?xml|<rss[\s>]|<feed[\s>]|<rdf:rdf[\s>]", head):
        return True
    if re.search(rb"<[a-z!]", head):
        return False
    message = "empty" if not data.strip() else "neither a WordPress export nor a feed nor a page of HTML"
    raise InputError([Problem(source, 0, 0, message, "name an XML or HTML file, or an address")])


def _followed(index: Index, source: str, zone: tzinfo, *, allow_private: bool, tell: Tell) -> Found:
    """The editions that an index leads to."""
    if not index.links or not index.based:
        remedy = 'give it a date: <meta property="article:published_time" content="2024-02-12">'
        raise InputError([Problem(source, 0, 0, _no_edition(index), remedy)])
    from producthead_mail.web.download import download_all

    links = index.links[:MAX_PAGES]
    tell(f"{source}: an index; following {len(links)} of its {len(index.links)} links, 4 at a time")
    answers = download_all(
        links, allow_private=allow_private, max_bytes=MAX_DOWNLOAD, seconds_all=SECONDS_ALL
    )
    found = Found("index", [])
    if len(index.links) > MAX_PAGES:
        found.left_out += [LeftOut(url, "links beyond the first 200") for url in index.links[MAX_PAGES:]]
    if index.more:
        found.remarks.append(f"the index goes on at {index.more}; import that too")
    for url, answer in answers.items():
        if isinstance(answer, MailError):
            found.left_out.append(LeftOut(url, "pages that could not be fetched"))
            found.remarks.append(str(answer))
            continue
        usable = answer.body and answer.body.count(b"<") <= MAX_TAGS
        page = read_page(answer.body, answer.url, answer.charset, zone) if usable else None
        if isinstance(page, Original):
            found.originals.append(page)
        elif page and page.unread:
            found.left_out.append(LeftOut(url, f"pages with a date that can't be read: {page.unread}"))
        else:
            found.left_out.append(LeftOut(url, "pages without a date of publication, or lists of others"))
    _refuse_failure(source, answers.values())
    return found


def _no_edition(index: Index) -> str:
    """Why a page is neither an edition nor an index."""
    if index.unread:
        return f"a date of publication that can't be read: {index.unread!r}"
    lacks = "no links to pages of its site" if index.based else "no address of its own to follow links from"
    return f"no date of publication, so no edition, and {lacks}, so no index"


def _refuse_failure(source: str, answers: Iterable[object]) -> None:
    """Raises what kept every single page from being fetched."""
    faults = [answer for answer in answers if isinstance(answer, MailError)]
    if faults and len(faults) == len(list(answers)):
        kind = Refusal if all(isinstance(fault, Refusal) for fault in faults) else OutsideError
        raise kind(f"{source}: none of its {len(faults)} pages could be fetched\n{faults[0]}")
