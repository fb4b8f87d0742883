"""Edits of a front matter: what was asked for, and not a byte more."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from producthead_mail.config import Project
from producthead_mail.content.authoring.adding import Link, State, with_links
from producthead_mail.content.authoring.editing import append_items, items_of, replace_items, set_text
from producthead_mail.content.authoring.outline import outline
from producthead_mail.content.authoring.page import Page
from producthead_mail.content.authoring.scalars import double_quoted, quoted, value_lines
from producthead_mail.content.edition import Edition
from producthead_mail.content.front_matter import front_matter
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.content.yaml_source import Mapping, Scalar, parse_yaml
from producthead_mail.errors import InputError

NEW = {"title": "New: one", "url": "https://example.com/new", "summary": ""}
ADDED = '  - title: "New: one"\n    url: https://example.com/new\n    summary:\n'
LONG = (
    "What do I expect from any leader and product manager when I say their main responsibility is to "
    "“align”? Let’s map it out."
)


def front(text: str) -> str:
    return f"---\n{textwrap.dedent(text).lstrip()}---\nEssay\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (  # a blank line between items is kept up, and a comment of the last one stays with it
            """
            curated:  # three of them
              # the best first
              - title: 'A'  # sic
                url: https://example.com/a

              - url: "https://example.com/b"
                title: B
                # why B
              # candidates: C

            # posts are refreshed
            posts: []
            """,
            """
            curated:  # three of them
              # the best first
              - title: 'A'  # sic
                url: https://example.com/a

              - url: "https://example.com/b"
                title: B
                # why B
              # candidates: C

              - title: "New: one"
                url: https://example.com/new
                summary:

            # posts are refreshed
            posts: []
            """,
        ),
        (  # a list that is not indented, without blank lines, with a wide inset
            """
            curated:
            -   title: A
                url: https://example.com/a
            -   title: B
                url: https://example.com/b
            # of the colophon
            colophon: C
            """,
            """
            curated:
            -   title: A
                url: https://example.com/a
            -   title: B
                url: https://example.com/b
            -   title: "New: one"
                url: https://example.com/new
                summary:
            # of the colophon
            colophon: C
            """,
        ),
        (  # an empty list in brackets takes dashes, indented like the other list
            """
            takeaways:
                - One
            curated: [ ]  # none yet
            colophon: C
            """,
            """
            takeaways:
                - One
            curated:   # none yet
                - title: "New: one"
                  url: https://example.com/new
                  summary:
            colophon: C
            """,
        ),
        (
            "curated: []  \n",
            f"curated:\n{ADDED}",
        ),
        ("curated: ~\n", f"curated:\n{ADDED}"),
        (  # a key without a value, with a hint under it
            """
            curated:
              # `producthead add` puts links here

            posts:
            """,
            """
            curated:
              # `producthead add` puts links here
              - title: "New: one"
                url: https://example.com/new
                summary:

            posts:
            """,
        ),
        (  # brackets stay brackets, comments between them too
            """
            curated: [{title: A, url: a}, # the first
              {title: B, url: b},
            ]
            """,
            """
            curated: [{title: A, url: a}, # the first
              {title: B, url: b}, {title: "New: one", url: "https://example.com/new", summary: ""},
            ]
            """,
        ),
        (  # without the key, it comes last
            """
            title: T

            date: 2024-02-12
            """,
            """
            title: T

            date: 2024-02-12

            curated:
              - title: "New: one"
                url: https://example.com/new
                summary:
            """,
        ),
        ("", f"curated:\n{ADDED}"),
        (  # texts over several lines end where they end, whatever looks like a comment in them
            """
            curated:
              - title: A
                excerpt: |+
                  One

                  # no comment

            posts:
            """,
            """
            curated:
              - title: A
                excerpt: |+
                  One

                  # no comment

              - title: "New: one"
                url: https://example.com/new
                summary:
            posts:
            """,
        ),
        (
            """
              title: T
              curated:
              - title: A
                excerpt: >
                  One
                  # no comment

              # a comment
              posts:
            """,
            """
              title: T
              curated:
              - title: A
                excerpt: >
                  One
                  # no comment

              - title: "New: one"
                url: https://example.com/new
                summary:

              # a comment
              posts:
            """,
        ),
    ],
)
def test_an_item_is_appended_and_nothing_else_changes(before: str, after: str) -> None:
    assert append_items(front(before), "curated", [NEW]) == front(after)


def test_several_items_with_notes_and_a_picture() -> None:
    items = [{"title": "A", "excerpt": LONG}, {"title": "B", "image": {"src": "images/b.png", "alt": ""}}]

    found = append_items(
        front("curated:\n"), "curated", items, notes=[["published\n2024-02-01", "or\x9fnot"]]
    )

    assert found == front(
        """
        curated:
          - title: A
            excerpt: >-
              What do I expect from any leader and product manager when I say their main responsibility is
              to “align”? Let’s map it out.
            # published 2024-02-01
            # or not

          - title: B
            image:
              src: images/b.png
              alt:
        """
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_stay(end: str, mark: str) -> None:
    before = mark + "---  \ntitle: T \ncurated:\n---\t\nBody  \n---\n".replace("\n", end)
    added = "  - title: A\n    url: https://example.com/\n".replace("\n", end)

    found = append_items(before, "curated", [{"title": "A", "url": "https://example.com/"}])

    assert found == before.replace(f"curated:{end}", f"curated:{end}{added}")


OLD = front(
    """
    title: T
    posts:  # from the feed
      # newest first
      - title: One
        url: https://example.com/1
        summary: 'Mine'  # by hand

      # two is good
      - {title: Two, url: https://example.com/2}

      - title: Three
        url: https://example.com/3
      # of three

    colophon: C
    """
)


def test_items_that_stay_keep_their_bytes_and_their_comments() -> None:
    one, two, three = items_of(OLD, "posts")
    assert two == {"title": "Two", "url": "https://example.com/2"}

    assert replace_items(OLD, "posts", [one, two, three]) == OLD
    assert replace_items(OLD, "posts", [NEW, two, one]) == front(
        """
        title: T
        posts:  # from the feed
          # newest first
          - title: "New: one"
            url: https://example.com/new
            summary:

          # two is good
          - {title: Two, url: https://example.com/2}

          - title: One
            url: https://example.com/1
            summary: 'Mine'  # by hand

        colophon: C
        """
    )
    assert replace_items(OLD, "posts", []) == front(
        """
        title: T
        posts:  # from the feed
          # newest first

        colophon: C
        """
    )


def test_an_item_of_the_same_address_takes_its_place_under_its_comments() -> None:
    one, _, three = items_of(OLD, "posts")
    other = {"title": "2", "url": "https://example.com/2"}

    found = replace_items(OLD, "posts", [one, other, three], notes=[(), ["a note"]])

    line = "  - {title: Two, url: https://example.com/2}\n"
    assert found == OLD.replace(line, '  - title: "2"\n    url: https://example.com/2\n    # a note\n')


def test_a_list_in_brackets_is_replaced_by_one_with_dashes() -> None:
    text = front("posts: [{title: A, url: a}, {title: B,\n  url: b}]  # two\ncolophon: C\n")
    first, second = items_of(text, "posts")

    assert replace_items(text, "posts", [second, first]) == front(
        """
        posts:  # two
          - title: B
            url: b

          - {title: A, url: a}
        colophon: C
        """
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Essay", "x.md:1:1: the front matter is missing or never closed"),
        ("---\ntitle: T\n", "x.md:1:1: the front matter is missing or never closed"),
        (
            front("title: T\ncurated: none\n"),
            "x.md:3: 'curated' must be a list; write it as a list with a line `- ` for each item",
        ),
        (
            front("curated:\n  title: A\n"),
            "x.md:3: 'curated' must be a list; write it as a list with a line `- ` for each item",
        ),
        (
            front("title: T\ncurated:\n  ~\n"),
            "x.md:4: the value stands on another line than its key; "
            "write it as a list with a line `- ` for each item",
        ),
        (front("{title: T}\n"), "x.md:2: the keys stand in braces; write each key on a line of its own"),
        (front("- a\n"), "x.md:2:1: must be keys with values; such as `title: …`"),
        (
            front("title: A\n...\n"),
            "x.md:2: 'curated' can't be edited here without a loss; edit it by hand",
        ),
        (front("title: T: U\n"), "x.md:2:9: YAML: mapping values are not allowed here; quote"),
        (
            front("curated: &a []\n"),
            "x.md:2:10: anchors and aliases are not taken; write the value out, or quote a text",
        ),
    ],
)
def test_what_can_not_be_edited_safely_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        append_items(text, "curated", [NEW], shown="x.md")
    assert str(caught.value).startswith(problem)


def test_a_list_in_brackets_with_comments_is_not_replaced() -> None:
    with pytest.raises(InputError, match=r"edition:2: 'posts' is a list in brackets with comments"):
        replace_items(front("posts: [ # two\n  {title: A, url: a}]\n"), "posts", [NEW])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("approved: 'old'  # by Jane\ntitle: T\n", "approved: d1  # by Jane\ntitle: T\n"),
        ("title: T\napproved:\n", "title: T\napproved: d1\n"),
        ("title: T\n", "title: T\napproved: d1\n"),
        ('  title: T\n  "approved": ~\n', '  title: T\n  "approved": d1\n'),
    ],
)
def test_one_line_is_set(before: str, after: str) -> None:
    # Not dedented: the keys may be.
    assert set_text(f"---\n{before}---\n", "approved", "d1") == f"---\n{after}---\n"


def test_a_text_over_several_lines_is_not_set() -> None:
    with pytest.raises(InputError, match="'approved' must be one text on the line of its key"):
        set_text(front("approved: >-\n  old\n"), "approved", "d1")


@pytest.mark.parametrize(
    ("text", "scalar"),
    [
        ("Getting aligned with your exec team", "Getting aligned with your exec team"),
        ("https://example.com/a?b=c&d=e#f", "https://example.com/a?b=c&d=e#f"),
        ("3 ways to align", "3 ways to align"),
        ("“Align” – it’s hard", "“Align” – it’s hard"),
        ("Alignment: how", '"Alignment: how"'),
        ("No. #1", '"No. #1"'),
        ('Say "yes": now', "'Say \"yes\": now'"),
        (r"\[[ it's ]]", r"'\[[ it''s ]]'"),
        ("2024-02-12", '"2024-02-12"'),
        ("07:00", '"07:00"'),
        ("42", '"42"'),
        ("null", '"null"'),
        ("~", '"~"'),
        ("", '""'),
        ("a\u2028b", '"a\\u2028b"'),
    ],
)
def test_a_text_is_quoted_where_it_has_to_be(text: str, scalar: str) -> None:
    assert quoted(text) == scalar


def read_back(yaml: str) -> Any:
    problems: list[Any] = []
    node = parse_yaml(yaml, "x", 1, problems)
    assert problems == []
    assert isinstance(node, Mapping)
    value = node.entries["key"][1]
    if isinstance(value, Scalar):
        return "" if value.empty else value.value
    return value


SIGNS = st.sampled_from(
    [*" \n'\"\\:#-?[]{}&*!|>%@`~,.=<…“é😀\t\u2028\u0085\xa0\ufeff", ": ", " #", "  ", "\n\n", "[["]
)
PIECES = st.one_of(SIGNS, st.sampled_from(["align", "true", "0x1", "1e3", "2024-02-12", "a" * 60]))
WORDS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")),
    st.lists(PIECES).map("".join),
)


@given(WORDS, st.integers(0, 8))
@example("a " * 60 + "b", 4)
@example("a\n\nb", 0)
@example("# a\n- b\n---\nc", 4)
def test_any_text_reads_back_as_it_was(text: str, column: int) -> None:
    assert read_back(f"key: {quoted(text)}\n") == text
    assert read_back(f"key: {double_quoted(text)}\n") == text
    lines = value_lines("key", text, column)
    assert read_back("".join(f"{' ' * column}{line}\n" for line in lines)) == text


BLANKS = st.sampled_from(["", "\n", "# a comment\n", "\n# about what follows\n\n", "  # indented\n", "   \n"])
TEXTS = {
    "strapline": ["words", "'single'", '"double: \\u00e9"  # why', "|\n  kept\n  # no comment", "~", ""],
    "colophon": [">-\n  folded\n\n  # no comment", "|+\n  kept\n\n", "plain\n  over lines", '"a\n\n  b"'],
    "preheader": ["it's", "a: b".join('""'), "'[[ first_name ]]'"],
    "layout": ["producthead", "'announcement'  # once"],
}
MORE = [[], ["excerpt: >-\n{pad}  folded\n{pad}  # words"], ["summary:"], ["summary: |\n{pad}  b"]]
COMMENT = st.sampled_from(["", "  # a note", "  "])


@st.composite
def lists(draw: st.DrawFn, key: str) -> str:
    """A list of links in one of the ways to write one, or none."""
    bare = ["", f"{key}:\n", f"{key}: []\n", f"{key}: ~  # none\n", f"{key}:  # hint\n  # hint\n"]
    flow = [f"{key}: [{{title: A, url: 'https://example.com/a'}}]  # one\n"]
    column, inset = draw(st.sampled_from([0, 2, 4])), draw(st.integers(2, 4))
    count = draw(st.integers(0, 3))
    if not count:
        return draw(st.sampled_from(bare + flow))
    gaps = st.sampled_from(["", "\n", f"\n{' ' * column}# of the next\n", f"{' ' * column}# of the next\n"])
    pad, dash = " " * (column + inset), " " * column + "-" + " " * (inset - 1)
    text = f"{key}:{draw(COMMENT)}\n"
    for number in range(count):
        title = draw(st.sampled_from(["One", "'It''s'", '"[[ first_name ]]"', "A # B".join('""')]))
        fields = draw(
            st.permutations([f"title: {title}{draw(COMMENT)}", f"url: https://example.com/{number}"])
        )
        lines = [*fields, *draw(st.sampled_from(MORE))]
        text += (draw(gaps) if number else "") + dash + f"\n{pad}".join(lines).replace("{pad}", pad) + "\n"
    return text + draw(st.sampled_from(["", f"{pad}# of the last\n"]))


@st.composite
def editions(draw: st.DrawFn) -> str:
    """An edition's text with comments, orders, quotes and line ends of every kind."""
    parts = ["title: T\n", draw(st.sampled_from(["date: 2024-02-12\n", "date: '2024-02-12'  # a Monday\n"]))]
    parts += [draw(lists("curated")), draw(lists("posts"))]
    parts += [
        f"{key}: {draw(st.sampled_from(values))}\n" for key, values in TEXTS.items() if draw(st.booleans())
    ]
    more = ["", "approved: d0\n", "approved:  # not yet\n", "takeaways:\n- One\n"]
    parts.append(draw(st.sampled_from(more)))
    body = "".join(draw(BLANKS) + part for part in draw(st.permutations(parts))) + draw(BLANKS)
    text = f"---{draw(st.sampled_from(['', '  ']))}\n{body}---\n\nEssay  \n\n---\n"
    mark, end = draw(st.sampled_from(["", "\ufeff"])), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return mark + text.replace("\n", end)


def loaded(project: Project, text: str) -> Edition:
    path = project.editions / "2024-02-12-edited.md"
    path.write_bytes(text.encode())
    edition = load_edition(path, load_publication(project), project)
    return replace(edition, positions={}, source="")


def around(text: str, key: str) -> tuple[str, str]:
    """What stands before a key and after its list, but for blank lines and comments right after that."""
    at = front_matter(text)
    assert at
    found = outline(text[at.start : at.end])
    entry = found.entries[key]
    after = list(found.lines[max(entry.key.start.line, entry.value.end.line) + 1 :])
    own = ("# of the", "# hint", "# indented")
    while after and (after[0].isspace() or after[0].strip().startswith(own)):
        del after[0]
    before = "".join(found.lines[: entry.key.start.line])
    return text[: at.start] + before, "".join(after) + text[at.end :]


def is_inserted(before: str, after: str) -> bool:
    """Whether taking one stretch out of `after` gives `before`."""
    start = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))
    return after.endswith(before[start:])


