"""`producthead audience import`: the people of an export who want mail, once, and nobody who left."""

# ruff: noqa: E501 - rows of a table, each a text and what becomes of it

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from producthead_mail.content.authoring.starter import invented_readers
from tests.audience.test_exports import CLEANED, GHOST, SUBSCRIBED, UNSUBSCRIBED

Run = Callable[..., Result]
OWN = b'\xef\xbb\xbfEmail;First Name;Plan\r\nada@example.org;Ada;free\r\n\r\nbad row\r\nbo@example.org;"B;o";'
ROW = '{email},{first},Li,,2,"2023-01-01 10:00:00",,"2023-01-01 10:00:00",,,,,,,,,{more}"2023-01-01 10:00:00",1,ab1,,'


@pytest.fixture
def audience(project: Path) -> Path:
    """The audience's file, as a spreadsheet saved it, without a line end."""
    file = project / "content" / "audience" / "sample.csv"
    file.write_bytes(OWN)
    return file


def mailchimp(folder: Path, *emails: str, name: str = "subscribed_email_audience_export_1a2b.csv") -> Path:
    """An export with these people."""
    header, more = SUBSCRIBED, ""
    if name.startswith("unsubscribed"):
        header, more = UNSUBSCRIBED, '"2023-05-01 10:00:00",News,c1,NORMAL,,'
    if name.startswith("cleaned"):
        header, more = CLEANED, '"2023-05-01 10:00:00",News,c1,'
    rows = (ROW.format(email=email, first=email.partition("@")[0].title(), more=more) for email in emails)
    file = folder / name
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def test_people_are_added_below_what_is_there_byte_for_byte(run: Run, audience: Path, tmp_path: Path) -> None:
    file = mailchimp(
        tmp_path, "cy@example.com", "ADA@example.org", "Cy@Example.com", "no address", "dee@example.net"
    )
    result = run("audience", "import", str(file))
    assert (result.exit_code, result.stdout) == (
        0,
        "        2  added\n        1  in the audience already\n        1  a second time in the export\n"
        "        1  rows without a usable address\n",
    )
    assert result.stderr == (
        f"{file}: Mailchimp\n"
        "left empty, as the export has nothing for them: plan\n"
        "columns left out, as the file has no place for them: last_name, birthday\n"
        f"{audience}: 2 recipients added\n"
    )
    assert audience.read_bytes() == OWN + b"\r\ncy@example.com;Cy;\r\ndee@example.net;Dee;\r\n"


def test_people_take_the_place_of_invented_ones(run: Run, audience: Path, tmp_path: Path) -> None:
    audience.write_bytes(invented_readers())
    left = mailchimp(tmp_path, "gone@example.org", name="unsubscribed_email_audience_export_1a2b.csv")
    assert run("audience", "import", str(left)).exit_code == 0
    assert audience.read_bytes() == invented_readers()  # nobody to put in their place yet
    result = run("audience", "import", str(mailchimp(tmp_path, "cy@example.com", "ada@example.com")))
    assert "the invented readers are gone from the audience\n" in result.stderr
    assert audience.read_bytes() == (
        b"email,first_name,last_name\ncy@example.com,Cy,Li\nada@example.com,Ada,Li\n"
    )
    again = run("audience", "import", str(mailchimp(tmp_path, "dee@example.net")))
    assert "invented" not in again.stderr
    assert audience.read_bytes().endswith(b"ada@example.com,Ada,Li\ndee@example.net,Dee,Li\n")


