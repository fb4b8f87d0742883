"""RSS and Atom as posts of an edition."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from producthead_mail.content.authoring.feed import Feed, FeedEntry, feed_address, feed_of, post_item
from producthead_mail.content.authoring.refreshing import Refreshed, with_posts

URL = "https://imanageproducts.example.com/feed/"
NOW = datetime(2024, 2, 12, tzinfo=UTC)
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>I Manage &amp;#8220;Products&amp;#8221;</title><link>https://imanageproducts.example.com/</link>
<item><title>Force multipliers</title>
<link>https://imanageproducts.example.com/force-multipliers/?utm_source=rss</link>
<pubDate>Mon, 01 Jan 2024 08:00:00 +0000</pubDate>
<description><![CDATA[<p>Recently I was explaining to a <b>client</b> why I focus on *force*
[[ multipliers ]] [&#8230;]</p><p>The post <a href="x">Force multipliers</a> appeared first on
<a href="y">I Manage Products</a>.</p>]]></description></item>
<item><title>Getting your first job &amp; keeping it</title><link>/first-job/</link>
<pubDate>Mon, 05 Feb 2024 08:00:00 GMT</pubDate>
<content:encoded><![CDATA[<figure>A picture</figure><p>Hi Jock,</p><p>Do you have any advice on
productivity tools for tracking product metrics?</p><p>More.</p>]]></content:encoded></item>
<item><title>Without a link</title></item>
<item><link>https://imanageproducts.example.com/untitled/</link></item>
<item><title>Tomorrow</title><link>https://imanageproducts.example.com/tomorrow/</link>
<pubDate>Tue, 13 Feb 2024 08:00:00 GMT</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://blog.example.com/">
<title type="text">A &lt; B</title><entry><title type="html">&lt;i&gt;One&lt;/i&gt;</title>
<link rel="alternate" href="one"/><updated>2024-01-01T00:00:00Z</updated>
<summary type="text">Plain &lt;b&gt; words.</summary></entry></feed>"""


def test_an_entry_is_taken_once_and_only_where_its_link_can_stand_in_a_mail() -> None:
    item = "<item><title>{}</title><link>{}</link></item>"
    links = {
        "One": "https://blog.example.com/a",
        "One again": "https://www.blog.example.com/a/?utm_source=x",
        "Secret": "https://me:secret@blog.example.com/b",
        "Odd": "https://blog example.com/c",
    }
    items = "".join(item.format(*one) for one in links.items())
    feed = feed_of(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), URL, "text/xml", NOW)
    assert [one.title for one in feed.entries] == ["One"]
    assert feed.skipped == ("Secret: has no link", "Odd: has no link")


def test_rss_newest_first_with_what_can_not_be_taken() -> None:
    feed = feed_of(RSS.encode(), URL, "application/rss+xml", NOW)

    assert feed == Feed(
        "I Manage “Products”",
        (
            FeedEntry(
                "Getting your first job & keeping it",
                "https://imanageproducts.example.com/first-job/",
                "Hi Jock,\n\nDo you have any advice on productivity tools for tracking product metrics?",
                datetime(2024, 2, 5, 8, tzinfo=UTC),
            ),
            FeedEntry(
                "Force multipliers",
                "https://imanageproducts.example.com/force-multipliers/",
                "Recently I was explaining to a client why I focus on *force* [[ multipliers ]]…",
                datetime(2024, 1, 1, 8, tzinfo=UTC),
            ),
        ),
        (
            "Without a link: has no link",
            "https://imanageproducts.example.com/untitled/: has no title",
            "Tomorrow: is dated 2024-02-13, which is still to come",
        ),
    )
    assert post_item(feed.entries[1], feed) == {
        "title": "Force multipliers",
        "url": "https://imanageproducts.example.com/force-multipliers/",
        "excerpt": r"Recently I was explaining to a client why I focus on \*force\* \[[ multipliers ]]…",
        "summary": "",
        "source": "I Manage “Products”",
    }


