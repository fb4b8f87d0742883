"""Rules about the sender, leaving, and the list."""

from __future__ import annotations

from collections.abc import Iterator

from producthead_mail.checks.finding import Severity
from producthead_mail.checks.links import PROVIDER_TAG
from producthead_mail.checks.page import PUBLICATION_PATH, Hit, Page, name_of

WARNING = Severity.WARNING
POLICY = (PUBLICATION_PATH, 0, 0)


def sender(page: Page) -> Iterator[Hit]:
    """A hit where the From header lacks an address or a name."""
    if not page.message.sender.email:
        yield Hit("no sender address", "set from.email", field="from", place=POLICY)
    elif not page.message.sender.name.strip():
        yield Hit("the sender has no name", "set from.name", field="from", place=POLICY, severity=WARNING)


def unsubscribe_body(page: Page) -> Iterator[Hit]:
    """A hit where the HTML shows no link to unsubscribe."""
    if not any(_leaves(page, link.get("href"), name_of(link)) for link in page.links):
        yield Hit(
            "the HTML has no unsubscribe link",
            "link to unsubscribe_url in the layout; set unsubscribe in publication.yaml",
            layout=("unsubscribe_url", "<mj-body"),
        )


def _leaves(page: Page, href: str, words: str) -> bool:
    if not words:
        return False
    if page.message.asm_group is not None or page.message.subscription_tracking:
        return bool(PROVIDER_TAG.search(href))
    start = page.publication.unsubscribe.url.split("[[")[0]
    return bool(start and href.startswith(start))


def list_unsubscribe(page: Page) -> Iterator[Hit]:
    """A hit for each header that Gmail and Yahoo want of bulk senders and nobody sets."""
    if page.message.asm_group is not None or page.message.subscription_tracking:
        return  # SendGrid adds both headers.
    headers = {name.lower(): value for name, value in page.message.headers.items()}
    remedy = "set unsubscribe in publication.yaml to an https URL, an asm_group or subscription_tracking"
    if "<https://" not in headers.get("list-unsubscribe", "").lower():
        yield Hit(
            "no List-Unsubscribe header with an https address", remedy, field="unsubscribe", place=POLICY
        )
    if headers.get("list-unsubscribe-post", "").replace(" ", "").lower() != "list-unsubscribe=one-click":
        yield Hit(
            "no List-Unsubscribe-Post header: readers cannot leave with one click",
            remedy,
            field="unsubscribe",
            place=POLICY,
        )


def list_id(page: Page) -> Iterator[Hit]:
    """A hit where neither a List-Id nor an address of its own tells the newsletter from a person's mail."""
    if any(name.lower() == "list-id" for name in page.message.headers):
        return
    reply_to = page.message.reply_to
    if reply_to and reply_to.email.lower() == page.message.sender.email.lower():
        yield Hit(
            f"the newsletter comes from {page.message.sender.email}, where a person answers: "
            "clients can't tell the two apart",
            "give the newsletter an address of its own in from.email",
            field="from",
            place=POLICY,
        )
