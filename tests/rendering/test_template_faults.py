"""What is wrong with a template is told in its partial, at line and column, with what to write instead."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from producthead_mail.config import Project
from producthead_mail.content.edition import Button
from producthead_mail.errors import InputError
from producthead_mail.rendering.layout import Layout, load_layout
from producthead_mail.rendering.templates import compose

ROOT = Path(__file__).parents[2]
TOP = '<mjml>\n  {% include "a/part.j2" %}\n</mjml>\n'
CONTEXT = {"edition": Button("a", "b"), "labels": {"unsubscribe": "x"}, "publication": None}


def told(part: str) -> str:
    with pytest.raises(InputError) as caught:
        compose(Layout("a", {"a/edition.mjml.j2": TOP, "a/part.j2": part}), "edition.mjml.j2", CONTEXT)
    return str(caught.value)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("\n  {{ editon }}", "2:6: 'editon' is undefined; did you mean 'edition'?"),
        ("{{ zzz }}", "1:4: 'zzz' is undefined; known are edition, labels, publication"),
        ("{{ edition.lable }}", "1:12: 'Button object' has no attribute 'lable'; did you mean 'label'?"),
        (
            "{{ labels.unsubscrib }}",
            "1:11: 'dict object' has no attribute 'unsubscrib'; did you mean 'unsubscribe'?",
        ),
        ("a {{ 1 | uper }}", "1:10: No filter named 'uper'; did you mean 'upper'?"),
        ("{{ 1 is odder }}", "1:9: No test named 'odder'; did you mean 'odd'?"),
        ("{% fo x in y %}", "1:4: Encountered unknown tag 'fo'; did you mean 'for'?"),
        ("{% endif %}", "1:4: Encountered unknown tag 'endif'; delete it, or open it before"),
        ("\n {% if 1 %}{% if 2 %}{% endif %}\n\n", "2:2: {% if %} is never closed; write {% endif %}"),
        ("{{ edition label }}", "1:12: expected token 'end of print statement', got 'label'"),
        ('{% include "a/prt.j2" %}', "1:13: no template 'a/prt.j2'; did you mean 'a/part.j2'?"),
        ("\n{% include 'a/part.j2' %}", "2:1: a template includes itself; take the circle apart"),
        ("x {{ 1 / 0 }}", "1:3: division by zero"),
        ("\n{# x", "2:1: Missing end of comment tag; close it with #}"),
        (
            "{{ edition.label\n  | join(nothing) }}",
            "2:10: 'nothing' is undefined; known are edition, labels,",
        ),
    ],
)
def test_a_fault_of_a_partial(part: str, expected: str) -> None:
    assert told(part).startswith(f"layouts/a/part.j2:{expected}")


def test_what_a_macro_is_given_is_told_where_it_is_given() -> None:
    files = {
        "a/edition.mjml.j2": '{% from "a/part.j2" import big %}\n{{ big(edition.lable) }}',
        "a/part.j2": "{% macro big(words) %}\n\n<b>{{ words | upper }}</b>{% endmacro %}",
    }
    with pytest.raises(InputError) as caught:
        compose(Layout("a", files), "edition.mjml.j2", CONTEXT)
    assert str(caught.value).startswith(
        "layouts/a/edition.mjml.j2:2:16: 'Button object' has no attribute 'lable'"
    )


def test_a_template_that_a_layout_has_to_have_is_asked_for() -> None:
    with pytest.raises(InputError) as caught:
        compose(Layout("a", {"a/edition.mjml.j2": TOP}), "edition.txt.j2", CONTEXT)
    assert str(caught.value) == (
        "layouts/a/edition.txt.j2: is not there; write it: a layout has edition.mjml.j2 and edition.txt.j2"
    )


def test_a_layout_that_is_not_utf8_is_told_with_its_place(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "layouts", tmp_path / "layouts")
    (tmp_path / "layouts" / "shared" / "new.j2").write_bytes(b"a\nb \xe9")
    with pytest.raises(InputError, match=r"^layouts/shared/new\.j2:2:3: is not UTF-8; save it as UTF-8$"):
        load_layout(Project(tmp_path), "announcement")


def test_a_layout_that_is_not_there_has_a_suggestion() -> None:
    with pytest.raises(
        InputError, match=r"^layouts/anouncement: no such layout; did you mean 'announcement'\?"
    ):
        load_layout(Project(ROOT), "anouncement")