def test_atom() -> None:
    feed = feed_of(ATOM.encode(), "https://blog.example.com/atom.xml", "application/atom+xml", NOW)
    day = datetime(2024, 1, 1, tzinfo=UTC)
    entry = FeedEntry("One", "https://blog.example.com/one", "Plain <b> words.", day)
    assert feed == Feed("A < B", (entry,))


def test_without_dates_the_order_of_the_feed_counts() -> None:
    items = "".join(f"<item><title>{n}</title><link>https://x.example.com/{n}</link></item>" for n in "213")
    feed = feed_of(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), URL, "", NOW)
    assert (feed.title, [entry.title for entry in feed.entries]) == (
        "imanageproducts.example.com",
        ["2", "1", "3"],
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is no RSS or Atom feed"),
        (b"<html><body>Words</body></html>", "is no RSS or Atom feed"),
        (b"/etc/passwd", "is no RSS or Atom feed: not well-formed (invalid token)"),
        (b"https://example.com/feed", "is no RSS or Atom feed: not well-formed (invalid token)"),
        (b"<rss>" + b"<a>" * 100_000, "has elements nested more than 256 deep"),
    ],
)
def test_what_is_no_feed_is_none(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        feed_of(body, URL, "text/html", NOW)
    assert str(caught.value) == reason


def test_a_feed_reads_no_file() -> None:
    entity = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    body = f'<?xml version="1.0"?>{entity}<rss version="2.0"><channel><title>&a;</title></channel></rss>'
    assert feed_of(body.encode(), URL, "", NOW) == Feed("imanageproducts.example.com")


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/feed/">', "https://blog.example.com/feed/"),
        (
            '<link rel="Alternate" type="application/atom+xml; charset=utf-8" href="https://x.example.com/a">',
            "https://x.example.com/a",
        ),
        ('<link rel="alternate" type="text/html" href="/de/">', ""),
        ('<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">', ""),
        ("", ""),
    ],
)
def test_a_page_names_its_feed(head: str, address: str) -> None:
    assert feed_address(f"<html><head>{head}</head></html>".encode(), "https://blog.example.com/x") == address


def feed_with(*names: str) -> Feed:
    return Feed("Blog", tuple(FeedEntry(name, f"https://blog.example.com/{name}/") for name in names))


EDITION = """\
---
title: T
posts:  # of the blog
  - title: Two, my way
    url: http://www.blog.example.com/two?utm_source=x  # as copied
    summary: Mine

  - title: Old
    url: https://blog.example.com/old/

  - title: A talk
    url: https://talks.example.com/a
---
"""


def refreshed(names: tuple[str, ...], count: int, featured: tuple[str, ...] = ()) -> tuple[str, Refreshed]:
    return with_posts(EDITION, feed_with(*names), count, lambda url: url.split("/")[-2] in featured, "x.md")


def test_the_newest_posts_come_in_and_the_curator_s_stay_as_they_are() -> None:
    text, done = refreshed(("four", "three", "two", "one"), 2, featured=("four",))

    assert (
        text
        == """\
---
title: T
posts:  # of the blog
  - title: three
    url: https://blog.example.com/three/
    excerpt:
    summary:
    source: Blog

  - title: Two, my way
    url: http://www.blog.example.com/two?utm_source=x  # as copied
    summary: Mine

  - title: A talk
    url: https://talks.example.com/a
---
"""
    )
    assert [item["title"] for item in done.new] == ["three"]
    assert [item["title"] for item in done.kept] == ["Two, my way", "A talk"]
    assert [item["title"] for item in done.gone] == ["Old"]
    assert done.featured == 1


def test_a_feed_with_less_than_there_is_takes_nothing_away() -> None:
    text, done = refreshed(("two",), 3)
    assert text == EDITION
    assert (done.new, done.gone) == ((), ())
    assert refreshed(("one",), 3, featured=("one",))[0] == EDITION
