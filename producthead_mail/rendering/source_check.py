"""The project's own check of MJML source: the compiler is silent about most faults."""

from __future__ import annotations

import re
from collections.abc import Mapping

from producthead_mail.errors import InputError, Problem, suggestion
from producthead_mail.rendering.mjml_tables import ATTRIBUTES, TAGS
from producthead_mail.rendering.slots import ATTRIBUTE, TAG

DEPTH = 200
NAME = re.compile(r"</?([\w:-]+)")


def check_source(source: str, path: str, files: Mapping[str, str]) -> None:
    """InputError for unknown, unclosed or crossed MJML tags and for nesting that would kill the compiler."""
    problems = _unknown(source, path, files)
    open_tags: list[tuple[str, int]] = []
    for found in TAG.finditer(source):
        named = NAME.match(found[0])
        if named is None or not named[1].startswith("mj"):
            continue
        name, line = named[1], source.count("\n", 0, found.start()) + 1
        if found[0].startswith("</"):
            if not open_tags or open_tags.pop()[0] != name:
                problems.append(Problem(path, line, 0, f"</{name}> closes nothing"))
                break
        elif not found[0].endswith("/>"):
            open_tags.append((name, line))
    if not problems:
        problems = [Problem(path, line, 0, f"<{name}> is never closed") for name, line in open_tags]
    if _depth(source) > DEPTH:
        problems.append(Problem(path, 0, 0, f"tags nested deeper than {DEPTH}"))
    if problems:
        raise InputError(problems)


def _depth(source: str) -> int:
    depth = deepest = 0
    for found in TAG.finditer(source):
        tag = found[0]
        if tag.startswith("</"):
            depth -= 1
        elif (
            not tag.startswith("<!") and not tag.endswith("/>") and not re.match(r"<(br|hr|img|meta)\b", tag)
        ):
            depth += 1
        deepest = max(deepest, depth)
    return deepest


def _unknown(source: str, path: str, files: Mapping[str, str]) -> list[Problem]:
    problems: dict[str, Problem] = {}
    for found in TAG.finditer(source):
        name = found[0][1:].split(maxsplit=1)[0].rstrip("/>")
        if not name.startswith("mj"):
            continue
        if name not in TAGS:
            where = _place(rf"<{re.escape(name)}\b", path, files)
            problems[name] = Problem(*where, f"unknown tag {name}", suggestion(name, sorted(TAGS)))
        for attribute, _ in ATTRIBUTE.findall(found[0]):
            if attribute not in ATTRIBUTES:
                where = _place(rf"\b{re.escape(attribute)}(?=\s*=)", path, files)
                remedy = suggestion(attribute, sorted(ATTRIBUTES))
                message = f"<{name}> has no attribute {attribute}"
                problems[f"{name} {attribute}"] = Problem(*where, message, remedy)
    return list(problems.values())


def _place(pattern: str, path: str, files: Mapping[str, str]) -> tuple[str, int, int]:
    """Where a template file says it: path, line, column."""
    for name, text in files.items():
        found = re.search(pattern, text) if name.endswith(".mjml.j2") else None
        if found:
            start = text.rfind("\n", 0, found.start()) + 1
            return f"layouts/{name}", text.count("\n", 0, start) + 1, found.start() - start + 1
    return path, 0, 0
