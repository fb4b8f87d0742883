"""How our check of MJML compares with official MJML's validator and with the compiler, on broken sources.

Each is a right source with one change: a tag or attribute misspelt, moved, doubled or cut, or a bad value.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import sys

from mjml import mjml2html
from official import Official

from producthead_mail.rendering.mjml_tables import ATTRIBUTES, TAGS
from producthead_mail.rendering.source_check import check_source

COUNT = 600
PICTURE = '<mj-image src="https://example.com/x.png" alt="x" width="200px" />'
SOURCE = f"""<mjml><mj-head><mj-title>a</mj-title><mj-breakpoint width="480px" />
<mj-attributes><mj-all padding="0px" /><mj-class name="big" font-size="30px" /></mj-attributes>
<mj-style>.a {{ color: red }}</mj-style></mj-head><mj-body width="600px" background-color="#ffffff">
<mj-wrapper padding="10px"><mj-section direction="rtl"><mj-column width="50%">{PICTURE}
<mj-text color="#333333" padding="0 10px" align="left"><p class="a">a <b>b</b><br />c</p></mj-text>
<mj-button href="https://example.com" width="100px">x</mj-button></mj-column>
<mj-column><mj-table cellpadding="3"><tr><td>x</td></tr></mj-table><mj-divider border-width="1px" />
<mj-spacer height="10px" /></mj-column></mj-section></mj-wrapper>
<mj-hero height="100px"><mj-text mj-class="big">x</mj-text></mj-hero>
<mj-section full-width="full-width"><mj-group><mj-column><mj-social mode="horizontal">
<mj-social-element name="x" href="https://example.com">X</mj-social-element></mj-social></mj-column>
<mj-column><mj-navbar><mj-navbar-link href="/a">A</mj-navbar-link></mj-navbar></mj-column></mj-group>
</mj-section></mj-body></mjml>"""
VALUES = (
    "",
    "10",
    "1em",
    "10px",
    "50%",
    "red",
    "#12",
    "centre",
    "1px 2px 3px 4px 5px",
    "-1px",
    "auto",
    "10 px",
)
SIGNS = (
    "<",
    ">",
    '"',
    "/",
    "<p>",
    "</p>",
    "</br>",
    "<!-- a -- b -->",
    "words",
    "<div>x</div>",
    "<mj-text>x</mj-text>",
)


def broken(choose: random.Random) -> str:
    """The source with one change."""
    tag = choose.choice(list(re.finditer(r"<(/?)([\w-]+)([^<>]*)>", SOURCE)))
    pairs = list(re.finditer(r'([\w-]+)="([^"]*)"', tag[0]))
    pair = choose.choice(pairs)[0] if pairs else ""
    name, _, value = pair.partition("=")
    at = choose.randrange(1, len(tag[2]) + 1)
    text = choose.choice(
        [
            "",
            tag[0] * 2,
            tag[0].replace(tag[2], choose.choice(sorted(TAGS)), 1),
            tag[0].replace(tag[2], tag[2][: at - 1] + tag[2][at:], 1),
            tag[0].replace(pair, f"{choose.choice(ATTRIBUTES['mj-all'])}={value}", 1) if pair else "",
            tag[0].replace(pair, f'{name}="{choose.choice(VALUES)}"', 1) if pair else tag[0] + "x",
            tag[0].replace(pair, pair.replace('"', ""), 1) if pair else tag[0].upper(),
            tag[0] + choose.choice(SIGNS),
        ]
    )
    return SOURCE[: tag.start()] + text + SOURCE[tag.end() :]


def compiles(source: str) -> bool:
    """Whether the compiler takes it."""
    try:
        mjml2html(source)
    except BaseException as error:  # its panics are no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        return False
    return True


def main() -> None:
    """Print the counts; exit 1 where we miss what either of them finds."""
    if not shutil.which("node"):
        print("verdicts: needs Node")
        return
    assert not check_source(SOURCE)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the compiler's panics print a trace
    choose = random.Random(1)
    theirs = refused = ours = missed = 0
    with Official() as official:
        for source in {broken(choose): None for _ in range(COUNT)}:
            found = bool(check_source(source))
            others = (bool(official.validate(source)), not compiles(source))
            theirs, refused, ours = theirs + others[0], refused + others[1], ours + found
            if any(others) and not found:
                missed += 1
                print(f"missed: {source}")
    print(f"faults found: official MJML {theirs}, the compiler {refused}, our check {ours}; missed {missed}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
