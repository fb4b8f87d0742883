"""The source around a problem."""

from __future__ import annotations

from running_studio import SEED

from producthead_mail.config import Project
from producthead_mail.errors import Problem
from producthead_mail.preview.excerpts import Line, broken, excerpt

TEXT = "one\ntwo\nthree\nfour\nfive\nsix\n"


def test_five_lines_with_the_middle_marked() -> None:
    assert excerpt(TEXT, 3) == (
        Line(1, "one"),
        Line(2, "two"),
        Line(3, "three", marked=True),
        Line(4, "four"),
        Line(5, "five"),
    )


def test_fewer_at_the_ends() -> None:
    assert excerpt(TEXT, 1) == (Line(1, "one", marked=True), Line(2, "two"), Line(3, "three"))
    assert [line.number for line in excerpt(TEXT, 7)] == [5, 6, 7]
    assert excerpt(TEXT, 8) == excerpt(TEXT, 0) == excerpt("", 1) == ()


def test_a_long_line_is_cut() -> None:
    assert [len(line.text) for line in excerpt("x" * 1000, 1)] == [240]


def test_only_sources_of_the_project_are_read(project: Project) -> None:
    (project.root / "secret.md").write_text("secret\n", encoding="utf-8")
    for path in ("content/audience/sample.csv", "secret.md", "content/../secret.md", "/etc/passwd", "x\0y"):
        assert broken(Problem(path, 1, 1, "x"), project).lines == ()
    shown = broken(Problem(f"content/editions/{SEED}.md", 2, 1, "x"), project).lines
    assert shown[1] == Line(2, "title: In search of deeper alignment", marked=True)
