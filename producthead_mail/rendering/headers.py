"""Extra headers: one-click unsubscribe where the link is ours."""

from __future__ import annotations

from producthead_mail.content.publication import Publication
from producthead_mail.rendering.slots import Tokens


def headers(publication: Publication, tokens: Tokens) -> dict[str, str]:
    """List-Unsubscribe for a link of our own; SendGrid adds its own for its ways."""
    url = publication.unsubscribe.url
    if not url:
        return {}
    return {
        "List-Unsubscribe": f"<{tokens.url(url)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
