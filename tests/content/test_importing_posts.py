"""Posts of WordPress exports and feeds as edition files, and what is no edition."""

# ruff: noqa: E501 - rows of a table, each a text and what becomes of it

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from producthead_mail.config import Project
from producthead_mail.content.importing.drafts import Draft, drafts_of
from producthead_mail.content.importing.losses import Loss, Losses
from producthead_mail.content.importing.originals import LeftOut, by_reason
from producthead_mail.content.importing.shortcodes import resolved
from producthead_mail.content.importing.standing import standing_of
from producthead_mail.content.importing.xml_posts import read_posts
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.errors import InputError
from tests.content.old_exports import ATOM, BILLION, CLASSIC, FIRE, OUTSIDE, RSS, WORDPRESS

ROOT = Project(Path(__file__).parent.parent.parent)
LONDON = ZoneInfo("Europe/London")
Drafts = Callable[[str], list[Draft | LeftOut]]


@pytest.fixture(scope="module")
def drafts() -> Drafts:
    publication = load_publication(ROOT)
    standing = standing_of(publication)

    def read(text: str) -> list[Draft | LeftOut]:
        found = read_posts(text.encode(), "export.xml", LONDON)
        return list(drafts_of(found.originals, standing, publication.name, publication.sender.name))

    return read


def test_wordpress_posts_become_edition_files(drafts: Drafts) -> None:
    found = drafts(WORDPRESS)
    texts = {one.slug: one.text for one in found if isinstance(one, Draft)}
    assert texts == {"2023-03-06-fire-and-patience": FIRE, "2022-11-01-classic-words": CLASSIC}


def test_what_of_a_wordpress_post_is_lost_is_counted(drafts: Drafts) -> None:
    fire, classic = drafts(WORDPRESS)
    assert isinstance(fire, Draft)
    assert isinstance(classic, Draft)
    assert dict(fire.losses) == {
        Loss.CATEGORY: 2,
        Loss.FEATURED_PICTURE: 1,
        Loss.EMBED: 1,
        Loss.UNFINISHED_ITEM: 1,
        Loss.MOVED: 1,
        Loss.AUTHOR: 1,
    }
    assert dict(classic.losses) == {
        Loss.GALLERY: 1,
        Loss.EMBED: 1,
        Loss.SHORTCODE: 1,
        Loss.REMOTE_PICTURE: 2,
    }


def test_what_is_not_published_or_no_post_is_left_out_and_said() -> None:
    found = read_posts(WORDPRESS.encode(), "export.xml", LONDON)
    assert (found.kind, by_reason(found.left_out)) == (
        "WordPress export",
        {
            "behind a password": ["Secret"],
            "not published: draft": ["Not yet"],
            "of type attachment": ["glaze"],
            "of type page": ["About"],
        },
    )


def test_an_rss_feed_with_whole_texts(drafts: Drafts) -> None:
    ash, whole, timeless = drafts(RSS)
    assert isinstance(ash, Draft)
    assert ash.text == (
        "---\ntitle: Ash & clay\ndate: 2023-07-31\n---\n\n"
        "Ash is a glaze, and [wood](https://kiln.example.com/wood/) makes ash.\n"
    )
    assert (ash.slug, dict(ash.losses)) == ("2023-07-31-ash-clay", {Loss.CATEGORY: 1, Loss.PREHEADER: 1})
    assert isinstance(whole, Draft)
    assert whole.text == (
        "---\ntitle: Whole in its description\ndate: 2023-07-16\n---\n\nAll of it.\n\n## More\n\nAnd more.\n"
    )
    assert timeless == LeftOut("Timeless", "without a date")


@pytest.mark.parametrize(
    ("text", "essay"),
    [
        ("<description>{}</description>", "<p>Half [&#8230;]</p> <p>The post <a href='/p/'>A</a> appeared first on <a href='/'>B</a>.</p>"),
        ("<description>{}</description>", "<p>Half</p><p><a href='https://k.example.com/p/'>Read on</a></p>"),
        ("<content:encoded>{}</content:encoded>", "<p>Half [&#8230;]</p>"),
        ("<content:encoded>{}</content:encoded>", "<p>Half … <a class='more-link' href='https://k.example.com/p/#more-7'>Continue reading <i>A</i> &rarr;</a></p>"),
        ("<content:encoded>{}</content:encoded>", "<p>Half</p><p><a href='https://k.example.com/p/'>Read more</a></p>"),
    ],
)  # fmt: skip
def test_an_entry_that_breaks_off_is_left_out(text: str, essay: str) -> None:
    assert read_posts(entry(text, essay), "feed.xml", LONDON).left_out == [
        LeftOut("A", "only a summary in the feed; import its page instead")
    ]


