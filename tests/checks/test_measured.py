"""What a browser measured, and what it is taken for; measured for real where there is a Chromium."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from producthead_mail.checks.browser import Target, Violation, measure
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.measured import axe, tap_target_measured
from producthead_mail.checks.page import Page
from producthead_mail.clients.chromium import ON_PATH
from producthead_mail.errors import InputError
from tests.checks.conftest import EDITION, MESSAGE, PUBLICATION, page_html

PAGE = Page(EDITION, PUBLICATION, MESSAGE)
HAS_CHROMIUM = any(map(shutil.which, ON_PATH))
browser = [pytest.mark.browser, pytest.mark.skipif(not HAS_CHROMIUM, reason="no Chromium")]


def link(words: str, top: float, height: float, *, box: bool = False, within: bool = False) -> Target:
    return Target(words, box, within, 10, 90, top, top + height)


ROWS = [
    ([link("A", 0, 44, box=True)], []),
    ([link("A", 0, 43.6, box=True)], []),
    ([link("A", 0, 43, box=True)], ["“A” is 80 × 43 px at 375 px: a finger needs 44"]),
    ([link("A", 0, 20, within=True), link("B", 20, 20, within=True)], []),
    ([link("A", 0, 20), link("B", 40, 20)], []),
    ([link("A", 0, 24), link("B", 24, 24)], []),
    (
        [link("A", 0, 40, box=True, within=True)],
        ["“A” is 80 × 40 px at 375 px: a finger needs 44"],
    ),
    (
        [link("A", 0, 20), link("B", 21, 20)],
        [
            "“A” is 80 × 20 px at 375 px: under 24, and next to “B”",
            "“B” is 80 × 20 px at 375 px: under 24, and next to “A”",
        ],
    ),
    ([link("A", 0, 20), link("B", 22, 44, box=True)], []),
    ([], []),
]


@pytest.mark.parametrize(("targets", "messages"), ROWS)
def test_targets(targets: list[Target], messages: list[str]) -> None:
    assert [hit.message for hit in tap_target_measured(PAGE, tuple(targets))] == messages


def test_axe_is_grave_where_axe_says_so() -> None:
    found = [
        Violation("image-alt", "critical", "Images must have alternate text", ('<img src="a">', "<img>")),
        Violation("empty-heading", "minor", "Headings should not be empty", ("<h1> <b>Words</b></h1>",)),
    ]
    hits = list(axe(PAGE, tuple(found)))
    assert [(hit.severity, hit.message) for hit in hits] == [
        (Severity.WARNING, "axe image-alt (critical), 2 places: Images must have alternate text"),
        (
            Severity.INFO,
            "axe empty-heading (minor), 1 place: Headings should not be empty, such as “Words”",
        ),
    ]


def test_without_a_chromium_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with pytest.raises(InputError, match="install one with the system's packages"):
        measure("", {})


class TestInChromium:
    pytestmark = browser

    def test_links_are_measured_and_axe_finds_what_is_wrong(self, tmp_path: Path) -> None:
        picture = tmp_path / "a.svg"
        picture.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="50" height="30"/>')
        url = "https://i.example.com/a.svg"
        html = page_html(
            '<p>See <a href="https://a.example.com">this</a> there</p>'
            '<a href="https://b.example.com" style="display:block;padding:10px;line-height:20px">Go</a>'
            f'<div><a href="https://c.example.com"><img src="{url}" alt="A cat"></a></div>'
            '<p style="display:none"><a href="https://d.example.com">Hidden</a></p>'
            '<img src="https://e.example.com">'
        )
        said = measure(html, {url: picture})
        sizes = {one.words: (one.box, one.within, round(one.bottom - one.top)) for one in said.targets}
        assert sizes["Go"][::2] == (True, 40)
        assert sizes["A cat"][:2] == (True, False)
        assert 30 <= sizes["A cat"][2] < 44
        assert sizes["this"][:2] == (False, True)
        assert "Hidden" not in sizes
        assert said.violations is not None
        assert "image-alt" in {one.rule for one in said.violations}

    def test_scripts_do_not_run_and_nothing_is_fetched(self, tmp_path: Path) -> None:
        html = page_html(
            '<a id="a" href="https://a.example.com">One</a>'
            '<script>document.getElementById("a").textContent = "Two"</script>'
            '<img src="x" alt="" onerror="document.getElementById(\'a\').textContent = \'Three\'">'
        )
        assert measure(html, {}).targets[0].words == "One"
