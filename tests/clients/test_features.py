"""In every client what isn't supported is gone, what is supported survives, what is unknown is said."""

from __future__ import annotations

import re

import pytest

from producthead_mail.clients.coverage import DETECTED, Coverage, coverage, not_simulated
from producthead_mail.clients.detect_html import UNDETECTED
from producthead_mail.clients.notes import MODELLED, WORDS_ONLY
from producthead_mail.clients.profile import PROFILES, Profile
from producthead_mail.clients.removal import Action, Mark
from producthead_mail.clients.simulate import Simulated, simulate
from producthead_mail.clients.support import Cell, load_support
from tests.clients.snippets import snippet


def test_306_of_307_features_are_detected_and_the_other_has_a_reason() -> None:
    slugs = set(load_support().slugs)

    assert len(DETECTED) == 306
    assert slugs - DETECTED == {"bimi"} == set(UNDETECTED)
    assert not DETECTED - slugs


def test_266_of_268_notes_are_modelled_of_which_44_have_words_only() -> None:
    """The 268 are those to the marks `a` and `n` of eight main clients."""
    support = load_support()

    assert coverage(support) == Coverage(features=307, detected=306, notes=268, modelled=266, words_only=44)
    assert not {("css-pseudo-class-link", 1), ("html-form", 1)} & MODELLED


def test_every_modelled_note_is_one_of_the_table() -> None:
    support = load_support()
    known = {
        (slug, n)
        for slug in support.slugs
        for platform in support.platforms
        if (cell := support.cell(slug, platform))
        for n in cell.notes
    }

    assert not MODELLED - known


def shows(simulated: Simulated, needle: str, profile: Profile) -> bool:
    """Whether the feature is in the output: with the prefix of classes and ids, whatever the spaces."""
    if needle[0] in ".#":
        needle = re.sub(r"[.#](?=[a-z])", rf"\g<0>{profile.prefix}", needle)
    start = r"(?<![\w-])" if needle[0].isalpha() else ""
    return re.search(start + re.escape(_close(needle)), _close(simulated.html)) is not None


def _close(text: str) -> str:
    return re.sub(r"\s*([:;{}])\s*", r"\1", text)


def has_said(simulated: Simulated, slug: str, *actions: Action) -> bool:
    return any(one.feature == slug and one.action in actions for one in simulated.removals)


@pytest.mark.parametrize("slug", sorted(DETECTED))
def test_a_feature_is_gone_or_survives_by_its_mark_in_every_client(slug: str) -> None:
    html, needle = snippet(slug)
    assert needle in html

    for profile in PROFILES:
        cell, simulated = load_support().cell(slug, profile.platform), simulate(html, profile)

        assert outcome(cell, slug, simulated, needle, profile) == "", profile.id


def outcome(cell: Cell | None, slug: str, simulated: Simulated, needle: str, profile: Profile) -> str:
    """What is wrong with a client's treatment of the feature; empty where nothing is."""
    is_shown = shows(simulated, needle, profile)
    is_noted = has_said(simulated, slug, Action.NOTED)
    if not profile.own_account and has_said(simulated, "html-style", Action.REMOVED):
        return "a style sheet survives" if is_shown else ""
    if cell is None or cell.mark is Mark.UNKNOWN:
        return "" if is_shown and is_noted else "what is unknown must stay, and be said"
    if cell.mark is Mark.YES:
        return "" if is_shown else "what is supported must survive"
    if cell.mark is Mark.PARTIAL:
        return ""
    if is_shown:
        notes = {(slug, note) for note in cell.notes}
        return "" if is_noted and notes & WORDS_ONLY else "what is not supported must go"
    is_told = any(one.mark is Mark.NO and one.action is not Action.NOTED for one in simulated.removals)
    return "" if is_told else "what goes must be told"


def test_what_a_client_lacks_and_still_shows() -> None:
    """Each has a note that says why nothing is taken out."""
    support = load_support()
    kept = {
        (slug, profile.id)
        for slug in sorted(DETECTED)
        for profile in PROFILES
        if (cell := support.cell(slug, profile.platform)) and cell.mark is Mark.NO and profile.own_account
        if shows(simulate(snippet(slug)[0], profile), snippet(slug)[1], profile)
    }

    assert kept == {
        ("html-anchor-links", "samsung"),
        ("html-aria-describedby", "gmail"),
        ("html-aria-labelledby", "gmail"),
        ("html-aria-labelledby", "gmail-app"),
        ("html-aria-labelledby", "outlook-com"),
        ("html-audio", "outlook-com"),
        ("html-doctype", "outlook"),
        ("html-input-text", "samsung"),
        ("html-textarea", "samsung"),
        ("html-video", "outlook-com"),
    }


def test_what_is_not_simulated_is_said_of_each_client() -> None:
    said = {profile.id: not_simulated(profile) for profile in PROFILES}

    assert said["apple"]["what no test covers"].endswith("stays")
    assert "clipping" in said["gmail"]
    assert "clipping" not in said["yahoo"]
    assert "VML position" in said["outlook"]
    assert "forced dark: pictures" in said["outlook-com"]
    assert "a Microsoft account" in said["samsung"]
