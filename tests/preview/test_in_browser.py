"""The studio in Chromium: what a designer sees, presses and saves."""

from __future__ import annotations

import shutil

import pytest
from browsing import CHROMIUM, expect_mail, mail, open_edition
from playwright.sync_api import Browser, Page, expect
from running_studio import NEWS, SEED, Running, running

from producthead_mail.config import Project
from producthead_mail.preview.guard import Access

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]


def test_tabs_go_by_arrow_keys_and_show_one_panel(page: Page) -> None:
    open_edition(page, SEED)
    page.get_by_role("tab", name="Message").focus()
    for name, panel, words in [
        ("Differences", "differences", "What will differ in the clients"),
        ("Text", "text", "A precursor to alignment is a clear product strategy"),
        ("HTML", "html", "<!doctype html>"),
        ("MJML", "mjml", "<mj-section"),
        ("Source", "source", "layouts/producthead/partials/masthead.mjml.j2"),
        ("Headers", "headers", "List-Unsubscribe"),
        ("Request", "request", '"personalizations": ['),
    ]:
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=name)).to_be_focused()
        expect(page.get_by_role("tab", selected=True)).to_have_text(name)
        expect(page.locator("[role=tabpanel]:visible")).to_have_id(panel)
        expect(page.locator(f"#{panel}")).to_contain_text(words, ignore_case=True)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", selected=True)).to_have_text("Message")
    page.keyboard.press("End")
    expect(page.get_by_role("tab", selected=True)).to_have_text("Request")


def test_headers_say_who_writes_and_how_large_it_is(page: Page) -> None:
    open_edition(page, NEWS, "?tab=headers")
    expect(page.get_by_role("row", name="Subject")).to_contain_text(
        "The PRODUCTHEAD archive has moved, there"
    )
    expect(page.get_by_role("row", name="Preheader")).to_contain_text("Every edition is still online")
    expect(page.get_by_role("row", name="From Jock")).to_contain_text(
        "Jock Busuttil <producthead@example.com>"
    )
    expect(page.get_by_role("row", name="Reply-To")).to_contain_text("Jock Busuttil <jock@example.com>")
    expect(page.get_by_role("row", name="Size")).to_contain_text("Gmail clips at 102 kB")


def test_r_shows_the_message_to_the_next_reader(page: Page) -> None:
    open_edition(page, NEWS)
    expect_mail(page, "Hello there,")
    page.keyboard.press("r")
    expect_mail(page, "Hello Amelia,")
    expect(page.locator("#inbox h1")).to_have_text("The PRODUCTHEAD archive has moved, Amelia")
    mail(page).locator("h1").click()
    page.mouse.move(20, 700)
    page.keyboard.press("r")
    expect_mail(page, "Hello Benedict,")
    page.keyboard.press("R")
    page.keyboard.press("R")
    expect_mail(page, "Hello there,")


def test_awkward_readers(page: Page) -> None:
    open_edition(page, NEWS)
    for key, words in [
        ("no-name", "Hello there,"),
        ("long-name", "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"),
        ("right-to-left", "عبد الرحمن"),
        ("emoji", "Zoë 🦊"),
        ("hostile", 'Hello "><script>alert(1)</script>,'),
    ]:
        page.get_by_label("Reader").select_option(key)
        expect(page.locator("#reader option[selected]")).to_have_attribute("value", key)
        expect_mail(page, words)
    assert page.locator("script").count() == 1
    assert mail(page).locator("script").count() == 0


def test_a_save_keeps_scroll_tab_width_and_reader(page: Page, studio: Running) -> None:
    open_edition(page, NEWS, "?width=320&reader=emoji&mode=dark")
    mail(page).evaluate("scrollTo(0, 120)")
    studio.replace(NEWS, "The old links go on working", "The old links still work")
    expect_mail(page, "The old links still work")
    assert mail(page).evaluate(
        "[scrollY, innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]"
    ) == [
        120,
        320,
        True,
    ]
    expect_mail(page, "Zoë")
    page.get_by_role("tab", name="Text").click()
    studio.replace(NEWS, "The old links still work", "Old links work as before")
    expect(page.locator("#text")).to_contain_text("Old links work as before")
    expect(page.get_by_role("tab", selected=True)).to_have_text("Text")
    page.reload()
    expect(page.get_by_role("tab", selected=True)).to_have_text("Text")
    expect(page.get_by_label("Reader")).to_have_value("emoji")


