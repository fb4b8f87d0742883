"""Files into a Publication and Editions, with every problem at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from producthead_mail.config import Project
from producthead_mail.content.edition import EMPTY_TEXT, CuratedItem, Edition, Position, Post, RichText
from producthead_mail.content.fields import Fields, Sheet, matching
from producthead_mail.content.front_matter import front_matter
from producthead_mail.content.ignored import read_ignored
from producthead_mail.content.images import ImageFolder
from producthead_mail.content.markdown import block
from producthead_mail.content.moments import read_date, read_moment
from producthead_mail.content.publication import Publication
from producthead_mail.content.publication_reader import read_publication
from producthead_mail.content.yaml_source import Mapping, Node, Scalar, parse_yaml, read_source
from producthead_mail.errors import InputError, Problem

EDITION_KEYS = (
    "title",
    "date",
    "subject",
    "preheader",
    "strapline",
    "layout",
    "send_at",
    "takeaways",
    "curated",
    "posts",
    "colophon",
    "button",
    "approved",
    "ignore",
)
_CURATED_KEYS = ("title", "url", "excerpt", "summary", "access", "author", "publication", "image")
_POST_KEYS = ("title", "url", "excerpt", "summary", "source")


def load_publication(project: Project) -> Publication:
    """The publication; InputError with every problem in its file."""
    path = project.publication
    shown = shown_path(path, project)
    source = read_source(path, shown)
    sheet = Sheet(shown, ImageFolder(project.content, ""), source=source)
    node = _top(parse_yaml(source, shown, 1, sheet.problems), sheet, 1)
    publication = read_publication(sheet, node, path, source) if node else None
    if sheet.problems or publication is None:
        raise InputError(sheet.problems)
    return publication


def load_edition(path: Path, publication: Publication, project: Project) -> Edition:
    """The edition; InputError with every problem in its file."""
    shown = shown_path(path, project)
    source = read_source(path, shown)
    sheet = Sheet(shown, ImageFolder(project.content, publication.url), publication.language, source)
    front = front_matter(source)
    if front is None:
        raise InputError([_no_front_matter(source, shown)])
    essay = _essay(sheet, source[front.after :], source.count("\n", 0, front.after) + 1)
    node = _top(parse_yaml(source[front.start : front.end], shown, 2, sheet.problems), sheet, 1)
    edition = None
    if node:
        edition = edition_of(Fields(sheet, node, EDITION_KEYS), essay, path, publication, source)
    if sheet.problems or edition is None:
        raise InputError(sheet.problems)
    return edition


def _no_front_matter(source: str, shown: str) -> Problem:
    if source.startswith("---"):
        return Problem(shown, 1, 1, "the front matter is never closed", "put it between two lines `---`")
    if source.lstrip().startswith("---"):
        return Problem(shown, 1, 1, "the front matter begins too late", "delete the blank lines above it")
    return Problem(shown, 1, 1, "the front matter is missing", "put it between two lines `---`")


def shown_path(path: Path, project: Project) -> str:
    """The path as problems name it: relative to the project where it lies inside."""
    absolute = path.absolute()
    inside = absolute.is_relative_to(project.root.absolute())
    return absolute.relative_to(project.root.absolute()).as_posix() if inside else str(path)


def _top(node: Node | None, sheet: Sheet, line: int) -> Mapping | None:
    if isinstance(node, Mapping):
        return Mapping(Position(line, 1), node.entries)
    if sheet.problems and node is None:
        return None
    if node is None or (isinstance(node, Scalar) and node.empty):
        return Mapping(Position(line, 1))
    sheet.problem(node.position, "must be keys with values", "such as `title: …`")
    return None


def _essay(sheet: Sheet, body: str, first_line: int) -> RichText:
    sheet.positions["essay"] = Position(first_line + len(body) - len(body.lstrip("\n")), 1)
    if not body.strip():
        return EMPTY_TEXT
    text, problems = block(
        body, path=sheet.shown, line=first_line, language=sheet.language, image=sheet.images.image
    )
    sheet.problems += problems
    return text


def edition_of(fields: Fields, essay: RichText, path: Path, publication: Publication, source: str) -> Edition:
    """The edition as far as its front matter can be read; what is wrong stands in the sheet."""
    title = fields.text("title", required=True)
    layout = fields.parsed("layout", matching(r"[A-Za-z0-9_-]+", "is not the name of a layout"))
    return Edition(
        slug=path.stem,
        path=path,
        title=title,
        date=fields.parsed("date", read_date, "write year, month and day", required=True) or date.min,
        subject=fields.text("subject") or f"{publication.name}: {title}",
        preheader=fields.text("preheader"),
        strapline=fields.text("strapline"),
        layout=layout or "producthead",
        send_at=fields.parsed(
            "send_at", lambda text: read_moment(text, publication.timezone), "write date and hour"
        ),
        takeaways=fields.rich_texts("takeaways"),
        essay=essay,
        curated=tuple(_curated(item) for item in fields.mappings("curated", _CURATED_KEYS)),
        posts=tuple(_post(item) for item in fields.mappings("posts", _POST_KEYS)),
        colophon=fields.rich("colophon"),
        button=fields.button("button"),
        approved=fields.text("approved"),
        ignore=read_ignored(fields),
        positions=fields.sheet.positions,
        source=source,
    )


def _curated(fields: Fields) -> CuratedItem:
    return CuratedItem(
        title=fields.text("title", required=True),
        url=fields.url("url", required=True),
        excerpt=fields.rich("excerpt"),
        summary=fields.rich("summary"),
        access=fields.text("access"),
        author=fields.text("author"),
        publication=fields.text("publication"),
        image=fields.image("image"),
    )


def _post(fields: Fields) -> Post:
    return Post(
        title=fields.text("title", required=True),
        url=fields.url("url", required=True),
        excerpt=fields.rich("excerpt"),
        summary=fields.rich("summary"),
        source=fields.text("source"),
    )
