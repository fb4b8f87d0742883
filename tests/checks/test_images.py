"""Rows: formats and weights of pictures, with near misses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from producthead_mail.checks.finding import Finding, Severity
from producthead_mail.content.edition import CuratedItem, Image, RichText
from producthead_mail.content.publication import Book

Findings = Callable[..., tuple[Finding, ...]]
MB = 1024 * 1024


@pytest.mark.parametrize(
    ("src", "clients"),
    [
        ("https://i.example.com/a.webp", "Outlook, Windows"),
        ("https://i.example.com/a.WEBP?v=1", "Outlook, Windows"),
        ("https://i.example.com/a.svg", "Gmail, web"),
        ("https://i.example.com/a.heic", "Outlook, Windows and Outlook.com and Samsung Email"),
        ("https://i.example.com/a.png", ""),
        ("https://i.example.com/a.JPG", ""),
        ("https://i.example.com/webp", ""),
        ("https://i.example.com/a?f=a.webp", ""),
        ("https://i.example.com/page.html", ""),
    ],
)
def test_format(findings: Findings, src: str, clients: str) -> None:
    found = findings(f'<img src="{src}" alt="A cat" width="9">')
    shown = [one.message.partition("which ")[2] for one in found if one.rule == "img-format"]
    assert shown == ([f"{clients} can't show"] if clients else [])


def weighed(*sizes: int) -> tuple[str, dict[str, Any]]:
    """A body with pictures of these bytes, and the edition they belong to."""
    pictures = [
        Image(f"images/{n}.png", "A cat", f"https://n.example.com/images/{n}.png?v=1", 9, 9, size)
        for n, size in enumerate(sizes)
    ]
    body = "".join(f'<img src="{one.url}" alt="A cat" width="9">' for one in pictures)
    items = tuple(CuratedItem("An item", "https://a.example.com", image=one) for one in pictures)
    return body, {"curated": items, "source": "image: {src: images/0.png}"}


@pytest.mark.parametrize(
    ("sizes", "severities"),
    [
        ((100_000,), []),
        ((800 * 1024,), []),
        ((800 * 1024 + 1,), [Severity.INFO]),
        ((MB,), [Severity.INFO]),
        ((MB + 1,), [Severity.WARNING, Severity.INFO]),
        ((MB, MB), [Severity.INFO]),
        ((MB, MB, 1), [Severity.WARNING]),
    ],
)
def test_weight(findings: Findings, sizes: tuple[int, ...], severities: list[Severity]) -> None:
    body, edition = weighed(*sizes)
    assert [one.severity for one in findings(body, edition=edition)] == severities


def test_a_heavy_picture_is_named_with_its_place(findings: Findings) -> None:
    body, edition = weighed(3 * MB)
    found = findings(body, edition=edition)
    assert [(one.message, one.line, one.column) for one in found] == [
        ("images/0.png weighs 3.0 MB, more than 1.0 MB", 1, 14),
        ("the project's pictures in this edition weigh 3.0 MB together", 1, 14),
    ]


def test_a_picture_of_the_essay_is_weighed_too(findings: Findings) -> None:
    picture = Image("images/a.png", "A cat", "https://n.example.com/images/a.png?v=1", 9, 9, 2 * MB)
    found = findings(
        f'<img src="{picture.url}" alt="A cat" width="9">',
        edition={"essay": RichText("x", "x", "x", images=(picture,)), "source": "\n![A cat](images/a.png)"},
    )
    assert [(one.rule, one.line, one.column) for one in found] == [("img-bytes", 2, 10)] * 2


def test_a_picture_shown_nowhere_weighs_nothing(findings: Findings) -> None:
    cover = Image("images/a.png", "A cover", "https://n.example.com/images/a.png?v=1", 9, 9, 9 * MB)
    assert findings(publication={"book": Book("Guide", "https://b.example.com", cover=cover)}) == ()
