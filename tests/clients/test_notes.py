"""Every note that is modelled is heeded where it concerns something, and not a step beyond."""

from __future__ import annotations

import pytest

from producthead_mail.clients.accounts import ACCOUNTS
from producthead_mail.clients.notes import MODELLED
from producthead_mail.clients.notes_css import NOTES as CSS
from producthead_mail.clients.notes_html import NOTES as HTML
from producthead_mail.clients.notes_sheet import AT_RULES, SELECTORS
from producthead_mail.clients.profile import PROFILES
from producthead_mail.clients.removal import Removal
from producthead_mail.clients.simulate import simulate
from producthead_mail.clients.support import load_support
from producthead_mail.clients.verdict import Account
from tests.clients.snippets import snippet

DECLARATIONS: dict[tuple[str, int], tuple[str, str]] = {
    ("css-background", 1): ("background:url('a'), url('b')", "background:url('a') rgb(1,2,3)"),
    ("css-background", 2): ("background:url('a') 0 / cover", "background:url('a/b') 0"),
    ("css-background", 3): ("background:url(a.png) red", "background:red"),
    ("css-background-image", 3): ("background-image:url('a'),url('b')", "background-image:url('a')"),
    ("css-background-position", 1): ("background-position:0,1px", "background-position:0 1px"),
    ("css-background-repeat", 1): ("background-repeat:repeat,no-repeat", "background-repeat:repeat"),
    ("css-background-size", 2): ("background-size:1px,2px", "background-size:1px 2px"),
    ("css-border", 1): ("border-left:9px solid red", "border-left:8px solid red"),
    ("css-border-inline-block-individual", 1): ("border-inline-start-color:red", "border-inline-start:1px"),
    ("css-border-radius", 2): ("border-radius:1px / 2px", "border-radius:1px 2px"),
    ("css-clear", 1): ("clear:inline-start", "clear:left"),
    ("css-cursor", 4): ("cursor:zoom-in", "cursor:ew-resize;cursor:pointer"),
    ("css-display", 1): ("display:flow-root", "display:block"),
    ("css-display", 5): ("display:inline-block", "display:none"),
    ("css-display", 6): ("display:contents", "display:inline-block"),
    ("css-display-flex", 2): ("display:inline-flex", "display:flex"),
    ("css-float", 2): ("float:inline-end", "float:right"),
    ("css-font-size", 1): ("font-size:1.5rem", "font-size:1.5em"),
    ("css-font-size", 2): ("font-size:smaller", "font-size:1em"),
    ("css-font-size-adjust", 3): ("font-size-adjust:cap-height 1", "font-size-adjust:1"),
    ("css-font-weight", 1): ("font-weight:350", "font-weight:300;font-weight:bold"),
    ("css-font-weight", 2): ("font-weight:650", "font-weight:700;font-weight:bold"),
    ("css-gap", 1): ("row-gap:1px", "column-gap:1px"),
    ("css-important", 1): ("color:red !Important", "color:red !important"),
    ("css-important", 5): ("color:red !important", "color:red"),
    ("css-important", 7): (
        "background-image:url('a')!important",
        "background-image:url('a') !important",
    ),
    ("css-left-right-top-bottom", 2): ("top:1%", "top:1px"),
    ("css-letter-spacing", 1): ("letter-spacing:-12px", "letter-spacing:-1px"),
    ("css-letter-spacing", 2): ("letter-spacing:.1em", "letter-spacing:1px"),
    ("css-line-height", 1): ("line-height:2em", "line-height:2em;mso-line-height-rule:exactly"),
    ("css-linear-gradient", 3): (
        "background-image:linear-gradient(red,blue)",
        "background:linear-gradient(red,blue)",
    ),
    ("css-list-style", 1): ("list-style:url(a.png) square", "list-style:square inside"),
    ("css-list-style", 2): ("list-style:square inside", "list-style:square"),
    ("css-list-style", 3): ("list-style:url(a.png) square", "list-style:square inside"),
    ("css-margin", 1): ("margin:0 -1px", "margin:0 1px"),
    ("css-margin", 3): ("margin:1px;background-color:red", "margin:1px"),
    ("css-margin", 4): ("margin:0 auto", "margin:0 1px"),
    ("css-overflow", 1): ("overflow:auto", "overflow:hidden"),
    ("css-overflow", 4): ("overflow-inline:hidden", "overflow-x:hidden"),
    ("css-overflow-wrap", 1): ("overflow-wrap:anywhere", "overflow-wrap:anywhere;word-break:normal"),
    ("css-position", 1): ("position:fixed", "position:absolute"),
    ("css-position", 2): ("position:relative", "position:sticky"),
    ("css-position", 3): ("position:absolute", "position:relative"),
    ("css-radial-gradient", 2): (
        "background-image:radial-gradient(red,blue)",
        "background:radial-gradient(red,blue)",
    ),
    ("css-rgb", 1): ("color:rgb(1 2 3)", "color:rgb(1, 2, 3)"),
    ("css-rgb", 2): ("color:rgb(1, 2, 3, .5)", "color:rgb(1, 2, 3)"),
    ("css-rgb", 3): ("color:rgb(1 2 3 / 1)", "color:rgb(1, 2, 3)"),
    ("css-rgba", 1): ("color:rgba(1 2 3 / 1)", "color:rgba(1,2,3,.5)"),
    ("css-rgba", 2): ("color:rgba(1 2 3 / 1)", "color:rgba(1,2,3,.5)"),
    ("css-sytem-ui", 1): ("font-family:ui-serif,serif", "font-family:system-ui,serif"),
    ("css-text-align", 1): ("text-align:end", "text-align:right"),
    ("css-text-align", 3): ("text-align:match-parent", "text-align:-webkit-match-parent"),
    ("css-text-align", 5): ("text-align:match-parent", "text-align:-webkit-match-parent"),
    ("css-text-decoration", 2): ("text-decoration:underline red", "text-decoration:underline"),
    ("css-text-decoration", 3): ("text-decoration:overline", "text-decoration:line-through"),
    ("css-text-indent", 1): ("text-indent:-1px", "text-indent:1px"),
    ("css-text-justify", 3): ("text-justify:auto", "text-justify:inter-character"),
    ("css-text-justify", 4): ("text-justify:none", "text-justify:distribute"),
    ("css-text-transform", 1): ("text-transform:lowercase", "text-transform:uppercase"),
    ("css-text-underline-position", 1): ("text-underline-position:left", "text-underline-position:under"),
    ("css-transition", 1): ("transition-delay:1s", "transition:color 1s"),
    ("css-transition", 2): ("transition:all 1s", "transition:color 1s"),
    ("css-unit-vh", 2): ("height:50vh", "height:50vw"),
    ("css-user-select", 1): ("user-select:none", "-webkit-user-select:none"),
    ("css-user-select", 2): ("-webkit-user-select:all", "-webkit-user-select:none"),
    ("css-variables", 1): ("--a:1px", "width:var(--a)"),
    ("css-white-space", 2): ("white-space:pre", "white-space:pre-wrap"),
    ("css-word-break", 2): ("word-break:break-all", "word-break:normal"),
    ("css-word-spacing", 1): ("word-spacing:1ch", "word-spacing:1px"),
}
"""What a note concerns, and what only looks like it, on a table cell."""

