"""Gmail's budget of styles, the sheets it drops whole, and the messages it clips."""

from __future__ import annotations

import pytest

from producthead_mail.clients.gmail import fault
from producthead_mail.clients.profile import PROFILES
from producthead_mail.clients.removal import Removal
from producthead_mail.clients.simulate import Simulated, simulate

BY_ID = {profile.id: profile for profile in PROFILES}
RULE = "p{color:#%06d;}"
"""17 bytes, as in the tests of email-bugs#90: 963 of them are within the limit."""


def page(*sheets: str, body: str = "x") -> str:
    return (
        f"<html><head>{''.join(f'<style>{css}</style>' for css in sheets)}</head><body>{body}</body></html>"
    )


def rules(first: int, last: int) -> str:
    return "".join(RULE % number for number in range(first, last + 1))


def own(simulated: Simulated) -> list[Removal]:
    return [one for one in simulated.removals if one.feature.startswith("gmail-")]


@pytest.mark.parametrize("client", ["gmail", "gmail-app"])
def test_16384_bytes_of_styles_are_kept(client: str) -> None:
    css = rules(1, 963)
    assert len(css) == 16_384 - 13

    simulated = simulate(page(css + " " * 13), BY_ID[client])

    assert "p{color:#000963;}" in simulated.html
    assert not own(simulated)


def test_on_the_web_rules_before_the_limit_stay() -> None:
    sheets = [rules(1, 600), rules(601, 1200), rules(1201, 1300)]

    simulated = simulate(page(*sheets), BY_ID["gmail"])

    assert "p{color:#000600;}" in simulated.html
    assert "p{color:#000963;}" in simulated.html
    assert "p{color:#000964;}" not in simulated.html
    assert "p{color:#001201;}" not in simulated.html
    assert [(one.feature, one.what) for one in own(simulated)] == [
        ("gmail-style-limit", "4,029 bytes of style sheet after the first 16,384"),
        ("gmail-style-limit", "1,700 bytes of style sheet after the first 16,384"),
    ]


def test_in_the_app_the_tag_that_passes_the_limit_is_dropped() -> None:
    sheets = [rules(1, 600), rules(601, 1200), rules(1201, 1300)]

    simulated = simulate(page(*sheets), BY_ID["gmail-app"])

    assert "p{color:#000600;}" in simulated.html
    assert "p{color:#000601;}" not in simulated.html
    assert "p{color:#001201;}" not in simulated.html
    assert [one.feature for one in own(simulated)] == ["gmail-style-limit", "gmail-style-limit"]


def test_other_clients_have_no_budget() -> None:
    simulated = simulate(page(rules(1, 2000)), BY_ID["yahoo"])

    assert "p{color:#002000;}" in simulated.html


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ("@media x{p{color:red}}", None),
        ("@font-face{src:url(a@b)}", ("gmail-nested-at-rule", "@font-face ")),
        ("@media x{@media y{p{}}}", ("gmail-nested-at-rule", "@media y")),
        ("@media x{p{}@font-face{}}", ("gmail-nested-at-rule", "@font-face ")),
        ("p{color:red", ("gmail-parse-error", "p{color:red")),
        ("@media x{p{color:red}", ("gmail-parse-error", "@media x{p{color:red}")),
        ("}", ("gmail-parse-error", "}")),
        ("/* @media { */ p{content:'@}'}", None),
    ],
)
def test_faults_for_which_a_sheet_goes_whole(css: str, found: tuple[str, str] | None) -> None:
    assert fault(css) == found


def test_a_faulty_sheet_goes_alone() -> None:
    simulated = simulate(page("b{color:red}", "p{color:blue} }"), BY_ID["gmail"])

    assert "b{color:red}" in simulated.html
    assert "blue" not in simulated.html
    (removal,) = own(simulated)
    assert (removal.feature, removal.line) == ("gmail-parse-error", 1)
    assert removal.link == "https://github.com/hteumeuleu/caniemail/issues/144"


def test_a_long_message_is_clipped_and_loses_its_sheets() -> None:
    body = "".join(f"<p>{number:05}</p>\n" for number in range(8_000))

    simulated = simulate(page("b{color:red}", body=body), BY_ID["gmail"])

    assert len(simulated.html.encode()) < 99_507
    assert "<p>07600</p>" in simulated.html
    assert "<p>07700</p>" not in simulated.html
    assert "<style" not in simulated.html
    assert [(one.feature, one.what) for one in own(simulated)] == [
        ("gmail-clip", "4,570 bytes past 99,507"),
        ("gmail-clip", "style sheets"),
    ]


def test_a_control_character_is_said_to_clip() -> None:
    (removal,) = own(simulate(page(body="it\x92s"), BY_ID["gmail"]))

    assert (removal.action, removal.what) == ("noted", "control character U+0092")
    assert removal.link == "https://github.com/hteumeuleu/email-bugs/issues/41"
