"""The stand-in's exports of contacts, held against what SendGrid and S3 document of theirs.

Names and values are those of its OpenAPI document tsg_mc_contacts_v3 (`ContactExport`, `ContactsError`).
"""

import gzip
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.sending.test_standin import call, words
from tests.standin import Standin

LIST = "ca1ca9b2-6f00-4ab5-9d2c-0d1a6f7e4c11"
EXPORTS = "/v3/marketing/contacts/exports"
REQUIRED = {"id", "status", "created_at", "updated_at", "expires_at"}
KNOWN = REQUIRED | {"completed_at", "urls", "message", "_metadata", "contact_count"}


def test_an_export_is_pending_then_ready_with_addresses(sendgrid_server: Standin) -> None:
    contacts = sendgrid_server.account.contacts
    contacts.add(LIST, ("ada@example.org", "Ada", ""))
    contacts.count = 1
    status, begun = call(sendgrid_server.url, "POST", EXPORTS, {"list_ids": [LIST], "file_type": "csv"})
    assert (status, set(begun)) == (202, {"_metadata", "id"})
    states = []
    for _ in range(2):
        status, document = call(sendgrid_server.url, "GET", f"{EXPORTS}/{begun['id']}")
        assert status == 200
        assert REQUIRED <= set(document) <= KNOWN
        states.append(document["status"])
    assert (states, document["contact_count"]) == (["pending", "ready"], 1)
    with urlopen(document["urls"][0], timeout=5) as response:
        assert gzip.decompress(response.read()).startswith(b"CONTACT_ID,EMAIL,FIRST_NAME,")


def test_a_failure_has_a_message(sendgrid_server: Standin) -> None:
    contacts = sendgrid_server.account.contacts
    contacts.add(LIST)
    contacts.pending, contacts.failure = 0, "no"
    _, begun = call(sendgrid_server.url, "POST", EXPORTS, {"list_ids": [LIST]})
    _, document = call(sendgrid_server.url, "GET", f"{EXPORTS}/{begun['id']}")
    assert REQUIRED <= set(document) <= KNOWN
    assert (document["status"], document["message"]) == ("failure", "no")


def test_what_is_unknown_or_not_allowed_is_refused(sendgrid_server: Standin) -> None:
    url = sendgrid_server.url
    assert words(call(url, "POST", EXPORTS, {"list_ids": [LIST]})) == (404, "list not found", "list_ids")
    assert call(url, "GET", f"{EXPORTS}/none")[0] == 404
    assert call(url, "POST", EXPORTS, {"file_type": "xml"})[0] == 400
    assert call(url, "PUT", EXPORTS)[0] == 405
    sendgrid_server.account.scopes.remove("marketing.read")
    assert call(url, "POST", EXPORTS, {"list_ids": [LIST]})[0] == 403


@pytest.mark.parametrize(
    ("change", "headers", "status", "code"),
    [
        ("", {"Authorization": "Bearer SG.standin"}, 400, b"InvalidArgument"),
        ("x", {}, 403, b"SignatureDoesNotMatch"),
    ],
)
def test_a_signed_address_takes_no_key_and_no_other_signature(
    sendgrid_server: Standin, change: str, headers: dict[str, str], status: int, code: bytes
) -> None:
    contacts = sendgrid_server.account.contacts
    contacts.add(LIST)
    contacts.pending = 0
    _, begun = call(sendgrid_server.url, "POST", EXPORTS, {"list_ids": [LIST]})
    _, document = call(sendgrid_server.url, "GET", f"{EXPORTS}/{begun['id']}")
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(document["urls"][0] + change, headers=headers), timeout=5)
    with caught.value:
        assert (caught.value.code, code in caught.value.read()) == (status, True)
