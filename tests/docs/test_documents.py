"""The JSON documents on the page of commands have the keys that the program writes."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.docs.blocks import ROOT
from tests.docs.reference import BLOCK
from tests.docs.scenes import Scene

PAGE = (ROOT / "docs" / "commands.md").read_text()
SLUG = "2024-02-12-in-search-of-deeper-alignment"
BY_NAME = {"kinds", "left", "left_out", "unmapped"}
"""Their keys are what was found, such as kinds of suppressions."""
DOCUMENTS = [
    ("project", "new", ["new", "Asking better questions", "--no-edit"]),
    ("project", "add", ["add", SLUG, "https://reading.example.com/an-article"]),
    ("project", "posts", ["posts", SLUG]),
    ("project", "import", ["import", "https://blog.example.com/feed", "--dry-run"]),
    ("project", "list", ["list"]),
    ("project", "check", ["check"]),
    ("project", "audience check", ["audience", "check"]),
    ("project", "audience import", ["audience", "import", "subscribers.csv"]),
    ("project", "suppressions pull", ["suppressions", "pull"]),
    ("project", "suppressions list", ["suppressions", "list", "reader@example.com"]),
    ("doubt", "status", ["status"]),
    ("doubt", "status", ["status", "--recipient", "ada@example.org"]),
    ("doubt", "settle", ["settle", "--batch", "1-1", "--as", "resend", "--reason", "nobody has it"]),
    ("project", "archive build", ["archive", "build"]),
    ("project", "doctor", ["doctor"]),
]
SOMETIMES = {"ignored"}
"""The page says when."""


def told(name: str) -> list[Any]:
    """The documents between a command's usage and the next."""
    pieces = BLOCK.split(PAGE)
    after = pieces[pieces.index(f"producthead {name}") + 2].partition("\n## ")[0]
    return [json.loads(one) for one in re.findall(r"^```json\n(\{.*?)^```", after, re.DOTALL | re.MULTILINE)]


def differences(told: Any, written: Any, path: str = "") -> Iterator[str]:
    """Where the two have other keys; a key `…` stands for any others."""
    if isinstance(told, list) and isinstance(written, list) and told and written:
        yield from differences(told[0], written[0], f"{path}[]")
    if not isinstance(told, dict) or not isinstance(written, dict):
        return
    for key in sorted((told.keys() ^ written.keys()) - SOMETIMES):
        if "…" not in told:
            yield f"{path}.{key}"
    for key in told.keys() & written.keys() - BY_NAME:
        yield from differences(told[key], written[key], f"{path}.{key}")


@pytest.mark.parametrize(
    ("place", "name", "words"), DOCUMENTS, ids=[" ".join(one[2][:3]) for one in DOCUMENTS]
)
def test_a_document_has_the_keys_that_the_page_tells(
    scene: Scene, place: str, name: str, words: list[str]
) -> None:
    scene.set(place)
    written = json.loads(scene.type(*scene.served_here(words), "--json").stdout)
    assert [] in [list(differences(one, written)) for one in told(name)]
