"""Edition and layout to Message: the whole story."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from email.utils import format_datetime
from html import escape, unescape
from typing import Any

from producthead_mail.content.edition import Edition
from producthead_mail.content.publication import Publication
from producthead_mail.errors import InputError, Problem
from producthead_mail.rendering.compile import compile_mjml
from producthead_mail.rendering.dates import in_words
from producthead_mail.rendering.fault import Fault
from producthead_mail.rendering.freeze import digest
from producthead_mail.rendering.headers import headers
from producthead_mail.rendering.inline_styles import check_styles, cut_inline, inline_styles
from producthead_mail.rendering.layout import Layout
from producthead_mail.rendering.markup import masked
from producthead_mail.rendering.message import ASM_TAG, TRACKING_TAG, Message
from producthead_mail.rendering.slot_positions import slot_problem
from producthead_mail.rendering.slots import Tokens, fill, placeholder_fields
from producthead_mail.rendering.source_check import check_source
from producthead_mail.rendering.style_depth import depth_faults
from producthead_mail.rendering.template_positions import Places
from producthead_mail.rendering.templates import compose

MARKUP, PLAIN = "edition.mjml.j2", "edition.txt.j2"


def render(edition: Edition, publication: Publication, layout: Layout) -> Message:
    """The message that every recipient of the edition gets, with tokens for slots."""
    composed = _composed(edition, publication, layout)
    source = masked(composed.source)
    faults = check_source(source) + (depth_faults(source) or check_styles(source))
    tokens = Tokens(composed.source + composed.text, publication.defaults)
    marked, rules = cut_inline(tokens.markup(composed.source))
    text = _tidy(tokens.plain(composed.text))
    message = _message(edition, publication, tokens, "", text)
    if faults or tokens.faults:
        raise InputError(_problems(composed, faults, tokens))
    html = inline_styles(compile_mjml(marked, f"layouts/{layout.name}/{MARKUP}"), rules)
    return _finished(message, html)


def mjml_source(edition: Edition, publication: Publication, layout: Layout) -> str:
    """The source as official MJML would take it, filled for the placeholder reader."""
    composed = _composed(edition, publication, layout)
    tokens = Tokens(composed.source, publication.defaults)
    marked = tokens.markup(composed.source)
    message = _message(edition, publication, tokens, marked, "")
    if tokens.faults:
        raise InputError(_problems(composed, [], tokens))
    return fill(_finished(message, marked), placeholder_fields(message)).html


@dataclass(frozen=True, slots=True)
class _Composed:
    """What the templates make of an edition."""

    edition: Edition
    publication: Publication
    layout: Layout
    context: Mapping[str, Any]
    source: str
    text: str


def _composed(edition: Edition, publication: Publication, layout: Layout) -> _Composed:
    context = template_context(edition, publication)
    source, text = compose(layout, MARKUP, context), compose(layout, PLAIN, context)
    return _Composed(edition, publication, layout, context, source, text)


def _problems(composed: _Composed, faults: list[Fault], tokens: Tokens) -> set[Problem]:
    markup = Places(composed.layout, MARKUP, composed.context, composed.source)
    places = {
        "markup": markup,
        "plain": Places(composed.layout, PLAIN, composed.context, composed.text),
    }
    return {Problem(*markup.at(fault.at), fault.message, fault.remedy) for fault in faults} | {
        slot_problem(fault, composed.edition, composed.publication, places) for fault in tokens.faults
    }


def _message(edition: Edition, publication: Publication, tokens: Tokens, html: str, text: str) -> Message:
    return Message(
        edition=edition.slug,
        subject=tokens.subject(edition.subject),
        preheader=unescape(tokens.markup(escape(edition.preheader), "preheader")),
        html=html,
        text=text,
        headers=headers(publication, tokens),
        slots=tokens.slots,
        sender=publication.sender,
        reply_to=publication.reply_to,
        asm_group=publication.unsubscribe.asm_group,
        subscription_tracking=publication.unsubscribe.subscription_tracking,
        categories=publication.sendgrid.categories,
        defaults=dict(publication.defaults),
        language=publication.language,
        date=_date(edition, publication),
        digest="",
    )


def _finished(message: Message, html: str) -> Message:
    text = message.text
    if message.asm_group is not None:
        html, text = html.replace(TRACKING_TAG, ASM_TAG), text.replace(TRACKING_TAG, ASM_TAG)
    message = replace(message, html=html, text=text)
    return replace(message, digest=digest(message))


def template_context(edition: Edition, publication: Publication) -> dict[str, Any]:
    """What the layout's templates may use."""
    reply = publication.reply_to or publication.sender
    return {
        "edition": edition,
        "publication": publication,
        "labels": publication.labels,
        "archive_url": publication.page_url(edition.slug),
        "reply_url": f"mailto:{reply.email}",
        "unsubscribe_url": publication.unsubscribe.url or TRACKING_TAG,
        "date_text": in_words(edition.date, publication.language),
        "subject": edition.subject,
    }


def _date(edition: Edition, publication: Publication) -> str:
    noon = datetime.combine(edition.date, time(12), publication.timezone)
    return format_datetime(edition.send_at or noon)


def _tidy(text: str) -> str:
    text = "\n".join([line.rstrip(" \t") for line in text.split("\n")])
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
