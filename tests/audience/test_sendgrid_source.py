"""A list of SendGrid's Marketing contacts, by way of a real client against the stand-in."""

import gzip
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from producthead_mail.audience.recipient import Excluded, Recipient
from producthead_mail.audience.sendgrid_source import Contacts
from producthead_mail.audience.sources import Source, open_source
from producthead_mail.content.publication import AudienceSource, Mailbox, Publication
from producthead_mail.errors import InputError, MailError, OutsideError
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from tests.standin import Standin
from tests.standin.contacts import HEADER

LIST = "ca1ca9b2-6f00-4ab5-9d2c-0d1a6f7e4c11"
AGAIN = "run it again; if it stays so, export the list as CSV and name the file in audience.csv"
ADA = ("Ada@Example.org", "Ada", "tea")
BOB = ("bob@example.com", "Bob", "")


@pytest.fixture
def asking(sendgrid_server: Standin, tmp_path: Path) -> Callable[[], Source]:
    """Opens the list as an audience; what it says and how long it waits stands in `said` and `waited`."""
    api = SendGridApi(SendGridClient(sendgrid_server.account.key, sendgrid_server.url, 2), lambda _: None)
    sender = Mailbox("editor@example.com")
    publication = Publication(
        tmp_path / "publication.yaml", "P", "https://p.example.com", sender, ZoneInfo("UTC")
    )
    publication = replace(publication, audience=AudienceSource(sendgrid_list=LIST))
    contacts = Contacts(api, tmp_path / "cache", lambda _: None, lambda _: None)
    return lambda: open_source(publication, contacts)


def refusal(asking: Callable[[], Source], kind: type[MailError]) -> str:
    with pytest.raises(kind) as caught:
        list(asking().rows)
    return str(caught.value)


def test_contacts_are_recipients_with_their_fields_in_lower_case(
    sendgrid_server: Standin, asking: Callable[[], Source]
) -> None:
    contacts = sendgrid_server.account.contacts
    contacts.add(LIST, ADA, BOB, ("", "No address", ""), custom=["Favourite_Drink"])
    source = asking()
    assert source.name == f"SendGrid list {LIST}"
    assert source.columns == (*(name.lower() for name in HEADER), "favourite_drink")
    ada, bob, nobody = source.rows
    assert isinstance(ada, Recipient)
    assert (ada.email, ada.row, ada.fields["first_name"]) == ("Ada@example.org", 2, "Ada")
    assert ada.fields["favourite_drink"] == "tea"
    assert isinstance(bob, Recipient)
    assert isinstance(nobody, Excluded)
    assert (nobody.reason, nobody.row) == ("no address", 4)
    assert contacts.bodies == [{"list_ids": [LIST], "file_type": "csv"}]


@pytest.mark.parametrize("compressed", [True, False])
def test_several_files_are_one_audience(
    sendgrid_server: Standin, asking: Callable[[], Source], compressed: bool
) -> None:
    contacts = sendgrid_server.account.contacts
    contacts.compressed, contacts.count = compressed, 3
    contacts.add(LIST, ADA)
    contacts.add(LIST, BOB, ("carl@example.net", "Carl", ""))
    found = [(row.email, row.row) for row in asking().rows]
    assert found == [("Ada@example.org", 2), ("bob@example.com", 4), ("carl@example.net", 5)]


def test_no_download_stays_in_its_folder(
    sendgrid_server: Standin, asking: Callable[[], Source], tmp_path: Path
) -> None:
    sendgrid_server.account.contacts.add(LIST, ADA, BOB)
    rows = asking().rows
    next(rows)
    kept = [one for one in Path("/proc/self/fd").iterdir() if os.path.realpath(one).startswith(str(tmp_path))]
    assert [one.stat().st_mode & 0o777 for one in kept] == [0o600, 0o600]  # the file and its reader
    assert list((tmp_path / "cache").iterdir()) == []
    rows.close()
    assert not [one for one in kept if one.exists()]


def test_the_wait_for_an_export_ends(sendgrid_server: Standin, asking: Callable[[], Source]) -> None:
    contacts = sendgrid_server.account.contacts
    contacts.add(LIST, ADA)
    contacts.pending = 5
    assert len(list(asking().rows)) == 1
    contacts.pending = 100_000
    assert refusal(asking, OutsideError) == (
        f"SendGrid list {LIST}: its export is not ready after 15 minutes; {AGAIN}"
    )
    assert sum(path.endswith("/export2") for _, path in sendgrid_server.seen) == 116


def test_a_list_that_is_unknown_or_empty_is_a_fault_of_the_file(
    sendgrid_server: Standin, asking: Callable[[], Source], tmp_path: Path
) -> None:
    assert refusal(asking, InputError) == (
        f"{tmp_path}/publication.yaml: audience.sendgrid_list: SendGrid answered 404: list not found; "
        f"is {LIST} a list of this account? Its page in SendGrid has its id in the address"
    )
    empty = (
        f"{tmp_path}/publication.yaml: SendGrid list {LIST} has no contacts; "
        "add contacts to it, or name another list in audience.sendgrid_list"
    )
    sendgrid_server.account.contacts.lists[LIST] = []
    assert refusal(asking, InputError) == empty
    sendgrid_server.account.contacts.add(LIST)
    assert refusal(asking, InputError) == empty


