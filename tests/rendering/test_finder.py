"""The index of classes finds what XPath finds."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.cssselect import CSSSelector

from producthead_mail.rendering.finder import Finder

TAGS = ["div", "p", "b"]
CLASSES = ["", "a", "b", "a b", "a-b", " a\n b "]
COMPOUNDS = [".a", ".b", ".a-b", "p", "b", ".a.b", "p.a", "*", ".c", "#i", "p:first-child"]
trees = st.recursive(
    st.just(""),
    lambda inner: st.lists(
        st.builds(
            lambda tag, name, text: f'<{tag} class="{name}">{text}</{tag}>',
            st.sampled_from(TAGS),
            st.sampled_from(CLASSES),
            inner,
        ),
        max_size=3,
    ).map("".join),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(
    body=trees,
    compounds=st.lists(st.sampled_from(COMPOUNDS), min_size=1, max_size=4),
    combinator=st.sampled_from([" ", ">", " > ", "  ", " + ", "~"]),
)
def test_the_same_elements_as_by_xpath(body: str, compounds: list[str], combinator: str) -> None:
    tree = etree.fromstring(f"<html><body><i></i>{body}</body></html>")
    selector = combinator.join(compounds)
    finder = Finder()
    finder.index(list(tree.iter("*")))
    found = finder.selector(selector)(tree.getroottree())
    assert sorted(map(id, found)) == sorted(map(id, CSSSelector(selector)(tree)))
