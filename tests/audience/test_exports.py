"""Exports of other services: known by their headers, and nobody in who left."""

# ruff: noqa: E501 - rows of a table, each a text and what becomes of it

import pytest

from producthead_mail.audience.address import recipient_id
from producthead_mail.audience.exports import Left, lenient_names, recognise
from producthead_mail.audience.ids import IdSet
from producthead_mail.errors import InputError

MAILCHIMP = (
    "Email Address,First Name,Last Name,Birthday,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,"
    "LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,{}LAST_CHANGED,LEID,EUID,NOTES,TAGS"
)
UNSUBSCRIBED = MAILCHIMP.format(
    "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,"
)
CLEANED = MAILCHIMP.format("CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,")
SUBSCRIBED = MAILCHIMP.format("")
SUBSTACK = "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at"
GHOST = "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,tiers"
BUTTONDOWN = "email,notes,metadata,tags,referrer_url,creation_date,secondary_id,subscriber_type,source"
BUTTONDOWN_NOW = "email_address,type,creation_date,metadata,tags,unsubscription_date,undeliverability_date,undeliverability_reason"
SENDGRID = (
    "EMAIL,FIRST_NAME,LAST_NAME,ADDRESS_LINE_1,ADDRESS_LINE_2,CITY,STATE_PROVINCE_REGION,POSTAL_CODE,COUNTRY,"
    "ALTERNATE_EMAILS,PHONE_NUMBER,WHATSAPP,LINE,FACEBOOK,UNIQUE_NAME,CREATED_AT,UPDATED_AT,CONTACT_ID,plan"
)


def judged(header: str, file: str = "export.csv", **cells: str) -> tuple[str, Left | None]:
    """The service that a header is of, and what becomes of a row with these cells."""
    names = lenient_names(header.split(","), file, 1)
    export = recognise(names, file)
    assert export is not None
    return export.service, export.judge(dict.fromkeys(names, "") | cells)


