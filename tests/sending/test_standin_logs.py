import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.sending.test_standin import call, mail, words
from tests.standin import Standin, schema

EMAIL = "o'neil@example.org"


def messages(standin: Standin, query: str, limit: int = 10) -> list[dict[str, Any]]:
    status, answer = call(standin.url, "POST", "/v3/logs", {"query": query, "limit": limit})
    assert status == 200, answer
    return answer["messages"]


def accept(standin: Standin, **more: Any) -> None:
    part = {"to": [{"email": EMAIL}], "substitutions": {"PHX": "Ada"}, "custom_args": {"batch": "1-1"}}
    body = mail(personalizations=[part], subject="For PHX", **more)
    assert call(standin.url, "POST", "/v3/mail/send", body)[0] == 202


def test_what_was_accepted_is_found_by_address_and_time(sendgrid_server: Standin) -> None:
    accept(sendgrid_server)
    (found,) = messages(
        sendgrid_server,
        f'to_email = "{EMAIL}" AND sg_message_id_created_at > TIMESTAMP "2024-01-01T00:00:00Z"',
    )
    assert (found["to_email"], found["subject"], found["status"]) == (EMAIL, "For Ada", "delivered")
    status, detail = call(sendgrid_server.url, "GET", f"/v3/logs/{found['sg_message_id']}")
    assert (status, detail["custom_args"]) == (200, {"batch": "1-1"})
    assert found["sg_message_id"].startswith(sendgrid_server.account.accepted[0].message_id + ".")


@pytest.mark.parametrize(
    "query",
    [
        'to_email = "someone@example.org"',
        'to_email = "O\'NEIL@example.org"',
        'sg_message_id_created_at > TIMESTAMP "2124-01-01T00:00:00Z"',
        "status IN ('bounced', 'blocked')",
        'subject = "For PHX"',
    ],
)
def test_what_does_not_match_is_not_found(sendgrid_server: Standin, query: str) -> None:
    accept(sendgrid_server)
    assert messages(sendgrid_server, query) == []


@pytest.mark.parametrize(
    "query",
    [
        f"to_email = '{EMAIL}'",
        'to_email IN ("a@example.org")',
        'to_email = "a@example.org" OR to_email = "b@example.org"',
        'custom_args = "x"',
        'sg_message_id_created_at > "2024-01-01T00:00:00Z"',
        'to_email = "a@example.org" AND',
    ],
)
def test_a_query_outside_the_grammar_is_refused(sendgrid_server: Standin, query: str) -> None:
    status, _, field = words(call(sendgrid_server.url, "POST", "/v3/logs", {"query": query}))
    assert (status, field) == (400, "query")


def test_the_limit_holds(sendgrid_server: Standin) -> None:
    for _ in range(3):
        accept(sendgrid_server)
    assert len(messages(sendgrid_server, f'to_email = "{EMAIL}"', 2)) == 2
    assert call(sendgrid_server.url, "POST", "/v3/logs", {"query": "", "limit": 1001})[0] == 400


def test_the_logs_come_late_or_not_at_all(sendgrid_server: Standin) -> None:
    accept(sendgrid_server)
    sendgrid_server.account.log_delay = 60
    assert messages(sendgrid_server, f'to_email = "{EMAIL}"') == []
    sendgrid_server.account.scopes.remove("email_activity.read")
    assert words(call(sendgrid_server.url, "POST", "/v3/logs", {}))[:2] == (403, "access forbidden")
    assert call(sendgrid_server.url, "GET", "/v3/logs/x")[0] == 403


def test_an_unknown_message_is_not_found(sendgrid_server: Standin) -> None:
    assert call(sendgrid_server.url, "GET", "/v3/logs/x")[0] == 404
    assert call(sendgrid_server.url, "GET", "/v3/logs/a.recvd-standin-1-7.0")[0] == 404


def test_cancelled_mail_is_dropped_at_its_hour(sendgrid_server: Standin) -> None:
    account = sendgrid_server.account
    group = account.new_batch()
    accept(sendgrid_server, batch_id=group, send_at=int(time.time()) + 600)
    account.scheduled[group] = "cancel"
    (found,) = messages(sendgrid_server, f'to_email = "{EMAIL}"')
    assert found["status"] == "processed"
    accept(sendgrid_server, batch_id=group, send_at=int(time.time()) - 1)
    found = messages(sendgrid_server, f'to_email = "{EMAIL}"')[0]
    _, detail = call(sendgrid_server.url, "GET", f"/v3/logs/{found['sg_message_id']}")
    assert (found["status"], detail["events"][-1]["event"]) == ("dropped", "cancel_drop")


@pytest.mark.skipif(not schema.available(), reason="no copy of SendGrid's OpenAPI documents here")
def test_answers_are_as_the_openapi_document_says(sendgrid_server: Standin) -> None:
    from jsonschema import Draft202012Validator

    path = Path(os.environ[schema.VARIABLE]) / "sendgrid-openapi/tsg_logs_v3.json"
    components = json.loads(path.read_text(encoding="utf-8"))["components"]

    def faults(answer: Any, name: str) -> list[str]:
        described = {"$ref": f"#/components/schemas/{name}", "components": components}
        return [fault.message for fault in Draft202012Validator(described).iter_errors(answer)]

    sendgrid_server.account.suppress("bounces", "a@example.org")
    call(sendgrid_server.url, "POST", "/v3/mail/send", mail())
    accept(sendgrid_server, send_at=int(time.time()) + 600)
    accept(sendgrid_server)
    _, answer = call(sendgrid_server.url, "POST", "/v3/logs", {"query": ""})
    assert [one["status"] for one in answer["messages"]] == ["delivered", "processed", "dropped"]
    assert faults(answer, "EmailLogsGetMessagesByFilterResponse") == []
    for one in answer["messages"]:
        _, detail = call(sendgrid_server.url, "GET", f"/v3/logs/{one['sg_message_id']}")
        assert faults(detail, "EmailLogsGetMessageByIdResponse") == []
