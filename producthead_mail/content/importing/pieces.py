"""Inline pieces to one line of Markdown that the loader reads back as the same words and marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Text:
    """Words, not yet escaped."""

    words: str


@dataclass(frozen=True, slots=True)
class Raw:
    """Markdown as it stands: a code span, a picture, a tag."""

    markdown: str
    blank: bool = False
    """Whether it alone makes no paragraph."""
    picture: tuple[str, str] | None = None
    """Address and words, where it is one."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code span's words."""

    words: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an emphasis or a link opens or closes."""

    tag: str
    """`em`, `strong` or `a`."""
    opens: bool
    number: int
    """The same for the two ends of one, and for no other."""
    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A line break."""


Piece = Text | Raw | Code | Mark | Break
_SIGNS = {"em": "*", "strong": "**"}
_SPACES = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")
_SPECIAL = re.compile(
    r"\[\[|[\\`*\[]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<=\w)~(?=~)|~(?=~~)"
)
_AT_START = re.compile(r"(?:#{1,6}(?=[ ]|$)|>|[+-](?=[ ]|$)|[=:|-](?=[=:| -]*$)|(\d{1,9})(?=[.)](?:[ ]|$)))")


def paragraphs(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The pieces parted at two line breaks in a row, without empty paragraphs."""
    found: list[list[Piece]] = [[]]
    level = 0
    for is_break, group in groupby(_tidy(pieces), lambda piece: isinstance(piece, Break)):
        run = list(group)
        if is_break and len(run) > 1 and level == 0:
            found.append([])
            continue
        found[-1] += run[:1] if is_break else run
        level += sum(1 if piece.opens else -1 for piece in run if isinstance(piece, Mark))
    return [trimmed for one in found if (trimmed := _trimmed(one))]


def plain(pieces: Iterable[Piece]) -> str:
    """The words alone, on one line."""
    words = (
        piece.words if isinstance(piece, Text | Code) else " " * isinstance(piece, Break) for piece in pieces
    )
    return " ".join("".join(words).split())


def line(pieces: Sequence[Piece], *, breaks: str = "\\\n", cell: bool = False) -> str:
    """The Markdown of one paragraph."""
    styles = _styles(pieces)
    out = ""
    linked = False
    for piece in pieces:
        if isinstance(piece, Break):
            out += breaks
        elif isinstance(piece, Raw):
            out += piece.markdown
        elif isinstance(piece, Code):
            out += _code(piece.words, cell=cell)
        elif isinstance(piece, Text):
            out += escaped(piece.words, cell=cell, within_brackets=linked)
        elif piece.tag == "a":
            linked = piece.opens
            out = _before_link(out) + "[" if piece.opens else out + f"]({_target(piece)})"
        else:
            out += styles[piece.number] if piece.opens else _closing(styles[piece.number])
    return out if cell else "\n".join(_guarded(one) for one in out.split("\n"))


def escaped(words: str, *, cell: bool = False, within_brackets: bool = False) -> str:
    """The words with a backslash before every sign that Markdown or a slot would take for its own."""
    safe = _SPECIAL.sub(lambda match: "\\" + match[0], words)
    safe = safe.replace("]", "\\]") if within_brackets else safe
    return safe.replace("|", "\\|") if cell else safe


def _code(words: str, *, cell: bool) -> str:
    longest = max((len(run) for run in re.findall(r"`+", words)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{fence}{pad}{words.replace('|', chr(92) + '|') if cell else words}{pad}{fence}"


def _target(mark: Mark) -> str:
    url = f"<{mark.url}>" if re.search(r"[()]", mark.url) else mark.url
    title = " ".join(mark.title.split())
    return f'{url} "{escaped(title).replace(chr(34), "&quot;")}"' if title else url


def _before_link(out: str) -> str:
    """What stands before a link, so that no picture (`![`) and no slot (`[[`) begins there."""
    if out.endswith("\\["):
        return out[:-2] + "&#91;"
    return out[:-1] + "\\!" if out.endswith("!") else out


def _guarded(text: str) -> str:
    """The line with its first sign escaped where it would open a list, a heading, a quote or a table."""
    bare = text.lstrip(" ")
    match = _AT_START.match(bare)
    if not match:
        return bare
    return f"{match[1]}\\{bare[len(match[1]) :]}" if match[1] else "\\" + bare


def _closing(opening: str) -> str:
    return opening.replace("<", "</")


def _styles(pieces: Sequence[Piece]) -> dict[int, str]:
    """How each emphasis is written: with `*` where that is sure to be read so, else as a tag."""
    styles: dict[int, str] = {}
    ends = {one.number: at for at, one in enumerate(pieces) if isinstance(one, Mark) and not one.opens}
    for at, piece in enumerate(pieces):
        if isinstance(piece, Mark) and piece.opens and piece.tag in _SIGNS:
            end = ends[piece.number]
            # No slices: a paragraph may have a hundred thousand marks.
            outside = _last(pieces, range(at - 1, -1, -1)), _first(pieces, range(end + 1, len(pieces)))
            inside = _first(pieces, range(at + 1, end)), _last(pieces, range(end - 1, at, -1))
            sure = all(map(_clear, outside, inside))
            styles[piece.number] = _SIGNS[piece.tag] if sure else f"<{piece.tag}>"
    return styles


def _clear(outside: str, inside: str) -> bool:
    """Whether `*` between these two signs can only be read as facing the inside one."""
    if outside == "" or outside.isspace():
        return inside != "" and not inside.isspace()
    return not outside.isalnum() and inside.isalnum()


def _first(pieces: Sequence[Piece], places: Iterable[int]) -> str:
    """The first sign; a bracket for a link or anything raw, empty where there is none."""
    for piece in map(pieces.__getitem__, places):
        if isinstance(piece, Break):
            return " "
        if isinstance(piece, Raw | Code) or (isinstance(piece, Mark) and piece.tag == "a"):
            return "["
        if isinstance(piece, Text) and piece.words:
            return piece.words[0]
    return ""


def _last(pieces: Sequence[Piece], places: Iterable[int]) -> str:
    for at in places:
        piece = pieces[at]
        if isinstance(piece, Text) and piece.words:
            return piece.words[-1]
        if not isinstance(piece, Text) and (found := _first(pieces, (at,))):
            return found
    return ""


def _tidy(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces with single spaces, none inside the end of a mark, and no mark around nothing."""
    found = [
        Text(_SPACES.sub(" ", piece.words)) if isinstance(piece, Text) else piece
        for piece in pieces
        if not isinstance(piece, Text) or piece.words
    ]
    found = _outward(_outward(found, opens=False), opens=True)
    return _single(_filled(found))


def _outward(pieces: list[Piece], *, opens: bool) -> list[Piece]:
    """The pieces with spaces and breaks at the inner end of a mark moved out of it."""
    found: list[Piece] = []
    for piece in reversed(pieces) if opens else pieces:
        moved = _ending(found, opens=opens) if isinstance(piece, Mark) and piece.opens is opens else []
        found += [piece, *moved]
    return found[::-1] if opens else found


def _ending(found: list[Piece], *, opens: bool) -> list[Piece]:
    """Takes spaces and breaks from the end of the list, and gives them back."""
    moved: list[Piece] = []
    while found and not isinstance(last := found[-1], Mark | Raw | Code):
        words = (
            (last.words.lstrip(" ") if opens else last.words.rstrip(" ")) if isinstance(last, Text) else ""
        )
        if isinstance(last, Text) and words == last.words:
            break
        found[-1:] = [Text(words)] if words else []
        moved.insert(0, last if isinstance(last, Break) else Text(" "))
    return moved


def _filled(pieces: list[Piece]) -> list[Piece]:
    """The pieces without marks that hold nothing to see."""
    ends: dict[int, int] = {}
    empty: set[int] = set()
    for at, piece in enumerate(pieces):
        if isinstance(piece, Mark) and piece.opens:
            ends[piece.number] = at
        elif isinstance(piece, Mark) and not any(map(_visible, pieces[ends[piece.number] : at])):
            empty.add(piece.number)
    return [piece for piece in pieces if not (isinstance(piece, Mark) and piece.number in empty)]


def _visible(piece: Piece) -> bool:
    return (
        isinstance(piece, Code)
        or (isinstance(piece, Text) and bool(piece.words.strip()))
        or (isinstance(piece, Raw) and not piece.blank)
    )


def _single(pieces: list[Piece]) -> list[Piece]:
    """The pieces without a space after a space or beside a line break."""
    found: list[Piece] = []
    space = True
    for piece in pieces:
        if isinstance(piece, Text):
            words = piece.words[1:] if space and piece.words.startswith(" ") else piece.words
            if not words:
                continue
            space = words.endswith(" ")
            piece = Text(words)
        elif isinstance(piece, Break):
            space = True
            _strip_end(found)
        elif isinstance(piece, Raw | Code):
            space = False
        found.append(piece)
    return _joined(found)


def _strip_end(pieces: list[Piece]) -> None:
    if pieces and isinstance(last := pieces[-1], Text):
        pieces[-1:] = [Text(words)] if (words := last.words.rstrip(" ")) else []


def _joined(pieces: list[Piece]) -> list[Piece]:
    """The pieces with texts or code side by side as one: backticks of two spans would make one fence."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Text) and found and isinstance(last := found[-1], Text):
            found[-1] = Text(last.words + piece.words)
        elif isinstance(piece, Code) and found and isinstance(last := found[-1], Code):
            found[-1] = Code(last.words + piece.words)
        else:
            found.append(piece)
    return found


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    """The pieces without breaks and white space at both ends; none where nothing is to be seen."""
    found = list(pieces) if any(map(_visible, pieces)) else []
    while found and _is_blank(found[0]):
        del found[0]
    while found and _is_blank(found[-1]):
        del found[-1]
    if found and isinstance(first := found[0], Text):
        found[0] = Text(first.words.lstrip())
    if found and isinstance(last := found[-1], Text):
        found[-1] = Text(last.words.rstrip())
    return found


def _is_blank(piece: Piece) -> bool:
    return isinstance(piece, Break) or (isinstance(piece, Text) and not piece.words.strip())
