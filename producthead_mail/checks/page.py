"""What the rules look at: the message parsed once, with the sources it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote

import lxml.etree
import lxml.html
import tinycss2

from producthead_mail.checks.cascade import Screen, Styles, styles
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.looks import Look, looks
from producthead_mail.clients.dark import FEATURE as FORCED_DARK
from producthead_mail.clients.differences import Difference, gathered
from producthead_mail.clients.profile import PROFILES, Inversion, Profile
from producthead_mail.clients.simulate import Simulated, simulate
from producthead_mail.content.edition import Edition, Image, Position
from producthead_mail.content.publication import Publication
from producthead_mail.errors import place_of
from producthead_mail.rendering.layout import Layout
from producthead_mail.rendering.message import ASM_TAG, TRACKING_TAG, Message

PUBLICATION_PATH = "content/publication.yaml"
LITERAL_TAGS = {"code", "pre", "kbd", "samp"}
"""Elements whose text shows something rather than says it."""
UNREAD_TAGS = {"style", "script", "title", "head"}

INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u034f\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
"""Characters that pad a preheader."""
SPEAKING = 8
"""Characters from which a piece of a longer word or URL still says where it comes from."""
EMPTY = "<html><body></body></html>"
CONDITIONAL = re.compile(r"<!--\[if ([^\]]*)\]>(?!<!--)(.*?)<!\[endif\]-->", re.S)


class Hit(NamedTuple):
    """What a rule found, before its row gives it an id and a severity."""

    message: str
    remedy: str
    needle: str = ""
    """Text or URL to look for in the sources, for the position."""
    field: str = ""
    """Key of the edition, else of the publication, whose position it is, such as `subject`."""
    severity: Severity | None = None
    """Where one rule has two thresholds; else the row's."""
    place: tuple[str, int, int] | None = None
    """Path, line and column where the rule knows them."""
    layout: tuple[str | re.Pattern[str], ...] = ()
    """Where the layout is to be mended: what to look for in its templates, the likeliest first."""
    file: str = ""
    """The file to name where no line is found; else the layout's main template."""