PAGES: dict[tuple[str, int], tuple[str, str]] = {
    ("css-at-font-face", 4): (
        "<style>@font-face{font-family:x;src:url(a)}</style>",
        "<style>@font-face{font-family:x;src:local(a)}</style>",
    ),
    ("css-at-media", 1): (
        "<style>@media x{@media y{p{}}}</style>",
        "<style>@media x{p{}}@media y{p{}}</style>",
    ),
    ("css-at-media", 2): (
        "<style>@media print{p{}}</style>",
        "<style>@media only screen and (min-width:1px){p{}}</style>",
    ),
    ("css-at-media", 7): (
        "<style>@media (max-device-height:1px){p{}}</style>",
        "<style>@media (max-width:1px){p{}}</style>",
    ),
    ("css-at-media", 10): ("<style>@media x{@media y{p{}}}</style>", "<style>@media y{p{}}</style>"),
    ("css-at-media-orientation", 2): (
        "<style>@media (orientation:portrait){p{}}</style>",
        "<style>@media (orientation:landscape){p{}}</style>",
    ),
    ("css-border", 2): ('<p style="border:1px solid">x</p>', '<h1 style="border:1px solid">x</h1>'),
    ("css-display-none", 2): ('<img style="display:none">', '<p style="display:none">x</p>'),
    ("css-height", 1): ('<p style="height:1px">x</p>', '<p style="max-height:1px">x</p>'),
    ("css-height", 2): ('<div style="height:1px">x</div>', '<ul style="height:1px"><li>x</ul>'),
    ("css-important", 4): ("<style>p{color:red!important}</style>", "<style>p{color:red !important}</style>"),
    ("css-margin", 2): ('<span style="margin:1px">x</span>', '<p style="margin:1px">x</p>'),
    ("css-max-width", 1): ('<p style="max-width:1px">x</p>', '<table style="max-width:1px"></table>'),
    ("css-nesting", 3): ("<style>p{& b{color:red}}</style>", "<style>p{color:red}</style>"),
    ("css-padding", 1): ('<p style="padding:1px">x</p>', '<table><td style="padding:1px">x</table>'),
    ("css-pseudo-class-default", 1): (
        "<style>option:default{color:red}</style>",
        "<style>input:default{color:red}</style>",
    ),
    ("css-pseudo-element-placeholder", 2): (
        "<style>input::placeholder{color:red}</style>",
        "<style>input{color:red}</style>",
    ),
    ("css-selector-attribute", 1): ("<style>.a[b]{color:red}</style>", "<style>td[b] .a{color:red}</style>"),
    ("css-selector-attribute", 2): ("<style>[b$=c]{color:red}</style>", "<style>[b|=c]{color:red}</style>"),
    ("css-selector-attribute", 3): (
        "<style>[class=a]{color:red}</style>",
        "<style>[class]{color:red}</style>",
    ),
    ("css-selector-attribute", 4): ("<style>[b]{color:red}</style>", "<style>[b=c]{color:red}</style>"),
    ("css-selector-attribute", 5): (
        "<style>[b~=c]{color:red}</style>",
        "<style>[class~=c]{color:red}</style>",
    ),
    ("css-width", 1): ('<img style="width:1px">', '<table style="width:1px"></table>'),
    ("html-anchor-links", 7): ('<a href="#a">x</a><p id="a">y</p>', '<a href="#a">x</a><a name="a"></a>'),
    ("html-background", 2): ('<table background="a.png"></table>', '<body background="a.png">x</body>'),
    ("html-dfn", 1): ('<dfn title="a">x</dfn>', "<dfn>x</dfn>"),
    ("html-dir", 3): ('<a dir="rtl">x</a>', '<p dir="rtl">x</p>'),
    ("html-height", 1): ('<img height="50%">', '<table height="50%"></table>'),
    ("html-lang", 1): ('<table><td lang="en">x</table>', '<p lang="en">x</p>'),
    ("html-lists", 1): ("<ol reversed><li>x</ol>", "<ol><li>x</ol>"),
    ("html-lists", 2): ('<ol><li value="3">x</ol>', "<ol><li>x</ol>"),
    ("html-marquee", 3): ('<marquee direction="up">x</marquee>', "<marquee>x</marquee>"),
    ("html-object", 2): ('<object type="application/pdf">x</object>', '<object data="a.png">x</object>'),
    ("html-role", 2): ('<p role="none">x</p>', '<table role="none"></table>'),
    ("html-semantics", 1): ("<nav>x</nav>", "<time>x</time>"),
    ("html-semantics", 2): ("<nav>x</nav>", "<section>x</section>"),
    ("html-semantics", 4): ("<nav>x</nav>", "<p>x</p>"),
    ("html-style", 1): ("</head><body><style>p{}</style>x", "<style>p{}</style>"),
    ("html-style", 4): ("</head><body>x<style>p{}</style>", "<style>p{}</style>"),
    ("html-target", 1): ('<a target="_self">x</a>', '<a target="_blank">x</a>'),
    ("html-target", 3): ('<a target="_self">x</a>', '<a target="_blank">x</a>'),
    ("html-video", 5): ("<video>x</video>", "<video controls>x</video>"),
    ("html-video", 6): ("<video autoplay controls>x</video>", "<video controls>x</video>"),
    ("html-width", 1): ('<img width="50%">', '<table width="50%"></table>'),
    ("image-base64", 1): (
        '<img src="data:image/gif;base64,R0lGODlhAQ==">',
        '<img src="data:image/png;base64,iVBORw0KGg==">',
    ),
    ("image-gif", 1): ('<img src="a.gif">', '<img src="data:image/gif,GIF89a">'),
    ("image-gif", 2): ('<img src="a.gif">', '<img src="data:image/gif,GIF89a">'),
    ("image-webp", 3): ('<img src="a.webp">', '<img src="data:image/webp,RIFF">'),
}
TYPE_ONLY = {
    key: (f"<style>.a{name} {{color:red}}</style>", f"<style>a{name} {{color:red}}</style>")
    for key in SELECTORS
    if SELECTORS[key].reason == "only after an element's name"
    for name in [
        ("::" if "element" in key[0] else ":")
        + key[0].removeprefix("css-pseudo-class-").removeprefix("css-pseudo-element-")
    ]
}
CASES = {
    **{
        key: tuple(f'<table><td style="{style}">x</table>' for style in pair)
        for key, pair in DECLARATIONS.items()
    },
    **PAGES,
    **TYPE_ONLY,
}
SAID_ELSEWHERE = {
    # By `word.typeset`, of the elements that it concerns.
    *(("css-display", 4), ("css-display-none", 1), ("css-padding", 2)),
    # Of the client as a whole.
    *(
        ("html-height", 2),
        ("html-width", 2),
        ("html-style", 6),
        ("css-unit-initial", 1),
        ("html-aria-live", 2),
    ),
    # By another note to the same mark.
    *(("css-important", 2), ("html-base", 3), ("html-base", 4)),
}
"""Notes with a predicate that keeps quiet on its own."""


