"""SARIF 2.1.0, held to what its schema says of the parts used here."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from producthead_mail import __version__
from producthead_mail.checks.finding import Finding, Severity
from producthead_mail.checks.sarif import as_sarif


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


TEXT = closed(["text"], text={"type": "string"})
LEVEL = {"enum": ["none", "note", "warning", "error"]}
FILE = closed([], uri={"type": "string", "format": "uri-reference"}, uriBaseId={"type": "string"})
COUNT = {"type": "integer", "minimum": 1}
PLACE = closed(
    ["artifactLocation"], artifactLocation=FILE, region=closed([], startLine=COUNT, startColumn=COUNT)
)
RULE = closed(
    ["id"],
    id={"type": "string"},
    shortDescription=TEXT,
    defaultConfiguration=closed([], level=LEVEL),
)
DRIVER = closed(
    ["name"],
    name={"type": "string"},
    version={"type": "string"},
    rules={"type": "array", "uniqueItems": True, "items": RULE},
)
RESULT = closed(
    ["message"],
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": -1},
    level=LEVEL,
    message=TEXT,
    locations={"type": "array", "items": closed([], physicalLocation=PLACE)},
    suppressions={
        "type": "array",
        "uniqueItems": True,
        "items": closed(["kind"], kind={"enum": ["inSource", "external"]}, justification={"type": "string"}),
    },
)
RUN = closed(
    ["tool"],
    tool=closed(["driver"], driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    originalUriBaseIds={"type": "object", "additionalProperties": closed([], description=TEXT)},
    results={"type": "array", "items": RESULT},
)
LOG = closed(
    ["version", "runs"],
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"enum": ["2.1.0"]},
    runs={"type": "array", "items": RUN},
)
"""The parts of the OASIS schema that this program writes; all others closed."""

FOUND = (
    Finding("img-alt", Severity.ERROR, "no alt", "say it", "content/editions/a b.md", 3, 4),
    Finding("dir", Severity.WARNING, "no dir", path="layouts/producthead/edition.mjml.j2"),
    Finding("list-id", Severity.INFO, "no list", path="/elsewhere/a.md", line=2),
    Finding("img-alt", Severity.ERROR, "no alt", ignored="decoration"),
)


@pytest.mark.parametrize("found", [(), FOUND])
def test_it_is_valid(found: tuple[Finding, ...]) -> None:
    jsonschema.validate(as_sarif(found), LOG)


def test_results() -> None:
    run = as_sarif(FOUND)["runs"][0]
    assert run["tool"]["driver"]["version"] == __version__
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["dir", "img-alt", "list-id"]
    assert run["tool"]["driver"]["rules"][1]["shortDescription"] == {
        "text": "Every picture has alt text, if empty."
    }
    assert run["results"] == [
        {
            "ruleId": "img-alt",
            "ruleIndex": 1,
            "level": "error",
            "message": {"text": "no alt; say it"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {
                            "uri": "content/editions/a%20b.md",
                            "uriBaseId": "%SRCROOT%",
                        },
                        "region": {"startLine": 3, "startColumn": 4},
                    }
                }
            ],
        },
        {
            "ruleId": "dir",
            "ruleIndex": 0,
            "level": "warning",
            "message": {"text": "no dir"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {
                            "uri": "layouts/producthead/edition.mjml.j2",
                            "uriBaseId": "%SRCROOT%",
                        }
                    }
                }
            ],
        },
        {
            "ruleId": "list-id",
            "ruleIndex": 2,
            "level": "note",
            "message": {"text": "no list"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "file:///elsewhere/a.md"},
                        "region": {"startLine": 2},
                    }
                }
            ],
        },
        {
            "ruleId": "img-alt",
            "ruleIndex": 1,
            "level": "error",
            "message": {"text": "no alt"},
            "suppressions": [{"kind": "inSource", "justification": "decoration"}],
        },
    ]
