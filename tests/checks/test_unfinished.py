"""What a curator has yet to write is found: in a file of `new`, and in one that was begun by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from producthead_mail.checks.finding import Finding, Severity
from producthead_mail.content.authoring.scaffold import UNWRITTEN, Draft, scaffold
from producthead_mail.content.edition import CuratedItem, Position, RichText
from producthead_mail.content.publication import Mailbox, Publication

Findings = Callable[..., tuple[Finding, ...]]
WORDS = RichText("Words", "Words", "Words")


def told(found: tuple[Finding, ...]) -> list[tuple[str, Severity, int]]:
    return [(one.message, one.severity, one.line) for one in found if one.rule == "unfinished"]


def test_a_file_of_new_is_not_finished(findings: Findings) -> None:
    nobody = Publication(Path(), "", "", Mailbox(""), ZoneInfo("UTC"))
    source = scaffold(Draft("2024-02-12-alignment", "Alignment", date(2024, 2, 12)), nobody, [])
    places = {"curated": Position(12, 1)}
    assert told(findings(edition={"source": source, "positions": places})) == [
        ("the essay is not written yet", Severity.ERROR, 15),
        ("curated is left blank", Severity.WARNING, 12),
    ]


def test_an_edition_needs_more_than_a_title(findings: Findings) -> None:
    nothing = told(findings(edition={"takeaways": ()}))
    assert nothing == [("the edition has nothing but a title", Severity.ERROR, 2)]


def test_an_essay_alone_is_an_edition(findings: Findings) -> None:
    assert told(findings(edition={"takeaways": (), "essay": WORDS})) == []
    assert "unfinished" not in {one.rule for one in findings()}


def test_the_place_of_the_essay_is_told_once(findings: Findings) -> None:
    source = f"---\ntitle: Alignment\n---\n\n{UNWRITTEN}\n<!-- mine -->\n"
    essay = RichText(source, "", "", dropped=((5, "a comment"), (6, "a comment")))
    found = findings(edition={"source": source, "essay": essay})
    assert [(one.rule, one.line) for one in found] == [("unfinished", 5), ("html-dropped", 6)]


def test_what_add_and_posts_leave_to_write_is_told(findings: Findings) -> None:
    links = (
        CuratedItem("A", "https://example.com/a", author="Jo"),
        CuratedItem("B", "https://example.com/b"),
    )
    keys = ("title", "url", "author", "summary", "image")
    places = {f"curated.{n}.{key}": Position(10 * n + m, 5) for n in (0, 1) for m, key in enumerate(keys, 3)}
    edition = {"curated": links, "positions": {**places, "curated.0": Position(3, 3)}}

    found = told(findings(edition=edition))

    assert found == [
        ("“A”: summary, image left blank", Severity.WARNING, 6),
        ("“B”: author, summary, image left blank", Severity.WARNING, 15),
    ]
