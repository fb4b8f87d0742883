"""What of publication.yaml a planned edition still needs: kept in the ledger, so that it needs no file."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from producthead_mail.ledger.database import Ledger
from producthead_mail.ledger.schema import meta

KEY = "terms"


@dataclass(frozen=True, slots=True)
class Terms:
    """Where mail goes."""

    region: str
    """Of the SendGrid account: global or eu."""
    site: str
    """Where the publication lives, whose unsubscribe page the outbox shows."""


def keep_terms(ledger: Ledger, terms: Terms) -> None:
    """From now on these are the terms; those of the latest plan count for all."""
    if kept_terms(ledger) == terms:
        return
    value = json.dumps(asdict(terms))
    with suppress(IntegrityError), ledger.writing() as connection:  # another process was first
        if connection.execute(update(meta).where(meta.c.key == KEY).values(value=value)).rowcount == 0:
            connection.execute(insert(meta).values(key=KEY, value=value))


def kept_terms(ledger: Ledger) -> Terms | None:
    """Those of the latest plan; None where nothing was planned yet."""
    with ledger.reading() as connection:
        found = connection.execute(select(meta.c.value).where(meta.c.key == KEY)).scalar_one_or_none()
    return Terms(**json.loads(found)) if found else None
