import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from email.message import EmailMessage
from mailbox import mbox
from pathlib import Path

import pytest

from producthead_mail.audience.recipient import Recipient
from producthead_mail.errors import InputError
from producthead_mail.rendering.message import Message
from producthead_mail.sending.outcome import Phase, Verdict, classify
from producthead_mail.sending.payload import personalization, personalizations_json, request_body
from producthead_mail.sending.transport import Transport
from producthead_mail.sending.transports.outbox import OutboxTransport
from producthead_mail.sending.transports.sendgrid import SendGridTransport
from tests.sending.conftest import transport_to
from tests.standin import Fault, Kind, Standin, rules

LINK = "https://news.example.com/unsubscribe"
NOW = 1_700_000_000.0


def body_for(message: Message, emails: list[str], batch: str = "b1", **options: object) -> bytes:
    parts = [
        personalization(
            message,
            Recipient(email, {"email": email, "first_name": "Zoë <b>"}, row),
            {"edition": "e1", "batch": batch, "recipient": str(row)},
        )
        for row, email in enumerate(emails, start=1)
    ]
    return request_body(message, personalizations_json(parts), **options)


@pytest.fixture
def sendgrid(sendgrid_server: Standin) -> SendGridTransport:
    return transport_to(sendgrid_server.account.key, sendgrid_server.url, timeout_seconds=2)


@pytest.fixture(params=["sendgrid", "outbox"])
def transport(
    request: pytest.FixtureRequest, tmp_path: Path, sendgrid: SendGridTransport
) -> Iterator[Transport]:
    found: Transport = OutboxTransport(tmp_path / "outbox", LINK) if request.param == "outbox" else sendgrid
    yield found
    found.close()


# Both transports keep the same contract.


def test_a_good_request_is_accepted(transport: Transport, message: Message) -> None:
    outcome = classify(transport.send(body_for(message, ["a@example.org", "b@example.org"])))
    assert outcome.verdict is Verdict.ACCEPTED
    assert outcome.message_id


def test_sandbox(transport: Transport, message: Message) -> None:
    seen = transport.send(body_for(message, ["a@example.org"], sandbox=True))
    assert (seen.status, classify(seen, sandbox=True).verdict) == (200, Verdict.ACCEPTED)


def test_bad_addresses_are_named(transport: Transport, message: Message) -> None:
    outcome = classify(transport.send(body_for(message, ["a@example.org", "nobody", "c@example.org", "@"])))
    assert (outcome.verdict, outcome.named) == (Verdict.NAMED, (1, 3))
    assert all(outcome.named_reasons)


def test_too_many_are_rejected(transport: Transport, message: Message) -> None:
    outcome = classify(transport.send(body_for(message, [f"a{n}@example.org" for n in range(1001)])))
    assert outcome.verdict is Verdict.REJECTED
    assert "1000" in outcome.reason


