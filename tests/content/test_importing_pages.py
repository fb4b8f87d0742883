"""Pages of an archive: editions, their parts, and indexes that lead to them."""

# ruff: noqa: E501 - rows of a table, each a text and what becomes of it

import os
import re
from collections.abc import Callable
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producthead_mail.config import Project
from producthead_mail.content.importing.drafts import Draft, drafts_of
from producthead_mail.content.importing.losses import Loss
from producthead_mail.content.importing.originals import Original
from producthead_mail.content.importing.pages import Index, read_page
from producthead_mail.content.importing.standing import standing_of
from producthead_mail.content.loader import load_edition, load_publication
from tests.content.seed_page import seed_page

ROOT = Project(Path(__file__).parent.parent.parent)
LONDON = ZoneInfo("Europe/London")
URL = "https://newsletter.example.com/2024/producthead-slow-kilns/"
SEED = Path(os.environ.get("PRODUCTHEAD_REFERENCE_DATA", "")) / "seed"
DATED = '<meta property="article:published_time" content="2024-03-04T07:00:00+00:00">'
Read = Callable[..., Draft]

PAGE = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{DATED}
<title>PRODUCTHEAD: Slow kilns – The site</title><meta property="og:description" content="Why a kiln takes its time.">
<script>track()</script></head><body>
<nav><a href="/">Home</a></nav>
<article><h1>PRODUCTHEAD: Slow kilns</h1>
<p>PRODUCTHEAD is a regular newsletter of product management goodness,<br>curated by Jock Busuttil.</p>
<h2>every kiln has a silver lining <a href="#every-kiln">#</a></h2>
<p>every PRODUCTHEAD edition is <a href="/">online</a> for you to refer back to</p>
<hr><p>Heat slowly</p><p>Cool more slowly</p><hr>
<p>This week: <strong>patience</strong>.</p>
<h2>In the fire <a href="#in-the-fire">#</a></h2>
<ul><li>first</li><li>then</li></ul>
<iframe src="https://video.example.com/1"></iframe>
<p>Speak to you soon,</p>
<h2>what to think about this week</h2>
<p><strong><a href="https://a.example.org/one">The first thing</a></strong></p>
<p>Words with <em>weight</em>.</p><p>And more.</p>
<p><a href="https://a.example.org/one">In one line</a> (sign-up needed)</p>
<p>[Ann Li / A &amp; Co]</p>
<p><strong>The second</strong></p><blockquote><p>Quoted words.</p></blockquote>
<p><a href="https://b.example.org/two">Two</a></p><p>[B Mag]</p>
<h2>recent posts</h2>
<h3><a href="/wheel/">The wheel</a></h3><p><img src="/wheel.jpg" alt="A wheel"> Round.</p><p>[I Manage Products]</p>
<h2>can we help you?</h2><p>We used to say something else here.</p>
<p>Helping people build better products, more successfully, since 2012.</p>
<p>PRODUCTHEAD is a newsletter made of clay.</p>
<h2>Read more from Jock</h2><p>by Jock Busuttil</p>
<h3>Leave a Reply</h3><p>Your email address will not be published. Required fields are marked *</p>
<form><textarea name="comment"></textarea></form></article>
<footer>© The site</footer></body></html>"""

EDITION = """---
title: Slow kilns
date: 2024-03-04
preheader: Why a kiln takes its time.
strapline: every kiln has a silver lining

takeaways:
  - Heat slowly
  - Cool more slowly

curated:
  - title: The first thing
    url: https://a.example.org/one
    excerpt: |-
      Words with *weight*.

      And more.
    summary: In one line
    access: sign-up needed
    author: Ann Li
    publication: A & Co

  - title: The second
    url: https://b.example.org/two
    excerpt: Quoted words.
    summary: Two
    publication: B Mag

posts:
  - title: The wheel
    url: https://newsletter.example.com/wheel/
    excerpt: A wheel Round.
    source: I Manage Products

colophon: PRODUCTHEAD is a newsletter made of clay.
---

This week: **patience**.

## In the fire

- first
- then

