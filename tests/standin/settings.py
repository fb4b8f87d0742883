"""What an account says of itself: credits, senders, domains, settings, webhooks."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.standin.rules import error

if TYPE_CHECKING:
    from tests.standin.account import Account

Answer = tuple[int, Any]
SCOPES = [
    "whitelabel.read",
    "tracking_settings.read",
    "mail_settings.read",
    "user.settings.enforced_tls.read",
    "user.webhooks.event.settings.read",
]
TRACKING = {"open": "Open Tracking", "click": "Click Tracking", "google_analytics": "Google Analytics"}
MAIL = {
    "address_whitelist": "Address Whitelist",
    "bounce_purge": "Bounce Purge",
    "footer": "Footer",
    "forward_spam": "Forward Spam",
    "template": "Legacy Email Template",
    "spam_check": "Spam Checker",
}
HOOK = {
    "enabled": True,
    "url": "https://hooks.example.com/sendgrid",
    "delivered": True,
    "bounce": True,
    "dropped": True,
    "processed": False,
    "open": False,
    "click": False,
    "friendly_name": "Deliveries",
    "id": "77d4a5da-7015-11ed-a1eb-0242ac120002",
}


@dataclass
class Settings:
    """What can be read of the account, and by hand be made wrong."""

    plan: int = 1_000_000
    frequency: str = "monthly"
    singles: list[dict[str, Any]] = field(default_factory=list)
    domains: list[dict[str, Any]] = field(default_factory=list)
    on: set[str] = field(default_factory=lambda: {"click", "open"})
    """The tracking and mail settings that are enabled."""
    tls: dict[str, Any] = field(default_factory=lambda: {"require_tls": False, "require_valid_cert": False})
    hooks: list[dict[str, Any]] = field(default_factory=list)
    sender_scope: bool = True
    """Whether the key may ask for single senders; no scope of a key's list says so."""
    broken: dict[str, int] = field(default_factory=dict)
    """Path -> the status it answers with, whatever is asked."""

    def single(self, email: str, *, verified: bool = True) -> None:
        """Adds a single sender."""
        address = {"address": "1 Example St", "address2": "", "city": "London", "state": "", "zip": "1"}
        self.singles.append(
            {
                "id": len(self.singles) + 1,
                "nickname": email,
                "from_email": email,
                "from_name": "",
                "reply_to": email,
                "reply_to_name": "",
                **address,
                "country": "UK",
                "verified": verified,
                "locked": False,
            }
        )

    def domain(self, name: str, *, valid: bool = True, default: bool = False) -> None:
        """Adds an authenticated domain with automated security, as SendGrid names its records."""
        number = len(self.domains) + 1
        target = f"u{number}.wl.sendgrid.net"
        records = {
            "mail_cname": (f"em{number}.{name}", target),
            "dkim1": (f"s1._domainkey.{name}", f"s1.domainkey.{target}"),
            "dkim2": (f"s2._domainkey.{name}", f"s2.domainkey.{target}"),
        }
        self.domains.append(
            {
                "id": number,
                "user_id": 7,
                "subdomain": f"em{number}",
                "domain": name,
                "username": "example",
                "ips": [],
                "custom_spf": False,
                "default": default,
                "legacy": False,
                "automatic_security": True,
                "valid": valid,
                "dns": {
                    key: {"valid": valid, "type": "cname", "host": host, "data": data}
                    for key, (host, data) in records.items()
                },
            }
        )


def _forbidden(account: "Account", scope: str) -> Answer | None:
    if scope in account.scopes:
        return None
    return 403, {"errors": [error("access forbidden", None)]}


def credit(account: "Account", _: re.Match[str], __: Any, ___: Any) -> Answer:
    if refusal := _forbidden(account, "user.credits.read"):
        return refusal
    settings = account.settings
    left = settings.plan if account.credits is None else account.credits
    return 200, {
        "remain": max(left, 0),
        "total": settings.plan,
        "overage": max(-left, 0),
        "used": settings.plan - left,
        "last_reset": "2024-02-01",
        "next_reset": "2024-03-01",
        "reset_frequency": settings.frequency,
    }


def singles(account: "Account", _: re.Match[str], __: Any, ___: Any) -> Answer:
    if not account.settings.sender_scope:
        return 403, {"errors": [error("access forbidden", None)]}
    return 200, {"results": account.settings.singles}


def domains(account: "Account", _: re.Match[str], __: Any, query: dict[str, str]) -> Answer:
    if refusal := _forbidden(account, "whitelabel.read"):
        return refusal
    limit, offset = int(query.get("limit", 50)), int(query.get("offset", 0))
    return 200, account.settings.domains[offset : offset + limit]


def tracking(account: "Account", _: re.Match[str], __: Any, ___: Any) -> Answer:
    return _forbidden(account, "tracking_settings.read") or (200, _listed(TRACKING, account))


def mail(account: "Account", _: re.Match[str], __: Any, ___: Any) -> Answer:
    return _forbidden(account, "mail_settings.read") or (200, _listed(MAIL, account))


def _listed(titles: dict[str, str], account: "Account") -> dict[str, Any]:
    on = account.settings.on
    return {
        "result": [
            {"name": name, "title": title, "description": title, "enabled": name in on}
            for name, title in titles.items()
        ]
    }


def tls(account: "Account", _: re.Match[str], __: Any, ___: Any) -> Answer:
    return _forbidden(account, "user.settings.enforced_tls.read") or (200, account.settings.tls)


def webhooks(account: "Account", _: re.Match[str], __: Any, ___: Any) -> Answer:
    if refusal := _forbidden(account, "user.webhooks.event.settings.read"):
        return refusal
    return 200, {"max_allowed": 5, "webhooks": account.settings.hooks or [{}]}


ROUTES = [
    ("GET", "/v3/user/credits", credit),
    ("GET", "/v3/verified_senders", singles),
    ("GET", "/v3/whitelabel/domains", domains),
    ("GET", "/v3/tracking_settings", tracking),
    ("GET", "/v3/mail_settings", mail),
    ("GET", "/v3/user/settings/enforced_tls", tls),
    ("GET", "/v3/user/webhooks/event/settings/all", webhooks),
]