def heard(html: str, key: tuple[str, int]) -> list[Removal]:
    """What the clients with the note say by it, whatever stronger note there is."""
    return [
        removal
        for profile in PROFILES
        if (cell := load_support().cell(key[0], profile.platform)) and key[1] in cell.notes
        for removal in simulate(html, profile).removals
        if removal.feature == key[0] and removal.note == key[1]
    ]


def in_a_profile(key: tuple[str, int]) -> bool:
    cells = [load_support().cell(key[0], profile.platform) for profile in PROFILES]
    return any(cell and key[1] in cell.notes for cell in cells)


@pytest.mark.parametrize("key", sorted(CASES), ids=lambda key: f"{key[0]}-{key[1]}")
def test_a_note_concerns_this_and_not_that(key: tuple[str, int]) -> None:
    hit, miss = CASES[key]

    assert heard(miss, key) == []
    assert bool(heard(hit, key)) is (key not in OVERRULED)


OVERRULED = {
    ("css-at-media", 10),
    ("css-display-flex", 1),
    ("css-display-flex", 2),
    ("css-display-grid", 1),
    ("css-font-size", 1),
    ("css-linear-gradient", 1),
    ("css-radial-gradient", 1),
    ("css-text-align", 5),
    ("css-variables", 2),
    ("css-word-spacing", 1),
    ("image-gif", 2),
    ("image-webp", 3),
}
"""Another note, or the mark of another feature, says as much in every case."""