[https://video.example.com/1](https://video.example.com/1)

Speak to you soon,

## can we help you?

We used to say something else here.
"""


@pytest.fixture(scope="module")
def read() -> Read:
    publication = load_publication(ROOT)

    def draft(html: str, url: str = URL) -> Draft:
        page = read_page(html.encode(), url, "utf-8", LONDON)
        assert isinstance(page, Original)
        standing = standing_of(publication)
        (found,) = drafts_of([page], standing, publication.name, publication.sender.name)
        assert isinstance(found, Draft)
        return found

    return draft


def essay(read: Read, inside: str) -> str:
    return read(f"<head>{DATED}</head><h1>T</h1><article>{inside}</article>").text.partition("\n---\n\n")[2]


def test_a_page_becomes_the_edition_it_was(read: Read) -> None:
    draft = read(PAGE)
    assert (draft.slug, draft.text) == ("2024-03-04-slow-kilns", EDITION)


def test_what_of_a_page_is_lost_or_moved_is_counted(read: Read) -> None:
    draft = read(PAGE)
    assert (dict(draft.losses), draft.parts.standing) == (
        {Loss.COMMENTS: 1, Loss.EMBED: 1, Loss.FURNITURE: 2, Loss.ITEM_PICTURE: 1, Loss.MOVED: 1},
        7,
    )


@pytest.mark.skipif(not SEED.is_dir(), reason="PRODUCTHEAD_REFERENCE_DATA is not set")
def test_the_seed_edition_is_imported_as_it_was_written_by_hand(read: Read, tmp_path: Path) -> None:
    (text,) = SEED.glob("*.txt")
    draft = read(seed_page(text.read_text(encoding="utf-8")), url="")
    file = tmp_path / f"{draft.slug}.md"
    file.write_text(draft.text, encoding="utf-8")
    publication = load_publication(ROOT)
    found = load_edition(file, publication, ROOT)
    by_hand = load_edition(ROOT.editions / file.name, publication, ROOT)
    for part in ("title", "date", "subject", "strapline", "takeaways", "curated", "posts", "colophon"):
        assert getattr(found, part) == getattr(by_hand, part), part
    assert found.essay.source.strip() == by_hand.essay.source.strip()
    assert dict(draft.losses) == {Loss.COMMENTS: 1, Loss.FURNITURE: 2}


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        # A list of the essay's own, a table of contents, long entries: no takeaways.
        ("<p>Intro.</p><ul><li>a</li><li>b</li></ul>", "Intro.\n\n- a\n- b\n"),
        ("<ul><li>One</li><li>Two</li></ul><h2>One</h2><p>x</p><h2>Two</h2><p>y</p>", "- One\n- Two\n\n## One\n\nx\n\n## Two\n\ny\n"),
        (f"<ul><li>{'long ' * 50}</li></ul><p>x</p>", f"- {('long ' * 50).strip()}\n\nx\n"),
        ("<p>Short line</p><p>Another</p><p>Essay.</p>", "Short line\n\nAnother\n\nEssay.\n"),
        # A heading over words that are no strapline's.
        ("<h2>The start</h2><p>x</p>", "## The start\n\nx\n"),
        # Items that can't be told apart, or have what none can hold, stay.
        ("<p>x</p><h2>recent posts</h2><p>Only words.</p>", "x\n\n## recent posts\n\nOnly words.\n"),
        ('<p>x</p><h2>recent posts</h2><h3><a href="/a">A</a></h3><pre>code</pre><p>[B]</p>', "x\n\n## recent posts\n\n### [A](https://newsletter.example.com/a)\n\n```\ncode\n```\n\n\\[B]\n"),
        # Standing words in the middle of an essay are the essay's.
        ("<p>Start.</p><p>everything in its right product</p><p>End.</p>", "Start.\n\neverything in its right product\n\nEnd.\n"),
        ("<p>Start.</p><hr><p>everything in its right product</p>", "Start.\n"),
        ("<h3>Deep</h3><p>x</p><h4>Deeper</h4>", "## Deep\n\nx\n\n### Deeper\n"),
    ],
)  # fmt: skip
def test_what_is_not_sure_to_be_a_part_stays_in_the_essay(read: Read, inside: str, expected: str) -> None:
    assert essay(read, inside) == expected


def test_items_that_can_not_be_told_apart_stay_and_are_counted(read: Read) -> None:
    html = "<p>x</p><h2>recent posts</h2><ul><li><a href='/a'>A</a></li></ul><h2>can we help you?</h2>"
    draft = read(f"<head>{DATED}</head><h1>T</h1><article>{html}</article>")
    assert draft.losses == {Loss.LIST: 1, Loss.MOVED: 1}
    assert draft.text.endswith("x\n\n## recent posts\n\n- [A](https://newsletter.example.com/a)\n")


def test_a_post_s_remark_stays_with_its_summary(read: Read) -> None:
    html = (
        "<h2>recent posts</h2><h3><a href='/a'>A</a></h3><p><a href='/a'>Read on</a> [members]</p><p>[B]</p>"
    )
    draft = read(f"<head>{DATED}</head><h1>T</h1><article>{html}</article>")
    url = "https://newsletter.example.com/a"
    assert draft.parts.posts == ({"title": "A", "url": url, "summary": "Read on \\[members]", "source": "B"},)


def test_a_remark_after_title_and_link_each_is_kept(read: Read) -> None:
    draft = read(
        f"<head>{DATED}</head><h1>T</h1><article><p>x</p><h2>what to think about this week</h2>"
        "<p><a href='/a'>A</a> [paywalled]</p><p><a href='/a'>Read on</a> [long]</p><p>[B]</p></article>"
    )
    url = "https://newsletter.example.com/a"
    assert draft.parts.curated == (
        {"title": "A", "url": url, "summary": "Read on \\[long]", "access": "paywalled", "publication": "B"},
    )


def test_two_lists_of_one_label_are_one(read: Read) -> None:
    part = "<h2>recent posts</h2><h3><a href='/{0}'>{0}</a></h3><p>[B]</p>"
    draft = read(
        f"<head>{DATED}</head><h1>T</h1><article><p>x</p>{part.format('one')}{part.format('two')}</article>"
    )
    assert [item["title"] for item in draft.parts.posts] == ["one", "two"]


def test_items_without_attributions_are_told_apart_by_their_headings(read: Read) -> None:
    draft = read(
        f"<head>{DATED}</head><h1>T</h1><article><p>x</p><h2>recent posts</h2>"
        '<h3><a href="/a">A</a></h3><p>one</p><h3><a href="/b">B</a></h3><ul><li>p</li><li>q</li></ul></article>'
    )
    assert draft.parts.posts == (
        {"title": "A", "url": "https://newsletter.example.com/a", "excerpt": "one"},
        {"title": "B", "url": "https://newsletter.example.com/b", "excerpt": "– p\n\n– q"},
    )


@pytest.mark.parametrize("form", ["<h3>{}. {}</h3>", "<p><b>{}) {}</b></p>", "<p>{}. {} [paywalled]</p>"])
def test_numbers_that_count_the_items_are_no_part_of_their_titles(read: Read, form: str) -> None:
    end = "<p>[P]</p>" if "[" in form else "<p>Words.</p>"
    items = [form.format(n, f"<a href='/{n}'>{n * 10} ways</a>") + end for n in (1, 2)]
    draft = read(
        f"<head>{DATED}</head><h1>T</h1><article><p>x</p><h2>recent posts</h2>{''.join(items)}</article>"
    )
    assert [item["title"] for item in draft.parts.posts] == ["10 ways", "20 ways"]
    assert draft.losses == {}


def test_a_number_that_counts_nothing_stays(read: Read) -> None:
    items = "<h3><a href='/a'>3. August</a></h3><h3><a href='/b'>1. May</a></h3>"
    draft = read(f"<head>{DATED}</head><h1>T</h1><article><p>x</p><h2>recent posts</h2>{items}</article>")
    assert [item["title"] for item in draft.parts.posts] == ["3. August", "1. May"]


@pytest.mark.parametrize(
    ("below", "item"),
    [
        (
            "<p>Words.</p><p>In <em>one</em> line</p><p>[A / B]</p>",
            {"excerpt": "Words.", "summary": "In *one* line", "author": "A", "publication": "B"},
        ),
        (
            "<p>Words.</p><p>In one line</p><p>Ann / Bo</p>",
            {"excerpt": "Words.", "summary": "In one line", "author": "Ann", "publication": "Bo"},
        ),
        (
            "<p>Words.</p><p>A sentence.</p><p>[B]</p>",
            {"excerpt": "Words.\n\nA sentence.", "publication": "B"},
        ),
        ("<p>In one line</p><p>[B]</p>", {"excerpt": "In one line", "publication": "B"}),
        ('<p>Words.</p><p>[gallery ids="1,2"]</p>', {"excerpt": 'Words.\n\n\\[gallery ids="1,2"]'}),
        ("<p>Words.</p><p>[gallery]</p>", {"excerpt": "Words.\n\n\\[gallery]"}),
        ("<p>Either this / or that.</p>", {"excerpt": "Either this / or that."}),
        (
            "<p>Words.</p><p><a href='/a'>Read <b>on</b></a></p>",
            {"excerpt": "Words.", "summary": "Read **on**"},
        ),
        (
            "<p><a href='/other'>Read on</a></p>",
            {"summary": "[Read on](https://newsletter.example.com/other)"},
        ),
    ],
)
def test_the_lines_of_an_item(read: Read, below: str, item: dict[str, str]) -> None:
    draft = read(
        f"<head>{DATED}</head><h1>T</h1><article><p>x</p><h2>what to think about this week</h2>"
        f"<h3><a href='/a'>A title</a></h3>{below}</article>"
    )
    assert draft.parts.curated == ({"title": "A title", "url": "https://newsletter.example.com/a", **item},)


@pytest.mark.parametrize(
    "top",
    [
        "<h2>Takeaways</h2><ul><li>One</li><li>Two</li></ul>",
        "<p><b>Key takeaways:</b></p><p>One</p><p>Two</p><h2>H</h2>",
    ],
)
def test_takeaways_under_their_label(read: Read, top: str) -> None:
    draft = read(f"<head>{DATED}</head><h1>T</h1><article>{top}<p>Essay.</p></article>")
    assert draft.parts.takeaways == ("One", "Two")


def test_fields_of_other_services_are_counted(read: Read) -> None:
    html = f"<head>{DATED}</head><h1>T</h1><article><p>Dear *|FNAME|* or {{{{ name }}}},</p><p>hello.</p></article>"
    draft = read(html)
    assert draft.losses == {Loss.MERGE_FIELD: 2}
    assert draft.text.endswith("Dear \\*|FNAME|\\* or {{ name }},\n\nhello.\n")


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        ('<meta name="date" content="2024-03-04">', "", "2024-03-04"),
        ('<meta property="article:published_time" content="2024-07-01T23:30:00Z">', "", "2024-07-02"),
        ('<script type="application/ld+json">{"@graph": [{"@type": "BlogPosting", "datePublished": "2024-03-04"}]}</script>', "", "2024-03-04"),
        ("", '<time class="entry-date" datetime="2024-03-04T07:00:00+00:00">x</time><time class="updated" datetime="2024-05-05">y</time>', "2024-03-04"),
        ("", '<ol class="comment-list"><time datetime="2024-05-05">y</time></ol><time datetime="2024-03-04">x</time>', "2024-03-04"),
        ('<meta name="parsely-pub-date" content="2024-03-04">', '<time datetime="2024-05-05">y</time>', "2024-03-04"),
        ("", '<abbr itemprop="datePublished" title="2024-03-04T08:00:00Z">Monday</abbr>', "2024-03-04"),
        ("", "<time>4. März 2024</time>", "2024-03-04"),
        ("", '<h2 class="date-header"><span>lundi 4 mars 2024</span></h2><p class="published">long ago</p>', "2024-03-04"),
        ('<meta name="date" content="03/04/2024">', "<time>March 4, 2024</time>", "2024-03-04"),
    ],
)  # fmt: skip
def test_the_day_is_the_one_the_page_says(head: str, body: str, day: str) -> None:
    page = read_page(f"<head>{head}</head><body><p>x</p>{body}</body>".encode(), URL, "", LONDON)
    assert isinstance(page, Original)
    assert str(page.day) == day


@pytest.mark.parametrize(
    ("head", "body", "unread"),
    [
        ('<meta name="date" content="03/04/2024">', '<a href="/one/">One</a>', "03/04/2024"),
        ("", "<time>3 hours ago</time>", "3 hours ago"),
        ("", '<time datetime="2024-03-04">x</time><time datetime="2024-03-11">y</time>', ""),
        ("", "<time>03/04/2024</time><time>03/11/2024</time>", ""),
        ("", "<time>soon</time>", ""),
    ],
)
def test_a_day_that_can_not_be_read_is_said_and_not_guessed(head: str, body: str, unread: str) -> None:
    page = read_page(f"<head>{head}</head><body><p>x</p>{body}</body>".encode(), URL, "", LONDON)
    assert isinstance(page, Index)
    assert (page.unread, page.links) == (unread, ())


def test_a_day_in_the_address_is_taken_where_the_page_says_none() -> None:
    page = read_page(b"<p>x</p>", "https://newsletter.example.com/2024/3/4/slow/", "", LONDON)
    assert isinstance(page, Original)
    assert (str(page.day), page.name) == ("2024-03-04", "slow")


def test_an_index_leads_to_the_pages_of_its_own_site() -> None:
    page = read_page(
        b"""<html><head><link rel="next" href="/page/2/"></head><body><nav><a href="/menu/">Menu</a></nav><main>
        <article><h2><a href="/one/">One</a></h2><time datetime="2024-01-01">1</time></article>
        <article><h2><a href="/two/#top">Two</a></h2><time datetime="2024-01-08">8</time><a href="/two/">more</a>
        <a href="https://other.example.org/x/">elsewhere</a> <a href="/category/news/">News</a>
        <a href="/a.pdf">PDF</a> <a href="mailto:x@example.com">m</a> <a href="http://[bad">b</a></article>
        </main></body></html>""",
        "https://newsletter.example.com/",
        "",
        LONDON,
    )
    assert page == Index(
        ("https://newsletter.example.com/one/", "https://newsletter.example.com/two/"),
        more="https://newsletter.example.com/page/2/",
    )


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ("café".encode(), ""),
        ("café".encode("latin-1"), "iso-8859-1"),
        ("café".encode("cp1252"), ""),
        (b'<meta charset="windows-1252"><p>' + "café".encode("cp1252"), ""),
        ("café".encode("utf-16"), "nonsense"),
    ],
)
def test_pages_are_read_in_their_own_encoding(data: bytes, charset: str) -> None:
    page = read_page(data, "https://newsletter.example.com/2024/03/04/x/", charset, LONDON)
    assert isinstance(page, Original)
    assert page.content.text_content().strip() == "café"


# Whatever the page, the edition loads, and no word of it is lost.

WORDS = "word |[[|]]|[A / B]|# x|1. y|---|&amp;lt;|`|<br>|<hr>|\\|*|_|recent posts|<img alt=x>"
PICTURES = "<img src='/p.png' alt='[['>|<iframe src='//v.example.com/[['></iframe>"
TAGS = "p div h2 h4 ul ol li blockquote pre code em b a table tr td th figure figcaption sup span section dl dt dd abbr q"
ATTRIBUTES = "| href='/x[[y'| href='https://[bad'| href='https://x.example.com/a b'| title='[[t\"'"
SOUP = st.recursive(
    st.sampled_from([*WORDS.split("|"), *PICTURES.split("|"), "|"]),
    lambda inner: st.tuples(
        st.sampled_from(TAGS.split()), st.sampled_from(ATTRIBUTES.split("|")), st.lists(inner, max_size=4)
    ).map(lambda part: f"<{part[0]}{part[1]}>{''.join(part[2])}</{part[0]}>"),
    max_leaves=14,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SOUP, min_size=1, max_size=6).map("".join))
def test_whatever_the_page_the_edition_loads(read: Read, tmp_path: Path, soup: str) -> None:
    page = read_page(
        f"<head>{DATED}</head><article><h1>Title</h1>start {soup}</article>".encode(), URL, "utf-8", LONDON
    )
    assert isinstance(page, Original)
    publication = load_publication(ROOT)
    (draft,) = drafts_of([page], standing_of(publication), publication.name, publication.sender.name)
    assert isinstance(draft, Draft)
    file = tmp_path / "2024-03-04-x.md"
    file.write_text(draft.text, encoding="utf-8")
    edition = load_edition(file, publication, ROOT)
    assert edition.essay.dropped == ()
    assert draft.text.count("word") == soup.count("word")


# The parts in any order, whole or not: each word is in the edition's file, be it in a part or in the essay.

PARTS = st.sampled_from(
    [
        "<ul><li>@</li><li>@</li></ul>",
        "<p>@</p><p>@</p><hr>",
        "<p>@ <b>@</b> <a href='/@'>@</a></p>",
        "<h2>@</h2>",
        "<blockquote><p>@</p></blockquote>",
        "<h2>what to think about this week</h2>",
        "<h2>recent posts</h2>",
        "<h2>can we help you?</h2>",
        "<h2>everything in its right product</h2>",
        "<p>PRODUCTHEAD is a @</p>",
        "<h3><a href='https://a.example.org/@'>@</a></h3>",
        "<h3>@</h3>",
        "<p><b>@</b></p>",
        "<p><a href='https://a.example.org/x'>@ <i>@</i></a> [@]</p>",
        "<p><a href='https://a.example.org/y'>@</a></p>",
        "<p>[@ / @]</p>",
        "<p>[@]</p>",
        "<pre>@</pre>",
        "<h2>Worth reading</h2>",
        "<ul><li><a href='https://a.example.org/@'>@</a></li></ul>",
        "<ol><li><b><a href='https://a.example.org/z'>@</a>: @</b> [@] – @<br>@ [@ / @]</li></ol>",
        "<ul><li><p><a href='https://a.example.org/z'>@</a> (@, paywalled) @</p><p>@</p></li></ul>",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PARTS, max_size=20).map("".join))
def test_no_word_of_a_page_is_lost(read: Read, template: str) -> None:
    numbers = count(1)
    page = re.sub("@", lambda _: f"w{next(numbers)}x", template)
    draft = read(f"<head>{DATED}</head><h1>T</h1><article><p>start</p>{page}</article>")
    words = set(re.findall(r"w\d+x", re.sub(r"<[^>]*>", " ", page)))
    assert words - set(re.findall(r"w\d+x", draft.text)) == set()