@pytest.mark.parametrize(
    ("header", "file", "cells", "expected"),
    [
        (SUBSCRIBED, "subscribed_email_audience_export_1a2b.csv", {}, ("Mailchimp", None)),
        (SUBSCRIBED, "list.csv", {"confirm_time": "2023-01-01 10:00:00"}, ("Mailchimp", None)),
        (SUBSCRIBED, "list.csv", {}, ("Mailchimp", Left.UNCONFIRMED)),
        (SUBSCRIBED, "nonsubscribed_email_audience_export_1a2b.csv", {"optin_time": "x"}, ("Mailchimp, contacts who never subscribed", Left.NEVER_SUBSCRIBED)),
        (UNSUBSCRIBED, "list.csv", {"optin_time": "x"}, ("Mailchimp, unsubscribed contacts", Left.UNSUBSCRIBED)),
        (UNSUBSCRIBED, "subscribed_members.csv", {}, ("Mailchimp, unsubscribed contacts", Left.UNSUBSCRIBED)),
        (SUBSCRIBED, "unsubscribed_members_export.csv", {}, ("Mailchimp, unsubscribed contacts", Left.UNSUBSCRIBED)),
        (CLEANED, "list.csv", {}, ("Mailchimp, cleaned contacts", Left.BOUNCED)),
        (SUBSCRIBED, "zip/cleaned_members_export.csv", {}, ("Mailchimp, cleaned contacts", Left.BOUNCED)),
        (SUBSCRIBED + ",Status", "subscribed_x.csv", {"status": "Pending"}, ("Mailchimp", Left.UNCONFIRMED)),
        (SUBSTACK, "email_list.kiln.csv", {"email_disabled": "false"}, ("Substack", None)),
        (SUBSTACK, "email_list.kiln.csv", {"email_disabled": "true", "active_subscription": "true"}, ("Substack", Left.DISABLED)),
        (SUBSTACK, "email_list.kiln.csv", {}, ("Substack", Left.UNKNOWN)),
        ("Email,Name,active_subscription,expiry,created_at", "x.csv", {}, ("Substack", Left.UNKNOWN)),
        (GHOST, "members.csv", {"subscribed_to_emails": "true"}, ("Ghost", None)),
        (GHOST, "members.csv", {"subscribed_to_emails": "false"}, ("Ghost", Left.UNSUBSCRIBED)),
        (GHOST, "members.csv", {"subscribed_to_emails": "true", "deleted_at": "2024-01-01"}, ("Ghost", Left.DELETED)),
        (GHOST, "members.csv", {}, ("Ghost", Left.UNKNOWN)),
        (BUTTONDOWN, "x.csv", {"subscriber_type": "regular"}, ("Buttondown", None)),
        (BUTTONDOWN, "x.csv", {"subscriber_type": "past_due"}, ("Buttondown", None)),
        (BUTTONDOWN, "x.csv", {"subscriber_type": "unactivated"}, ("Buttondown", Left.UNCONFIRMED)),
        (BUTTONDOWN, "x.csv", {"subscriber_type": "unsubscribed"}, ("Buttondown", Left.UNSUBSCRIBED)),
        (BUTTONDOWN, "x.csv", {"subscriber_type": "undeliverable"}, ("Buttondown", Left.BOUNCED)),
        (BUTTONDOWN, "x.csv", {"subscriber_type": "complained"}, ("Buttondown", Left.COMPLAINED)),
        (BUTTONDOWN, "x.csv", {"subscriber_type": "removed"}, ("Buttondown", Left.DELETED)),
        (BUTTONDOWN, "x.csv", {"subscriber_type": "something new"}, ("Buttondown", Left.UNKNOWN)),
        (BUTTONDOWN, "x.csv", {"subscriber_type": "paused"}, ("Buttondown", None)),
        (BUTTONDOWN, "x.csv", {"subscriber_type": "unpaid"}, ("Buttondown", Left.UNKNOWN)),
        (BUTTONDOWN, "x.csv", {"subscriber_type": "spammy"}, ("Buttondown", Left.DISABLED)),
        (BUTTONDOWN_NOW, "x.csv", {"type": "regular"}, ("Buttondown", None)),
        (BUTTONDOWN_NOW, "x.csv", {"type": "regular", "unsubscription_date": "2024-01-01"}, ("Buttondown", Left.UNSUBSCRIBED)),
        (BUTTONDOWN_NOW, "x.csv", {"type": "regular", "undeliverability_date": "2024-01-01"}, ("Buttondown", Left.BOUNCED)),
        ("email,creation_date", "export/unsubscribers.csv", {}, ("people who left, by the file's name", Left.UNSUBSCRIBED)),
        (SENDGRID, "x.csv", {}, ("SendGrid", None)),
        ("email,created", "suppression_unsubscribes.csv", {}, ("SendGrid, suppressions", Left.UNSUBSCRIBED)),
        ("status,reason,email,created", "suppression_bounces.csv", {}, ("SendGrid, suppressions", Left.BOUNCED)),
        ("ip,email,created", "suppression_spam_reports.csv", {}, ("SendGrid, suppressions", Left.COMPLAINED)),
        ("email,created", "asm_groups_12345_suppressions.csv", {}, ("SendGrid, suppressions", Left.UNSUBSCRIBED)),
        ("reason,email,created", "suppression_invalid_emails.csv", {}, ("SendGrid, suppressions", Left.BOUNCED)),
        ("status,reason,email,created", "suppression_blocks.csv", {}, ("SendGrid, blocks", Left.UNKNOWN)),
        ("email,first_name,status", "own.csv", {"status": "Subscribed"}, ("a table with its own status", None)),
        ("email,first_name,status", "own.csv", {"status": "opted-out"}, ("a table with its own status", Left.UNSUBSCRIBED)),
        ("email,first_name,status", "own.csv", {}, ("a table with its own status", Left.UNKNOWN)),
        ("email,status,unsubscribed_at", "own.csv", {"status": "active", "unsubscribed_at": "2024-01-01"}, ("a table with its own status", Left.UNSUBSCRIBED)),
        ("E-mail,subscribed", "own.csv", {"subscribed": "yes"}, ("a table with its own status", None)),
        ("E-mail,subscribed", "own.csv", {"subscribed": "no"}, ("a table with its own status", Left.UNSUBSCRIBED)),
        ("email,subscribed,status", "own.csv", {"subscribed": "yes", "status": "gold"}, ("a table with its own status", Left.UNKNOWN)),
        ("email,status,email_status", "own.csv", {"status": "active", "email_status": "lapsed"}, ("a table with its own status", Left.UNKNOWN)),
        ("email,status,email_status", "own.csv", {"status": "active"}, ("a table with its own status", None)),
    ],
)  # fmt: skip
def test_a_row_is_judged_by_what_its_service_says(
    header: str, file: str, cells: dict[str, str], expected: tuple[str, Left | None]
) -> None:
    assert judged(header, file, **cells) == expected


@pytest.mark.parametrize(
    "header",
    [
        "email,first_name",
        "Email,Name,Company",
        "email",
        "email,reason",
        "email,created",
        "email,ip,created",
        "email,account_id,contact_id,created_at,updated_at",
    ],
)
def test_a_table_that_says_nothing_of_who_left_is_not_known(header: str) -> None:
    assert recognise(lenient_names(header.split(","), "x.csv", 1), "x.csv") is None


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("contact_id,created_at,email,status", {"status": "Unsubscribed"}),
        ("contact_id,created_at,email,subscribed", {"subscribed": "false"}),
        (SENDGRID + ",unsubscribed", {"unsubscribed": "2024-02-12"}),
        (SUBSTACK + ",unsubscribed_at", {"email_disabled": "false", "unsubscribed_at": "2024-02-12"}),
        (GHOST + ",status", {"subscribed_to_emails": "true", "status": "unsubscribed"}),
        ("email,subscribed,status", {"subscribed": "yes", "status": "opted out"}),
        (
            "email,status,email_marketing_status",
            {"status": "active", "email_marketing_status": "UNSUBSCRIBED"},
        ),
        ("email,status,unsubscribed", {"status": "active", "unsubscribed": "True"}),
        ("email,status,opted_out", {"status": "subscribed", "opted_out": "1"}),
        ("email,status,status", {"status": "active", "status_again": "unsubscribed"}),
        ("email,status,Is Unsubscribed?", {"status": "active", "is_unsubscribed": "1"}),
        (
            "email,status,Unsubscribed from all email",
            {"status": "active", "unsubscribed_from_all_email": "TRUE"},
        ),
        ("email,status,hs_email_optout", {"status": "active", "hs_email_optout": "true"}),
        ("email,status,deleted_at", {"status": "unsubscribed", "deleted_at": "2024-02-12"}),
        ("email,status,UNSUB", {"status": "active", "unsub": "yes"}),
        ("email,status,Unsubscribe date", {"status": "active", "unsubscribe_date": "12.02.2024"}),
    ],
)
def test_one_column_that_says_that_someone_left_outweighs_all_others(
    header: str, cells: dict[str, str]
) -> None:
    assert judged(header, **cells)[1] is Left.UNSUBSCRIBED


