"""Editions and the publication load, or say everything that is wrong with them."""

from __future__ import annotations

import hashlib
import struct
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producthead_mail.config import Project
from producthead_mail.content.edition import Edition, Position
from producthead_mail.content.loader import load_edition, load_publication
from producthead_mail.errors import InputError


def edition(project: Project, text: str | bytes) -> Edition:
    path = project.editions / "2024-02-12-x.md"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_edition(path, load_publication(project), project)


def faults(project: Project, text: str | bytes) -> list[str]:
    with pytest.raises(InputError) as caught:
        edition(project, text)
    return [
        str(problem).removeprefix("content/editions/2024-02-12-x.md:") for problem in caught.value.problems
    ]


def publication_faults(project: Project, text: str) -> list[str]:
    project.publication.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_publication(project)
    return [str(problem).removeprefix("content/publication.yaml:") for problem in caught.value.problems]


HEAD = "---\ntitle: T\ndate: 2024-02-12\n"


def test_scalars_are_typed_by_us(project: Project) -> None:
    found = edition(
        project, "---\ntitle: 2024\ndate: 2024-02-12\nstrapline: yes\ntakeaways: [no, 1.0]\n---\n"
    )
    assert (found.title, found.strapline, found.date) == ("2024", "yes", date(2024, 2, 12))
    assert [item.html for item in found.takeaways] == ["no", "1.0"]
    assert found.subject == "PRODUCTHEAD: 2024"
    assert found.slug == "2024-02-12-x"


def test_crlf_and_byte_order_mark(project: Project) -> None:
    found = edition(project, b"\xef\xbb\xbf---\r\ntitle: T\r\ndate: 2024-02-12\r\n---\r\nHi\r\n")
    assert (found.title, found.essay.html) == ("T", "<p>Hi</p>")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-02-12 07:00", datetime(2024, 2, 12, 7, tzinfo=UTC)),
        ("2024-07-12T07:00:30", datetime(2024, 7, 12, 6, 0, 30, tzinfo=UTC)),
        ("2024-07-12 07:00+02:00", datetime(2024, 7, 12, 5, tzinfo=UTC)),
        ("'2024-07-12T07:00Z'", datetime(2024, 7, 12, 7, tzinfo=UTC)),
    ],
)
def test_send_at(project: Project, written: str, meant: datetime) -> None:
    found = edition(project, f"{HEAD}send_at: {written}\n---\n").send_at
    assert found == meant
    assert str(found.tzinfo) == "Europe/London"


@pytest.mark.parametrize(
    "written", ["2024-03-31 01:30", "2024-02-30 07:00", "monday", "2024-02-12 25:00", "[]"]
)
def test_bad_send_at(project: Project, written: str) -> None:
    assert faults(project, f"{HEAD}send_at: {written}\n---\n")[0].startswith("4:10: ")


def test_every_problem_at_once(project: Project) -> None:
    text = (
        "---\ndate: 2024-02-30\ntitel: x\ncurated:\n  - title: A\n    url: javascript:alert(1)\n"
        "  - words\nposts: none\ncolophon: {a: b}\n---\n\nText\n[x](data:text/html,1)\n"
    )
    found = faults(project, text)
    assert [fault.split(": ")[0] for fault in found] == [
        "1:1",
        "2:7",
        "3:1",
        "6:10",
        "7:5",
        "8:8",
        "9:11",
        "13",
    ]
    assert found[0] == "1:1: 'title' is missing; add `title: …`"
    assert found[2] == "3:1: unknown key 'titel'; did you mean 'title'?"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1:1: the front matter is missing"),
        ("---\ntitle: x\n", "1:1: the front matter is never closed"),
        (
            "---\ntitle: T\ntitle: U\ndate: 2024-02-12\n---\n",
            "3:1: key 'title' stands twice; it is also on line 2",
        ),
        (HEAD + "preheader: &a x\n---\n", "4:12: anchors and aliases are not taken"),
        (HEAD + "preheader: " + "[" * 5000 + "\n---\n", "4:27: nested deeper than 16 levels"),
        (
            HEAD + "preheader: a: b\n---\n",
            "4:13: YAML: mapping values are not allowed here; quote a text that holds `: `, or indent",
        ),
        (HEAD + "colophon:none\n---\n", "4:1: YAML: could not find expected ':'; write `key: value`"),
        (
            HEAD + "takeaways:\n  - One\n - Two\n---\n",
            "6:2: YAML: expected <block end>, but found '<block sequence start>'; give keys that belong",
        ),
        (
            HEAD + "preheader: > x\n---\n",
            "4:14: YAML: expected a comment or a line break, but found 'x'; quote",
        ),
        ("\n" + HEAD + "---\n", "1:1: the front matter begins too late; delete the blank lines above it"),
        (
            HEAD + "preheader: 'It's'\n---\n",
            "4:16: YAML: expected <block end>, but found '<scalar>'; quote the whole",
        ),
        (
            HEAD + "\tpreheader: x\n---\n",
            "4:1: YAML: found character '\\t' that cannot start any token; indent with",
        ),
        (HEAD + 'preheader: "x\ncolophon: y\n---\n', "4:12: YAML: found unexpected end of stream; close the"),
        (
            HEAD + "preheader: 'x\n# it's\n---\n",
            "4:12: YAML: this quote ends on line 5; close it where the text ends",
        ),
        (
            HEAD + 'preheader: "\\s"\n---\n',
            "4:14: YAML: found unknown escape character 's'; write \\\\ for",
        ),
        (
            HEAD + "preheader: [x\n---\n",
            "4:12: YAML: expected ',' or ']', but got '<stream end>'; close the bracket",
        ),
        (
            "---\n title: T\ndate: 2024-02-12\n---\n",
            "3:1: YAML: expected '<document start>', but found ('<block mapping start>',); begin every key",
        ),
        (
            HEAD + "takeaways:\n- !Important thing\n---\n",
            "5:3: tags are not taken; quote a text that begins with !",
        ),
        (
            HEAD + "takeaways:\n- *Ask* first\n---\n",
            "5:3: anchors and aliases are not taken; write the value out, or quote",
        ),
        (HEAD + "preheader: [[ first_name ]] hi\n---\n", "4:"),
        (b"---\ntitle: \xff\n---\n", "2:8: is not UTF-8"),
        (HEAD + "---\nbell \a\n", "5:6: holds the control character U+0007"),
        (HEAD + "---\n\uffff\n", "5:1: holds the control character U+FFFF"),
        (b"x" * 1_000_001, " is 1,000,001 bytes"),
        ("---\n- a\n---\n", "2:1: must be keys with values"),
        (HEAD + "colophon: >-\n  a\n  b [x](foo)\n---\n", "6: 'foo' is not an absolute"),
        (HEAD + 'preheader: "\\u0007"\n---\n', "4:12: stands for the control character U+0007"),
        (HEAD + "colophon: '[x](foo)'\n---\n", "4: 'foo' is not an absolute"),
        (HEAD + "---\n![x](images/none.png)\n", "5: image 'images/none.png' can't be read"),
        (HEAD + "button: {label: Go, url: '[[ link ]]'}\n---\n", "4:26: button.url: '[[ link ]]' is not"),
    ],
)
def test_one_problem(project: Project, text: str | bytes, fault: str) -> None:
    assert faults(project, text)[0].startswith(fault)


