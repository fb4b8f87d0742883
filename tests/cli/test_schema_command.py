"""`producthead schema` prints JSON Schema, anywhere."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "producthead_mail", "schema", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize(("name", "key"), [("edition", "curated"), ("publication", "timezone")])
def test_one_schema(name: str, key: str, tmp_path: Path) -> None:
    assert key in json.loads(run(tmp_path, name).stdout)["properties"]


def test_both_schemas_in_one_that_takes_either(tmp_path: Path) -> None:
    both = json.loads(run(tmp_path, "--json").stdout)
    assert both["anyOf"] == [{"$ref": "#/edition"}, {"$ref": "#/publication"}]
    assert both["edition"] == json.loads(run(tmp_path, "edition").stdout)


def test_another_name_is_a_mistake(tmp_path: Path) -> None:
    done = run(tmp_path, "editions")
    assert (done.returncode, done.stdout) == (2, "")
