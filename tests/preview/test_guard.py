"""What the studio refuses, and the headers of every answer."""

from __future__ import annotations

import pytest
from running_studio import SEED, Running, running

from producthead_mail.config import Project, is_loopback
from producthead_mail.preview.guard import SECURITY, Access


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:8025", 200),
        ("LOCALHOST", 200),
        ("[::1]:8025", 200),
        ("attacker.example.com", 400),
        ("127.0.0.1.attacker.example.com", 400),
        ("localhost@attacker.example.com", 400),
        ("[::1", 400),
        ("", 400),
    ],
)
def test_only_names_of_this_machine_are_served(standing: Running, host: str, status: int) -> None:
    with standing.ask("/static/icon.svg", Host=host) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec_Fetch_Site": "same-origin"}, 200),
        ({"Sec_Fetch_Site": "none"}, 200),
        ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}, 200),
        ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}, 403),
        ({"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors"}, 403),
        ({"Origin": "https://attacker.example.com"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_other_sites_get_nothing(standing: Running, headers: dict[str, str], status: int) -> None:
    with standing.ask(f"/mail/{SEED}", **headers) as answer:
        assert answer.status == status


def test_an_effect_needs_origin_and_token(project: Project) -> None:
    with running(project, Access(token="right")) as studio:
        own, host = studio.url, studio.url.removeprefix("http://")
        for headers, status in [
            ({}, 403),
            ({"Origin": own}, 403),
            ({"X_Studio_Token": "right"}, 403),
            ({"Origin": own, "X_Studio_Token": "wrong"}, 403),
            ({"Origin": "https://attacker.example.com", "X_Studio_Token": "right"}, 403),
            ({"Origin": own, "X_Studio_Token": "right"}, 405),
        ]:
            with studio.ask("/", "POST", Host=host, **headers) as answer:
                assert (headers, answer.status) == (headers, status)


def test_off_loopback_every_page_takes_the_token(project: Project) -> None:
    access = Access(hosts=None, locked=True, token="right")
    with running(project, access) as studio:
        for path in ("/", f"/mail/{SEED}", "/static/studio.js", "/events", "/?token=wrong"):
            with studio.ask(path) as answer:
                assert (path, answer.status) == (path, 403)
        with studio.ask(f"/edition/{SEED}?tab=text&token=right") as answer:
            assert answer.status == 303
            assert answer.headers["Location"] == f"/edition/{SEED}?tab=text"
            cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        with studio.ask(f"/mail/{SEED}", Cookie=cookie.split(";")[0]) as answer:
            assert answer.status == 200
        with studio.ask(f"/mail/{SEED}", Cookie=cookie.split("=")[0] + "=wrong") as answer:
            assert answer.status == 403
        with studio.ask("//attacker.example.com/?token=right") as answer:
            assert answer.headers["Location"] == "/attacker.example.com/"


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 200),
        (f"/mail/{SEED}", "GET", 200),
        ("/static/studio.css", "GET", 200),
        ("/content/images/product-people.png", "GET", 200),
        ("/nowhere", "GET", 404),
        ("/edition/unknown", "GET", 404),
        ("/static/../server.py", "GET", 404),
        ("/", "DELETE", 403),
        ("/?" + "x" * 5000, "GET", 414),
    ],
)
def test_every_answer_has_the_security_headers(
    standing: Running, path: str, method: str, status: int
) -> None:
    with standing.ask(path, method) as answer:
        assert answer.status == status
        assert [name for name in SECURITY if name not in answer.headers] == []


def test_access_follows_the_host() -> None:
    assert Access.of("127.0.0.1").locked is False
    assert Access.of("127.0.0.2").hosts == {"127.0.0.1", "localhost", "::1", "127.0.0.2"}
    assert Access.of("0.0.0.0").locked is True
    assert Access.of("0.0.0.0").hosts is None
    assert Access.of("Studio.Example.com").hosts == {"127.0.0.1", "localhost", "::1", "studio.example.com"}
    assert len(Access.of("::").token) >= 32
    assert Access.of("::").token not in repr(Access.of("::"))


@pytest.mark.parametrize(
    ("host", "inside"), [("::1", True), ("127.8.8.8", True), ("10.0.0.1", False), ("a.b", False)]
)
def test_loopback(host: str, inside: bool) -> None:
    assert is_loopback(host) is inside
