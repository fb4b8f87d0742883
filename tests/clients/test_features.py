"""In every client what isn't supported is gone, what is supported survives, what is unknown is said."""

from __future__ import annotations

import re

import pytest

from producthead_mail.clients import detect_css, detect_html, detect_images
from producthead_mail.clients.notes import MODELLED, WORDS_ONLY
from producthead_mail.clients.profile import PROFILES, Profile
from producthead_mail.clients.removal import Action, Mark
from producthead_mail.clients.simulate import Simulated, simulate
from producthead_mail.clients.support import load_support
from tests.clients.snippets import snippet

DETECTED = frozenset(
    slug
    for table in (
        *(detect_css.PROPERTIES, detect_css.VALUES, detect_css.FUNCTIONS, detect_css.UNITS),
        *(detect_css.AT_RULES, detect_css.MEDIA, detect_css.PSEUDO_CLASSES, detect_css.PSEUDO_ELEMENTS),
        *(detect_css.SELECTORS, detect_css.OTHERS, detect_html.ELEMENTS, detect_html.ATTRIBUTES),
        *(detect_html.VALUED, detect_html.LINKS, detect_html.OTHERS, detect_images.IMAGES),
    )
    for slug in table
)
MAIN_CLIENTS = (
    *("gmail.desktop-webmail", "gmail.android", "gmail.ios", "outlook.windows", "outlook.outlook-com"),
    *("yahoo.desktop-webmail", "apple-mail.ios", "samsung-email.android"),
)


def test_306_of_307_features_are_detected_and_the_other_has_a_reason() -> None:
    slugs = set(load_support().slugs)

    assert len(DETECTED) == 306
    assert slugs - DETECTED == {"bimi"} == set(detect_html.UNDETECTED)
    assert not DETECTED - slugs


def test_266_of_268_notes_are_modelled_of_which_44_have_words_only() -> None:
    """The 268 are those to the marks `a` and `n` of eight main clients."""
    support = load_support()
    cells = [(slug, support.cell(slug, one)) for slug in support.slugs for one in MAIN_CLIENTS]
    notes = {(slug, n) for slug, cell in cells if cell and cell.mark is not Mark.YES for n in cell.notes}

    assert len(notes) == 268
    assert len(notes & MODELLED) == 266
    assert notes - MODELLED == {("css-pseudo-class-link", 1), ("html-form", 1)}
    assert len(notes & WORDS_ONLY) == 44


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


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.id)
@pytest.mark.parametrize("slug", sorted(DETECTED))
def test_a_feature_is_gone_or_survives_by_its_mark(slug: str, profile: Profile) -> None:
    html, needle = snippet(slug)
    cell = load_support().cell(slug, profile.platform)
    assert needle in html
    assert cell is None or cell.mark in Mark

    simulated = simulate(html, profile)

    is_shown = shows(simulated, needle, profile)
    if not profile.own_account and "<style>" in html:
        assert not is_shown
        assert has_said(simulated, "html-style", Action.REMOVED)
    elif cell is None or cell.mark is Mark.UNKNOWN:
        assert is_shown
        assert has_said(simulated, slug, Action.NOTED)
    elif cell.mark is Mark.YES:
        assert is_shown
    elif cell.mark is Mark.NO and is_shown:
        assert {(slug, note) for note in cell.notes} & WORDS_ONLY
        assert has_said(simulated, slug, Action.NOTED)
    elif cell.mark is Mark.NO:
        assert any(one.mark is Mark.NO and one.action is not Action.NOTED for one in simulated.removals)


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
