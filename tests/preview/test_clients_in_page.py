"""The message as each client shows it, with its log, and what will differ in all of them."""

from __future__ import annotations

import pytest
from browsing import CHROMIUM, expect_mail, mail, open_edition
from playwright.sync_api import Page, expect
from running_studio import NEWS, SEED, Running

from producthead_mail.clients.profile import PROFILES

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]


def test_c_goes_through_the_clients(page: Page) -> None:
    open_edition(page, NEWS)
    for profile in PROFILES:
        page.keyboard.press("c")
        expect(page.locator("#client")).to_have_value(profile.id)
        expect(page.locator("#side .label").first).to_have_text(profile.name)
        expect_mail(page, "Hello there,")
    page.keyboard.press("c")
    expect(page.locator("#side .label").first).to_have_text("Findings")
    page.keyboard.press("C")
    expect(page.locator("#side .label").first).to_have_text("Samsung Email")


def test_the_frame_holds_what_the_client_makes_of_it(page: Page) -> None:
    open_edition(page, SEED, "?client=gmail")
    assert mail(page).locator("[class^='m_1']").count() > 0
    open_edition(page, SEED)
    assert mail(page).locator("[class^='m_1']").count() == 0


def test_the_log_gives_mark_version_date_link_and_line(page: Page) -> None:
    open_edition(page, SEED, "?client=gmail")
    group = page.locator("#side details", has_text="text-decoration-thickness")
    group.locator("summary").click()
    expect(group.locator(".evidence")).to_contain_text("not supported in 2023-01, tested 2023-01-16")
    link = group.get_by_role("link")
    expect(link).to_have_attribute(
        "href", "https://www.caniemail.com/features/css-text-decoration-thickness/"
    )
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(page.locator("#side")).to_contain_text("by the table")
    expect(page.locator("#side")).to_contain_text("Not simulated")
    expect(page.locator(".credit")).to_contain_text(
        "caniemail, © 2019 Rémi Parmentier, MIT licence, https://www"
    )
    group.get_by_role("button", name="HTML line").click()
    expect(page.get_by_role("tab", selected=True)).to_have_text("HTML")
    expect(page.locator("#html .here")).to_have_count(1)
    page.wait_for_function("() => String(getSelection()) === 'text-decoration-thickness:1px'")


def test_a_removal_leads_to_the_line_of_the_layout_that_made_it(page: Page) -> None:
    open_edition(page, SEED, "?client=outlook")
    group = page.locator("#side details", has_text="max-width").first
    group.locator("summary").click()
    group.get_by_role("button", name="layouts/").first.click()
    expect(page.locator("#source .here")).to_contain_text("max-width: 440px")


def test_a_save_keeps_what_is_open_in_the_log(page: Page, studio: Running) -> None:
    open_edition(page, SEED, "?client=gmail")
    group = page.locator("#side details", has_text="text-underline-offset")
    group.locator("summary").click()
    studio.replace(SEED, "We talk about alignment", "We speak about alignment")
    expect_mail(page, "We speak about alignment")
    expect(group).to_have_attribute("open", "")


def dark(page: Page) -> object:
    return mail(page).evaluate("matchMedia('(prefers-color-scheme: dark)').matches")


def checked(page: Page) -> str:
    return page.locator('[name="mode"]:checked').input_value()


def test_d_goes_through_the_colours_the_client_has(page: Page) -> None:
    open_edition(page, SEED, "?client=outlook")
    grounds = "[...document.querySelectorAll('*')].map(one => getComputedStyle(one).backgroundColor)"
    light = mail(page).evaluate(grounds)
    reason = page.locator("#modes label", has_text="Dark")
    expect(reason.locator("input")).to_be_disabled()
    expect(reason).to_have_attribute("title", "Outlook, Windows doesn’t honour prefers-color-scheme")
    page.keyboard.press("d")
    assert checked(page) == "forced"
    page.wait_for_url("**mode=forced")
    expect(page.locator("#device iframe")).to_have_count(1)
    forced = mail(page).evaluate(grounds)
    assert ("rgb(255, 255, 255)" in light, "rgb(51, 51, 51)" in light) == (True, False)
    assert ("rgb(255, 255, 255)" in forced, "rgb(51, 51, 51)" in forced) == (False, True)
    assert dark(page) is False
    page.keyboard.press("d")
    assert checked(page) == "light"


def test_the_authors_dark_where_the_client_honours_it(page: Page) -> None:
    open_edition(page, SEED, "?client=apple")
    expect(page.locator("#modes label", has_text="Forced").locator("input")).to_be_disabled()
    page.keyboard.press("d")
    assert (checked(page), dark(page)) == ("dark", True)
    # Gmail on the web has neither: it shows what it always does, and the wish is kept for the next client.
    page.locator("#client").select_option("gmail")
    expect(page.locator('[name="mode"][value="light"]')).to_be_checked()
    page.locator("#client").select_option("outlook")
    expect(page.locator('[name="mode"][value="forced"]')).to_be_checked()


def test_what_will_differ_in_all_clients(page: Page) -> None:
    open_edition(page, SEED, "?tab=differences")
    tab = page.locator("#differences")
    expect(tab).to_contain_text("Boxes move, or have another size")
    row = tab.locator("details", has_text="text-underline-offset").first
    row.locator("summary").click()
    expect(row).to_contain_text("Gmail, web")
    expect(row.get_by_role("row", name="Gmail, web")).to_contain_text("removed: not supported")
    row.get_by_role("button", name="HTML line").first.click()
    expect(page.locator("#html .here")).to_have_count(1)
