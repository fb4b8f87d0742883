"""The one function that runs the rule table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from producthead_mail.checks.finding import Finding, Severity
from producthead_mail.checks.ignoring import ignoring
from producthead_mail.checks.limits import SIMULATED_MOST
from producthead_mail.checks.page import Hit, Page
from producthead_mail.checks.rules import ALL, RULES, Rule
from producthead_mail.checks.size import filled_size
from producthead_mail.content.edition import Edition
from producthead_mail.content.publication import Publication
from producthead_mail.rendering.layout import Layout
from producthead_mail.rendering.message import Message

ORDER = list(Severity)


def check(
    edition: Edition,
    publication: Publication,
    message: Message,
    columns: tuple[str, ...] | None = None,
    layout: Layout | None = None,
    *,
    clients: bool = True,
) -> tuple[Finding, ...]:
    """Every finding, errors first, then by place; `columns` are the audience's, where known.

    Without `clients`, the rules that simulate them don't run: a quarter of the time.
    """
    return check_page(Page(edition, publication, message, columns, layout), clients=clients)


def check_page(
    page: Page, asked: Mapping[str, Iterable[Hit]] = MappingProxyType({}), *, clients: bool = True
) -> tuple[Finding, ...]:
    """Every finding of a page.

    `asked` are the hits of rules that need more than the message, by rule, also where there are none. Of a
    message that `size-clip` calls far too long no client is simulated.
    """
    clients = clients and filled_size(page) <= SIMULATED_MOST
    run = [rule for rule in RULES if clients or not rule.clients]
    hits = {rule.id: rule.check(page) for rule in run if rule.check} | dict(asked)
    found = [_finding(ALL[id_], page, hit) for id_, each in hits.items() for hit in each]
    return in_order(ignoring(page, found, ALL, hits))


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Errors first, then by place; what is ignored last."""
    return tuple(sorted(findings, key=_rank))


def _rank(finding: Finding) -> tuple[bool, int, str, int, int]:
    grave = ORDER.index(finding.severity)
    return bool(finding.ignored), grave, finding.path, finding.line, finding.column


def _finding(rule: Rule, page: Page, hit: Hit) -> Finding:
    path, line, column = page.place(hit)
    message = page.without_tokens(hit.message, "…")
    return Finding(rule.id, hit.severity or rule.severity, message, hit.remedy, path, line, column)
