"""HTML of an old page to Markdown: what a reader saw is what the edition says."""

# ruff: noqa: E501 - rows of a table, each a text and what becomes of it

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement, fragment_fromstring
from markdown_it import MarkdownIt

from producthead_mail.content.importing.blocks import blocks_of, written
from producthead_mail.content.importing.items import listed
from producthead_mail.content.importing.losses import Loss, Losses, said
from producthead_mail.content.importing.trees import fragment, with_paragraphs
from producthead_mail.content.markdown import block

BASE = "https://old.example.com/2024/post/"


def markdown(html: str, losses: Losses | None = None) -> str:
    return written(blocks_of(fragment(html), BASE, Losses() if losses is None else losses))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<h2>Deep alignment <a href='#deep' class='anchor'>#</a></h2>", "## Deep alignment"),
        ("<h2>C #</h2>", "## C \\#"),
        ("<p>One\n  line&nbsp;here</p>", "One line\xa0here"),
        ("<p>a<br>b<br><br>c</p>", "a\\\nb\n\nc"),
        ("<p>A <b>bold </b>word, <i>and</i> in<em>tra</em>word</p>", "A **bold** word, *and* in<em>tra</em>word"),
        ("<p><strong><em>both</em></strong></p>", "***both***"),
        ("<p><strong>“Quoted”</strong>then</p>", "<strong>“Quoted”</strong>then"),
        ("<p><b></b><i> </i>text</p>", "text"),
        ('<p><span style="font-weight: 700">x</span> <span style="font-style:italic">y</span></p>', "**x** *y*"),
        ("<p>H<sub>2</sub>O and <del>this</del></p>", "H<sub>2</sub>O and <del>this</del>"),
        ('<p><abbr title="As Soon">ASAP</abbr></p>', '<abbr title="As Soon">ASAP</abbr>'),
        ('<p><a href="/a(b)?q=ä">A [x]</a></p>', "[A \\[x\\]](<https://old.example.com/a(b)?q=%C3%A4>)"),
        ('<p><a href="next" title="The &quot;next&quot;">n</a></p>', '[n](https://old.example.com/2024/post/next "The &quot;next&quot;")'),
        ('<p>[<a href="https://a.example.com/">Ann</a> / Pub]</p>', "&#91;[Ann](https://a.example.com/) / Pub]"),
        ('<p>Wow!<a href="https://a.example.com/">x</a></p>', "Wow\\![x](https://a.example.com/)"),
        ("<p>[[ first_name ]] and [[[x]]]</p>", "\\[[ first_name ]] and \\[[\\[x]]]"),
        ("<p>use <code>a[[0]]`b</code></p>", "use ``a[[0]]`b``"),
        ("<p>snake_case _private_ 2*3 &lt;b&gt; &amp;amp; AT&amp;T a\\b</p>", "snake_case \\_private\\_ 2\\*3 \\<b> \\&amp; AT&T a\\\\b"),
        ("<p># no<br>1. no<br>2) no<br>- no<br>+ no<br>> no<br>---<br>===<br>|x|</p>", "\\# no\\\n1\\. no\\\n2\\) no\\\n\\- no\\\n\\+ no\\\n\\> no\\\n---\\\n===\\\n|x|"),
        ("<ul><li>one<ul><li>deep</li></ul></li><li>two</li></ul>", "- one\n  - deep\n- two"),
        ("<ul><li><p>one</p><p>more</p></li><li>two</li></ul>", "- one\n\n  more\n\n- two"),
        ("<ol start='3'><li>c</li><li>d</li></ol><ol><li>other</li></ol>", "3. c\n4. d\n\n1) other"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
        ("<blockquote><p>q</p><ul><li>x</li></ul></blockquote>", "> q\n>\n> - x"),
        ('<pre class="language-python">a = [[1]]\n\n  ```</pre>', "````python\na = [[1]]\n\n  ```\n````"),
        ('<img src="/p.png" alt="A [b] *c*">', "![A \\[b\\] \\*c\\*](https://old.example.com/p.png)"),
        ('<img src="data:image/gif;base64,R0" data-src="/lazy.png" alt="L">', "![L](https://old.example.com/lazy.png)"),
        ('<figure><a href="/big.png"><img src="/p.png" alt=""></a><figcaption>The cap</figcaption></figure>', "[![](https://old.example.com/p.png)](https://old.example.com/big.png)\n\n*The cap*"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td>x<br>y</td></tr></table>", "| a | b |\n| --- | --- |\n| 1\\|2 | x<br>y |"),
        ('<table role="presentation"><tr><td><h3>Card</h3><p>text</p></td><td>side</td></tr></table>', "### Card\n\ntext\n\nside"),
        ('<a href="/card"><h3>Card</h3><p>words</p></a>', "### [Card](https://old.example.com/card)\n\n[words](https://old.example.com/card)"),
        ("<dl><dt>Term</dt><dd>What it means</dd></dl>", "**Term**\n\nWhat it means"),
        ("<hr>", "* * *"),
        ("<div>loose <p>par</p> tail</div>", "loose\n\npar\n\ntail"),
        ("<p>&nbsp;</p><p></p>", ""),
    ],
)  # fmt: skip
def test_html_becomes_the_markdown_that_reads_the_same(html: str, expected: str) -> None:
    assert markdown(html) == expected


