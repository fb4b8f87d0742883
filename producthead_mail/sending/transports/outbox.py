"""The outbox: a folder that takes mail as SendGrid would and keeps one .eml file a recipient."""

from __future__ import annotations

import fcntl
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from hashlib import blake2b
from pathlib import Path
from typing import Any

from producthead_mail.content.publication import Mailbox
from producthead_mail.errors import InputError, Problem
from producthead_mail.rendering.message import ASM_TAG
from producthead_mail.rendering.mime import Mail, mime
from producthead_mail.sending.limits import body_problems
from producthead_mail.sending.outcome import Phase, Seen
from producthead_mail.sending.transport import NOT_BEGUN, at_once


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
                edition = _folder(arguments)
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


def written(directory: Path, personalizations: bytes) -> tuple[int, int]:
    """How many files of a batch are there, and how many there have to be."""
    parts = [(one, one.get("custom_args", {})) for one in json.loads(personalizations)]
    paths = [directory / _folder(found) / f"{_name(one, found, '')}.eml" for one, found in parts]
    return sum(path.exists() for path in paths), len(paths)


def _folder(arguments: Mapping[str, str]) -> str:
    return _safe(arguments.get("edition", "")) or "mail"


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

    sender = _mailbox(one.get("from") or mail["from"])
    letter = Mail(
        sender=sender,
        to=[_mailbox(address) for address in one["to"]],
        subject=put(one.get("subject") or mail["subject"]),
        date=formatdate(one.get("send_at") or mail.get("send_at") or time.time()),
        message_id=f"{name}@{sender.email.rpartition('@')[2]}",
        parts=[(part["type"], put(part["value"])) for part in mail["content"]],
        reply_to=_mailbox(mail["reply_to"]) if mail.get("reply_to") else None,
        cc=[_mailbox(address) for address in one.get("cc", [])],
        headers=_extra_headers(mail, one, unsubscribe_url),
    )
    return mime(letter, f"=_{blake2b(name.encode(), digest_size=16).hexdigest()}")


def _extra_headers(
    mail: Mapping[str, Any], one: Mapping[str, Any], unsubscribe_url: str
) -> Mapping[str, str]:
    headers = {**mail.get("headers", {}), **one.get("headers", {})}
    if _tracking_tag(mail) and "list-unsubscribe" not in map(str.lower, headers):
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _tracking_tag(mail: Mapping[str, Any]) -> str:
    tracking = mail.get("tracking_settings", {}).get("subscription_tracking", {})
    return str(tracking.get("substitution_tag", "")) if tracking.get("enable") else ""


def _mailbox(address: Mapping[str, str]) -> Mailbox:
    return Mailbox(address["email"], address.get("name", ""))


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
