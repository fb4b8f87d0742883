"""Lists as other services export them, known by their headers; who of a row wants mail, and who doesn't."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from producthead_mail.audience.columns import EMAIL, field_name
from producthead_mail.errors import InputError, Problem

Row = Mapping[str, str]


class NotAnExport(InputError):
    """A table whose columns no service is known to write."""


class Left(StrEnum):
    """Why a row's person gets no place in the audience."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    DISABLED = "disabled"
    DELETED = "deleted"
    UNCONFIRMED = "unconfirmed"
    NEVER_SUBSCRIBED = "never subscribed"
    UNKNOWN = "of unknown status"

    @property
    def suppresses(self) -> bool:
        """Whether the person must not get mail from anywhere else either."""
        return self in (Left.UNSUBSCRIBED, Left.BOUNCED, Left.COMPLAINED, Left.DISABLED)


@dataclass(frozen=True, slots=True)
class Export:
    """What kind of list a table is."""

    service: str
    judge: Callable[[Row], Left | None]
    """Why a row's person is left out; None for one who wants mail."""
    kept_back: frozenset[str] = frozenset()
    """Columns of the service's own bookkeeping."""
    remark: str = ""


def _columns(names: str) -> frozenset[str]:
    return frozenset(names.split())


_WORDS = {
    **dict.fromkeys(("subscribed", "active", "confirmed", "enabled", "regular", "opted in"), None),
    **dict.fromkeys(("unsubscribed", "opted out"), Left.UNSUBSCRIBED),
    **dict.fromkeys(("bounced", "cleaned", "undeliverable", "hard bounced"), Left.BOUNCED),
    **dict.fromkeys(("complained", "spam", "spammy", "reported"), Left.COMPLAINED),
    **dict.fromkeys(("disabled", "blocked", "suspended"), Left.DISABLED),
    **dict.fromkeys(("deleted", "archived", "removed"), Left.DELETED),
    **dict.fromkeys(("pending", "unconfirmed", "unactivated"), Left.UNCONFIRMED),
    **dict.fromkeys(("nonsubscribed", "transactional"), Left.NEVER_SUBSCRIBED),
}
"""What a column with the status says -> why such a person is left out."""
_BUTTONDOWN = {
    **_WORDS,
    **dict.fromkeys(("premium", "gifted", "trialed", "churning", "past due"), None),
}
_MAILCHIMP = _columns(
    "member_rating optin_time optin_ip confirm_time confirm_ip latitude longitude gmtoff dstoff"
    " timezone cc region last_changed leid euid notes tags unsub_time unsub_campaign_title"
    " unsub_campaign_id unsub_reason unsub_reason_other clean_time clean_campaign_title"
    " clean_campaign_id"
)
_SUBSTACK = _columns(
    "active_subscription expiry plan email_disabled digest_enabled prefer_digests created_at"
    " first_payment_at type stripe_plan stripe_id start_date cancel_date"
)
_GHOST = _columns(
    "id note subscribed_to_emails complimentary_plan stripe_customer_id created_at deleted_at labels"
    " tiers products gift_id"
)
_SENDGRID = _columns(
    "alternate_emails phone_number whatsapp line facebook unique_name created_at updated_at contact_id"
    " phone_number_id external_id anonymous_id address_line_1 address_line_2 city state_province_region"
    " postal_code country"
)
_BUTTONDOWN_OWN = _columns(
    "id type subscriber_type subscription_type status notes metadata tags referrer_url creation_date"
    " secondary_id source utm_campaign utm_medium utm_source ip_address unsubscription_date"
    " unsubscription_reason risk_score"
)
_STATUS = ("status", "subscription_status", "subscriber_status", "email_status", "email_marketing_status")
_LEFT_ON = {
    "unsubscribed_at": Left.UNSUBSCRIBED,
    "unsubscribed_on": Left.UNSUBSCRIBED,
    "unsubscribe_date": Left.UNSUBSCRIBED,
    "bounced_at": Left.BOUNCED,
    "complained_at": Left.COMPLAINED,
    "deleted_at": Left.DELETED,
}
_LEFT_IF = {"bounced": Left.BOUNCED, "complained": Left.COMPLAINED}
"""Columns that say yes, or when, where someone left; the next one matches those of who unsubscribed."""
_LEAVING = re.compile(r"(?:^|_)(?:unsubscribed|opted_?out|opt_?out)(?:_|$)(?!.*(?:url|link|token))")
_NO = frozenset(("", "false", "0", "no", "f", "n", "never", "none", "null", "n/a", " "))
OWN_TABLE = "a table with its own status"
_NAMES = {"fname": "first_name", "firstname": "first_name", "given_name": "first_name"} | {
    "lname": "last_name",
    "lastname": "last_name",
    "surname": "last_name",
    "family_name": "last_name",
    "full_name": "name",
}


