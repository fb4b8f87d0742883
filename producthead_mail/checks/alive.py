"""Rules about what links and pictures answer; `fetch` asks, these judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from producthead_mail.checks import limits
from producthead_mail.checks.answer import Answer
from producthead_mail.checks.finding import Severity
from producthead_mail.checks.link_lists import shortener
from producthead_mail.checks.page import Hit, Page, short
from producthead_mail.web.trouble import Trouble

WARNING = Severity.WARNING
GUARDED = {401, 403, 405, 406, 407, 418, 429, 451, 503, 999}
"""What sites answer to programs, and not always to readers."""
PERMANENT = {301, 308}


def addresses(page: Page) -> tuple[str, ...]:
    """Every web address of links and pictures once, but those a recipient's value goes into."""
    return tuple(dict.fromkeys([*_links(page), *_pictures(page)]))


def link_alive(page: Page, answers: Mapping[str, Answer]) -> Iterator[Hit]:
    """A hit for each link that doesn't answer, or only elsewhere; one for all that weren't asked."""
    yield from _hits(page, _links(page), answers, "link")


def img_reachable(page: Page, answers: Mapping[str, Answer]) -> Iterator[Hit]:
    """A hit for each picture that doesn't answer, or not with a picture."""
    pictures = _pictures(page)
    yield from _hits(page, pictures, answers, "picture")
    for src in pictures:
        answer = answers.get(src)
        if answer and answer.status == 200 and not answer.kind.startswith("image/"):
            kind = answer.kind or "no content type"
            yield Hit(f"picture {short(src)} is answered with {kind}", "give a picture's address", needle=src)


def _links(page: Page) -> list[str]:
    return _web(page, [link.get("href") for link in page.links])


def _pictures(page: Page) -> list[str]:
    return _web(page, [image.get("src") or "" for image in page.tagged("img")])


def _web(page: Page, urls: list[Any]) -> list[str]:
    found = dict.fromkeys(url.strip() for url in urls)
    return [url for url in found if url.lower().startswith(("http://", "https://")) and _is_asked(page, url)]


def _is_asked(page: Page, url: str) -> bool:
    """Whether asking can neither take a reader off the list nor need a reader's value."""
    leave = page.publication.unsubscribe.url.split("[[")[0]
    return page.without_tokens(url) == url and not (leave and url.startswith(leave))


def _hits(page: Page, urls: list[str], answers: Mapping[str, Answer], what: str) -> Iterator[Hit]:
    asked = [answers[url] for url in urls if url in answers]
    unasked = [answer for answer in asked if answer.trouble is Trouble.NOT_ASKED]
    for answer in asked:
        if answer.trouble is not Trouble.NOT_ASKED:
            yield from _judge(page, answer, f"{what} {short(answer.url)}")
    if unasked:
        yield Hit(
            f"{len(unasked)} of {len(asked)} addresses of a {what} were not asked: beyond "
            f"{limits.FETCH_COUNT} addresses or {limits.FETCH_SECONDS_ALL:g} s",
            "run it again, or look at them yourself",
            needle=unasked[0].url,
            severity=WARNING,
        )


def _judge(page: Page, answer: Answer, name: str) -> Iterator[Hit]:
    way = _way(answer)
    if answer.trouble:
        severity = WARNING if answer.trouble is Trouble.SLOW else None
        remedy = (
            "link to where readers can go" if answer.trouble is Trouble.PRIVATE else "mend or leave it out"
        )
        yield Hit(f"{name}{way} {answer.reason}", remedy, needle=answer.url, severity=severity)
    elif answer.status >= 400:
        yield _dead(page, answer, f"{name}{way} answers {answer.status}")
    elif answer.chain:
        lasting = all(status in PERMANENT for status, _ in answer.chain)
        remedy = "link to where it leads" if lasting else "link to where it leads, unless that is meant"
        yield Hit(f"{name} redirects{way}", remedy, needle=answer.url, severity=WARNING)


def _dead(page: Page, answer: Answer, message: str) -> Hit:
    own = f"{page.publication.url}/"
    if answer.status in GUARDED:
        return Hit(f"{message} to a program", "open it in a browser", needle=answer.url, severity=WARNING)
    if answer.url.startswith(own) and answer.url.removeprefix(own).rstrip("/") == page.edition.slug:
        return Hit(
            message, "publish the archive before you send", needle=answer.url, severity=WARNING, field="title"
        )
    remedy = "upload it before you send" if answer.url in page.pictures else "mend or leave it out"
    return Hit(message, remedy, needle=answer.url)


def _way(answer: Answer) -> str:
    """The redirects in words, with what is worth knowing of each."""
    steps = [f"{status} to {short(to)}{_remark(to)}" for status, to in answer.chain]
    return f" ({', then '.join(steps)})" if steps else ""


def _remark(url: str) -> str:
    if shortener(url):
        return ", a shortener"
    return ", without TLS" if url.startswith("http://") else ""
