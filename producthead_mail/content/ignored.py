"""The findings that a curator or designer has decided to live with, each with a reason."""

from __future__ import annotations

from producthead_mail.content.fields import Fields


def read_ignored(fields: Fields) -> dict[str, str]:
    """Rule id -> reason; a rule without one is a problem."""
    inner = fields.mapping("ignore")
    if inner is None:
        return {}
    reasons = inner.strings()
    for rule, reason in reasons.items():
        if not reason:
            inner.sheet.problem(inner.place(rule), f"'ignore.{rule}' has no reason", "say why it may stay")
    return reasons
