"""Compiled templates are found again, and what is stale or broken is compiled anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from producthead_mail.rendering.template_codes import TemplateCodes


def said(codes: TemplateCodes, source: str) -> str:
    return Environment(loader=DictLoader({"a": source}), bytecode_cache=codes).get_template("a").render()


def test_a_second_process_finds_the_code(tmp_path: Path) -> None:
    first = TemplateCodes()
    first.keep_in(tmp_path / "cache")
    assert said(first, "one") == "one"
    [file] = (tmp_path / "cache").iterdir()
    before = file.stat().st_mtime_ns
    second = TemplateCodes()
    second.keep_in(tmp_path / "cache")
    assert said(second, "one") == "one"
    assert file.stat().st_mtime_ns == before


def test_another_source_is_compiled_anew(tmp_path: Path) -> None:
    codes = TemplateCodes()
    codes.keep_in(tmp_path)
    assert [said(codes, text) for text in ("one", "two", "one")] == ["one", "two", "one"]


@pytest.mark.parametrize("cut", [0, 3, 30, 60, 200])
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, cut: int) -> None:
    codes = TemplateCodes()
    codes.keep_in(tmp_path)
    said(codes, "one")
    [file] = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:cut] + b"\xff" * 20)
    again = TemplateCodes()
    again.keep_in(tmp_path)
    assert said(again, "one") == "one"


def test_a_folder_that_cannot_be_made_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    codes = TemplateCodes()
    codes.keep_in(tmp_path / "file" / "cache")
    assert said(codes, "one") == "one"
