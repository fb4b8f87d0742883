"""The JSON Schema says what the loader says, as it is recorded from it."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from producthead_mail.config import Project
from producthead_mail.content.loader import EDITION_KEYS, load_edition, load_publication
from producthead_mail.content.publication_reader import KEYS
from producthead_mail.content.schema import schema_of
from producthead_mail.errors import InputError

ROOT = Path(__file__).parents[2]
PROJECT = Project(ROOT)
EDITION = "title: One\ndate: 2024-03-04\n"
PUBLICATION = PROJECT.publication.read_text(encoding="utf-8")


def faults(name: str, text: str) -> list[str]:
    document: Any = YAML(typ="safe").load(io.StringIO(text))
    if "date" in document:
        document["date"] = str(document["date"])
    return [error.message for error in Draft7Validator(schema_of(name)).iter_errors(document)]


def loads(name: str, text: str, folder: Path) -> bool:
    try:
        if name == "edition":
            path = folder / "one.md"
            path.write_text(f"---\n{text}---\n", encoding="utf-8")
            load_edition(path, load_publication(PROJECT), PROJECT)
        else:
            shutil.copytree(PROJECT.content, folder / "content")
            (folder / "content" / "publication.yaml").write_text(text, encoding="utf-8")
            load_publication(Project(folder))
    except InputError:
        return False
    return True


@pytest.mark.parametrize("name", ["edition", "publication"])
def test_it_is_a_schema(name: str) -> None:
    Draft7Validator.check_schema(schema_of(name))


def test_every_key_of_the_loader_is_in_it() -> None:
    assert tuple(schema_of("edition")["properties"]) == EDITION_KEYS
    assert tuple(schema_of("publication")["properties"]) == KEYS


def test_what_must_be_there() -> None:
    assert schema_of("edition")["required"] == ["title", "date"]
    assert set(schema_of("publication")["required"]) == {"name", "url", "from", "timezone", "unsubscribe"}


def test_the_project_fits_its_own_schema() -> None:
    assert faults("publication", PUBLICATION) == []
    for path in [*PROJECT.editions.glob("*.md"), ROOT / "tests" / "layouts" / "announcement.md"]:
        assert faults("edition", path.read_text(encoding="utf-8").split("---\n")[1]) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("edition", EDITION),
        ("edition", EDITION + "subject:\ncurated:\nbutton:\nlayout:\n"),
        ("edition", EDITION + "subject: 2024\n"),
        ("edition", EDITION + "curated: [{title: A, url: 'https://example.com', excerpt: b}]\n"),
        ("edition", EDITION + "takeaways: [a, b]\n"),
        ("edition", EDITION + "titel: x\n"),
        ("edition", "title: One\n"),
        ("edition", "title:\ndate: 2024-03-04\n"),
        ("edition", "title: One\ndate: soon\n"),
        ("edition", EDITION + "layout: a/b\n"),
        ("edition", EDITION + "takeaways: one\n"),
        ("edition", EDITION + "curated: [{title: A}]\n"),
        ("edition", EDITION + "curated: [{title: A, url: 'https://example.com', by: me}]\n"),
        ("edition", EDITION + "button: {label: Go}\n"),
        ("edition", EDITION + "ignore: {link-http: no https there}\n"),
        ("edition", EDITION + "ignore: {link-http: }\n"),
        ("edition", EDITION + "ignore: [link-http]\n"),
        ("edition", EDITION + "ignore:\n"),
        ("publication", PUBLICATION),
        ("publication", PUBLICATION + "ignore: {link-http: no https there}\n"),
        ("publication", PUBLICATION.replace("{asm_group: 12345}", "{subscription_tracking: true}")),
        ("publication", PUBLICATION.replace("{asm_group: 12345}", "{subscription_tracking: perhaps}")),
        (
            "publication",
            PUBLICATION.replace("{asm_group: 12345}", "{asm_group: 1, subscription_tracking: true}"),
        ),
        ("publication", PUBLICATION.replace("{asm_group: 12345}", "{}")),
        ("publication", PUBLICATION.replace("region: global", "region: mars")),
        ("publication", PUBLICATION.replace("weekday: monday", "weekday: Monday")),
        ("publication", PUBLICATION.replace("weekday: monday", "weekday: someday")),
        ("publication", PUBLICATION.replace("tagline:", "tag_line:")),
    ],
)
def test_the_same_verdict_as_the_loader(name: str, text: str, tmp_path: Path) -> None:
    assert (faults(name, text) == []) == loads(name, text, tmp_path), faults(name, text)
