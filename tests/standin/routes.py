"""The endpoints beside mail/send: groups of scheduled mail, suppressions, the account."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.standin import contacts, logs, settings
from tests.standin.account import CANCELLED_AT_ONCE, KINDS, Account
from tests.standin.rules import error

Answer = tuple[int, Any]
Handler = Callable[[Account, re.Match[str], Any, dict[str, str]], Answer]


def answer(account: Account, method: str, target: str, body: Any) -> Answer:
    """Status and JSON of any endpoint but mail/send."""
    parts = urlsplit(target)
    if parts.path in account.settings.broken:
        return account.settings.broken[parts.path], _errors("internal server error")
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    allowed = False
    for verb, pattern, handler in ROUTES:
        if found := re.fullmatch(pattern, parts.path):
            allowed = True
            if verb == method:
                with account.lock:
                    return handler(account, found, body, query)
    return (405, _errors("method not allowed")) if allowed else (404, _errors("not found"))


def _errors(message: str, field: str | None = None) -> dict[str, Any]:
    return {"errors": [error(message, field)]}


def _new_batch(account: Account, _: re.Match[str], __: Any, ___: Any) -> Answer:
    return 201, {"batch_id": account.new_batch()}


def _batch(account: Account, found: re.Match[str], _: Any, __: Any) -> Answer:
    if found[1] in account.batch_ids:
        return 200, {"batch_id": found[1]}
    return 400, _errors("invalid batch id", "batch_id")


def _all_scheduled(account: Account, _: re.Match[str], __: Any, ___: Any) -> Answer:
    return 200, [{"batch_id": key, "status": status} for key, status in account.scheduled.items()]


def _scheduled(account: Account, found: re.Match[str], _: Any, __: Any) -> Answer:
    status = account.scheduled.get(found[1])
    return 200, [{"batch_id": found[1], "status": status}] if status else []


def _schedule(account: Account, _: re.Match[str], body: Any, __: Any) -> Answer:
    batch_id, status = body.get("batch_id"), body.get("status")
    if batch_id not in account.batch_ids:
        return 400, _errors("invalid batch id", "batch_id")
    if status not in {"pause", "cancel"}:
        return 400, _errors("status must be either cancel or pause", "status")
    if batch_id in account.scheduled:
        return 400, _errors("a status for this batch id exists, try PATCH to update the status", None)
    if len(account.scheduled) >= CANCELLED_AT_ONCE:
        return 400, _errors("the maximum number of paused and cancelled batches has been reached", None)
    account.scheduled[batch_id] = status
    return 201, {"batch_id": batch_id, "status": status}


def _reschedule(account: Account, found: re.Match[str], body: Any, _: Any) -> Answer:
    if found[1] not in account.scheduled:
        return 404, _errors("batch id not found")
    if body.get("status") not in {"pause", "cancel"}:
        return 400, _errors("status must be either cancel or pause", "status")
    account.scheduled[found[1]] = body["status"]
    return 204, None


def _unschedule(account: Account, found: re.Match[str], _: Any, __: Any) -> Answer:
    if account.scheduled.pop(found[1], None) is None:
        return 404, _errors("batch id not found")
    return 204, None


def _suppressions(account: Account, found: re.Match[str], _: Any, query: dict[str, str]) -> Answer:
    limit, offset = int(query.get("limit", 500)), int(query.get("offset", 0))
    if not 0 < limit <= 500:
        return 400, _errors("limit must be between 1 and 500", "limit")
    since = int(query.get("start_time", 0))
    listed = [one for one in account.suppressed[found[1]] if one["created"] >= since]
    return 200, sorted(listed, key=lambda one: -one["created"])[offset : offset + limit]


def _global(account: Account, found: re.Match[str], _: Any, __: Any) -> Answer:
    email = unquote(found[1])
    return 200, {"recipient_email": email} if email in account.unsubscribed else {}


def _add_global(account: Account, _: re.Match[str], body: Any, __: Any) -> Answer:
    account.unsubscribed.update(body["recipient_emails"])
    return 201, {"recipient_emails": body["recipient_emails"]}


def _groups(account: Account, _: re.Match[str], __: Any, ___: Any) -> Answer:
    return 200, [
        {
            "id": key,
            "name": f"group {key}",
            "description": "Readers of the newsletter",
            "is_default": False,
            "unsubscribes": len(left),
        }
        for key, left in account.groups.items()
    ]


def _group(account: Account, found: re.Match[str], _: Any, __: Any) -> Answer:
    group = int(found[1])
    if group not in account.groups:
        return 404, _errors("group not found")
    return 200, sorted(account.groups[group])


def _add_group(account: Account, found: re.Match[str], body: Any, _: Any) -> Answer:
    account.groups.setdefault(int(found[1]), set()).update(body["recipient_emails"])
    return 201, {"recipient_emails": body["recipient_emails"]}


def _search_group(account: Account, found: re.Match[str], body: Any, _: Any) -> Answer:
    left = account.groups.get(int(found[1]), set())
    return 200, [email for email in body["recipient_emails"] if email in left]


def _scopes(account: Account, _: re.Match[str], __: Any, ___: Any) -> Answer:
    return 200, {"scopes": account.scopes}


def _logs(account: Account, _: re.Match[str], body: Any, __: Any) -> Answer:
    return logs.search(account, body)


def _log(account: Account, found: re.Match[str], _: Any, __: Any) -> Answer:
    return logs.detail(account, unquote(found[1]))


def _export(account: Account, _: re.Match[str], body: Any, __: Any) -> Answer:
    if contacts.SCOPE not in account.scopes:
        return 403, _errors("access forbidden")
    if body.get("file_type", "csv") not in {"csv", "json"}:
        return 400, _errors("invalid file type", "file_type")
    export = account.contacts.start(body)
    if export is None:
        return 404, _errors("list not found", "list_ids")
    return 202, {"_metadata": {"self": f"{account.url}/v3/marketing/contacts/exports/{export}"}, "id": export}


def _list(account: Account, found: re.Match[str], _: Any, __: Any) -> Answer:
    if contacts.SCOPE not in account.scopes:
        return 403, _errors("access forbidden")
    document = account.contacts.listed(found[1], account.url)
    return (200, document) if document else (404, [error("list not found", None)])


def _exported(account: Account, found: re.Match[str], _: Any, __: Any) -> Answer:
    document = account.contacts.status(found[1], account.url)
    return (200, document) if document else (404, _errors("export not found"))


ROUTES: list[tuple[str, str, Handler]] = [
    ("POST", "/v3/mail/batch", _new_batch),
    ("GET", "/v3/mail/batch/([^/]+)", _batch),
    ("GET", "/v3/user/scheduled_sends", _all_scheduled),
    ("POST", "/v3/user/scheduled_sends", _schedule),
    ("GET", "/v3/user/scheduled_sends/([^/]+)", _scheduled),
    ("PATCH", "/v3/user/scheduled_sends/([^/]+)", _reschedule),
    ("DELETE", "/v3/user/scheduled_sends/([^/]+)", _unschedule),
    ("GET", f"/v3/suppression/({'|'.join(KINDS)})", _suppressions),
    ("GET", "/v3/asm/suppressions/global/([^/]+)", _global),
    ("POST", "/v3/asm/suppressions/global", _add_global),
    ("GET", "/v3/asm/groups", _groups),
    ("GET", r"/v3/asm/groups/(\d+)/suppressions", _group),
    ("POST", r"/v3/asm/groups/(\d+)/suppressions", _add_group),
    ("POST", r"/v3/asm/groups/(\d+)/suppressions/search", _search_group),
    ("GET", "/v3/scopes", _scopes),
    ("POST", "/v3/marketing/contacts/exports", _export),
    ("GET", "/v3/marketing/contacts/exports/([^/]+)", _exported),
    ("GET", "/v3/marketing/lists/([^/]+)", _list),
    ("POST", "/v3/logs", _logs),
    ("GET", "/v3/logs/([^/]+)", _log),
    *settings.ROUTES,
]
