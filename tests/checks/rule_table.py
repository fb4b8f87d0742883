"""The rule table as docs/checks.md has it; `python -m tests.checks.rule_table` writes it there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from producthead_mail.checks.rules import ALL, NEVER_IGNORED, Rule

DOCS = Path(__file__).parents[2] / "docs" / "checks.md"
TABLE = re.compile(r"(<!-- rules -->\n).*?(<!-- /rules -->)", re.S)


def page(text: str) -> str:
    """The page with the table of the rules as they are now between its two marks."""
    return TABLE.sub(lambda found: f"{found[1]}{table(ALL.values())}{found[2]}", text)


def table(rules: Iterable[Rule]) -> str:
    """A Markdown table with a row for each rule."""
    rows = [f"| `{one.id}` | {_severity(one)} | {_sentence(one)} |" for one in rules]
    return "\n".join(["| rule | severity | what has to hold |", "| --- | --- | --- |", *rows, ""])


def _severity(rule: Rule) -> str:
    return ", ".join(severity.value for severity in (rule.severity, *rule.also))


def _sentence(rule: Rule) -> str:
    option = f" (`{rule.option}`)" if rule.option else ""
    kept = " Can't be ignored." if rule.id in NEVER_IGNORED else ""
    return rule.sentence.replace("|", "\\|").replace("<", "&lt;") + option + kept


if __name__ == "__main__":
    DOCS.write_text(page(DOCS.read_text()))
