"""`producthead posts`: the blog's newest posts into an edition."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import edition_path, project_of
from producthead_mail.cli.edited import tell_consequences
from producthead_mail.cli.options import AllowPrivate, Edition, Json
from producthead_mail.errors import InputError, OutsideError, Problem

if TYPE_CHECKING:
    from producthead_mail.config import Project
    from producthead_mail.content.authoring.feed import Feed
    from producthead_mail.content.authoring.refreshing import Refreshed
    from producthead_mail.content.publication import Publication

Count = Annotated[int, typer.Option("--count", metavar="N", min=1, max=20, help="How many posts.")]


def posts(
    ctx: typer.Context,
    edition: Edition = None,
    count: Count = 3,
    allow_private: AllowPrivate = False,
    json: Json = False,
) -> None:
    """Refresh an edition's recent posts from the publication's feed."""
    from producthead_mail.content.authoring.editing import items_of
    from producthead_mail.content.authoring.featured import linking, texts_of
    from producthead_mail.content.authoring.refreshing import Refreshed, with_posts
    from producthead_mail.content.authoring.rewriting import rewrite
    from producthead_mail.content.library import all_editions
    from producthead_mail.content.loader import load_publication, shown_path
    from producthead_mail.content.yaml_source import read_text

    project = project_of(ctx)
    path = edition_path(project, edition)
    shown = shown_path(path, project)
    before = read_text(path, shown)
    items_of(before, "posts", shown=shown)
    feed = _feed(project, load_publication(project), allow_private=allow_private)
    earlier = texts_of(one for one in all_editions(project) if one.stem < path.stem)
    done = [Refreshed()]

    def change(text: str) -> str:
        edited, done[0] = with_posts(
            text, feed, count, lambda url: bool(linking(earlier, url, ("posts",))), shown
        )
        return edited

    is_written = rewrite(path, shown, change)
    _report(path.stem, feed, done[0], is_written=is_written, json=json)
    if is_written:
        tell_consequences(project, path.stem, before)


def _feed(project: Project, publication: Publication, *, allow_private: bool) -> Feed:
    """The publication's feed; InputError where its address has none, OutsideError where it is empty."""
    from producthead_mail.content.authoring.feed import feed_address, feed_of
    from producthead_mail.content.authoring.page import HTML
    from producthead_mail.web.cached import download_changed

    if not publication.feed:
        raise _problem(project, publication, "'feed' is missing", "add `feed: https://…`")
    folder = project.state / "cache" / "feeds"
    found = download_changed(publication.feed, folder, allow_private=allow_private)
    if found.kind in HTML and (address := feed_address(found.body, found.url, found.charset)):
        found = download_changed(address, folder, allow_private=allow_private)
    try:
        feed = feed_of(found.body, found.url, found.kind, datetime.now(UTC))
    except ValueError as error:
        raise _problem(
            project, publication, f"feed: {found.url} {error}", "give the address of the blog's feed"
        ) from None
    for words in feed.skipped:
        tell(f"left out: {words}")
    if not feed.entries:
        raise OutsideError(f"{found.url}: the feed has no posts to take; the edition stays as it is")
    return feed


def _problem(project: Project, publication: Publication, message: str, remedy: str) -> InputError:
    from producthead_mail.content.loader import shown_path

    at = publication.positions.get("feed")
    place = (at.line, at.column) if at else (0, 0)
    return InputError([Problem(shown_path(project.publication, project), *place, message, remedy)])


def _report(slug: str, feed: Feed, done: Refreshed, *, is_written: bool, json: bool) -> None:
    states = {"new": done.new, "kept": done.kept, "gone": done.gone}
    if json:
        found = [
            {"state": state, "title": item.get("title"), "url": item.get("url")}
            for state, items in states.items()
            for item in items
            if isinstance(item, dict)
        ]
        print_json({"edition": slug, "feed": feed.title, "written": is_written, "posts": found})
    else:
        for state, items in states.items():
            for item in items:
                show(f"{state:6}{item['title'] if isinstance(item, dict) else item}")
    if done.featured:
        tell(f"{counted(done.featured, 'newer post')} left out: in earlier editions already")
    if not is_written:
        tell(f"{feed.title}: nothing new; {slug} stays as it is")
