"""Atom and RSS of the archive, read by eye, by an XML parser and by a feed reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from producthead_mail.archive.feeds import Channel, atom, rss
from producthead_mail.archive.site import Entry
from producthead_mail.content.publication import Mailbox, Publication

SCHEMA = etree.RelaxNG(file=Path(__file__).with_name("atom.rng"))
LONDON = ZoneInfo("Europe/London")
CHANNEL = Channel(
    title="PRODUCTHEAD",
    description="everything in its right product",
    home="https://newsletter.example.com/",
    author="Jock Busuttil",
    language="en",
)
ENTRY = Entry(
    slug="2024-02-12-deeper",
    title="Alignment & “trust” <deeper>",
    date=date(2024, 2, 12),
    date_text="12 February 2024",
    url="https://newsletter.example.com/2024-02-12-deeper/",
    description="A precursor to alignment is a clear product strategy.",
    html='<p>Read <a href="https://a.example.com/?x=1&amp;y=2">this</a>.</p>',
    published=datetime(2024, 2, 12, 7, 0, tzinfo=LONDON),
    updated=datetime(2024, 2, 12, 7, 0, tzinfo=LONDON),
)
ATOM_FEED = """\
<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <id>https://newsletter.example.com/</id>
  <title>PRODUCTHEAD</title>
  <subtitle>everything in its right product</subtitle>
  <link rel="self" type="application/atom+xml" href="https://newsletter.example.com/feed.xml"/>
  <link rel="alternate" type="text/html" href="https://newsletter.example.com/"/>
  <updated>2024-02-12T07:00:00+00:00</updated>
  <generator>producthead</generator>
  <author>
    <name>Jock Busuttil</name>
  </author>
  <entry>
    <id>https://newsletter.example.com/2024-02-12-deeper/</id>
    <title>Alignment &amp; “trust” &lt;deeper&gt;</title>
    <link rel="alternate" type="text/html" href="https://newsletter.example.com/2024-02-12-deeper/"/>
    <published>2024-02-12T07:00:00+00:00</published>
    <updated>2024-02-12T07:00:00+00:00</updated>
    <author>
      <name>Jock Busuttil</name>
    </author>
    <summary>A precursor to alignment is a clear product strategy.</summary>
    <content type="html">&lt;p&gt;Read &lt;a href="https://a.example.com/?x=1&amp;amp;y=2"&gt;this&lt;/a&gt;.&lt;/p&gt;</content>
  </entry>
</feed>
"""
RSS_FEED = """\
<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" \
xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">
  <channel>
    <title>PRODUCTHEAD</title>
    <link>https://newsletter.example.com/</link>
    <description>everything in its right product</description>
    <language>en</language>
    <lastBuildDate>Mon, 12 Feb 2024 07:00:00 +0000</lastBuildDate>
    <generator>producthead</generator>
    <atom:link rel="self" type="application/rss+xml" href="https://newsletter.example.com/rss.xml"/>
    <item>
      <title>Alignment &amp; “trust” &lt;deeper&gt;</title>
      <link>https://newsletter.example.com/2024-02-12-deeper/</link>
      <guid isPermaLink="true">https://newsletter.example.com/2024-02-12-deeper/</guid>
      <pubDate>Mon, 12 Feb 2024 07:00:00 +0000</pubDate>
      <dc:creator>Jock Busuttil</dc:creator>
      <description>A precursor to alignment is a clear product strategy.</description>
      <content:encoded>&lt;p&gt;Read &lt;a href="https://a.example.com/?x=1&amp;amp;y=2"&gt;this&lt;/a&gt;.&lt;/p&gt;</content:encoded>
    </item>
  </channel>
