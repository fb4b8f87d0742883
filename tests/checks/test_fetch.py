"""Links asked over a real server on loopback; the tests allow themselves that one address."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from producthead_mail.checks import limits
from producthead_mail.checks.answer import Answer
from producthead_mail.checks.fetch import Web, ask
from producthead_mail.web.addresses import refused
from producthead_mail.web.trouble import Trouble
from tests.certificates import certificate
from tests.loopback import resolve, served

REDIRECTS = {
    "/moved": (301, "/ok"),
    "/twice": (302, "/moved"),
    "/loop": (302, "/loop"),
    "/inside": (302, "http://inside.example.com:{port}/ok"),
    "/metadata": (302, "http://169.254.169.254/latest"),
    "/mapped": (302, "http://[::ffff:10.0.0.1]/"),
    "/file": (302, "file:///etc/passwd"),
}


@dataclass
class Site:
    """A server that notes who asked what."""

    port: int
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    """(method, host, path) of each request."""

    def url(self, path: str, host: str = "site.example.com", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        self.site.seen.append((self.command, self.headers["Host"], self.path))
        path = self.path.partition("?")[0]
        if path in REDIRECTS:
            self._say(*REDIRECTS[path])
        elif path == "/slow":
            time.sleep(1.5)
        elif path == "/endless" and with_body:
            self._endless()
        elif path == "/rude" and not with_body:
            self.close_connection = True
        else:
            statuses = {"/gone": 404, "/headless": 200 if with_body else 405, "/endless": 403}
            self._say(statuses.get(path, 200), kind="image/png" if path == "/picture" else "text/html; a=b")

    def _say(self, status: int, location: str = "", kind: str = "text/html") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location.format(port=self.site.port))
        self.send_header("Set-Cookie", "who=me")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            for _ in range(10_000):
                self.wfile.write(b"x" * limits.FETCH_BYTES)
        except OSError:
            self.site.seen.append(("CUT", "", self.path))

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with served(Handler, Site(0)) as site:
        yield site


def only_here(address: str) -> str:
    return "" if address == "127.0.0.1" else refused(address)


WEB = Web(resolve, only_here)


def answer(url: str, web: Web = WEB) -> Answer:
    return ask([url], web)[url]


def test_a_page_is_asked_by_head_and_once(site: Site) -> None:
    url = site.url("/ok")
    assert ask([url, url], WEB) == {url: Answer(url, 200, kind="text/html")}
    assert site.seen == [("HEAD", f"site.example.com:{site.port}", "/ok")]


def test_a_picture_says_what_it_is(site: Site) -> None:
    assert answer(site.url("/picture")).kind == "image/png"


@pytest.mark.parametrize(("path", "status"), [("/gone", 404), ("/headless", 200), ("/rude", 200)])
def test_what_head_does_not_get_is_asked_by_get(site: Site, path: str, status: int) -> None:
    assert answer(site.url(path)).status == status
    assert [method for method, *_ in site.seen] == ["HEAD", "GET"]


def test_redirects_are_told(site: Site) -> None:
    found = answer(site.url("/twice"))
    assert found.chain == ((302, site.url("/moved")), (301, site.url("/ok")))
    assert (found.status, found.last) == (200, site.url("/ok"))


def test_a_loop_ends(site: Site) -> None:
    found = answer(site.url("/loop"))
    assert (found.trouble, len(found.chain), len(site.seen)) == (Trouble.LOOP, 5, 6)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/inside", "leads to 10.0.0.1, which is inside a network or reserved"),
        ("/metadata", "leads to 169.254.169.254, which is link-local"),
        ("/mapped", "leads to ::ffff:a00:1, which is inside a network or reserved"),
    ],
)
def test_a_redirect_inside_is_not_followed(site: Site, path: str, reason: str) -> None:
    found = answer(site.url(path))
    assert (found.trouble, found.reason) == (Trouble.PRIVATE, reason)
    assert [seen for _, _, seen in site.seen] == [path]


def test_a_redirect_off_the_web_is_not_followed(site: Site) -> None:
    assert answer(site.url("/file")).reason == "is no web address but file"


@pytest.mark.parametrize("host", ["inside.example.com", "both.example.com", "10.1.2.3", "[::1]", "[fe80::1]"])
def test_a_name_with_any_address_inside_is_not_asked(site: Site, host: str) -> None:
    assert answer(site.url("/ok", host)).trouble is Trouble.PRIVATE
    assert site.seen == []


def test_the_product_refuses_this_computer(site: Site) -> None:
    hosts = (
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "127.1",
        "[::ffff:127.0.0.1]",
        "me@127.0.0.1",
    )
    for host in hosts:
        assert answer(site.url("/ok", host), Web()).trouble is Trouble.PRIVATE
    assert site.seen == []


def test_the_address_that_passed_is_dialled_whatever_the_name_says_later(site: Site) -> None:
    names: list[list[str]] = [["127.0.0.1"], ["10.0.0.1"]]

    async def fickle(host: str, port: int) -> list[str]:
        return names.pop(0)

    assert answer(site.url("/ok"), Web(fickle, only_here)).status == 200
    assert len(names) == 1


def test_a_second_address_is_tried_where_the_first_takes_no_connection(site: Site) -> None:
    async def two(host: str, port: int) -> list[str]:
        return ["::1", "127.0.0.1"]

    found = answer(site.url("/ok"), Web(two, lambda address: ""))
    assert found.status == 200


def test_without_a_server_or_a_name(site: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://site.example.com:{taken.getsockname()[1]}/"
        assert answer(url) == Answer(url, trouble=Trouble.UNREACHABLE, reason="takes no connection")
    url = "http://nowhere.example.com/"
    assert answer(url).reason == "has a host that is not found: nowhere.example.com"


def test_without_a_name_server_nothing_is_said_of_the_host() -> None:
    async def silent(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    url = "http://site.example.com/"
    reason = "could not be looked up now: site.example.com"
    assert answer(url, Web(silent, only_here)) == Answer(url, trouble=Trouble.SLOW, reason=reason)
    assert answer("http://[::1/").trouble is Trouble.UNREACHABLE


def test_a_slow_answer_is_not_waited_for(site: Site) -> None:
    found = answer(site.url("/slow"), Web(resolve, only_here, seconds=0.2))
    assert (found.trouble, found.reason) == (Trouble.SLOW, "does not answer within 0.2 s")


def test_what_the_time_does_not_reach_is_said(site: Site) -> None:
    urls = [site.url(f"/slow?{n}") for n in range(6)]
    found = ask(urls, Web(resolve, only_here, seconds_all=0.3))
    assert {one.trouble for one in found.values()} == {Trouble.NOT_ASKED}
    assert list(found) == urls


def test_no_more_than_a_hundred_are_asked(site: Site) -> None:
    urls = [site.url(f"/ok#{n}") for n in range(102)]
    found = ask(urls, WEB)
    assert [one.trouble for one in found.values()] == [None] * 100 + [Trouble.NOT_ASKED] * 2
    assert len(site.seen) == 100


def test_an_endless_answer_is_cut(site: Site) -> None:
    assert answer(site.url("/endless")).status == 200
    deadline = time.monotonic() + 10
    while ("CUT", "", "/endless") not in site.seen and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ("CUT", "", "/endless") in site.seen


@pytest.mark.parametrize(
    ("host", "trusted", "reason"),
    [
        ("site.example.com", True, ""),
        ("site.example.com", False, "has a bad certificate: self-signed certificate"),
        (
            "other.example.com",
            True,
            "has a bad certificate: Hostname mismatch, certificate is not valid for 'other.example.com'.",
        ),
    ],
)
def test_the_certificate_is_held_against_the_name(
    tmp_path: Path, host: str, trusted: bool, reason: str
) -> None:
    server, client = certificate(tmp_path, "site.example.com")
    with served(Handler, Site(0), server) as site:
        web = Web(resolve, only_here, client if trusted else None)
        found = answer(site.url("/ok", host, "https"), web)
        assert (found.status, found.trouble) == ((0, Trouble.CERTIFICATE) if reason else (200, None))
        assert found.reason == reason


def test_a_server_that_speaks_no_tls(site: Site) -> None:
    found = answer(site.url("/ok", scheme="https"))
    assert (found.trouble, found.reason.startswith("fails at TLS: ")) == (Trouble.CERTIFICATE, True)
