"""What the answers of links and pictures are taken for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from producthead_mail.checks.alive import addresses, img_reachable, link_alive
from producthead_mail.checks.answer import Answer
from producthead_mail.checks.check import check_page
from producthead_mail.checks.finding import Finding
from producthead_mail.checks.page import Page
from producthead_mail.content.publication import Unsubscribe
from producthead_mail.web.trouble import Trouble
from tests.checks.conftest import EDITION, MESSAGE, PUBLICATION, page_html

LINK, PICTURE, OWN = (
    "https://a.example.com/",
    "https://i.example.com/a.png",
    "https://newsletter.example.com/",
)
BODY = (
    f'<a href="{LINK}">One</a><a href="{LINK}">Two</a><a href="{OWN}{EDITION.slug}">View online</a>'
    f'<a href="https://u.example.com/?who=PHSabc123">You</a><a href="mailto:a@example.com">Mail</a>'
    f'<img src="{PICTURE}" alt="A cat" width="9"><img src="cid:1" alt="A dog" width="9">'
)
PAGE = Page(EDITION, PUBLICATION, replace(MESSAGE, html=page_html(BODY)))
Answers = dict[str, Answer]


def found(answer: Answer, check: Callable[[Page, Answers], object] = link_alive) -> list[str]:
    """The severity and message of each finding."""
    rule = "img-reachable" if check is img_reachable else "link-alive"
    hits = check(PAGE, {answer.url: answer})
    each: tuple[Finding, ...] = check_page(PAGE, {rule: hits})  # type: ignore[dict-item]
    return [f"{one.severity} {one.message}; {one.remedy}" for one in each if one.rule == rule]


def test_what_is_asked() -> None:
    assert addresses(PAGE) == (LINK, f"{OWN}{EDITION.slug}", PICTURE)


def test_how_a_reader_leaves_is_never_asked() -> None:
    leaving = replace(PUBLICATION, unsubscribe=Unsubscribe(url=LINK))
    assert addresses(replace(PAGE, publication=leaving)) == (f"{OWN}{EDITION.slug}", PICTURE)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(LINK, 200), []),
        (Answer(LINK, 404), [f"error link {LINK} answers 404; mend or leave it out"]),
        (Answer(LINK, 500), [f"error link {LINK} answers 500; mend or leave it out"]),
        (Answer(LINK, 403), [f"warning link {LINK} answers 403 to a program; open it in a browser"]),
        (Answer(LINK, 503), [f"warning link {LINK} answers 503 to a program; open it in a browser"]),
        (
            Answer(LINK, 200, ((301, "https://b.example.com/"),)),
            [f"warning link {LINK} redirects (301 to https://b.example.com/); link to where it leads"],
        ),
        (
            Answer(LINK, 200, ((302, "http://bit.ly/3x"), (301, "http://b.example.com/"))),
            [
                f"warning link {LINK} redirects (302 to http://bit.ly/3x, a shortener, then 301 to "
                "http://b.example.com/, without TLS); link to where it leads, unless that is meant"
            ],
        ),
        (
            Answer(LINK, 410, ((301, "https://b.example.com/"),)),
            [f"error link {LINK} (301 to https://b.example.com/) answers 410; mend or leave it out"],
        ),
        (
            Answer(LINK, trouble=Trouble.PRIVATE, reason="leads to 10.0.0.1, which is inside a network"),
            [f"error link {LINK} leads to 10.0.0.1, which is inside a network; link to where readers can go"],
        ),
        (
            Answer(LINK, trouble=Trouble.SLOW, reason="does not answer within 10 s"),
            [f"warning link {LINK} does not answer within 10 s; mend or leave it out"],
        ),
        (
            Answer(LINK, trouble=Trouble.NOT_ASKED),
            [
                "warning 1 of 1 addresses of a link were not asked: beyond 100 addresses or 60 s; "
                "run it again, or look at them yourself"
            ],
        ),
        (
            Answer(f"{OWN}{EDITION.slug}", 404),
            [f"warning link {OWN}{EDITION.slug} answers 404; publish the archive before you send"],
        ),
    ],
)
def test_links(answer: Answer, words: list[str]) -> None:
    assert found(answer) == words


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(PICTURE, 200, kind="image/png"), []),
        (
            Answer(PICTURE, 200, kind="text/html"),
            [f"error picture {PICTURE} is answered with text/html; give a picture's address"],
        ),
        (
            Answer(PICTURE, 404, kind="text/html"),
            [f"error picture {PICTURE} answers 404; mend or leave it out"],
        ),
    ],
)
def test_pictures(answer: Answer, words: list[str]) -> None:
    assert found(answer, img_reachable) == words