LINKS = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.sampled_from(["New", "it's: new", r"\[[ new"]),
            "url": st.just("https://example.com/new"),
        },
        optional={"excerpt": st.sampled_from(["Short", LONG, "Two\n\nparagraphs"]), "summary": st.just("")},
    ),
    min_size=1,
    max_size=2,
)


@settings(max_examples=60)
@given(editions(), LINKS, st.sampled_from(["curated", "posts"]))
def test_appending_inserts_and_changes_nothing_else(
    shared_project: Project, text: str, items: list[dict[str, str]], key: str
) -> None:
    before = loaded(shared_project, text)

    edited = append_items(text, key, items)

    after = loaded(shared_project, edited)
    had = getattr(before, key)
    assert replace(after, **{key: had}) == before
    assert getattr(after, key)[: len(had)] == had
    assert [(one.title, one.excerpt.source) for one in getattr(after, key)[len(had) :]] == [
        (item["title"], item.get("excerpt", "")) for item in items
    ]
    emptied = (text.replace(f"{key}: {empty}", f"{key}:{rest}") for empty, rest in (("[]", ""), ("~", " ")))
    assert any(is_inserted(one, edited) for one in (text, *emptied))


@settings(max_examples=60)
@given(editions(), LINKS, st.data())
def test_replacing_changes_only_the_list(
    shared_project: Project, text: str, items: list[dict[str, str]], data: st.DataObject
) -> None:
    before, present = loaded(shared_project, text), items_of(text, "posts")
    assert replace_items(text, "posts", present) == text
    kept = data.draw(st.lists(st.sampled_from(range(len(present))), unique=True) if present else st.just([]))
    wanted = data.draw(st.permutations([*items, *(present[n] for n in kept)]))

    edited = replace_items(text, "posts", wanted)

    after = loaded(shared_project, edited)
    assert replace(after, posts=before.posts) == before
    assert items_of(edited, "posts") == list(wanted)
    assert all(before.posts[n] in after.posts for n in kept)
    assert edited.count("# a comment") == text.count("# a comment")
    if "posts:" in text:
        assert around(edited, "posts") == around(text, "posts")


