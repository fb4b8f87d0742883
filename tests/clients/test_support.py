"""The support table says what caniemail's newest test says, and nothing where there was none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from producthead_mail.clients.profile import PROFILES
from producthead_mail.clients.removal import Mark
from producthead_mail.clients.support import (
    PACKAGED,
    Cell,
    load_support,
    marks,
    median_test,
    prefer,
    read_support,
)
from producthead_mail.errors import InputError


def test_the_table_has_307_features_in_48_clients_with_credit() -> None:
    support = load_support()

    assert (len(support.slugs), len(support.platforms)) == (307, 48)
    assert support.updated == date(2026, 6, 29)
    assert support.licence == "MIT"
    assert support.credit == "caniemail, © 2019 Rémi Parmentier"
    assert support.source == ("https://www.caniemail.com, commit 6b086a3483a92078ba5226626e13db6f0a95a113")
    assert median_test(support) == "2021-03-09"


@pytest.mark.parametrize(
    ("platform", "yes", "no", "partial"),
    [
        ("outlook.windows", 59, 215, 32),
        ("gmail.desktop-webmail", 154, 130, 23),
        ("gmail.android", 111, 124, 72),
        ("yahoo.desktop-webmail", 139, 136, 32),
        ("outlook.outlook-com", 173, 100, 34),
        ("gmx.desktop-webmail", 97, 158, 22),
        ("samsung-email.android", 252, 30, 21),
        ("apple-mail.ios", 282, 12, 11),
    ],
)
def test_newest_marks_of_the_main_clients(platform: str, yes: int, no: int, partial: int) -> None:
    found = marks(load_support(), platform)
    assert (found[Mark.YES], found[Mark.NO], found[Mark.PARTIAL]) == (yes, no, partial)


@pytest.mark.parametrize(
    ("slug", "platform", "cell"),
    [
        ("css-border-radius", "outlook.windows", Cell(Mark.NO, (1,), "2019", "2021-03-09")),
        ("css-border-radius", "yahoo.desktop-webmail", Cell(Mark.PARTIAL, (2,), "2021-02", "2021-03-09")),
        ("css-margin", "outlook.windows", Cell(Mark.PARTIAL, (1, 2, 3, 4), "2019", "2019-10-01")),
        # A later version than 2019-10, whatever a sort of the keys says.
        ("amp", "outlook.macos", Cell(Mark.NO, (), "16.80", "2020-03-31")),
        # Supported, with a note.
        ("css-background-position", "gmail.desktop-webmail", Cell(Mark.YES, (1,), "2019-02", "2019-02-28")),
        ("css-cursor", "outlook.windows", Cell(Mark.UNKNOWN, (), "2019", "2025-07-02")),
        # Its date lacks a zero in caniemail.
        ("html-comments", "apple-mail.ios", Cell(Mark.YES, (), "2024-04", "2024-05-01")),
    ],
)
def test_a_cell_is_the_last_in_file_order(slug: str, platform: str, cell: Cell) -> None:
    assert load_support().cell(slug, platform) == cell


def test_what_was_never_tested_is_not_supported() -> None:
    support = load_support()

    assert support.cell("css-border-radius", "wp-pl.desktop-webmail") is None
    assert support.cell("css-border-radius", "lotus.notes") is None
    assert support.cell("css-hovercraft", "gmail.android") is None


def test_every_profile_is_in_the_table() -> None:
    assert {profile.platform for profile in PROFILES} <= set(load_support().platforms)


def test_the_file_holds_facts_and_no_sentences() -> None:
    document = json.loads(PACKAGED.read_text(encoding="utf-8"))

    assert {key for one in document["features"].values() for key in one} == {
        "name",
        "category",
        "tested",
        "marks",
    }
    assert not [one["name"] for one in document["features"].values() if ". " in one["name"]]


@pytest.mark.parametrize(
    "written", ['{"features": {}, "platforms": []}', '{"features": {', "[]", "", "[" * 100_000]
)
def test_a_project_prefers_its_own_table_and_names_it_where_it_is_broken(
    tmp_path: Path, written: str
) -> None:
    own = tmp_path / "support.json"
    own.write_text(written)
    prefer(own)
    try:
        with pytest.raises(InputError, match=r"support\.json: not a support table; remove it"):
            load_support()
    finally:
        prefer(tmp_path / "none")
    assert load_support() is read_support(PACKAGED)