def test_an_export_that_is_not_there(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    result = run("audience", "import", str(file))
    assert (result.exit_code, result.stderr) == (
        3,
        f"{file}: no such file; name the file that the other service gave you\n",
    )


def test_an_archive_with_a_damaged_table_changes_nothing(run: Run, audience: Path, tmp_path: Path) -> None:
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("people.csv", "email,status\ncy@example.com,active\n")
    archive.write_bytes(archive.read_bytes().replace(b"cy@example", b"di@example"))
    result = run("audience", "import", str(archive))
    assert (result.exit_code, result.stderr) == (
        3,
        f"{archive}/people.csv: a broken ZIP archive: Bad CRC-32 for file 'people.csv'; "
        "download it again, or unpack it and name the file in it\n",
    )
    assert audience.read_bytes() == OWN


def test_words_that_are_no_known_status_are_said(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    rows = ["gold,active", "gold,", "Gold VIP,", ",", "active,lapsed", "a@example.com,"]
    file.write_text(
        "email,status,email_status\n"
        + "".join(f"r{n}@example.com,{row}\n" for n, row in enumerate(rows))
        + "".join(f"{one}@example.com,{one * 3},\n" for one in "bcdef"),
        encoding="utf-8",
    )
    document = json.loads(run("audience", "import", str(file), "--json").stdout)
    assert (document["added"], document["left_out"]) == (0, {"of unknown status": 11})
    assert document["remarks"] == [
        "not known to say who wants mail: 'gold' (2), 'Gold VIP' (1), 'lapsed' (1), 'bbb' (1), 'ccc' (1)"
    ]


def test_a_spreadsheet_in_an_archive_is_not_read_and_said(run: Run, tmp_path: Path) -> None:
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("people.csv", "email,status\ncy@example.com,active\n")
        file.writestr("left.xlsx", b"PK\x03\x04workbook")
        file.writestr("__MACOSX/._people.csv", b"\0\5\x16\7")
    document = json.loads(run("audience", "import", str(archive), "--json").stdout)
    assert (document["added"], document["remarks"][-1]) == (
        1,
        "not read, as no list of people: left.xlsx, which is not CSV",
    )


def test_a_broken_row_of_a_list_of_those_who_left_still_suppresses(
    run: Run, audience: Path, tmp_path: Path
) -> None:
    file = tmp_path / "unsubscribed_email_audience_export_1a2b.csv"
    file.write_text(f"{UNSUBSCRIBED}\nada@example.org,Ada\nno address,No\n")
    document = json.loads(run("audience", "import", str(file), "--json").stdout)
    assert (document["suppressions_added"], document["suppressed_present"], document["invalid"]) == (1, 1, 1)
    assert audience.read_bytes() == OWN


def test_importing_again_adds_nothing_and_does_not_touch_the_file(
    run: Run, audience: Path, tmp_path: Path
) -> None:
    file = mailchimp(tmp_path, "cy@example.com")
    run("audience", "import", str(file))
    before = audience.read_bytes(), audience.stat().st_mtime_ns
    result = run("audience", "import", str(file), "--json")
    document = json.loads(result.stdout)
    assert (document["added"], document["present"]) == (0, 1)
    assert (audience.read_bytes(), audience.stat().st_mtime_ns) == before


@pytest.mark.parametrize("name", ["unsubscribed_members_export.csv", "cleaned_members_export.csv"])
def test_who_left_mailchimp_is_suppressed_and_never_comes_back(
    run: Run, audience: Path, tmp_path: Path, name: str
) -> None:
    left = mailchimp(tmp_path, "cy@example.com", "ada@example.org", name=name)
    result = run("audience", "import", str(left), "--json")
    document = json.loads(result.stdout)
    assert (document["added"], document["suppressions_added"], document["suppressed_present"]) == (0, 2, 1)
    assert audience.read_bytes() == OWN

    later = run("audience", "import", str(mailchimp(tmp_path, "CY@example.com", "dee@example.net")), "--json")
    document = json.loads(later.stdout)
    assert (document["added"], document["suppressed"]) == (1, 1)
    assert audience.read_bytes() == OWN + b"\r\ndee@example.net;Dee;\r\n"
    known = json.loads(run("suppressions", "list", "cy@example.com", "--json").stdout)
    reason = "unsubscribed at Mailchimp" if name.startswith("unsub") else "bounced at Mailchimp"
    assert [(one["kind"], one["reason"]) for one in known["suppressions"]] == [("local", reason)]


def test_a_zip_archive_of_mailchimp_with_every_kind(run: Run, audience: Path, tmp_path: Path) -> None:
    archive = tmp_path / "audience_export.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, emails in {
            "subscribed_email_audience_export_1a2b.csv": ("cy@example.com", "gone@example.com"),
            "unsubscribed_email_audience_export_1a2b.csv": ("gone@example.com",),
            "cleaned_email_audience_export_1a2b.csv": ("dead@example.com",),
            "nonsubscribed_email_audience_export_1a2b.csv": ("buyer@example.com",),
        }.items():
            file.write(mailchimp(tmp_path, *emails, name=name), name)
        file.writestr("granular_activity/opens/1.csv", "Campaign,Opens\n1,2\n")
    document = json.loads(run("audience", "import", str(archive), "--json").stdout)
    assert (document["added"], document["suppressed"], document["left_out"]) == (
        1,
        1,
        {"bounced": 1, "never subscribed": 1, "unsubscribed": 1},
    )
    assert document["remarks"] == ["not read, as no list of people: granular_activity/opens/1.csv"]
    assert audience.read_bytes() == OWN + b"\r\ncy@example.com;Cy;\r\n"
    known = json.loads(run("suppressions", "list", "buyer@example.com", "--json").stdout)
    assert known["suppressed"] is False


def test_a_file_that_is_not_there_gets_addresses_and_names(run: Run, audience: Path, tmp_path: Path) -> None:
    audience.unlink()
    file = tmp_path / "members.csv"
    file.write_text(
        f'\ufeff{GHOST}\r\n1,mia@example.com,"Mia\x01\n Reed",,true,,,,,,\r\n2,ned@example.com,Ned,,false,,,,,,\r\n',
        encoding="utf-8",
    )
    result = run("audience", "import", str(file))
    assert result.exit_code == 0, result.stderr
    assert audience.read_text(encoding="utf-8") == "email,name\nmia@example.com,Mia Reed\n"


def test_a_name_is_put_together_where_the_file_has_one_column_for_it(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "readers.csv"
    out.write_text("name,email\n", encoding="utf-8")
    result = run(
        "audience", "import", str(mailchimp(tmp_path, "cy@example.com")), "--out", str(out), "--json"
    )
    assert out.read_text(encoding="utf-8") == "name,email\nCy Li,cy@example.com\n"
    assert (json.loads(result.stdout)["columns_empty"], json.loads(result.stdout)["columns_left_out"]) == (
        [],
        ["birthday"],
    )


def test_an_audience_elsewhere_is_not_written_but_a_file_may_be(
    run: Run, project: Path, tmp_path: Path
) -> None:
    publication = project / "content" / "publication.yaml"
    text = publication.read_text(encoding="utf-8")
    publication.write_text(
        text.replace(
            "audience: {csv: audience/sample.csv}", 'audience: {sql: "sqlite:///x.db", query: SELECT 1}'
        ),
        encoding="utf-8",
    )
    file = mailchimp(tmp_path, "cy@example.com")
    result = run("audience", "import", str(file))
    assert (result.exit_code, result.stderr) == (
        3,
        f"{publication}: the audience is no CSV file, and only such a file can be added to; "
        "write the rows with --out FILE, and load them where the audience is kept\n",
    )
    assert run("audience", "import", str(file), "--out", str(tmp_path / "out.csv")).exit_code == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Email,Name\nada@example.org,Ada\n", "{file}:1: not an export of Mailchimp, Substack, Ghost, Buttondown or SendGrid; its columns are email, name; name them `email`, `first_name`, `last_name` and `status` (subscribed or unsubscribed)\n"),
        (b"ada@example.org,Ada,active\n", "{file}:1: the first line is a row where a header belongs; put a line such as `email,first_name,status` above it\n"),
        (GHOST.encode("utf-16"), "{file}: is in UTF-16; save it as UTF-8\n"),
        (b"PK\x03\x04broken", "{file}: a broken ZIP archive: File is not a zip file; download it again, or unpack it and name the file in it\n"),
        (b"", "{file}: the file is empty; give it a header with `email`, and a row per recipient\n"),
        (GHOST.encode() + b'\n1,"a@example.com', "{file}:2: a quote opened here isn't closed as it should be (unexpected end of data); close the quote, or double a quote within quotes\n"),
    ],
)  # fmt: skip
def test_what_is_no_export_changes_nothing(
    run: Run, project: Path, audience: Path, tmp_path: Path, data: bytes, said: str
) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(data)
    result = run("audience", "import", str(file))
    assert (result.exit_code, result.stderr) == (3, said.format(file=file))
    assert audience.read_bytes() == OWN
    assert not (project / ".producthead").exists()


def test_an_audience_s_file_in_utf_16_is_refused(run: Run, audience: Path, tmp_path: Path) -> None:
    audience.write_bytes("email\nada@example.org\n".encode("utf-16"))
    result = run("audience", "import", str(mailchimp(tmp_path, "cy@example.com")))
    assert (result.exit_code, result.stderr) == (
        3,
        f"{audience}: is in UTF-16; save it as UTF-8\n",
    )
