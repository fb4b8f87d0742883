"""What an attacker may try on the studio, from another site or from an edition."""

from __future__ import annotations

import socket
from http.client import HTTPConnection

import pytest
from running_studio import NEWS, SEED, Running, running

from producthead_mail.config import Project
from producthead_mail.preview.guard import LARGEST_BODY, LONGEST_TARGET, Access

EFFECTS = (f"/test/{SEED}",)
READS = ("/", f"/edition/{SEED}", f"/mail/{SEED}", f"/findings/{SEED}", "/events", "/static/studio.js")


def raw(studio: Running, request: bytes) -> bytes:
    """The first line of the answer to bytes that no client library would send."""
    with socket.create_connection(("127.0.0.1", studio.port), timeout=10) as connection:
        connection.sendall(request)
        return connection.recv(4096).split(b"\r\n")[0]


@pytest.mark.parametrize("path", READS)
def test_no_page_is_read_under_a_foreign_name(standing: Running, path: str) -> None:
    for host in ("attacker.example.com", "attacker.example.com:80", "127.0.0.1.example.com", "localhost."):
        with standing.ask(path, Host=host) as answer:
            assert (host, answer.status) == (host, 400)


@pytest.mark.parametrize("path", READS)
def test_no_page_is_read_by_a_foreign_site(standing: Running, path: str) -> None:
    with standing.ask(path, Origin="https://attacker.example.com") as answer:
        assert answer.status == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
    with standing.ask(path, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors") as answer:
        assert answer.status == 403


@pytest.mark.parametrize("path", EFFECTS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_has_an_effect_without_origin_and_token(project: Project, path: str, method: str) -> None:
    with running(project, Access(token="right")) as studio:
        own = studio.url
        for headers in (
            {},
            {"Origin": own},
            {"X-Studio-Token": "right"},
            {"Origin": own, "X-Studio-Token": "righ"},
            {"Origin": own, "X-Studio-Token": "right2"},
            {"Origin": "null", "X-Studio-Token": "right"},
            {"Origin": own.replace("127.0.0.1", "localhost"), "X-Studio-Token": "right"},
        ):
            connection = HTTPConnection("127.0.0.1", studio.port, timeout=10)
            connection.request(method, path, '{"transport": "outbox"}', {"Connection": "close", **headers})
            with connection.getresponse() as answer:
                assert (headers, answer.status) == (headers, 403)
        with studio.ask(path) as answer:
            assert answer.status == 405
    assert not project.state.exists()


def test_each_run_has_a_token_of_its_own() -> None:
    assert Access().token != Access().token
    assert len(Access().token) == 32


@pytest.mark.parametrize(
    "path",
    [
        "/content/../README.md",
        "/content/%2e%2e/README.md",
        "/content/%2e%2e%2fREADME.md",
        "/content/..%2f..%2f..%2fetc%2fpasswd",
        "/content/%252e%252e%252fREADME.md",
        "/content/..%5c..%5cREADME.md",
        "/content/..\\..\\README.md",
        "/content//etc/passwd",
        "/content/images/product-people.png/../../publication.yaml",
        "/content/images/product-people.png%00.txt",
        "/content/publication.yaml",
        "/content/audience/sample.csv",
        "/content/editions/x.md",
        "/content/images/",
        "/static/../guard.py",
        "/static/%2e%2e/guard.py",
        "/static/..%2fguard.py",
        "/static/%252e%252e%252fguard.py",
        "/static/..%5cguard.py",
        "/mail/..%2f..%2fpublication",
        "/edition/..%2f..%2fpublication",
        "/findings/..%2fx",
        "/mail/%2e%2e",
    ],
)
def test_no_way_leads_out_of_the_folders(standing: Running, path: str) -> None:
    status = raw(standing, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    assert status.split()[1] in {b"404", b"400"}


def test_links_on_the_disk_lead_nowhere(project: Project) -> None:
    (project.root / "secret.png").write_bytes(b"secret")
    (project.content / "images/out.png").symlink_to(project.root / "secret.png")
    (project.content / "images/away").symlink_to(project.root)
    with running(project, Access()) as studio:
        for path in ("/content/images/out.png", "/content/images/away/secret.png"):
            with studio.ask(path) as answer:
                assert (path, answer.status) == (path, 404)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (f"Content-Length: {LARGEST_BODY + 1}", b"413"),
        ("Content-Length: 99999999999999999999", b"413"),
        ("Transfer-Encoding: chunked", b"411"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_large_bodies_are_refused_before_they_are_read(
    standing: Running, method: str, headers: str, status: bytes
) -> None:
    request = f"{method} /test/{SEED} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n"
    assert raw(standing, request.encode()).split()[1] == status


def test_long_addresses_and_headers_are_refused(standing: Running) -> None:
    for path in ("/" + "x" * LONGEST_TARGET, f"/mail/{SEED}?reader=" + "x" * LONGEST_TARGET):
        with standing.ask(path) as answer:
            assert answer.status == 414
    line = raw(standing, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 200_000 + b"\r\n\r\n")
    assert line.split()[1] in {b"400", b"431"}


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: \xff\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: \xff\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /mail/%ff%fe HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /content/%ff HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /edition/x?mode=%ff&reader=%00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_malformed_requests_are_answered_and_break_nothing(standing: Running, request_: bytes) -> None:
    assert raw(standing, request_).split()[1] in {b"400", b"403", b"404"}
    with standing.ask("/static/icon.svg") as answer:
        assert answer.status == 200


def test_a_message_is_never_a_page_of_its_own_with_rights(standing: Running) -> None:
    with standing.ask(f"/mail/{NEWS}?remote=on&client=outlook") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "sandbox allow-same-origin;" in policy
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
