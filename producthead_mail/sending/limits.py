"""SendGrid's documented limits that no schema catches, checked offline."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

PERSONALIZATIONS = 1000
RECIPIENTS = 1000
SUBSTITUTION_BYTES = 10_000
"""Per personalization; SendGrid's pages disagree, this is the lowest of their figures."""
SUBSTITUTIONS = 10_000
"""Per request: slots times personalizations."""
CUSTOM_ARGS_BYTES = 10_000
CATEGORIES = 10
CATEGORY_CHARACTERS = 255
ADDRESS_CHARACTERS = 320
# What some program would take for a name, a comment, a list or a group is refused, as SendGrid refuses it.
ADDRESS = re.compile(r"[^\s@.()<>\[\]\\,;:\"]+(\.[^\s@.()<>\[\]\\,;:\"]+)*@([\w-]+\.)+[\w-]+")
LEAD_SECONDS = 72 * 3600
BODY_BYTES = 30_000_000
RESERVED_HEADERS = frozenset(
    (
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
    )
)
HEADER_NAME = re.compile(r"[!-9;-~]+")
TOP_LEVEL = frozenset(
    (
        "personalizations",
        "from",
        "reply_to",
        "reply_to_list",
        "subject",
        "content",
        "attachments",
        "template_id",
        "headers",
        "categories",
        "custom_args",
        "send_at",
        "batch_id",
        "asm",
        "ip_pool_name",
        "mail_settings",
        "tracking_settings",
    )
)
PERSONALIZATION = frozenset(
    (
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "headers",
        "substitutions",
        "dynamic_template_data",
        "custom_args",
        "send_at",
    )
)


def text_bytes(values: dict[str, str]) -> int:
    """Bytes of names and values together, as SendGrid counts them."""
    return sum(len(name.encode()) + len(value.encode()) for name, value in values.items())


def body_problems(body: bytes, *, now: float | None = None) -> list[str]:
    """Every way in which SendGrid would refuse this request, as `field: message`; none if it is good."""
    if len(body) >= BODY_BYTES:
        return [f"body: {len(body)} bytes, but SendGrid takes less than {BODY_BYTES}"]
    try:
        mail = json.loads(body)
    except (ValueError, RecursionError):
        return ["body: not JSON in UTF-8"]
    if not isinstance(mail, dict):
        return ["body: not an object"]
    return [*_unknown("", mail, TOP_LEVEL), *_message(mail, now), *_personalizations(mail)]


def _message(mail: dict[str, Any], now: float | None) -> Iterator[str]:
    yield from _address("from", mail.get("from"))
    if isinstance(mail.get("from"), dict) and not str(mail["from"].get("email", "")).isascii():
        yield "from.email: not ASCII"
    if "reply_to" in mail:
        yield from _address("reply_to", mail["reply_to"])
    yield from _content(mail)
    yield from _headers("headers", mail.get("headers"))
    yield from _categories(mail.get("categories", []))
    yield from _custom_args("custom_args", mail)
    yield from _send_at("send_at", mail.get("send_at"), now)
    yield from _switches(mail)


def _content(mail: dict[str, Any]) -> Iterator[str]:
    content = mail.get("content")
    if not content and not mail.get("template_id"):
        yield "content: missing"
        return
    if content is None:
        return
    parts = content if isinstance(content, list) else []
    if not parts or not all(isinstance(part, dict) for part in parts):
        yield "content: not a list of parts"
        return
    kinds = [part.get("type") for part in parts]
    if kinds != sorted(kinds, key=lambda kind: {"text/plain": 0, "text/html": 1}.get(str(kind), 2)):
        yield "content: text/plain must come first, then text/html, then others"
    for place, part in enumerate(parts):
        if not isinstance(part.get("value"), str) or not part["value"]:
            yield f"content.{place}.value: empty"
        if not isinstance(part.get("type"), str) or not re.fullmatch(r"[^;\r\n]+", part["type"]):
            yield f"content.{place}.type: empty, or holds a semicolon or line break"


def _categories(categories: Any) -> Iterator[str]:
    if not isinstance(categories, list) or not all(isinstance(one, str) for one in categories):
        yield "categories: not a list of strings"
        return
    if len(categories) > CATEGORIES:
        yield f"categories: {len(categories)}, but at most {CATEGORIES} are allowed"
    if len(set(categories)) < len(categories):
        yield "categories: one stands there twice"
    for place, category in enumerate(categories):
        if len(category) > CATEGORY_CHARACTERS or not category.isascii():
            yield f"categories.{place}: longer than {CATEGORY_CHARACTERS} characters or not ASCII"


def _switches(mail: dict[str, Any]) -> Iterator[str]:
    settings = mail.get("mail_settings", {})
    if not isinstance(settings, dict):
        yield "mail_settings: not an object"
        return
    sandbox = settings.get("sandbox_mode")
    if sandbox is not None and not (isinstance(sandbox, dict) and isinstance(sandbox.get("enable"), bool)):
        yield "mail_settings.sandbox_mode.enable: not true or false"
    group = mail.get("asm")
    if group is not None and not (isinstance(group, dict) and type(group.get("group_id")) is int):
        yield "asm.group_id: not a whole number"


