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


def test_both_are_written_for_editors_with_the_settings(project: Path) -> None:
    done = run(project, "--write")
    files = [project / ".producthead" / "schema" / f"{name}.json" for name in ("edition", "publication")]
    assert done.stdout.splitlines() == [str(file) for file in files]
    assert "  # yaml-language-server: $schema=../.producthead/schema/publication.json\n" in done.stderr
    assert (
        '"yaml.schemas": {".producthead/schema/publication.json": "content/publication.yaml"}' in done.stderr
    )
    assert json.loads(files[0].read_text()) == json.loads(run(project, "edition").stdout)
    assert json.loads(run(project, "--write", "--json").stdout) == {"files": [str(file) for file in files]}


def test_what_is_written_is_both_and_in_a_project(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert run(tmp_path_factory.mktemp("elsewhere"), "--write").returncode == 2
    assert run(project, "edition", "--write").returncode == 2
