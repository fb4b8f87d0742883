"""The server: HTTP on loopback, one thread a connection."""

import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.standin import contacts, routes, rules, schema
from tests.standin.account import Account
from tests.standin.faults import Fault, Kind

BODY_BYTES = 30_000_000
UNVERIFIED = (
    "The from address does not match a verified Sender Identity. "
    "Mail cannot be sent until this error is resolved."
)
SILENT = {Kind.LOST, Kind.RESET_LOST, Kind.HANG_ACCEPTED}
ACCEPTING = {*SILENT, Kind.TRUNCATED, Kind.FAILED_ACCEPTED}


class Standin:
    """A running stand-in: `with Standin() as sendgrid: … sendgrid.url, sendgrid.account`."""

    def __init__(self, port: int = 0, account: Account | None = None, *, validate: bool = True) -> None:
        self.account = account or Account()
        self.validate = validate
        self.seen: list[tuple[str, str]] = []
        """Method and path of every request, refused ones too."""
        self.schema_violations: list[str] = []
        self._script: deque[Fault | None] = deque()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.standin = self
        self.account.url = self.url
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def script(self, faults: Iterable[Fault | Kind | None]) -> None:
        """Lets these happen to the next requests to mail/send, in order; None: nothing."""
        self._script.extend(Fault(fault) if isinstance(fault, Kind) else fault for fault in faults)

    def next_fault(self) -> Fault | None:
        try:
            return self._script.popleft()
        except IndexError:
            return None

    def __enter__(self) -> "Standin":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    standin: Standin

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        now = time.time() if timestamp is None else timestamp
        return super().date_time_string(int(now + self.server.standin.account.clock_ahead))

    def do_POST(self) -> None:
        if self.path == "/v3/mail/send":
            self._note()
            self._mail()
        else:
            self._other()

    def do_GET(self) -> None:
        self._other()

    do_PATCH = do_DELETE = do_PUT = do_GET  # noqa: N815 - http.server asks for these names

    def _note(self) -> None:
        self.server.standin.seen.append((self.command, self.path))

    def _mail(self) -> None:
        standin = self.server.standin
        fault = standin.next_fault()
        if fault and fault.kind is Kind.RESET_BEFORE:
            self._reset()
            return
        data = self._read()
        if fault and fault.kind is Kind.SLOW:
            time.sleep(fault.seconds)
        if fault and fault.kind is not Kind.SLOW and fault.kind not in ACCEPTING:
            self._refuse_by(fault)
            return
        status, body, message_id = self._judge(data)
        if status != 202 or fault is None or fault.kind is Kind.SLOW:
            self._answer(status, body, {"X-Message-Id": message_id} if message_id else {})
        else:
            self._spoil(fault, message_id)

    def _judge(self, data: bytes) -> tuple[int, Any, str]:
        """Status, JSON and X-Message-Id for a body; accepts it if it is good."""
        standin, account = self.server.standin, self.server.standin.account
        if refusal := self._unwelcome("mail.send"):
            return *refusal, ""
        if len(data) >= BODY_BYTES:
            return 413, _errors("Payload too large"), ""
        if self.headers.get_content_type() != "application/json":
            return 415, _errors("Content-Type should be application/json."), ""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return 415, _errors("The request body is not valid UTF-8."), ""
        try:
            mail = json.loads(text)
        except ValueError:
            return 400, _errors("Bad Request"), ""
        if standin.validate and (found := self._faults(mail)):
            return 400, {"errors": found}, ""
        if account.credits is not None and account.credits < len(mail["personalizations"]):
            return 401, _errors("Maximum credits exceeded"), ""
        if account.senders is not None and mail["from"]["email"] not in account.senders:
            return 403, _errors(UNVERIFIED, "from"), ""
        if mail.get("mail_settings", {}).get("sandbox_mode", {}).get("enable"):
            return 200, None, ""
        return 202, None, account.accept(mail)

    def _faults(self, mail: Any) -> list[rules.Error]:
        standin = self.server.standin
        if schema.available():
            standin.schema_violations.extend(schema.violations(mail))
        found = rules.errors(mail)
        batch_id = mail.get("batch_id") if isinstance(mail, dict) else None
        if batch_id is not None and batch_id not in standin.account.batch_ids:
            found.append(rules.error("invalid batch id", "batch_id"))
        return found

    def _unwelcome(self, scope: str) -> tuple[int, Any] | None:
        account = self.server.standin.account
        if self.headers.get("Authorization") != f"Bearer {account.key}":
            return 401, _errors("The provided authorization grant is invalid, expired, or revoked")
        return (403, _errors("access forbidden")) if scope not in account.scopes else None

    def _refuse_by(self, fault: Fault) -> None:
        match fault.kind:
            case Kind.REDIRECT:
                self._answer(302, None, {"Location": f"{self.server.standin.url}/v3/scopes"})
            case Kind.LIMITED:
                reset = {
                    "X-RateLimit-Remaining": "0",
                    "X-RateLimit-Reset": str(int(time.time() + fault.seconds)),
                }
                self._answer(429, _errors("too many requests"), reset)
            case Kind.BAD_GATEWAY:
                self._raw(b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\n\r\n<html>502</html>")
            case Kind.GARBAGE:
                self._raw(b"\x16\x03 this is not HTTP\r\n\r\n")
            case Kind.STATUS:
                errors = list(fault.errors) or [rules.error("scripted")]
                self._answer(fault.status, {"errors": errors})
            case Kind.HANG:
                self._hang(fault.seconds)
            case _:
                self._raw(b"")

    def _spoil(self, fault: Fault, message_id: str) -> None:
        """Instead of the answer to a request that was accepted."""
        match fault.kind:
            case Kind.RESET_LOST:
                self._reset()
            case Kind.HANG_ACCEPTED:
                self._hang(fault.seconds)
            case Kind.FAILED_ACCEPTED:
                self._answer(500, _errors("Internal Server Error"))
            case Kind.TRUNCATED:
                head = f"HTTP/1.1 202 Accepted\r\nX-Message-Id: {message_id}\r\nContent-Length: 100\r\n\r\n{{"
                self._raw(head.encode())
            case _:
                self._raw(b"")

    def _other(self) -> None:
        self._note()
        data = self._read()
        if self.path.startswith("/standin/"):
            self._control(data)
            return
        if self.path.startswith(contacts.FOLDER):
            self._download()
            return
        if self.headers.get("Authorization") != f"Bearer {self.server.standin.account.key}":
            self._answer(401, _errors("authorization required"))
            return
        try:
            body = json.loads(data) if data else {}
            status, answer = routes.answer(self.server.standin.account, self.command, self.path, body)
        except (ValueError, KeyError, AttributeError):
            status, answer = 400, _errors("Bad Request")
        self._answer(status, answer)

    def _download(self) -> None:
        found = self.server.standin.account.contacts
        status, data = found.download(self.path, self.headers.get("Authorization"))
        moved = found.moved and "moved" not in self.path
        self.send_response(302 if moved else status)
        if moved:
            self.send_header("Location", f"{self.path}&moved")
        self.send_header("Content-Type", "binary/octet-stream" if status == 200 else "application/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self._raw(data[: len(data) // 2] if found.truncated and status == 200 else data)

    def _control(self, data: bytes) -> None:
        """For a stand-in in a process of its own: post a script, read what was accepted."""
        standin = self.server.standin
        if self.path == "/standin/script":
            standin.script(Fault.parse(one) if one else None for one in json.loads(data))
            self._answer(200, {})
        elif self.path == "/standin/counts":
            self._answer(200, standin.account.counts())
        elif self.path == "/standin/accepted":
            with standin.account.lock:
                self._answer(200, [vars(one) for one in standin.account.accepted])
        else:
            self._answer(404, _errors("not found"))

    def _read(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        limits = {
            "X-RateLimit-Limit": "600",
            "X-RateLimit-Remaining": "599",
            "X-RateLimit-Reset": str(int(time.time()) + 60),
        }
        self.send_response(status)
        for name, value in {**limits, **(headers or {})}.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(data)

    def _raw(self, data: bytes) -> None:
        self.wfile.write(data)
        self.close_connection = True

    def _hang(self, seconds: float) -> None:
        self.server.standin.stopping.wait(seconds)
        self._raw(b"")

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


def _errors(message: str, field: str | None = None) -> dict[str, Any]:
    return {"errors": [rules.error(message, field)]}
