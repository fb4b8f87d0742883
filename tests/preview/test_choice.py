"""What an address asks for, and the colours a client has."""

from __future__ import annotations

import pytest

from producthead_mail.clients.profile import Inversion, profile
from producthead_mail.preview.choice import Choice, Mode, missing


def test_an_empty_address_asks_for_the_usual() -> None:
    assert Choice.of({}) == Choice()


def test_an_address_holds_the_whole_choice() -> None:
    query = {
        "client": "outlook",
        "mode": "forced",
        "reader": "emoji",
        "variant": "long",
        "images": "off",
        "remote": "on",
        "tab": "html",
    }
    choice = Choice.of(query)
    assert choice == Choice("outlook", Mode.FORCED, "emoji", "long", images=False, remote=True, tab="html")
    assert choice.query == {name: value for name, value in query.items() if name != "tab"}


def test_what_is_unknown_is_as_usual() -> None:
    assert Choice.of({"client": "x", "mode": "x", "variant": "x", "tab": "x", "images": "x"}) == Choice()


@pytest.mark.parametrize(
    ("client", "wanted", "mode", "inversion"),
    [
        ("original", Mode.DARK, Mode.DARK, None),
        ("original", Mode.FORCED, Mode.DARK, None),
        ("apple", Mode.FORCED, Mode.DARK, None),
        ("outlook", Mode.DARK, Mode.FORCED, Inversion.FULL),
        ("outlook", Mode.LIGHT, Mode.LIGHT, None),
        ("outlook-com", Mode.FORCED, Mode.FORCED, Inversion.PARTIAL),
        ("gmail", Mode.DARK, Mode.LIGHT, None),
        ("gmail", Mode.FORCED, Mode.LIGHT, None),
    ],
)
def test_the_wanted_dark_else_the_one_the_client_has(
    client: str, wanted: Mode, mode: Mode, inversion: Inversion | None
) -> None:
    choice = Choice(client, wanted)
    assert (choice.mode, choice.inversion) == (mode, inversion)


def test_why_a_client_lacks_colours() -> None:
    assert missing(profile("gmail"), Mode.DARK) == "Gmail, web doesn’t honour prefers-color-scheme"
    assert missing(profile("gmail"), Mode.FORCED) == "Gmail, web leaves colours alone"
    assert missing(None, Mode.FORCED).startswith("Choose a client that recolours: Gmail app, Android, ")
    assert missing(profile("apple"), Mode.DARK) == missing(None, Mode.LIGHT) == ""