</rss>
"""
Write = Callable[[Iterable[Entry], Channel], bytes]
BOTH = pytest.mark.parametrize("write", [atom, rss])


def week(number: int) -> Entry:
    moment = ENTRY.published + timedelta(weeks=number)
    url = f"https://newsletter.example.com/week-{number}/"
    return replace(ENTRY, slug=f"week-{number}", url=url, published=moment, updated=moment)


def test_the_atom_feed_to_the_letter() -> None:
    assert atom([ENTRY], CHANNEL).decode() == ATOM_FEED


def test_the_rss_feed_to_the_letter() -> None:
    assert rss([ENTRY], CHANNEL).decode() == RSS_FEED


@BOTH
def test_a_feed_reader_finds_no_fault(write: Write) -> None:
    feed = feedparser.parse(write([week(0), week(1)], CHANNEL))
    assert feed.bozo is False
    assert (feed.feed.title, feed.feed.link) == ("PRODUCTHEAD", "https://newsletter.example.com/")
    assert [entry.id for entry in feed.entries] == [week(1).url, week(0).url]
    first = feed.entries[0]
    assert first.link == week(1).url
    assert first.author == "Jock Busuttil"
    assert first.summary == "A precursor to alignment is a clear product strategy."
    assert first.content[0].value == ENTRY.html
    assert first.published_parsed[:5] == (2024, 2, 19, 7, 0)


@BOTH
def test_the_newest_twenty_come_newest_first(write: Write) -> None:
    ids = [entry.id for entry in feedparser.parse(write(map(week, range(30)), CHANNEL)).entries]
    assert ids == [week(number).url for number in range(29, 9, -1)]


@BOTH
def test_the_order_of_the_files_does_not_matter(write: Write) -> None:
    same_day = [replace(week(1), slug=slug, url=f"https://newsletter.example.com/{slug}/") for slug in "abc"]
    assert write(same_day, CHANNEL) == write(reversed(same_day), CHANNEL)


def test_times_carry_the_offset_of_their_day() -> None:
    july = datetime(2024, 7, 1, 7, 0, tzinfo=LONDON)
    entry = replace(ENTRY, published=july, updated=july)
    assert b"<updated>2024-07-01T07:00:00+01:00</updated>" in atom([entry], CHANNEL)
    assert b"<pubDate>Mon, 01 Jul 2024 07:00:00 +0100</pubDate>" in rss([entry], CHANNEL)


def test_the_feed_has_changed_when_its_newest_edition_has() -> None:
    later = replace(week(0), updated=datetime(2025, 1, 1, tzinfo=UTC))
    assert feedparser.parse(atom([later, week(3)], CHANNEL)).feed.updated == "2025-01-01T00:00:00+00:00"


def test_the_standard_s_schema_agrees() -> None:
    for entries in ([], [ENTRY], [week(number) for number in range(30)]):
        SCHEMA.assertValid(etree.fromstring(atom(entries, CHANNEL)))
    nameless = etree.fromstring(atom([ENTRY], replace(CHANNEL, author="")))
    assert SCHEMA.validate(nameless) is False


@BOTH
def test_an_archive_without_editions_has_a_feed(write: Write) -> None:
    feed = feedparser.parse(write([], CHANNEL))
    assert (feed.bozo, feed.entries, feed.feed.updated_parsed[0]) == (False, [], 1970)


@BOTH
@pytest.mark.parametrize(
    "text", ["]]>", "<![CDATA[", "&amp;", "<b>", "👩🏽‍💻 ünï", "a\r\nb", "'\"", "]]&gt;", "--"]
)
def test_no_text_breaks_the_feed(write: Write, text: str) -> None:
    entry = replace(ENTRY, title=text, description=text, html=f"<p>{text}</p>")
    document = etree.fromstring(write([entry], replace(CHANNEL, title=text)))
    assert document.xpath("string(//*[local-name()='content' or local-name()='encoded'])") == f"<p>{text}</p>"
    assert document.xpath("string((//*[local-name()='title'])[last()])") == text


@BOTH
def test_what_xml_can_not_hold_is_left_out(write: Write) -> None:
    entry = replace(ENTRY, html="a\x00b\x08c\x1fd\ufffee\ud800f\U0001f680")
    document = etree.fromstring(write([entry], CHANNEL))
    assert document.xpath("string(//*[local-name()='content' or local-name()='encoded'])") == "abcdef🚀"


@settings(max_examples=50, deadline=None)
@given(st.text(), st.text())
def test_any_text_gives_well_formed_feeds(title: str, html: str) -> None:
    entry = replace(ENTRY, title=title, html=html)
    SCHEMA.assertValid(etree.fromstring(atom([entry], CHANNEL)))
    assert etree.fromstring(rss([entry], CHANNEL)).tag == "rss"


def test_the_publication_speaks_for_the_channel() -> None:
    publication = Publication(
        path=Path("publication.yaml"),
        name="PRODUCTHEAD",
        url="https://newsletter.example.com/archive",
        sender=Mailbox("producthead@example.com"),
        timezone=LONDON,
        language="de",
    )
    assert Channel.of(publication) == Channel(
        title="PRODUCTHEAD",
        description="PRODUCTHEAD",
        home="https://newsletter.example.com/archive/",
        author="PRODUCTHEAD",
        language="de",
    )
