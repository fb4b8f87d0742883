"""What the value of an MJML attribute may be, and what to write instead of a bad one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from producthead_mail.errors import suggestion

_NAMES = frozenset(
    """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown
    burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan
    darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid
    darkred darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet
    deeppink deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro
    ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink indianred indigo inherit ivory
    khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow
    lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
    lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue
    mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise
    mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange
    orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum
    powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell
    sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal thistle tomato
    transparent turquoise violet wheat white whitesmoke yellow yellowgreen
    """.split()  # noqa: SIM905 - readable
)
_COLOUR = re.compile(
    r"#(?:[0-9a-f]{3}){1,2}|rgb\(\d{1,3},\s?\d{1,3},\s?\d{1,3}\)"
    r"|rgba\(\d{1,3},\s?\d{1,3},\s?\d{1,3},\s?(?:\d(?:\.\d{1,3})?|\.\d{1,3})\)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"(-?)(\d+\.?\d*|\.\d+)([a-z%]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Units:
    """Numbers with one of some units, one or up to `most` of them."""

    units: tuple[str, ...]
    most: int = 1
    negative: bool = False

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        units = "|".join(re.escape(unit) for unit in self.units if unit != "auto")
        one = rf"(?:{'-?' * self.negative}(?:\d+\.?\d*|\.\d+)(?:{units})|0{'|auto' * ('auto' in self.units)})"
        return re.compile(rf"{one}(?: {one}){{0,{self.most - 1}}} ?")

    def takes(self, value: str) -> bool:
        """Whether the value is one."""
        return self._pattern.fullmatch(value) is not None

    def says(self) -> str:
        """What it takes, in words."""
        units = " or ".join(unit or "no unit" for unit in self.units)
        return f"{'one to four lengths' if self.most > 1 else 'a length'} in {units}"

    def instead(self, value: str) -> str:
        """What to write instead, as far as that can be told."""
        parts = value.replace(",", " ").split()
        if len(parts) > self.most:
            return f"it takes at most {self.most}, not {len(parts)}"
        mended = " ".join(self._mended(part) for part in parts)
        return f"write {mended}" if mended != value and self.takes(mended) else ""

    def _mended(self, part: str) -> str:
        found = _AMOUNT.fullmatch(part)
        if found is None or self.takes(part):
            return part
        sign = found[1] if self.negative else ""
        unit = found[3].lower()
        return f"{sign}{found[2]}{unit if unit in self.units else self.units[0] if not unit else found[3]}"


@dataclass(frozen=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    def takes(self, value: str) -> bool:
        """Whether the value is one."""
        return value in self.words

    def says(self) -> str:
        """What it takes, in words."""
        return " or ".join(word for word in self.words if word)

    def instead(self, value: str) -> str:
        """What to write instead, as far as that can be told."""
        return suggestion(value.strip().lower(), self.words)


@dataclass(frozen=True)
class Colour:
    """A colour that mail programs take."""

    def takes(self, value: str) -> bool:
        """Whether the value is one."""
        return value in _NAMES or _COLOUR.fullmatch(value) is not None

    def says(self) -> str:
        """What it takes, in words."""
        return "a colour: a name, #rrggbb, rgb() or rgba()"

    def instead(self, value: str) -> str:
        """What to write instead, as far as that can be told."""
        word = value.strip().lower()
        if re.fullmatch(r"(?:[0-9a-f]{3}){1,2}", word):
            return f"write #{word}"
        return f"write {word}" if self.takes(word) else suggestion(word, sorted(_NAMES))


@dataclass(frozen=True)
class Number:
    """A whole number."""

    def takes(self, value: str) -> bool:
        """Whether the value is one."""
        return value.isascii() and value.isdigit()

    def says(self) -> str:
        """What it takes, in words."""
        return "a whole number without a unit"

    def instead(self, value: str) -> str:
        """What to write instead, as far as that can be told."""
        digits = re.match(r"\d+", value)
        return f"write {digits[0]}" if digits else ""


ValueType = Units | Choice | Colour | Number
COLOUR = Colour()
FLAG = Choice(("true", "false"))
NUMBER = Number()
