"""publication.yaml into a Publication."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from producthead_mail.content.fields import Fields, Sheet, matching, one_of
from producthead_mail.content.ignored import read_ignored
from producthead_mail.content.labels import DEFAULT_LABELS
from producthead_mail.content.moments import read_time
from producthead_mail.content.publication import (
    DAYS,
    AudienceSource,
    Book,
    Help,
    Mailbox,
    Publication,
    Schedule,
    SendGridPolicy,
    Unsubscribe,
)
from producthead_mail.content.urls import mail_url
from producthead_mail.content.yaml_source import Mapping

KEYS = (
    "name",
    "tagline",
    "description",
    "url",
    "language",
    "timezone",
    "from",
    "reply_to",
    "postal_address",
    "logo",
    "audience",
    "test_recipients",
    "unsubscribe",
    "sendgrid",
    "schedule",
    "feed",
    "defaults",
    "labels",
    "archive_line",
    "motto",
    "help",
    "book",
    "biography",
    "colophon",
    "ignore",
)
_RTL = {"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"}
EMAIL = matching(r"[^\s@<>,;\"()]+@[^\s@<>,;\"()]+\.[^\s@<>,;\"().]+", "is not an email address")

_LANGUAGE = matching(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", "is no language tag")
_LIST = matching(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "is not the id of a SendGrid list")


def read_publication(sheet: Sheet, node: Mapping, path: Path, source: str) -> Publication:
    """The publication as far as it can be read; what is wrong stands in the sheet."""
    return publication_of(Fields(sheet, node, KEYS), path, source)


def publication_of(fields: Fields, path: Path, source: str) -> Publication:
    """The publication of these keys."""
    sheet = fields.sheet
    url = fields.parsed("url", web_url, "such as https://newsletter.example.com", required=True) or ""
    sheet.images.base_url = url
    sheet.language = fields.parsed("language", _LANGUAGE) or "en"
    audience, policy = _audience(fields, path.parent), _sendgrid(fields)
    _refuse_elsewhere(fields, audience, policy)
    return Publication(
        path=path,
        name=fields.text("name", required=True),
        url=url,
        sender=_mailbox(fields, "from", required=True) or Mailbox(""),
        timezone=fields.parsed("timezone", time_zone, "such as Europe/London", required=True)
        or ZoneInfo("UTC"),
        tagline=fields.text("tagline"),
        description=fields.rich("description"),
        language=sheet.language,
        direction="rtl" if sheet.language.split("-")[0].lower() in _RTL else "ltr",
        reply_to=_mailbox(fields, "reply_to"),
        postal_address=fields.text("postal_address"),
        logo=fields.image("logo"),
        audience=audience,
        test_recipients=_addresses(fields),
        unsubscribe=_unsubscribe(fields),
        sendgrid=policy,
        schedule=_schedule(fields),
        feed=fields.url("feed"),
        defaults=_strings(fields, "defaults", None),
        labels={**DEFAULT_LABELS, **_strings(fields, "labels", tuple(DEFAULT_LABELS))},
        archive_line=fields.rich("archive_line"),
        motto=fields.rich("motto"),
        help=_help(fields),
        book=_book(fields),
        biography=fields.rich("biography"),
        colophon=fields.rich("colophon"),
        ignore=read_ignored(fields),
        positions=sheet.positions,
        source=source,
    )


def web_url(text: str) -> str:
    """The address of a site; ValueError with the reason else, as from all of these."""
    url = mail_url(text, schemes=("http", "https"))
    if "[[" in url or "?" in url or "#" in url:
        raise ValueError(f"{text!r} must have no slot, query or fragment")
    return url.rstrip("/")


def time_zone(text: str) -> ZoneInfo:
    """The time zone of that name."""
    try:
        return ZoneInfo(text)
    except (OSError, KeyError, ValueError):
        raise ValueError(f"{text!r} is no time zone") from None


def _mailbox(fields: Fields, key: str, *, required: bool = False) -> Mailbox | None:
    inner = fields.mapping(key, ("name", "email"), required=required)
    if inner is None:
        return None
    return Mailbox(inner.parsed("email", EMAIL, required=True) or "", inner.text("name"))


def _addresses(fields: Fields) -> tuple[str, ...]:
    found = fields.texts("test_recipients")
    for index, address in enumerate(found):
        try:
            EMAIL(address)
        except ValueError as error:
            fields.sheet.problem(fields.place(f"test_recipients.{index}"), str(error))
    return found


def _audience(fields: Fields, content: Path) -> AudienceSource:
    inner = fields.mapping("audience", ("csv", "sql", "query", "sendgrid_list"))
    if inner is None:
        return AudienceSource()
    inner.exactly_one(("csv", "sql", "sendgrid_list"))
    if ("sql" in inner) != ("query" in inner):
        inner.missing("query" if "sql" in inner else "sql")
    name = inner.text("csv")
    csv = content / name if name else None
    remedy = "copy it from the address of the list's page in SendGrid"
    contacts = inner.parsed("sendgrid_list", _LIST, remedy) or ""
    return AudienceSource(csv, inner.text("sql"), inner.text("query"), contacts)


def _refuse_elsewhere(fields: Fields, audience: AudienceSource, policy: SendGridPolicy) -> None:
    """Notes a list where SendGrid keeps none."""
    if audience.sendgrid_list and policy.region == "eu":
        message = "'audience.sendgrid_list': SendGrid has no Marketing contacts in its region eu"
        remedy = "keep the audience in a CSV file or a database"
        fields.sheet.problem(fields.place("audience.sendgrid_list"), message, remedy)


def _unsubscribe(fields: Fields) -> Unsubscribe:
    ways = ("asm_group", "subscription_tracking", "url")
    inner = fields.mapping("unsubscribe", ways, required=True)
    if inner is None:
        return Unsubscribe()
    inner.exactly_one(ways)
    tracking = inner.parsed("subscription_tracking", one_of("true"), "leave it out where it is off")
    url = inner.parsed("url", https_url) or ""
    return Unsubscribe(inner.parsed("asm_group", unsubscribe_group), tracking is not None, url)


def https_url(text: str) -> str:
    """The address, which may hold slots."""
    return mail_url(text, schemes=("https",))


def unsubscribe_group(text: str) -> int:
    """The number of an unsubscribe group of SendGrid's."""
    if not text.isascii() or not text.isdigit() or not 0 < len(text) < 16 or not int(text):
        raise ValueError(f"{text!r} is not the number of an unsubscribe group")
    return int(text)


