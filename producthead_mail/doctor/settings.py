"""What the account itself does to mail, credits, lists and events."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from producthead_mail.content.publication import Unsubscribe
from producthead_mail.doctor.check import Check, Group, Subject
from producthead_mail.doctor.project import AUDIENCE, People

CREDITS = Subject(Group.SENDGRID, "credits")
UNSUBSCRIBE = Subject(Group.SENDGRID, "unsubscribe")
CONTENT = Subject(Group.SENDGRID, "content")
TLS = Subject(Group.SENDGRID, "TLS")
SUPPRESSIONS = Subject(Group.SENDGRID, "suppressions")
EVENTS = Subject(Group.SENDGRID, "events")
OVERAGE = 2.5
"""Times a plan's credits, after which SendGrid refuses (support.sendgrid.com, 35466138799899)."""
TEMPLATE = "template"
"""The one setting that changes a mail and that no request can turn off."""
TURNED_OFF = {
    "click": "click tracking",
    "open": "open tracking",
    "subscription": "subscription tracking",
    "google_analytics": "Google Analytics",
    "footer": "footer",
}
"""What every request turns on or off as the publication wants it -> its name."""
SPAM = "spam_check"
FORGETTING = {
    "bounce_purge": (
        "Bounce Purge",
        "bounces are forgotten after some days, and their addresses get mail again",
    ),
    "address_whitelist": (
        "Address Allow List",
        "some addresses get mail though they bounced or unsubscribed",
    ),
}
"""Setting -> its name on the page, and what it does."""
MAIL_SETTINGS = "in SendGrid under Settings > Mail Settings"
TELLING = ("delivered", "bounce", "dropped")


def credit_check(body: Any, people: People | None) -> Check:
    """Whether what is left of the plan is enough for an edition."""
    remain, total, used = int(body["remain"]), int(body["total"]), int(body["used"])
    wanted = people.number if people else 0
    of = f"{remain:,} of {total:,} left until {body['next_reset']}"
    if people:
        of = f"{of}, for {people}"
    if remain > 0 and remain >= wanted:
        return CREDITS.ok(of)
    most = remain if body["reset_frequency"] == "daily" else int(total * OVERAGE) - used
    remedy = "buy a larger plan in SendGrid under Settings > Billing"
    if most <= 0 or most < wanted:
        return CREDITS.error(f"{of}: SendGrid refuses what goes beyond", f"{remedy}, or wait until then")
    return CREDITS.warning(f"{of}: SendGrid charges extra for what goes beyond", remedy)


def list_check(body: Any) -> Check:
    """How many contacts a list has; SendGrid keeps no count of those who can still get mail."""
    number = int(body["contact_count"])
    if not number:
        return AUDIENCE.error(f"SendGrid's list “{body['name']}” has no contacts", "add some to it")
    return AUDIENCE.ok(f"{People(number)} in SendGrid's list “{body['name']}”")


def unsubscribe_check(number: int, groups: Any) -> Check:
    """Whether readers can leave by this unsubscribe group; `groups` are those of the account."""
    if not isinstance(groups, list):
        raise TypeError
    names = {int(one["id"]): str(one["name"]) for one in groups}
    if number in names:
        return UNSUBSCRIBE.ok(f"group {number}, which readers see as “{names[number]}”")
    known = ", ".join(f"{one} ({name})" for one, name in sorted(names.items())[:5])
    remedy = f"put one of {known} into unsubscribe.asm_group of publication.yaml"
    if not names:
        remedy = "make one in SendGrid under Suppressions > Unsubscribe Groups"
    return UNSUBSCRIBE.error(f"the account has no unsubscribe group {number}", remedy)


def plain_unsubscribe(way: Unsubscribe) -> Check:
    """The same where no group is used: then SendGrid need not be asked."""
    if way.subscription_tracking:
        return UNSUBSCRIBE.ok("subscription tracking, which every mail turns on")
    if way.url:
        return UNSUBSCRIBE.ok("a page of your own")
    return UNSUBSCRIBE.error("readers can't leave", "set unsubscribe in publication.yaml")


def enabled(body: Any) -> set[str]:
    """The names of the settings that are on."""
    return {str(one["name"]) for one in body["result"] if one["enabled"]}


def content_check(on: Collection[str]) -> Check:
    """Whether SendGrid leaves a mail as it was tested; `on` are the settings that are."""
    if TEMPLATE in on:
        return CONTENT.error(
            "the legacy template of the account will change every mail after it was tested",
            f"turn that off {MAIL_SETTINGS}",
        )
    if SPAM in on:
        return CONTENT.warning(
            "the account's Spam Checker drops an edition that it takes for spam, after SendGrid accepted it",
            f"turn that off {MAIL_SETTINGS}; `check --spam` counts before sending",
        )
    off = [name for setting, name in TURNED_OFF.items() if setting in on]
    words = f"; each mail turns off the account's {' and '.join(off)}" if off else ""
    return CONTENT.ok(f"nothing changes a mail after it was tested{words}")


def tls_check(body: Any) -> Check:
    """Whether SendGrid delivers to servers without TLS, too, as it does unless an account forbids it."""
    if body["require_valid_cert"] or body["require_tls"]:
        what = "a valid certificate" if body["require_valid_cert"] else "TLS"
        return TLS.warning(
            f"SendGrid drops the mail of everyone whose server has not {what}",
            "PATCH /v3/user/settings/enforced_tls with false for both, unless that is wanted",
        )
    return TLS.ok("used wherever a reader's server has it")


def suppression_check(on: Collection[str]) -> Check:
    """Whether SendGrid keeps its lists of those who must not get mail."""
    found = [named for setting, named in FORGETTING.items() if setting in on]
    if found:
        return SUPPRESSIONS.warning(
            "; ".join(words for _, words in found),
            f"turn {' and '.join(name for name, _ in found)} off {MAIL_SETTINGS}",
        )
    return SUPPRESSIONS.ok("SendGrid keeps its lists for good")


def event_check(body: Any) -> Check:
    """Who is told of events; no command needs that."""
    hooks = [one for one in body["webhooks"] if one.get("enabled")]
    if not hooks:
        return EVENTS.ok("no event webhook, and none is needed: `settle` reads the Email Logs")
    if any(str(one.get("url", "")).startswith("http:") for one in hooks):
        return EVENTS.warning(
            "an event webhook sends readers' addresses over plain http",
            f"give it an https address {MAIL_SETTINGS} > Event Webhooks",
        )
    told = [name for name in TELLING if any(one.get(name) for one in hooks)]
    number = f"{len(hooks)} event webhook{'s' * (len(hooks) > 1)}"
    return EVENTS.ok(f"{number} with {', '.join(told) or 'no deliveries'}; no command needs them")
