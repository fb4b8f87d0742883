"""The day on which something was published, however its source writes it; what can mean two days is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from email.utils import parsedate_to_datetime
from unicodedata import normalize

MAX_WORDS = 100
"""Characters; what is longer says more than a date."""
_MONTHS = (
    "january januar janvier enero gennaio januari janeiro ledna stycznia styczen",
    "february februar fevrier febrero febbraio februari fevereiro unora lutego luty",
    "march marz mrz mrt mars marzo maart marco marts brezna marca marzec",
    "april avril abril aprile dubna kwietnia kwiecien",
    "may mai mayo maggio mei maio maj kvetna maja",
    "june juni juin junio giugno junho cervna czerwca czerwiec",
    "july juli juillet julio luglio julho cervence lipca lipiec",
    "august aout agosto augustus augusti srpna sierpnia sierpien",
    "september septembre septiembre settembre setembro zari wrzesnia wrzesien",
    "october oktober octobre octubre ottobre outubro rijna pazdziernika pazdziernik",
    "november novembre noviembre novembro listopadu listopada listopad",
    "december dezember decembre diciembre dicembre desember dezembro prosince grudnia grudzien",
)
"""Without accents: English, German, French, Spanish, Italian, Dutch, Portuguese, Nordic, Czech, Polish."""
_FINNISH = "tammi helmi maalis huhti touko kesa heina elo syys loka marras joulu"
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORD = r"[^\W\d_]{3,}"
_WRITTEN = (
    rf"(?<!\d)(?P<d>\d\d?)(?:\.|st|nd|rd|th|er|º|ª)?\s+(?:(?:de|of)\s+)?(?P<m>{_WORD})\.?,?\s+(?:del?\s+)?(?P<y>\d{{4}})(?!\d)",
    rf"(?P<m>{_WORD})\.?\s+(?P<d>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)",
    r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)(?!\d)",
    # With dots the day comes first everywhere; with slashes that depends on the country.
    r"(?<![\d.])(?P<d>\d\d?)\.\s?(?P<m>\d\d?)\.\s?(?P<y>\d{4})(?!\d)",
)


def day_of(written: str, zone: tzinfo) -> date | None:
    """The day, in the zone, of a time as a feed or a page writes it; None where it is none."""
    written = " ".join(written.split())
    moment = _moment(written)
    if moment is None:
        return _in_words(written)
    try:
        return (moment.astimezone(zone) if moment.tzinfo else moment).date()
    except (OverflowError, ValueError):
        return None


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(re.sub(_WORD + r"\.?", _english, written))
    except (ValueError, TypeError, IndexError):
        return None


def _in_words(written: str) -> date | None:
    """The one day in the words."""
    days = set(_days(written)) if len(written) <= MAX_WORDS else set()
    return days.pop() if len(days) == 1 else None


def _days(words: str) -> Iterator[date]:
    for pattern in _WRITTEN:
        for found in re.finditer(pattern, words):
            month = int(found["m"]) if found["m"].isdigit() else _NUMBERS.get(_bare(found["m"]), 0)
            try:
                yield date(int(found["y"]), month, int(found["d"]))
            except ValueError:  # a month that is none, or 31 June
                continue


def _english(word: re.Match[str]) -> str:
    number = _NUMBERS.get(_bare(word[0].rstrip(".")))
    return _ENGLISH[number - 1] if number else word[0]


def _bare(word: str) -> str:
    """The word in lower case without accents."""
    return "".join(sign for sign in normalize("NFKD", word.lower()) if sign.isalpha())


def _numbers() -> dict[str, int]:
    """Name of a month, or its beginning where no other month begins so -> its number."""
    found: dict[str, set[int]] = {}
    for number, names in enumerate(_MONTHS, 1):
        for name in names.split():
            for length in range(3, len(name) + 1):
                found.setdefault(name[:length], set()).add(number)
    whole = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
    finnish = {
        name + end: number for number, name in enumerate(_FINNISH.split(), 1) for end in ("kuu", "kuuta")
    }
    return {name: min(numbers) for name, numbers in found.items() if len(numbers) == 1} | whole | finnish


_NUMBERS = _numbers()
