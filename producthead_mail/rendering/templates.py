"""Jinja2 for layouts: strict, autoescaped in markup, with the template's place in every error."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from producthead_mail.errors import InputError
from producthead_mail.rendering.layout import Layout
from producthead_mail.rendering.template_codes import TemplateCodes


def compose(layout: Layout, file: str, context: Mapping[str, Any]) -> str:
    """What the layout's template `file` says with `context`; InputError names the partial and the place."""
    return rendered(environment(layout), layout.files, f"{layout.name}/{file}", context)


def rendered(environment: Environment, files: Mapping[str, str], top: str, context: Mapping[str, Any]) -> str:
    """What the template `top` among `files` says with `context`; InputError names template and place."""
    try:
        return environment.get_template(top).render(context)
    except Exception as error:  # noqa: BLE001 - a template is a designer's program and may raise anything: told with its line
        from producthead_mail.rendering.template_faults import template_problem

        raise InputError([template_problem(error, files, top, environment, context)]) from None


CODES = TemplateCodes()


@lru_cache(maxsize=32)
def environment(layout: Layout) -> Environment:
    """The layout's own environment, compiled templates and all."""
    return environment_of(layout.files.get, CODES)


def environment_of(source: Callable[[str], str | None], codes: TemplateCodes | None = None) -> Environment:
    """An environment that finds a template's source by its path relative to layouts/."""
    made = Environment(
        loader=FunctionLoader(_loading(source)),
        autoescape=lambda name: not (name or "").endswith(".txt.j2"),  # noqa: S701 - plain text only
        undefined=StrictUndefined,
        bytecode_cache=codes,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"wrap": wrap, "breakable": breakable, "foldable": foldable}
    return made


_LONG_WORD = re.compile(r"\[\[.*?\]\]|\b[^\W\d_]{25,}\b")
_ROOM = re.compile(r"\w{12}(?=\w{4})")


def breakable(text: object) -> Markup:
    """The text as markup, with places to break in words that a title has no room for on a telephone.

    Yahoo keeps neither `word-break` nor `overflow-wrap`, but `<wbr>` (caniemail).
    """
    return Markup(_LONG_WORD.sub(_with_room, str(escape(text))))  # noqa: S704 - escaped


def _with_room(word: re.Match[str]) -> str:
    return word[0] if word[0].startswith("[[") else _ROOM.sub(r"\g<0><wbr>", word[0])


_CODE_BLOCK = re.compile(r"<pre><code[^>]*>(.*?)\n?</code></pre>", re.DOTALL)
_BLANKS = re.compile(r"^ +| +(?= )", re.MULTILINE)


def foldable(markup: object) -> Markup:
    """The markup with blocks of code that break where a line is longer than the screen.

    Outlook, Samsung and Gmail with another provider's account drop `white-space` (caniemail): a `<pre>` would
    make the whole message as wide as its longest line.
    """
    return Markup(_CODE_BLOCK.sub(_folded, str(escape(markup))))  # noqa: S704 - markup, or escaped


def _folded(block: re.Match[str]) -> str:
    code = _BLANKS.sub(lambda blanks: "&#160;" * len(blanks[0]), block[1].expandtabs(4))
    return f'<p class="code"><code>{code.replace(chr(10), "<br>")}</code></p>'


def wrap(text: object, width: int = 72) -> str:
    """The text in lines of at most `width`; what has no space, such as a URL, is never broken."""
    return "\n".join(_wrapped(line, width) for line in str(text).split("\n"))


@lru_cache(maxsize=1024)
def _wrapped(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line.strip(),
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


Loaded = tuple[str, str, Callable[[], bool]]


def _loading(source: Callable[[str], str | None]) -> Callable[[str], Loaded | None]:
    def load(name: str) -> Loaded | None:
        text = source(name)
        return None if text is None else (text, f"layouts/{name}", lambda: True)

    return load
