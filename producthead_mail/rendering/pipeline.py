"""Edition and layout to Message: the whole story."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time
from email.utils import format_datetime
from html import escape, unescape
from typing import Any

from producthead_mail.content.edition import Edition
from producthead_mail.content.publication import Publication
from producthead_mail.errors import InputError, Problem
from producthead_mail.rendering.compile import compile_mjml
from producthead_mail.rendering.freeze import digest
from producthead_mail.rendering.headers import headers
from producthead_mail.rendering.inline_styles import cut_inline, inline_styles
from producthead_mail.rendering.layout import Layout
from producthead_mail.rendering.message import ASM_TAG, TRACKING_TAG, Message
from producthead_mail.rendering.slots import Tokens, fill, placeholder_fields
from producthead_mail.rendering.source_check import check_source
from producthead_mail.rendering.template_positions import Places
from producthead_mail.rendering.templates import compose

MARKUP, PLAIN = "edition.mjml.j2", "edition.txt.j2"
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def render(edition: Edition, publication: Publication, layout: Layout) -> Message:
    """The message that every recipient of the edition gets, with tokens for slots."""
    context = _context(edition, publication)
    source = compose(layout, MARKUP, context)
    text = compose(layout, PLAIN, context)
    path = f"layouts/{layout.name}/{MARKUP}"
    faults = check_source(source)
    if faults:
        places = Places(layout, MARKUP, context, source)
        raise InputError({Problem(*places.at(fault.at), fault.message, fault.remedy) for fault in faults})
    tokens = Tokens(source + text, str(edition.path))
    marked, rules = cut_inline(tokens.markup(source))
    html = inline_styles(compile_mjml(marked, path), rules)
    return _message(edition, publication, tokens, html, tokens.plain(_tidy(text)))


def mjml_source(edition: Edition, publication: Publication, layout: Layout) -> str:
    """The source as official MJML would take it, filled for the placeholder reader."""
    source = compose(layout, MARKUP, _context(edition, publication))
    tokens = Tokens(source, str(edition.path))
    marked = tokens.markup(source)
    message = _message(edition, publication, tokens, marked, "")
    return fill(message, placeholder_fields(message)).html


def _message(edition: Edition, publication: Publication, tokens: Tokens, html: str, text: str) -> Message:
    group = publication.unsubscribe.asm_group
    if group is not None:
        html, text = html.replace(TRACKING_TAG, ASM_TAG), text.replace(TRACKING_TAG, ASM_TAG)
    message = Message(
        edition=edition.slug,
        subject=tokens.subject(edition.subject),
        preheader=unescape(tokens.markup(escape(edition.preheader))),
        html=html,
        text=text,
        headers=headers(publication, tokens),
        slots=tokens.slots,
        sender=publication.sender,
        reply_to=publication.reply_to,
        asm_group=group,
        subscription_tracking=publication.unsubscribe.subscription_tracking,
        categories=publication.sendgrid.categories,
        defaults=dict(publication.defaults),
        language=publication.language,
        date=_date(edition, publication),
        digest="",
    )
    return replace(message, digest=digest(message))


def _context(edition: Edition, publication: Publication) -> dict[str, Any]:
    day, reply = edition.date, publication.reply_to or publication.sender
    return {
        "edition": edition,
        "publication": publication,
        "labels": publication.labels,
        "archive_url": f"{publication.url}/{edition.slug}",
        "reply_url": f"mailto:{reply.email}",
        "unsubscribe_url": publication.unsubscribe.url or TRACKING_TAG,
        "date_text": f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        "subject": edition.subject,
    }


def _date(edition: Edition, publication: Publication) -> str:
    noon = datetime.combine(edition.date, time(12), publication.timezone)
    return format_datetime(edition.send_at or noon)


def _tidy(text: str) -> str:
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