@pytest.mark.parametrize(
    ("column", "says", "left"),
    [
        ("Hard bounced", "1", Left.BOUNCED),
        ("Cleaned at", "2024-02-12", Left.BOUNCED),
        ("Complaint date", "2024-02-12", Left.COMPLAINED),
        ("Spam report", "true", Left.COMPLAINED),
        ("Do Not Email", "TRUE", Left.DISABLED),
        ("blocklisted", "yes", Left.DISABLED),
        ("opt_in", "0", Left.UNCONFIRMED),
        ("Accepts Marketing", "no", Left.UNCONFIRMED),
    ],
)
def test_columns_of_other_services_that_keep_someone_out(column: str, says: str, left: Left) -> None:
    name = column.lower().replace(" ", "_")
    assert judged(f"email,status,{column}", status="active", **{name: says})[1] is left


@pytest.mark.parametrize(
    ("column", "says"),
    [("unsubscribed", "FALSCH"), ("bounced", "Nein"), ("sms_opt_out", "yes"), ("opted_out_of_push", "1")],
)
def test_a_no_of_another_language_or_to_another_channel_keeps_nobody_out(column: str, says: str) -> None:
    assert judged(f"email,status,{column}", status="active", **{column: says})[1] is None


def test_who_leaves_mail_with_another_channel_is_kept_out() -> None:
    cells = {"opted_out_of_email_and_sms": "yes"}
    assert judged("email,status,opted_out_of_email_and_sms", status="active", **cells)[1] is Left.UNSUBSCRIBED


def test_a_column_that_says_nothing_of_leaving_keeps_nobody_out() -> None:
    header = (
        "email,status,subscribed,unsubscribed,bounced,unsubscribed_at,unsubscribe_link,opt_out_url,"
        "unsub,deleted_at,opt_in"
    )
    cells = {
        "unsubscribe_link": "x",
        "opt_out_url": "x",
        "unsub": "https://lists.example.com/leave",
        "deleted_at": "0000-00-00 00:00:00",
        "opt_in": "2024-02-12",
        "status": "active",
        "subscribed": "yes",
        "unsubscribed": "no",
        "bounced": "-",
    }
    assert judged(header, **cells)[1] is None
    assert judged(SENDGRID + ",status", status="gold")[1] is None


def test_a_table_without_addresses_is_refused_with_what_was_seen() -> None:
    with pytest.raises(InputError) as caught:
        lenient_names(["Name", "Company"], "x.csv", 1)
    assert str(caught.value) == (
        "x.csv:1: not an export of Mailchimp, Substack, Ghost, Buttondown or SendGrid; its columns are Name, Company; "
        "name them `email`, `first_name`, `last_name` and `status` (subscribed or unsubscribed)"
    )


def test_headers_get_the_audience_s_names_each_once() -> None:
    headers = ["\ufeffEmail Address", "FNAME", "Surname", "$", "", "UNSUB_REASON", "UNSUB_REASON"]
    assert lenient_names(headers, "x.csv", 1) == (
        "email",
        "first_name",
        "last_name",
        "column_4",
        "column_5",
        "unsub_reason",
        "unsub_reason_again",
    )


def test_who_left_gets_nothing_from_anywhere_else() -> None:
    assert [left for left in Left if left.suppresses] == [
        Left.UNSUBSCRIBED,
        Left.BOUNCED,
        Left.COMPLAINED,
        Left.DISABLED,
    ]


def test_a_set_of_ids_holds_what_was_added_and_nothing_else() -> None:
    ids = [recipient_id(f"reader.{n}@example.com", b"key") for n in range(20_000)]
    found = IdSet(ids[:10_000])
    assert len(found) == 10_000
    assert all(one in found for one in ids[:10_000])
    assert not any(one in found for one in ids[10_000:])
    assert (found.add(ids[0]), found.add(0), found.add(0), found.add((1 << 63) - 1)) == (
        False,
        True,
        False,
        True,
    )
    assert 0 in found
