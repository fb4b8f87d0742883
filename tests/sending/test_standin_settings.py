"""What the stand-in says of its account, held against SendGrid's own description."""

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from jsonschema import Draft202012Validator

from tests.standin import Standin, schema
from tests.standin.settings import HOOK

DESCRIBED = [
    ("tsg_scopes_v3", "/v3/scopes"),
    ("tsg_user_v3", "/v3/user/credits"),
    ("tsg_verified_senders_v3", "/v3/verified_senders"),
    ("tsg_domain_authentication_v3", "/v3/whitelabel/domains"),
    ("tsg_suppressions_v3", "/v3/asm/groups"),
    ("tsg_webhooks_v3", "/v3/user/webhooks/event/settings/all"),
]

LIST = "ca7a3796-e8a8-4029-9ccb-df8937940562"
LIST_SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "minLength": 36, "maxLength": 36},
        "name": {"type": "string"},
        "contact_count": {"type": "integer"},
        "_metadata": {"type": "object", "properties": {"self": {"type": "string"}}},
    },
    "required": ["id", "name", "contact_count"],
}
"""The answer of `GET /v3/marketing/lists/{id}` in tsg_mc_lists_v3; it requires nothing there."""


def get(standin: Standin, path: str) -> tuple[int, Any]:
    request = Request(standin.url + path, headers={"Authorization": f"Bearer {standin.account.key}"})
    try:
        with urlopen(request, timeout=5) as response:
            return response.status, json.loads(response.read())
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def filled(standin: Standin) -> None:
    settings = standin.account.settings
    settings.domain("example.com", default=True)
    settings.domain("example.org", valid=False)
    settings.single("a@example.com")
    settings.hooks.append(HOOK)


@pytest.mark.skipif(not schema.available(), reason="PRODUCTHEAD_REFERENCE_DATA is not set")
@pytest.mark.parametrize(("file", "path"), DESCRIBED)
def test_answers_are_as_sendgrid_describes_them(sendgrid_server: Standin, file: str, path: str) -> None:
    for fill in (lambda _: None, filled):
        fill(sendgrid_server)
        status, body = get(sendgrid_server, path)
        assert (status, schema.answer_violations(file, path, body)) == (200, [])


def test_a_list_is_as_sendgrid_describes_it(sendgrid_server: Standin) -> None:
    sendgrid_server.account.contacts.add(LIST, ("a@example.org", "A", ""), ("b@example.org", "B", ""))
    sendgrid_server.account.contacts.add(LIST, ("c@example.org", "C", ""))
    status, body = get(sendgrid_server, f"/v3/marketing/lists/{LIST}")
    assert (status, body["contact_count"]) == (200, 3)
    assert list(Draft202012Validator(LIST_SCHEMA).iter_errors(body)) == []
    assert get(sendgrid_server, f"/v3/marketing/lists/{LIST[::-1]}")[0] == 404


@pytest.mark.skipif(not schema.available(), reason="PRODUCTHEAD_REFERENCE_DATA is not set")
def test_another_shape_is_a_violation() -> None:
    assert schema.answer_violations("tsg_user_v3", "/v3/user/credits", {"remain": "many"}) != []


def test_domains_come_in_pages(sendgrid_server: Standin) -> None:
    for number in range(3):
        sendgrid_server.account.settings.domain(f"d{number}.example.org")
    status, page = get(sendgrid_server, "/v3/whitelabel/domains?limit=2&offset=2")
    assert (status, [one["domain"] for one in page]) == (200, ["d2.example.org"])


@pytest.mark.parametrize(
    ("scope", "path"),
    [
        ("user.credits.read", "/v3/user/credits"),
        ("whitelabel.read", "/v3/whitelabel/domains"),
        ("tracking_settings.read", "/v3/tracking_settings"),
        ("mail_settings.read", "/v3/mail_settings"),
        ("user.settings.enforced_tls.read", "/v3/user/settings/enforced_tls"),
        ("user.webhooks.event.settings.read", "/v3/user/webhooks/event/settings/all"),
        ("marketing.read", f"/v3/marketing/lists/{LIST}"),
    ],
)
def test_a_question_needs_its_scope(sendgrid_server: Standin, scope: str, path: str) -> None:
    sendgrid_server.account.contacts.add(LIST)
    assert get(sendgrid_server, path)[0] == 200
    sendgrid_server.account.scopes.remove(scope)
    assert get(sendgrid_server, path)[0] == 403


def test_credits_are_counted_down(sendgrid_server: Standin) -> None:
    sendgrid_server.account.settings.plan, sendgrid_server.account.credits = 100, -5
    _, body = get(sendgrid_server, "/v3/user/credits")
    assert (body["remain"], body["used"], body["overage"]) == (0, 105, 5)
