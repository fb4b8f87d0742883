"""A list of links below a heading that says so is curated items, where each entry is sure to be one."""

# ruff: noqa: E501 - rows of a table, each a text and what becomes of it

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from producthead_mail.config import Project
from producthead_mail.content.importing.drafts import Draft, drafts_of
from producthead_mail.content.importing.losses import Loss
from producthead_mail.content.importing.originals import Original
from producthead_mail.content.importing.pages import read_page
from producthead_mail.content.importing.standing import standing_of
from producthead_mail.content.loader import load_publication

ROOT = Project(Path(__file__).parent.parent.parent)
HEAD = '<head><meta property="article:published_time" content="2024-03-04T07:00:00+00:00"></head><h1>T</h1>'
ONE = '<a href="https://a.example.org/1">One</a>'
TWO = '<a href="https://a.example.org/2">Two</a>'
FIRST = {"title": "One", "url": "https://a.example.org/1"}


def draft(inside: str) -> Draft:
    page = read_page(
        f"{HEAD}<article><p>Essay.</p>{inside}</article>".encode(),
        "https://n.example.com/x/",
        "utf-8",
        ZoneInfo("Europe/London"),
    )
    assert isinstance(page, Original)
    publication = load_publication(ROOT)
    (found,) = drafts_of([page], standing_of(publication), publication.name, publication.sender.name)
    assert isinstance(found, Draft)
    return found


@pytest.mark.parametrize(
    ("entry", "item"),
    [
        (ONE, {}),
        (f"{ONE}.", {}),
        (f"{ONE} – words with <em>weight</em>", {"excerpt": "words with *weight*"}),
        (f"<strong>{ONE}:</strong> and <a href='https://b.example.org/'>more</a>", {"excerpt": "and [more](https://b.example.org/)"}),
        (f"<strong>{ONE} - bold</strong> words", {"excerpt": "bold words"}),
        (f"{ONE}. It says much.", {"excerpt": "It says much."}),
        (f"{ONE} by Ann Li (The Paper)", {"excerpt": "by Ann Li (The Paper)"}),
        (f"{ONE} (The Paper)", {"excerpt": "(The Paper)"}),
        (f"{ONE} (paywalled)", {"access": "paywalled"}),
        (f"{ONE} [sign-up] – good", {"access": "sign-up", "excerpt": "good"}),
        (f"{ONE}<br>in two<br>lines", {"excerpt": "in two\n\nlines"}),
        (f"{ONE} – good [Ann Li / A &amp; Co]", {"excerpt": "good", "author": "Ann Li", "publication": "A & Co"}),
        (f"<p>{ONE}</p><p>Below.</p><ul><li>a point</li></ul>", {"excerpt": "Below.\n\n– a point"}),
        (f"<h3>{ONE}</h3><p>Words.</p><p><a href='https://a.example.org/1'>In a line</a></p><p>[B]</p>", {"excerpt": "Words.", "summary": "In a line", "publication": "B"}),
    ],
)  # fmt: skip
def test_an_entry_is_an_item(entry: str, item: dict[str, str]) -> None:
    for tag in ("ul", "ol"):
        found = draft(f"<h2>Worth reading</h2><{tag}><li>{entry}</li></{tag}>")
        assert found.parts.curated == (FIRST | item,)
        assert (found.text.endswith("---\n\nEssay.\n"), found.losses) == (True, {})


@pytest.mark.parametrize(
    "entry",
    [
        f"Great piece: {ONE}",
        f"“{ONE}”",
        f"{ONE} shows why",
        f"{ONE}, which shows why",
        "<a href='https://a.example.org/1'><img src='/p.png' alt='p'></a>",
        f"{ONE}<pre>code</pre>",
        "words",
        f"<blockquote>{ONE}</blockquote>",
        f"<a href='https://a.example.org/1'>{'long ' * 60}</a>",
    ],
)
def test_a_list_with_one_entry_that_may_be_none_stays_whole(entry: str) -> None:
    found = draft(f"<h2>Links</h2><ul><li>{TWO}</li><li>{entry}</li></ul><p>End.</p>")
    assert found.parts.curated == ()
    assert found.losses[Loss.LIST] == 1
    assert found.text.index("## Links") < found.text.index("[Two](https://a.example.org/2)")


@pytest.mark.parametrize("heading", ["<h2>Other links</h2>", "<h2>Sources</h2>", "<p>Links I like</p>", ""])
def test_a_list_below_another_heading_is_the_essay_s(heading: str) -> None:
    found = draft(f"{heading}<ul><li>{ONE}</li></ul>")
    assert (found.parts.curated, found.losses) == ((), {})


def test_what_follows_the_list_goes_on_with_the_essay() -> None:
    found = draft(f"<h2>Links</h2><ul><li>{ONE}</li></ul><ul><li>{TWO}</li></ul><h2>Coda</h2><p>End.</p>")
    assert [item["title"] for item in found.parts.curated] == ["One", "Two"]
    assert (found.text.endswith("---\n\nEssay.\n\n## Coda\n\nEnd.\n"), found.losses) == (True, {})


def test_the_newsletter_s_own_heading_takes_a_list_and_words_above_it_stay() -> None:
    found = draft(
        f"<h2>what to think about this week</h2><p>I liked:</p><ul><li>{ONE}</li></ul><h2>Coda</h2>"
    )
    assert (found.parts.curated, found.losses) == ((FIRST,), {Loss.MOVED: 1})
    assert found.text.endswith("Essay.\n\n## Coda\n\n## what to think about this week\n\nI liked:\n")


def test_pictures_of_entries_are_items_or_counted() -> None:
    pictures = "<img src='/a.png' alt='A'> <img src='/b.png' alt='B'>"
    found = draft(f"<h2>Links</h2><ul><li>{ONE} – {pictures} words</li></ul>")
    assert found.parts.curated == (
        FIRST | {"excerpt": "A B words", "image": {"src": "https://n.example.com/a.png", "alt": "A"}},
    )
    assert found.losses == {Loss.ITEM_PICTURE: 1, Loss.REMOTE_PICTURE: 1}