@dataclass(frozen=True)
class Page:
    """One message, with its edition and publication, as rules read it."""

    edition: Edition
    publication: Publication
    message: Message
    columns: tuple[str, ...] | None = None
    """The fields that the audience has; None where nobody looked."""
    layout: Layout | None = None
    """None where only the message is at hand: then its templates aren't searched."""

    @cached_property
    def tree(self) -> Any:
        """The HTML part as an lxml tree; an empty document where it has no text."""
        try:
            return lxml.html.document_fromstring(self.message.html)
        except lxml.etree.ParserError:  # nothing in it but spaces or comments
            return lxml.html.document_fromstring(EMPTY)

    @cached_property
    def elements(self) -> tuple[Any, ...]:
        """Every element in document order, without comments."""
        return tuple(self.tree.iter(lxml.etree.Element))

    @cached_property
    def sheets(self) -> tuple[tuple[Any, ...], ...]:
        """The parsed rules of every style element, in order."""
        return tuple(_sheet(node.text or "") for node in self.tagged("style"))

    @cached_property
    def outlook(self) -> tuple[str, ...]:
        """What only Outlook sees: the contents of `[if mso]` comments, in order."""
        found = CONDITIONAL.findall(self.message.html)
        return tuple(
            content for condition, content in found if "mso" in condition and "!mso" not in condition
        )

    @cached_property
    def styles(self) -> dict[Any, Styles]:
        """What the sheets and style attributes give each element in light."""
        return styles(self, Screen.ANY)

    @cached_property
    def phone_styles(self) -> dict[Any, Styles]:
        """The same on a phone."""
        return styles(self, Screen.PHONE)

    @cached_property
    def light(self) -> dict[Any, Look]:
        """How each element looks in light."""
        return looks(self, self.styles)

    @cached_property
    def phone(self) -> dict[Any, Look]:
        """How each element looks on a phone."""
        return looks(self, self.phone_styles)

    @cached_property
    def dark(self) -> dict[Any, Look]:
        """How each element looks in the author's own dark mode."""
        return looks(self, styles(self, Screen.DARK))

    @cached_property
    def simulated(self) -> dict[str, Simulated]:
        """The message in each client by a profile's id, in the dark mode that the client forces on it.

        Without the prefixes of classes and ids: they change nothing to be seen, and each would have all
        selectors compiled anew.
        """
        html = self.message.html
        return {one.id: simulate(html, replace(one, prefix=""), dark=_forced(one)) for one in PROFILES}

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """What will differ in the clients, in light."""
        logs = {
            client: [removal for removal in one.removals if removal.feature != FORCED_DARK]
            for client, one in self.simulated.items()
        }
        return gathered(logs)

    def tagged(self, *tags: str) -> tuple[Any, ...]:
        """The elements with one of these names, in document order."""
        return tuple(element for element in self.elements if element.tag in tags)

    @cached_property
    def links(self) -> tuple[Any, ...]:
        """Every `a` element with an href, even an empty one."""
        return tuple(link for link in self.tagged("a") if "href" in link.attrib)

    @cached_property
    def words(self) -> str:
        """The text of the body that a reader sees, with spaces squeezed."""
        seen = (text for element, text in self.texts if not self.light[element].hidden)
        return " ".join(" ".join(seen).split())

    @cached_property
    def texts(self) -> tuple[tuple[Any, str], ...]:
        """(element, text directly in it) for every text a reader may see, literal text too."""
        return tuple(_texts(self.tree))

    def without_tokens(self, text: str, filler: str = "") -> str:
        """The text with every slot token replaced by `filler`."""
        return self.tokens.sub(lambda _: filler, text)

    @cached_property
    def tokens(self) -> re.Pattern[str]:
        """What finds the token of any slot."""
        return re.compile("|".join(slot.token for slot in self.message.slots) or r"(?!)")

    def shown(self, text: str) -> str:
        """The text as a message quotes it: short, slots as an ellipsis."""
        return short(self.without_tokens(text, "…"), 40)

    def place(self, hit: Hit) -> tuple[str, int, int]:
        """(path, line, column) of a hit in the edition, publication or layout; empty where unknown."""
        return (
            self._field(hit.field)
            or hit.place
            or self._first(self.templates, hit.layout)
            or self._first(self.sources, self._wordings(hit.needle))
            or self._first(self.templates, self._wordings(hit.needle))
            or ((hit.file or self.template, 0, 0) if hit.layout or self.layout else (hit.file, 0, 0))
        )

    def _field(self, field: str) -> tuple[str, int, int] | None:
        if position := self.edition.positions.get(field):
            return self.edition_path, position.line, position.column
        if position := self.publication.positions.get(field):
            return PUBLICATION_PATH, position.line, position.column
        return None

    @staticmethod
    def _first(
        sources: tuple[tuple[str, str], ...], wordings: Iterable[str | re.Pattern[str]]
    ) -> tuple[str, int, int] | None:
        for wording in wordings:
            for path, source in sources:
                if position := locate(source, wording):
                    return path, position.line, position.column
        return None

    def _wordings(self, needle: str) -> Iterator[str]:
        """How the curator may have written what the message shows."""
        if image := self.pictures.get(needle):
            yield image.src
        # A token stands for a slot however it was spaced: look for the words beside it.
        needle = max(self.without_tokens(needle, "\0").split("\0"), key=len)
        yield needle
        if "%" in needle:
            yield unquote(needle)
        if name := self._template_names.get(needle):
            yield name

    @cached_property
    def pictures(self) -> dict[str, Image]:
        """The project's own pictures by their URL in the message."""
        publication = self.publication
        images = [item.image for item in self.edition.curated] + [publication.logo]
        images += self.edition.essay.images
        images += [publication.help.logo] if publication.help else []
        images += [publication.book.cover] if publication.book else []
        return {image.url: image for image in images if image}

    @cached_property
    def _template_names(self) -> dict[str, str]:
        """Addresses that a layout writes by name."""
        publication = self.publication
        reply = publication.reply_to or publication.sender
        return {
            publication.page_url(self.edition.slug): "archive_url",
            f"mailto:{reply.email}": "reply_url",
            publication.unsubscribe.url or TRACKING_TAG: "unsubscribe_url",
            ASM_TAG: "unsubscribe_url",
        }

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """(path, text) of what the curator wrote, the edition first."""
        return (self.edition_path, self.edition.source), (PUBLICATION_PATH, self.publication.source)

    @cached_property
    def templates(self) -> tuple[tuple[str, str], ...]:
        """(path, text) of the layout's templates of the HTML, its own before the shared ones."""
        return self._files(".mjml.j2")

    def rarest(self, *wordings: str) -> tuple[str, ...]:
        """The wordings that the templates have, the rarest first: it says best where something was meant."""
        count = {one: sum(text.count(one) for _, text in self.templates) for one in wordings}
        return tuple(sorted((one for one in wordings if count[one]), key=lambda one: count[one]))

    @cached_property
    def text_templates(self) -> tuple[tuple[str, str], ...]:
        """The same of the plain text part."""
        return self._files(".txt.j2")

    def _files(self, ending: str) -> tuple[tuple[str, str], ...]:
        files = self.layout.files if self.layout else {}
        own = f"{self.edition.layout}/"
        names = sorted(files, key=lambda name: (not name.startswith(own), name.count("/"), name))
        return tuple((f"layouts/{name}", files[name]) for name in names if name.endswith(ending))

    @property
    def template(self) -> str:
        """The path of the layout's main template of the HTML."""
        return f"layouts/{self.edition.layout}/edition.mjml.j2"

    @property
    def text_template(self) -> str:
        """The path of the layout's template of the plain text part."""
        return f"layouts/{self.edition.layout}/edition.txt.j2"

    @property
    def edition_path(self) -> str:
        """The edition's path relative to the project."""
        parts = self.edition.path.parts
        start = len(parts) - 1 - parts[::-1].index("content") if "content" in parts else -1
        return "/".join(parts[start:])


