"""What a page of the studio says about an edition."""

from __future__ import annotations

import json

import pytest
from running_studio import NEWS, SEED

from producthead_mail.config import Project
from producthead_mail.errors import Problem
from producthead_mail.preview.choice import Choice
from producthead_mail.preview.studio import Look, Studio
from producthead_mail.preview.view import Entry, entry, view


@pytest.mark.parametrize(
    ("slug", "shown"),
    [
        ("2024-02-12-in-search-of-it", Entry("2024-02-12-in-search-of-it", "In search of it", "12 Feb 2024")),
        ("2024-13-40-odd", Entry("2024-13-40-odd", "Odd", "")),
        ("draft", Entry("draft", "draft", "")),
    ],
)
def test_a_file_name_says_day_and_title(slug: str, shown: Entry) -> None:
    assert entry(slug) == shown


def test_an_edition_for_one_reader(project: Project) -> None:
    look = Studio(project).look(NEWS)
    assert look is not None
    shown = view(NEWS, look, Choice(reader="row-2"), project)
    assert shown.title == "The archive has moved"
    assert shown.fields == (("first_name", "Amelia"),)
    assert shown.size == len(shown.filled.html.encode())
    assert shown.problems == ()
    assert dict(shown.headers)["To"] == "amelia.hart@example.com"
    assert dict(shown.headers)["List-Unsubscribe"] == "added by SendGrid for unsubscribe group 12345"


def test_one_click_headers_are_shown_where_the_link_is_ours(project: Project) -> None:
    source = project.publication.read_text(encoding="utf-8")
    own = 'unsubscribe: {url: "https://newsletter.example.com/leave?who=[[ email ]]"}'
    project.publication.write_text(source.replace("unsubscribe: {asm_group: 12345}", own), encoding="utf-8")
    look = Studio(project).look(SEED)
    assert look is not None
    headers = dict(view(SEED, look, Choice(reader="row-2"), project).headers)
    assert (
        headers["List-Unsubscribe"] == "<https://newsletter.example.com/leave?who=amelia.hart%40example.com>"
    )
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_many_problems_are_cut_and_counted(project: Project) -> None:
    problems = tuple(Problem("content/publication.yaml", line, 1, "no") for line in range(1, 51))
    shown = view("2024-01-01-x", Look(None, problems), Choice(), project)
    assert (len(shown.problems), shown.more_problems, shown.title) == (20, 30, "X")


def test_only_what_changed_is_read_again(project: Project) -> None:
    studio = Studio(project)
    first = studio.look(SEED)
    assert first is not None
    assert first.rendered is not None
    studio.saved([project.editions / f"{SEED}.md"])
    second = studio.look(SEED)
    assert second is not None
    assert second.rendered is not None
    assert second.rendered is not first.rendered
    assert second.rendered.layout is first.rendered.layout
    assert second.rendered.publication is first.rendered.publication
    type_sheet = project.layouts / "shared/type.mjml.j2"
    type_sheet.write_text(type_sheet.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    studio.saved([type_sheet, project.publication])
    third = studio.look(SEED)
    assert third is not None
    assert third.rendered is not None
    assert third.rendered.layout is not first.rendered.layout
    assert third.rendered.publication is not first.rendered.publication


def test_a_file_that_is_no_text_is_a_problem_of_its_own(project: Project) -> None:
    (project.layouts / "shared/type.mjml.j2").write_bytes(b"\xff\xfe\x00")
    look = Studio(project).look(SEED)
    assert look is not None
    assert look.rendered is None
    assert len(look.problems) == 1


def test_a_reader_whose_values_are_too_much_for_sendgrid_has_no_request(project: Project) -> None:
    rows = f"email,first_name\namelia@example.com,{'x' * 9000}\n"
    (project.content / "audience/sample.csv").write_text(rows, encoding="utf-8")
    look = Studio(project).look(NEWS)
    assert look is not None
    shown = view(NEWS, look, Choice(reader="row-2"), project)
    assert shown.request == b""
    assert shown.request_lines == ("no request: the reader’s values are more than SendGrid takes",)


def test_the_request_is_the_one_of_this_reader(project: Project) -> None:
    look = Studio(project).look(NEWS)
    assert look is not None
    shown = view(NEWS, look, Choice(reader="row-2"), project)
    body = json.loads(shown.request)
    assert body["personalizations"][0]["to"] == [{"email": "amelia.hart@example.com"}]
    assert set(body["personalizations"][0]["substitutions"].values()) == {"Amelia"}
    assert body["from"] == {"email": "producthead@example.com", "name": "Jock Busuttil"}
    assert body["content"][1]["value"] == look.rendered.message.html if look.rendered else False
    assert json.loads("\n".join(shown.request_lines)) == body


def test_the_sources_are_the_edition_and_the_templates_it_is_made_of(project: Project) -> None:
    look = Studio(project).look(NEWS)
    assert look is not None
    paths = [one.path for one in view(NEWS, look, Choice(), project).sources(project)]
    assert paths[:3] == [
        f"content/editions/{NEWS}.md",
        "layouts/announcement/edition.mjml.j2",
        "layouts/announcement/edition.txt.j2",
    ]
    assert "layouts/shared/type.mjml.j2" in paths
    assert not any("producthead" in path for path in paths)
