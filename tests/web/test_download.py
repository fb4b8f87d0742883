"""Pages fetched over a real server on loopback; the tests allow themselves that one address."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest

from producthead_mail.errors import InputError, OutsideError, Refusal
from producthead_mail.web.addresses import refused
from producthead_mail.web.dial import Reach, answer, client
from producthead_mail.web.download import Download, download, download_all
from tests.certificates import certificate
from tests.loopback import resolve, served

PAGE = "<title>Ausrichtung für alle</title>".encode()
REDIRECTS = {
    "/moved": "/page",
    "/loop": "/loop",
    "/inside": "http://inside.example.com:{port}/page",
    "/metadata": "http://169.254.169.254/latest",
    "/file": "file:///etc/passwd",
    "/named": "http://me:secret@site.example.com:{port}/page",
}
PACKED = {
    "/gzip": ("gzip", gzip.compress(PAGE)),
    "/deflate": ("deflate", zlib.compress(PAGE)),
    "/parts": ("gzip", gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:])),
    "/bare": ("deflate", zlib.compress(PAGE)[2:-4]),
    "/bomb": ("gzip", gzip.compress(b"0" * 50_000_000)),
    "/tail": ("gzip", gzip.compress(PAGE) + b"\n<!-- cached -->"),
    "/spoilt": ("gzip", gzip.compress(PAGE)[:-8] + b"\0" * 8),
    "/empty": ("deflate", b""),
    "/cut": ("gzip", gzip.compress(PAGE)[:-12]),
    "/broken": ("gzip", b"no gzip"),
    "/brotli": ("br", b"..."),
}


@dataclass
class Site:
    port: int
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    """(host, path, cookie) of each request."""
    peers: set[tuple[str, int]] = field(default_factory=set)
    """The client's end of each connection."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set where a client hung up on an endless answer."""

    def url(self, path: str, host: str = "site.example.com") -> str:
        return f"http://{host}:{self.port}{path}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self.site.peers.add(self.client_address)
        self.site.seen.append((self.headers["Host"], self.path, self.headers.get("Cookie", "")))
        if self.path in REDIRECTS:
            self._say(302, {"Location": REDIRECTS[self.path].format(port=self.site.port)})
        elif self.path in PACKED:
            encoding, body = PACKED[self.path]
            self._say(200, {"Content-Encoding": encoding}, body)
        elif self.path == "/feed":
            fresh = self.headers.get("If-None-Match") == '"one"'
            self._say(304 if fresh else 200, {"ETag": '"one"'}, b"" if fresh else PAGE)
        elif self.path in ("/endless", "/drip", "/large"):
            self._go_on(self.path == "/drip", announced=self.path == "/large")
        elif self.path == "/redirect-to-nowhere":
            self._say(302, {"Location": "http://["})
        else:
            status = int(self.path[1:]) if self.path[1:].isdigit() else 200
            self._say(status, {"Content-Type": "Text/HTML; charset=UTF-8"}, PAGE)

    def _say(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {"Set-Cookie": "who=me; Path=/", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _go_on(self, drips: bool, *, announced: bool) -> None:
        self.send_response(200)
        if announced:
            self.send_header("Content-Length", "10000000000")
        self.end_headers()
        self.close_connection = True
        try:
            for _ in range(10_000):
                self.wfile.write(b"x" if drips else b"x" * 65536)
                time.sleep(0.02 if drips else 0)
        except OSError:
            self.site.over.set()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with served(Handler, Site(0)) as site:
        yield site


HERE = Reach(resolve, lambda address: "" if address == "127.0.0.1" else refused(address))


def fetch(url: str, **options: Any) -> Download:
    return download(url, **{"reach": HERE, **options})


def test_a_page_comes_whole_with_what_it_is(site: Site) -> None:
    found = fetch(site.url("/page"))

    assert (found.url, found.status, found.kind) == (site.url("/page"), 200, "text/html")
    assert (found.charset, found.body) == ("utf-8", PAGE)
    assert found.headers["content-length"] == str(len(PAGE))
    assert site.seen == [(f"site.example.com:{site.port}", "/page", "")]


def test_a_connection_made_to_one_name_is_not_used_for_another(site: Site) -> None:
    """Two names may share an address, and the certificate was held against the first."""

    async def ask(*hosts: str) -> None:
        async with client(ssl.create_default_context(), {}, 20) as caller:
            for host in hosts:
                async with answer(caller, "GET", httpx.URL(site.url("/page", host)), "127.0.0.1") as found:
                    assert await found.aread() == PAGE

    asyncio.run(ask("one.example.com", "two.example.com"))
    assert len(site.peers) == 2


def test_a_redirect_is_followed_without_its_cookie(site: Site) -> None:
    found = fetch(site.url("/moved"))

    assert (found.url, found.body) == (site.url("/page"), PAGE)
    assert [cookie for *_, cookie in site.seen] == ["", ""]


def test_a_name_and_a_password_that_a_redirect_brings_are_no_part_of_the_address(site: Site) -> None:
    assert fetch(site.url("/named")).url == site.url("/page")


def test_an_address_of_each_kind_is_tried(site: Site) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["::2", "::3", "127.0.0.1"]

    reach = Reach(resolve, lambda address: "")
    assert download(site.url("/page"), reach=reach).body == PAGE


def test_an_address_that_never_takes_a_connection_leaves_time_for_the_other(site: Site) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.2", site.port))
        full.listen(0)
        for one in (first, second):  # as many as may wait to be taken: no other is answered
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        found = download(site.url("/page"), reach=Reach(resolve, lambda address: ""), seconds=3)
    assert found.body == PAGE


def test_nothing_is_nothing_however_it_is_packed(site: Site) -> None:
    assert fetch(site.url("/empty")).body == b""


def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    found = fetch(site.url("/feed"), headers={"If-None-Match": fetch(site.url("/feed")).headers["etag"]})
    assert (found.status, found.body) == (304, b"")


@pytest.mark.parametrize("path", ["/gzip", "/deflate", "/bare", "/parts", "/tail"])
def test_an_answer_packed_unasked_is_unpacked(site: Site, path: str) -> None:
    assert fetch(site.url(path)).body == PAGE


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/404", "answers 404; there is no such page: look at the address"),
        ("/403", "answers 403; it may be closed to programs: open it in a browser"),
        ("/429", "answers 429; it was asked too often: try it again later"),
        ("/503", "answers 503; the server is at fault: try it again later"),
        ("/300", "answers 300; it may be closed to programs: open it in a browser"),
        ("/bomb", "sends more than 5 MB; look at it in a browser"),
        ("/endless", "sends more than 5 MB; look at it in a browser"),
        ("/large", "sends more than 5 MB; look at it in a browser"),
        ("/broken", "answers what can't be unpacked; look at it in a browser"),
        ("/spoilt", "answers what can't be unpacked; look at it in a browser"),
        ("/cut", "answers what can't be unpacked; look at it in a browser"),
        ("/brotli", "answers packed as 'br', which it was not asked for; look at it in a browser"),
        ("/redirect-to-nowhere", "answers what can't be read; open it in a browser"),
        (
            "/file",
            "redirects to file:///etc/passwd, which is no web address but file; look at it in a browser",
        ),
    ],
)
def test_what_can_not_be_had_is_said_with_a_remedy(site: Site, path: str, words: str) -> None:
    with pytest.raises(OutsideError) as caught:
        fetch(site.url(path))
    assert str(caught.value) == f"{site.url(path)}: {words}"


