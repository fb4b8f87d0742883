"""The studio over a real socket: pages, policies, pictures, refusals."""

from __future__ import annotations

import pytest
from running_studio import NEWS, SEED, Running

from producthead_mail.config import Project
from producthead_mail.preview.rendered import inert
from producthead_mail.preview.studio import Studio


def test_shell_allows_own_scripts_only(standing: Running) -> None:
    with standing.ask("/") as answer:
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy


def test_message_runs_no_script_and_loads_nothing_remote(standing: Running) -> None:
    with standing.ask(f"/mail/{SEED}") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Security-Policy"] == (
            "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; "
            "form-action 'none'; sandbox allow-same-origin; frame-ancestors 'self'"
        )


def test_broken_edition_keeps_the_last_good_view(project: Project) -> None:
    studio = Studio(project)
    good = studio.look(SEED)
    path = project.editions / f"{SEED}.md"
    path.write_text("---\ntitel: x\n---\n", encoding="utf-8")
    studio.saved([path])
    broken = studio.look(SEED)
    assert good is not None
    assert broken is not None
    assert broken.rendered is good.rendered
    assert broken.problems[0].path == f"content/editions/{SEED}.md"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/mail/{NEWS}", 200),
        ("/mail/unknown", 404),
        ("/content/images/product-people.png", 200),
        ("/content/images/%2e%2e/publication.yaml", 404),
        ("/content/images/../publication.yaml", 404),
        ("/content/audience/sample.csv", 404),
    ],
)
def test_answers(standing: Running, path: str, status: int) -> None:
    with standing.ask(path) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    ("page", "left"),
    [
        ('<p>a<link rel="preconnect" href="https://x.example.com">b</p>', "<p>ab</p>"),
        ("<LINK REL=dns-prefetch\nHREF=//x.example.com><p>", "<p>"),
        ('<meta charset="utf-8"><meta content="0;url=/" http-equiv = "Refresh">', '<meta charset="utf-8">'),
        ("<p>a linked list of <links></p>", "<p>a linked list of <links></p>"),
    ],
)
def test_a_message_opens_no_connection_ahead_and_goes_nowhere(page: str, left: str) -> None:
    assert inert(page) == left


def test_findings_come_apart_from_the_page(standing: Running) -> None:
    with standing.ask(f"/findings/{SEED}") as answer:
        page = answer.read().decode()
        assert answer.status == 200
        assert "Findings" in page
        assert "Checking" not in page
        assert "<html" not in page
    with standing.ask("/findings/unknown") as answer:
        assert answer.status == 404


def test_the_page_waits_for_no_check(studio: Running) -> None:
    with studio.ask(f"/edition/{SEED}") as answer:
        assert 'id="checking"' in answer.read().decode()
    with studio.ask(f"/findings/{SEED}") as answer:
        answer.read()
    with studio.ask(f"/edition/{SEED}") as answer:
        assert 'id="checking"' not in answer.read().decode()
