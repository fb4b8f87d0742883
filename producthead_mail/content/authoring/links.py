"""Addresses of pages without what only their trackers need."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from producthead_mail.content.urls import mail_url

_TRACKING = re.compile(
    r"utm_\w+|_hs\w+|(?:fb|g|d|tt|tw|y|irgw)clid|irclickid|msclkid|[gw]braid|mc_[ce]id|igshid|igsh|hsctatracking"
    r"|mkt_tok|vero_(?:id|conv)|oly_(?:enc|anon)_id|ref_(?:src|url)|ck_subscriber_id|wickedid|li_fat_id|cmpid"
    r"|s_cid|trk|trkcampaign|__s|_g[al]|__twitter_impression|isfreemail|triedredirect",
    re.IGNORECASE,
)
"""Parameters by which mailers, advertisers and networks follow a click; the page is the same without."""
_HIGHLIGHT = re.compile(r":~:.*|utm_\w+=.*")


def without_tracking(url: str) -> str:
    """The address without tracking parameters and highlights; `[[` in it can't become a slot."""
    parts = urlsplit(url.strip())
    kept = [one for one in parts.query.split("&") if not _TRACKING.fullmatch(one.partition("=")[0])]
    fragment = _HIGHLIGHT.sub("", parts.fragment)
    bare = urlunsplit((parts.scheme.lower(), parts.netloc, parts.path, "&".join(kept), fragment))
    return bare.replace("[[", "%5B%5B").replace("]]", "%5D%5D")


def page_key(url: str) -> str:
    """What all addresses of one page share: scheme, `www.`, trackers and the last slash don't count."""
    try:
        parts = urlsplit(without_tracking(url))
        host = _host(parts)
    except ValueError:
        return url
    query = "&".join(sorted(filter(None, parts.query.split("&"))))
    return unquote(host + parts.path.rstrip("/") + (f"?{query}" if query else ""))


def absolute(url: str, other: str) -> str:
    """The address that `other` is on the page `url`; empty where no mail can have it."""
    try:
        found = urljoin(url, other.strip()) if other.strip() else ""
        mail_url(found.replace("[[", "%5B%5B"), schemes=("http", "https"))
        is_usable = found.isprintable() and "@" not in urlsplit(found).netloc and host_of(found)
        return found if is_usable else ""
    except ValueError:
        return ""


def host_of(url: str) -> str:
    """The host's name in lower case without `www.`; empty where there is none."""
    try:
        return _host(urlsplit(url))
    except ValueError:
        return ""


def _host(parts: SplitResult) -> str:
    name = (parts.hostname or "").removeprefix("www.")
    port = parts.port
    return name if port in (None, 80, 443) else f"{name}:{port}"
