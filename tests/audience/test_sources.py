"""The audience a publication names, and one person of it."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from producthead_mail.audience.lookup import find
from producthead_mail.audience.sources import open_source
from producthead_mail.content.publication import AudienceSource, Mailbox, Publication
from producthead_mail.errors import InputError
from tests.audience.test_exports import GHOST, SENDGRID, SUBSCRIBED, SUBSTACK

CSV = (
    "email,first_name\nAda@Example.org,Ada\nada@example.org,Again\nbob@example.org\n"
    "carl@example.org,Carl\nJÖRG@münchen.example.org,Jörg\n"
)


@pytest.fixture
def publication(tmp_path: Path) -> Publication:
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8")
    sender = Mailbox("editor@example.com")
    source = AudienceSource(csv=tmp_path / "a.csv")
    return Publication(
        tmp_path / "publication.yaml", "P", "https://p.example.com", sender, ZoneInfo("UTC"), audience=source
    )


def refusal(publication: Publication, email: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        find(open_source(publication), email or "")
    return str(caught.value).replace(str(publication.path.parent), "content")


def test_a_csv_file(publication: Publication) -> None:
    source = open_source(publication)
    assert (Path(source.name).name, source.columns) == ("a.csv", ("email", "first_name"))
    assert len(list(source.rows)) == 5


@pytest.mark.parametrize(
    ("name", "header", "service"),
    [
        ("members.csv", GHOST, "Ghost"),
        ("email_list.kiln.csv", SUBSTACK, "Substack"),
        ("unsubscribed_members.csv", SUBSCRIBED, "Mailchimp, unsubscribed contacts"),
        ("suppression_unsubscribes.csv", "email,created", "SendGrid, suppressions"),
        ("unsubscribers.csv", "email", "people who left, by the file's name"),
    ],
)
def test_a_list_that_may_have_people_who_left_is_no_audience(
    publication: Publication, name: str, header: str, service: str
) -> None:
    file = publication.path.parent / name
    file.write_text(f"{header}\n", encoding="utf-8")
    assert refusal(replace(publication, audience=AudienceSource(csv=file))) == (
        f"content/{name}:1: an export ({service}) that may list people who left, who must get no mail; "
        f"run `producthead audience import content/{name} --out new-{name}`, and name that in audience.csv"
    )


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("subscribed_a1.csv", SUBSCRIBED),
        ("contacts.csv", SENDGRID),
        ("people.csv", "email,status,created"),
        ("own.csv", "email,type,utm_source,created"),
    ],
)
def test_a_list_of_people_who_want_mail_is_an_audience(
    publication: Publication, name: str, header: str
) -> None:
    file = publication.path.parent / name
    file.write_text(f"{header}\n", encoding="utf-8")
    assert open_source(replace(publication, audience=AudienceSource(csv=file))).columns[-1] in (
        "tags",
        "plan",
        "created",
    )


def test_a_database(publication: Publication) -> None:
    database = sqlite3.connect(publication.path.parent / "people.db")
    with database:
        database.execute("CREATE TABLE people AS SELECT 'ada@example.org' AS email, 'Ada' AS name")
    database.close()
    audience = AudienceSource(sql="sqlite:///people.db", query="SELECT * FROM people")
    source = open_source(replace(publication, audience=audience))
    assert (source.name, source.columns) == ("sqlite:///people.db", ("email", "name"))
    assert find(source, "ADA@example.org").fields["name"] == "Ada"


def test_none(publication: Publication) -> None:
    assert refusal(replace(publication, audience=AudienceSource())) == (
        "content/publication.yaml: no audience; name a file in audience.csv"
    )


@pytest.mark.parametrize(
    ("asked", "email", "name"),
    [
        ("ada@example.org", "Ada@example.org", "Ada"),
        (" ADA@EXAMPLE.ORG ", "Ada@example.org", "Ada"),
        ("jörg@xn--mnchen-3ya.example.org", "JÖRG@xn--mnchen-3ya.example.org", "Jörg"),
    ],
)
def test_a_person_is_found_however_the_address_is_written(
    publication: Publication, asked: str, email: str, name: str
) -> None:
    found = find(open_source(publication), asked)
    assert (found.email, found.fields["first_name"]) == (email, name)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("eve@example.net", "content/a.csv: eve@example.net is not in the audience"),
        (
            "carll@example.org",
            "content/a.csv: carll@example.org is not in the audience; did you mean 'carl@example.org'?",
        ),
        (
            "carl@exmaple.org",
            "content/a.csv: carl@exmaple.org is not in the audience; did you mean 'carl@example.org'?",
        ),
        (
            "bob@example.org",
            "content/a.csv:4: bob@example.org gets nothing: 1 cell where the header has 2; mend the row",
        ),
        ("carl", "--recipient: 'carl': An email address must have an @-sign"),
    ],
)
def test_who_is_not_there_is_told_with_the_nearest_who_is(
    publication: Publication, asked: str, told: str
) -> None:
    assert refusal(publication, asked) == told
