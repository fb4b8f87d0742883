"""One test for each trap of mjml-python and Premailer that the pipeline avoids."""

from __future__ import annotations

import re
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import html as lxml_html

from producthead_mail.rendering.compile import compile_mjml, cured
from producthead_mail.rendering.inline_styles import check_styles, cut_inline, inline_styles

HEAD = """<mj-title>A "title"</mj-title>
<mj-style>
  @font-face { font-family: x; src: url(https://example.com/x.woff2) }
  @supports (display: grid) { .g { display: grid } }
  @keyframes spin { to { rotate: 1turn } }
  @media screen and (max-width: 400px) { .x { color: red !important } @media print { .x { color: #000 } } }
  @media yahoo { .y { color: red } }
  @media (400px <= width) { .w { color: red } }
  [data-ogsc] .x { color: #ffffff !important }
  u + .body .gmail { display: none !important }
</mj-style>""".replace("(400px <= width)", "(width >= 400px)")


def page(content: str, rules: str = "", head: str = HEAD) -> str:
    source = f"""<mjml><mj-head>{head}<mj-style inline="inline">{rules}</mj-style></mj-head>
<mj-body><mj-section><mj-column>{content}</mj-column></mj-section></mj-body></mjml>"""
    marked, cut = cut_inline(source)
    return inline_styles(compile_mjml(marked, "x"), cut)


def style(html: str, rules: str) -> str:
    found = lxml_html.document_fromstring(inline_styles(f"<html><body>{html}</body></html>", rules))
    return str(found.xpath("//*[@id='t']")[0].get("style", ""))


# mjml-python


def test_marked_styles_are_inlined_and_leave_no_sheet() -> None:
    html = page('<mj-text><p class="x">a</p></mj-text>', ".x { margin: 7px }")
    assert '<p class="x" style="margin:7px">a</p>' in html
    assert ".x { margin" not in html


@pytest.mark.parametrize(
    "value",
    [
        'say "no"',
        "back\\slash",
        "two\nlines",
        "no\u00a0break",
        "soft\u00adhyphen",
        "❤️",
        "e\u0301",
        "👩‍👧",
        "ﬃ",
        "münchen",
    ],
)
def test_no_character_of_an_attribute_is_damaged(value: str) -> None:
    quoted = value.replace("&", "&amp;").replace('"', "&#34;")
    image = f'<mj-image src="https://example.com/x.png" alt="{quoted}" />'
    html = page(f'{image}<mj-text><p title="{quoted}" lang="en">a</p></mj-text>')
    tree = lxml_html.document_fromstring(html)
    assert tree.xpath("//img/@alt") == [value]
    assert [(p.get("title"), p.get("lang")) for p in tree.iter("p")] == [(value, "en")]


def test_a_quote_in_the_title_ends_no_attribute() -> None:
    tree = lxml_html.document_fromstring(page("<mj-text>a</mj-text>"))
    assert tree.findtext("head/title") == 'A "title"'
    assert tree.xpath("//div[@role='article']/@aria-label") == ['A "title"']


def test_attributes_in_a_conditional_comment_are_not_damaged() -> None:
    comment = '<!--[if mso]><v:rect xmlns:v="urn:x" alt="é \u0301 &#34;x&#34;">a</v:rect><![endif]-->'
    html = page(f"<mj-text>{comment}</mj-text>")
    assert 'alt="&#xe9; &#x301; &#34;x&#34;"' in html


def test_rules_for_a_section_miss_its_table_for_outlook() -> None:
    source = '<mjml><mj-body><mj-section css-class="a b"><mj-column /></mj-section></mj-body></mjml>'
    assert re.findall(r' class="([^"]*-outlook)"', compile_mjml(source, "x")) == ["a-outlook b-outlook"]
    own = source.replace("a b", "a my-outlook")
    assert re.findall(r' class="([^"]*-outlook)"', compile_mjml(own, "x")) == [
        "a-outlook my-outlook-outlook",
        "a my-outlook",
    ]


def test_words_on_two_lines_do_not_become_one() -> None:
    tree = lxml_html.document_fromstring(
        page("<mj-text><p>\n <b>a</b>\n<i>b</i> <u>c</u>\n\td</p></mj-text>")
    )
    assert tree.find(".//p").text_content() == "\n a\nb c\n\td"


def test_lines_of_preformatted_text_stay() -> None:
    code = "<pre><code><b>a</b>\n\n  <b>b</b>\n</code></pre>"
    tree = lxml_html.document_fromstring(page(f"<mj-text>{code}</mj-text>"))
    assert tree.find(".//pre").text_content() == "a\n\n  b\n"