def test_a_loop_ends(site: Site) -> None:
    with pytest.raises(OutsideError, match="redirects more than 10 times; open it in a browser and use"):
        fetch(site.url("/loop"))
    assert len(site.seen) == 11


def test_an_endless_answer_is_hung_up_on(site: Site) -> None:
    with pytest.raises(OutsideError):
        fetch(site.url("/endless"))
    assert site.over.wait(10)


def test_an_answer_in_drips_is_not_waited_for(site: Site) -> None:
    with pytest.raises(OutsideError) as caught:
        fetch(site.url("/drip"), seconds=0.3)
    assert str(caught.value) == f"{site.url('/drip')}: does not answer within 0.3 s; try it again"
    assert site.over.wait(10)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/inside", "leads to 10.0.0.1, which is inside a network or reserved"),
        ("/metadata", "leads to 169.254.169.254, which is link-local"),
    ],
)
def test_a_redirect_inside_is_refused(site: Site, path: str, reason: str) -> None:
    with pytest.raises(Refusal) as caught:
        fetch(site.url(path))
    target = REDIRECTS[path].format(port=site.port)
    assert str(caught.value) == (
        f"{site.url(path)}: redirects to {target}, which {reason}; "
        "allow it with --allow-private, if that is meant"
    )
    assert [seen for _, seen, _ in site.seen] == [path]


