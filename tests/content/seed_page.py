"""The archive's page of a seed edition, made from its text as a browser copies it."""

import re
from html import escape

_HOSTS = {
    "Mind The Product": "https://mindtheproduct.example.com/getting-aligned-with-your-exec-team/",
    "Leah’s ProducTea": "https://leahsproductea.example.com/why-alignment-makes-and-breaks-great-leaders",
    "Front": "https://front.example.com/towards-meaningful-and-actionable-alignment",
}
_BLOG = "https://imanageproducts.example.com/"
_SECTIONS = (
    "what to think about this week",
    "recent posts",
    "can we help you?",
    "Read more from Jock",
    "Leave a Reply",
)
_ATTRIBUTION = re.compile(r"\[([^\]/]+?)(?: / ([^\]]+))?\]")


def seed_page(text: str) -> str:
    """An HTML page with the words of the text, and links where the page must have had some."""
    title, _, rest = text.partition("\n")
    paragraphs = [one.strip() for one in re.split(r"\n{2,}", rest) if one.strip()]
    body = "\n".join(_blocks(paragraphs))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)} – I Manage Products</title>
<meta property="article:published_time" content="2024-02-12T07:00:00+00:00">
<link rel="canonical" href="https://newsletter.example.com/producthead-in-search-of-deeper-alignment/">
<script>track()</script></head>
<body class="single"><nav><a href="/">Home</a></nav><main><article>{body}</article></main>
<footer>© example</footer></body></html>"""


def _blocks(paragraphs: list[str]) -> list[str]:
    found = [f"<h1>{escape(paragraphs[0])}</h1>"]
    rest = paragraphs[1:]
    start = next(n for n, one in enumerate(rest) if one.startswith("every PRODUCTHEAD edition")) + 1
    found += [_plain(one) for one in rest[:start]]
    found.append("<ul>" + "".join(f"<li>{escape(one)}</li>" for one in rest[start : start + 3]) + "</ul>")
    rest = rest[start + 3 :]
    at = 0
    while at < len(rest):
        if rest[at] in _SECTIONS[:2]:
            found.append(f"<h2>{rest[at]}</h2>")
            end = next(n for n in range(at + 1, len(rest)) if rest[n] in _SECTIONS)
            found += _items(rest[at + 1 : end])
            at = end
            continue
        found.append(f"<h2>{escape(rest[at])}</h2>" if rest[at] in _SECTIONS else _plain(rest[at]))
        at += 1
    return [*found, "<form><textarea name='comment'></textarea></form>"]


def _plain(words: str) -> str:
    if words.endswith(" #"):
        anchor = words[:-2].lower().replace(" ", "-")
        return f'<h2 id="{anchor}">{escape(words[:-2])} <a class="permalink" href="#{anchor}">#</a></h2>'
    if words.endswith(("logo", "book cover")):
        return f'<figure><img src="/wp-content/{len(words)}.png" alt="{escape(words)}"></figure>'
    return "<p>" + escape(words).replace("\n", "<br>\n") + "</p>"


def _items(paragraphs: list[str]) -> list[str]:
    found: list[str] = []
    chunk: list[str] = []
    for one in paragraphs:
        chunk.append(one)
        if match := _ATTRIBUTION.fullmatch(one):
            found += _item(chunk, match)
            chunk = []
    return found


def _item(chunk: list[str], signed: re.Match[str]) -> list[str]:
    title, *excerpt, summary, attribution = chunk
    slug = re.sub(r"[^a-z]+", "-", title.lower()).strip("-")
    url = _HOSTS.get(signed[2] or "", f"{_BLOG}{slug}/")
    words, bracket, remark = summary.partition(" [")
    return [
        f'<h3><a href="{url}">{escape(title)}</a></h3>',
        *(f"<p>{escape(one)}</p>" for one in excerpt),
        f'<p><a href="{url}">{escape(words)}</a>{bracket}{remark}</p>',
        f"<p>{escape(attribution)}</p>",
    ]
