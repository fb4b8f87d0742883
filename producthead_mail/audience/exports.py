"""Lists as other services export them, known by their headers; who of a row wants mail, and who doesn't."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from producthead_mail.audience.columns import EMAIL, ROW_ON_TOP, field_name
from producthead_mail.errors import InputError, Problem

Row = Mapping[str, str]
Judge = Callable[[Row], "Left | None"]
"""Says why a row's person is left out; None for one who wants mail."""


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
    judge: Judge
    kept_back: frozenset[str] = frozenset()
    """Columns of the service's own bookkeeping."""
    decisive: tuple[str, ...] = ()
    """Columns whose words decide."""
    remark: str = ""


def _split(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORDS = {
    **dict.fromkeys(("subscribed", "active", "confirmed", "enabled", "regular", "opted in"), None),
    **dict.fromkeys(("unsubscribed", "unsubscribe", "unsub", "opted out", "opt out"), Left.UNSUBSCRIBED),
    **dict.fromkeys(("bounced", "hard bounced", "hard bounce", "cleaned", "undeliverable"), Left.BOUNCED),
    **dict.fromkeys(("complained", "complaint", "spam", "spam report", "reported"), Left.COMPLAINED),
    **dict.fromkeys(("disabled", "blocked", "suspended", "spammy"), Left.DISABLED),
    **dict.fromkeys(("suppressed", "blacklisted", "blocklisted"), Left.DISABLED),
    **dict.fromkeys(("deleted", "archived", "removed"), Left.DELETED),
    **dict.fromkeys(("pending", "unconfirmed", "unactivated"), Left.UNCONFIRMED),
    **dict.fromkeys(
        ("nonsubscribed", "non subscribed", "never subscribed", "transactional"), Left.NEVER_SUBSCRIBED
    ),
}
"""What a column with the status says -> why such a person is left out."""
# As Buttondown's API documents its types; of an `unpaid` one it doesn't say who wants what.
_BUTTONDOWN = {
    **_WORDS,
    **dict.fromkeys(("premium", "gifted", "trialed", "churning", "paused", "past due"), None),
}
_MAILCHIMP = _split(
    "member_rating optin_time optin_ip confirm_time confirm_ip latitude longitude gmtoff dstoff"
    " timezone cc region last_changed leid euid notes tags unsub_time unsub_campaign_title"
    " unsub_campaign_id unsub_reason unsub_reason_other clean_time clean_campaign_title"
    " clean_campaign_id"
)
_SUBSTACK = _split(
    "active_subscription expiry plan email_disabled digest_enabled prefer_digests created_at"
    " first_payment_at type stripe_plan stripe_id start_date cancel_date"
)
_GHOST = _split(
    "id note subscribed_to_emails complimentary_plan stripe_customer_id created_at deleted_at labels"
    " tiers products gift_id"
)
_SENDGRID = _split(
    "alternate_emails phone_number whatsapp line facebook unique_name created_at updated_at contact_id"
    " phone_number_id external_id anonymous_id address_line_1 address_line_2 city state_province_region"
    " postal_code country"
)
_BUTTONDOWN_OWN = _split(
    "id type subscriber_type subscription_type status notes metadata tags referrer_url creation_date"
    " secondary_id source utm_campaign utm_medium utm_source ip_address unsubscription_date"
    " unsubscription_reason risk_score"
)
_STATUS = ("status", "subscription_status", "subscriber_status", "email_status", "email_marketing_status")
_LEAVING = {
    r"(?:^|_)(?:unsub|unsubscribed|opted_?out|opt_?out)(?:_|$)": Left.UNSUBSCRIBED,
    r"^unsubscri(?:be|ption)_(?:at|on|date|time)$": Left.UNSUBSCRIBED,
    r"^(?:hard_)?bounced(?:_|$)|^hard_bounce$|^cleaned(?:_|$)|^undeliverab(?:le|ility_date)$": Left.BOUNCED,
    r"^complain(?:ed|t)(?:_|$)|(?:^|_)spam_report(?:ed)?(?:_|$)": Left.COMPLAINED,
    r"^do_not_(?:e?mail|contact)$|(?:^|_)(?:black|block)listed$|^suppressed(?:_|$)": Left.DISABLED,
    r"^deleted_at$": Left.DELETED,
}
"""Columns that say yes, or when, where someone left."""
_NO_LEAVING = re.compile(
    r"url|link|token|hash|key|count|group|^(?!.*mail).*(?:sms|phone|postal|push|whatsapp)"
)
_AGREEING = re.compile(
    r"subscribed|(?:email_)?opt(?:ed)?_?in|accepts_(?:email_)?marketing|(?:email|marketing)_consent"
)
"""Columns that say no where someone left or never agreed."""
_NO = _split(
    "false no f n never none null n/a falsch faux falso onwaar falskt falsk fałsz nein non nee nej nie"
)
"""In English, and as spreadsheets of other languages write it."""
_NOTHING = re.compile(r"[0\s:./]*")
"""An empty cell, a zero, a dash, or the day of no day: 0000-00-00."""
_LEAVERS = re.compile(
    r"(?:suppression_)?(?:(?P<unsubscribed>unsubscri|asm_groups?_\d+|opt[-_ ]?outs?)"
    r"|(?P<complained>spam_reports?|complain)|(?P<bounced>bounced|invalid_emails))"
)
"""Names of files in which everybody left."""
MAX_WORD = 30
OWN_TABLE = "a table with its own status"
_NAMES = {
    **dict.fromkeys(("fname", "firstname", "given_name"), "first_name"),
    **dict.fromkeys(("lname", "lastname", "surname", "family_name"), "last_name"),
    "full_name": "name",
}


def unknown_words(export: Export, row: Row) -> Iterator[str]:
    """What a row says in place of a status that is known; no address."""
    for column in export.decisive:
        word = row[column].strip()
        if word and _word(row, column) not in _BUTTONDOWN and "@" not in word:
            yield word[:MAX_WORD]


def left_by(names: Collection[str]) -> Callable[[Row], str]:
    """Tells which of these columns says that a row's person left, who must get no mail; empty for none."""
    judges = dict(_departures(names))

    def column(row: Row) -> str:
        found = ((name, judge(row)) for name, judge in judges.items())
        return next((name for name, left in found if left and left.suppresses), "")

    return column


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
    for tell in (_mailchimp, _substack, _ghost, _buttondown, _sendgrid, _plain, _leavers):
        if export := tell(known, path.replace("\\", "/").rpartition("/")[2].lower()):
            return _wary(export, known)
    return None


def refused(headers: Sequence[str], path: str) -> NotAnExport:
    """Says that no service is known to write these headers."""
    return NotAnExport([_unknown(headers, path, 1)])


def _unknown(headers: Sequence[str], path: str, line: int) -> Problem:
    if any("@" in header for header in headers):
        return Problem(path, line, 0, ROW_ON_TOP, "put a line such as `email,first_name,status` above it")
    seen = ", ".join(header[:30] for header in headers[:12]) + (", …" if len(headers) > 12 else "")
    message = f"not an export of Mailchimp, Substack, Ghost, Buttondown or SendGrid; its columns are {seen}"
    remedy = "name them `email`, `first_name`, `last_name` and `status` (subscribed or unsubscribed)"
    return Problem(path, line, 0, message, remedy)


def _everyone(left: Left) -> Judge:
    return lambda _: left


def _by_word(column: str, words: Mapping[str, Left | None], otherwise: Left | None = Left.UNKNOWN) -> Judge:
    """Judges by a column that names the status; what isn't among the words is left out as unknown."""
    return lambda row: words.get(_word(row, column), otherwise)


def _by_flag(column: str, *, true: Left | None, false: Left | None) -> Judge:
    """Judges by a column of true and false; what says neither is left out as unknown."""
    yes = dict.fromkeys(("true", "1", "yes", "t", "y"), true)
    return _by_word(column, yes | dict.fromkeys(("false", "0", "no", "f", "n"), false))


def _word(row: Row, column: str) -> str:
    return re.sub(r"[\s_-]+", " ", row.get(column, "").strip().lower())


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
        return Export("Mailchimp", _by_word(status, _WORDS), _MAILCHIMP | {status}, (status,))
    if file.startswith("subscribed"):
        return Export("Mailchimp", lambda _: None, _MAILCHIMP)
    remark = "not named subscribed_…, as Mailchimp does it: whoever never opted in or confirmed is left out"
    return Export("Mailchimp", _opted_in, _MAILCHIMP, remark=remark)


def _opted_in(row: Row) -> Left | None:
    """Contacts who never subscribed are exported under the same headers, without these times."""
    times = row.get("optin_time", "").strip() or row.get("confirm_time", "").strip()
    return None if times else Left.UNCONFIRMED


def _substack(known: Collection[str], _: str) -> Export | None:
    if not ({"active_subscription", "stripe_plan", "subscription_source_free"} & set(known)):
        return None
    judge = _by_flag("email_disabled", true=Left.DISABLED, false=None)
    missing = "no column email_disabled: take the export of Settings > Exports"
    remark = "" if "email_disabled" in known else missing
    return Export("Substack", judge, _SUBSTACK, remark=remark)


def _ghost(known: Collection[str], _: str) -> Export | None:
    if "subscribed_to_emails" not in known:
        return None
    return Export("Ghost", _by_flag("subscribed_to_emails", true=None, false=Left.UNSUBSCRIBED), _GHOST)


def _buttondown(known: Collection[str], _: str) -> Export | None:
    own = {"creation_date", "referrer_url", "secondary_id", "metadata", "utm_source"}
    column = next((name for name in ("subscriber_type", "type") if name in known), "")
    if not column or len(own & set(known)) < 1 + (column == "type"):  # a table of one's own may have a type
        return None
    return Export("Buttondown", _by_word(column, _BUTTONDOWN), _BUTTONDOWN_OWN, (column,))


def _sendgrid(known: Collection[str], file: str) -> Export | None:
    # All of them: other services' lists have some, and not only people who want mail.
    if {"contact_id", "created_at", "updated_at", "alternate_emails", "unique_name"} <= set(known):
        remark = "SendGrid's contacts have no status: its suppressions are read by `suppressions pull`"
        return Export("SendGrid", lambda _: None, _SENDGRID, remark=remark)
    if not ({EMAIL, "created"} <= set(known) <= {EMAIL, "created", "reason", "status", "ip"}):
        return None
    if "block" in file:
        remark = "blocks pass: SendGrid goes on mailing those people, so they are not suppressed"
        return Export("SendGrid, blocks", _everyone(Left.UNKNOWN), frozenset(known), remark=remark)
    # Without a reason it may as well be a list of those who signed up.
    left = Left.BOUNCED if "reason" in known else _left_by_name(file)
    return Export("SendGrid, suppressions", _everyone(left), frozenset(known)) if left else None


def _plain(known: Collection[str], _: str) -> Export | None:
    """A table of one's own, which must say of everyone whether they want mail, in words that are known."""
    judges = {
        column: _by_flag(column, true=None, false=Left.UNSUBSCRIBED)
        if _once(column) == "subscribed"
        else _by_word(column, _WORDS)
        for column in sorted(known)
        if _once(column) in ("subscribed", *_STATUS)
    }

    def judge(row: Row) -> Left | None:
        said = [one(row) for column, one in judges.items() if row.get(column, "").strip()]
        return _gravest(said) if said else Left.UNKNOWN

    return Export(OWN_TABLE, judge, frozenset(judges), tuple(judges)) if judges else None


def _leavers(known: Collection[str], file: str) -> Export | None:
    """A table without a status, named for those in it, such as `unsubscribers.csv`."""
    left = _left_by_name(file)
    return Export("people who left, by the file's name", _everyone(left), frozenset(known)) if left else None


def _left_by_name(file: str) -> Left | None:
    found = _LEAVERS.match(file)
    return Left(str(found.lastgroup)) if found else None


def _wary(export: Export, known: Collection[str]) -> Export:
    """The export with a judge that also heeds every other column by which someone may have left.

    A day on which someone left weighs more than a status, and what suppresses more than what doesn't.
    """
    others = dict(_departures(known))

    def judge(row: Row) -> Left | None:
        return _gravest([one(row) for one in (*others.values(), export.judge)])

    return replace(export, judge=judge, kept_back=export.kept_back | others.keys()) if others else export


def _gravest(found: Sequence[Left | None]) -> Left | None:
    return next((left for left in found if left and left.suppresses), next(filter(None, found), None))


def _departures(known: Collection[str]) -> Iterator[tuple[str, Judge]]:
    """What tells from each column that someone left; no word there says that someone wants mail."""
    for column in sorted(known):
        name = _once(column)
        left = next((left for one, left in _LEAVING.items() if re.search(one, name)), None)
        if left and not _NO_LEAVING.search(name):
            yield column, _unless_no(column, left)
        elif name in _STATUS:
            yield column, _by_word(column, _WORDS, None)
        elif _AGREEING.fullmatch(name):
            no = Left.UNSUBSCRIBED if name == "subscribed" else Left.UNCONFIRMED
            yield column, _by_word(column, dict.fromkeys((*_NO, "0"), no), None)


def _unless_no(column: str, left: Left) -> Judge:
    def judge(row: Row) -> Left | None:
        word = _word(row, column)
        return None if word in _NO or _NOTHING.fullmatch(word) or "://" in word else left

    return judge


def _once(column: str) -> str:
    """The column's name as its header had it, where it stood there twice."""
    return re.sub(r"(?:_again)+$", "", column)