def test_a_broken_save_shows_its_place_over_the_last_good_view(page: Page, studio: Running) -> None:
    open_edition(page, NEWS)
    studio.replace(NEWS, "layout: announcement", "layuot: announcement")
    problems = page.get_by_role("alert")
    expect(problems).to_contain_text(f"content/editions/{NEWS}.md:4:1")
    expect(problems).to_contain_text("did you mean 'layout'?")
    expect(problems.locator(".excerpt span")).to_have_count(5)
    expect(problems.locator(".excerpt .marked")).to_have_text("4layuot: announcement")
    expect_mail(page, "Hello there,")
    studio.replace(NEWS, "layuot: announcement", "layout: announcement")
    expect(problems).to_have_text("")


def test_the_list_follows_editions_that_come_and_go(page: Page, studio: Running) -> None:
    open_edition(page, SEED)
    names = page.locator("#editions .name")
    expect(names).to_have_text(["The archive has moved", "In search of deeper alignment"])
    shutil.copy(studio.edition(NEWS), studio.edition("2024-03-11-one-more"))
    expect(names).to_have_text(["One more", "The archive has moved", "In search of deeper alignment"])
    studio.edition(NEWS).unlink()
    expect(names).to_have_text(["One more", "In search of deeper alignment"])
    studio.edition(SEED).unlink()
    expect(page.get_by_role("alert")).to_contain_text(f"There is no edition {SEED} any more")
    expect_mail(page, "We talk about alignment")
    studio.edition("2024-03-11-one-more").unlink()
    expect(page.locator("#editions")).to_contain_text("None yet")


def test_widths_by_key_and_by_dragging(page: Page) -> None:
    open_edition(page, SEED)
    for key, width in [("1", 320), ("2", 375), ("3", 600)]:
        page.keyboard.press(key)
        assert mail(page).evaluate("innerWidth") == width
    handle = page.get_by_role("separator")
    handle.focus()
    page.keyboard.press("ArrowLeft")
    assert mail(page).evaluate("innerWidth") == 590
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 8, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] - 42, box["y"] + 100, steps=4)
    page.mouse.up()
    assert mail(page).evaluate("innerWidth") == 490


def test_images_off_shows_their_words(page: Page) -> None:
    open_edition(page, SEED)
    loaded = "[...document.images].filter(one => one.naturalWidth).length"
    page.wait_for_function(
        f"document.querySelector('#device iframe').contentWindow.eval || true, {loaded} === 0"
    )
    assert mail(page).evaluate(loaded) == 2
    page.keyboard.press("i")
    expect(page.locator("#device iframe")).to_have_count(1)
    page.wait_for_function(
        "[...document.querySelector('#device iframe').contentDocument.images]"
        ".every(one => one.complete && !one.naturalWidth)"
    )


def test_a_hostile_edition_runs_nothing_and_fetches_nothing(page: Page, studio: Running) -> None:
    hostile = "'\"><img src=x onerror=alert(1)><script>alert(2)</script>'"
    source = studio.edition(NEWS).read_text(encoding="utf-8")
    source = source.replace("title: The archive has moved", f"title: {hostile}\nstrapline: {hostile}")
    source = source.replace("subject: The", "subject: <script>alert(3)</script> The")
    source += "\n![far](https://pictures.example.com/x.png)\n\n<b onclick=alert(4)>bold</b>\n"
    odd = '2024-03-18-"><svg onload=alert(5)>'
    studio.edition(odd).write_text(source, encoding="utf-8")
    page.goto("/")
    expect(page.locator("#inbox h1")).to_contain_text("<script>alert(3)</script>")
    expect_mail(page, "<script>alert(2)</script>")
    page.locator("#editions a").first.click()
    expect_mail(page, "<script>alert(2)</script>")
    assert page.locator("script").count() == 1
    assert page.locator("svg").count() == 0


def test_a_link_in_the_message_leads_nowhere(page: Page) -> None:
    open_edition(page, NEWS)
    mail(page).get_by_role("link", name="a shorter address").click()
    expect_mail(page, "Hello there,")
    assert len(page.context.pages) == 1
    assert mail(page).url.startswith(page.url.split("/edition/")[0])


def test_saves_are_shown_after_many_quick_choices(page: Page, studio: Running) -> None:
    open_edition(page, NEWS)
    for key in "iirridRiir":
        page.keyboard.press(key)
    studio.replace(NEWS, "The old links go on working", "The old links still work")
    expect_mail(page, "The old links still work")
    expect(page.get_by_label("Reader")).to_have_value("row-3")
    expect(page.locator("#device iframe")).to_have_count(1)


def test_the_page_says_when_the_studio_has_stopped(browser: Browser, project: Project) -> None:
    with browser.new_page() as opened:
        with running(project, Access()) as studio:
            opened.goto(studio.url)
            expect(opened.locator("#status")).to_have_text("Following saves")
        expect(opened.locator("#status")).to_have_text("Not connected")
        expect(opened.locator("#device iframe")).to_be_visible()