WRITTEN = re.compile(r"""title: (?:One|'It''s'|"[^"]*")""")


@settings(max_examples=60)
@given(editions())
def test_filling_changes_only_lines_of_what_was_blank(text: str) -> None:
    text = WRITTEN.sub("title:", text)
    had = items_of(text, "curated")
    urls = [one["url"] for one in had if not one["title"]]

    edited, done = with_links(text, [Link(url, Page(url, "Found", author="Ann")) for url in urls], "x.md")

    assert [one.state for one in done] == [State.FILLED] * len(urls)
    found = {"excerpt": "", "summary": "", "author": "Ann", "publication": ""}
    assert items_of(edited, "curated") == [
        one if one["title"] else {**found, **one, "title": "Found"} for one in had
    ]
    assert items_of(edited, "posts") == items_of(text, "posts")
    assert edited.count("#") == text.count("#")
    after = iter(edited.splitlines())
    assert [line for line in text.splitlines() if "title:" not in line and line not in after] == []


@settings(max_examples=60)
@given(editions())
def test_approving_changes_one_line(shared_project: Project, text: str) -> None:
    before = loaded(shared_project, text)

    edited = set_text(text, "approved", "d1")

    assert replace(loaded(shared_project, edited), approved=before.approved) == before
    assert "approved: d1" in edited
    plain = text.replace("approved: d0", "approved:")
    assert is_inserted(plain, edited)
