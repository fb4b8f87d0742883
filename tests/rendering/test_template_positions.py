"""A fault of the composed source is told at its place in the template that says it."""

from __future__ import annotations

import pytest

from producthead_mail.rendering.layout import Layout
from producthead_mail.rendering.template_positions import Places
from producthead_mail.rendering.templates import compose

PAGE = """{% from "shared/parts.j2" import card %}
{# a comment with <mj-bad> #}
<mjml>
  {% include "a/body.j2" %}
  {{ card("one") }}
  {%- if words %}
    <p title="{{ words }}" lang="en">{{ words }}</p>
  {% endif %}
  {% raw %}<i>{{ raw }}</i>{% endraw %}
</mjml>
"""
FILES = {
    "a/edition.mjml.j2": PAGE,
    "a/body.j2": "{% for n in [1, 2] %}\n  <mj-text {{ 'x' }} color='{{ n }}'></mj-text>\n{% endfor %}\n",
    "shared/parts.j2": "\n{% macro card(title) -%}\n<mj-card><b>{{ title }}</b></mj-card>\n{%- endmacro %}\n",
}


def placed(find: str, files: dict[str, str] = FILES, nth: int = 1) -> str:
    context = {"words": "a < b & c"}
    layout = Layout("a", files)
    source = compose(layout, "edition.mjml.j2", context)
    at = -1
    for _ in range(nth):
        at = source.index(find, at + 1)
    return ":".join(map(str, Places(layout, "edition.mjml.j2", context, source).at(at)))


@pytest.mark.parametrize(
    ("find", "nth", "place"),
    [
        ("<mjml", 1, "layouts/a/edition.mjml.j2:3:1"),
        ("<mj-text", 1, "layouts/a/body.j2:2:3"),
        ("<mj-text", 2, "layouts/a/body.j2:2:3"),
        ("color=", 1, "layouts/a/body.j2:2:22"),
        ("1", 1, "layouts/a/body.j2:2:29"),  # said by an expression: where it stands
        ("<mj-card", 1, "layouts/shared/parts.j2:3:1"),
        ("<b>", 1, "layouts/shared/parts.j2:3:10"),
        ("one", 1, "layouts/shared/parts.j2:3:13"),
        ("lang", 1, "layouts/a/edition.mjml.j2:7:28"),
        ("&lt;", 1, "layouts/a/edition.mjml.j2:7:15"),
        ("{{ raw", 1, "layouts/a/edition.mjml.j2:9:15"),
        ("</mjml>", 1, "layouts/a/edition.mjml.j2:10:1"),
    ],
)
def test_each_place_is_found_in_its_template(find: str, nth: int, place: str) -> None:
    assert placed(find, nth=nth) == place


def test_windows_line_ends_do_not_shift_lines() -> None:
    files = {"a/edition.mjml.j2": "<mjml>\r\n\r\n  <mj-bad>\r\n</mjml>\r\n"}
    assert placed("<mj-bad>", files) == "layouts/a/edition.mjml.j2:3:3"


def test_a_template_that_measures_its_own_text_is_named_without_a_line() -> None:
    files = {"a/edition.mjml.j2": "{% set x %}<mjml>{% endset %}{{ x | length }}{{ x }}"}
    assert placed("<mjml>", files) == "layouts/a/edition.mjml.j2:0:0"


def test_a_value_is_told_from_what_the_template_says() -> None:
    layout, context = Layout("a", FILES), {"words": "a < b & c"}
    source = compose(layout, "edition.mjml.j2", context)
    places = Places(layout, "edition.mjml.j2", context, source)
    assert places.literal(source.index("<mj-card"))
    assert not places.literal(source.index("one"))
