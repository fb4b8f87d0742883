"""What pages say of themselves, and how it goes into an edition."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.content.authoring.curated import blank_item, curated_item, notes_of
from producthead_mail.content.authoring.links import absolute, page_key, without_tracking
from producthead_mail.content.authoring.literal import markdown, one_line, plain, shortened
from producthead_mail.content.authoring.page import Page, decoded, page_of
from producthead_mail.content.markdown import inline

URL = "https://www.mindtheproduct.example.com/getting-aligned/"


def page(head: str, body: str = "<p>Words</p>", url: str = URL) -> Page:
    return page_of(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(), url)


def test_a_blog_with_open_graph() -> None:
    found = page(
        """<meta charset="utf-8"><title>Getting aligned with your exec team | Mind The Product</title>
        <link rel="canonical" href="/getting-aligned-with-your-exec-team/">
        <meta property="og:title" content="Getting aligned with your exec team - Mind The Product">
        <meta property="og:site_name" content="Mind The Product">
        <meta property="og:description" content="  Randy Silver, Product &amp;amp;\n Coach [&hellip;]">
        <meta property="og:image" content="/img/randy.png">
        <meta property="og:image:alt" content="Randy on stage">
        <meta property="article:published_time" content="2023-11-02T08:00:00+00:00">
        <meta name="author" content="By Randy Silver">""",
        url=f"{URL}?utm_source=newsletter&utm_medium=email#:~:text=aligned",
    )

    assert found == Page(
        url="https://www.mindtheproduct.example.com/getting-aligned-with-your-exec-team/",
        title="Getting aligned with your exec team",
        author="Randy Silver",
        publication="Mind The Product",
        excerpt="Randy Silver, Product & Coach…",
        published="2023-11-02",
        image="https://www.mindtheproduct.example.com/img/randy.png",
        image_alt="Randy on stage",
    )
    assert curated_item(found) == {
        "title": "Getting aligned with your exec team",
        "url": "https://www.mindtheproduct.example.com/getting-aligned-with-your-exec-team/",
        "excerpt": "Randy Silver, Product & Coach…",
        "summary": "",
        "author": "Randy Silver",
        "publication": "Mind The Product",
    }
    assert notes_of(found) == [
        "published 2023-11-02",
        'image: {src: "https://www.mindtheproduct.example.com/img/randy.png", alt: "Randy on stage"}',
    ]


def test_a_newsletter_with_json_ld_behind_a_wall() -> None:
    found = page(
        """<title>Why “alignment” makes and breaks great leaders</title>
        <script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
          {"@type": "WebSite", "name": "x"},
          {"@type": ["NewsArticle"], "headline": "Why “alignment” makes and breaks great leaders",
           "description": "What do I expect?", "datePublished": "2024-01-30T10:00:00Z",
           "author": [{"@type": "Person", "name": "Leah Tharin"}, {"name": "Jo Doe"},
                      {"name": "Leah Tharin"}],
           "publisher": {"name": "Leah’s ProducTea"}, "image": [{"url": "https://cdn.example.com/a.png"}],
           "isAccessibleForFree": false, "hasPart": {"isAccessibleForFree": false, "cssSelector": ".wall"}}]}
        </script>""",
        url="https://leahsproductea.example.com/why-alignment",
    )

    assert found == Page(
        url="https://leahsproductea.example.com/why-alignment",
        title="Why “alignment” makes and breaks great leaders",
        author="Leah Tharin and Jo Doe",
        publication="Leah’s ProducTea",
        excerpt="What do I expect?",
        published="2024-01-30",
        image="https://cdn.example.com/a.png",
        access="partially paywalled",
    )
    assert curated_item(found)["access"] == "partially paywalled"


def test_a_page_without_metadata_is_read_by_its_looks() -> None:
    found = page(
        "<title>Towards meaningful alignment – Front</title>",
        "<article><h1>Towards</h1><p class='byline'>By John Cutler</p><p>Words.</p></article>",
        "http://front.example.com/towards",
    )
    assert (found.title, found.author, found.publication) == (
        "Towards meaningful alignment",
        "John Cutler",
        "Front",
    )


@pytest.mark.parametrize(
    ("title", "site", "cut"),
    [
        ("A | Mind The Product", "", "A"),
        ("Mind the Product: A", "Mind the Product", "Mind the Product: A"),
        ("Site — A - B", "Site", "A - B"),
        ("A - B · Site", "Site", "A - B"),
        ("A - B", "Site", "A - B"),
        ("A :: Café", "Cafe", "A"),
        ("Site", "Site", "Site"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_title(title: str, site: str, cut: str) -> None:
    named = f'<meta property="og:site_name" content="{site}">' if site else ""
    assert page(f"<title>{title}</title>{named}").title == cut


@pytest.mark.parametrize(
    ("head", "access"),
    [
        ('<meta property="article:content_tier" content="locked">', "paywalled"),
        ('<meta property="article:content_tier" content="metered">', "partially paywalled"),
        ('<meta property="article:content_tier" content="free"><p class="paywall">', ""),
        ('<script type="application/ld+json">{"isAccessibleForFree": "False"}</script>', "paywalled"),
        ('<script type="application/ld+json">{"isAccessibleForFree": true}</script><p class="paywall">', ""),
        ('<p class="a paywall b">Subscribe to read on</p>', "partially paywalled"),
        ('<p class="paywall-free">Words</p>', ""),
        ('<script type="application/ld+json">{"isAccessibleForFree": nonsense</script>', ""),
    ],
)
def test_a_paywall_is_told_by_the_page_s_own_word(head: str, access: str) -> None:
    assert page(head).access == access


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("https://mindtheproduct.example.com/other", "https://mindtheproduct.example.com/other"),
        ("https://elsewhere.example.com/original", URL),
        ("https://www.mindtheproduct.example.com/", URL),
        ("http://www.mindtheproduct.example.com/getting-aligned", URL),
        ("javascript:alert(1)", URL),
        ("https://[", URL),
        ("", URL),
    ],
)
def test_a_canonical_address_is_taken_from_the_same_host(canonical: str, url: str) -> None:
    assert page(f'<link rel="canonical" href="{canonical}">').url == url


def test_what_a_page_can_not_do() -> None:
    """No slot, no markup, no field and no line can come from a page."""
    found = page(
        """<title>[[ email ]] *bold* \x07</title>
        <meta property="og:site_name" content="[[ first_name ]]">
        <meta name="author" content="https://facebook.example.com/x">
        <meta name="description" content="[[ email ]] <b>bold</b> &lt;script&gt; [a](javascript:x) **b** `c`">
        <link rel="canonical" href="https://www.mindtheproduct.example.com/[[ email ]]">"""
    )

    item = curated_item(found)

    assert item == {
        "title": r"\[[ email ]] *bold*",
        "url": "https://www.mindtheproduct.example.com/%5B%5B email %5D%5D",
        "excerpt": r"\[[ email ]] \<b>bold\</b> \<script> [a\](javascript:x) \*\*b\*\* \`c\`",
        "summary": "",
        "author": "",
        "publication": r"\[[ first_name ]]",
    }
    text, problems = inline(item["excerpt"], path="x", line=1)
    assert problems == ()
    assert text.text == r"\[[ email ]] <b>bold</b> <script> [a](javascript:x) **b** `c`"


BODIES = [b"", b"\x00\xff", b"words", b"<", b"<html>", b"<!-- -->", b"%PDF-1.7", b"<a " * 9999]
BODIES += [b'<script type="application/ld+json">-->' + b" " * 1_000_000 + b"x</script>"]
BODIES += [b"<meta charset=punycode>-" + b"a" * 1_000_000, b"<meta charset=undefined>\xff"]


@pytest.mark.parametrize("body", BODIES)
def test_any_answer_gives_a_page(body: bytes) -> None:
    assert page_of(body, URL).url == URL


def test_an_address_for_a_page_that_can_not_be_read() -> None:
    assert blank_item("HTTPS://example.com/a?utm_source=x&b=1") == {
        "title": "",
        "url": "https://example.com/a?b=1",
        "excerpt": "",
        "summary": "",
        "author": "",
        "publication": "",
    }


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("é".encode(), "", "é"),
        ("é".encode("latin-1"), "", "é"),
        ("é".encode("latin-1"), "utf-8", "é"),
        ("“".encode("cp1252"), "iso-8859-1", "“"),
        (b"a-b", "punycode", "a-b"),
        (rb"\u00e9", "unicode_escape", r"\u00e9"),
        (b'<meta charset="iso-8859-2">\xb1', "", '<meta charset="iso-8859-2">ą'),
        (b"\xef\xbb\xbf\xc3\xa9", "latin-1", "é"),
        ("é".encode("utf-16"), "", "é"),
        (b"a", "no-such-charset", "a"),
    ],
)
def test_a_page_is_decoded_by_what_is_said_of_it(body: bytes, charset: str, text: str) -> None:
    assert decoded(body, charset) == text


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        (
            "https://example.com/a?utm_source=x&id=1&UTM_Medium=y&fbclid=z#part",
            "https://example.com/a?id=1#part",
        ),
        ("https://example.com/?gclid=1&mc_cid=2&mc_eid=3&_hsenc=4&ref=5", "https://example.com/?ref=5"),
        ("https://example.com/a#:~:text=words", "https://example.com/a"),
        ("https://example.com/a?b", "https://example.com/a?b"),
        ("HTTP://Example.com/A", "http://Example.com/A"),
    ],
)
def test_trackers_are_taken_out(url: str, bare: str) -> None:
    assert without_tracking(url) == bare


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (" b?é ", "https://example.com/b?é"),
        ("//cdn.example.net/a.png", "https://cdn.example.net/a.png"),
        ("a\x00.png", ""),
        ("a\ud83d.png", ""),
        ("https://me:secret@example.com/", ""),
        ("javascript:alert(1)", ""),
        ("https://[", ""),
    ],
)
def test_an_address_of_a_page_is_one_that_a_file_and_a_mail_can_have(other: str, found: str) -> None:
    assert absolute("https://example.com/a", other) == found


def test_addresses_of_one_page_are_one() -> None:
    same = (
        "https://www.example.com/a%20b/?utm_source=x",
        "http://Example.com/a b",
        "https://example.com:443/a%20b#part",
    )
    assert {page_key(url) for url in same} == {"example.com/a b"}
    assert page_key("https://example.com/?p=1&q=2") == page_key("https://example.com/?q=2&p=1")
    assert page_key("https://example.com/?p=1") != page_key("https://example.com/?p=2")
    assert page_key("https://[") == "https://["


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" a\n\tb  c ", "a b c"),
        ("soft\u00adhyphen and \u200bwidth\ufeff", "softhyphen and width"),
        ("It&#8217;s AT&amp;T &nope; R&D", "It’s AT&T &nope; R&D"),
        ("a\u2028b\x00c", "a b c"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_words_go_on_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


def test_long_texts_are_cut_where_they_can_be() -> None:
    assert shortened("One. Two", 8) == "One. Two"
    assert shortened("A sentence. And a second one that is longer", 20) == "A sentence."
    assert shortened("A. And a second one that is longer", 20) == "A. And a second one…"
    assert shortened("words, and so on and on", 8) == "words…"
    assert shortened("x" * 30, 8) == "x" * 7 + "…"


PIECES = [*"\\`*_[]<>&#~;:|{}=+/@$%^ax1 ", "[[", "]]", "](", "&amp;", "<b>", "é"]
SIGNS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(SIGNS)
def test_a_text_of_the_web_is_shown_as_it_is(text: str) -> None:
    """But for what typography does to quotes, dots and dashes."""
    words = " ".join(text.split())

    found, problems = inline(markdown(words), path="x", line=1)

    assert problems == ()
    assert found.text.replace("\\[[", "[[") == words
    assert not re.search(r"<\w", found.html)


@given(SIGNS)
def test_a_plain_text_has_no_slot(text: str) -> None:
    assert re.sub(r"\\\[\[", "", plain(text)).count("[[") == 0


def test_an_element_with_more_attributes_than_any_page_has_is_not_read() -> None:
    flood = " ".join(f"a{number}=1" for number in range(10_001))
    page = f"<html><head><title>T</title></head><body {flood}></body></html>"
    assert page_of(page.encode(), "https://example.com/a") == Page("https://example.com/a")