def test_an_entry_of_tags_without_end_is_left_out(drafts: Drafts) -> None:
    essay = "<b></b>" * 100_001
    (found,) = drafts(entry("<content:encoded>{}</content:encoded>", essay).decode())
    assert found == LeftOut("A", "with more than 200,000 tags")


@pytest.mark.parametrize(
    "essay",
    [
        "<p>Whole …</p>",
        "<p>Whole</p><p><a href='https://other.example.com/'>Read more</a></p>",
        "<p>Whole</p><p><a href='https://k.example.com/p/'>Read more</a> and so on</p>",
    ],
)
def test_an_entry_that_only_looks_so_is_taken(essay: str) -> None:
    found = read_posts(entry("<content:encoded>{}</content:encoded>", essay), "feed.xml", LONDON)
    assert (len(found.originals), found.left_out) == (1, [])


def test_where_a_post_was_first_is_no_part_of_it(drafts: Drafts) -> None:
    essay = "<p>Whole.</p><p>The post <a href='/p/'>A</a> appeared first on <a href='/'>B</a>.</p>\n"
    (draft,) = drafts(entry("<content:encoded>{}</content:encoded>", essay).decode())
    assert isinstance(draft, Draft)
    assert (draft.text.endswith("---\n\nWhole.\n"), draft.losses) == (True, {Loss.FURNITURE: 1})


def entry(text: str, essay: str) -> bytes:
    """A feed of one entry."""
    item = f"<title>A</title><link>https://k.example.com/p/</link>{text.format(f'<![CDATA[{essay}]]>')}"
    return (
        '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item>'
        f"<pubDate>Mon, 04 Mar 2024 07:00:00 GMT</pubDate>{item}</item></channel></rss>"
    ).encode()


def test_a_date_of_a_feed_that_can_not_be_read_is_said(drafts: Drafts) -> None:
    item = (
        "<item><title>{}</title><pubDate>{}</pubDate><description>&lt;p&gt;x&lt;/p&gt;</description></item>"
    )
    found = drafts(
        f"<rss><channel>{item.format('A', '02/12/2024')}{item.format('B', '12 févr. 2024')}</channel></rss>"
    )
    assert found[0] == LeftOut("A", "with a date that can't be read: 02/12/2024")
    assert isinstance(found[1], Draft)
    assert found[1].slug == "2024-02-12-b"


def test_entries_with_a_summary_only_are_left_out() -> None:
    found = read_posts(RSS.encode(), "feed.xml", LONDON)
    assert found.left_out == [
        LeftOut("Only the start", "only a summary in the feed; import its page instead")
    ]


def test_an_atom_feed_with_each_kind_of_content(drafts: Drafts) -> None:
    texts = [one.text for one in drafts(ATOM) if isinstance(one, Draft)]
    assert texts == [
        "---\ntitle: Salt < soda\ndate: 2023-08-01\npreheader: Two ways to glaze with vapour.\n---\n\n"
        "Salt *or* soda?\\\nBoth.\n",
        "---\ntitle: Escaped\ndate: 2023-08-02\n---\n\nOne & two\n",
        "---\ntitle: Plain\ndate: 2023-08-03\n---\n\n1 < 2\n\nNext\n",
    ]


def test_posts_of_one_name_and_day_each_get_a_file(drafts: Drafts) -> None:
    item = "<item><title>Same</title><pubDate>Mon, 06 Mar 2023 08:00:00 GMT</pubDate><description>&lt;p&gt;{}&lt;/p&gt;</description></item>"
    third = item.format("c").replace("Same", "Same 2")
    found = drafts(f"<rss><channel>{item.format('a')}{item.format('b')}{third}</channel></rss>")
    assert [one.slug for one in found if isinstance(one, Draft)] == [
        "2023-03-06-same",
        "2023-03-06-same-2",
        "2023-03-06-same-2-2",
    ]


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "iso-2022-jp", "shift_jis", "gb18030"])
def test_an_encoding_of_other_signs_is_kept(name: str) -> None:
    text = f'<?xml version="1.0" encoding="{name.removesuffix("-le").removesuffix("-be")}"?>' + (
        "<rss><channel><item><title>日本</title><description>&lt;p&gt;x</description></item></channel></rss>"
    )
    assert [one.title for one in read_posts(text.encode(name), "x", LONDON).originals] == ["日本"]


def test_an_encoding_that_is_not_named_is_said_to_be_missing() -> None:
    with pytest.raises(InputError, match="save it as UTF-8, or name its encoding"):
        read_posts("<rss><channel><title>é</title></channel></rss>".encode("latin-1"), "x", LONDON)