@pytest.mark.parametrize(
    ("html", "expected", "lost"),
    [
        ("<form><p>Your name</p><input></form><p>x</p>", "x", {Loss.FORM: 1}),
        ("<script>a()</script><style>b{}</style>", "", {Loss.SCRIPT: 1, Loss.STYLE: 1}),
        ('<iframe src="//v.example.com/1" title="The film"></iframe>', "[The film](https://v.example.com/1)", {Loss.EMBED: 1}),
        ('<video><source src="/f.mp4"></video>', "[https://old.example.com/f.mp4](https://old.example.com/f.mp4)", {Loss.EMBED: 1}),
        ('<p><a href="javascript:alert(1)">go</a> <a href="tel:+1">call</a></p>', "go call", {Loss.LINK: 2}),
        ('<p><a href="*|UNSUB|*">leave</a> <a href="{{ url }}">see</a></p>', "leave see", {Loss.LINK: 2}),
        ('<p>so<sup><a href="#fn1">1</a></sup></p><ol><li>Note <a href="#fnref1">↩</a></li></ol>', "so<sup>1</sup>\n\n1. Note", {Loss.FOOTNOTE: 1}),
        ('<p><img src="file:///etc/passwd" alt="what it showed"></p>', "what it showed", {Loss.PICTURE: 1}),
        ('<p>a<img src="https://t.example.com/o.gif" width="1" height="1"></p>', "a", {}),
        ('<p style="display: none">preview</p><p>x</p>', "x", {}),
        ('<p>so<a href="#footnote-1">12</a></p>', "so<sup>12</sup>", {Loss.FOOTNOTE: 1}),
        ('<picture><source srcset="/b.webp"><img src="/b.png" alt="B"></picture> af<wbr>ter', "![B](https://old.example.com/b.png) after", {}),
        ('<embed src="https://v.example.com/1"><p>after</p>', "[https://v.example.com/1](https://v.example.com/1)\n\nafter", {Loss.EMBED: 1}),
        ("<svg><text>x</text></svg>", "", {Loss.DRAWING: 1}),
    ],
)  # fmt: skip
def test_what_can_not_be_kept_is_counted(html: str, expected: str, lost: dict[Loss, int]) -> None:
    losses = Losses()
    assert (markdown(html, losses), dict(+losses)) == (expected, lost)


def test_losses_are_said_in_words() -> None:
    losses = Losses({Loss.FORM: 2, Loss.EMBED: 1})
    assert said(losses) == ["2 x form: left out", "1 x embedded page or film: kept as a link"]


def test_elements_nested_without_end_become_words() -> None:
    losses = Losses()
    assert markdown("<div>" * 200 + "in" + "<blockquote>" * 200 + "deep", losses) == "indeep"
    assert losses[Loss.NESTING] == 1


def test_lists_nested_without_end_stay_within_what_the_loader_takes() -> None:
    losses = Losses()
    text = markdown("<ul><li>x" * 30 + "end", losses)
    _, problems = block(text, path="x", line=1)
    assert (problems, "end" in text, losses[Loss.NESTING]) == ((), True, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One\ntwo\n\nThree", "One\\\ntwo\n\nThree"),
        ("A <b>x</b>\n\n<h3>H</h3>\nunder\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "A **x**\n\n### H\n\nunder\n\n- a\n- b"),
        ("<pre>a\n\nb</pre>\nafter", "```\na\n\nb\n```\n\nafter"),
        ("<!-- wp:paragraph -->\n<p>Block\neditor</p>\n<!-- /wp:paragraph -->", "Block editor"),
        ("<blockquote>quoted\n\ntwice</blockquote>", "> quoted\n>\n> twice"),
        ("<div data-kept='7'></div>A<pre>x</pre>", "A\n\n```\nx\n```"),
    ],
)  # fmt: skip
def test_classic_wordpress_text_gets_its_paragraphs(text: str, expected: str) -> None:
    assert markdown(with_paragraphs(text)) == expected


