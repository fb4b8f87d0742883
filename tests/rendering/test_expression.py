"""Slot expressions: what is taken, what is refused with which remedy, and nothing that hangs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producthead_mail.rendering.expression import ExpressionFault, evaluate, fields_of, try_out


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('first_name | default("there")', "Ada"),
        ("first_name", "Ada"),
        ("first_name | upper ~ '!'", "ADA!"),
        ("first_name[0] if first_name else ''", "A"),
        ("first_name[:-1]", "Ad"),
        ('"gold" if points | int > 5 else "plain"', "gold"),
        ('city | d("town") | title', "Town"),
        ('"yes" if first_name in ["Ada", "Alan"] else "no"', "yes"),
        ("first_name | replace('A', 'a')", "ada"),
        ("email", "ada@example.com"),
        ("nobody", ""),
        ("none", ""),
    ],
)
def test_an_expression_says_what_it_says(expression: str, value: str) -> None:
    fields_of(expression)
    assert evaluate(expression, {"first_name": "Ada", "points": "7", "email": "ada@example.com"}) == value


@pytest.mark.parametrize(
    "expression", ["x", "(x)", 'x | default("y")', "x | d('')", "x | default(7)", "x | d(none)"]
)
@pytest.mark.parametrize("fields", [{}, {"x": "a"}, {"x": "<b>"}, {"y": "z"}])
def test_the_short_way_says_what_jinja_says(expression: str, fields: dict[str, str]) -> None:
    assert evaluate(expression, fields) == evaluate(f"(({expression}) ~ '')", fields).replace("None", "")


def test_the_columns_an_expression_reads_are_known() -> None:
    assert fields_of('first_name | default(last_name) ~ (city if "a" in email else "")') == (
        "city",
        "email",
        "first_name",
        "last_name",
    )


@pytest.mark.parametrize(
    ("expression", "message", "remedy"),
    [
        ('"x" * 10 ** 9', "* is not taken", "make it a column of the audience"),
        ("9 ** 9 ** 9", "** is not taken", "make it a column of the audience"),
        ('"%999999999d" % 1', "% is not taken", "make it a column of the audience"),
        ('{"a": 1}', "{ } is not taken", "make it a column of the audience"),
        ("range(1000000000)", "calls and attributes are not taken", "use a filter: first_name | upper"),
        ("x.upper()", "calls and attributes are not taken", "use a filter: first_name | upper"),
        ("x.__class__", "calls and attributes are not taken", "use a filter: first_name | upper"),
        ('x["__class__"]', "takes only numbers in [ ]", "such as first_name[0] or first_name[:3]"),
        ("self", "'self' is no column of an audience", "write a column of the audience"),
        ("x | uper", "no filter 'uper'", "did you mean 'upper'?"),
        ("x | center(1000000000)", "no filter 'center'", "known are capitalize, count,"),
        ("x | escape", "no filter 'escape'", "leave it out: a value is escaped for where it stands"),
        ("x | urlencode", "no filter 'urlencode'", "leave it out: a value is escaped for where it stands"),
        ("x is odd", "no test 'odd'", "known are defined, undefined"),
        ("x | default(*y)", "* is not taken", "write the arguments one by one"),
        ("x +", "unexpected ']]'", "write a column of the audience"),
        ("", "Expected an expression, got ']]'", "write a column of the audience"),
        ("x }} {{ y", "is more than one expression", "write a column of the audience"),
        ("x" * 201, "is longer than 200 characters", "make it a column of the audience"),
        ("(" * 99 + "x" + ")" * 99, "is nested too deeply", "make it a column of the audience"),
    ],
)
def test_what_is_refused_says_why(expression: str, message: str, remedy: str) -> None:
    with pytest.raises(ExpressionFault) as caught:
        fields_of(expression)
    assert str(caught.value) == message
    assert caught.value.remedy.startswith(remedy)


@pytest.mark.parametrize(
    ("expression", "remedy"),
    [
        ("x[0]", 'give a default: x | default("…")'),
        ("x ~ y[:2]", 'give a default: x | default("…")'),
        ("x < 3", "write a column of the audience"),
        ("x + 1", "write a column of the audience"),
        ("x[::0]", "write a column of the audience"),
        ('"a" | replace("a", "bbbbbbbbbb")' + ' | replace("b", "bbbbbbbbbb")' * 4, "write a column"),
    ],
)
def test_what_fails_for_some_reader_fails_when_it_is_compiled(expression: str, remedy: str) -> None:
    with pytest.raises(ExpressionFault) as caught:
        try_out(expression, {})
    assert caught.value.remedy.startswith(remedy)


def test_a_default_of_the_publication_is_as_good_as_one_in_the_slot() -> None:
    try_out("x[0]", {"x": "Reader"})


PIECES = [
    "x",
    "y",
    "1",
    "999999999",
    '"a"',
    "|",
    "replace",
    "default",
    "(",
    ")",
    "[",
    "]",
    ":",
    ",",
    "~",
    "+",
]
PIECES += [
    "*",
    "**",
    "-",
    "if",
    "else",
    "in",
    "not",
    "is",
    "defined",
    "upper",
    ".",
    "int",
    "truncate",
    "=",
    "{",
    "}",
]


@settings(max_examples=400, deadline=2000)
@given(words=st.lists(st.sampled_from(PIECES), max_size=40), value=st.text(max_size=50))
def test_no_expression_hangs_or_grows(words: list[str], value: str) -> None:
    try:
        try_out(" ".join(words), {})
        result = evaluate(" ".join(words), {"x": value, "y": value})
    except (ExpressionFault, TypeError, ValueError):
        return
    assert len(result) <= 20_000