def test_a_summary_of_signs_that_open_nothing_costs_no_more_than_its_length() -> None:
    signs = "&lt;" * 500_000
    found = read_posts(
        f"<rss><channel><item><description>{signs}</description></item></channel></rss>".encode(), "x", LONDON
    )
    assert found.originals == []


def test_every_draft_loads_and_is_never_due(drafts: Drafts, tmp_path: Path) -> None:
    publication = load_publication(ROOT)
    for draft in (one for text in (WORDPRESS, RSS, ATOM) for one in drafts(text) if isinstance(one, Draft)):
        file = tmp_path / f"{draft.slug}.md"
        file.write_text(draft.text, encoding="utf-8")
        edition = load_edition(file, publication, ROOT)
        assert (edition.title, edition.send_at, edition.essay.dropped) == (draft.title, None, ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BILLION, "export.xml:2: declares entities, which can grow without end or read other files; take the `<!DOCTYPE …>` out, if you trust it"),
        (OUTSIDE, "export.xml:3: declares entities, which can grow without end or read other files; take the `<!DOCTYPE …>` out, if you trust it"),
        (WORDPRESS[:3000], "export.xml:75:36: not XML that can be read: Specification mandates value for attribute nicen; it seems to be cut off: download or export it again"),
        ("<?xml version='1.0'?>", "export.xml:1:22: not XML that can be read: Start tag expected, '<' not found; it seems to be cut off: download or export it again"),
        ("<opml><body/></opml>", "export.xml: an XML file that starts with <opml>, neither a WordPress export nor a feed; export it with Tools > Export, or name the feed's address"),
        ("<rss><channel>\n<title>A&nbsp;B</title></channel></rss>", "export.xml:2:15: not XML that can be read: Entity 'nbsp' not defined; XML knows no such sign: write it itself, or its number as in &#160;"),
        ("<rss><channel><title>A & B</title></channel></rss>", "export.xml:1:25: not XML that can be read: xmlParseEntityRef: no name; mend this place, or export it again"),
        (f"<rss>{'<a>' * 300}{'</a>' * 300}</rss>", "export.xml:1:773: not XML that can be read: elements nested more than 256 deep; mend this place, or export it again"),
        ("<rss><channel><item></rss>", "export.xml:1:27: not XML that can be read: Opening and ending tag mismatch: item line 1 and rss; it seems to be cut off: download or export it again"),
    ],
)  # fmt: skip
def test_broken_and_dangerous_files_are_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_posts(text.encode(), "export.xml", LONDON)
    assert str(caught.value) == said


def test_control_characters_that_xml_forbids_are_left_out_and_said(drafts: Drafts) -> None:
    text = WORDPRESS.replace("A kiln teaches", "A \x02kiln\x0b teaches", 1)
    assert [one.text for one in drafts(text) if isinstance(one, Draft)] == [FIRE, CLASSIC]
    found = read_posts(text.encode(), "export.xml", LONDON)
    assert found.remarks == ["2 control characters that XML forbids were left out"]


def test_blank_lines_above_an_export_do_no_harm() -> None:
    found = read_posts(b"\n\r\n " + WORDPRESS.encode(), "export.xml", LONDON)
    assert (found.kind, len(found.originals)) == ("WordPress export", 2)


def test_an_export_in_utf_16_is_read(drafts: Drafts) -> None:
    text = ATOM.replace('encoding="utf-8"', 'encoding="utf-16"')
    found = read_posts(text.encode("utf-16"), "feed.xml", LONDON)
    assert [one.title for one in found.originals] == ["Salt < soda", "Escaped", "Plain"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("PRODUCTHEAD: Slow kilns", "Slow kilns"),
        ("producthead 12: Slow kilns", "Slow kilns"),
        ("PRODUCTHEAD #12 – Slow kilns", "Slow kilns"),
        ("PRODUCTHEAD #12 Slow kilns", "Slow kilns"),
        ("PRODUCTHEAD 5 ways to wait", "PRODUCTHEAD 5 ways to wait"),
        ("PRODUCTHEAD-like kilns", "PRODUCTHEAD-like kilns"),
        ("PRODUCTHEAD:", '"PRODUCTHEAD:"'),
        ("Slow [[ kilns", "'Slow \\[[ kilns'"),
        ("Yes: no", '"Yes: no"'),
    ],
)
def test_the_newsletter_s_name_before_a_title_is_taken_off(drafts: Drafts, title: str, expected: str) -> None:
    item = f"<item><title>{title}</title><pubDate>2023-03-06</pubDate><description>&lt;p&gt;a&lt;/p&gt;</description></item>"
    (draft,) = drafts(f"<rss><channel>{item}</channel></rss>")
    assert isinstance(draft, Draft)
    assert draft.text == f"---\ntitle: {expected}\ndate: 2023-03-06\n---\n\na\n"