def test_what_the_author_notes_is_left_out_and_what_outlook_reads_is_kept() -> None:
    text = (
        "<!-- note --><!--[if mso]><b>outlook</b><![endif]--><!--[if !mso]><!--><i>others</i><!--<![endif]-->"
    )
    html = page(f"<mj-text>{text}</mj-text>")
    assert "note" not in html
    assert "<!--[if mso]><b>outlook</b><![endif]--><!--[if !mso]><!--><i>others</i><!--<![endif]-->" in html


def test_pictures_without_alt_get_an_empty_one() -> None:
    html = page(
        '<mj-image src="https://example.com/a.png" /><mj-image src="https://example.com/b.png" alt="B" />'
    )
    assert re.findall(r'<img[^>]* alt="([^"]*)"', html) == ["", "B"]


def test_short_colours_get_six_digits_where_outlook_reads_them() -> None:
    html = page('<mj-button background-color="#c42" color="#fff" href="https://example.com">a</mj-button>')
    assert 'bgcolor="#cc4422"' in html
    assert "color:#ffffff" in html


def test_media_rules_of_the_author_are_kept_as_they_are() -> None:
    html = page("<mj-text>a</mj-text>", ".x { margin: 0 }")
    for line in HEAD.splitlines()[2:-1]:
        assert line.strip() in html


# Premailer


def test_the_page_is_in_standards_mode() -> None:
    assert page("<mj-text>a</mj-text>").startswith("<!DOCTYPE html>\n<html")


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    text = '<mj-text font-family="Roboto, Arial"><p class="x">a</p></mj-text>'
    html = page(text, ".x { margin: 0 }")
    assert 'href="https://fonts.googleapis.com/css?family=Roboto' in html
    assert "@import url(https://fonts.googleapis.com/css?family=Roboto" in html


def test_nothing_is_said_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    page(
        '<mj-text><p class="x">a</p></mj-text>',
        ".x { mso-line-height-rule: exactly; color: nonsense; -x-y: z }",
    )
    assert capfd.readouterr() == ("", "")


def test_widths_and_heights_in_attributes_stay() -> None:
    rules = "img { width: 50%; height: 3px } td { width: 9px; background-color: red; text-align: right }"
    before = page('<mj-image src="https://example.com/x.png" width="240px" />')
    after = page('<mj-image src="https://example.com/x.png" width="240px" />', rules)
    pattern = r'\s(?:width|height|bgcolor|align|valign)="[^"]*"'
    assert re.findall(pattern, after) == re.findall(pattern, before)


def test_the_resets_of_mjml_stay_in_their_sheet() -> None:
    plain = page('<mj-text><p class="x">a</p></mj-text>')
    styled = page('<mj-text><p class="x">a</p></mj-text>', ".x { margin: 0 }")
    assert styled.replace(' style="margin:0"', "") == plain


def test_no_marker_is_left_on_a_style_sheet() -> None:
    sheets = '<style media="print">a{}</style><style></style>'
    html = inline_styles(
        f'<html><head>{sheets}</head><body><p class="x">a</p></body></html>', ".x { margin: 0 }"
    )
    assert sheets in html
    assert "data-premailer" not in html


