"""The outbox: a folder that takes mail as SendGrid would and keeps one .eml file a recipient."""

from __future__ import annotations

import fcntl
import json
import re
import threading
import time
from binascii import b2a_qp
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate
from hashlib import blake2b
from pathlib import Path
from typing import Any

from producthead_mail.errors import InputError, Problem
from producthead_mail.rendering.message import ASM_TAG
from producthead_mail.sending.limits import body_problems
from producthead_mail.sending.outcome import Phase, Seen
from producthead_mail.sending.transport import NOT_BEGUN, at_once

Put = Callable[[str], str]
"""A text as one recipient gets it."""


class OutboxTransport:
    """Writes what SendGrid would have sent; safe from several threads and processes."""

    name = "outbox"

    def __init__(self, directory: Path, unsubscribe_url: str) -> None:
        self._directory = directory
        self._unsubscribe_url = unsubscribe_url
        self._lock = threading.Lock()
        self._rebuilt: set[str] = set()
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError([Problem(str(directory), 0, 0, f"no folder: {error.strerror}")]) from None

    def send(self, body: bytes, begin: Callable[[], bool] = at_once) -> Seen:
        """An answer such as SendGrid's: 202 once every file is in place, 400 with the faults."""
        if not begin():
            return Seen(Phase.CONNECTING, error=NOT_BEGUN)
        if problems := body_problems(body, now=time.time()):
            return _answer(400, {"errors": [_error(problem) for problem in problems]})
        mail = json.loads(body)
        if (mail.get("mail_settings") or {}).get("sandbox_mode", {}).get("enable"):
            return _answer(200, {})
        message_id = blake2b(body, digest_size=11).hexdigest()
        try:
            self._deliver(mail, message_id)
        except OSError as error:
            # Files are named by recipient: sending this batch again can't make any twice.
            return Seen(Phase.WRITING, error=f"{self._directory}: {error.strerror}")
        return _answer(202, {}, {"x-message-id": message_id})

    def close(self) -> None:
        """Nothing is held open between requests."""

    def _deliver(self, mail: Mapping[str, Any], message_id: str) -> None:
        with self._alone():
            for one in mail["personalizations"]:
                arguments = {**mail.get("custom_args", {}), **one.get("custom_args", {})}
                edition = _safe(arguments.get("edition", "")) or "mail"
                folder = self._directory / edition
                folder.mkdir(exist_ok=True)
                if edition not in self._rebuilt:
                    _rebuild(folder)
                    self._rebuilt.add(edition)
                path = folder / f"{_name(one, arguments, message_id)}.eml"
                if not path.exists():
                    data = _eml(mail, one, self._unsubscribe_url, path.stem)
                    _write(path, data)
                    _append(folder.with_suffix(".mbox"), data)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock, (self._directory / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _name(one: Mapping[str, Any], arguments: Mapping[str, str], message_id: str) -> str:
    batch, recipient = _safe(arguments.get("batch", "")), _safe(arguments.get("recipient", ""))
    address = blake2b(json.dumps(one["to"]).encode(), digest_size=8).hexdigest()
    return f"{batch or message_id}-{recipient or address}"


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:100].strip("-")


def _eml(mail: Mapping[str, Any], one: Mapping[str, Any], unsubscribe_url: str, name: str) -> bytes:
    values = {
        **one.get("substitutions", {}),
        **{tag: unsubscribe_url for tag in (ASM_TAG, _tracking_tag(mail)) if tag},
    }
    pattern = re.compile("|".join(map(re.escape, values)) or "(?!)")

    def put(text: str) -> str:
        return pattern.sub(lambda found: values[found[0]], text)

    boundary = f"=_{blake2b(name.encode(), digest_size=16).hexdigest()}"
    head = _head(mail, one, put, name).as_bytes().removesuffix(b"\r\n")
    for header, value in _extra_headers(mail, one, unsubscribe_url).items():
        # As it is: the email module would fold a long link into encoded words, which no reader follows.
        head += f"{header}: {value}\r\n".encode()
    kind = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    parts = b"".join(_part(boundary, part["type"], put(part["value"])) for part in mail["content"])
    return head + kind.encode() + parts + f"--{boundary}--\r\n".encode()


def _head(mail: Mapping[str, Any], one: Mapping[str, Any], put: Put, name: str) -> EmailMessage:
    people = [mail["from"], *one["to"], *one.get("cc", [])]
    ascii_only = all(address["email"].isascii() for address in people)
    head = EmailMessage(policy=SMTP if ascii_only else SMTPUTF8)
    head["From"] = _address(one.get("from") or mail["from"])
    for kind in ("to", "cc"):
        if one.get(kind):
            head[kind.title()] = [_address(address) for address in one[kind]]
    if mail.get("reply_to"):
        head["Reply-To"] = _address(mail["reply_to"])
    head["Subject"] = re.sub(r"[\r\n]+", " ", put(one.get("subject") or mail["subject"]))
    head["Date"] = formatdate(one.get("send_at") or mail.get("send_at") or time.time())
    head["Message-ID"] = f"<{name}@{mail['from']['email'].rpartition('@')[2]}>"
    return head


def _extra_headers(
    mail: Mapping[str, Any], one: Mapping[str, Any], unsubscribe_url: str
) -> Mapping[str, str]:
    headers = {**mail.get("headers", {}), **one.get("headers", {})}
    if _tracking_tag(mail) and "list-unsubscribe" not in map(str.lower, headers):
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _part(boundary: str, kind: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
    head = f"--{boundary}\r\nContent-Type: {kind}; charset=utf-8\r\n"
    encoded = re.sub(
        rb"(?<!\r)\n", b"\r\n", b2a_qp(lines)
    )  # in a text of one line its soft breaks are \n alone
    return f"{head}Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode() + encoded + b"\r\n"


def _tracking_tag(mail: Mapping[str, Any]) -> str:
    tracking = mail.get("tracking_settings", {}).get("subscription_tracking", {})
    return str(tracking.get("substitution_tag", "")) if tracking.get("enable") else ""


def _address(address: Mapping[str, str]) -> Address:
    # Not addr_spec: its parser refuses a local part outside ASCII, which an audience may have.
    local, _, domain = address["email"].rpartition("@")
    return Address(address.get("name", ""), local, domain)


def _write(path: Path, data: bytes) -> None:
    draft = path.with_suffix(".part")
    draft.write_bytes(data)
    draft.replace(path)


def _rebuild(folder: Path) -> None:
    """The mbox anew from the files: an interrupted run may have left one out of it."""
    draft = folder.with_suffix(".mbox.part")
    draft.write_bytes(b"".join(_entry(path.read_bytes()) for path in sorted(folder.glob("*.eml"))))
    draft.replace(folder.with_suffix(".mbox"))


def _append(mbox: Path, data: bytes) -> None:
    with mbox.open("ab") as file:
        file.write(_entry(data))


def _entry(data: bytes) -> bytes:
    lines = re.sub(rb"^(>*From )", rb">\1", data.replace(b"\r\n", b"\n"), flags=re.MULTILINE)
    return b"From producthead@localhost Thu Jan  1 00:00:00 1970\n" + lines + b"\n"


def _error(problem: str) -> dict[str, str | None]:
    field, _, message = problem.partition(": ")
    return {"message": message, "field": field, "help": None}


def _answer(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Seen:
    return Seen(Phase.ANSWERED, status, headers or {}, json.dumps(body) if body else "")
