"""Conditional comments: what Word reads, and what all others do."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.clients.conditional import holds, reveal
from producthead_mail.clients.removal import Action, Removal
from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render

PROJECT = Project(Path(__file__).parents[2])
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("mso", True),
        ("MSO", True),
        ("!mso", False),
        ("IE", False),
        ("!IE", True),
        ("mso | IE", True),
        ("mso & IE", False),
        ("!mso | IE", False),
        ("!(mso & IE)", True),
        ("!!mso", True),
        ("(gte mso 9)|(IE)", True),
        ("(gt mso 12)&(lt mso 16)", False),
        ("IE & IE | mso", True),
        ("mso | IE & IE", True),
        ("mso | (IE) & IE", True),
        ("mso 16", True),
        ("mso 15", False),
        ("gt mso 15", True),
        ("gt mso 16", False),
        ("gte mso 16", True),
        ("lt mso 16", False),
        ("lte mso 16", True),
        ("lte mso 11", False),
        ("gte mso 15.5", True),
        ("gte vml 1", True),
        ("!vml", False),
        ("!supportLists", False),
        ("true", True),
        ("false", False),
        ("anything", False),
        ("", None),
        ("mso 12 15", None),
        ("(mso", None),
        ("mso |", None),
        ("mso; IE", None),
        ("!" * 501 + "mso", None),
    ],
)
def test_a_condition_holds_in_word_16(condition: str, expected: bool | None) -> None:
    assert holds(condition, 16) is expected


@pytest.mark.parametrize(
    ("version", "condition"), [(9, "mso 9"), (12, "lt mso 14"), (14, "lte mso 14"), (15, "gt mso 14")]
)
def test_a_condition_knows_older_versions(version: int, condition: str) -> None:
    assert holds(condition, version) is True


@pytest.mark.parametrize(
    ("html", "others", "word"),
    [
        ("a<!--[if mso]><b>W</b><![endif]-->z", "az", "a<b>W</b>z"),
        ("a<!--[if mso | IE]>W<![endif]-->z", "az", "aWz"),
        ("a<!--[if lte mso 11]>W<![endif]-->z", "az", "az"),
        ("a<!--[if IE]>W<![endif]-->z", "az", "az"),
        ("a<!--[if !mso]><!-->O<!--<![endif]-->z", "aOz", "az"),
        ("a<!--[if !mso]> <!-- -->O<!-- <![endif]-->z", "aOz", "az"),
        ("a<!--[if !mso]>-->O<!--<![endif]-->z", "aOz", "az"),
        ("a<!--[if mso]><!-->B<!--<![endif]-->z", "aBz", "aBz"),
        ("a<![if !mso]>O<![endif]>z", "aOz", "az"),
        ("a<![if mso]>B<![endif]>z", "aBz", "aBz"),
        ("a<!--[IF MSO]>W<![EndIf]-->z", "az", "aWz"),
        (
            "a<!--[if mso]>1<![if gte mso 12]>2<![endif]><![if lt mso 12]>3<![endif]>4<![endif]-->z",
            "az",
            "a124z",
        ),
        ("a<!--[if !mso]><!-->1<!--[if mso]>2<![endif]-->3<!--<![endif]-->z", "a13z", "az"),
        ("a<!-- [if mso]>-->z", "a<!-- [if mso]>-->z", "a<!-- [if mso]>-->z"),
        ("a<!---->z<!-->y", "a<!---->z<!-->y", "a<!---->z<!-->y"),
    ],
)
def test_each_client_reads_its_own_markup(html: str, others: str, word: str) -> None:
    assert reveal(html, None)[0] == others
    assert reveal(html, 16)[0] == word


@pytest.mark.parametrize(
    "html",
    [
        '<p title="<!--[if mso]>x<![endif]-->">a</p>',
        "<p title='<![if mso]>' class=x>a</p>",
        "<title>How <!--[if mso]> works<![endif]--></title>",
        "<style>/* <!--[if mso]>p{}<![endif]--> */</style>",
        "<textarea><!--[if mso]>",
        "plain <!-- comment --> [if mso] and 1 < 2",
    ],
)
def test_what_only_looks_like_a_condition_stays(html: str) -> None:
    assert reveal(html, None) == (html, ())
    assert reveal(html, 16) == (html, ())


def test_a_block_that_ends_too_early_leaks_to_all_others() -> None:
    html = "a<!--[if mso]>1<!-- note -->2<![endif]-->z"
    shown, log = reveal(html, None)
    assert shown == "a2z"
    assert [(entry.action, entry.what) for entry in log] == [(Action.NOTED, "[if mso]: markup")]
    assert reveal(html, 16)[0] == "a1<!-- note -->2z"


def test_a_block_without_end_reaches_to_the_end_in_word() -> None:
    html = "a<!--[if !mso]><!-->b\n<p>c"
    shown, log = reveal(html, 16)
    assert shown == "a<!--\n-->"
    assert [(entry.action, entry.line) for entry in log] == [(Action.NOTED, 1)]
    assert reveal(html, None) == ("ab\n<p>c", ())


def test_a_condition_that_cannot_be_read_is_told() -> None:
    shown, (entry,) = reveal("<!--[if mso or IE]>x<![endif]-->", 16)
    assert shown == ""
    assert (entry.action, entry.reason) == (Action.REMOVED, "the condition can't be read; taken as not met")


def test_lines_keep_their_numbers_without_a_space_in_between() -> None:
    assert reveal("a<!--[if mso]>\nW\n<![endif]-->z\n", None)[0] == "a<!--\n\n-->z\n"
    assert reveal("a<!--[if mso\n]>\nW<![endif]-->z", 16)[0] == "a<!--\n-->\nWz"


def test_the_log_tells_content_apart_and_counts_mere_markup() -> None:
    ghost = "<!--[if mso | IE]><table><tr><td><![endif]-->\n"
    html = ghost * 3 + "<!--[if mso]><v:roundrect><center>Read &amp; reply</center></v:roundrect><![endif]-->"
    link = (
        "https://learn.microsoft.com/en-us/previous-versions/windows/internet-explorer/ie-developer/"
        "compatibility/ms537512(v=vs.85)"
    )
    assert reveal(html, 16)[1] == (
        Removal(
            feature="conditional-comment",
            action=Action.SHOWN,
            what="[if mso | IE]: markup",
            line=1,
            times=3,
            reason="only Outlook on Windows sees it",
            link=link,
        ),
        Removal(
            feature="conditional-comment",
            action=Action.SHOWN,
            what="[if mso]: “Read & reply”",
            line=4,
            reason="only Outlook on Windows sees it",
            link=link,
        ),
    )
    assert [entry.action for entry in reveal(html, None)[1]] == [Action.REMOVED, Action.REMOVED]


def test_a_picture_only_for_word_is_told_as_one() -> None:
    _, (entry,) = reveal('<!--[if mso]><v:image src="a.png"/><![endif]-->', 16)
    assert entry.what == "[if mso]: a picture"


FRAGMENTS = st.sampled_from(
    [
        *(
            "<!--[if mso]>",
            "<!--[if !mso]>",
            "<!--[if",
            "<!--",
            "-->",
            "<!-->",
            "<![if mso]>",
            "<![if !mso]>",
        ),
        *(
            "<![endif]-->",
            "<!--<![endif]-->",
            "<![endif]>",
            "<!",
            "]>",
            "<p a='",
            '<p a="',
            "'>",
            '">',
            "<p>",
        ),
        *("<title>", "</title>", "<style>", "</style>", "\n", " ", "text", "<xml>", "(", "!", "&", "|"),
    ]
)


@given(st.lists(FRAGMENTS | st.text(max_size=5), max_size=30).map("".join), st.sampled_from([None, 9, 16]))
def test_no_message_breaks_it_and_every_line_stays(html: str, outlook: int | None) -> None:
    shown, log = reveal(html, outlook)
    assert shown.count("\n") == html.count("\n")
    assert all(1 <= entry.line <= html.count("\n") + 1 for entry in log)


@given(st.text(alphabet="mso IEgtlqv19.()!&|", max_size=60))
def test_no_condition_breaks_it(condition: str) -> None:
    assert holds(condition, 16) in {True, False, None}


@pytest.mark.parametrize(
    "piece", ["<a ", '<a b="', "<!--[if mso]>", "<![if mso]>", "<!--[if ", "<title>", '="']
)
def test_hostile_repetition_is_read_in_one_pass(piece: str) -> None:
    """The test's own time limit is the assertion: quadratic reading would take minutes."""
    html = piece * 50_000
    assert reveal(html, None)[0].count("\n") == 0
    assert reveal(html, 16)[0].count("\n") == 0


