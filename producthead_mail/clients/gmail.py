"""What only Gmail does: its budget of styles, tags it drops whole, and messages it clips."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from producthead_mail.clients.log import Log
from producthead_mail.clients.profile import Profile
from producthead_mail.clients.removal import Action, Removal
from producthead_mail.clients.stylesheet import Kind, Piece, pieces

LIMIT_LINK = "https://github.com/hteumeuleu/email-bugs/issues/90"
NESTED_LINK = "https://github.com/hteumeuleu/caniemail/issues/144"
CLIP_LINK = "https://github.com/hteumeuleu/email-bugs/issues/41"
CLIPPED_STYLES_LINK = "https://github.com/hteumeuleu/email-bugs/issues/56"
DOCTYPE_LINK = "https://github.com/hteumeuleu/email-bugs/issues/39"
CLIP_BYTES = 99_507
"""The shortest message that was seen clipped, after Gmail's own filtering; others were at 105 kB."""
_CONTROL = re.compile("[\x80-\x9f]")


def is_gmail(profile: Profile) -> bool:
    """Whether the profile is one of Gmail's."""
    return profile.style_bytes is not None


class Budget:
    """The bytes of style sheets that are left as a message is read."""

    def __init__(self, profile: Profile, log: Log) -> None:
        self._left = profile.style_bytes or 0
        self._limit = self._left
        self._is_web = profile.platform.endswith("webmail")
        self._log = log

    def spend(self, css: str, line: int) -> str:
        """What of a sheet is within the budget: on the web rules before its end, in the app all or none."""
        size = len(css.encode())
        if size <= self._left:
            self._left -= size
            return css
        kept = self._fitting(pieces(css)) if self._is_web else ""
        over = size - len(kept.encode())
        self._left = 0
        what = f"{over:,} bytes of style sheet after the first {self._limit:,}"
        reason = "rules past the limit are dropped" if self._is_web else "the tag past the limit is dropped"
        self._log.add(
            Removal("gmail-style-limit", Action.REMOVED, what, line=line, reason=reason, link=LIMIT_LINK)
        )
        return kept

    def _fitting(self, found: Iterable[Piece]) -> str:
        kept, left = "", self._left
        for piece in found:
            left -= len(piece.text.encode())
            if left < 0:
                break
            kept += piece.text
        return kept


def fault(css: str) -> tuple[str, str] | None:
    """(rule, what) of the fault for which Gmail drops a whole sheet; None where there is none."""
    return _fault(pieces(css), is_inner=False)


def _fault(found: Iterable[Piece], *, is_inner: bool) -> tuple[str, str] | None:
    for piece in found:
        if piece.kind is Kind.BROKEN:
            return "gmail-parse-error", piece.text
        if piece.kind is Kind.AT and (is_inner or ("@" in (piece.content or "") and piece.rules is None)):
            return "gmail-nested-at-rule", f"@{piece.keyword} {piece.prelude}"
        if piece.rules is not None and (inner := _fault(piece.rules, is_inner=piece.kind is Kind.AT)):
            return inner
    return None


def drop_faulty(css: str, line: int, log: Log) -> bool:
    """Whether Gmail drops a sheet whole for a fault in it; said in the log."""
    found = fault(css)
    if found is None:
        return False
    reason = "for this Gmail drops the whole style sheet: keep risky rules in one of their own"
    log.add(Removal(found[0], Action.REMOVED, _short(found[1]), line=line, reason=reason, link=NESTED_LINK))
    return True


def mark_doctype(body: Any, log: Log) -> None:
    """Puts before the message what the doctype becomes, by which authors aim rules at Gmail: `u + .body`."""
    body.insert(0, body.makeelement("u"))
    reason = "any doctype becomes an empty <u> before the body"
    log.add(
        Removal(
            "gmail-doctype", Action.CHANGED, "doctype", became="<u></u>", reason=reason, link=DOCTYPE_LINK
        )
    )


def clip(html: str, log: Log) -> str:
    """The message as Gmail first shows it: cut at a tag where it is too long, then without style sheets."""
    _say_control(html, log)
    content = html.encode("utf-8", "replace")
    if len(content) < CLIP_BYTES:
        return html
    shown = content[:CLIP_BYTES].decode("utf-8", "ignore")
    shown = shown[: shown.rfind("<")]
    shown = re.sub(r"<style\b.*?(?:</style\s*>|\Z)", "", shown, flags=re.I | re.S)
    what = f"{len(content) - CLIP_BYTES:,} bytes past {CLIP_BYTES:,}"
    reason = "the message is clipped behind a link; others were clipped only at 105 kB"
    log.add(
        Removal("gmail-clip", Action.REMOVED, what, line=shown.count("\n") + 1, reason=reason, link=CLIP_LINK)
    )
    reason = "a clipped message is shown without its style sheets"
    log.add(Removal("gmail-clip", Action.REMOVED, "style sheets", reason=reason, link=CLIPPED_STYLES_LINK))
    return shown


def _say_control(html: str, log: Log) -> None:
    if found := _CONTROL.search(html):
        what = f"control character U+{ord(found[0]):04X}"
        reason = "Gmail was seen to clip a short message for such a character: not simulated"
        line = html.count("\n", 0, found.start()) + 1
        log.add(Removal("gmail-clip", Action.NOTED, what, line=line, reason=reason, link=CLIP_LINK))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
