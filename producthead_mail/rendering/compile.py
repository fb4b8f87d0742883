"""MJML to HTML, with the cures for what the compiler does to attributes."""

from __future__ import annotations

import re
from functools import lru_cache

from mjml import mjml2html

from producthead_mail.errors import InputError, Problem
from producthead_mail.rendering.markup import ATTRIBUTE, TAG

TITLE = re.compile(r"<mj-title>(.*?)</mj-title>", re.DOTALL)
SHORT_COLOUR = re.compile(r"((?:\s|-)color=\")#([\da-f])([\da-f])([\da-f])(?=\")", re.IGNORECASE)
"""Outlook reads a bgcolor of three digits as another colour; official MJML writes six."""
PICTURE = re.compile(r"<mj-(?:image|social-element|carousel-image)(?=[\s/>])")
"""Official MJML gives these an empty alt; without one, screen readers read out the file's name."""
ALT = re.compile(r"\salt\s*=")
TEXT = re.compile(
    r"<(mj-(?:text|button|raw|table|accordion-text|navbar-link|social-element))(?=[\s>])"
    r"(?:[^>\"']|\"[^\"]*\"|'[^']*')*(?<!/)>.*?</\1>",
    re.DOTALL,
)
BLANK = re.compile(r">\s*\n\s*(?=<)")
"""Dropped by the compiler, so that two links on two lines become one word."""
OUTLOOK = re.compile(r' class="([^" ]+ [^"]*-outlook)"')
"""Official MJML marks every class of a table that only Outlook sees; the compiler marks the last."""
DAMAGED = re.compile(r"[^\x20-\x7e]|[\"\\]")


def compile_mjml(source: str, path: str) -> str:
    """The HTML page of an MJML source; InputError where it does not parse."""
    try:
        page: str = mjml2html(cured(source), disable_comments=True)
    except ValueError as error:
        raise _refused(path, error) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # Rust's, which is no Exception
            raise
        raise _refused(path, error) from None
    return OUTLOOK.sub(_outlook_classes, page)


def _outlook_classes(found: re.Match[str]) -> str:
    page, at = found.string, found.start()
    if page.rfind("<!--[if mso | IE]>", 0, at) < page.rfind("<![endif]", 0, at):
        return found[0]  # a class of the author's, on what all clients see
    return f' class="{"-outlook ".join(found[1].split())}"'


def _refused(path: str, error: BaseException) -> InputError:
    return InputError([Problem(path, 0, 0, f"MJML: {error}", "look for a bare < or an unclosed tag")])


def cured(source: str) -> str:
    """The source with references for every character that the compiler would damage or drop."""
    source = TITLE.sub(lambda title: f"<mj-title>{_references(title[1])}</mj-title>", source)
    head, tag, body = source.partition("<mj-body")
    source = head + tag + TEXT.sub(lambda text: BLANK.sub(_kept, text[0]), body)
    return TAG.sub(lambda tag: _cured_tag(tag[0]), source)


def _kept(blank: re.Match[str]) -> str:
    return blank[0].replace("\n", "&#10;")


@lru_cache(maxsize=4096)
def _cured_tag(tag: str) -> str:
    def cure(found: re.Match[str]) -> str:
        return f'{found[1]}="{_references(found[2][1:-1])}"'

    if tag.startswith("<!"):
        return tag
    tag = ATTRIBUTE.sub(cure, tag)
    if tag.startswith("<mj-"):
        tag = SHORT_COLOUR.sub(r"\1#\2\2\3\3\4\4", tag)
        if PICTURE.match(tag) and not ALT.search(tag):
            tag = PICTURE.sub(r'\g<0> alt=""', tag)
    return tag


def _references(value: str) -> str:
    return DAMAGED.sub(lambda character: f"&#x{ord(character[0]):x};", value)
