"""The findings that a curator or designer has decided to live with, each with a reason."""

from __future__ import annotations

from producthead_mail.content.fields import Fields


def read_ignored(fields: Fields) -> dict[str, str]:
    """Rule of `check` -> why its findings may stay; a rule without a reason is a problem."""
    inner = fields.mapping("ignore")
    return inner.strings(required=True) if inner else {}
