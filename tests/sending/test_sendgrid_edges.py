"""SendGrid's transport against servers that do what SendGrid shouldn't, in plain and over TLS."""

import logging
import socket
import ssl
import subprocess
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from producthead_mail.errors import InputError
from producthead_mail.sending.outcome import Phase, Seen, Verdict, classify
from tests.sending.conftest import transport_to
from tests.standin import Standin

KEY = "SG.very-secret"
ACCEPTED = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: m1\r\nContent-Length: 0\r\n\r\n"

Serve = Callable[[socket.socket], None]


def serving(serve: Serve, context: ssl.SSLContext | None = None) -> str:
    """A server that does this with its one connection; its URL."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        with listener, suppress(OSError):
            connection, _ = listener.accept()
            if context:
                connection = context.wrap_socket(connection, server_side=True)
            with connection:
                serve(connection)

    threading.Thread(target=run, daemon=True).start()
    return f"http{'s' if context else ''}://localhost:{listener.getsockname()[1]}"


def received(connection: socket.socket) -> bytes:
    """The whole request: its body is `{}`."""
    data = b""
    while not data.endswith(b"\r\n\r\n{}"):
        data += connection.recv(65536)
    return data


def answer(*parts: bytes, pause: float = 0) -> Serve:
    def serve(connection: socket.socket) -> None:
        received(connection)
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)

    return serve


def send(url: str, timeout: float = 5) -> Seen:
    return transport_to(KEY, url, timeout).send(b"{}")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(sendgrid_server: Standin, status: int) -> None:
    elsewhere = f"HTTP/1.1 {status} Found\r\nLocation: {sendgrid_server.url}/v3/mail/send\r\n\r\n".encode()
    seen = send(serving(answer(elsewhere)))
    assert (seen.status, classify(seen).verdict) == (status, Verdict.IN_DOUBT)
    assert sendgrid_server.seen == []


def test_one_request_is_all_that_is_said() -> None:
    requests: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        requests.append(received(connection))
        connection.sendall(ACCEPTED)

    assert send(serving(serve)).status == 202
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.splitlines()[0] == b"POST /v3/mail/send HTTP/1.1"
    lines = {line.partition(b":")[0].lower(): line.partition(b": ")[2] for line in head.splitlines()[1:]}
    assert lines[b"authorization"] == b"Bearer SG.very-secret"
    assert lines[b"content-type"] == b"application/json"
    assert (lines[b"content-length"], body) == (b"2", b"{}")


@pytest.mark.parametrize(
    "drops",
    [
        [b"HTTP/1.1 202 Accepted\r\n"] + [b"X-A: b\r\n"] * 200,
        [b"H", b"T", b"T", b"P"] * 50,
    ],
)
def test_an_answer_drop_by_drop_is_not_waited_for(drops: list[bytes]) -> None:
    seen = send(serving(answer(*drops, pause=0.1)), timeout=0.5)
    assert (seen.phase, seen.status, seen.error) == (Phase.WAITING, None, "TimeoutError: timed out")


def test_a_body_drop_by_drop_does_not_undo_the_status() -> None:
    head = b"HTTP/1.1 202 Accepted\r\nX-Message-Id: m1\r\nContent-Length: 200\r\n\r\n"
    seen = send(serving(answer(head, *[b"x"] * 200, pause=0.1)), timeout=0.5)
    assert (seen.status, seen.error, classify(seen).verdict) == (202, "TimeoutError", Verdict.ACCEPTED)


def test_a_server_that_says_what_it_was_sent_does_not_show_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def serve(connection: socket.socket) -> None:
        echo = received(connection)
        head = f"HTTP/1.1 400 Bad Request\r\nX-Echo: Bearer {KEY}\r\nContent-Length: {len(echo)}\r\n\r\n"
        connection.sendall(head.encode() + echo)

    seen = send(serving(serve))
    assert seen.headers["x-echo"] == "Bearer ***"
    assert "Authorization: Bearer ***" in seen.body
    assert KEY not in repr(seen) + caplog.text


def test_a_fault_of_begin_shows_no_key() -> None:
    def fail() -> bool:
        raise RuntimeError("the ledger is gone")

    transport = transport_to(KEY, serving(answer(ACCEPTED)))
    with pytest.raises(RuntimeError) as caught:
        transport.send(b"{}", fail)
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    [
        "https://u:secret@api.sendgrid.com",
        "https://api.sendgrid.com?x=1",
        "https://api.sendgrid.com#x",
        "https://api.sendgrid.com:https",
        "https://api.sendgrid.com:70000",
    ],
)
def test_a_url_is_a_host_and_perhaps_a_path(url: str) -> None:
    with pytest.raises(InputError) as caught:
        transport_to(KEY, url)
    (problem,) = caught.value.problems
    assert problem.path == "environment PRODUCTHEAD_SENDGRID_URL"
    assert "secret" not in str(caught.value)


# Over TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost and its key, in one file."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
        f"-addext subjectAltName=DNS:localhost -keyout {path} -out {path}.crt"
    )
    try:
        subprocess.run(command.split(), check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side, which this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_tls_accepted(tls: ssl.SSLContext) -> None:
    outcome = classify(send(serving(answer(ACCEPTED), tls)))
    assert (outcome.verdict, outcome.message_id) == (Verdict.ACCEPTED, "m1")


def test_tls_closed_after_the_body_is_in_doubt(tls: ssl.SSLContext) -> None:
    seen = send(serving(answer(), tls))
    assert (seen.phase, classify(seen).verdict) == (Phase.WAITING, Verdict.IN_DOUBT)


def test_tls_no_answer_is_in_doubt(tls: ssl.SSLContext) -> None:
    seen = send(serving(answer(b"", pause=3), tls), timeout=0.5)
    assert (seen.phase, classify(seen).verdict) == (Phase.WAITING, Verdict.IN_DOUBT)


def test_tls_drop_by_drop_is_in_doubt(tls: ssl.SSLContext) -> None:
    seen = send(serving(answer(*[b"H"] * 200, pause=0.1), tls), timeout=0.5)
    assert (seen.phase, seen.error.split(":")[0]) == (Phase.WAITING, "TimeoutError")


def test_tls_cut_off_in_the_body_is_not_sent(tls: ssl.SSLContext) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(100)

    seen = transport_to(KEY, serving(serve, tls), 5).send(b"x" * 20_000_000)
    assert (seen.phase, classify(seen).verdict) == (Phase.WRITING, Verdict.NOT_SENT)


def test_tls_a_stalled_upload_is_not_sent(tls: ssl.SSLContext) -> None:
    seen = transport_to(KEY, serving(lambda _: time.sleep(3), tls), 0.5).send(b"x" * 20_000_000)
    assert (seen.phase, classify(seen).verdict) == (Phase.WRITING, Verdict.NOT_SENT)


def test_a_certificate_nobody_vouches_for_is_not_sent(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    seen = send(serving(answer(ACCEPTED), tls))
    assert (seen.phase, classify(seen).verdict) == (Phase.CONNECTING, Verdict.NOT_SENT)
    assert "CERTIFICATE_VERIFY_FAILED" in seen.error
