"""The first edition is the published one, whole: every sentence of it, in HTML and in plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html as lxml_html

from producthead_mail.config import Project
from producthead_mail.content.edition import EMPTY_TEXT, Edition
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.content.publication import Publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.message import Message
from producthead_mail.rendering.pipeline import render

PROJECT = Project(Path(__file__).parents[2])
SEED = PROJECT.editions / "2024-02-12-in-search-of-deeper-alignment.md"

SENTENCES = (
    "PRODUCTHEAD",
    "In search of deeper alignment",
    "PRODUCTHEAD is a regular newsletter of product management goodness, curated by Jock Busuttil.",
    "everything in its right product",
    "every PRODUCTHEAD edition is online for you to refer back to",
    "A precursor to alignment is a clear product strategy",
    "Alignment needs you to tell the same story over and over",
    "Creating an assumption map can help to verify whether the team is actually aligned",
    "We talk about alignment all the time in product management.",
    "The nuance for me this week has been the difference between superficial and deep alignment.",
    "I’m defining superficial alignment as when everyone is at least using similar words to describe the "
    "same goal, strategy or desired outcome.",
    "Deep alignment is when everyone understands the intent behind the words sufficiently to be working "
    "towards the same thing.",
    "Superficial alignment",
    "It can sometimes be hard enough simply to achieve even superficial alignment.",
    "I see this in situations where strategy is absent entirely or so woolly that every senior leader fills "
    "the gap with their own plan of action, which all inevitably pull in different directions.",
    "But even if you do get everyone using the same words, it’s all too easy for people to interpret the "
    "same words differently.",
    "Sometimes they’ve each experienced the same thing differently in the past, and they each naturally "
    "assume it will be the same again.",
    "Sometimes they just really, really want the outcome to be something else, and twist the meaning of the "
    "words to suit.",
    "If you’ve ever been in an argument with someone and they’ve uttered the irritating phrase “we’re "
    "violently agreeing,” this can indicate an underlying mismatch in intent, despite the similar words "
    "being used.",
    "Hence superficial alignment.",
    "Everyone is saying the same thing but intending something different.",
    "Deep alignment",
    "In addition to using the same words, achieving deep alignment means everyone understands the desired "
    "set of actions, the intended outcome, and what likely effects — and trade-offs — that course of action "
    "and outcome will have.",
    "Imagine you have a couch-bound friend who has resolved to get fit and they want your help.",
    "Superficial alignment means you and your friend are both talking about doing more exercise together.",
    "Deep alignment means you both understand how fit your friend wants to get and for what purpose.",
    "It also means your friend understands that they’re going to have to make some lifestyle changes as "
    "trade-offs to achieve that goal, such as forming a regular exercise habit and eating fewer chocolate "
    "profiteroles.",
    "Final thoughts",
    "Even if you and your team, your stakeholders, your senior management team are all saying the same "
    "words, how can you check for deep alignment?",
    "For you this week",
    "I’m continuing the theme of alignment in my curated content for you this week.",
    "At Mind The Product’s London conference in 2023, Randy Silver took the stage to talk about the "
    "challenges and his approaches to achieve better alignment with the senior executive team.",
    "Guru of product-led growth Leah Tharin maps out her framework for good alignment in three levels in a "
    "partially-paywalled article.",
    "I’ve also found you a great talk from John Cutler highlighting some practical exercises you can run "
    "with your team to achieve more meaningful alignment.",
    "Speak to you soon,",
    "what to think about this week",
    "Getting aligned with your exec team",
    "In his keynote session at #mtpcon London 2023, Randy Silver, Product and Leadership Coach led an "
    "engaging session on navigating challenges when dealing with executives as a product manager.",
    "Prioritisation, people and processes",
    "Randy Silver / Mind The Product",
    "Why “alignment” makes and breaks great leaders",
    "What do I expect from any leader and product manager when I say their main responsibility is to "
    "“align”?",
    "Let’s map it out.",
    "A shared understanding of where we want to go and how",
    "partially paywalled",
    "Leah Tharin / Leah’s ProducTea",
    "Towards meaningful (and actionable) alignment",
    "Building shared understanding is hard work.",
    "Ironically, it is our most passionate team members that complicate the challenge.",
    "They crave coherence, a powerful Why, and a flexible environment for solutioning.",
    "How do we get everyone on the “same page” without glossing over the nuance, and stifling innovation?",
    "Discussion and practical exercises",
    "John Cutler / Front",
    "recent posts",
    "How can I keep track of all these product metrics?",
    "Hi Jock,",
    "Do you have any advice on productivity tools for tracking product metrics?",
    "I’m seeking guidance on streamlining feedback and metrics management.",
    "Juggling continuous discovery insights, team feedback, and metric tracking has become increasingly "
    "overwhelming.",
    "Sometimes it’s difficult to know where to start",
    "I Manage Products",
    "Getting your first job as a product manager",
    "Job adverts present a chicken-and-egg problem: they all need you to have product management experience "
    "to secure a job, but you don’t yet have a product management job to gain that experience.",
    "Don’t let this discourage you!",
    "Practical tips for breaking into a career in product management",
    "Force multipliers",
    "Recently I was explaining to a client why I focus my efforts on finding “force multipliers”.",
    "These are what I call activities that allow us to extract multiple benefits from a single piece of "
    "work.",
    "You could think of it a little like a workplace fusion reaction, where the output ends up far greater "
    "than the input effort.",
    "Getting more out than you put in",
    "can we help you?",
    "Product People is a product management services company.",
    "We can help you through consultancy, training and coaching.",
    "Just contact us if you need our help!",
    "Helping people build better products, more successfully, since 2012.",
    "PRODUCTHEAD is a newsletter for product people of all varieties, and is lovingly crafted from lots of "
    "¾ inch holes.",
    "Read more from Jock",
    "The Practitioner's Guide To Product Management",
    "by Jock Busuttil",
    "“This is a great book for Product Managers or those considering a career in Product Management.”",
    "— Lyndsay Denton",
    "Jock Busuttil is a product management and leadership coach, product leader and author.",
    "He has spent over two decades working with technology companies to improve their product management "
    "practices, from startups to multinationals.",
    "In 2012 Jock founded Product People Limited, which provides product management consultancy, coaching "
    "and training.",
    "Its clients include BBC, University of Cambridge, Ometria, Prolific and the UK’s Ministry of Justice "
    "and Government Digital Service (GDS).",
    "Jock holds a master’s degree in Classics from the University of Cambridge.",
    "He is the author of the popular book The Practitioner’s Guide To Product Management, which was "
    "published in January 2015 by Grand Central Publishing in the US and Piatkus in the UK.",
    "He writes the blog I Manage Products and weekly product management newsletter PRODUCTHEAD.",
    "You can find him on Mastodon, X (formerly Twitter) and LinkedIn.",
    "Leave a Reply",
)


@pytest.fixture(scope="module")
def publication() -> Publication:
    return load_publication(PROJECT)


@pytest.fixture(scope="module")
def edition(publication: Publication) -> Edition:
    return load_edition(SEED, publication, PROJECT)


@pytest.fixture(scope="module")
def message(edition: Edition, publication: Publication) -> Message:
    return render(edition, publication, load_layout(PROJECT, "producthead"))


def spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def visible(html: str) -> str:
    """What a reader of the HTML part sees, on one line."""
    page = lxml_html.document_fromstring(html)
    for br in page.iter("br"):
        br.tail = " " + (br.tail or "")
    return spaced(" ".join(page.find("body").text_content().split()))


def read_aloud(text: str) -> str:
    """The text part without its addresses and line breaks."""
    return spaced(re.sub(r"\s*<(?:https?|mailto):[^>]*>|\s*\(https?:[^)]*\)", "", text))


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_is_in_the_html(message: Message, sentence: str) -> None:
    assert sentence in visible(message.html)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_is_in_the_plain_text(message: Message, sentence: str) -> None:
    assert sentence in read_aloud(message.text)


def test_the_web_page_around_the_edition_stays_out(message: Message) -> None:
    for text in (visible(message.html), message.text):
        assert "Your email address will not be published" not in text
        assert "Required fields are marked" not in text
        assert "alignment #" not in text


def test_the_pictures_say_what_they_show(message: Message) -> None:
    alts = [img.get("alt") for img in lxml_html.document_fromstring(message.html).iter("img")]
    assert alts == [
        "Product People Limited logo",
        "The Practitioner's Guide to Product Management book cover",
    ]


def test_gmail_shows_the_whole_message_and_all_its_styles(message: Message) -> None:
    assert len(message.html.encode()) < 80_000
    sheets = re.findall(r"<style.*?</style>", message.html, re.DOTALL)
    assert sum(len(sheet.encode()) for sheet in sheets) < 14_000


def headings(html: str) -> Iterator[tuple[str, str]]:
    for node in lxml_html.document_fromstring(html).iter("h1", "h2", "h3", "h4", "h5", "h6"):
        yield node.tag, spaced(node.text_content()).strip()


def test_columns_follow_the_width_of_the_window(message: Message) -> None:
    """In pixels, two that fill 640 fall below each other at 600."""
    assert re.findall(r"mj-column-px-\d+", message.html) == []
    assert set(re.findall(r"mj-column-per-\d+", message.html)) == {
        "mj-column-per-100",
        "mj-column-per-30",
        "mj-column-per-70",
    }


def test_headings_form_an_outline(message: Message) -> None:
    assert list(headings(message.html)) == [
        ("h1", "In search of deeper alignment"),
        ("h2", "Superficial alignment"),
        ("h2", "Deep alignment"),
        ("h2", "Final thoughts"),
        ("h2", "For you this week"),
        ("h2", "what to think about this week"),
        ("h3", "Getting aligned with your exec team"),
        ("h3", "Why “alignment” makes and breaks great leaders"),
        ("h3", "Towards meaningful (and actionable) alignment"),
        ("h2", "recent posts"),
        ("h3", "How can I keep track of all these product metrics?"),
        ("h3", "Getting your first job as a product manager"),
        ("h3", "Force multipliers"),
        ("h2", "can we help you?"),
        ("h2", "Read more from Jock"),
        ("h3", "The Practitioner's Guide To Product Management"),
    ]


def test_the_document_says_its_language_and_the_roles_of_its_tables(message: Message) -> None:
    page = lxml_html.document_fromstring(message.html)
    wrapper = page.find("body").find("div[@role='article']")
    assert (page.get("lang"), page.get("dir")) == ("en", "ltr")
    assert (wrapper.get("lang"), wrapper.get("dir")) == ("en", "ltr")
    assert {table.get("role") for table in page.iter("table")} == {"presentation"}
    assert message.html.startswith("<!DOCTYPE html>")


def bare(edition: Edition) -> Edition:
    return replace(
        edition,
        preheader="",
        takeaways=(),
        essay=EMPTY_TEXT,
        curated=(),
        posts=(),
        colophon=EMPTY_TEXT,
    )


def silent(publication: Publication) -> Publication:
    return replace(
        publication,
        tagline="",
        description=EMPTY_TEXT,
        archive_line=EMPTY_TEXT,
        motto=EMPTY_TEXT,
        help=None,
        book=None,
        biography=EMPTY_TEXT,
        colophon=EMPTY_TEXT,
        reply_to=None,
    )


@pytest.mark.parametrize("part", ["takeaways", "curated", "posts"])
def test_a_missing_part_of_the_edition_leaves_no_hole(
    edition: Edition, publication: Publication, part: str
) -> None:
    layout = load_layout(PROJECT, "producthead")
    assert_no_hole(render(replace(edition, **{part: ()}), publication, layout))


@pytest.mark.parametrize("part", ["help", "book"])
def test_a_missing_part_of_the_publication_leaves_no_hole(
    edition: Edition, publication: Publication, part: str
) -> None:
    layout = load_layout(PROJECT, "producthead")
    assert_no_hole(render(edition, replace(publication, **{part: None}), layout))


def test_an_edition_of_a_title_alone_leaves_no_hole(edition: Edition, publication: Publication) -> None:
    message = render(bare(edition), silent(publication), load_layout(PROJECT, "producthead"))
    assert_no_hole(message)
    assert list(headings(message.html)) == [("h1", "In search of deeper alignment")]


def test_items_need_no_more_than_title_and_link(edition: Edition, publication: Publication) -> None:
    plain = {"excerpt": EMPTY_TEXT, "summary": EMPTY_TEXT}
    edition = replace(
        edition,
        curated=tuple(
            replace(item, access="", author="", publication="", **plain) for item in edition.curated
        ),
        posts=tuple(replace(post, source="", **plain) for post in edition.posts),
    )
    assert_no_hole(render(edition, publication, load_layout(PROJECT, "producthead")))


def assert_no_hole(message: Message) -> None:
    page = lxml_html.document_fromstring(message.html)
    for node in page.iter("p", "h1", "h2", "h3", "blockquote", "a", "li"):
        drawn = node.find(".//img") is not None or "border-top" in node.get("style", "")
        assert drawn or node.text_content().strip(), lxml_html.tostring(node)
    assert "None" not in message.text
    assert not re.search(r"\n\s*\n\s*\n\s*\n", message.text)
    assert not re.search(r"^-+\n\s*\Z", message.text, re.MULTILINE)
