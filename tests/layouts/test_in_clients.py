"""Faults that pictures of the simulated clients showed stay mended."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from producthead_mail.clients.profile import profile
from producthead_mail.clients.simulate import simulate
from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render

PROJECT = Project(Path(__file__).parents[2])
SEED = PROJECT.editions / "2024-02-12-in-search-of-deeper-alignment.md"


def shown(client: str, path: Path = SEED) -> Any:
    """The edition in a client, parsed."""
    publication = load_publication(PROJECT)
    edition = load_edition(path, publication, PROJECT)
    message = render(edition, publication, load_layout(PROJECT, edition.layout))
    simulated = profile(client)
    assert simulated
    return lxml_html.document_fromstring(simulate(message.html, simulated).html)


def style(element: Any) -> dict[str, str]:
    return {
        name.strip(): value.strip()
        for name, _, value in (one.partition(":") for one in element.get("style", "").split(";"))
        if value
    }


@pytest.mark.parametrize("client", ["gmail-foreign", "outlook"])
def test_quotations_stand_off_their_rule(client: str, tmp_path: Path) -> None:
    """Word keeps padding of cells only."""
    path = tmp_path / "2024-03-18-quotation.md"
    path.write_text("---\ntitle: One\ndate: 2024-03-18\n---\n\n> Words.\n>\n> > Within.\n", encoding="utf-8")

    excerpts = [style(one) for one in shown(client).xpath("//blockquote/p")]
    essay = [style(one) for one in shown(client, path).xpath("//blockquote[p]/*")]

    assert [one["margin-left"] for one in excerpts] == ["16px"] * 4
    assert [one["margin-left"] for one in essay[:3]] == ["20px"] * 3


def test_links_of_the_footer_stand_apart_in_outlook() -> None:
    links = shown("outlook").xpath("//p[contains(@class, 'links')]")[0].text_content()

    assert (
        re.sub(r"[ \n]+", " ", links).strip()
        == "Unsubscribe\xa0\xa0\xa0\xa0 View online \xa0\xa0\xa0\xa0Reply"
    )
    assert "\xa0" not in shown("gmail").xpath("//p[contains(@class, 'links')]")[0].text_content()


def test_the_masthead_is_as_small_as_a_telephone_needs_where_no_sheet_says_so() -> None:
    """Beside paddings of 40 its capitals broke at 40 pixels in a window of 375, and at 34 in one of 320."""
    assert style(shown("gmail-foreign").xpath("//p[.//a = 'PRODUCTHEAD']")[0])["font-size"] == "30px"
    sheets = "".join(sheet.text for sheet in shown("apple").iter("style"))
    assert re.search(r"\(min-width:\s*520px\)\s*{\s*\.name { font-size: 40px !important", sheets)


def test_the_masthead_has_its_full_size_in_outlook_which_knows_no_window() -> None:
    name = shown("outlook").xpath("//p[.//a = 'PRODUCTHEAD']//span")[0]
    assert style(name)["font-size"] == "40px"


@pytest.mark.parametrize("client", ["gmail-app", "gmail-foreign", "outlook-com"])
def test_lines_are_a_tint_where_the_paper_turns_dark_under_them(client: str) -> None:
    """A solid light line would shine: borders keep their colour where light backgrounds lose theirs."""
    page = shown(client)
    lined = page.xpath(
        "//p[contains(@style, 'border-top')] | //blockquote | //span[contains(@style, 'border')]"
    )
    colours = [re.findall(r"border(?:-top)?-color:([^;]+)", one.get("style"))[-1:] for one in lined]
    solid = [one for one in lined if "#c4492f" in one.get("style")]

    assert len(solid) == 1  # the accent below the masthead, which is dark enough to be turned
    assert [one for one in colours if one] == ([["rgba(170,150,118,0.4)"]] * (len(lined) - len(solid)))


@pytest.mark.parametrize("client", ["samsung", "gmail-foreign", "outlook"])
def test_code_needs_no_white_space_that_clients_drop(client: str, tmp_path: Path) -> None:
    """A `<pre>` made the whole message as wide as its longest line: 962 pixels in a window of 320."""
    path = tmp_path / "2024-03-18-code.md"
    path.write_text("---\ntitle: One\ndate: 2024-03-18\n---\n\n```\nif a:\n    go()\n```\n", encoding="utf-8")

    page = shown(client, path)

    (code,) = page.xpath("//p[contains(@class, 'code')]/code")
    assert (list(code.itertext()), page.xpath("//pre")) == (["if a:", "\xa0\xa0\xa0\xa0go()"], [])


def test_figures_in_a_table_stay_whole_beside_a_column_of_words(tmp_path: Path) -> None:
    """MJML lets words break anywhere, so a column of figures got narrower than they are."""
    path = tmp_path / "2024-03-18-table.md"
    rows = "| What | n |\n| --- | --- |\n| Many words | 12,345 |\n"
    path.write_text(f"---\ntitle: One\ndate: 2024-03-18\n---\n\n{rows}", encoding="utf-8")

    cells = shown("apple", path).xpath("//*[contains(@class, 'essay')]//td[. = '12,345']")

    assert style(cells[0])["word-break"] == "normal"