def test_several_threads(transport: Transport, message: Message) -> None:
    bodies = [body_for(message, [f"a{n}@example.org"], batch=f"b{n}") for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        outcomes = [classify(seen) for seen in pool.map(transport.send, bodies)]
    assert {outcome.verdict for outcome in outcomes} == {Verdict.ACCEPTED}
    assert len({outcome.message_id for outcome in outcomes}) == 40


# SendGrid: what was seen, and what that means.


@pytest.mark.parametrize(
    ("kind", "phase", "status", "verdict", "accepted"),
    [
        (Kind.LOST, Phase.WAITING, None, Verdict.IN_DOUBT, 1),
        (Kind.RESET_LOST, Phase.WAITING, None, Verdict.IN_DOUBT, 1),
        (Kind.CLOSE_AFTER, Phase.WAITING, None, Verdict.IN_DOUBT, 0),
        (Kind.GARBAGE, Phase.WAITING, None, Verdict.IN_DOUBT, 0),
        (Kind.HANG, Phase.WAITING, None, Verdict.IN_DOUBT, 0),
        (Kind.HANG_ACCEPTED, Phase.WAITING, None, Verdict.IN_DOUBT, 1),
        (Kind.TRUNCATED, Phase.ANSWERED, 202, Verdict.ACCEPTED, 1),
        (Kind.SLOW, Phase.ANSWERED, 202, Verdict.ACCEPTED, 1),
        (Kind.FAILED_ACCEPTED, Phase.ANSWERED, 500, Verdict.IN_DOUBT, 1),
        (Kind.BAD_GATEWAY, Phase.ANSWERED, 502, Verdict.IN_DOUBT, 0),
        (Kind.REDIRECT, Phase.ANSWERED, 302, Verdict.IN_DOUBT, 0),
        (Kind.LIMITED, Phase.ANSWERED, 429, Verdict.NOT_SENT, 0),
        (Kind.STATUS, Phase.ANSWERED, 503, Verdict.IN_DOUBT, 0),
    ],
)
def test_faults(
    sendgrid_server: Standin,
    message: Message,
    kind: Kind,
    phase: Phase,
    status: int | None,
    verdict: Verdict,
    accepted: int,
) -> None:
    # On a busy machine an answer may take a while: only what hangs is given up soon.
    patience = 1 if kind in {Kind.HANG, Kind.HANG_ACCEPTED} else 30
    transport = transport_to(sendgrid_server.account.key, sendgrid_server.url, timeout_seconds=patience)
    sendgrid_server.script([Fault(kind, seconds=0.2 if kind is Kind.SLOW else 2, status=503)])
    seen = transport.send(body_for(message, ["a@example.org"]))
    assert (seen.phase, seen.status, classify(seen).verdict) == (phase, status, verdict)
    assert len(sendgrid_server.account.accepted) == accepted
    assert sendgrid_server.seen == [("POST", "/v3/mail/send")]


def test_a_limit_tells_when(sendgrid: SendGridTransport, sendgrid_server: Standin, message: Message) -> None:
    sendgrid_server.script([Fault(Kind.LIMITED, seconds=30)])
    outcome = classify(sendgrid.send(body_for(message, ["a@example.org"])), now=time.time())
    assert outcome.not_before is not None
    assert 25 < outcome.not_before - time.time() <= 31


def test_nobody_listens(message: Message) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused
        seen = transport_to("SG.k", f"http://127.0.0.1:{taken.getsockname()[1]}").send(b"{}")
    assert (seen.phase, classify(seen).verdict) == (Phase.CONNECTING, Verdict.NOT_SENT)
    assert "refused" in seen.error


def test_no_such_host() -> None:
    seen = transport_to("SG.k", "https://sendgrid.invalid", 5).send(b"{}")
    assert classify(seen).verdict is Verdict.NOT_SENT


def test_failed_tls_is_not_sent(sendgrid_server: Standin) -> None:
    seen = transport_to("SG.k", sendgrid_server.url.replace("http:", "https:"), 2).send(b"{}")
    assert (seen.phase, classify(seen).verdict) == (Phase.CONNECTING, Verdict.NOT_SENT)
    assert sendgrid_server.seen == []


def serve_once(answer: bytes, *, read: int) -> str:
    """A server that reads so many bytes of one request, says `answer` and resets; its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

    def run() -> None:
        with listener:
            connection, _ = listener.accept()
            with connection:
                connection.recv(read)
                connection.sendall(answer)
                time.sleep(0.2)

    threading.Thread(target=run, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_body_cut_short_is_not_sent() -> None:
    seen = transport_to("SG.k", serve_once(b"", read=100), 5).send(b"x" * 20_000_000)
    assert (seen.phase, classify(seen).verdict) == (Phase.WRITING, Verdict.NOT_SENT)


def test_a_stalled_upload_is_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        seen = transport_to("SG.k", url, 0.3).send(b"x" * 20_000_000)
    assert (seen.phase, classify(seen).verdict) == (Phase.WRITING, Verdict.NOT_SENT)


def test_a_stopped_account_says_so(sendgrid_server: Standin, message: Message) -> None:
    outcome = classify(
        transport_to("SG.other", sendgrid_server.url).send(body_for(message, ["a@example.org"]))
    )
    assert outcome.verdict is Verdict.STOPPED
    assert outcome.reason == (
        "SendGrid answered 401: The provided authorization grant is invalid, expired, or revoked; "
        "check SENDGRID_API_KEY and the region of the account"
    )


def test_the_key_is_never_shown(
    sendgrid: SendGridTransport, sendgrid_server: Standin, message: Message, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sendgrid_server.script([Kind.LOST, None, Kind.GARBAGE])
    seen = [sendgrid.send(body_for(message, ["a@example.org"])) for _ in range(3)]
    assert "SG.standin" not in repr(seen) + caplog.text + repr(sendgrid)
    assert "a@example.org" not in caplog.text


def test_proxies_never_see_plain_http(
    sendgrid_server: Standin, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    transport = transport_to(sendgrid_server.account.key, sendgrid_server.url)
    assert transport.send(body_for(message, ["a@example.org"])).status == 202


@pytest.mark.parametrize(
    ("key", "url", "place"),
    [
        ("", "https://api.sendgrid.com", "SENDGRID_API_KEY"),
        ("  \n", "https://api.sendgrid.com", "SENDGRID_API_KEY"),
        ("SG.a\nX-Evil: 1", "https://api.sendgrid.com", "SENDGRID_API_KEY"),
        ("SG.a", "http://api.sendgrid.com", "PRODUCTHEAD_SENDGRID_URL"),
        ("SG.a", "ftp://127.0.0.1", "PRODUCTHEAD_SENDGRID_URL"),
    ],
)
def test_bad_settings(key: str, url: str, place: str) -> None:
    with pytest.raises(InputError) as caught:
        transport_to(key, url)
    assert [problem.path for problem in caught.value.problems] == [f"environment {place}"]
    assert "SG.a" not in str(caught.value)


# The outbox: what SendGrid would have delivered.


def read(path: Path) -> EmailMessage:
    found = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_recipient_reads_this(tmp_path: Path, message: Message) -> None:
    OutboxTransport(tmp_path, LINK).send(
        body_for(message, ["a@example.org"], test=True, send_at=1_707_721_200)
    )
    mail = read(tmp_path / "e1" / "b1-1.eml")
    assert {name: str(value) for name, value in mail.items() if name != "Content-Type"} == {
        "From": "PRODUCTHEAD <editor@example.com>",
        "To": "a@example.org",
        "Reply-To": "reply@example.com",
        "Subject": "[TEST] For Zoë &lt;b&gt;",
        "Date": "Mon, 12 Feb 2024 07:00:00 -0000",
        "Message-ID": "<b1-1@example.com>",
        "List-Unsubscribe": "<https://news.example.com/u?who=a%40example.org>",
        "MIME-Version": "1.0",
    }
    plain, html = mail.iter_parts()
    assert [plain.get_content_type(), html.get_content_type()] == ["text/plain", "text/html"]
    text = plain.get_payload(decode=True)
    assert text == f"Dear Zoë &lt;b&gt;\r\nFrom here: {LINK}\r\n".encode()
    assert html.get_payload(decode=True) == (
        f'<p>Dear Zoë &lt;b&gt;</p>\r\n<a href="{LINK}">Unsubscribe</a>'.encode()
    )


def test_a_repeat_makes_nothing_twice(tmp_path: Path, message: Message) -> None:
    body = body_for(message, ["a@example.org", "b@example.org"])
    for _ in range(2):
        outbox = OutboxTransport(tmp_path, LINK)
        outbox.send(body)
        outbox.send(body)
    assert sorted(path.name for path in (tmp_path / "e1").iterdir()) == ["b1-1.eml", "b1-2.eml"]
    with_from = mbox(tmp_path / "e1.mbox")
    assert [mail["To"] for mail in with_from] == ["a@example.org", "b@example.org"]
    with_from.close()


def test_an_interrupted_mbox_is_made_whole(tmp_path: Path, message: Message) -> None:
    OutboxTransport(tmp_path, LINK).send(body_for(message, ["a@example.org"]))
    (tmp_path / "e1.mbox").write_bytes(b"")
    OutboxTransport(tmp_path, LINK).send(body_for(message, ["b@example.org"], batch="b2"))
    found = mbox(tmp_path / "e1.mbox")
    assert [mail["To"] for mail in found] == ["a@example.org", "b@example.org"]
    found.close()


def test_a_hostile_id_stays_in_the_folder(tmp_path: Path) -> None:
    mail = {
        "personalizations": [
            {
                "to": [{"email": "a@example.org"}],
                "custom_args": {"edition": "../../up", "batch": "/etc/x", "recipient": ".."},
            }
        ],
        "from": {"email": "b@example.com"},
        "subject": "Hi",
        "content": [{"type": "text/plain", "value": "t"}],
    }
    assert OutboxTransport(tmp_path / "box", LINK).send(json.dumps(mail).encode()).status == 202
    assert [path.parent.parent for path in tmp_path.rglob("*.eml")] == [tmp_path / "box"]


def test_sandbox_and_refused_requests_leave_nothing(tmp_path: Path, message: Message) -> None:
    outbox = OutboxTransport(tmp_path, LINK)
    outbox.send(body_for(message, ["a@example.org"], sandbox=True))
    outbox.send(body_for(message, ["nobody"]))
    assert list(tmp_path.rglob("*.eml")) == []


def test_rules_agree_on_the_body(message: Message) -> None:
    assert rules.errors(json.loads(body_for(message, ["a@example.org"]))) == []


def test_what_must_be_recorded_first_is_recorded_once_connected(
    transport: Transport, message: Message
) -> None:
    asked: list[int] = []
    seen = transport.send(body_for(message, ["a@example.org"]), lambda: not asked.append(1))
    assert (seen.status, asked) == (202, [1])


def test_nothing_leaves_that_could_not_be_recorded(
    transport: Transport, message: Message, sendgrid_server: Standin, tmp_path: Path
) -> None:
    seen = transport.send(body_for(message, ["a@example.org"]), lambda: False)
    assert classify(seen).verdict is Verdict.NOT_SENT
    assert sendgrid_server.account.accepted == []
    assert list(tmp_path.rglob("*.eml")) == []


def test_without_a_connection_nothing_is_begun(message: Message) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    asked: list[int] = []
    nobody = transport_to("SG.key", f"http://127.0.0.1:{port}")
    seen = nobody.send(body_for(message, ["a@example.org"]), lambda: not asked.append(1))
    assert (seen.phase, asked) == (Phase.CONNECTING, [])
