"""The templates of the site: the project's own before those that come with the program."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment

from producthead_mail.archive.block_faults import block_problems
from producthead_mail.archive.markup_faults import markup_faults
from producthead_mail.archive.style_faults import style_faults
from producthead_mail.config import Project
from producthead_mail.errors import InputError, Problem, place_of
from producthead_mail.rendering.fault import Fault
from producthead_mail.rendering.layout import Layout
from producthead_mail.rendering.template_positions import Places
from producthead_mail.rendering.templates import CODES, environment_of, rendered

PAGE = "page.html.j2"
SITE = "shared/archive/"
STYLE = f"{SITE}style.css"
HERE = Path(__file__).parent / "templates"
_ENDINGS = (".html.j2", ".css", ".js")


class Templates:
    """Sources by their path relative to layouts/; `shared/archive/` is there in every project."""

    def __init__(self, files: Mapping[str, str], own: Collection[str] = ()) -> None:
        self.files, self.own = files, own

    def page_of(self, layout: str) -> str:
        """The template of a layout's pages: its own, else the one that all layouts share."""
        own = f"{layout}/{PAGE}"
        return own if own in self.files else SITE + PAGE

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """What a template says; InputError names the template and the place."""
        html = rendered(self._environment, self.files, name, context)
        faults = markup_faults(html) if name in self.own or self._shares_own else ()
        if faults:
            raise InputError(self._placed(name, context, html, faults))
        return html

    def _placed(
        self, name: str, context: Mapping[str, Any], html: str, faults: Iterable[Fault]
    ) -> set[Problem]:
        folder, _, file = name.rpartition("/")
        places = Places(Layout(folder, self.files), file, context, html)
        return {Problem(*places.at(fault.at), fault.message, fault.remedy) for fault in faults}

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the project's own and known before a page is made of them."""
        yield from block_problems(self.files, [n for n in self.own if n.endswith(".j2")], self._environment)
        if STYLE in self.own:
            css = self.files[STYLE]
            for fault in style_faults(css):
                yield Problem(f"layouts/{STYLE}", *place_of(fault.at, css), fault.message, fault.remedy)

    @cached_property
    def _shares_own(self) -> bool:
        """Whether any page may hold something of the project's; the program's own templates are whole."""
        return any(name.startswith(SITE) and name.endswith(".j2") for name in self.own)

    @cached_property
    def assets(self) -> dict[str, tuple[str, str]]:
        """The site's style sheet and script: a name that a browser may keep for ever, and the text."""
        return {"style": self._asset("style", ".css"), "script": self._asset("search", ".js")}

    def _asset(self, name: str, ending: str) -> tuple[str, str]:
        text = self.files[f"{SITE}{name}{ending}"]
        return f"{name}.{sha256(text.encode()).hexdigest()[:8]}{ending}", text

    @cached_property
    def digest(self) -> str:
        """Of all of them together: each may include any other."""
        return sha256(
            "\0".join(part for pair in sorted(self.files.items()) for part in pair).encode()
        ).hexdigest()

    @cached_property
    def _environment(self) -> Environment:
        return environment_of(self.files.get, CODES)


def load_templates(project: Project) -> Templates:
    """The site's templates; InputError where one of the project's can't be read."""
    files = {SITE + path.name: path.read_text("utf-8") for path in sorted(HERE.iterdir())}
    own: dict[str, str] = {}
    problems: list[Problem] = []

    def unread(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):  # a project needs no templates of its own
            shown = f"layouts/{Path(error.filename).relative_to(project.layouts).as_posix()}"
            problems.append(Problem(shown, 0, 0, f"can't be read: {error.strerror}"))

    for where, _, names in os.walk(project.layouts, onerror=unread):
        for name in sorted(names):
            path = Path(where, name)
            inside = path.relative_to(project.layouts).as_posix()
            if name.endswith(".html.j2") or (inside.startswith(SITE) and name.endswith(_ENDINGS)):
                _read(path, inside, own, problems)
    templates = Templates({**files, **own}, own.keys())
    problems += templates.problems()
    if problems:
        raise InputError(problems)
    return templates


def _read(path: Path, inside: str, files: dict[str, str], problems: list[Problem]) -> None:
    try:
        files[inside] = path.read_text("utf-8")
    except UnicodeDecodeError:
        problems.append(Problem(f"layouts/{inside}", 0, 0, "is not UTF-8", "save it as UTF-8"))
    except OSError as error:
        problems.append(Problem(f"layouts/{inside}", 0, 0, f"can't be read: {error.strerror}"))
