"""`producthead import`: old editions as files, once, and a report of what could not be mapped."""

# ruff: noqa: E501 - rows of a table, each a text and what becomes of it

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import Result

from tests.content.old_exports import BILLION, CLASSIC, FIRE, RSS, WORDPRESS

Run = Callable[..., Result]
EDITION = """<html><head><title>PRODUCTHEAD: {title}</title>
<meta property="article:published_time" content="{day}T07:00:00+00:00"></head>
<body><article><h1>PRODUCTHEAD: {title}</h1><p>About <a href="../clay/">clay</a>.</p></article></body></html>"""
INDEX = """<html><body><main><h1>All editions</h1><ul><li><a href="/one/">One</a></li><li><a href="/two/">Two</a></li>
<li><a href="/gone/">Gone</a></li><li><a href="/about-us/">About</a></li></ul></main></body></html>"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "export.xml"
    file.write_text(WORDPRESS, encoding="utf-8")
    return file


@pytest.fixture
def site() -> Iterator[str]:
    """The address of an old archive on this machine."""
    pages = {
        "/": INDEX,
        "/one/": EDITION.format(title="One", day="2022-01-03"),
        "/two/": EDITION.format(title="Two", day="2022-01-10"),
        "/about-us/": "<p>No edition.</p>",
        "/feed/": RSS,
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path)
            self.send_response(200 if page else 404)
            self.send_header(
                "Content-Type", "application/xml" if self.path == "/feed/" else "text/html; charset=utf-8"
            )
            self.end_headers()
            self.wfile.write((page or "").encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def editions(project: Path) -> dict[str, str]:
    """The edition files but the one that the project came with."""
    files = (project / "content" / "editions").glob("*.md")
    return {file.name: file.read_text(encoding="utf-8") for file in files if file.name[:4] != "2024"}


def test_a_wordpress_export_is_written_and_reported(run: Run, project: Path, export: Path) -> None:
    result = run("import", str(export))
    assert (result.exit_code, result.stdout) == (
        0,
        "2023-03-06-fire-and-patience  2 takeaways  1 curated  1 posts\n"
        "  1 x embedded page or film: kept as a link\n"
        "  1 x featured picture: left out\n"
        "  1 x item without title or address: kept in the essay\n"
        "  1 x passage from below the lists: moved to the end of the essay\n"
        "  1 x author's name: editions have none\n"
        "  2 x category or tag: editions have none\n"
        "2022-11-01-classic-words  0 takeaways  0 curated  0 posts\n"
        "  1 x embedded page or film: kept as a link\n"
        "  1 x gallery: kept as single pictures where they are known\n"
        "  1 x shortcode: kept as it stands\n"
        "  2 x picture: stays on its server\n",
    )
    assert result.stderr == (
        "1 left out: behind a password\n"
        "  Secret\n"
        "1 left out: not published: draft\n"
        "  Not yet\n"
        "1 left out: of type attachment\n"
        "  glaze\n"
        "1 left out: of type page\n"
        "  About\n"
        "1 title without the newsletter's name before it; delete what is no edition:\n"
        "  2022-11-01-classic-words\n"
        "WordPress export: 2 editions written, 0 there before\n"
    )
    assert editions(project) == {
        "2023-03-06-fire-and-patience.md": FIRE,
        "2022-11-01-classic-words.md": CLASSIC,
    }


def test_what_was_imported_checks_and_renders(run: Run, export: Path, tmp_path: Path) -> None:
    run("import", str(export))
    checked = json.loads(run("check", "fire-and-patience", "--json").stdout)
    assert [one for one in checked["findings"] if one["severity"] == "error"] == []
    rendered = run("render", "classic-words", "--out", str(tmp_path / "out"))
    assert rendered.exit_code == 0
    assert "with a break." in (tmp_path / "out" / "2022-11-01-classic-words.txt").read_text(encoding="utf-8")


def test_importing_again_adds_nothing_and_leaves_what_was_changed(
    run: Run, project: Path, export: Path
) -> None:
    run("import", str(export))
    changed = project / "content" / "editions" / "2022-11-01-classic-words.md"
    changed.write_text("mine", encoding="utf-8")
    again = run("import", str(export), "--json")
    assert again.exit_code == 0
    assert [one["state"] for one in json.loads(again.stdout)["editions"]] == ["present", "present"]
    assert editions(project) == {"2023-03-06-fire-and-patience.md": FIRE, changed.name: "mine"}


def test_a_dry_run_writes_nothing(run: Run, project: Path, export: Path) -> None:
    result = run("import", str(export), "--dry-run", "--json")
    assert (result.exit_code, editions(project)) == (0, {})
    document = json.loads(result.stdout)
    assert document["editions"][0] == {
        "edition": "2023-03-06-fire-and-patience",
        "title": "Fire & patience",
        "date": "2023-03-06",
        "state": "new",
        "takeaways": 2,
        "curated": 1,
        "posts": 1,
        "standing": 0,
        "unmapped": {
            "author": 1,
            "category": 2,
            "embed": 1,
            "featured_picture": 1,
            "moved": 1,
            "unfinished_item": 1,
        },
    }
    assert (document["kind"], document["without_prefix"], document["problems"]) == ("WordPress export", 1, [])


def test_nothing_imported_is_ever_due(run: Run, export: Path) -> None:
    run("import", str(export))
    result = run("dispatch", "--max-late", "9000h", "--json")
    assert result.exit_code == 0, result.stderr
    assert "fire" not in result.stdout


def test_a_feed_and_an_index_are_fetched(run: Run, project: Path, site: str) -> None:
    feed = run("import", f"{site}/feed/", "--allow-private")
    assert feed.stderr.splitlines()[-1] == "feed: 2 editions written, 0 there before"
    index = run("import", f"{site}/", "--allow-private")
    assert (index.exit_code, index.stderr.splitlines()) == (
        0,
        [
            f"{site}/: an index; following 4 of its 4 links, 4 at a time",
            f"{site}/gone/: answers 404; there is no such page: look at the address",
            "1 left out: pages that could not be fetched",
            f"  {site}/gone/",
            "1 left out: pages without a date of publication, or lists of others",
            f"  {site}/about-us/",
            "index: 2 editions written, 0 there before",
        ],
    )
    assert editions(project)["2022-01-10-two.md"] == (
        f"---\ntitle: Two\ndate: 2022-01-10\n---\n\nAbout [clay]({site}/clay/).\n"
    )


def test_private_addresses_are_refused_unless_allowed(run: Run, project: Path, site: str) -> None:
    result = run("import", f"{site}/feed/")
    assert (result.exit_code, editions(project)) == (1, {})
    assert "--allow-private" in result.stderr


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (BILLION.encode(), "{file}:2: declares entities, which can grow without end or read other files; take the `<!DOCTYPE …>` out, if you trust it\n"),
        (b"PK\x03\x04....", "{file}: a ZIP archive; unpack it and name the XML file in it\n"),
        (b"\x1f\x8b\x08<a>", "{file}: a packed file (gzip); unpack it and name the XML file in it\n"),
        (b"", "{file}: empty; name an XML or HTML file, or an address\n"),
        (b"\x89PNG\r\n\x1a\n", "{file}: neither a WordPress export nor a feed nor a page of HTML; name an XML or HTML file, or an address\n"),
        (b'<meta name="date" content="03/04/2024"><p>x</p>', "{file}: a date of publication that can't be read: '03/04/2024'; give it a date: <meta property=\"article:published_time\" content=\"2024-02-12\">\n"),
        (b"<p>" * 200_001, "{file}: has more than 200,000 tags, which no edition has; name the page of one edition\n"),
        (b"<p>Only words</p>", '{file}: no date of publication, so no edition, and no address of its own to follow links from, so no index; give it a date: <meta property="article:published_time" content="2024-02-12">\n'),
    ],
)  # fmt: skip
def test_a_file_that_is_none_writes_nothing(
    run: Run, project: Path, tmp_path: Path, data: bytes, said: str
) -> None:
    file = tmp_path / "export.bin"
    file.write_bytes(data)
    result = run("import", str(file))
    assert (result.exit_code, result.stderr, editions(project)) == (3, said.format(file=file), {})


def test_half_an_export_writes_nothing(run: Run, project: Path, export: Path) -> None:
    export.write_text(WORDPRESS[: len(WORDPRESS) // 2], encoding="utf-8")
    result = run("import", str(export))
    assert (result.exit_code, editions(project)) == (3, {})


def test_a_file_that_is_too_large_is_not_read(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "large.xml"
    with file.open("wb") as stream:
        stream.truncate(500_000_000)
    result = run("import", str(file))
    assert (result.exit_code, result.stderr) == (
        3,
        f"{file}: is 500 MB, and 100 MB are the most that is read; "
        "export it in parts: WordPress's Tools > Export takes a range of dates\n",
    )


def test_no_file_and_a_folder(run: Run, tmp_path: Path) -> None:
    missing, folder = run("import", str(tmp_path / "none.xml")), run("import", str(tmp_path))
    assert (missing.exit_code, missing.stderr) == (
        3,
        f"{tmp_path}/none.xml: can't be read: No such file or directory\n",
    )
    assert (folder.exit_code, folder.stderr) == (
        3,
        f"{tmp_path}: not a file; name one export, feed or page\n",
    )


def test_an_edition_that_would_not_load_is_not_written_and_said(
    run: Run, project: Path, export: Path
) -> None:
    export.write_text(WORDPRESS.replace("First paragraph", "word " * 220_000), encoding="utf-8")
    result = run("import", str(export))
    assert (result.exit_code, list(editions(project))) == (3, ["2023-03-06-fire-and-patience.md"])
    assert result.stderr.endswith(
        "2022-11-01-classic-words.md (not written): is 1,100,324 bytes; keep it below 1,000,000\n"
    )


def test_an_index_of_which_nothing_can_be_fetched(run: Run, site: str, tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text(
        f'<base href="{site}/"><main><a href="/gone/">1</a> <a href="/lost/">2</a></main>', encoding="utf-8"
    )
    result = run("import", str(page), "--allow-private")
    assert (result.exit_code, result.stderr) == (
        4,
        f"{page}: an index; following 2 of its 2 links, 4 at a time\n"
        f"{page}: none of its 2 pages could be fetched\n"
        f"{site}/gone/: answers 404; there is no such page: look at the address\n",
    )
    assert run("import", str(page)).exit_code == 1