def lenient_names(headers: Sequence[str], path: str, line: int) -> tuple[str, ...]:
    """A name for every header, each once; InputError where none is for addresses."""
    names: list[str] = []
    for number, header in enumerate(headers, 1):
        plain = field_name(header.lstrip("\ufeff")) or f"column_{number}"
        name = _NAMES.get(plain, plain)
        while name in names:
            name += "_again"
        names.append(name)
    if EMAIL not in names:
        raise NotAnExport([_unknown(headers, path, line)])
    return tuple(names)


def recognise(names: Sequence[str], path: str) -> Export | None:
    """What service's list has these columns, in a file of this name; None where none is known to."""
    known = set(names)
    for tell in (_mailchimp, _substack, _ghost, _buttondown, _sendgrid, _plain):
        if export := tell(known, path.replace("\\", "/").rpartition("/")[2].lower()):
            return _wary(export, known)
    return None


def refused(headers: Sequence[str], path: str) -> NotAnExport:
    """Says that no service is known to write these headers."""
    return NotAnExport([_unknown(headers, path, 1)])


def _unknown(headers: Sequence[str], path: str, line: int) -> Problem:
    seen = ", ".join(header[:30] for header in headers[:12]) + (", …" if len(headers) > 12 else "")
    message = f"not an export of Mailchimp, Substack, Ghost, Buttondown or SendGrid; its columns are {seen}"
    remedy = "name them `email`, `first_name`, `last_name` and `status` (subscribed or unsubscribed)"
    return Problem(path, line, 0, message, remedy)


def _everyone(left: Left) -> Callable[[Row], Left]:
    return lambda _: left


def by_word(
    column: str, words: Mapping[str, Left | None], otherwise: Left | None = Left.UNKNOWN
) -> Callable[[Row], Left | None]:
    """Judges by a column that names the status; what isn't among the words is left out as unknown."""

    def judge(row: Row) -> Left | None:
        word = re.sub(r"[\s_-]+", " ", row.get(column, "").strip().lower())
        return words.get(word, otherwise)

    return judge


def by_flag(column: str, *, true: Left | None, false: Left | None) -> Callable[[Row], Left | None]:
    """Judges by a column of true and false; what says neither is left out as unknown."""
    words = {**dict.fromkeys(("true", "1", "yes", "t", "y"), true)}
    words |= dict.fromkeys(("false", "0", "no", "f", "n"), false)
    return by_word(column, words)


def _mailchimp(known: Collection[str], file: str) -> Export | None:
    if not ({"leid", "euid"} <= set(known) or {"member_rating", "optin_time"} <= set(known)):
        return None
    if file.startswith("nonsubscribed"):
        return Export(
            "Mailchimp, contacts who never subscribed", _everyone(Left.NEVER_SUBSCRIBED), _MAILCHIMP
        )
    if {"clean_time", "clean_campaign_id"} & set(known) or file.startswith("cleaned"):
        return Export("Mailchimp, cleaned contacts", _everyone(Left.BOUNCED), _MAILCHIMP)
    if {"unsub_time", "unsub_campaign_id"} & set(known) or file.startswith("unsubscribed"):
        return Export("Mailchimp, unsubscribed contacts", _everyone(Left.UNSUBSCRIBED), _MAILCHIMP)
    status = next((name for name in _STATUS if name in known), "")
    if status:
        return Export("Mailchimp", by_word(status, _WORDS), _MAILCHIMP | {status})
    if file.startswith("subscribed"):
        return Export("Mailchimp", lambda _: None, _MAILCHIMP)
    remark = "not named subscribed_…, as Mailchimp does it: whoever never opted in or confirmed is left out"
    return Export("Mailchimp", _opted_in, _MAILCHIMP, remark)


