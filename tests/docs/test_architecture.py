"""The architecture page names every part, in the order that import-linter holds to."""

import re
import tomllib

from tests.docs.blocks import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text()
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0][
    "layers"
]


def test_the_table_has_the_parts_in_their_order() -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", PAGE, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    parts = [layer.removeprefix("producthead_mail.") for layer in reversed(LAYERS)]
    assert named == parts


def test_the_picture_shows_every_folder() -> None:
    picture = (ROOT / "docs" / "images" / "architecture.svg").read_text()
    shown = set(re.findall(r'class="part[^>]*>(\w+)</text>', picture))
    folders = {path.parent.name for path in (ROOT / "producthead_mail").glob("*/__init__.py")}
    assert folders - shown == set()
