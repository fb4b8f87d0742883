"""What of a template no page can show: a block that its frame doesn't have, and what stands in no block."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from jinja2 import Environment, TemplateSyntaxError, nodes

from producthead_mail.errors import Problem, suggestion


def block_problems(
    files: Mapping[str, str], own: Collection[str], environment: Environment
) -> Iterator[Problem]:
    """The problems of the project's `own` templates among `files`, which extend each other."""
    templates = _Templates(files, environment)
    for name in own:
        yield from _lost(name, templates)
        if name.startswith("shared/"):  # a frame, perhaps
            yield from _never_filled(name, templates)


@dataclass(frozen=True, slots=True)
class _Template:
    """What of a template decides what is shown."""

    parent: str = ""
    """What it extends; empty for nothing."""
    blocks: Mapping[str, int] = field(default_factory=dict)
    """With their lines."""
    outer: frozenset[str] = frozenset()
    """Blocks that stand in no other."""
    called: frozenset[str] = frozenset()
    """Blocks that it shows as `self.NAME()`."""
    stray: int = 0
    """Line of the first below `extends` that stands in no block; 0 where nothing does."""


class _Templates(dict[str, _Template]):
    """By name, read when it is asked for; what is not there, or has a fault, is told where it is rendered."""

    def __init__(self, files: Mapping[str, str], environment: Environment) -> None:
        super().__init__()
        self.files, self._environment = files, environment

    def __missing__(self, name: str) -> _Template:
        try:
            self[name] = _read(self._environment.parse(self.files.get(name, "")))
        except (TemplateSyntaxError, RecursionError):
            self[name] = _Template()
        return self[name]

    def frames(self, name: str) -> list[str]:
        """The templates that it extends, the nearest first; none where one of them can't be read."""
        found: list[str] = []
        while (parent := self[name].parent) and parent not in found:
            found.append(parent)
            name = parent
        return found if self[name].blocks else []

    def offered(self, name: str) -> set[str]:
        """The blocks that its frames have, and those it shows itself."""
        frames = self.frames(name)
        shown = (block for one in frames for block in (*self[one].blocks, *self[one].called))
        return {*shown, *self[name].called} if frames else set()


def _read(tree: nodes.Template) -> _Template:
    blocks = list(tree.find_all(nodes.Block))
    inner = {id(one) for block in blocks for one in block.find_all(nodes.Block)}
    rest = iter(tree.body)
    # One within an `if` may leave the template as it stands, and what is above one is shown.
    extends = next((one for one in rest if isinstance(one, nodes.Extends)), None)
    parent = extends.template if extends else None
    called = tree.find_all(nodes.Getattr)
    return _Template(
        parent=str(parent.value) if isinstance(parent, nodes.Const) else "",
        blocks={block.name: block.lineno for block in blocks},
        outer=frozenset(block.name for block in blocks if id(block) not in inner),
        called=frozenset(one.attr for one in called if one.node == nodes.Name("self", "load")),
        stray=next(filter(None, map(_said, rest)), 0),
    )


def _said(node: nodes.Node) -> int:
    """The line where a template begins to say something; 0 where it doesn't."""
    if isinstance(node, nodes.Include):
        return node.lineno
    for one in node.nodes if isinstance(node, nodes.Output) else ():
        text = one.data if isinstance(one, nodes.TemplateData) else "{{"
        if text.strip():
            return one.lineno + text[: len(text) - len(text.lstrip())].count("\n")
    return 0


def _lost(name: str, templates: _Templates) -> Iterator[Problem]:
    """What of a template that extends another is never shown."""
    template, offered = templates[name], templates.offered(name)
    if not offered:
        return
    for block in template.outer - offered:
        message = f"the block {block!r} is in no template that this one extends, and never shown"
        remedy = suggestion(block, offered) or f"known are {', '.join(sorted(offered))}"
        yield _problem(templates, name, block, message, remedy)
    if template.stray:
        message = "stands in no block, and is never shown"
        yield Problem(f"layouts/{name}", template.stray, 0, message, "move it into a block")


def _never_filled(name: str, templates: _Templates) -> Iterator[Problem]:
    """Blocks of a frame that no template fills, while one fills a block much like it that is not there."""
    children = [one for one in templates.files if name in templates.frames(one)]
    filled = frozenset[str]().union(*(templates[child].outer for child in children))
    lost = frozenset[str]().union(*(templates[child].outer - templates.offered(child) for child in children))
    for block in templates[name].blocks.keys() - filled:
        remedy = suggestion(block, lost)
        if remedy:
            yield _problem(templates, name, block, f"no template fills the block {block!r}", remedy)


def _problem(templates: _Templates, name: str, block: str, message: str, remedy: str) -> Problem:
    line = templates[name].blocks[block]
    found = re.search(rf"\b{block}\b", templates.files[name].splitlines()[line - 1])
    return Problem(f"layouts/{name}", line, found.start() + 1 if found else 0, message, remedy)
