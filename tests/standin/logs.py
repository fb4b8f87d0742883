"""Email Logs as SendGrid's OpenAPI document has them: what became of each accepted mail, a while later."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from tests.standin.account import Accepted, Account
from tests.standin.rules import error

Answer = tuple[int, Any]
Test = Callable[[dict[str, Any]], bool]

SCOPE = "email_activity.read"
LIMITS = range(1, 1001)
CONDITION = re.compile(
    r"""\s*(?P<field>\w+)\s*(?P<operator>=|>=|<=|>|<|IN)\s*
    (?P<value>"[^"]*"|'[^']*'|TIMESTAMP\s*"[^"]*"|\((?:\s*'[^']*'\s*,?)+\))\s*""",
    re.VERBOSE,
)
ASKED = re.compile(r"to_email\s*=\s*([\"'])(.*?)\1")
ID = re.compile(r".+\.recvd-standin-1-([0-9A-F]+)\.0")
TEXTS = ("sg_message_id", "subject", "to_email", "reason")
LISTS = ("status", "categories")


def search(account: Account, body: Any) -> Answer:
    """The answer to `POST /v3/logs`."""
    if SCOPE not in account.scopes:
        return 403, {"errors": [error("access forbidden")]}
    limit = body.get("limit", 10)
    if type(limit) is not int or limit not in LIMITS:
        return 400, {"errors": [error("limit must be between 1 and 1000", "limit")]}
    try:
        tests = list(_conditions(body.get("query", "")))
    except ValueError as fault:
        return 400, {"errors": [error(f"invalid query: {fault}", "query")]}
    email = ASKED.search(body.get("query", ""))
    entries = _entries(account, email[2] if email else None)
    found = [entry for entry in entries if all(test(entry) for test in tests)]
    return 200, {"messages": [_summary(entry) for entry in found[:limit]]}


def detail(account: Account, sg_message_id: str) -> Answer:
    """The answer to `GET /v3/logs/{sg_message_id}`."""
    if SCOPE not in account.scopes:
        return 403, {"errors": [error("access forbidden")]}
    name = ID.fullmatch(sg_message_id)
    place = int(name[1], 16) if name else len(account.accepted)
    one = account.accepted[place] if place < len(account.accepted) else None
    if one is None or not _shown(account, one):
        return 404, {"errors": [error("message not found")]}
    return 200, _detail(_entry(account, one, place))


def _conditions(query: str) -> Iterator[Test]:
    if not query.strip():
        return
    position = 0
    while True:
        found = CONDITION.match(query, position)
        if not found:
            raise ValueError(f"at {position}")
        yield _condition(found["field"], found["operator"], found["value"])
        position = found.end()
        if position == len(query):
            return
        if not query.startswith("AND ", position):
            raise ValueError(f"AND expected at {position}")
        position += len("AND ")


def _condition(field: str, operator: str, value: str) -> Test:
    if field in TEXTS and operator == "=" and value[0] in "\"'":
        return lambda entry: entry[field] == value[1:-1]
    if field in LISTS and operator == "IN" and value[0] == "(":
        wanted = set(re.findall(r"'([^']*)'", value))
        return lambda entry: bool(
            wanted & {entry[field]} if field == "status" else wanted & set(entry[field])
        )
    if field == "sg_message_id_created_at" and operator not in {"=", "IN"} and value.startswith("TIMESTAMP"):
        at = datetime.strptime(value.split('"')[1], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
        return lambda entry: _compared(entry["at"], operator, at)
    raise ValueError(f"{field} {operator}")


def _compared(left: float, operator: str, right: float) -> bool:
    if "=" in operator and left == right:
        return True
    return left > right if operator[0] == ">" else left < right


def _entries(account: Account, email: str | None) -> Iterator[dict[str, Any]]:
    """Everything that the logs show by now, newest first; of one recipient where an address is given."""
    places = range(len(account.accepted)) if email is None else account.places.get(email, [])
    for place in reversed(places):
        if _shown(account, account.accepted[place]):
            yield _entry(account, account.accepted[place], place)


def _shown(account: Account, one: Accepted) -> bool:
    return one.at + account.log_delay <= time.time()


def _entry(account: Account, one: Accepted, place: int) -> dict[str, Any]:
    status, events, reason = _fate(account, one, time.time())
    subject = one.subject
    for token, value in one.substitutions.items():
        subject = subject.replace(token, value)
    return {
        "from_email": one.sender,
        "sg_message_id": f"{one.message_id}.recvd-standin-1-{place:X}.0",
        "subject": subject,
        "to_email": one.email,
        "reason": reason,
        "status": status,
        "categories": one.categories,
        "at": one.at,
        "custom_args": one.custom_args,
        "events": events,
        "message_id": one.message_id,
        "send_at": one.send_at,
    }


def _fate(account: Account, one: Accepted, now: float) -> tuple[str, list[str], str]:
    dropped = any(
        entry["email"] == one.email
        for kind, entries in account.suppressed.items()
        if kind != "blocks"
        for entry in entries
    )
    if one.send_at and one.send_at > now:
        return "processed", ["received", "processed"], ""
    if account.scheduled.get(one.batch_id) == "cancel":
        return "dropped", ["received", "cancel_drop"], "Cancelled"
    if dropped or one.email in account.unsubscribed:
        return "dropped", ["received", "dropped"], "Bounced Address"
    return "delivered", ["received", "processed", "delivered"], "250 2.0.0 OK"


def _summary(entry: dict[str, Any]) -> dict[str, Any]:
    fields = ("from_email", "sg_message_id", "subject", "to_email", "reason", "status")
    at = datetime.fromtimestamp(entry["at"], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**{name: entry[name] for name in fields}, "sg_message_id_created_at": at}


def _detail(entry: dict[str, Any]) -> dict[str, Any]:
    fields = ("from_email", "sg_message_id", "subject", "to_email", "status", "custom_args")
    return {
        **{name: entry[name] for name in fields},
        "api_key_id": "standin",
        "client_ip": "192.0.2.1",
        "category": entry["categories"],
        "events": [_event(entry, kind) for kind in entry["events"]],
    }


def _event(entry: dict[str, Any], kind: str) -> dict[str, Any]:
    event = {
        "event": kind,
        "email": entry["to_email"],
        "sg_event_id": f"{entry['sg_message_id']}-{kind}",
        "timestamp": int(entry["at"]),
    }
    if kind == "received":
        return {
            **event,
            "recv_msgid": entry["message_id"],
            "recipient_count": 1,
            "size": 1,
            "client_ip": "192.0.2.1",
            "protocol": "HTTP",
        }
    event |= {"sg_message_id": entry["sg_message_id"], "smtp-id": "<1.standin@example.com>"}
    event["custom_args"] = entry["custom_args"]
    if kind in {"dropped", "cancel_drop"}:
        return {**event, "reason": entry["reason"]}
    if kind == "processed":
        return {**event, "send_at": entry["send_at"]} if entry["send_at"] else event
    return {**event, "ip": "192.0.2.2", "response": entry["reason"]}
