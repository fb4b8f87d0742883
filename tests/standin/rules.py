"""Why SendGrid refuses a mail: its own error texts and field paths, written apart from the program's."""

import re
import time
from collections.abc import Iterator
from typing import Any

Error = dict[str, str | None]

REQUIRED = (
    "The personalizations field is required and must have at least one personalization.",
    "There is a limit of 1000 personalizations per API request.",
)
TO = (
    "The to array is required for all personalization objects, and must have at least one email object "
    "with a valid email address."
)
FROM = (
    "The from object must be provided for every email send. It is an object that requires the email "
    "parameter, but may also contain a name parameter."
)
SUBJECT = (
    "The subject is required. You can get around this requirement if you use a template with a subject "
    "defined or if every personalization has a subject defined."
)
CONTENT = (
    "Unless a valid template_id is provided, the content parameter is required. There must be at least "
    "one defined content block."
)
ORDER = "If present, text/plain must be first, followed by text/html, followed by any other content."
RESERVED = {
    *("x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"),
    *("to", "from", "subject", "reply-to", "cc", "bcc"),
}


def error(message: str, field: str | None = None) -> Error:
    return {"message": message, "field": field, "help": None}


def errors(mail: Any) -> list[Error]:
    """Every reason to refuse this mail with a 400; none if it is good."""
    if not isinstance(mail, dict):
        return [error("Bad Request")]
    return [*_envelope(mail), *_content(mail), *_categories(mail), *_rows(mail)]


def _envelope(mail: dict[str, Any]) -> Iterator[Error]:
    if not _valid(mail.get("from")):
        yield error(FROM, "from.email")
    if "reply_to" in mail and not _valid(mail["reply_to"]):
        yield error("The reply_to email must be a valid address.", "reply_to.email")
    when = mail.get("send_at")
    if when is not None and type(when) is not int:
        yield error("The send_at parameter must be a valid unix timestamp.", "send_at")
    elif when is not None and when > time.time() + 72 * 3600:
        yield error("Scheduling more than 72 hours in advance is forbidden.", "send_at")
    if "asm" in mail and type(mail["asm"].get("group_id")) is not int:
        yield error("The asm group_id must be an integer.", "asm.group_id")
    if "custom_args" in mail:
        yield from _custom_args(mail["custom_args"], "custom_args")
    yield from _headers(mail.get("headers", {}), "headers")
    sandbox = mail.get("mail_settings", {}).get("sandbox_mode", {}).get("enable", False)
    if not isinstance(sandbox, bool):
        yield error(
            "The sandbox_mode enable parameter must be a boolean.", "mail_settings.sandbox_mode.enable"
        )


def _content(mail: dict[str, Any]) -> Iterator[Error]:
    parts = mail.get("content")
    if not parts:
        if not mail.get("template_id"):
            yield error(CONTENT, "content")
        return
    order = [{"text/plain": 0, "text/html": 1}.get(part.get("type"), 2) for part in parts]
    if order != sorted(order):
        yield error(ORDER, "content")
    for place, part in enumerate(parts):
        if not isinstance(part.get("value"), str) or not part["value"]:
            text = "The content value must be a string at least one character in length."
            yield error(text, f"content.{place}.value")
        if not part.get("type") or re.search(r"[;\r\n]", part["type"]):
            yield error("The content type cannot contain ; or CRLF characters.", f"content.{place}.type")


def _categories(mail: dict[str, Any]) -> Iterator[Error]:
    categories = mail.get("categories", [])
    if len(categories) > 10:
        yield error("You cannot have more than 10 categories per request.", "categories")
    if len(set(categories)) < len(categories):
        yield error("Duplicate category found.", "categories")
    for place, category in enumerate(categories):
        if not isinstance(category, str) or len(category) > 255:
            yield error("A category name cannot exceed 255 characters.", f"categories.{place}")
        elif not category.isascii():
            yield error("A category cannot contain Unicode.", f"categories.{place}")


