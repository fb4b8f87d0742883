"""Style sheets that nest beyond what their readers bear."""

from __future__ import annotations

import pytest

from producthead_mail.rendering.style_depth import depth_faults
from producthead_mail.rendering.style_rules import read_rules


@pytest.mark.parametrize(
    ("css", "at"),
    [
        ("p{width:" + "(" * 2000 + "}", 67),
        ("@media x {" * 3000, 609),
        (":not(" * 2000 + "a" + ")" * 2000 + "{color:red}", 304),
    ],
)
@pytest.mark.parametrize("tag", ["mj-style", "style"])
def test_css_that_nests_too_deep_is_told_at_the_bracket_that_does(css: str, at: int, tag: str) -> None:
    source = f'<mjml><{tag} type="text/css">a{{}}{css}</{tag}>'
    (fault,) = depth_faults(source)
    assert fault.at == source.index(css) + at
    assert fault.message == "CSS nested deeper than 60"


@pytest.mark.parametrize(
    "css",
    [
        "a{color:red}" * 1000,
        "a{}" + "}" * 100 + "(" * 60,
        "a{content:'" + "(" * 100 + "'}",
        "/*" + "(" * 100 + "*/",
        "\\(" * 100,
    ],
)
def test_what_opens_no_block_is_no_depth(css: str) -> None:
    assert depth_faults(f"<mj-style>{css}</mj-style>{'(' * 100}") == []


def test_a_selector_too_long_to_be_read_is_told() -> None:
    (fault,) = read_rules("a > " * 8000 + "a{color:red}").faults
    assert (fault.at, fault.message[-22:], fault.remedy) == (0, "is too long a selector", "use a class")
