"""Links into the list of curated items, and where a page was linked before."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from producthead_mail.content.authoring.adding import Added, Link, State, titled, with_links
from producthead_mail.content.authoring.featured import linking, texts_of
from producthead_mail.content.authoring.page import Page
from producthead_mail.content.authoring.rewriting import rewrite
from producthead_mail.errors import InputError, OutsideError

EDITION = """\
---
curated:
  - title: One
    url: https://www.example.com/one/
  # to be looked at
  - title:
    url: https://example.com/two
    excerpt:
    summary: Mine
    # not read: is offline
---
"""
FILLED = """\
---
curated:
  - title: One
    url: https://www.example.com/one/
  # to be looked at
  - title: Two
    url: https://example.com/two
    excerpt: Words
    summary: Mine
    author:
    publication: Example
    # published 2024-02-01
  - title:
    url: https://example.com/three
    excerpt:
    summary:
    author:
    publication:
    # not read: answers 404; there is no such page
---
"""
TWO = Page("https://example.com/two", "Two", publication="Example", excerpt="Words", published="2024-02-01")


def test_each_link_is_added_once_and_blanks_are_filled() -> None:
    links = [
        Link("http://example.com/one?utm_source=x"),
        Link("https://short.example.net/2", TWO),
        Link("https://example.com/three", reason="answers 404; there is no such page"),
        Link("https://example.com/three/"),
    ]

    text, done = with_links(EDITION, links, "x.md")

    assert text == FILLED
    assert [one.state for one in done] == [State.PRESENT, State.FILLED, State.ADDED, State.PRESENT]
    assert done[0] == Added(links[0], State.PRESENT, {"title": "One", "url": "https://www.example.com/one/"})
    assert titled(text, "x.md") == {"example.com/one", "example.com/two"}


BEGUN = """\
---
curated:
  -   url: 'https://example.com/two'   # from Ann
      title:   # in her words?
      # shorter
      summary: >-
        Mine, # and
        folded
      excerpt: ""
      author:
        # a man of many names
      image: {src: "https://example.com/x.png", alt: ''}   # hers
      # ask first
      # not read: is offline
      # then write

  - 'title': One   # this one stays
    url: https://example.com/one
---
"""
GOES_ON = """\
---
curated:
  -   url: 'https://example.com/two'   # from Ann
      title: Two   # in her words?
      # shorter
      summary: >-
        Mine, # and
        folded
      excerpt: Words
      author: Bo
        # a man of many names
      publication: Example
      image: {src: "https://example.com/x.png", alt: ''}   # hers
      # ask first
      # then write
      # published 2024-02-01

  - 'title': One   # this one stays
    url: https://example.com/one
---
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_filling_an_item_keeps_what_a_person_wrote_in_it(end: str) -> None:
    """Comments, order and quotes too: somebody went on without the page, and then came online."""
    page = replace(TWO, author="Bo")
    text, _ = with_links(BEGUN.replace("\n", end), [Link("https://example.com/two", page)], "x.md")
    assert text == GOES_ON.replace("\n", end)


@pytest.mark.parametrize("item", ["  - {title: , url: X}\n", "  -\n    url: X\n"])
def test_an_item_written_in_another_way_is_written_anew(item: str) -> None:
    before = f"---\ncurated:\n{item}---\n".replace("X", TWO.url)
    text, _ = with_links(before, [Link(TWO.url, TWO)], "x.md")
    assert text == (
        "---\ncurated:\n  - title: Two\n    url: https://example.com/two\n    excerpt: Words\n    summary:\n"
        "    author:\n    publication: Example\n    # published 2024-02-01\n---\n"
    )


def test_an_address_alone_gets_its_title_above_it() -> None:
    text, _ = with_links(f"---\ncurated:\n- url: {TWO.url}  # mine\n---\n", [Link(TWO.url, TWO)], "x.md")
    assert text == (
        "---\ncurated:\n- title: Two\n  url: https://example.com/two  # mine\n  excerpt: Words\n  summary:\n"
        "  author:\n  publication: Example\n  # published 2024-02-01\n---\n"
    )


