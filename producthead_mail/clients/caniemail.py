"""caniemail's published JSON made into our file of facts: marks, versions, dates; no sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from producthead_mail.clients.support import MISSING
from producthead_mail.errors import InputError, Problem

MARK = re.compile(r"([yanu])((?:\s*#\d+)*)\s*")
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
VERSION = re.compile(r"[\w.-]+")


def compact(text: str, name: str) -> str:
    """The support table as its file has it; InputError, under `name`, with everything that is wrong."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError([_problem(name, "not JSON")]) from None
    if not isinstance(document, dict) or not isinstance(document.get("data"), list) or not document["data"]:
        raise InputError([_problem(name, "no list of features under `data`")])
    if problems := [_problem(name, fault) for fault in _faults(document)]:
        raise InputError(problems)
    return _written(document)


def _problem(name: str, message: str) -> Problem:
    return Problem(name, 0, 0, message, "give it https://www.caniemail.com/api/data.json")


def _faults(document: dict[str, Any]) -> Iterator[str]:
    if not DATE.match(str(document.get("last_update_date"))):
        yield "`last_update_date` is not a date"
    for number, feature in enumerate(document["data"], 1):
        yield from (f"feature {number}: {fault}" for fault in _feature_faults(feature))


def _feature_faults(feature: Any) -> Iterator[str]:
    if not isinstance(feature, dict):
        yield "not an object"
        return
    if not SLUG.fullmatch(str(feature.get("slug"))):
        yield f"`slug` is {feature.get('slug')!r}"
    yield from (f"no `{key}`" for key in ("title", "category") if not isinstance(feature.get(key), str))
    if not DATE.fullmatch(str(feature.get("last_test_date"))):
        yield f"`last_test_date` is {feature.get('last_test_date')!r}"
    if not isinstance(feature.get("stats"), dict):
        yield "no `stats`"
        return
    yield from _stats_faults(feature["stats"])


def _stats_faults(stats: dict[str, Any]) -> Iterator[str]:
    for family, platforms in stats.items():
        for platform, versions in platforms.items() if isinstance(platforms, dict) else [("", None)]:
            where = f"{family}.{platform}"
            if not isinstance(versions, dict):
                yield f"{where} has no versions"
                continue
            version, mark = _newest(versions) or ("0", "u")
            if not VERSION.fullmatch(version) or not MARK.fullmatch(str(mark)):
                yield f"{where} {version!r} is marked {mark!r}"


def _newest(versions: dict[str, Any]) -> tuple[str, Any] | None:
    """The last key in the file's own order.

    Sorted, another is the last in 268 cells of June 2026: `2019-10` comes after Outlook's `16.80`.
    """
    return next(reversed(versions.items()), None)


def _written(document: dict[str, Any]) -> str:
    features = sorted(document["data"], key=lambda feature: str(feature["slug"]))
    platforms = sorted(
        {f"{family}.{one}" for each in features for family in each["stats"] for one in each["stats"][family]}
    )
    head = {
        "credit": "caniemail, © 2019 Rémi Parmentier",
        "licence": "MIT",
        "source": "https://www.caniemail.com" + _commit(document),
        "updated": _day(document["last_update_date"]),
        "platforms": platforms,
    }
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in head.items()]
    rows = [_row(feature, platforms) for feature in features]
    return "\n".join(["{", *lines, '"features": {', ",\n".join(rows), "}", "}", ""])


def _commit(document: dict[str, Any]) -> str:
    commit = document.get("source_commit")
    return f", commit {commit}" if isinstance(commit, str) else ""


def _row(feature: dict[str, Any], platforms: list[str]) -> str:
    facts = {
        "name": feature["title"],
        "category": feature["category"],
        "tested": _day(feature["last_test_date"]),
        "marks": " ".join(_mark(feature["stats"], platform) for platform in platforms),
    }
    return f"{json.dumps(feature['slug'])}: {json.dumps(facts, ensure_ascii=False)}"


def _mark(stats: dict[str, Any], platform: str) -> str:
    family, _, one = platform.partition(".")
    newest = _newest(stats.get(family, {}).get(one, {}))
    if newest is None:
        return MISSING
    version, mark = newest
    return f"{''.join(mark.split())}@{version}"


def _day(text: str) -> str:
    """ISO; caniemail has a day without its zero."""
    found = DATE.match(text)
    assert found is not None
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
