"""The rule table: every rule with its severities and thresholds; docs/checks.md is made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from producthead_mail.checks import (
    client_contrast,
    compat,
    constructs,
    contrast,
    document,
    headers,
    images,
    leftovers,
    limits,
    link_lists,
    links,
    size,
    slot_fields,
    spam,
    subject,
    targets,
    text_part,
    unfinished,
    unshown,
)
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.page import Hit, Page

ERROR, WARNING, INFO = Severity
NEVER_IGNORED = frozenset(
    (
        "input",
        "audience",
        "slot-unknown-field",
        "unsubscribe-body",
        "list-unsubscribe",
        "ignore",
        "ignore-unused",
    )
)
"""Rules without which a send is impossible, or against the law and the inboxes' rules."""


class Rule(NamedTuple):
    """One row of the table."""

    id: str
    severity: Severity
    sentence: str
    """What has to hold, with its threshold."""
    check: Callable[[Page], Iterator[Hit]] | None = None
    """None where more than the message has to be asked."""
    also: tuple[Severity, ...] = ()
    """Other severities, where a rule has several thresholds."""
    option: str = ""
    """The option of `check` that asks."""
    clients: bool = False
    """It needs the simulated clients, which take most of a check's time."""


RULES: tuple[Rule, ...] = (
    Rule(
        "unfinished",
        ERROR,
        "The edition is written: nothing that `new`, `add` or `posts` left open (warning: a key left blank).",
        unfinished.unfinished,
        (WARNING,),
    ),
    Rule("not-shown", WARNING, "The layout shows whatever the edition holds.", unshown.not_shown),
    Rule(
        "subject",
        ERROR,
        f"The subject is there, on one line; at most {limits.SUBJECT_WIDE} characters (info from "
        f"{limits.SUBJECT_NARROW + 1}), not all capitals, no repeated ! or ? (warning), at most "
        f"{limits.SUBJECT_EMOJI} emoji (info).",
        subject.subject,
        (WARNING, INFO),
    ),
    Rule(
        "preheader",
        WARNING,
        f"The preheader adds to the subject in {limits.PREHEADER_LEAST} (info) to {limits.PREHEADER_MOST} "
        "characters; it is the first text of the HTML, and hidden.",
        subject.preheader,
        (INFO,),
    ),
    Rule("headers", ERROR, "The sender has an address, and a name (warning).", headers.sender, (WARNING,)),
    Rule("unsubscribe-body", ERROR, "The HTML shows an unsubscribe link.", headers.unsubscribe_body),
    Rule("list-unsubscribe", ERROR, "Readers can leave with one click (RFC 8058).", headers.list_unsubscribe),
    Rule(
        "list-id",
        INFO,
        "A List-Id, or a From address other than the one that answers, tells the newsletter apart.",
        headers.list_id,
    ),
    Rule(
        "plain-text",
        ERROR,
        f"The text part is there and can be left; it has at least 1/{limits.STUB} of the HTML's words and "
        "all of its links (warning).",
        text_part.plain_text,
        (WARNING,),
    ),
    Rule(
        "plain-text-drift",
        INFO,
        "The text part has the HTML's headings, and no link that the HTML lacks.",
        text_part.plain_text_drift,
    ),
    Rule("postal-address", WARNING, "The mail shows the postal address.", document.postal_address),
    Rule(
        "size-clip",
        ERROR,
        f"At most {limits.CLIP_ERROR:,} bytes of HTML with slots filled (warning from "
        f"{limits.CLIP_WARNING:,}): Gmail cuts there.",
        size.size_clip,
        (WARNING,),
    ),
    Rule(
        "style-budget",
        ERROR,
        f"At most {limits.STYLE_ERROR:,} bytes of style sheets (warning from {limits.STYLE_WARNING:,}).",
        size.style_budget,
        (WARNING,),
    ),
    Rule("style-nested-at", ERROR, "No at-rule inside another beside other rules.", size.style_nested_at),
    Rule("style-parse-error", ERROR, "All CSS parses.", size.style_parse_error),
    Rule("style-in-body", WARNING, "Style elements stand in the head.", size.style_in_body),
    Rule("link-stylesheet", WARNING, "No style sheet is loaded from outside.", constructs.link_stylesheet),
    Rule("script", ERROR, "No scripts, but for JSON-LD data.", constructs.script),
    Rule("form", WARNING, "No forms and fields.", constructs.form),
    Rule("iframe", ERROR, "Nothing framed or embedded.", constructs.iframe),
    Rule("video", WARNING, "Video and sound have something to show where they can't play.", constructs.video),
    Rule("vml-padding", WARNING, "No padded cells inside a VML background.", constructs.vml_padding),
    Rule(
        "dark-support", INFO, "The mail declares color-scheme and has a dark mode.", constructs.dark_support
    ),
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
    Rule("img-format", WARNING, "Every simulated client shows the pictures' formats.", images.img_format),
    Rule(
        "img-bytes",
        WARNING,
        f"The project's own pictures weigh at most {limits.IMAGE_BYTES >> 20} MB each, "
        f"{limits.IMAGES_BYTES >> 20} MB together (info from {limits.IMAGES_BYTES_INFO >> 10} kB).",
        images.img_bytes,
        (INFO,),
    ),
    Rule("link-href", ERROR, "Every link leads somewhere a reader can go.", links.link_href),
    Rule("link-anchor", WARNING, "Links into the mail have a target.", links.link_anchor),
    Rule("link-http", WARNING, "Links use https.", links.link_http),
    Rule("link-text", WARNING, "A link's words say where it leads.", links.link_text),
    Rule("link-empty-name", ERROR, "Every link has words.", links.link_empty_name),
    Rule(
        "link-only-colour",
        INFO,
        "Links within text are underlined or set apart.",
        link_lists.link_only_colour,
    ),
    Rule("link-mismatch", ERROR, "A link leads to the address it shows.", links.link_mismatch),
    Rule("link-shortener", WARNING, "No link goes through a shortener.", link_lists.link_shortener),
    Rule("link-ip", ERROR, "No link leads to a bare IP address.", links.link_ip),
    Rule("link-count", INFO, f"At most {limits.LINK_COUNT} links.", link_lists.link_count),
    Rule(
        "link-duplicate",
        INFO,
        f"At most {limits.LINK_REPEATED} links lead to one address.",
        link_lists.link_duplicate,
    ),
    Rule(
        "link-long-url",
        INFO,
        f"Addresses have at most {limits.LINK_LONG:,} characters.",
        link_lists.link_long_url,
    ),
    Rule("merge-leftover", ERROR, "No template syntax is left over.", leftovers.merge_leftover),
    Rule(
        "sendgrid-subst",
        WARNING,
        "SendGrid's own tags stand only where SendGrid replaces them.",
        leftovers.sendgrid_subst,
    ),
    Rule(
        "slot-unknown-field",
        ERROR,
        "Every field of a slot has a column or default.",
        slot_fields.unknown_field,
    ),
    Rule(
        "contrast",
        ERROR,
        f"Text has contrast {limits.CONTRAST:g} (large type {limits.CONTRAST_LARGE:g}).",
        contrast.contrast,
    ),
    Rule("contrast-dark", ERROR, "So it has in the layout's own dark mode.", contrast.contrast_dark),
    Rule(
        "contrast-clients",
        WARNING,
        "So it has as every simulated client shows it, also in its dark mode (warning under "
        f"{limits.CONTRAST_FORCED:g}, else info: which colours a client turns is not proven).",
        client_contrast.contrast_clients,
        (INFO,),
        clients=True,
    ),
    Rule(
        "compat-unsupported",
        WARNING,
        "No simulated client lacks what a reader would miss (info: what only lies or looks otherwise).",
        compat.compat_unsupported,
        (INFO,),
        clients=True,
    ),
    Rule(
        "compat-partial",
        INFO,
        "No simulated client restricts what is used.",
        compat.compat_partial,
        clients=True,
    ),
    Rule(
        "font-size",
        ERROR,
        f"Type is {limits.SIZE_ERROR:g} px or more; {limits.SIZE_WARNING:g} (warning), running text "
        f"{limits.SIZE_RUNNING:g} (warning).",
        contrast.font_size,
        (WARNING,),
    ),
    Rule(
        "tap-target",
        WARNING,
        f"On a phone, links that are boxes are at least {limits.TARGET} px high.",
        targets.tap_target,
    ),
    Rule(
        "text-image-ratio",
        WARNING,
        f"Beside pictures, at least {limits.WORDS_LEAST:,} bytes of words (info under {limits.WORDS_FEW:,}).",
        spam.text_image_ratio,
        (INFO,),
    ),
    Rule(
        "low-contrast-spam",
        INFO,
        f"No text is shown all but invisible (contrast under {limits.INVISIBLE:g}).",
        spam.low_contrast_spam,
    ),
    Rule(
        "spam-phrases",
        WARNING,
        f"Phrases that filters distrust come to less than {limits.SPAM_WARNING:g} points.",
        spam.spam_phrases,
    ),
)

