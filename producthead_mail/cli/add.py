"""`producthead add`: links into an edition, with what their pages say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, TypeGuard
from urllib.parse import urlsplit

import typer

from producthead_mail.cli.completing import editions
from producthead_mail.cli.console import counted, print_json, show, tell
from producthead_mail.cli.context import edition_path, project_of
from producthead_mail.cli.edited import tell_consequences
from producthead_mail.cli.options import AllowPrivate, Json
from producthead_mail.errors import InputError, OutsideError, Problem, Refusal, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from producthead_mail.config import Project
    from producthead_mail.content.authoring.adding import Added, Link
    from producthead_mail.errors import MailError
    from producthead_mail.web.download import Download

Name = Annotated[
    str,
    typer.Argument(
        metavar="EDITION",
        help="A slug, a file path, or `latest`.",
        show_default=False,
        autocompletion=editions,
    ),
]
Urls = Annotated[
    list[str], typer.Argument(metavar="URL...", help="The pages, http or https.", show_default=False)
]


def add(
    ctx: typer.Context, edition: Name, urls: Urls, allow_private: AllowPrivate = False, json: Json = False
) -> None:
    """Add links to an edition's curated items, with title, author and excerpt from their pages."""
    from producthead_mail.content.authoring.adding import Link, titled, with_links
    from producthead_mail.content.authoring.links import page_key
    from producthead_mail.content.authoring.rewriting import rewrite
    from producthead_mail.content.loader import shown_path
    from producthead_mail.content.yaml_source import read_text
    from producthead_mail.web.download import download_all

    if edition.lower().startswith(("http://", "https://")):
        raise UsageError("name the edition before the URL: `producthead add latest URL`")
    project = project_of(ctx)
    path = edition_path(project, edition)
    shown = shown_path(path, project)
    urls = list(dict.fromkeys(url.strip() for url in urls))
    _check(urls)
    before = read_text(path, shown)
    known = titled(before, shown)
    asked = [url for url in urls if page_key(url) not in known]
    if asked:
        tell(f"asking {counted(len(asked), 'page')}")
    answers = download_all(asked, allow_private=allow_private)
    refused = {url: one for url, one in answers.items() if isinstance(one, Refusal)}
    links = [_link(url, answers[url]) if url in answers else Link(url) for url in urls if url not in refused]
    done: list[Added] = []

    def change(text: str) -> str:
        edited, done[:] = with_links(text, links, shown)
        return edited

    if rewrite(path, shown, change):
        tell_consequences(project, path.stem, before)
    _report(project, path, done, refused, json=json)
    _end(answers, refused)


def _check(urls: list[str]) -> None:
    from producthead_mail.content.urls import mail_url

    problems = []
    for url in urls:
        try:
            parts = urlsplit(mail_url(url, schemes=("http", "https")))
        except ValueError as error:
            problems.append(Problem("URL", 0, 0, str(error), "write the whole address"))
            continue
        if "@" in parts.netloc:
            message = f"an address at {parts.hostname} holds a name or password, which readers would get"
            problems.append(Problem("URL", 0, 0, message, "write it without"))
    if problems:
        raise InputError(problems)


def _link(url: str, answer: Download | MailError) -> Link:
    from producthead_mail.content.authoring.adding import Link
    from producthead_mail.content.authoring.page import HTML, page_of

    if not _is_answered(answer):
        return Link(url, reason=str(answer).removeprefix(f"{url}: "))
    if answer.kind not in HTML:
        return Link(url, reason=f"is {answer.kind} and no page; write title and author yourself")
    page = page_of(answer.body, answer.url, answer.charset)
    return Link(url, page, "" if page.title else "names no title; write it yourself")


def _is_answered(answer: Download | MailError) -> TypeGuard[Download]:
    return not isinstance(answer, Exception)


def _report(
    project: Project, path: Path, done: list[Added], refused: dict[str, Refusal], *, json: bool
) -> None:
    """What became of each link: data on stdout, what the curator should know of it on stderr."""
    from producthead_mail.content.authoring.editing import address_of
    from producthead_mail.content.authoring.featured import linking, texts_of
    from producthead_mail.content.library import all_editions

    others = texts_of(one for one in all_editions(project) if one != path)
    also = {one.link.given: linking(others, address_of(one.item)) for one in done}
    for one in done:
        if not json:
            show(f"{one.state.value:8}{one.item.get('title') or one.item.get('url')}")
        for words in _remarks(one, path.stem, also[one.link.given]):
            tell(f"{one.link.given}: {words}")
    for error in refused.values():
        tell(str(error))
    if json:
        items = [_document(one, also[one.link.given]) for one in done]
        items += [{"url": url, "state": "refused", "reason": str(one)} for url, one in refused.items()]
        print_json({"edition": path.stem, "path": str(path), "links": items})


def _remarks(one: Added, slug: str, also: list[str]) -> Iterator[str]:
    from producthead_mail.content.authoring.adding import State

    if one.link.reason:
        yield one.link.reason
    elif one.state is State.PRESENT:
        yield f"is in {slug} already, and not added again"
    if one.state is not State.PRESENT and also:
        yield f"was in {also[-1]} before; added all the same"
    if one.state is not State.PRESENT and one.item.get("access"):
        yield f"is {one.item['access']}, by its own word"


def _document(one: Added, also: list[str]) -> dict[str, object]:
    page = one.link.page
    return {
        "url": one.link.given,
        "state": one.state.value,
        "reason": one.link.reason or None,
        "also_in": also,
        "published": (page.published if page else "") or None,
        "image": (page.image if page else "") or None,
        "item": dict(one.item),
    }


def _end(answers: dict[str, Download | MailError], refused: dict[str, Refusal]) -> None:
    """Exits by what kept pages from being read."""
    if refused:
        raise Refusal(f"{counted(len(refused), 'link')} not added: see above")
    if failed := sum(isinstance(one, OutsideError) for one in answers.values()):
        raise OutsideError(
            f"{counted(failed, 'page')} could not be read: the edition has the address and blanks to fill; "
            "fill them in, or run it again"
        )
