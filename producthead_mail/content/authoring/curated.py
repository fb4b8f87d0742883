"""A page as a curated item, with blanks for the curator to fill."""

from __future__ import annotations

from producthead_mail.content.authoring.items import Values, flow_item
from producthead_mail.content.authoring.links import without_tracking
from producthead_mail.content.authoring.literal import markdown, plain
from producthead_mail.content.authoring.page import Page


def curated_item(page: Page) -> dict[str, str]:
    """The item of a page; `summary` is left for the curator to write."""
    return {
        "title": plain(page.title),
        "url": page.url,
        "excerpt": markdown(page.excerpt),
        "summary": "",
        **({"access": page.access} if page.access else {}),
        "author": plain(page.author),
        "publication": plain(page.publication),
    }


def blank_item(url: str) -> dict[str, str]:
    """The item of a page that could not be read: its address, and blanks."""
    return curated_item(Page(without_tracking(url)))


def notes_of(page: Page) -> list[str]:
    """What the curator may want to know or take up: the day, and the picture that goes with the page.

    The picture is only proposed: it would be loaded from the page's own host, which sees who opens the mail.
    """
    picture: Values = {"src": page.image, "alt": page.image_alt}
    notes = [f"published {page.published}"] if page.published else []
    return [*notes, f"image: {flow_item(picture)}"] if page.image else notes
