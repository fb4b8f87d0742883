"""Asks name servers, for so many seconds altogether."""

from __future__ import annotations

import time
from typing import Any

import dns.exception
import dns.rdatatype
import dns.resolver
from dns.name import EmptyLabel, LabelTooLong, NameTooLong

from producthead_mail.errors import MailError

QUESTION_SECONDS = 2.0
ALL_SECONDS = 8.0
ROOT = "."


class Unanswered(MailError):
    """No answer at all, which says nothing about the name that was asked for."""


class Resolver:
    """The name servers of this machine, or those of `asked`."""

    def __init__(self, asked: dns.resolver.Resolver, question_seconds: float = QUESTION_SECONDS) -> None:
        self._asked = asked
        asked.timeout = question_seconds / 2  # so that what is lost on the way is asked once more
        self._question_seconds = question_seconds
        self._end: float | None = None
        self._fault: str | None = None

    def fault(self) -> str:
        """Why names can't be looked up here, or an empty string: whoever knows any name knows the root.

        Asked once.
        """
        if self._fault is None:
            self._fault = self._found_fault()
        return self._fault

    def _found_fault(self) -> str:
        try:
            found = self.records(ROOT, "NS")
        except Unanswered as error:
            return str(error)
        return "" if found else "the name server here knows only names of its own"

    def texts(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name, each in one piece."""
        return self.records(name, "TXT")

    def alias(self, name: str) -> str:
        """The name that a CNAME record of this one leads to, in lower case; empty where it has none."""
        return next(iter(self.records(name, "CNAME")), "")

    def records(self, name: str, kind: str) -> tuple[str, ...]:
        """The records of one kind, without what only a zone file needs; none where the name has none.

        Unanswered where nobody says whether there are any.
        """
        if self._end is None:  # from the first question on: what is asked elsewhere before takes its own time
            self._end = time.monotonic() + ALL_SECONDS
        left = min(self._question_seconds, self._end - time.monotonic())
        if left <= 0:
            raise Unanswered(f"name servers took more than {ALL_SECONDS:.0f} s altogether")
        try:
            answer = self._asked.resolve(name, kind, lifetime=left, search=False, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return ()
        except (dns.exception.Timeout, dns.resolver.NoNameservers) as error:
            raise Unanswered(_words(error, name)) from None
        except (LabelTooLong, NameTooLong, EmptyLabel):
            return ()  # no such name can be
        except (dns.exception.DNSException, OSError) as error:
            raise Unanswered(f"{name}: {type(error).__name__}") from None
        return tuple(_shown(record) for record in answer.rrset or ())


def system_resolver() -> Resolver | str:
    """The name servers of this machine's settings, or why there are none."""
    try:
        return Resolver(dns.resolver.get_default_resolver())
    except (dns.resolver.NoResolverConfiguration, OSError):
        return "no name server is set on this machine"
    except ValueError:  # such as a name where an address belongs
        return "this machine's settings name a name server that is no address"


def _words(error: dns.exception.DNSException, name: str) -> str:
    if isinstance(error, dns.exception.Timeout):
        return "no name server answers"
    codes = {str(one[-2]) for one in getattr(error, "kwargs", {}).get("errors", [])}
    return f"name servers fail for {name} ({', '.join(sorted(codes))[:80] or 'without a word'})"


def _shown(record: Any) -> str:
    if record.rdtype == dns.rdatatype.TXT:
        return b"".join(record.strings).decode("utf-8", "replace")
    return str(record.to_text()).removesuffix(".").lower()
