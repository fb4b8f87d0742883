"""URLs as mail programs take them: absolute, http(s) or mailto, ASCII only."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from producthead_mail.content.slot_guard import SlotGuard

_SAFE = "!$&'()*+,;=:@/~%"
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@lru_cache(maxsize=1024)
def mail_url(text: str, *, schemes: tuple[str, ...] = ("http", "https", "mailto")) -> str:
    """The URL with everything encoded that has to be; ValueError with the reason where it can't be one."""
    guard = SlotGuard(text.strip())
    return guard.restore(encoded(guard, guard.text, schemes))


def encoded(guard: SlotGuard, text: str, schemes: tuple[str, ...] = ("http", "https", "mailto")) -> str:
    """The same for a text whose slots `guard` holds."""
    shown = guard.source(text)
    try:
        parts = urlsplit(text)
        scheme = parts.scheme.lower()
        _ = parts.port
    except ValueError as error:
        raise ValueError(f"{shown!r} is not a URL: {error}") from None
    if guard.unclosed(text):
        raise ValueError(f"{shown!r} has a `[[` without `]]`")
    if scheme not in schemes or text.lower().startswith(guard.prefix):
        raise ValueError(f"{shown!r} is not an absolute {', '.join(schemes)} URL")
    tail = _tail(parts.query, parts.fragment)
    if scheme == "mailto":
        if "@" not in parts.path and guard.prefix not in parts.path:
            raise ValueError(f"{shown!r} names no address")
        return f"mailto:{_quote(parts.path)}{tail}"
    if not parts.hostname or guard.prefix in parts.netloc.lower():
        raise ValueError(f"{shown!r} has no fixed host name")
    return f"{scheme}://{_netloc(parts.netloc, parts.hostname, shown)}{_quote(parts.path)}{tail}"


def _tail(query: str, fragment: str) -> str:
    return (f"?{_quote(query, '?')}" if query else "") + (f"#{_quote(fragment, '?')}" if fragment else "")


def _quote(text: str, extra: str = "") -> str:
    return quote(_STRAY_PERCENT.sub("%25", text), safe=_SAFE + extra, errors="replace")


def _netloc(netloc: str, host: str, shown: str) -> str:
    userinfo, at, rest = netloc.rpartition("@")
    if host.isascii():
        if not re.fullmatch(r"[\w.-]+|[0-9a-f:.]+", host) or not host.strip(".-"):
            raise ValueError(f"{shown!r} has an impossible host name")
        return _quote(userinfo) + at + rest
    import idna

    try:
        name = idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise ValueError(f"{shown!r} has an impossible host name: {error}") from None
    port = rest.rpartition(":")[2] if re.search(r":\d+$", rest) else ""
    return _quote(userinfo) + at + name + (f":{port}" if port else "")