@pytest.mark.parametrize(
    ("text", "expected", "lost"),
    [
        (
            '[caption id="a" caption="Old &amp; new"]<img src="https://x.example.com/1.png" />[/caption]',
            "![](https://x.example.com/1.png)\n\n*Old & new*",
            {Loss.REMOTE_PICTURE: 1},
        ),
        ("[caption]no picture[/caption]", "no picture", {}),
        (
            "[embed width='1']https://v.example.com/1[/embed]",
            "[https://v.example.com/1](https://v.example.com/1)",
            {Loss.EMBED: 1},
        ),
        (
            '[audio mp3="https://v.example.com/1.mp3"][/audio]',
            "[https://v.example.com/1.mp3](https://v.example.com/1.mp3)",
            {Loss.EMBED: 1},
        ),
        (
            "[youtube https://v.example.com/watch?v=1&w=300]\n\n[vimeo=https://v.example.com/2]",
            "[https://v.example.com/watch?v=1&w=300](https://v.example.com/watch?v=1&w=300)\n\n"
            "[https://v.example.com/2](https://v.example.com/2)",
            {Loss.EMBED: 2},
        ),
        (
            '<!-- wp:block {"ref":12} /-->\n<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->\n'
            '<!-- wp:latest-posts /--><!-- wp:spacer {"height":"1px"} /-->',
            "x",
            {Loss.FILLED_BLOCK: 2},
        ),
        ("[quote]words[/quote] and [sic]", "\\[quote]words\\[/quote] and \\[sic]", {Loss.SHORTCODE: 1}),
        ("[[gallery]] and [[name]]", "\\[gallery] and \\[[name]]", {}),
        ("[gallery]", "\\[gallery]", {Loss.GALLERY: 1}),
    ],
)
def test_shortcodes_become_what_they_stood_for(
    drafts: Drafts, text: str, expected: str, lost: dict[Loss, int]
) -> None:
    head = WORDPRESS[: WORDPRESS.index("<item>")]
    names = "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type><wp:post_date>2023-03-06</wp:post_date>"
    item = f"<item><title>T</title><content:encoded><![CDATA[{text}]]></content:encoded>{names}</item>"
    (draft,) = drafts(f"{head}{item}</channel></rss>")
    assert isinstance(draft, Draft)
    assert (draft.text.partition("\n---\n\n")[2].strip(), dict(draft.losses)) == (expected, lost)


def test_comments_and_recordings_are_counted(drafts: Drafts) -> None:
    text = WORDPRESS.replace(
        "<category", '<enclosure url="https://x.example.com/1.mp3"/><wp:comment>Hi</wp:comment><category', 1
    )
    fire, _ = drafts(text)
    assert isinstance(fire, Draft)
    assert (fire.losses[Loss.ENCLOSURE], fire.losses[Loss.COMMENTS], fire.text) == (1, 1, FIRE)


@pytest.mark.parametrize(
    "sign",
    [
        "[caption]",
        "[gallery",
        "[audio ",
        "[audio http://x.example.com ",
        "[x a=1",
        "[embed]https://x.example.com/ ",
        "[youtube https://x.example.com ",
        "<!-- wp:a {",
    ],
)
def test_marks_that_are_never_closed_cost_no_more_than_their_length(sign: str) -> None:
    """Each would take hours of a search that starts over at every one of them."""
    text = sign * 100_000
    assert resolved(text, {}, Losses()) == text


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("../../../etc/passwd", "2023-03-06-etc-passwd"),
        ("%e7%aa%af", "2023-03-06-kilns"),
        ("12", "2023-03-06-kilns"),
        ("2023-03-06-slow.html", "2023-03-06-slow"),
        ("a" * 300, "2023-03-06-" + "a" * 60),
    ],
)
def test_a_file_s_name_is_made_of_letters_and_digits(drafts: Drafts, name: str, slug: str) -> None:
    head = WORDPRESS[: WORDPRESS.index("<item>")]
    item = (
        f"<item><title>Kilns</title><content:encoded>x</content:encoded><wp:post_name>{name}</wp:post_name>"
    )
    (draft,) = drafts(f"{head}{item}<wp:post_date>2023-03-06</wp:post_date></item></channel></rss>")
    assert isinstance(draft, Draft)
    assert draft.slug == slug
