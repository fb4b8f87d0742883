"""The short texts of the layouts, with a default for each."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT_LABELS: Mapping[str, str] = {
    "takeaways": "takeaways",
    "curated": "what to think about this week",
    "posts": "recent posts",
    "by": "by",
    "read_more": "Read more",
    "archive": "Archive",
    "view_online": "View online",
    "reply": "Reply",
    "reply_line": "Leave a reply by email",
    "unsubscribe": "Unsubscribe",
}
