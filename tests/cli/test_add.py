"""add: links from real pages on loopback into the first edition."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.loopback import Site, loopback
from tests.standin import Standin

SLUG = "2024-02-12-in-search-of-deeper-alignment"
PAGE = """<html><head><title>{0} | Blog</title><meta property="og:site_name" content="Blog">
<meta name="author" content="Jo Doe"><meta name="description" content="About [[ {0} ]]."></head></html>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback() as site:
        yield site


@pytest.fixture
def file(project: Path) -> Path:
    return project / "content" / "editions" / f"{SLUG}.md"


def inserted(before: str, after: str) -> str:
    """What was put in, in one place; anything else fails."""
    start = next(n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
    assert after.endswith(before[start:])
    return after[start : len(after) - len(before) + start]


def test_links_are_added_in_order_and_the_edition_still_renders(run: Run, site: Site, file: Path) -> None:
    before = file.read_text("utf-8")
    urls = [site.put(f"/{name}", PAGE.format(name)) for name in ("one", "two")]

    result = run("add", SLUG, f" {urls[0]}?utm_source=x", urls[1], f"{urls[1]} ", "--allow-private")

    assert (result.exit_code, result.stdout) == (0, "added   one\nadded   two\n")
    assert (
        inserted(before, file.read_text("utf-8")).strip("\n ")
        == f"""\
- title: one
    url: {urls[0]}
    excerpt: 'About \\[[ one ]].'
    summary:
    author: Jo Doe
    publication: Blog

  - title: two
    url: {urls[1]}
    excerpt: 'About \\[[ two ]].'
    summary:
    author: Jo Doe
    publication: Blog"""
    )
    assert sorted(site.seen) == ["/one?utm_source=x", "/two"]
    rendered = run("render", SLUG)
    assert rendered.exit_code == 0
    text = (file.parents[2] / "build" / f"{SLUG}.txt").read_text("utf-8")
    assert "About [[ one ]]." in text


def test_what_is_there_is_not_asked_nor_added_again(run: Run, site: Site, file: Path) -> None:
    url = site.put("/one", PAGE.format("one"))
    assert run("add", SLUG, url, "--allow-private").exit_code == 0
    before = file.read_bytes()

    result = run("add", SLUG, url.replace("/one", "/one/"))

    assert (result.exit_code, result.stdout) == (0, "present one\n")
    assert f"{url}/: is in {SLUG} already, and not added again" in result.stderr
    assert file.read_bytes() == before
    assert site.seen == ["/one"]


def test_a_page_of_another_edition_is_added_and_that_is_said(run: Run, site: Site, file: Path) -> None:
    url = site.put("/one", PAGE.format("one"))
    other = "---\ntitle: T\ndate: 2024-02-05\ncurated:\n- title: One\n  url: {}\n---\n"
    file.with_name("2024-02-05-t.md").write_text(other.format(url), "utf-8")

    result = run("add", SLUG, url, "--allow-private", "--json")

    assert result.exit_code == 0
    assert f"{url}: was in 2024-02-05-t before; added all the same" in result.stderr
    document = json.loads(result.stdout)
    assert document == {
        "edition": SLUG,
        "path": str(file),
        "links": [
            {
                "url": url,
                "state": "added",
                "reason": None,
                "also_in": ["2024-02-05-t"],
                "published": None,
                "image": None,
                "item": {
                    "title": "one",
                    "url": url,
                    "excerpt": "About \\[[ one ]].",
                    "summary": "",
                    "author": "Jo Doe",
                    "publication": "Blog",
                },
            }
        ],
    }


def test_what_can_not_be_read_is_added_with_blanks_and_filled_later(run: Run, site: Site, file: Path) -> None:
    before = file.read_text("utf-8")
    url = site.url("/later")

    result = run("add", SLUG, url, "--allow-private")

    assert (result.exit_code, result.stdout) == (4, f"added   {url}\n")
    assert result.stderr == (
        "asking 1 page\n"
        f"{url}: answers 404; there is no such page: look at the address\n"
        "1 page could not be read: the edition has the address and blanks to fill; "
        "fill them in, or run it again\n"
    )
    after = file.read_text("utf-8")
    assert "    # not read: answers 404; there is no such page: look at the address\n" in after
    line = after[: after.index("- title:\n")].count("\n") + 1
    rendered = run("render", SLUG)
    assert rendered.exit_code == 3
    assert f"{SLUG}.md:{line}:5: 'curated.3.title' is missing; add `title: …`" in rendered.stderr

    site.put("/later", PAGE.format("later"))
    result = run("add", SLUG, url, "--allow-private")

    assert (result.exit_code, result.stdout) == (0, "filled  later\n")
    assert "not read" not in inserted(before, file.read_text("utf-8"))
    assert run("render", SLUG).exit_code == 0


def test_without_a_connection_the_links_are_kept(run: Run, file: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/a"
        result = run("add", SLUG, url, "--allow-private")
    assert result.exit_code == 4
    assert f"{url}: takes no connection" in result.stderr
    assert f"url: {url}\n" in file.read_text("utf-8")


def test_what_is_no_page_is_added_with_blanks(run: Run, site: Site, file: Path) -> None:
    url = site.put("/paper.pdf", "%PDF-1.7", kind="application/pdf")
    result = run("add", SLUG, url, "--allow-private")
    assert result.exit_code == 0
    assert f"{url}: is application/pdf and no page; write title and author yourself" in result.stderr


def test_an_address_inside_a_network_is_refused_and_the_others_are_added(
    run: Run, site: Site, file: Path
) -> None:
    before = file.read_bytes()
    result = run("add", SLUG, site.put("/one", PAGE.format("one")), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["links"][0]["state"] == "refused"
    assert "leads to 127.0.0.1, which is this computer; allow it with --allow-private" in result.stderr
    assert (file.read_bytes(), site.seen) == (before, [])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("latest", "example.com/a"), 3, "'example.com/a' is not an absolute http, https URL"),
        (("latest", "https://example.com/", "ftp://example.com"), 3, "'ftp://example.com' is not"),
        (("https://example.com/a", "https://example.com/b"), 2, "name the edition before the URL"),
        (("no-such-edition", "https://example.com/a"), 3, "no edition 'no-such-edition'"),
    ],
)
def test_what_makes_no_sense_is_said_before_anything_is_asked(
    run: Run, file: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    before = file.read_bytes()
    result = run("add", *arguments)
    assert (result.exit_code, words in result.stderr) == (code, True)
    assert file.read_bytes() == before


def test_a_file_that_can_not_be_edited_is_left_and_nothing_is_asked(run: Run, site: Site, file: Path) -> None:
    file.write_text(file.read_text("utf-8").replace("curated:", "curated: none\nold:"), "utf-8")
    result = run("add", SLUG, site.put("/one", PAGE.format("one")), "--allow-private")
    assert (result.exit_code, site.seen) == (3, [])
    assert "'curated' must be a list; write it as a list with a line `- ` for each item" in result.stderr


def test_an_approval_is_void_and_a_rehearsal_counts_for_nothing(run: Run, site: Site, file: Path) -> None:
    text = file.read_text("utf-8").replace("send_at:", "old_send_at:")
    file.write_text(text, "utf-8")
    assert run("send", SLUG, "--test", "--transport", "outbox").exit_code == 0
    assert run("approve", SLUG).exit_code == 0
    assert run("send", SLUG, "--yes", "--transport", "outbox").exit_code == 0

    result = run("add", SLUG, site.put("/one", PAGE.format("one")), "--allow-private")

    assert result.exit_code == 0
    assert result.stderr == (
        f"asking 1 page\n{SLUG}: its approval no longer holds; test and approve it again when it is done\n"
    )


def test_an_edition_that_was_sent_wants_no_new_approval(
    run: Run, site: Site, file: Path, sendgrid: Standin
) -> None:
    file.write_text(file.read_text("utf-8").replace("send_at:", "old_send_at:"), "utf-8")
    assert run("send", SLUG, "--test").exit_code == 0
    assert run("approve", SLUG).exit_code == 0
    assert run("send", SLUG, "--yes").exit_code == 0

    result = run("add", SLUG, site.put("/one", PAGE.format("one")), "--allow-private")

    assert result.stderr == (
        "asking 1 page\n"
        f"{SLUG}: was sent already: readers keep what they got, and only its page on the web changes\n"
    )


def test_a_password_in_an_address_is_given_to_nobody(run: Run, site: Site, file: Path) -> None:
    before = file.read_bytes()
    result = run("add", SLUG, "https://jo:secret@margins.example.com/one")
    assert (result.exit_code, site.seen, file.read_bytes()) == (3, [], before)
    assert result.stderr == (
        "URL: an address at margins.example.com holds a name or password, which readers would get; "
        "write it without\n"
    )