def test_positions_are_file_lines(project: Project) -> None:
    found = edition(project, HEAD + "curated:\n  - title: A\n    url: https://example.com/a b\n---\n\n\nHi\n")
    assert found.positions["curated.0.url"] == Position(6, 10)
    assert found.positions["essay"] == Position(10, 1)
    assert found.curated[0].url == "https://example.com/a%20b"


def test_own_image(project: Project) -> None:
    (project.content / "images").mkdir()
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 30, 20)
    (project.content / "images" / "a b.png").write_bytes(png)
    item = "curated: [{title: A, url: 'https://example.com', image: {src: images/a b.png, alt: Alt}}]\n"
    image = edition(project, HEAD + item + "---\n").curated[0].image
    assert image is not None
    assert (image.width, image.height, image.size, image.alt) == (30, 20, 24, "Alt")
    assert (
        image.url
        == f"https://newsletter.example.com/images/a%20b.png?v={hashlib.sha256(png).hexdigest()[:8]}"
    )


def test_publication(project: Project) -> None:
    found = load_publication(project)
    assert found.url == "https://newsletter.example.com"
    assert found.audience.csv == project.content / "audience" / "sample.csv"
    assert found.unsubscribe.asm_group == 12345
    assert found.labels["unsubscribe"] == "Unsubscribe"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("name: PRO", "nam: PRO", "1:1: unknown key 'nam'; did you mean 'name'?"),
        ("Europe/London", "Europe/Lundon", "3:11: timezone: 'Europe/Lundon' is no time zone"),
        ("jock@example.com", "jock", "4:27: from.email: 'jock' is not an email address"),
        (
            "asm_group: 12345",
            "asm_group: 1, url: 'https://example.com'",
            "6:14: 'unsubscribe' needs exactly one of",
        ),
        ("csv: audience/sample.csv", "sql: 'sqlite://'", "5:11: 'audience.query' is missing"),
        ("12345", "many", "6:26: unsubscribe.asm_group: 'many' is not the number"),
    ],
)
def test_publication_problems(project: Project, old: str, new: str, fault: str) -> None:
    assert publication_faults(project, project.publication.read_text("utf-8").replace(old, new))[
        0
    ].startswith(fault)


yamlish = st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"#,?% \n\t0~`<é\\@"), max_size=60)


@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)))
def test_any_bytes_load_or_are_an_input_error(shared_project: Project, data: bytes) -> None:
    _loads_or_complains(shared_project, b"---\n" + data + b"\n---\n" + data)


@given(yamlish, yamlish)
def test_any_yaml_and_markdown_load_or_are_an_input_error(
    shared_project: Project, front: str, body: str
) -> None:
    _loads_or_complains(shared_project, f"{HEAD}{front}\n---\n{body}".encode())


def _loads_or_complains(project: Project, data: bytes) -> None:
    with suppress(InputError):
        edition(project, data)
    good = project.publication.read_bytes()
    try:
        project.publication.write_bytes(data)
        with suppress(InputError):
            load_publication(project)
    finally:
        project.publication.write_bytes(good)