def _personalizations(mail: dict[str, Any]) -> Iterator[str]:
    found = mail.get("personalizations")
    if not isinstance(found, list) or not found:
        yield "personalizations: missing or empty"
        return
    if len(found) > PERSONALIZATIONS:
        yield f"personalizations: {len(found)}, but at most {PERSONALIZATIONS} are allowed"
    rows = [one if isinstance(one, dict) else {} for one in found]
    recipients = sum(len(_addresses(one)) for one in rows)
    if recipients > RECIPIENTS:
        yield f"personalizations: {recipients} recipients, but at most {RECIPIENTS} are allowed"
    count = sum(len(one["substitutions"]) for one in rows if isinstance(one.get("substitutions"), dict))
    if count > SUBSTITUTIONS:
        yield f"personalizations: {count} substitutions, but at most {SUBSTITUTIONS} are allowed in a request"
    for place, one in enumerate(rows):
        yield from _personalization(f"personalizations.{place}", one, mail)


def _personalization(path: str, one: dict[str, Any], mail: dict[str, Any]) -> Iterator[str]:
    yield from _unknown(f"{path}.", one, PERSONALIZATION)
    if not one.get("to"):
        yield f"{path}.to: missing or empty"
    for kind in ("to", "cc", "bcc"):
        for place, address in enumerate(_listed(one, kind)):
            yield from _address(f"{path}.{kind}.{place}", address)
            if isinstance(address, dict) and re.search("[;,]", str(address.get("name", ""))):
                yield f"{path}.{kind}.{place}.name: holds a semicolon or comma"
        if kind in one and not isinstance(one[kind], list):
            yield f"{path}.{kind}: not a list"
    addresses = _addresses(one)
    if len(set(addresses)) < len(addresses):
        yield f"{path}: an address stands there twice"
    if not (one.get("subject") or mail.get("subject") or mail.get("template_id")):
        yield f"{path}.subject: missing here and in the message"
    yield from _substitutions(f"{path}.substitutions", one, mail)
    yield from _headers(f"{path}.headers", one.get("headers"))
    yield from _custom_args(f"{path}.custom_args", one)


def _substitutions(path: str, one: dict[str, Any], mail: dict[str, Any]) -> Iterator[str]:
    values = one.get("substitutions")
    if values is None:
        return
    if str(mail.get("template_id", "")).startswith("d-"):
        yield f"{path}: not allowed with a dynamic template"
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        yield f"{path}: not all values are strings"
    elif (size := text_bytes(values)) > SUBSTITUTION_BYTES:
        yield f"{path}: {size} bytes, but at most {SUBSTITUTION_BYTES} are allowed"


def _custom_args(path: str, holder: dict[str, Any]) -> Iterator[str]:
    if "custom_args" not in holder:
        return
    values = holder["custom_args"]
    if not isinstance(values, dict) or not values or not all(isinstance(v, str) for v in values.values()):
        yield f"{path}: empty, or not all values are strings"
    elif (size := text_bytes(values)) > CUSTOM_ARGS_BYTES:
        yield f"{path}: {size} bytes, but at most {CUSTOM_ARGS_BYTES} are allowed"


def _headers(path: str, headers: Any) -> Iterator[str]:
    if headers is None:
        return
    if not isinstance(headers, dict):
        yield f"{path}: not an object"
        return
    twice = [name for name, count in Counter(name.lower() for name in headers).items() if count > 1]
    for name in twice:
        yield f"{path}.{name}: stands there twice"
    for name, value in headers.items():
        if name.lower() in RESERVED_HEADERS:
            yield f"{path}.{name}: reserved"
        if not HEADER_NAME.fullmatch(name):
            yield f"{path}.{name}: not an ASCII name without spaces"
        if not isinstance(value, str) or "\r" in value or "\n" in value:
            yield f"{path}.{name}: not a string of one line"


def _send_at(path: str, when: Any, now: float | None) -> Iterator[str]:
    if when is None:
        return
    if type(when) is not int:
        yield f"{path}: not whole Unix seconds"
    elif now is not None and when > now + LEAD_SECONDS:
        yield f"{path}: more than 72 hours ahead"


def _address(path: str, address: Any) -> Iterator[str]:
    email = address.get("email") if isinstance(address, dict) else None
    if not isinstance(email, str) or not ADDRESS.fullmatch(email):
        yield f"{path}.email: not a valid address"
    elif len(email) > ADDRESS_CHARACTERS:
        yield f"{path}.email: longer than {ADDRESS_CHARACTERS} characters"
    elif not isinstance(name := address.get("name", ""), str) or re.search(r"[\r\n]", name):
        yield f"{path}.name: not a string of one line"


def _addresses(one: dict[str, Any]) -> list[str]:
    listed = [address for kind in ("to", "cc", "bcc") for address in _listed(one, kind)]
    return [str(address.get("email")).casefold() for address in listed if isinstance(address, dict)]


def _listed(one: dict[str, Any], kind: str) -> list[Any]:
    found = one.get(kind)
    return found if isinstance(found, list) else []


def _unknown(prefix: str, holder: dict[str, Any], known: Iterable[str]) -> Iterator[str]:
    for name in sorted(set(holder) - set(known)):
        yield f"{prefix}{name}: SendGrid knows no such field here"
