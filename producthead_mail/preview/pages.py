"""The templates of the studio's pages, and the words that every one of them uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from producthead_mail.clients.profile import PROFILES
from producthead_mail.preview.choice import MODES, TABS, missing
from producthead_mail.preview.client_log import MARKS
from producthead_mail.preview.differing import client_name, verdict
from producthead_mail.preview.variants import VARIANTS
from producthead_mail.preview.view import CLIP

HERE = Path(__file__).parent


def environment() -> Environment:
    """Where templates are found: escaping, and strict about names."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def words() -> dict[str, Any]:
    """What is the same on every page; `is_live` where scripts run, `is_ready` where checks may take long."""
    return {
        "clip": CLIP,
        "tabs": tuple(TABS.items()),
        "variants": VARIANTS,
        "profiles": PROFILES,
        "marks": MARKS,
        "missing": missing,
        "modes": tuple(MODES.items()),
        "client_name": client_name,
        "verdict": verdict,
        "is_live": False,
        "is_ready": True,
    }
