"""The stages by themselves, and the whole: the same bytes everywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from markupsafe import Markup

from producthead_mail.errors import InputError
from producthead_mail.rendering.compile import compile_mjml, cured
from producthead_mail.rendering.inline_styles import cut_inline, inline_styles
from producthead_mail.rendering.layout import Layout
from producthead_mail.rendering.templates import breakable, compose, foldable, wrap

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
from producthead_mail.config import Project
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.rendering.freeze import freeze, thaw
from producthead_mail.rendering.layout import load_layout
from producthead_mail.rendering.pipeline import render
project = Project(Path(sys.argv[1]))
publication = load_publication(project)
edition = load_edition(next(project.editions.glob("*.md")), publication, project)
message = render(edition, publication, load_layout(project, edition.layout))
assert thaw(freeze(message)) == message
sys.stdout.buffer.write(freeze(message))
"""


def test_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    def run(seed: str, zone: str, locale: str, folder: Path) -> bytes:
        for name in ("content", "layouts"):
            shutil.copytree(ROOT / name, folder / name)
        env = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": locale,
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-c", PROGRAM, str(folder)]
        return subprocess.run(command, env=env, cwd=folder, capture_output=True, check=True).stdout

    one = run("1", "UTC", "C", tmp_path / "one")
    assert one == run("2", "Asia/Tokyo", "C.UTF-8", tmp_path / "another place")
    assert b"digest" in one


def test_attributes_are_cured() -> None:
    assert cured("<p title='a\"b\\é'>é</p>") == '<p title="a&#x22;b&#x5c;&#xe9;">é</p>'
    assert cured('<mj-title>a "b"</mj-title>') == "<mj-title>a &#x22;b&#x22;</mj-title>"


def test_important_rules_beat_the_elements_own_style() -> None:
    page = '<html><body><p class="x" style="color:red">a</p></body></html>'
    html = inline_styles(page, ".x { color: blue !important; margin: 0 }")
    assert 'style="margin:0;color:red;color:blue"' in html
    assert html.startswith("<!DOCTYPE html>\n<html>")


def test_inline_rules_are_cut_out_in_order() -> None:
    source = '<mj-style inline="inline">a{}</mj-style>x<mj-style inline="inline">b{}</mj-style>'
    assert cut_inline(source) == ("x", "a{}\nb{}")


def test_what_does_not_parse_is_an_input_error() -> None:
    with pytest.raises(InputError, match="x: MJML: unexpected end of stream"):
        compile_mjml("<mjml><mj-body>", "x")


def test_a_panic_of_the_compiler_is_an_input_error() -> None:
    source = "<mjml><mj-body><mj-raw><!--[if mso]><b/><![endif] --></mj-raw></mj-body></mjml>"
    with pytest.raises(InputError, match="x: MJML: oops"):
        compile_mjml(source, "x")


def test_template_errors_name_the_partial_and_line() -> None:
    layout = Layout("a", {"a/edition.mjml.j2": '\n{% include "a/p.j2" %}', "a/p.j2": "\n\n{{ nothing }}"})
    with pytest.raises(InputError) as caught:
        compose(layout, "edition.mjml.j2", {})
    assert str(caught.value) == "layouts/a/p.j2:3:4: 'nothing' is undefined"


def test_wrap_never_breaks_a_url() -> None:
    url = "https://example.com/" + "long-path/" * 9
    assert wrap(f"See {url} now", 20) == f"See\n{url}\nnow"


@pytest.mark.parametrize(
    ("title", "markup"),
    [
        ("Rock & roll <b>", "Rock &amp; roll &lt;b&gt;"),
        ("Donaudampfschifffahrt", "Donaudampfschifffahrt"),
        (
            "Die Donaudampfschifffahrtsgesellschaft.",
            "Die Donaudampfsc<wbr>hifffahrtsge<wbr>sellschaft.",
        ),
        ("a" * 25, f"{'a' * 12}<wbr>{'a' * 13}"),
        ("0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"),
        # The names of a slot are no words.
        ("[[ a_column_with_a_name_of_many_letters ]]", "[[ a_column_with_a_name_of_many_letters ]]"),
    ],
)
def test_long_words_of_a_title_get_places_to_break(title: str, markup: str) -> None:
    assert breakable(title) == markup


def test_blocks_of_code_may_break_and_keep_their_indents() -> None:
    block = Markup(
        '<p>x</p><pre><code class="language-python">if a &lt; b:\n    go()\n\n\tx  = 1\n</code></pre>'
    )
    assert foldable(block) == (
        '<p>x</p><p class="code"><code>if a &lt; b:<br>&#160;&#160;&#160;&#160;go()<br><br>'
        "&#160;&#160;&#160;&#160;x&#160; = 1</code></p>"
    )
    assert foldable("<pre>") == "&lt;pre&gt;"


def test_a_place_to_break_has_no_end_tag() -> None:
    page = compile_mjml("<mjml><mj-body><mj-text>a<wbr>b</mj-text></mj-body></mjml>", "x")
    assert ">a<wbr>b</div>" in inline_styles(page, "")
