"""Every pair of ink and ground reaches AA contrast: by day, by night, and where a client turns colours."""

from __future__ import annotations

from pathlib import Path

import pytest

from producthead_mail.clients.dark import darkened

SHARED = Path(__file__).parents[2] / "layouts" / "shared"

LIGHT = [
    ("#161412", "#ffffff"),  # headings
    ("#23201d", "#ffffff"),  # text
    ("#23201d", "#f8f4ec"),  # takeaways
    ("#4a443d", "#ffffff"),  # excerpts
    ("#5f574f", "#ffffff"),  # attribution
    ("#5f574f", "#efeae1"),  # footer
    ("#9c311d", "#ffffff"),  # links
    ("#9c311d", "#f8f4ec"),  # marks
    ("#9c311d", "#efeae1"),  # links in the footer
    ("#ffffff", "#b8432b"),  # button
    ("#d9d2c7", "#23201d"),  # help offer
]
DARK = [
    ("#faf5ec", "#1f1c19"),
    ("#e4dccf", "#1f1c19"),
    ("#e4dccf", "#2a2622"),
    ("#cdc4b6", "#1f1c19"),
    ("#b0a698", "#1f1c19"),
    ("#b0a698", "#141210"),
    ("#f29a80", "#1f1c19"),
    ("#f29a80", "#2a2622"),
    ("#f29a80", "#141210"),
    ("#fff8ef", "#38231c"),
    ("#ecdcd2", "#38231c"),
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), LIGHT + DARK)
def test_text_reaches_aa(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("ink", "ground"), LIGHT)
def test_text_reaches_aa_where_a_client_turns_every_colour(ink: str, ground: str) -> None:
    assert contrast(darkened(ink), darkened(ground)) >= 4.5


@pytest.mark.parametrize(("ink", "ground"), LIGHT)
def test_the_light_palette_is_the_one_in_use(ink: str, ground: str) -> None:
    layouts = "".join(path.read_text(encoding="utf-8") for path in SHARED.parent.rglob("*.mjml.j2"))
    assert ink in layouts
    assert ground in layouts


@pytest.mark.parametrize(("ink", "ground"), DARK)
def test_the_dark_palette_is_the_one_in_use(ink: str, ground: str) -> None:
    sheet = (SHARED / "dark.mjml.j2").read_text(encoding="utf-8")
    assert ink in sheet
    assert ground in sheet
