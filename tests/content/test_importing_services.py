"""Pages as other services make them: the edition without what belongs to the service."""

# ruff: noqa: E501 - pages as services write them

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

MAILCHIMP = """<!DOCTYPE html><html><head><title>PRODUCTHEAD: Slow kilns</title><meta name="date" content="4 March 2024"></head>
<body id="archivebody"><div id="awesomewrap"><ul id="awesomebar"><li><a href="/home/?u=1">Past Issues</a></li><li>Translate<ul><li><a href="https://translate.example.com/">Polski</a></li></ul></li></ul></div>
<span class="mcnPreviewText" style="display:none; font-size:0px;">Why it takes its time.</span>
<center><table id="bodyTable"><tbody><tr><td id="bodyCell"><table class="templateContainer"><tbody>
<tr><td id="templatePreheader"><table><tr><td class="mcnTextContent"><a href="https://x.example.com/?id=2">View this email in your browser</a></td></tr></table></td></tr>
<tr><td id="templateBody"><table class="mcnTextBlock"><tbody><tr><td class="mcnTextBlockInner"><!--[if mso]><table><tr><td><![endif]--><table><tbody><tr><td class="mcnTextContent">
<h1 style="text-align:center"><span style="font-size:24px">It is about clay</span></h1><p><br><span>Hi *|FNAME|*,</span></p><p>One.<br>&nbsp;</p></td></tr></tbody></table></td></tr></tbody></table>
<table class="mcnCaptionBlock"><tr><td><table><tr><td><img src="https://x.example.com/a.png" alt="A kiln"></td></tr></table><table><tr><td class="mcnTextContent"><h2>Worth reading</h2><ul><li><a href="https://a.example.org/">A</a> – one</li></ul></td></tr></table></td></tr></table></td></tr>
<tr><td id="templateFooter"><table><tr><td><em>Copyright</em> You can <a href="https://x.example.com/unsub">unsubscribe from this list</a>.</td></tr></table></td></tr>
</tbody></table></td></tr></tbody></table></center></body></html>"""

SUBSTACK = """<html><head><title>PRODUCTHEAD: Slow kilns - by Ann Li</title><script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-03-04T07:00:00+00:00"}</script></head>
<body><article class="typography newsletter-post post"><div class="post-header"><h1 class="post-title published">PRODUCTHEAD: Slow kilns</h1><h3 class="subtitle">Sub</h3><div>Mar 04, 2024</div></div>
<div class="available-content"><div class="body markup"><p>One<a class="footnote-anchor" href="#footnote-1">1</a>.</p>
<h2 class="header-anchor-post">In the fire<div class="header-anchor-parent"><div class="header-anchor" id="x"></div><button type="button"><svg></svg></button></div></h2>
<div class="subscription-widget-wrap"><p>Thanks for reading!</p><form><input></form></div><p class="button-wrapper"><a href="https://c.example.com/?action=share">Share</a></p>
<h2>Links</h2><ul><li><p><a href="https://a.example.org/">A</a> – one</p></li><li><p><strong><a href="https://b.example.org/">B</a></strong>: two</p></li></ul>
<div class="footnote"><a id="footnote-1" href="#footnote-anchor-1" class="footnote-number">1</a><div class="footnote-content"><p>The note.</p></div></div></div></div></article>
<div class="comments-page"><h4>Discussion</h4></div></body></html>"""

GHOST = """<html><head><title>PRODUCTHEAD: Slow kilns</title><meta property="article:published_time" content="2024-03-04T07:00:00.000Z"></head><body>
<header id="gh-head"><nav><a href="/about/">About</a></nav></header><main><article class="article post"><header class="article-header"><h1>PRODUCTHEAD: Slow kilns</h1><time datetime="2024-03-04">4 Mar</time></header>
<section class="gh-content gh-canvas"><p>One.</p><div class="kg-card kg-callout-card"><div class="kg-callout-text">Mind <b>this</b>.</div></div><div class="kg-card kg-button-card"><a href="https://c.example.com/buy" class="kg-btn">Buy</a></div>
<div class="kg-card kg-signup-card"><h2>Sign up</h2><form><input></form></div></section></article></main><aside><article class="post-card"><h2>Other</h2></article></aside></body></html>"""

WORDPRESS_COM = """<html><head><title>PRODUCTHEAD: Slow kilns – Blog</title><meta property="article:published_time" content="2024-03-04T07:00:00+00:00"></head><body class="single-post"><main>
<h1 class="wp-block-post-title">PRODUCTHEAD: Slow kilns</h1><div class="entry-content wp-block-post-content"><p>One.</p><h2 class="wp-block-heading">what to think about this week</h2>
<ol class="wp-block-list"><li><strong><a href="https://a.example.org/">A</a></strong><br>Words.<br>[Ann Li / A &amp; Co]</li><li><strong><a href="https://b.example.org/">B</a></strong> [paywalled]<br>More. [Bo Ek / B Mag]</li></ol>
<h2 class="wp-block-heading">can we help you?</h2><div id="jp-post-flair" class="sharedaddy"><h3>Share this:</h3></div><div class="wp-block-jetpack-subscriptions"><form><input></form><p>Join 20 other subscribers</p></div></div></main>
<footer>Blog at WordPress.com.</footer></body></html>"""

A = {"title": "A", "url": "https://a.example.org/"}
B = {"title": "B", "url": "https://b.example.org/"}


@pytest.mark.parametrize(
    ("page", "essay", "curated", "lost"),
    [
        (
            MAILCHIMP,
            "## It is about clay\n\nHi \\*|FNAME|\\*,\n\nOne.\n\n![A kiln](https://x.example.com/a.png)\n",
            [A | {"excerpt": "one"}],
            {Loss.FURNITURE: 3, Loss.MERGE_FIELD: 1, Loss.REMOTE_PICTURE: 1},
        ),
        (
            SUBSTACK,
            "One<sup>1</sup>.\n\n## In the fire\n\n<sup>1</sup>\n\nThe note.\n",
            [A | {"excerpt": "one"}, B | {"excerpt": "two"}],
            {Loss.FURNITURE: 2, Loss.FOOTNOTE: 2, Loss.FORM: 1},
        ),
        (GHOST, "One.\n\nMind **this**.\n\n[Buy](https://c.example.com/buy)\n", [], {Loss.FURNITURE: 4}),
        (
            WORDPRESS_COM,
            "One.\n",
            [
                A | {"excerpt": "Words.", "author": "Ann Li", "publication": "A & Co"},
                B | {"excerpt": "More.", "access": "paywalled", "author": "Bo Ek", "publication": "B Mag"},
            ],
            {Loss.FURNITURE: 3},
        ),
    ],
    ids=["Mailchimp", "Substack", "Ghost", "WordPress.com"],
)
def test_a_page_of_another_service(
    page: str, essay: str, curated: list[dict[str, str]], lost: dict[Loss, int]
) -> None:
    found = read_page(page.encode(), "https://x.example.com/p/1", "utf-8", ZoneInfo("Europe/London"))
    assert isinstance(found, Original)
    publication = load_publication(ROOT)
    (draft,) = drafts_of([found], standing_of(publication), publication.name, publication.sender.name)
    assert isinstance(draft, Draft)
    assert (draft.title, str(draft.date), draft.prefixed) == ("Slow kilns", "2024-03-04", True)
    assert draft.text.partition("\n---\n\n")[2] == essay
    assert list(draft.parts.curated) == curated
    assert draft.losses == lost
