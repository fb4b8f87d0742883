"""What SpamAssassin says, from its own words; and asked for real where it is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from producthead_mail.checks.finding import Severity
from producthead_mail.checks.page import Page
from producthead_mail.checks.spamassassin import (
    Score,
    Verdict,
    report,
    second_column,
    spam_score,
    table,
    verdict,
)
from producthead_mail.errors import InputError, OutsideError
from tests.checks.conftest import EDITION, MESSAGE, PUBLICATION

TABLE = """2.3/5.0
Spam detection software has examined the mail.

Content analysis details:   (2.3 points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
 2.7 DEAR_FRIEND            BODY: Dear Friend? That's not very dear!
-0.0 NO_RELAYS              Informational: message was not relayed via SMTP
                            [more of the line before]
-0.4 A_GOOD_THING           BODY: 1.0 of it
"""


def test_the_report_line() -> None:
    text = "Body.\nproducthead score=0.7 required=5.0 tests=NO_RELAYS=-0.001,DEAR_FRIEND=0.713\n"
    assert report(text) == Score(0.7, (("DEAR_FRIEND", 0.713), ("NO_RELAYS", -0.001)))
    assert report("producthead score=0.0 required=5.0 tests=none\n") == Score(0.0, ())
    with pytest.raises(OutsideError, match="writes no report"):
        report("Body.\n")


def test_the_table_of_spamc() -> None:
    rules = (("DEAR_FRIEND", 2.7), ("NO_RELAYS", -0.0), ("A_GOOD_THING", -0.4))
    assert table(TABLE) == Score(2.3, rules)
    assert str(table(TABLE)) == "2.3 (DEAR_FRIEND 2.7, A_GOOD_THING -0.4)"
    with pytest.raises(OutsideError, match="spamd does not answer"):
        table("0/0\n")


def test_only_rules_with_four_scores_have_a_second() -> None:
    text = (
        "score A 1.0\nscore B 2.1 0.2 3 4\n# score C 1 2 3 4\nscore D 0 -1.5 0 0 # why\n  score E 1 2 3 4\n"
    )
    assert second_column(text) == "score B 0.2\nscore D -1.5\n"


@pytest.mark.parametrize(
    ("server", "offline", "severity"),
    [
        (0.0, 4.9, Severity.INFO),
        (2.9, 9.0, Severity.INFO),
        (3.0, 3.0, Severity.WARNING),
        (5.0, 5.0, Severity.ERROR),
        (None, 3.0, Severity.WARNING),
    ],
)
def test_what_a_mail_server_would_count_decides(
    server: float | None, offline: float, severity: Severity
) -> None:
    said = Verdict(Score(offline, ()), None if server is None else Score(server, ()))
    assert [hit.severity for hit in spam_score(Page(EDITION, PUBLICATION, MESSAGE), said)] == [severity]


def test_both_sums_are_said() -> None:
    said = Verdict(Score(0.7, (("A", 0.713), ("B", 0.001))), Score(0.0, (("A", 0.001),)))
    (hit,) = spam_score(Page(EDITION, PUBLICATION, MESSAGE), said)
    assert hit.message == (
        "SpamAssassin gives 0.0 on a mail server (score set 1), 0.7 (A 0.7) offline (set 0); 5 is spam"
    )


def program(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_spamc_alone_gives_one_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "said").write_text(TABLE)
    program(tmp_path, "spamc", f"[ $1 = -R ] && exec /bin/cat {tmp_path}/said")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert verdict(b"Subject: A\n\nB\n") == Verdict(table(TABLE), None)


def test_a_program_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, "spamassassin", "echo 'no rules found' >&2; exit 64")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OutsideError, match="spamassassin exits 64: no rules found"):
        verdict(b"Subject: A\n\nB\n")


def test_without_any_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="apt-get install spamassassin"):
        verdict(b"Subject: A\n\nB\n")


@pytest.mark.skipif(shutil.which("spamassassin") is None, reason="SpamAssassin is not installed")
def test_a_real_spamassassin_fires_and_weighs_twice() -> None:
    mail = (
        b"Subject: A word\nFrom: A <a@example.com>\nTo: b@example.org\n"
        b"Date: Mon, 12 Feb 2024 12:00:00 +0000\nMessage-ID: <a@example.com>\n\nDear Friend,\nA word.\n"
    )
    said = verdict(mail)
    assert said.server is not None
    offline, server = dict(said.offline.rules), dict(said.server.rules)
    assert (offline["DEAR_FRIEND"], server["DEAR_FRIEND"]) == (2.683, 2.604)