def test_a_link_that_is_given_twice_is_filled_by_the_one_that_was_read() -> None:
    links = [Link("https://example.com/two", reason="is offline"), Link("https://example.com/two", TWO)]
    text, done = with_links("---\ncurated:\n---\n", links, "x.md")
    assert [one.state for one in done] == [State.ADDED, State.FILLED]
    assert "title: Two\n" in text


def test_items_of_another_form_are_left_alone() -> None:
    text = """---
curated:
- a text
- url: https://[
- url: http://a:99999/
- url: [https://example.com/two]
- url: https://example.com/three
  tags: [a]
- {}
---
"""
    links = [
        Link("https://example.com/two", TWO),
        Link("https://example.com/three", replace(TWO, url="https://example.com/three")),
    ]

    edited, done = with_links(text, links[:1], "x.md")

    assert edited.startswith(text[:-4])
    assert [one.state for one in done] == [State.ADDED]
    assert with_links(text, links[1:], "x.md")[0] == text
    assert linking({"a": text}, "https://[") == ["a"]


def test_what_is_still_not_readable_changes_nothing() -> None:
    text, done = with_links(EDITION, [Link("https://example.com/two", reason="is offline")], "x.md")
    assert (text, done[0].state) == (EDITION, State.PRESENT)


def edition(url: str, key: str = "curated") -> str:
    return f"---\ntitle: T\n{key}:\n  - {{title: A, url: '{url}'}}\n---\n"


def test_where_a_page_was_linked_before() -> None:
    texts = {
        "2024-01-01-a": edition("http://www.example.com/caf%C3%A9-culture/?utm_source=x"),
        "2024-01-08-b": edition("https://example.com/café-culture", "posts"),
        "2024-01-15-c": edition("https://example.com/café-culture-2"),
        "2024-01-22-d": "---\ntitle: café-culture\n",
        "2024-01-29-e": edition("https://example.com"),
    }
    assert linking(texts, "https://example.com/caf%C3%A9-culture") == ["2024-01-01-a", "2024-01-08-b"]
    assert linking(texts, "https://example.com/café-culture", ("posts",)) == ["2024-01-08-b"]
    assert linking(texts, "https://www.example.com/") == ["2024-01-29-e"]


def test_editions_that_can_not_be_read_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff")
    (tmp_path / "b.md").write_text("text", "utf-8")
    assert texts_of([tmp_path / "a.md", tmp_path / "b.md", tmp_path / "c.md"]) == {"b": "text"}


def test_what_an_editor_saves_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_bytes(b"one\r\n")

    def change(text: str) -> str:
        if text == "one\r\n":
            path.write_text("two")
        return f"{text} and more"

    assert rewrite(path, "x.md", change)
    assert path.read_bytes() == b"two and more"


def test_two_processes_on_one_file_lose_nothing_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("")
    code = (
        "import sys; from pathlib import Path\n"
        "from producthead_mail.content.authoring.rewriting import rewrite\n"
        "for n in range(60): rewrite(Path(sys.argv[1]), 'x.md', lambda text: f'{text}{sys.argv[2]}{n}\\n')\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in "ab"]
    assert [one.wait() for one in both] == [0, 0]
    lines = path.read_text().split()
    assert [one for one in lines if one[0] == "a"] == [f"a{n}" for n in range(60)]
    assert [one for one in lines if one[0] == "b"] == [f"b{n}" for n in range(60)]
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_written_only_where_it_changes_and_can_be(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("one")
    before = path.stat().st_ino
    assert not rewrite(path, "x.md", lambda text: text)
    assert path.stat().st_ino == before

    def restless(text: str) -> str:
        path.write_text(f"{text}.")
        return "mine"

    with pytest.raises(OutsideError, match=r"x\.md: is written by something else all the time"):
        rewrite(path, "x.md", restless)
    with pytest.raises(InputError, match=r"y\.md: can't be read"):
        rewrite(tmp_path / "y.md", "y.md", lambda text: text)
    assert [one.name for one in tmp_path.iterdir()] == ["x.md"]