def test_a_paragraph_of_many_marks_costs_no_more_than_its_length() -> None:
    assert markdown("<p>" + "<b>x</b> " * 30_000).startswith("**x** **x** ")


def test_a_table_of_few_cells_does_not_grow_to_many() -> None:
    html = f"<table><tr>{'<th>a</th>' * 500}</tr>{'<tr><td>b</td></tr>' * 500}</table>"
    assert len(markdown(html)) < len(html)


def test_the_pictures_of_an_excerpt_become_their_words() -> None:
    pictures = "<img src='https://e.example.com/a(1).png' alt='One *'> x <img src='/b.png' alt='Two'> "
    html = (
        "<h3><a href='https://e.example.com/'>T</a></h3><p>" + pictures * 3_000 + "<code>![a](b)</code></p>"
    )
    found = listed(blocks_of(fragment(html), "https://e.example.com/", Losses()), curated=True)
    assert found.items[0]["excerpt"] == (r"One \* x Two " * 3_000) + "`![a](b)`"


# What a reader sees comes back from the Markdown, sign for sign, with its marks.

WORDS = st.text(
    st.sampled_from(list("ab1 .,!?:()[]{}<>#*_-+=~`|\\&;'\"/@$%^é\xa0—“”🙂")), min_size=1, max_size=12
)
TAGS = st.sampled_from(["em", "strong", "a", "span", "code"])
INLINE: st.SearchStrategy[str] = st.recursive(
    WORDS.map(lambda words: words.replace("&", "&amp;").replace("<", "&lt;")) | st.just("<br>"),
    lambda inner: st.tuples(TAGS, st.lists(inner, min_size=1, max_size=3)).map(
        lambda pair: f"<{pair[0]} href='https://x.example.com/p'>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=6,
)
MARKS = {"em": "em", "i": "em", "strong": "strong", "b": "strong", "a": "a", "code": "code"}


def signs(element: HtmlElement, marks: frozenset[str] = frozenset()) -> Iterator[tuple[str, frozenset[str]]]:
    """Every sign but white space, with the marks that it carries."""
    mark = MARKS.get(element.tag)
    own = marks | {mark} if mark else marks
    if "code" in own:  # in code there are no other marks but those around it
        own = frozenset(own & {"code", "a"} | (marks - {"code"}))
    for text, which in ((element.text, own), *((one.tail, own) for one in ())):
        yield from ((sign, which) for sign in text or "" if not sign.isspace())
    for child in element:
        yield from signs(child, own)
        yield from ((sign, own) for sign in child.tail or "" if not sign.isspace())


def unmarked_in_code(html: str) -> HtmlElement:
    """The tree with plain words in `code`, as Markdown has them."""
    tree = fragment(html)
    for code in tree.xpath(".//code"):
        words = code.text_content()
        for child in list(code):
            code.remove(child)
        code.text = words
    for link in tree.xpath(".//a//a"):
        link.tag = "span"
    return tree


def slot_signs(match: re.Match[str]) -> str:
    return match[0] if match[1] else "\\[\\["


@settings(max_examples=300, deadline=None)
@given(st.lists(INLINE, min_size=1, max_size=5).map("".join))
def test_inline_html_comes_back_sign_for_sign(html: str) -> None:
    # A `\\[[` is for the loader, which takes it out of Markdown's way; in code there is none.
    text = re.sub(r"(?s)(?<!\\)(`+).+?(?<!`)\1(?!`)|\\\[\[", slot_signs, markdown(f"<p>{html}</p>"))
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    back = fragment_fromstring(parser.render(text), create_parent="div")
    assert list(signs(back)) == list(signs(unmarked_in_code(f"<p>{html}</p>")))


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6), st.sampled_from(["p", "h2", "li", "blockquote", "td"]))
def test_whatever_the_words_the_loader_takes_them(words: list[str], tag: str) -> None:
    inside = "<br>".join(one.replace("&", "&amp;").replace("<", "&lt;") for one in words)
    text = markdown(f"<{tag}>{inside}</{tag}>")
    _, problems = block(text, path="x", line=1)
    assert problems == ()