ASKED: tuple[Rule, ...] = (
    Rule("input", ERROR, "Edition, publication and layout can be read and rendered."),
    Rule("audience", ERROR, "A CSV audience can be read."),
    Rule("ignore", ERROR, "What is ignored is a rule, and one that may be."),
    Rule(
        "ignore-unused", WARNING, "What is ignored would be found (info in publication.yaml).", also=(INFO,)
    ),
    Rule(
        "link-alive",
        ERROR,
        f"Every link answers; not with 400 or more, a bad certificate or an address inside a network. A "
        f"redirect, a refusal of programs, and what isn't asked (beyond {limits.FETCH_COUNT} addresses or "
        f"{limits.FETCH_SECONDS_ALL:g} s) is a warning.",
        also=(WARNING,),
        option="--links",
    ),
    Rule(
        "img-reachable",
        ERROR,
        "Every picture answers with a picture; otherwise as link-alive.",
        also=(WARNING,),
        option="--links",
    ),
    Rule(
        "spamassassin",
        ERROR,
        f"SpamAssassin's points on a mail server (score set 1) stay under {limits.SPAM_ERROR:g} (warning "
        f"from {limits.SPAM_WARNING:g}, else info).",
        also=(WARNING, INFO),
        option="--spam",
    ),
    Rule(
        "axe",
        WARNING,
        "axe-core finds nothing serious in Chromium (info: what is minor).",
        also=(INFO,),
        option="--browser",
    ),
    Rule(
        "tap-target-measured",
        WARNING,
        f"At {limits.PHONE_WIDTH} px, links that are boxes are {limits.TARGET} px high, others "
        f"{limits.TARGET_LEAST} px or as far apart; links within a sentence may be any size.",
        option="--browser",
    ),
)
"""Rules that need more than the message: its files, the network, or a program."""
ALL = {rule.id: rule for rule in (*RULES, *ASKED)}
