import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.standin import Fault, Kind, Standin, schema

ROOT = Path(__file__).parent.parent.parent


def call(url: str, method: str, path: str, body: Any = None, key: str = "SG.standin") -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = Request(url + path, data, headers, method=method)
    try:
        with urlopen(request, timeout=5) as response:
            text = response.read()
            return response.status, json.loads(text) if text else None
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def mail(**more: Any) -> dict[str, Any]:
    return {
        "personalizations": [{"to": [{"email": "a@example.org"}], "custom_args": {"batch": "b1"}}],
        "from": {"email": "b@example.com"},
        "subject": "Hi",
        "content": [{"type": "text/plain", "value": "t"}],
        **more,
    }


def words(answer: tuple[int, Any]) -> tuple[int, str, str | None]:
    status, body = answer
    return status, body["errors"][0]["message"], body["errors"][0]["field"]


def test_it_keeps_what_it_accepts(sendgrid_server: Standin) -> None:
    assert call(sendgrid_server.url, "POST", "/v3/mail/send", mail()) == (202, None)
    found = sendgrid_server.account.accepted[0]
    assert (found.email, found.custom_args) == ("a@example.org", {"batch": "b1"})
    assert sendgrid_server.account.counts() == {"a@example.org": 1}


def test_it_refuses_as_sendgrid_does(sendgrid_server: Standin) -> None:
    url, account = sendgrid_server.url, sendgrid_server.account
    twice = mail(personalizations=[{"to": [{"email": "a@example.org"}, {"email": "A@example.org"}]}])
    status, message, field = words(call(url, "POST", "/v3/mail/send", twice))
    assert (status, field) == (400, "personalizations.0")
    assert "first duplicate instance of [a@example.org] in the personalizations.0.to field" in message
    assert words(call(url, "POST", "/v3/mail/send", b"{")) == (400, "Bad Request", None)
    assert call(url, "POST", "/v3/mail/send", b"\xff")[0] == 415
    assert call(url, "POST", "/v3/mail/send", mail(batch_id="other"))[0] == 400
    assert call(url, "POST", "/v3/mail/send", mail(), key="no")[0] == 401
    account.senders = {"c@example.com"}
    assert words(call(url, "POST", "/v3/mail/send", mail()))[::2] == (403, "from")
    account.senders, account.credits = None, 0
    assert words(call(url, "POST", "/v3/mail/send", mail())) == (401, "Maximum credits exceeded", None)
    account.scopes.remove("mail.send")
    assert words(call(url, "POST", "/v3/mail/send", mail())) == (403, "access forbidden", None)
    assert account.accepted == []


def test_a_cancelled_group_is_never_delivered(sendgrid_server: Standin) -> None:
    url, account = sendgrid_server.url, sendgrid_server.account
    status, answer = call(url, "POST", "/v3/mail/batch")
    group = answer["batch_id"]
    later = int(time.time()) + 3600
    assert status == 201
    assert call(url, "GET", f"/v3/mail/batch/{group}")[0] == 200
    call(url, "POST", "/v3/mail/send", mail(batch_id=group, send_at=later))
    assert call(url, "GET", f"/v3/user/scheduled_sends/{group}") == (200, [])
    cancel = {"batch_id": group, "status": "cancel"}
    assert call(url, "POST", "/v3/user/scheduled_sends", cancel) == (201, cancel)
    assert call(url, "POST", "/v3/user/scheduled_sends", cancel)[0] == 400
    assert call(url, "GET", f"/v3/user/scheduled_sends/{group}") == (200, [cancel])
    call(url, "POST", "/v3/mail/send", mail(batch_id=group, send_at=later))  # a request that was late
    assert (len(account.accepted), account.delivered()) == (2, [])
    assert call(url, "DELETE", f"/v3/user/scheduled_sends/{group}") == (204, None)
    assert len(account.delivered()) == 2


def test_ten_groups_at_most_are_cancelled(sendgrid_server: Standin) -> None:
    answers = []
    for _ in range(11):
        group = sendgrid_server.account.new_batch()
        body = {"batch_id": group, "status": "cancel"}
        answers.append(call(sendgrid_server.url, "POST", "/v3/user/scheduled_sends", body)[0])
    assert answers == [201] * 10 + [400]


def test_suppressions(sendgrid_server: Standin) -> None:
    url, account = sendgrid_server.url, sendgrid_server.account
    for number in range(3):
        account.suppress("bounces", f"a{number}@example.org")
    account.groups[5] = {"b@example.org"}
    status, page = call(url, "GET", "/v3/suppression/bounces?limit=2&offset=1")
    assert (status, [one["email"] for one in page]) == (200, ["a1@example.org", "a2@example.org"])
    assert call(url, "GET", "/v3/suppression/bounces?limit=501")[0] == 400
    assert call(url, "GET", "/v3/asm/groups/5/suppressions") == (200, ["b@example.org"])
    search = {"recipient_emails": ["a@example.org", "b@example.org"]}
    assert call(url, "POST", "/v3/asm/groups/5/suppressions/search", search) == (200, ["b@example.org"])
    assert call(url, "GET", "/v3/nothing")[0] == 404
    assert call(url, "PUT", "/v3/scopes")[0] == 405


def test_faults_happen_once_in_order(sendgrid_server: Standin) -> None:
    sendgrid_server.script([Fault(Kind.STATUS, status=503), None, Kind.FAILED_ACCEPTED])
    answers = [call(sendgrid_server.url, "POST", "/v3/mail/send", mail())[0] for _ in range(4)]
    assert answers == [503, 202, 500, 202]
    assert len(sendgrid_server.account.accepted) == 3


@pytest.mark.skipif(not schema.available(), reason="PRODUCTHEAD_REFERENCE_DATA is not set")
def test_bodies_are_held_against_the_description(sendgrid_server: Standin) -> None:
    call(sendgrid_server.url, "POST", "/v3/mail/send", mail())
    assert sendgrid_server.schema_violations == []
    call(sendgrid_server.url, "POST", "/v3/mail/send", mail(send_at="tomorrow"))
    assert sendgrid_server.schema_violations != []


def test_in_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "tests.standin", "--key", "SG.own"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().strip()
            assert call(url, "POST", "/standin/script", [{"kind": "status", "status": 503}]) == (200, {})
            answers = [call(url, "POST", "/v3/mail/send", mail(), key="SG.own")[0] for _ in range(2)]
            assert answers == [503, 202]
            assert call(url, "GET", "/standin/counts") == (200, {"a@example.org": 1})
        finally:
            process.terminate()
