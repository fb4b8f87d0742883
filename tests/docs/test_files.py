"""The page of what one writes names every key that the loader reads, and no other."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from producthead_mail.content.schema import schema_of
from tests.docs.blocks import FENCE, ROOT
from tests.docs.scenes import Scene

PAGE = (ROOT / "docs" / "files.md").read_text()
FILES = ["edition", "publication"]


def rows(name: str) -> dict[str, str]:
    """What the table of a file says of each key."""
    table = PAGE.partition(f"<!-- keys: {name} -->\n")[2].partition("<!-- end -->")[0]
    cells = [line.strip("|").split("|", 1) for line in table.splitlines()[2:]]
    return {key: said for keys, said in cells for key in re.findall(r"`(\w+)`", keys)}


def inner(schema: Any) -> Iterator[str]:
    """The keys within a key's value."""
    for one in schema.get("anyOf", [schema]):
        one = one.get("items", one)
        for key, value in one.get("properties", {}).items():
            yield key
            yield from inner(value)


@pytest.mark.parametrize("name", FILES)
def test_every_key_is_named(name: str) -> None:
    schema = schema_of(name)
    assert sorted(rows(name)) == sorted(schema["properties"])
    needed = [key for key, said in rows(name).items() if "must be there" in said]
    assert sorted(needed) == sorted(schema["required"])


@pytest.mark.parametrize("name", FILES)
def test_every_key_within_a_key_is_named(name: str) -> None:
    told = {*re.findall(r"\w+", PAGE)}
    within = {
        key: set(inner(schema)) for key, schema in schema_of(name)["properties"].items() if key != "labels"
    }
    assert {key: lost for key, keys in within.items() if (lost := keys - told)} == {}


def test_the_edition_that_is_shown_can_be_rendered(scene: Scene) -> None:
    scene.set("project")
    shown = next(one[2] for one in FENCE.finditer(PAGE) if one[1] == "markdown")
    (scene.folder / "content" / "editions" / "2024-03-04-shown.md").write_text(shown)
    assert scene.type("render", "2024-03-04-shown").exit_code == 0
