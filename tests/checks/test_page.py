from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from producthead_mail.checks.cascade import declared, over, pixels
from producthead_mail.checks.contrast import ratio
from producthead_mail.checks.finding import Finding, Severity
from producthead_mail.checks.page import locate, short
from producthead_mail.checks.report import as_json, lines
from producthead_mail.content.edition import Image, Position
from producthead_mail.content.publication import Book, Mailbox

SOURCE = "---\ntitle: A\n---\nSee [words that\nrun on](http://a.example.com/x).\n"
BLACK, WHITE = (0.0, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("needle", "position"),
    [
        ("http://a.example.com/x", Position(5, 9)),
        ("words that run on", Position(4, 6)),
        ("---", Position(1, 1)),
        ("http://a.example.com/", Position(5, 9)),
        ("absent", None),
        ("word", None),
        ("http://a.exam", Position(5, 9)),
        ("run", Position(5, 1)),
        ("", None),
    ],
)
def test_locate(needle: str, position: Position | None) -> None:
    assert locate(SOURCE, needle) == position


def test_locate_prefers_what_begins_a_word() -> None:
    assert locate("xabc xabc abc", "abc") == Position(1, 11)
    assert locate("xabc xabc", "abc") == Position(1, 2)
    assert locate("abc", "abc") == Position(1, 1)


def test_locate_prefers_the_whole_of_a_url() -> None:
    assert locate("http://a.example.com/x\nhttp://a.example.com/", "http://a.example.com/") == Position(2, 1)


def test_position_beside_a_slot_and_of_a_picture(findings: Callable[..., tuple[Finding, ...]]) -> None:
    cover = Image("images/a.png", "", "http://i.example.com/a-1f.png")
    found = findings(
        '<a href="http://a.example.com/?who=PHSabc123">One</a>'
        '<img src="http://i.example.com/a-1f.png" alt="" width="9">',
        edition={"source": "\nhttp://a.example.com/?who=[[first_name]]"},
        publication={
            "source": "book:\n  cover: images/a.png",
            "book": Book("Guide", "https://b.example.com", cover=cover),
        },
    )
    assert [(one.rule, one.path, one.line, one.column) for one in found if one.rule != "plain-text"] == [
        ("img-src", "content/publication.yaml", 2, 10),
        ("link-http", "content/editions/2024-02-12-alignment.md", 2, 1),
    ]


def test_position_of_a_key(findings: Callable[..., tuple[Finding, ...]]) -> None:
    found = findings(
        subject="WHAT WE ALL SAID",
        sender=Mailbox("jock@example.com"),
        publication={"positions": {"from": Position(9, 7)}},
    )
    assert [(one.rule, one.path, one.line, one.column) for one in found] == [
        ("subject", "content/editions/2024-02-12-alignment.md", 2, 8),
        ("headers", "content/publication.yaml", 9, 7),
    ]


def test_position_in_edition_then_publication(findings: Callable[..., tuple[Finding, ...]]) -> None:
    found = findings(
        '<a href="http://a.example.com/x">One</a><a href="http://b.example.com">Two</a>',
        edition={"source": SOURCE},
        publication={"source": "url: http://b.example.com\n"},
        text="http://a.example.com/x http://b.example.com <%asm_group_unsubscribe_raw_url%>",
    )
    assert [(one.rule, one.path, one.line, one.column) for one in found] == [
        ("link-http", "content/editions/2024-02-12-alignment.md", 5, 9),
        ("link-http", "content/publication.yaml", 1, 6),
    ]


def test_report() -> None:
    found = (
        Finding("img-alt", Severity.ERROR, "no alt", "say it", "content/editions/a.md", 3, 4),
        Finding("dir", Severity.WARNING, "no dir"),
    )
    assert lines(found) == ["content/editions/a.md:3:4: error img-alt: no alt; say it", "warning dir: no dir"]
    assert as_json("a", "d", found) == {
        "edition": "a",
        "digest": "d",
        "findings": [
            {
                "rule": "img-alt",
                "severity": "error",
                "message": "no alt",
                "remedy": "say it",
                "path": "content/editions/a.md",
                "line": 3,
                "column": 4,
            },
            {
                "rule": "dir",
                "severity": "warning",
                "message": "no dir",
                "remedy": "",
                "path": "",
                "line": 0,
                "column": 0,
            },
        ],
        "counts": {"error": 1, "warning": 1, "info": 0},
    }


def test_colour_arithmetic() -> None:
    assert ratio(BLACK, WHITE) == pytest.approx(21)
    assert over((0.0, 0.0, 0.0, 0.5), WHITE) == (0.5, 0.5, 0.5, 1.0)
    assert [pixels(v, 10) for v in ("12px", "2em", "50%", "12pt", "1rem", "large")] == [12, 20, 5, 16, 16, 10]


def test_font_shorthand() -> None:
    assert declared("font: italic bold 12px/1.5 Georgia, serif") == (
        ("font-weight", "bold", False),
        ("font-size", "12px", False),
        ("line-height", "1.5", False),
    )
    assert declared("font: 9px Arial") == (
        ("font-weight", "normal", False),
        ("font-size", "9px", False),
        ("line-height", "normal", False),
    )
    assert declared("font: inherit") == ()


def test_background_shorthand() -> None:
    assert declared("background: #FFF url(a;b.png) !important; color: red") == (
        ("background-image", "#FFF url(a;b.png)", True),
        ("background-color", "#fff", True),
        ("color", "red", False),
    )


@given(st.text(max_size=200))
def test_short_is_one_short_line(text: str) -> None:
    assert len(short(text)) <= 60
    assert "\n" not in short(text)


@given(st.text(max_size=80))
def test_declared_never_fails(css: str) -> None:
    declared(css)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(alphabet="<>/ab%{}[]|*\"'=- !ñ", max_size=120))
def test_any_html_can_be_checked(findings: Callable[..., tuple[Finding, ...]], text: str) -> None:
    assert any(one.rule == "unsubscribe-body" for one in findings(html=text, subject=text))