@pytest.mark.parametrize("host", ["inside.example.com", "both.example.com", "[::1]", "192.168.1.1"])
def test_a_name_with_any_address_inside_is_refused(site: Site, host: str) -> None:
    with pytest.raises(Refusal):
        fetch(site.url("/page", host))
    assert site.seen == []


def test_the_product_refuses_this_computer_unless_allowed(site: Site) -> None:
    for host in ("127.0.0.1", "localhost", "2130706433", "127.1", "[::ffff:127.0.0.1]"):
        with pytest.raises(Refusal):
            download(site.url("/page", host))
    assert site.seen == []
    assert download(site.url("/page", "127.0.0.1"), allow_private=True).body == PAGE


@pytest.mark.parametrize("url", ["ftp://site.example.com/", "/etc/passwd", "site.example.com", "http://", ""])
def test_what_is_no_web_address_is_bad_input(url: str) -> None:
    with pytest.raises(InputError) as caught:
        fetch(url)
    assert str(caught.value) == f"{url}: is not an http or https address; write the whole address"


def test_without_a_name_or_a_server(site: Site) -> None:
    with pytest.raises(
        OutsideError, match=r"has a host that is not found: nowhere.example.com; are you online\?"
    ):
        fetch("http://nowhere.example.com/")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://site.example.com:{taken.getsockname()[1]}/"
        with pytest.raises(
            OutsideError, match=r"takes no connection; are you online\? If so, look at it in a browser"
        ):
            fetch(url)


def test_a_certificate_has_to_be_good(tmp_path: Path) -> None:
    server, trusting = certificate(tmp_path, "site.example.com")
    with served(Handler, Site(0), server) as site:
        url = site.url("/page").replace("http:", "https:")
        assert download(url, reach=replace(HERE, context=trusting)).body == PAGE
        with pytest.raises(OutsideError) as caught:
            fetch(url)
        reason = "has a bad certificate: self-signed certificate; open it in a browser, and tell its owner"
        assert str(caught.value) == f"{url}: {reason}"


def test_a_silent_name_server_does_not_keep_the_program(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()
    free = threading.Event()

    def silent(*_: Any, **__: Any) -> Any:
        asked.set()
        free.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    with pytest.raises(OutsideError, match=r"does not answer within 0.2 s"):
        download("http://site.example.com/", seconds=0.2)
    assert (asked.is_set(), free.is_set()) == (True, False)
    free.set()


def test_several_are_asked_beside_each_other_and_each_has_its_own_end(site: Site) -> None:
    urls = [site.url("/page"), site.url("/404"), site.url("/page"), site.url("/", "inside.example.com")]

    found = download_all(urls, reach=HERE)

    assert list(found) == [urls[0], urls[1], urls[3]]
    assert [type(one) for one in found.values()] == [Download, OutsideError, Refusal]
    assert len(site.seen) == 2


def test_the_time_for_all_is_bounded(site: Site) -> None:
    urls = [site.url(f"/drip#{n}") for n in range(6)]
    found = download_all(urls, seconds_all=0.3, reach=HERE)
    assert [str(one) for one in found.values()] == [
        f"{url}: was not answered within 0.3 s of all; try it again" for url in urls
    ]
