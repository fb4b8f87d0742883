"""Test sends from the page: the same as `send --test`, on record, and said in words."""

from __future__ import annotations

import json
import threading
from http.client import HTTPConnection
from pathlib import Path

import pytest
from browsing import CHROMIUM, open_edition, watched
from playwright.sync_api import Browser, expect
from running_studio import NEWS, SEED, Running, running
from typer.testing import CliRunner

from producthead_mail.cli.app import app
from producthead_mail.cli.send_test import send_test_of
from producthead_mail.config import Project
from producthead_mail.errors import AttentionError
from producthead_mail.preview.guard import Access
from tests.standin import Standin


def post(studio: Running, slug: str, body: object, token: str = "right") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", studio.port, timeout=20)
    headers = {"Origin": studio.url, "X-Studio-Token": token, "Connection": "close"}
    connection.request("POST", f"/test/{slug}", json.dumps(body), headers)
    with connection.getresponse() as answer:
        text = answer.read().decode()
        return answer.status, json.loads(text)["said"] if text.startswith("{") else text


def on_record(project: Project, slug: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(app, ["--project", str(project.root), "status", slug, "--json"])
    found: list[dict[str, object]] = json.loads(result.stdout)["tests"]
    return found


def test_the_outbox_gets_the_test_and_the_ledger_its_record(project: Project) -> None:
    with running(project, Access(token="right")) as studio:
        status, said = post(studio, SEED, {"transport": "outbox"})
    (record,) = on_record(project, SEED)
    digest = str(record["digest"])
    assert (status, said) == (200, f"{SEED}: test {digest[:12]} sent to curator@example.com by outbox")
    assert record["to"] == ["curator@example.com"]
    (mail,) = Path(project.state / "outbox").rglob("*.eml")
    assert b"Subject: [TEST] PRODUCTHEAD: In search of deeper alignment" in mail.read_bytes()


def test_sendgrid_takes_the_test(
    project: Project, sendgrid_server: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENDGRID_API_KEY", sendgrid_server.account.key)
    monkeypatch.setenv("PRODUCTHEAD_SENDGRID_URL", sendgrid_server.url)
    with running(project, Access(token="right")) as studio:
        status, said = post(studio, NEWS, {"transport": "sendgrid"})
    assert status == 200
    assert said.endswith("sent to curator@example.com by sendgrid")
    assert len(on_record(project, NEWS)) == 1


@pytest.mark.parametrize(
    ("slug", "body", "status", "said"),
    [
        ("unknown", {"transport": "outbox"}, 404, "no such edition"),
        ("..%2F..%2FREADME", {"transport": "outbox"}, 404, "Not Found"),
        (SEED, {"transport": "pigeon"}, 400, "no such transport"),
        (SEED, {}, 400, "no such transport"),
        (SEED, ["outbox"], 400, "no such transport"),
    ],
)
def test_what_is_no_test(project: Project, slug: str, body: object, status: int, said: str) -> None:
    with running(project, Access(token="right")) as studio:
        assert post(studio, slug, body) == (status, said)
    assert not project.state.exists()


def test_without_a_key_the_reason_is_given(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENDGRID_API_KEY", raising=False)
    with running(project, Access(token="right")) as studio:
        status, said = post(studio, SEED, {"transport": "sendgrid"})
    assert status == 422
    assert "SENDGRID_API_KEY" in said
    assert on_record(project, SEED) == []


def test_a_broken_edition_is_not_tested(project: Project) -> None:
    with running(project, Access(token="right")) as studio:
        studio.replace(SEED, "title:", "titel:")
        status, said = post(studio, SEED, {"transport": "outbox"})
    assert status == 422
    assert f"content/editions/{SEED}.md:1:1: " in said
    assert not (project.state / "outbox").exists()


def test_an_unknown_slot_field_is_not_tested(project: Project) -> None:
    with running(project, Access(token="right")) as studio:
        studio.replace(NEWS, "The old links", "[[ frist_name ]]! The old links")
        status, said = post(studio, NEWS, {"transport": "outbox"})
    assert status == 422
    assert "frist_name" in said


def test_one_test_at_a_time(project: Project) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(_project: Project, _slug: str, _transport: str) -> str:
        begun.set()
        go.wait(10)
        raise AttentionError("the test may or may not have been sent")

    answers: list[tuple[int, str]] = []
    with running(project, Access(token="right"), slow) as studio:
        first = threading.Thread(target=lambda: answers.append(post(studio, SEED, {"transport": "outbox"})))
        first.start()
        begun.wait(10)
        assert post(studio, SEED, {"transport": "outbox"})[0] == 409
        go.set()
        first.join()
    assert answers == [(422, "the test may or may not have been sent")]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_the_page_names_who_gets_it_before_and_what_became_of_it_after(
    browser: Browser, studio: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SENDGRID_API_KEY", raising=False)
    with watched(browser, studio.url) as page:
        open_edition(page, NEWS, "?reader=emoji&variant=long")
        page.get_by_role("button", name="Test send…").click()
        dialog = page.get_by_role("dialog", name="Test send")
        expect(dialog).to_contain_text("[TEST] The PRODUCTHEAD archive has moved, there")
        expect(dialog).to_contain_text("curator@example.com")
        expect(dialog.get_by_label("outbox")).to_be_checked()
        dialog.get_by_role("button", name="Send test").click()
        expect(dialog.get_by_role("status")).to_contain_text("sent to curator@example.com by outbox")
        dialog.get_by_label("SendGrid").check()
        dialog.get_by_role("button", name="Send test").click()
        expect(dialog.get_by_role("status")).to_contain_text("SENDGRID_API_KEY")
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_be_hidden()
    assert len(on_record(studio.project, NEWS)) == 1


def test_the_program_gives_the_studio_its_own_test(project: Project) -> None:
    assert send_test_of(project, NEWS, "outbox").endswith("sent to curator@example.com by outbox")
