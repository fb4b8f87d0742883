"""Rules about links."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, urlsplit

from producthead_mail.checks.images import is_this_computer
from producthead_mail.checks.page import Hit, Page, name_of, short
from producthead_mail.rendering.message import TRACKING_TAG

VAGUE = {
    "click here",
    "click",
    "here",
    "read more",
    "more",
    "link",
    "this link",
    "this",
    "learn more",
    "go",
    "continue",
    "details",
    "see more",
    "read on",
    "find out more",
}
SHOWN_URL = re.compile(
    r"(?:https?://)(?P<full>[\w.-]+)\S*"
    r"|(?P<bare>(?:[a-z0-9-]+\.)+(?:com|org|net|io|co|uk|de|eu|dev|app|info|edu|gov))(?:/\S*)?"
)
"""A link's whole text, where that is an address."""
PROVIDER_TAG = re.compile(rf"<%\s*asm_[a-z_]+\s*%>|{TRACKING_TAG}")


def link_href(page: Page) -> Iterator[Hit]:
    """A hit for each link that leads nowhere or somewhere no reader can go."""
    for link in page.links:
        href = link.get("href").strip()
        if fault := _href_fault(page, href):
            yield _hit(link, fault, "give an absolute https URL")


def _href_fault(page: Page, href: str) -> str:
    if href in {"", "#", "/"}:
        return "leads nowhere"
    if href.startswith("#") or _is_filled_later(page, href):
        return ""
    parts = _split(page, href)
    if parts is None or re.search(r"\s", href):
        return "has a malformed URL"
    if parts.scheme == "mailto":
        return "" if "@" in page.without_tokens(href, "a@b") else "has no address after mailto:"
    if parts.scheme in {"tel", "sms"}:
        return ""
    if parts.scheme not in {"http", "https"}:
        return f"uses {parts.scheme}:" if parts.scheme else "is relative; a mail has no place of its own"
    if is_this_computer(parts.hostname):
        return "leads to this computer"
    if parts.username or parts.password:
        return "has a name or a password before its host, which every reader would get"
    return "" if parts.hostname else "has no host"


def link_anchor(page: Page) -> Iterator[Hit]:
    """A hit for each link to a place in the mail that isn't there."""
    remedy = "link to the web archive: not every client follows links within a mail"
    targets = {node.get(key) for node in page.elements for key in ("id", "name") if node.get(key)}
    for link in page.links:
        href = link.get("href").strip()
        if len(href) > 1 and href.startswith("#") and href[1:] not in targets:
            yield _hit(link, "leads to a place that is not in the mail", remedy)


def link_http(page: Page) -> Iterator[Hit]:
    """A hit for each link over plain http."""
    for link in page.links:
        if link.get("href").strip().lower().startswith("http://"):
            yield _hit(link, "uses plain http", "use https if the site has it")


def link_text(page: Page) -> Iterator[Hit]:
    """A hit for each link whose words don't say where it leads."""
    for link in page.links:
        if name_of(link).lower().strip(" .…:!›»→>") in VAGUE:
            yield _hit(link, "does not say where it leads", "let the words name the target")


def link_empty_name(page: Page) -> Iterator[Hit]:
    """A hit for each link without words (a linked picture is img-link-alt's)."""
    for link in page.links:
        if not name_of(link) and link.find(".//img") is None:
            yield _hit(link, "has no words to click on", "put text inside it")


def link_mismatch(page: Page) -> Iterator[Hit]:
    """A hit for each link that shows one address and leads to another: mail filters call that phishing."""
    for link in page.links:
        shown = SHOWN_URL.fullmatch(" ".join(link.text_content().split()))
        parts = _split(page, link.get("href").strip())
        if not shown or parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
            continue
        if not _same_site(shown["full"] or shown["bare"], parts.hostname):
            yield _hit(link, f"leads to {parts.hostname}", "show the address it leads to, or words")


def link_ip(page: Page) -> Iterator[Hit]:
    """A hit for each link to a bare IP address; mail filters count it as spam."""
    for link in page.links:
        parts = _split(page, link.get("href").strip())
        if parts is not None and _is_ip(parts.hostname or ""):
            yield _hit(link, "leads to a bare IP address; filters take it for spam", "use the site's name")


def _is_filled_later(page: Page, href: str) -> bool:
    return bool(PROVIDER_TAG.match(href) or page.tokens.match(href))


def _split(page: Page, href: str) -> SplitResult | None:
    try:
        parts = urlsplit(page.without_tokens(href, "x"))
        _ = (parts.hostname, parts.port)
    except ValueError:
        return None
    return parts


def _same_site(shown: str, host: str) -> bool:
    one, other = (name.lower().strip(".").removeprefix("www.") for name in (shown, host))
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _hit(link: Any, fault: str, remedy: str) -> Hit:
    href = link.get("href").strip()
    words = short(name_of(link), 40)
    label = f"link “{words}”" if words else f"link {short(href) or '(empty)'}"
    return Hit(f"{label} {fault}", remedy, needle=href if len(href) > 1 else words)
