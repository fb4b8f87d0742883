"""What a new edition's file says; it loads as it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.config import Project
from producthead_mail.content.authoring.literal import typed
from producthead_mail.content.authoring.scaffold import UNWRITTEN, Draft, scaffold
from producthead_mail.content.edition import Edition
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.errors import InputError

LAST = """\
---
title: Last
date: 2024-02-12
layout: announcement
strapline: "a # strap: line"
colophon: >-
  Lovingly crafted from *lots* of ¾ inch holes, and from whatever else was left over in the shed when
  the evening came.
ignore: {link-http: an old site}
---

Dear [[ first_name | default("reader") ]],

Only here.

## For you this week

```text
the same code

twice
```

Speak to you soon,
"""


FRONT = "---\ntitle: Earlier\ndate: 2024-02-12\n---\n\n"


@pytest.fixture
def edition(project: Project) -> Edition:
    return loaded(project, LAST)


def loaded(project: Project, text: str) -> Edition:
    path = project.editions / "2024-02-12-last.md"
    path.write_text(text, "utf-8")
    return load_edition(path, load_publication(project), project)


def draft(title: str = "Trade-offs") -> Draft:
    at = datetime(2024, 2, 19, 7, tzinfo=ZoneInfo("Europe/London"))
    return Draft("2024-02-19-trade-offs", title, date(2024, 2, 19), at)


def test_the_first_edition_has_blanks_only(project: Project) -> None:
    assert (
        scaffold(draft(), load_publication(project), [])
        == f"""\
---
title: Trade-offs
date: 2024-02-19
send_at: 2024-02-19 07:00  # in Europe/London
# What the inbox shows after the subject: 35 to 140 characters.
preheader:

# A sentence each: `- What readers take with them`
takeaways:

# `producthead add 2024-02-19-trade-offs URL` adds a link with what its page says of itself.
# Each has title and url; also excerpt, summary, access, author, publication, image {{src, alt}}.
curated:
---

{UNWRITTEN}
"""
    )


def keys(text: str) -> set[str]:
    return {line[:-1] for line in text.split("\n---\n")[0].splitlines() if line.endswith(":")}


def test_lists_are_those_that_earlier_editions_have(project: Project, edition: Edition) -> None:
    publication = load_publication(project)
    with_posts = loaded(project, LAST.replace("ignore:", "posts: []\nignore:"))
    assert keys(scaffold(draft(), publication, [edition])) == {"preheader"}
    assert keys(scaffold(draft(), publication, [with_posts, edition])) == {"preheader", "posts"}
    with_feed = replace(publication, feed="https://blog.example.com/feed")
    assert keys(scaffold(draft(), with_feed, [])) == {"preheader", "takeaways", "curated", "posts"}


def test_standing_parts_come_from_the_last_edition(project: Project, edition: Edition) -> None:
    text = scaffold(draft(), load_publication(project), [edition])
    new = loaded(project, text)
    assert (new.layout, new.strapline) == ("announcement", "a # strap: line")
    assert new.colophon == edition.colophon
    assert (new.takeaways, new.curated, new.posts, new.ignore) == ((), (), (), {})
    assert new.essay.text == ""


def test_what_two_essays_share_stands_round_the_place_for_the_next(
    project: Project, edition: Edition
) -> None:
    before = loaded(project, LAST.replace("Only here.", "Something else.\n\n## Another heading"))
    text = scaffold(draft(), load_publication(project), [before, edition])
    assert (
        text.partition("\n---\n\n")[2]
        == f"""\
Dear [[ first_name | default("reader") ]],

{UNWRITTEN}

## For you this week

Speak to you soon,
"""
    )


def test_an_edition_that_is_not_written_yet_has_nothing_to_share_of_its_blanks(
    project: Project, edition: Edition
) -> None:
    first = loaded(project, scaffold(draft(), load_publication(project), [edition, edition]))
    again = scaffold(draft(), load_publication(project), [edition, first])
    assert again.count(UNWRITTEN) == 1


def test_a_title_is_one_line_of_text() -> None:
    assert typed("  a\tb\x07\n c\u2028d ") == "a b c d"


@given(
    title=st.text(min_size=1).map(typed).filter(bool),
    strapline=st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30),
    colophon=st.lists(st.text("ab#:-'\"[]{}&*!|>%@`, é", min_size=1, max_size=9), max_size=60)
    .map(" ".join)
    .filter(lambda text: "[[" not in text),
)
def test_whatever_is_carried_over_reads_back_as_it_was(
    shared_project: Project, title: str, strapline: str, colophon: str
) -> None:
    publication = load_publication(shared_project)
    last = loaded(shared_project, LAST)
    kept = replace(last, strapline=strapline, colophon=replace(last.colophon, source=colophon.strip()))
    new = loaded(shared_project, scaffold(draft(title), publication, [kept]))
    assert (new.strapline, new.colophon.source) == (strapline, colophon.strip())


PIECES = st.sampled_from(
    (
        *(
            "Hello [[ first_name ]],",
            "## Heading",
            "- one",
            "  more of it",
            "    [[ code",
            "> said",
            "`[[ x`",
        ),
        *("```", "~~~~", "````text\n[[ x", "<div>", "</div>", "[a]: https://example.com", "[a][a]", "---"),
        *("1. first", "\\[[ literal", "text\n===", "<!-- note -->", "&nbsp;"),
    )
)


@given(last=st.lists(PIECES, max_size=8), before=st.lists(PIECES, max_size=8))
def test_whatever_two_essays_share_the_next_edition_loads(
    shared_project: Project, last: list[str], before: list[str]
) -> None:
    publication = load_publication(shared_project)
    try:
        earlier = [loaded(shared_project, FRONT + "\n\n".join(pieces)) for pieces in (before, last)]
    except InputError:
        return  # nothing is carried over from an edition that can't be loaded
    new = scaffold(draft(), publication, earlier)
    assert new.count(UNWRITTEN) == 1
    loaded(shared_project, new)
