"""posts: a real feed on loopback into the first edition."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.loopback import Site, loopback

SLUG = "2024-02-12-in-search-of-deeper-alignment"
BLOG = "https://imanageproducts.example.com"


@pytest.fixture
def site() -> Iterator[Site]:
    with loopback() as site:
        yield site


@pytest.fixture
def file(project: Path, site: Site) -> Path:
    """The edition, in a project whose feed is the site's /feed/."""
    publication = project / "content" / "publication.yaml"
    lines = publication.read_text("utf-8").splitlines(keepends=True)
    kept = [f"feed: {site.url('/feed/')}\n" if line.startswith("feed:") else line for line in lines]
    publication.write_text("".join(kept), "utf-8")
    return project / "content" / "editions" / f"{SLUG}.md"


def feed(*names: str) -> str:
    items = "".join(
        f"<item><title>{name}</title><link>{BLOG}/{name}/</link><description>On {name}.</description></item>"
        for name in names
    )
    return f'<rss version="2.0"><channel><title>I Manage Products</title>{items}</channel></rss>'


def titles(file: Path) -> list[str]:
    posts = file.read_text("utf-8").partition("\nposts:")[2].partition("\ncolophon:")[0]
    return [line.partition("title: ")[2] for line in posts.splitlines() if "title: " in line]


def test_new_posts_come_in_and_nothing_else_changes(run: Run, site: Site, file: Path) -> None:
    before = file.read_text("utf-8")
    site.put("/feed/", feed("news", "force-multipliers", "older", "oldest"), kind="application/rss+xml")

    result = run("posts", SLUG, "--allow-private")

    assert (result.exit_code, result.stdout) == (
        0,
        "new   news\nnew   older\nkept  Force multipliers\n"
        "gone  How can I keep track of all these product metrics?\n"
        "gone  Getting your first job as a product manager\n",
    )
    assert titles(file) == ["news", "Force multipliers", "older"]
    after = file.read_text("utf-8")
    assert after.partition("\nposts:")[0] == before.partition("\nposts:")[0]
    assert after.partition("\ncolophon:")[2] == before.partition("\ncolophon:")[2]
    kept = before[before.index("  - title: Force multipliers") : before.index("\ncolophon:")]
    assert kept in after
    assert f"\n  - title: news\n    url: {BLOG}/news/\n    excerpt: On news.\n    summary:\n" in after
    assert run("render", SLUG).exit_code == 0


def test_the_same_feed_again_changes_nothing_and_is_not_sent_again(run: Run, site: Site, file: Path) -> None:
    site.put("/feed/", feed("one", "two"), kind="application/rss+xml", etag='"1"')
    assert run("posts", SLUG, "--count", "2", "--allow-private").exit_code == 0
    before = file.read_bytes()

    result = run("posts", SLUG, "--count", "2", "--allow-private", "--json")

    assert json.loads(result.stdout) == {
        "edition": SLUG,
        "feed": "I Manage Products",
        "written": False,
        "posts": [
            {"state": "kept", "title": "one", "url": f"{BLOG}/one/"},
            {"state": "kept", "title": "two", "url": f"{BLOG}/two/"},
        ],
    }
    assert result.stderr == f"I Manage Products: nothing new; {SLUG} stays as it is\n"
    assert file.read_bytes() == before
    assert len(list((file.parents[2] / ".producthead" / "cache" / "feeds").iterdir())) == 1


def test_a_post_of_an_earlier_edition_is_not_taken_again(run: Run, site: Site, file: Path) -> None:
    earlier = "---\ntitle: T\ndate: {}\nposts:\n- title: A\n  url: {}\n---\n"
    for day, name in (("2024-02-05", "one"), ("2024-02-19", "two")):
        text = earlier.format(day, f"{BLOG}/{name}?utm_source=x")
        file.with_name(f"{day}-t.md").write_text(text, "utf-8")
    site.put("/feed/", feed("one", "two", "three"))

    result = run("posts", SLUG, "--count", "2", "--allow-private")

    assert titles(file) == ["two", "three"]
    assert "1 newer post left out: in earlier editions already" in result.stderr


def test_a_page_that_names_its_feed_will_do(run: Run, site: Site, file: Path) -> None:
    site.put("/feed/", '<link rel="alternate" type="application/rss+xml" href="/rss">')
    site.put("/rss", feed("one"), kind="text/xml")
    assert run("posts", SLUG, "--count", "1", "--allow-private").exit_code == 0
    assert titles(file) == ["one"]
    assert site.seen == ["/feed/", "/rss"]


@pytest.mark.parametrize(
    ("body", "kind", "code", "words"),
    [
        (
            "<p>Words</p>",
            "text/html",
            3,
            "/feed/ is no RSS or Atom feed; give the address of",
        ),
        (feed(), "text/xml", 4, "/feed/: the feed has no posts to take; the edition stays as it is"),
        (None, "", 4, "/feed/: answers 404; there is no such page: look at the address"),
    ],
)
def test_what_gives_no_posts_is_said_and_the_file_stays(
    run: Run, site: Site, file: Path, body: str | None, kind: str, code: int, words: str
) -> None:
    before = file.read_bytes()
    if body is not None:
        site.put("/feed/", body, kind=kind)
    result = run("posts", SLUG, "--allow-private")
    assert (result.exit_code, words in result.stderr) == (code, True)
    assert file.read_bytes() == before


def test_a_feed_inside_a_network_is_refused(run: Run, site: Site, file: Path) -> None:
    result = run("posts", SLUG)
    assert result.exit_code == 1
    assert "which is this computer; allow it with --allow-private" in result.stderr
    assert site.seen == []


def test_a_publication_without_a_feed(run: Run, project: Path) -> None:
    publication = project / "content" / "publication.yaml"
    lines = publication.read_text("utf-8").splitlines(keepends=True)
    publication.write_text("".join(line for line in lines if not line.startswith("feed:")), "utf-8")
    result = run("posts", SLUG)
    assert result.exit_code == 3
    assert "content/publication.yaml: 'feed' is missing; add `feed: https://…`" in result.stderr