def test_outlooks_comments_come_through_byte_for_byte() -> None:
    content = '<mj-button href="https://example.com">a</mj-button><mj-divider />'
    compiled = compile_mjml(
        cut_inline(
            f"<mjml><mj-body><mj-section><mj-column>{content}</mj-column></mj-section></mj-body></mjml>"
        )[0],
        "x",
    )
    comments = re.findall(r"<!--\[if.*?<!\[endif\]-->", compiled, re.DOTALL)
    assert len(comments) > 4
    assert (
        re.findall(r"<!--\[if.*?<!\[endif\]-->", inline_styles(compiled, "p { margin: 0 }"), re.DOTALL)
        == comments
    )


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("p { color: red } .a { color: blue }", "color:red;color:blue"),  # specificity
        (".a { color: red } p { color: blue }", "color:blue;color:red"),
        ("#t { color: red } .a.b { color: blue }", "color:blue;color:red"),
        # A dot in a value is no class.
        (".a { color: red } [title='x.y#z'] { color: blue }", "color:red;color:blue"),
        ("p.a { color: red } [title='x.y#z'] { color: blue }", "color:blue;color:red"),
        (
            "p { padding-top: 1px } .a { padding: 3px; padding-top: 9px }",
            "padding-top:1px;padding:3px;padding-top:9px",
        ),
        (
            ".a { padding: 3px; padding-top: 9px } .b { padding-left: 1px }",
            "padding:3px;padding-top:9px;padding-left:1px",
        ),
        ("p { padding-top: 1px } .a { padding: 3px }", "padding-top:1px;padding:3px"),
        (".a { width: 10px; width: calc(1px + 2px) }", "width:10px;width:calc(1px + 2px)"),  # a fallback
        (".a { color: #AABBCCDD; margin: 0px }", "color:#AABBCCDD;margin:0px"),
        (".a { color: rgb(0 0 0 / 50%) }", "color:rgb(0 0 0 / 50%)"),
        (
            ".a { filter: progid:DXImageTransform.Microsoft.gradient(x=1) }",
            "filter:progid:DXImageTransform.Microsoft.gradient(x=1)",
        ),
        (".a { background: url(data:image/png;base64,AA==) }", "background:url(data:image/png;base64,AA==)"),
        (".a { --Own: a; color: var(--Own) }", "--Own:a;color:var(--Own)"),
        (".a { COLOR: Red }", "color:Red"),
        ("[class*='a'] { color: red }", "color:red"),
        ("* { color: red }", "color:red"),
        ("P.a { color: red }", "color:red"),
        (".a /* c */ { /* d */ color: /* e */ red }", "color:red"),
        ("p:first-child { color: red }", "color:red"),
        ("p:nth-child(2n + 1) { color: red }", "color:red"),
        ("[title^='x:y'] { color: red }", ""),
        ("[data-x^='tel:'] { color: red }", "color:red"),
        (".none, .a { color: red }", "color:red"),
    ],
)
def test_the_cascade_is_that_of_css(rules: str, expected: str) -> None:
    assert style('<p id="t" class="a b" title="x.y#z" data-x="tel:1">a</p>', rules) == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (".a { color: blue }", "color:blue;color:red;mso-x: y"),  # the element's own word comes last
        (".a { color: blue !important }", "color:red;mso-x: y;color:blue"),
        (".a { color: blue !important; margin: 0 }", "margin:0;color:red;mso-x: y;color:blue"),
        (
            ".a { color: green !important } p { color: blue !important }",
            "color:red;mso-x: y;color:blue;color:green",
        ),
        ("p { color: blue } .b { x: y }", "color:blue;color:red;mso-x: y"),
    ],
)
def test_the_elements_own_style_is_untouched(rules: str, expected: str) -> None:
    assert style('<p id="t" class="a" style=" color:red;mso-x: y; ">a</p>', rules) == expected


def test_a_selector_and_a_style_of_the_same_text_do_not_collide() -> None:
    assert style('<p id="t" style="p">a</p>', "p { color: red }") == "color:red;p"


def test_threads_get_the_same_bytes() -> None:
    def once(number: int) -> str:
        return page('<mj-text><p class="x">a</p></mj-text>', f".x {{ margin: {number % 4}px }}")

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(once, range(40)))
    assert found == [once(number) for number in range(40)]


def test_cells_and_links_keep_their_nesting() -> None:
    table = "<table><tr><td><table><tr><td><a href='https://example.com/?a=1&amp;b=2'>x</a></td></tr></table></td></tr></table>"
    tree = lxml_html.document_fromstring(page(f"<mj-text>{table}</mj-text>", "td { padding: 0 }"))
    assert len(tree.xpath("//td/table//td[@style='padding:0']/a")) == 1
    assert tree.xpath("//a/@href") == ["https://example.com/?a=1&b=2"]


def test_a_cured_source_stays_cured() -> None:
    once = cured('<mj-image src="x" alt="é" /><mj-text color="#fff">é</mj-text>')
    assert (
        once
        == '<mj-image alt="" src="x" alt="&#xe9;" />'.replace(' alt="" ', " ")
        + '<mj-text color="#ffffff">é</mj-text>'
    )
    assert cured(once) == once


@pytest.mark.parametrize(
    ("rules", "at", "message", "remedy"),
    [
        (
            ".a { color: red }\na:hover { color: red }",
            18,
            "a:hover cannot be inlined: it has a colon",
            "a class",
        ),
        ("@media print { .a { color: red } }", 0, "@media cannot be inlined", "without inline"),
        (".a {}\f\r\n\r@media print {}", 9, "@media cannot be inlined", "without inline"),
        (".a > { color: red }", 0, ".a > is no selector: Expected selector, got <EOF at 4>", "mend the rule"),
        (
            ".a { color red; margin: 0 }",
            11,
            "CSS: Expected ':' after declaration name",
            "property:",
        ),
        (".a { font-siz\\e: 16px }", 5, "'font-siz\\x0e' can't be written into an element", "mend the rule"),
        ('.a { content: "\\1" }', 5, "'content' can't be written into an element", "mend the rule"),
    ],
)
def test_what_would_be_lost_of_a_rule_is_a_fault(rules: str, at: int, message: str, remedy: str) -> None:
    before = "<mjml><mj-head>"
    source = (
        f'{before}<mj-style inline="inline">.b {{}}</mj-style><mj-style inline="inline">{rules}</mj-style>'
    )
    [fault] = check_styles(source)
    assert fault.message == message
    assert fault.at == source.index(rules) + at
    assert remedy in fault.remedy
