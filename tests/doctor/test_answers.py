"""What isn't SendGrid, answers that no one described, and what is shown of them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dns.resolver
import pytest

from producthead_mail.config import Project
from producthead_mail.doctor import examine as examining
from producthead_mail.doctor import ledger, machine
from producthead_mail.doctor.account import Answer, read_answer
from producthead_mail.doctor.check import Check, State
from producthead_mail.doctor.examine import Surroundings, examine
from producthead_mail.doctor.resolver import Resolver, system_resolver
from producthead_mail.doctor.sendgrid import Access, look
from producthead_mail.errors import InputError, Problem
from producthead_mail.sending.outcome import Phase, Seen
from tests.certificates import certificate
from tests.loopback import Handler, Site, served
from tests.standin.dns import serving, text

KEY = f"SG.{'a' * 22}.{'b' * 43}"
WRONG = InputError([Problem("content/publication.yaml", 1, 1, "is wrong")])


@contextmanager
def answering(status: str, body: bytes) -> Iterator[str]:
    """A server that answers one request so; its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError), listener.accept()[0] as connection:
                connection.recv(65536)
                head = f"HTTP/1.1 {status}\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
                connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    "body", [b"<html>Welcome to our hotel</html>", b'{"a": 1}', b"[1]", b"null", b"[" * 100_000]
)
def test_what_answers_but_is_not_sendgrid_takes_no_key_and_tells_no_time(body: bytes) -> None:
    with answering("200 OK", body) as url:
        found = look(Access(KEY, {"global": url}), "global")
    host = url.removeprefix("http://")
    key, _ = found.first
    assert (key.state, key.message) == (State.SKIPPED, f"{host} does not answer as SendGrid does")
    assert (found.account, found.reason) == (None, "SendGrid can't be asked")


def test_a_certificate_that_nobody_trusts_is_an_error_where_no_network_is_none(tmp_path: Path) -> None:
    server, _ = certificate(tmp_path, "api.sendgrid.com")
    with served(Handler, Site(), server) as site:
        found = look(Access(KEY, {"global": site.url("").replace("http:", "https:")}), "global")
    key, _ = found.first
    assert key.state is State.ERROR
    assert "CERTIFICATE_VERIFY_FAILED" in key.message
    assert key.remedy.startswith(
        "set this machine's clock, install ca-certificates, or name your proxy's in "
    )


def test_an_answer_that_nests_without_end_is_one_that_cant_be_read() -> None:
    seen = Seen(Phase.ANSWERED, 200, {}, "[" * 100_000)
    assert read_answer(seen, "host") == Answer(None, 200, "SendGrid's answer can't be read")


def around(folder: Path, resolver: Resolver | str = "none") -> Surroundings:
    return Surroundings(Project(folder), WRONG, WRONG, "", resolver)


def test_a_terminal_obeys_nothing_of_what_is_told(tmp_path: Path) -> None:
    with serving({("example.com", "TXT"): [text("v=spf1 \x1b[2J\x07x")]}) as names:
        hostile = Resolver(names.resolver(), 5).texts("example.com")[0]
    bad = InputError([Problem("content/publication.yaml", 1, 1, f"a\nb {hostile} \u202ec")])
    found = examine(Surroundings(Project(tmp_path), bad, WRONG, "", "none"))
    assert found[0].message == "content/publication.yaml:1:1: a b v=spf1  [2J x  c"


def test_a_check_that_fails_by_itself_keeps_no_other_from_being_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Path) -> list[Check]:
        raise RuntimeError("secret")

    monkeypatch.setattr(machine, "machine_checks", fails)
    found = [one for one in examine(around(tmp_path)) if one.group == "Machine"]
    assert [one.check for one in found] == [
        "clock",
        "python",
        "packages",
        "time zones",
        "disk",
        "chromium",
        "spamassassin",
    ]
    assert {one.message for one in found[1:]} == {"the check itself failed (RuntimeError)"}


def test_a_ledger_that_keeps_silent_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()

    def waits(*_: object) -> list[Check]:
        done.wait(30)
        return []

    monkeypatch.setattr(examining, "SECONDS", 0.3)
    monkeypatch.setattr(ledger, "ledger_checks", waits)
    found = examine(Surroundings(Project(tmp_path), WRONG, Access("", {}), "", "none"))
    done.set()
    told = [(one.check, one.state) for one in found if one.group == "Ledger"]
    assert told == [("ledger", "error"), ("tables", "skipped"), ("ledger clock", "skipped")]


def test_a_name_server_that_is_no_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> dns.resolver.Resolver:
        found = dns.resolver.Resolver(configure=False)
        found.nameservers = ["not an address"]
        return found

    monkeypatch.setattr(dns.resolver, "get_default_resolver", broken)
    assert system_resolver() == "this machine's settings name a name server that is no address"


def test_whether_names_can_be_looked_up_is_asked_once() -> None:
    with serving({(".", "NS"): ["a.root-servers.net."]}) as names:
        resolver = Resolver(names.resolver(), 5)
        assert resolver.fault() == ""
    assert resolver.fault() == ""