def test_deep_nesting_is_read_in_one_pass() -> None:
    html = "<!--[if mso]>" * 5_000 + "x" + "<![endif]-->" * 5_000
    shown, log = reveal(html, 16)
    assert shown == "x"
    assert len(log) <= 2


class Nesting(HTMLParser):
    """Collects every end tag that does not close the element just open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{tag} at {self.getpos()}")


def seed() -> str:
    publication = load_publication(PROJECT)
    (path,) = (PROJECT.root / "content" / "editions").glob("2024-02-12-*.md")
    edition = load_edition(path, publication, PROJECT)
    return render(edition, publication, load_layout(PROJECT, edition.layout)).html


def nestings(html: str) -> Iterator[Nesting]:
    for outlook in (None, 16):
        parser = Nesting()
        parser.feed(reveal(html, outlook)[0])
        yield parser


def test_the_seed_edition_is_balanced_for_word_and_for_all_others() -> None:
    html = seed()
    assert [(parser.open, parser.faults) for parser in nestings(html)] == [([], []), ([], [])]
    word, others = reveal(html, 16)[0], reveal(html, None)[0]
    assert "[if" not in word
    assert "[if" not in others
    assert word.count("<table") == others.count("<table") + 30
    assert "v:roundrect" in word
    assert "v:roundrect" not in others