def test_a_key_without_the_right_is_told_which(
    sendgrid_server: Standin, asking: Callable[[], Source]
) -> None:
    sendgrid_server.account.scopes.remove("marketing.read")
    assert refusal(asking, OutsideError) == (
        "POST /v3/marketing/contacts/exports: SendGrid answered 403: access forbidden; "
        "give the key the scope marketing.read"
    )
    sendgrid_server.account.key = "SG.other"
    assert refusal(asking, OutsideError).startswith(
        "POST /v3/marketing/contacts/exports: SendGrid answered 401"
    )


def test_an_export_that_fails_says_why(sendgrid_server: Standin, asking: Callable[[], Source]) -> None:
    sendgrid_server.account.contacts.add(LIST, ADA)
    sendgrid_server.account.contacts.failure = "internal\nerror"
    assert (
        refusal(asking, OutsideError) == f"SendGrid list {LIST}: its export failed: internal error; {AGAIN}"
    )


def test_an_address_that_expired_is_told_without_its_signature(
    sendgrid_server: Standin, asking: Callable[[], Source]
) -> None:
    sendgrid_server.account.contacts.add(LIST, ADA)
    sendgrid_server.account.contacts.expired = True
    assert refusal(asking, OutsideError) == (
        f"SendGrid list {LIST}: 127.0.0.1 answered 403 to the download of its export, "
        f"since its address may be used for some hours only; {AGAIN}"
    )


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("http://downloads.example.com/a?X-Amz-Signature=s3cret", "plain http to downloads.example.com, "),
        ("file:///etc/passwd", "not an http or https URL; "),
    ],
)
def test_an_address_that_nothing_should_be_fetched_from_is_refused(
    sendgrid_server: Standin, asking: Callable[[], Source], address: str, fault: str
) -> None:
    sendgrid_server.account.contacts.add(LIST, ADA)
    sendgrid_server.account.contacts.addresses = [address]
    words = refusal(asking, OutsideError)
    assert words.startswith(f"SendGrid list {LIST}: SendGrid gives no usable address of its export: {fault}")
    assert "s3cret" not in words


def test_a_redirect_is_not_followed(sendgrid_server: Standin, asking: Callable[[], Source]) -> None:
    sendgrid_server.account.contacts.add(LIST, ADA)
    sendgrid_server.account.contacts.moved = True
    assert refusal(asking, OutsideError) == (
        f"SendGrid list {LIST}: 127.0.0.1 answered 302 to the download of its export; {AGAIN}"
    )


def test_a_host_that_is_away_is_told(sendgrid_server: Standin, asking: Callable[[], Source]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sendgrid_server.account.contacts.add(LIST, ADA)
    sendgrid_server.account.contacts.addresses = [f"http://127.0.0.1:{port}/a?X-Amz-Signature=s3cret"]
    assert refusal(asking, OutsideError) == (
        f"SendGrid list {LIST}: the download of its export broke off: "
        f"ConnectionRefusedError [Errno 111] Connection refused; {AGAIN}"
    )


def test_a_download_cut_short_is_no_audience(sendgrid_server: Standin, asking: Callable[[], Source]) -> None:
    contacts = sendgrid_server.account.contacts
    contacts.add(LIST, ADA, BOB)
    contacts.truncated = True
    assert "the download of its export ended after" in refusal(asking, OutsideError)
    contacts.truncated, contacts.compressed = False, False
    whole = contacts.lists[LIST][0]
    contacts.lists[LIST] = [gzip.compress(whole)[:-9]]
    assert refusal(asking, OutsideError) == (
        f"SendGrid list {LIST}: the download of its export is damaged or cut short; {AGAIN}"
    )


def test_contacts_that_did_not_come_are_missed(
    sendgrid_server: Standin, asking: Callable[[], Source]
) -> None:
    sendgrid_server.account.contacts.add(LIST, ADA, BOB)
    sendgrid_server.account.contacts.count = 3
    assert refusal(asking, OutsideError) == f"SendGrid list {LIST}: 2 of 3 contacts came; {AGAIN}"


def test_a_huge_cell_is_one_contact_that_gets_nothing(
    sendgrid_server: Standin, asking: Callable[[], Source]
) -> None:
    sendgrid_server.account.contacts.add(LIST, ("a@example.org", "x" * 200_000, ""), BOB)
    huge, bob = asking().rows
    assert isinstance(huge, Excluded)
    assert huge.reason == "not a CSV row: field larger than field limit (131072)"
    assert isinstance(bob, Recipient)


def test_what_is_wrong_within_a_file_names_the_list(
    sendgrid_server: Standin, asking: Callable[[], Source]
) -> None:
    contacts = sendgrid_server.account.contacts
    contacts.lists[LIST] = [b"EMAIL,MAIL\na@example.org,b@example.org\n"]
    assert refusal(asking, InputError) == (
        f"SendGrid list {LIST}:1: columns 1 and 2 are both `email`; "
        "mend it in SendGrid, or export the list as CSV, mend that and name the file in audience.csv"
    )
    contacts.lists[LIST] = [b"EMAIL,A\na@example.org,1\n", b"EMAIL,B\nb@example.org,2\n"]
    assert refusal(asking, OutsideError) == (
        f"SendGrid list {LIST}: the files of its export differ in columns; {AGAIN}"
    )


def test_a_full_disk_is_told_with_its_folder(
    sendgrid_server: Standin, asking: Callable[[], Source], tmp_path: Path
) -> None:
    sendgrid_server.account.contacts.add(LIST, ADA)
    (tmp_path / "cache").write_text("")
    assert refusal(asking, OutsideError) == (
        f"{tmp_path}/cache: File exists; make room there and run it again"
    )