def _sendgrid(fields: Fields) -> SendGridPolicy:
    inner = fields.mapping("sendgrid", ("region", "categories"))
    if inner is None:
        return SendGridPolicy()
    region: Callable[[str], str] = one_of("global", "eu")
    return SendGridPolicy(inner.parsed("region", region) or "global", inner.texts("categories"))


def _schedule(fields: Fields) -> Schedule | None:
    inner = fields.mapping("schedule", ("weekday", "time"))
    if inner is None:
        return None
    weekday = inner.parsed("weekday", one_of(*DAYS), required=True)
    at = inner.parsed("time", read_time, 'such as "07:00"', required=True)
    return Schedule(weekday, at) if weekday and at is not None else None


def _strings(fields: Fields, key: str, known: tuple[str, ...] | None) -> dict[str, str]:
    inner = fields.mapping(key, known)
    return inner.strings() if inner else {}


def _help(fields: Fields) -> Help | None:
    inner = fields.mapping("help", ("title", "text", "button", "logo"))
    if inner is None:
        return None
    title = inner.text("title", required=True)
    return Help(title, inner.rich("text"), inner.button("button"), inner.image("logo"))


def _book(fields: Fields) -> Book | None:
    known = ("title", "url", "author", "label", "cover", "quotation", "attribution")
    inner = fields.mapping("book", known)
    if inner is None:
        return None
    return Book(
        title=inner.text("title", required=True),
        url=inner.url("url", required=True),
        author=inner.text("author"),
        label=inner.text("label"),
        cover=inner.image("cover"),
        quotation=inner.rich("quotation"),
        attribution=inner.text("attribution"),
    )
