"""The rule table, and the one function that runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from producthead_mail.checks import contrast, document, headers, images, leftovers, links, size, slot_fields
from producthead_mail.checks.finding import Finding, Severity
from producthead_mail.checks.page import Hit, Page
from producthead_mail.content.edition import Edition
from producthead_mail.content.publication import Publication
from producthead_mail.rendering.message import Message

ERROR, WARNING = Severity.ERROR, Severity.WARNING
ORDER = list(Severity)


class Rule(NamedTuple):
    """One row of the table."""

    id: str
    severity: Severity
    sentence: str
    """What has to hold, with its threshold."""
    check: Callable[[Page], Iterator[Hit]]


RULES: tuple[Rule, ...] = (
    Rule("subject", ERROR, "The subject is there; at most 70 characters, no shouting.", headers.subject),
    Rule(
        "preheader", WARNING, "The preheader adds to the subject in 35 to 140 characters.", headers.preheader
    ),
    Rule("headers", ERROR, "The sender has an address and a name.", headers.sender),
    Rule("unsubscribe-body", ERROR, "The HTML shows an unsubscribe link.", headers.unsubscribe_body),
    Rule("list-unsubscribe", ERROR, "Readers can leave with one click (RFC 8058).", headers.list_unsubscribe),
    Rule("plain-text", ERROR, "The text part says what the HTML says.", headers.plain_text),
    Rule("postal-address", WARNING, "The mail shows the postal address.", document.postal_address),
    Rule("size-clip", ERROR, "HTML under 100,000 bytes filled (warning from 85,000).", size.size_clip),
    Rule("style-budget", ERROR, "Style sheets under 16,384 bytes (warning from 14,000).", size.style_budget),
    Rule("style-nested-at", ERROR, "No at-rule inside another beside other rules.", size.style_nested_at),
    Rule("style-parse-error", ERROR, "All CSS parses.", size.style_parse_error),
    Rule("style-in-body", WARNING, "Style elements stand in the head.", size.style_in_body),
    Rule("doctype", WARNING, "The HTML begins with its doctype.", document.doctype),
    Rule("charset", WARNING, "A meta names the character set.", document.charset),
    Rule("viewport", WARNING, "A meta sets the viewport.", document.viewport),
    Rule("title", WARNING, "The document has a title of its own.", document.title),
    Rule("lang", ERROR, "<html> and a wrapper in the body say the language.", document.lang),
    Rule("dir", WARNING, "A wrapper in the body says the direction.", document.direction),
    Rule("table-role", ERROR, 'Layout tables have role="presentation".', document.table_role),
    Rule("heading-order", WARNING, "Headings skip no level; at most one h1.", document.heading_order),
    Rule("html-valid", ERROR, "Tags close in turn.", document.html_valid),
    Rule("mso-balance", ERROR, "Tables only Outlook sees open and close in pairs.", document.mso_balance),
    Rule("html-dropped", WARNING, "No HTML in Markdown had to be taken out.", document.html_dropped),
    Rule("img-alt", ERROR, "Every picture has alt text, if empty.", images.img_alt),
    Rule("img-alt-filename", WARNING, "Alt text is no file name.", images.img_alt_filename),
    Rule("img-link-alt", ERROR, "A linked picture has words.", images.img_link_alt),
    Rule("img-width", WARNING, "Every picture has a width in pixels, for Outlook.", images.img_width),
    Rule("img-src", ERROR, "Every picture loads over https.", images.img_src),
    Rule("img-data-uri", WARNING, "No picture is a data: URI.", images.img_data_uri),
    Rule("link-href", ERROR, "Every link leads somewhere a reader can go.", links.link_href),
    Rule("link-anchor", WARNING, "Links into the mail have a target.", links.link_anchor),
    Rule("link-http", WARNING, "Links use https.", links.link_http),
    Rule("link-text", WARNING, "A link's words say where it leads.", links.link_text),
    Rule("link-empty-name", ERROR, "Every link has words.", links.link_empty_name),
    Rule("link-mismatch", ERROR, "A link leads to the address it shows.", links.link_mismatch),
    Rule("link-ip", ERROR, "No link leads to a bare IP address.", links.link_ip),
    Rule("merge-leftover", ERROR, "No template syntax is left over.", leftovers.merge_leftover),
    Rule(
        "slot-unknown-field",
        ERROR,
        "Every field of a slot has a column or default.",
        slot_fields.unknown_field,
    ),
    Rule("contrast", ERROR, "Text has contrast 4.5 (large type 3).", contrast.contrast),
    Rule("contrast-dark", ERROR, "So it has in the layout's own dark mode.", contrast.contrast_dark),
    Rule("font-size", WARNING, "Type is 12 px or more, running text 14 (error under 9).", contrast.font_size),
)


def check(
    edition: Edition, publication: Publication, message: Message, columns: tuple[str, ...] | None = None
) -> tuple[Finding, ...]:
    """Every finding, errors first, then by place; `columns` are the audience's, where known."""
    page = Page(edition, publication, message, columns)
    found = [_finding(rule, page, hit) for rule in RULES for hit in rule.check(page)]
    return tuple(sorted(found, key=lambda one: (ORDER.index(one.severity), one.path, one.line, one.column)))


def _finding(rule: Rule, page: Page, hit: Hit) -> Finding:
    path, line, column = page.place(hit)
    return Finding(rule.id, hit.severity or rule.severity, hit.message, hit.remedy, path, line, column)