@lru_cache(maxsize=64)
def _sheet(css: str) -> tuple[Any, ...]:
    """The parsed rules of one sheet, which most simulated clients keep as it is."""
    return tuple(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def _forced(profile: Profile) -> Inversion | None:
    return None if profile.inversion is Inversion.NONE else profile.inversion


def locate(source: str, needle: str | re.Pattern[str]) -> Position | None:
    """Where `needle` first stands in `source`, however its words are wrapped there; None where it isn't."""
    if isinstance(needle, re.Pattern):
        match = needle.search(source)
        return position_at(source, match.start()) if match else None
    words = needle.split()[:12]
    if not words or not source:
        return None
    pattern = r"\s+".join(map(re.escape, words))
    # The whole of a URL or word, rather than a piece of a longer one, where there is one.
    whole = pattern + r"(?![\w/?#%&=-])"
    starts = [one.start() for one in re.finditer(whole, source)]
    # A look behind in the pattern would cost the search for its first letters, and with it all speed.
    found = [at for at in starts if not re.match(r"\w", source[at - 1 : at])] or starts
    if not found and len(needle) >= SPEAKING:
        found = [one.start() for one in re.finditer(pattern, source)]
    return position_at(source, found[0]) if found else None


def position_at(source: str, offset: int) -> Position:
    """Line and column of a character."""
    return Position(*place_of(offset, source))


def name_of(element: Any) -> str:
    """The accessible name of a link or heading: its text, its pictures' alt, or aria-label or title."""
    text = " ".join(element.text_content().split())
    alts = " ".join(image.get("alt") or "" for image in element.iter("img")).strip()
    return text or alts or (element.get("aria-label") or element.get("title") or "").strip()


def short(text: str, limit: int = 60) -> str:
    """The text on one line, cut with an ellipsis beyond `limit` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def is_literal(element: Any) -> bool:
    """Whether the element is code or stands inside it."""
    return element.tag in LITERAL_TAGS or any(True for _ in element.iterancestors(*LITERAL_TAGS))


def _texts(tree: Any) -> Iterator[tuple[Any, str]]:
    body = tree.find("body")
    for node in () if body is None else body.iter():
        if isinstance(node.tag, str) and node.tag not in UNREAD_TAGS and _is_seen(node.text):
            yield node, node.text
        parent = node.getparent()
        if node is not body and parent is not None and _is_seen(node.tail):
            yield parent, node.tail


def _is_seen(text: str | None) -> bool:
    return bool(text and text.translate(INVISIBLE).strip())
