"""Keys do what the list of keys says, and the address holds the whole view."""

from __future__ import annotations

import pytest
from browsing import CHROMIUM, expect_mail, mail, open_edition, watched
from playwright.sync_api import Browser, Page, expect
from running_studio import NEWS, SEED, Running

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]


def test_arrows_and_letters_go_from_edition_to_edition(page: Page) -> None:
    open_edition(page, NEWS)
    for key, slug in [
        ("ArrowDown", SEED),
        ("ArrowDown", SEED),
        ("ArrowUp", NEWS),
        ("ArrowRight", SEED),
        ("ArrowLeft", NEWS),
        ("j", SEED),
        ("k", NEWS),
    ]:
        page.keyboard.press(key)
        page.wait_for_url(f"**/edition/{slug}")
        expect(page.locator("#status")).to_have_text("Following saves")


def test_arrows_stay_with_the_control_that_has_them(page: Page) -> None:
    open_edition(page, NEWS)
    for control in ("#client", "#reader", "#variant", "#tab-message", "#handle"):
        page.locator(control).focus()
        page.keyboard.press("ArrowDown")
        assert f"/edition/{NEWS}" in page.url
    page.locator('[name="width"][value="375"]').focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator('[name="width"][value="600"]')).to_be_checked()
    assert f"/edition/{NEWS}" in page.url


def test_letters_typed_into_a_control_choose_nothing(page: Page) -> None:
    open_edition(page, NEWS)
    page.locator("#reader").focus()
    for key in ("2", "i", "d", "?"):
        page.keyboard.press(key)
    expect(page.locator("#images")).to_be_checked()
    expect(page.locator('[name="mode"][value="light"]')).to_be_checked()
    expect(page.locator('[name="width"][value="desktop"]')).to_be_checked()
    expect(page.locator("#keys")).to_be_hidden()


def test_letters_with_control_or_command_are_the_browsers(page: Page) -> None:
    open_edition(page, NEWS)
    page.keyboard.press("Control+i")
    page.keyboard.press("Meta+d")
    expect(page.locator("#images")).to_be_checked()
    expect(page.locator('[name="mode"][value="light"]')).to_be_checked()


def test_the_list_of_keys_opens_and_closes(page: Page) -> None:
    open_edition(page, NEWS)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    expect(page.locator('[name="width"][value="desktop"]')).to_be_checked()
    page.get_by_role("button", name="? keys").click()
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_every_control_shows_its_focus(page: Page) -> None:
    open_edition(page, NEWS)
    seen = []
    for _ in range(22):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                """() => {
                  const at = document.activeElement;
                  const shown = at.matches(".choice input") ? at.nextElementSibling : at;
                  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
                  return [at.id || at.name || at.tagName, `${outlineStyle} ${outlineWidth}`];
                }"""
            )
        )
    names = [name for name, _ in seen]
    assert {
        "edition-1",
        "show-keys",
        "show-test",
        "client",
        "reader",
        "variant",
        "tab-message",
        "images",
        "handle",
    } <= set(names)
    assert {outline for name, outline in seen if name not in {"BODY", "IFRAME"}} == {"solid 2px"}


def test_an_address_shows_the_same_view_in_another_browser(
    browser: Browser, page: Page, studio: Running
) -> None:
    open_edition(page, NEWS)
    page.keyboard.press("r")
    page.keyboard.press("r")
    page.keyboard.press("d")
    page.keyboard.press("i")
    page.keyboard.press("1")
    page.keyboard.press("c")
    page.locator("#client").select_option("samsung")
    page.locator("#variant").select_option("no-essay")
    page.locator("#handle").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("tab", name="Headers").click()
    expect(page.locator("#headers")).to_contain_text("benedict@example.org")
    address = page.url
    with watched(browser, studio.url) as other:
        other.goto(address)
        expect(other.locator("#status")).to_have_text("Following saves")
        assert other.url == address
        expect(other.locator("#headers")).to_contain_text("benedict@example.org")
        expect(other.locator("#client")).to_have_value("samsung")
        expect(other.locator("#reader")).to_have_value("row-3")
        expect(other.locator("#variant")).to_have_value("no-essay")
        expect(other.locator("#images")).not_to_be_checked()
        other.get_by_role("tab", name="Message").click()
        assert mail(other).evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [
            330,
            True,
        ]


def test_what_an_address_asks_for_in_vain_is_shown_as_usual(page: Page) -> None:
    open_edition(page, NEWS, "?reader=nobody&variant=x&mode=sepia&width=wide&tab=up&client=carrier-pigeon")
    expect_mail(page, "Hello there,")
    expect(page.locator("#message")).to_be_visible()
    expect(page.locator("#reader")).to_have_value("placeholder")
    expect(page.locator('[name="mode"][value="light"]')).to_be_checked()


def test_a_place_leads_to_its_line(page: Page, studio: Running) -> None:
    studio.replace(NEWS, "preheader:", "preheader: short #")
    open_edition(page, NEWS)
    page.locator(".findings li", has_text="preheader").locator(".place").click()
    expect(page.locator("#source .here")).to_contain_text("preheader: short")
    assert f"at=content%2Feditions%2F{NEWS}.md%3A" in page.url
    page.reload()
    expect(page.locator("#source .here")).to_contain_text("preheader: short")