def _opted_in(row: Row) -> Left | None:
    """Contacts who never subscribed are exported under the same headers, without these times."""
    times = row.get("optin_time", "").strip() or row.get("confirm_time", "").strip()
    return None if times else Left.UNCONFIRMED


def _substack(known: Collection[str], _: str) -> Export | None:
    if not ({"active_subscription", "stripe_plan", "subscription_source_free"} & set(known)):
        return None
    judge = by_flag("email_disabled", true=Left.DISABLED, false=None)
    missing = "no column email_disabled: take the export of Settings > Exports"
    remark = "" if "email_disabled" in known else missing
    return Export("Substack", judge, _SUBSTACK, remark)


def _ghost(known: Collection[str], _: str) -> Export | None:
    if "subscribed_to_emails" not in known:
        return None

    subscribed = by_flag("subscribed_to_emails", true=None, false=Left.UNSUBSCRIBED)

    def judge(row: Row) -> Left | None:
        return Left.DELETED if row.get("deleted_at", "").strip() else subscribed(row)

    return Export("Ghost", judge, _GHOST)


def _buttondown(known: Collection[str], _: str) -> Export | None:
    own = {"creation_date", "referrer_url", "secondary_id", "metadata", "utm_source"}
    column = next((name for name in ("subscriber_type", "type") if name in known), "")
    if not column or not own & set(known):
        return None
    return Export("Buttondown", by_word(column, _BUTTONDOWN), _BUTTONDOWN_OWN)


def _sendgrid(known: Collection[str], file: str) -> Export | None:
    if {"contact_id", "created_at"} <= set(known):
        remark = "SendGrid's contacts have no status: its suppressions are read by `suppressions pull`"
        return Export("SendGrid", lambda _: None, _SENDGRID, remark)
    if not ({EMAIL, "created"} <= set(known) <= {EMAIL, "created", "reason", "status", "ip"}):
        return None
    left = Left.COMPLAINED if "ip" in known or "spam" in file else Left.UNSUBSCRIBED
    return Export(
        "SendGrid, suppressions", _everyone(Left.BOUNCED if "reason" in known else left), frozenset(known)
    )


def _plain(known: Collection[str], _: str) -> Export | None:
    """A table of one's own, which must say of everyone whether they want mail."""
    judge: Callable[[Row], Left | None]
    if "subscribed" in known:
        column, judge = "subscribed", by_flag("subscribed", true=None, false=Left.UNSUBSCRIBED)
    else:
        column = next((name for name in _STATUS if name in known), "")
        judge = by_word(column, _WORDS)

    return Export(OWN_TABLE, judge, frozenset((column, *_STATUS, *_LEFT_ON, *_LEFT_IF))) if column else None


def _wary(export: Export, known: Collection[str]) -> Export:
    """The export with a judge that also heeds every other column by which someone may have left.

    A day on which someone left weighs more than a status, and what suppresses more than what doesn't.
    """
    others = [*_departures(known)]

    def judge(row: Row) -> Left | None:
        found = [left for one in (*others, export.judge) if (left := one(row))]
        return next((left for left in found if left.suppresses), next(iter(found), None))

    return replace(export, judge=judge) if others else export


def _departures(known: Collection[str]) -> Iterator[Callable[[Row], Left | None]]:
    """What tells from each column that someone left; no word there says that someone wants mail."""
    names = {column: re.sub(r"(?:_again)+$", "", column) for column in sorted(known)}
    for column, name in names.items():
        left = (_LEFT_ON | _LEFT_IF).get(name) or (Left.UNSUBSCRIBED if _LEAVING.search(name) else None)
        if left:
            yield by_word(column, dict.fromkeys(_NO), left)
    for column, name in names.items():
        if name == "subscribed":
            yield by_word(column, dict.fromkeys(_NO - {""}, Left.UNSUBSCRIBED), None)
        elif name in _STATUS:
            yield by_word(column, _WORDS, None)
