"""The rule table against the list of what has to be checked, and against its page in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

from producthead_mail.checks import limits
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.rules import ALL, ASKED, NEVER_IGNORED, RULES
from tests.checks.rule_table import DOCS, page

WANTED = {
    # size and style sheets
    "size-clip": "size-clip",
    "style-budget": "style-budget",
    "style-nested-at": "style-nested-at",
    "style-parse-error": "style-parse-error",
    "style-in-body": "style-in-body",
    # clients
    "compat-unsupported": "compat-unsupported",
    "compat-partial": "compat-partial",
    "link-stylesheet": "link-stylesheet",
    "script": "script",
    "form": "form",
    "iframe": "iframe",
    "video": "video",
    "mso-balance": "mso-balance",
    "vml-padding": "vml-padding",
    "dark-support": "dark-support",
    "html-valid": "html-valid",
    # document and accessibility
    "doctype": "doctype",
    "charset": "charset",
    "viewport": "viewport",
    "lang": "lang",
    "dir": "dir",
    "title": "title",
    "table-role": "table-role",
    "heading-order": "heading-order",
    "contrast": "contrast",
    "contrast-dark": "contrast-dark contrast-clients",
    "font-size": "font-size",
    "tap-target": "tap-target tap-target-measured",
    # images
    "img-alt": "img-alt",
    "img-alt-filename": "img-alt-filename",
    "img-link-alt": "img-link-alt",
    "img-width": "img-width",
    "img-src": "img-src",
    "img-format": "img-format",
    "img-bytes": "img-bytes",
    "img-data-uri": "img-data-uri",
    "img-reachable": "img-reachable",
    # links
    "link-href": "link-href",
    "link-http": "link-http",
    "link-text": "link-text",
    "link-empty-name": "link-empty-name",
    "link-only-colour": "link-only-colour",
    "link-mismatch": "link-mismatch",
    "link-shortener": "link-shortener",
    "link-ip": "link-ip",
    "link-anchor": "link-anchor",
    "link-alive": "link-alive",
    "link-count": "link-count",
    "link-duplicate": "link-duplicate",
    "link-long-url": "link-long-url",
    # slots and leftovers
    "merge-leftover": "merge-leftover",
    "sendgrid-subst": "sendgrid-subst",
    # subject, preheader, headers, text part
    "subject": "subject",
    "preheader": "preheader",
    "headers": "headers",
    "unsubscribe-body": "unsubscribe-body",
    "list-unsubscribe": "list-unsubscribe",
    "list-id": "list-id",
    "postal-address": "postal-address",
    "plain-text": "plain-text",
    "plain-text-drift": "plain-text-drift",
    # spam
    "text-image-ratio": "text-image-ratio",
    "low-contrast-spam": "low-contrast-spam",
    "spam-phrases": "spam-phrases spamassassin",
    "spelling": "",
}
"""What mail tools and mail clients' own rules ask for -> our rules about it."""
OUR_OWN = {
    "unfinished",
    "not-shown",
    "html-dropped",
    "slot-unknown-field",
    "input",
    "audience",
    "ignore",
    "ignore-unused",
    "axe",
}
NOT_CHECKED = {"spelling": "needs a dictionary of the edition's language and of its names; editors have both"}


def test_every_wanted_rule_is_there_or_said_why_not() -> None:
    rules = {rule for names in WANTED.values() for rule in names.split()}
    assert rules | OUR_OWN == set(ALL)
    assert {wanted for wanted, names in WANTED.items() if not names} == set(NOT_CHECKED)
    assert len(WANTED) == 65


def test_ids_are_unique_and_sentences_end() -> None:
    assert len(ALL) == len(RULES) + len(ASKED)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", rule) for rule in ALL)
    assert all(rule.sentence.endswith((".", ")")) for rule in ALL.values())


def test_offline_rules_have_a_check_and_the_others_none() -> None:
    assert all(rule.check and not rule.option for rule in RULES)
    assert not any(rule.check for rule in ASKED)


def test_another_severity_is_a_lesser_one() -> None:
    order = list(Severity)
    assert all(order.index(one) > order.index(rule.severity) for rule in ALL.values() for one in rule.also)


def test_what_is_never_ignored_is_an_error_or_about_ignoring() -> None:
    assert set(ALL) >= NEVER_IGNORED
    assert {ALL[rule].severity for rule in NEVER_IGNORED - {"ignore-unused"}} == {Severity.ERROR}


def test_the_documentation_has_the_table() -> None:
    text = DOCS.read_text()
    assert text == page(text), "python -m tests.checks.rule_table writes it"


def test_every_offline_rule_has_rows() -> None:
    folder = Path(__file__).parent
    rows = "".join(file.read_text() for file in folder.glob("test_*.py") if file != Path(__file__))
    elsewhere = {"slot-unknown-field"}  # tests/cli/test_audience.py: it needs an audience
    assert {rule.id for rule in RULES if f'"{rule.id}"' not in rows} == elsewhere


def test_the_documentation_has_the_caps_of_links() -> None:
    caps = (
        f"At most {limits.FETCH_COUNT} addresses, {limits.FETCH_AT_ONCE} at a time",
        f"{limits.FETCH_SECONDS:g} seconds each and {limits.FETCH_SECONDS_ALL:g} in all",
        f"{limits.FETCH_BYTES // 1024} kB of an answer, {limits.FETCH_REDIRECTS} redirects.",
    )
    assert ", ".join(caps) in " ".join(DOCS.read_text().split())
