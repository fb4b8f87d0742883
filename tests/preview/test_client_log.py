"""How the panel of a client groups its log, and where in the layout something comes from."""

from __future__ import annotations

import pytest

from producthead_mail.clients.differences import Difference, InClient, Place
from producthead_mail.clients.impact import Impact
from producthead_mail.clients.profile import profile
from producthead_mail.clients.removal import Action, Mark, Removal
from producthead_mail.preview.client_log import client_log, simulated
from producthead_mail.preview.differing import sections, verdict
from producthead_mail.preview.origins import origin

RADIUS = Removal(
    "css-border-radius", Action.REMOVED, "border-radius: 8px", "td", 3, mark=Mark.NO, reason="not supported"
)
OTHER = Removal(
    "css-border-radius",
    Action.REMOVED,
    "border-radius: 3px",
    "a",
    5,
    mark=Mark.NO,
    reason="not supported",
    times=2,
)
LIMIT = Removal("gmail-style-limit", Action.REMOVED, "<style>", "style", 9)
COVERED = Removal("css-opacity", Action.REMOVED, "opacity: 0", "div", 2, mark=Mark.NO, covered=True)
NOTED = Removal("css-word-break", Action.NOTED, "word-break: break-word", "td", 4, mark=Mark.UNKNOWN)


def test_one_reason_is_one_group_and_the_gravest_comes_first() -> None:
    outlook = profile("outlook")
    assert outlook is not None
    log = client_log(outlook, [RADIUS, COVERED, OTHER, NOTED, LIMIT])
    assert [(group.feature, group.count, group.mark) for group in log.done] == [
        ("Gmail style limit", 1, "rule"),
        ("border-radius", 3, "not supported"),
    ]
    assert [(key, len(groups)) for key, _, groups in log.sections] == [
        ("done", 2),
        ("covered", 1),
        ("noted", 1),
    ]
    assert log.noted[0].mark == "unknown"
    assert log.trust[0] == "approximate"
    assert log.not_modelled[-1] == "where Word puts VML and how it breaks lines and tables"


def test_the_original_is_the_very_message() -> None:
    assert simulated("<p>x", None, None).html == "<p>x"


def test_differences_of_a_feature_stand_in_one_row() -> None:
    def difference(what: str, client: str, impact: Impact) -> Difference:
        removal = Removal("css-border-radius", Action.REMOVED, what, mark=Mark.NO)
        return Difference(
            "css-border-radius", what, impact, (InClient(client, removal),), (Place(1, "td", 1),)
        )

    found = sections(
        [
            difference("border-radius: 8px", "yahoo", Impact.LOOK),
            difference("border-radius: 3px", "gmail", Impact.LOOK),
            difference("border-radius: 1px", "gmail", Impact.NONE),
        ]
    )
    assert [(one.impact, len(one.rows)) for one in found] == [("look", 1), ("none", 1)]
    assert found[0].rows[0].clients == ("Gmail, web", "Yahoo Mail, web")


def test_what_is_noted_is_called_by_its_mark() -> None:
    assert verdict(InClient("gmail", NOTED)) == "unknown"
    assert verdict(InClient("gmail", RADIUS)) == "removed"


SOURCES = {
    "layouts/a.j2": ".x { border-radius:8px }\n.y { color: red }\n.z { color: red; opacity: 0.5 }",
    "layouts/b.j2": '\n<mj-button border-radius="3px" inner-padding="12px 20px" />\n'
    "@media (max-width: 519px) {",
}


@pytest.mark.parametrize(
    ("what", "place"),
    [
        ("border-radius: 8px", ("layouts/a.j2", 1)),
        ("border-radius: 3px", ("layouts/b.j2", 2)),
        ("padding: 12px 20px", None),
        ("inner-padding: 12px 20px", ("layouts/b.j2", 2)),
        ("color: red", None),
        ("opacity: 0", None),
        ("@media (max-width:519px)", ("layouts/b.j2", 3)),
        ("border-radius: 9px", None),
        ("p", None),
        ("", None),
        ("border-radius: 8px and much mo…", None),
    ],
)
def test_the_one_line_that_says_it(what: str, place: tuple[str, int] | None) -> None:
    assert origin(what, "", SOURCES) == place


@pytest.mark.parametrize(
    ("element", "place"),
    [
        ("td.quote", ("layouts/c.j2", 1)),
        ("td.mj-column-per-100.hair", ("layouts/c.j2", 2)),
        ("div.paper", None),
        ("div.mj-column-per-100", None),
        ("td", None),
        (".quote", None),
        ("td.quote a", None),
    ],
)
def test_else_the_one_line_that_makes_the_element(element: str, place: tuple[str, int] | None) -> None:
    sources = {
        "layouts/c.j2": '<p class="quote">\n<mj-divider css-class="fine hair" />\n'
        '<mj-section css-class="paper">',
        "layouts/d.j2": '<mj-section css-class="paper">\n<mj-text css-class="hairy mj-column-per-100">',
    }
    assert origin("width: 100%", element, sources) == place