def _rows(mail: dict[str, Any]) -> Iterator[Error]:
    rows = mail.get("personalizations")
    if not isinstance(rows, list) or not rows:
        yield error(REQUIRED[0], "personalizations")
        return
    if len(rows) > 1000:
        yield error(REQUIRED[1], "personalizations")
    if sum(len(row.get(kind, [])) for row in rows for kind in ("to", "cc", "bcc")) > 1000:
        yield error("The total number of recipients must be no more than 1000.", "personalizations")
    if sum(len(row.get("substitutions", {})) for row in rows) > 10_000:
        yield error("There is a limit of 10000 substitutions per API request.", "personalizations")
    for place, row in enumerate(rows):
        yield from _row(mail, row, f"personalizations.{place}")


def _row(mail: dict[str, Any], row: dict[str, Any], path: str) -> Iterator[Error]:
    if not row.get("to"):
        yield error(TO, f"{path}.to")
    for kind in ("to", "cc", "bcc"):
        for place, address in enumerate(row.get(kind, [])):
            if not _valid(address):
                yield error("Does not contain a valid address.", f"{path}.{kind}.{place}.email")
    yield from _twice(row, path)
    if not (mail.get("subject") or row.get("subject") or mail.get("template_id")):
        yield error(SUBJECT, "subject")
    yield from _substitutions(mail, row, path)
    yield from _headers(row.get("headers", {}), f"{path}.headers")
    if "custom_args" in row:
        yield from _custom_args(row["custom_args"], f"{path}.custom_args")


def _twice(row: dict[str, Any], path: str) -> Iterator[Error]:
    seen: set[str] = set()
    for kind in ("to", "cc", "bcc"):
        for address in row.get(kind, []):
            email = str(address.get("email")).lower()
            if email in seen:
                text = (
                    "Each email address in the personalization block should be unique between to, cc, and "
                    f"bcc. We found the first duplicate instance of [{email}] in the {path}.{kind} field."
                )
                yield error(text, path)
                return
            seen.add(email)


def _substitutions(mail: dict[str, Any], row: dict[str, Any], path: str) -> Iterator[Error]:
    values = row.get("substitutions", {})
    if values and str(mail.get("template_id", "")).startswith("d-"):
        text = "Substitutions may not be used with dynamic templating"
        yield error(text, f"{path}.substitutions")
    if not all(isinstance(value, str) for value in values.values()):
        yield error("Bad Request")
    elif sum(len(k.encode()) + len(v.encode()) for k, v in values.items()) > 10_000:
        text = "Substitutions are limited to 10000 bytes per personalization object."
        yield error(text, f"{path}.substitutions")


def _custom_args(values: Any, path: str) -> Iterator[Error]:
    if not isinstance(values, dict) or not values:
        yield error("The custom_args must be an object with at least one property.", path)
    elif not all(isinstance(value, str) for value in values.values()):
        yield error("Each custom_args value must be a string.", path)
    elif sum(len(k.encode()) + len(v.encode()) for k, v in values.items()) > 10_000:
        yield error("The custom_args cannot exceed 10000 bytes.", path)


def _headers(headers: dict[str, Any], path: str) -> Iterator[Error]:
    for name, value in headers.items():
        if name.lower() in RESERVED:
            yield error(f"The header {name} is reserved.", f"{path}.{name}")
        if not isinstance(value, str):
            yield error("Header values must be strings.", f"{path}.{name}")
        if not name.isascii() or re.search(r"[\s:]", name) or not name:
            yield error("Header keys must be ASCII and must not contain spaces.", f"{path}.{name}")


def _valid(address: Any) -> bool:
    email = address.get("email") if isinstance(address, dict) else None
    return isinstance(email, str) and len(email) <= 320 and bool(re.fullmatch(r"[^\s@]+@[^\s@]+\.\w+", email))
