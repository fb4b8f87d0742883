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
    # Of the archive's site.
    "skip": "Skip to the content",
    "editions": "Editions",
    "authors": "Authors",
    "publications": "Publications",
    "search": "Search",
    "search_hint": "Titles, takeaways, headings, people and sites",
    "search_none": "Nothing found",
    "not_found": "There is no such page",
    "search_listed": "Without JavaScript there is no search. Everything is listed, though:",
    "latest": "Latest edition",
    "earlier": "Earlier editions",
    "by_year": "Editions by year",
    "previous": "Previous edition",
    "next": "Next edition",
    "newer": "Newer",
    "older": "Older",
    "most": "Most often recommended",
    "permalink": "Link to",
    "feed": "Feed",
}