CONSTANT = sorted(
    key
    for key in MODELLED - set(CASES) - set(ACCOUNTS) - SAID_ELSEWHERE
    if in_a_profile(key) and key not in OVERRULED
)


@pytest.mark.parametrize("key", CONSTANT, ids=lambda key: f"{key[0]}-{key[1]}")
def test_a_note_without_conditions_is_given_wherever_the_feature_is(key: tuple[str, int]) -> None:
    assert heard(snippet(key[0])[0], key)


FOREIGN = sorted(
    key
    for key, one in ACCOUNTS.items()
    if one is Account.NOT_FOREIGN and in_a_profile(key) and key not in OVERRULED
)
OWN = sorted(key for key, one in ACCOUNTS.items() if one is Account.ONLY_FOREIGN)


@pytest.mark.parametrize("key", FOREIGN, ids=lambda key: f"{key[0]}-{key[1]}")
def test_what_another_providers_account_loses(key: tuple[str, int]) -> None:
    html, _ = snippet(key[0])

    heard_by = {
        profile.id
        for profile in PROFILES
        for one in simulate(html, profile).removals
        if (one.feature, one.note) in {key, ("html-style", 2)}
    }

    assert heard_by == {"gmail-foreign"}


@pytest.mark.parametrize("key", OWN, ids=lambda key: f"{key[0]}-{key[1]}")
def test_what_only_another_providers_account_has(key: tuple[str, int]) -> None:
    html, _ = snippet(key[0])

    heard_by = {
        profile.id
        for profile in PROFILES
        for one in simulate(html, profile).removals
        if (one.feature, one.note) == key and profile.platform == "gmail.android"
    }

    assert heard_by == {"gmail-app"}


def test_every_note_has_a_reason_in_our_words() -> None:
    reasons = [note.reason for table in (CSS, HTML, SELECTORS, AT_RULES) for note in table.values()]

    assert all(reason and reason == reason.strip() and not reason.endswith(".") for reason in reasons)
