"""The essay as a page shows it."""

from producthead_mail.archive.essay import Pictures, headings_of, web_essay, words_of
from producthead_mail.content.edition import Image

NONE = Pictures((), lambda image: image.url)


def test_headings_can_be_linked_to() -> None:
    assert web_essay("<h2>Superficial alignment</h2>\n<p>Words</p>", NONE, "Link to") == (
        '<h2 id="superficial-alignment">Superficial alignment <a class="permalink" '
        'href="#superficial-alignment" aria-label="Link to “Superficial alignment”">#</a></h2>\n<p>Words</p>'
    )


def test_the_same_heading_twice_and_one_of_the_pages_own_have_ids_of_their_own() -> None:
    html = web_essay("<h2>Why</h2><h3>Why</h3><h2>Content</h2><h2>?</h2>", NONE, "To")
    assert [part.split('"')[0] for part in html.split('id="')[1:]] == ["why", "why-2", "content-2", "section"]


def test_no_level_of_headings_is_skipped() -> None:
    html = web_essay("<h2>A</h2><h4>B</h4><h5>C</h5><h4>D</h4><h2>E</h2>", NONE, "To")
    assert [part[0] for part in html.split("<h")[1:]] == ["2", "3", "4", "4", "2"]


def test_what_a_heading_says_is_escaped_in_its_label() -> None:
    html = web_essay('<h2>"A" &lt; <em>B</em> &amp; C</h2>', NONE, "To")
    assert 'id="a-b-c"' in html
    assert 'aria-label="To “&quot;A&quot; &lt; B &amp; C”"' in html


def test_own_pictures_have_their_size_and_a_relative_address() -> None:
    image = Image("images/a.png", "A", "https://n.example.com/images/a.png?v=12345678", 1200, 800, 9)
    pictures = Pictures((image,), lambda one: "../" + one.src)
    html = '<p><img src="https://n.example.com/images/a.png?v=12345678" alt="A" width="520" /></p>'
    assert web_essay(html, pictures, "") == (
        '<p><img src="../images/a.png" alt="A" width="1200" height="800" loading="lazy"></p>'
    )


def test_remote_pictures_stay_where_they_are() -> None:
    html = '<img alt="A &quot;b&quot;" src="https://a.example.com/x.png?a=1&amp;b=2" title="T" />'
    assert web_essay(html, NONE, "") == (
        '<img src="https://a.example.com/x.png?a=1&amp;b=2" alt="A &quot;b&quot;" title="T" loading="lazy">'
    )


def test_tables_scroll_by_themselves() -> None:
    assert web_essay("<table><tr><td>1</td></tr></table>", NONE, "") == (
        '<div class="scroll" tabindex="0"><table><tr><td>1</td></tr></table></div>'
    )


def test_words_and_headings_are_plain() -> None:
    assert words_of("<p>One</p><p>two, <em>three</em>.</p>") == "One two, three."
    assert words_of("One<br />two <em>&amp; three</em>") == "One two & three"
    assert words_of("Un<em>believ</em>able") == "Unbelievable"
    assert headings_of("<h2>A &amp; b</h2><p>x</p><h3><code>c</code></h3>") == ("A & b", "c")
