from pathlib import Path

import pytest

from producthead_mail.doctor import machine
from producthead_mail.doctor.check import Check, Group, State, counts, lines, summary
from producthead_mail.doctor.machine import clock, packages, python, requirements, room


def test_this_program_knows_what_it_wants() -> None:
    oldest, wanted = requirements()
    assert oldest == "3.11"
    assert "dnspython>=2.7" in wanted
    assert not any("extra" in one for one in wanted)


@pytest.mark.parametrize(
    ("wanted", "present", "line"),
    [
        ("httpx>=0.28", {"httpx": "0.28.0"}, ""),
        ("httpx>=0.28", {"httpx": "0.27.2"}, "httpx is 0.27.2, older than 0.28"),
        ("httpx>=0.28", {"httpx": "1"}, ""),
        ("httpx>=0.28", {}, "httpx is missing"),
        ("premailer==3.10.0", {"premailer": "3.11.0"}, "premailer is 3.11.0, not 3.10.0"),
        ("premailer==3.10.0", {"premailer": "3.10.0"}, ""),
        ("ruamel_yaml>=0.18 ; python_version > '3'", {"ruamel-yaml": "0.18.6"}, ""),
        ("psycopg[binary]>=3.2", {"psycopg": "3.1"}, "psycopg is 3.1, older than 3.2"),
        ("rich", {"rich": "1"}, ""),
    ],
)
def test_a_package_that_is_missing_or_old_is_named(wanted: str, present: dict[str, str], line: str) -> None:
    found = packages([wanted], present)
    assert (found.message if found.state is State.ERROR else "") == line
    assert (found.remedy == "pip install --upgrade producthead-mail") is bool(line)


def test_without_metadata_packages_are_not_judged() -> None:
    assert packages([], {}).state is State.SKIPPED


@pytest.mark.parametrize(
    ("version", "oldest", "state"),
    [
        ("3.11.0", "3.11", "ok"),
        ("3.9.18", "3.11", "error"),
        ("3.12.1", "", "ok"),
        ("3.14.0rc1", "3.11", "ok"),
    ],
)
def test_an_old_python_is_an_error(version: str, oldest: str, state: str) -> None:
    assert python(version, oldest).state == state


@pytest.mark.parametrize(
    ("ahead", "state", "message"),
    [
        (59, "ok", "as SendGrid's, within a minute"),
        (-300, "error", "5 min behind SendGrid's: editions would go too late"),
        (7200, "error", "120 min ahead of SendGrid's: editions would go too soon"),
    ],
)
def test_a_clock_is_compared(ahead: float, state: str, message: str) -> None:
    found = clock(ahead, "SendGrid")
    assert (found.state, found.message) == (state, message)


def test_a_disk_that_is_nearly_full_is_a_warning() -> None:
    assert room(500_000_000, Path("/srv")).message == "0.5 GB free"
    found = room(99_999_999, Path("/srv"))
    assert (found.state, found.message) == ("warning", "0.1 GB free at /srv")


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("echo SpamAssassin version 4.0.1", "ok: SpamAssassin version 4.0.1"),
        ("exit 3", "warning: {} exits 3 without its version"),
        ("sleep 30", "skipped: {} says nothing within 0.2 s"),
    ],
)
def test_a_program_says_its_version_or_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, line: str
) -> None:
    program = tmp_path / "spamassassin"
    program.write_text(f"#!/bin/sh\n{script.replace('sleep', 'exec /bin/sleep')}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    if "sleep" in script:
        monkeypatch.setattr(machine, "PROGRAM_SECONDS", 0.2)
    found = machine.spamassassin()
    assert f"{found.state}: {found.message}" == line.format(program)


def test_a_line_wider_than_the_terminal_keeps_its_text_in_a_column_and_its_words_whole() -> None:
    record = "s1._domainkey.example.com CNAME s1.domainkey.u1.wl.sendgrid.net"
    found = [Check(Group.DNS, "DKIM", State.ERROR, "s1._domainkey.example.com is missing", f"add {record}")]
    assert lines(found, 60) == [
        "DNS",
        "  error    DKIM  s1._domainkey.example.com is missing; add",
        "                 s1._domainkey.example.com CNAME",
        "                 s1.domainkey.u1.wl.sendgrid.net",
    ]
    assert lines(found, 8)[1] == "  error    DKIM  s1._domainkey.example.com is"
    assert len(lines(found)) == 2


def test_on_a_terminal_what_is_skipped_for_one_reason_shares_a_line() -> None:
    found = [
        Check(Group.SENDGRID, "key", State.SKIPPED, "SENDGRID_API_KEY is not set", "put it into .env"),
        Check(Group.SENDGRID, "credits", State.SKIPPED, "needs the key"),
        Check(Group.SENDGRID, "sender", State.SKIPPED, "needs the key"),
        Check(Group.SENDGRID, "TLS", State.OK, "used"),
    ]
    assert lines(found, 80) == [
        "SendGrid",
        "  skipped  key       SENDGRID_API_KEY is not set; put it into .env",
        "  skipped  2 checks  needs the key: credits, sender",
        "  ok       TLS       used",
    ]
    assert len(lines(found)) == 5


def test_the_report_has_a_heading_a_group_and_a_line_a_check() -> None:
    found = [
        Check(Group.DNS, "DKIM", State.ERROR, "no key", "add one"),
        Check(Group.PROJECT, "publication", State.OK, "PRODUCTHEAD"),
        Check(Group.DNS, "SPF", State.SKIPPED, "no network"),
    ]
    assert lines(found) == [
        "Project",
        "  ok       publication  PRODUCTHEAD",
        "",
        "DNS",
        "  error    DKIM         no key; add one",
        "  skipped  SPF          no network",
    ]
    assert summary(found) == "1 error (DKIM), 1 ok, 1 skipped"
    assert summary(found[1:]) == "nothing to mend, 1 ok, 1 skipped"
    assert counts(found) == {"ok": 1, "warning": 0, "error": 1, "skipped": 1}
