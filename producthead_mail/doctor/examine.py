"""Makes every check, all groups at the same time, and waits for none of them too long."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from producthead_mail.config import Project
from producthead_mail.content.publication import Publication
from producthead_mail.doctor import ledger as ledgers
from producthead_mail.doctor import machine
from producthead_mail.doctor.check import Check, Group, Subject
from producthead_mail.doctor.domain import SUBJECTS, dns_checks
from producthead_mail.doctor.later import Later
from producthead_mail.doctor.project import (
    AUDIENCE,
    LAYOUTS,
    NEXT,
    People,
    count_people,
    edition_checks,
    environment_check,
    publication_check,
    state_folder,
    words,
)
from producthead_mail.doctor.resolver import Resolver
from producthead_mail.doctor.sendgrid import (
    ASKED,
    KEY,
    REGION,
    Access,
    Findings,
    contacts,
    known_domains,
    look,
    sendgrid_checks,
)
from producthead_mail.errors import InputError, MailError

SECONDS = 8.0
"""For all of it; each part has a limit of its own, so this is for what hangs."""
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
"""Signs that a terminal obeys: what servers answer may hold them."""
UNUSABLE = "publication.yaml can't be used"
NO_ENVIRONMENT = "the environment can't be used"
CLOCK = Subject(Group.MACHINE, "clock")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the checks are made of; what could not be loaded stands there as the reason."""

    project: Project
    publication: Publication | InputError
    access: Access | InputError
    ledger: str = ""
    """SQLAlchemy URL; empty: the project's own."""
    resolver: Resolver | str = ""
    """Asks name servers; a text says why there are none."""


def examine(around: Surroundings) -> list[Check]:
    """Every check, in the order of the groups; paths within the project begin there."""
    root = f"{around.project.root}/"

    def shown(text: str) -> str:
        return _CONTROLS.sub(" ", text.replace(root, ""))

    return [replace(one, message=shown(one.message), remedy=shown(one.remedy)) for one in _examined(around)]


def _examined(around: Surroundings) -> list[Check]:
    end = time.monotonic() + SECONDS
    publication = around.publication
    files = Later(partial(_files, around))
    found = Later(partial(_look, around))
    people = Later(partial(_people, around, found, end))
    names = Later(partial(_names, around, found, people, end))
    ledger = Later(partial(_ledger, around))
    programs = Later(partial(machine.machine_checks, state_folder(around.project)))
    return [
        publication_check(publication),
        environment_check(around.access if isinstance(around.access, InputError) else None, around.project),
        *_got(files, end, (LAYOUTS, NEXT)),
        *_got(Later(lambda: [people.get(end)[1]]), end, (AUDIENCE,)),
        *_got(Later(partial(_sendgrid, around, found, people, end)), end, (KEY, REGION, *ASKED)),
        *_got(names, end, SUBJECTS),
        *_ledger_got(ledger, end),
        *_got(Later(lambda: [_clock(found.get(end))]), end, (CLOCK,)),
        *_got(programs, end, machine.SUBJECTS),
    ]


def _got(later: Later[list[Check]], end: float, subjects: Sequence[Subject]) -> list[Check]:
    """The checks, or for each that was expected why there is none."""
    try:
        return later.get(end)
    except TimeoutError:
        return [subject.skipped(f"no answer within {SECONDS:.0f} s", "run it again") for subject in subjects]
    except MailError as error:
        return [subject.error(*words(error)) for subject in subjects]
    except OSError as error:
        message = f"{error.filename or 'a file'}: {error.strerror}"
        return [subject.error(message, "see that it can be read") for subject in subjects]
    except Exception as error:  # noqa: BLE001 - told as a fault of the check: the others count
        message = f"the check itself failed ({type(error).__name__})"
        return [subject.error(message, "report it to who makes this program") for subject in subjects]


def _ledger_got(later: Later[list[Check]], end: float) -> list[Check]:
    """The ledger's; nothing is sent from one that keeps silent."""
    if later.is_done(end):
        return _got(later, end, ledgers.SUBJECTS)
    remedy = "see that its server runs and can be reached from here"
    silent = ledgers.LEDGER.error(f"no answer within {SECONDS:.0f} s", remedy)
    return [silent, *(subject.skipped(ledgers.NOT_REACHED) for subject in ledgers.SUBJECTS[1:])]


def _people(around: Surroundings, found: Later[Findings], end: float) -> tuple[People | None, Check]:
    publication = around.publication
    if isinstance(publication, InputError):
        return None, AUDIENCE.skipped(UNUSABLE)
    if list_id := publication.audience.sendgrid_list:
        return contacts(found.get(end), list_id)
    return count_people(publication)


def _counted(people: Later[tuple[People | None, Check]], end: float) -> People | None:
    """How many an edition goes to; None where that can't be known: the audience has a line of its own."""
    try:
        return people.get(end)[0]
    except Exception:  # noqa: BLE001 - what ails the audience keeps no other check from being made
        return None


def _files(around: Surroundings) -> list[Check]:
    publication = around.publication
    if isinstance(publication, InputError):
        return [LAYOUTS.skipped(UNUSABLE), NEXT.skipped(UNUSABLE)]
    return edition_checks(around.project, publication, datetime.now(UTC))


def _look(around: Surroundings) -> Findings:
    if isinstance(around.access, InputError):
        return Findings((KEY.skipped(NO_ENVIRONMENT), REGION.skipped(NO_ENVIRONMENT)), reason=NO_ENVIRONMENT)
    if isinstance(around.publication, InputError):
        return Findings((KEY.skipped(UNUSABLE), REGION.skipped(UNUSABLE)), reason=UNUSABLE)
    publication = around.publication
    return look(around.access, publication.sendgrid.region, publication.audience.sendgrid_list)


def _sendgrid(
    around: Surroundings, found: Later[Findings], people: Later[tuple[People | None, Check]], end: float
) -> list[Check]:
    findings = found.get(end)
    if isinstance(around.publication, InputError):
        return [*findings.first, *(subject.skipped(findings.reason) for subject in ASKED)]
    return sendgrid_checks(findings, around.publication, _counted(people, end))


def _names(
    around: Surroundings, found: Later[Findings], people: Later[tuple[People | None, Check]], end: float
) -> list[Check]:
    publication, resolver = around.publication, around.resolver
    if isinstance(publication, InputError):
        return [subject.skipped(UNUSABLE) for subject in SUBJECTS]
    if isinstance(resolver, str):
        return [subject.skipped(resolver) for subject in SUBJECTS]
    fault = resolver.fault()  # asked while SendGrid is
    known = None if fault else known_domains(found.get(end).account, publication)
    return dns_checks(publication.sender.email, known, _counted(people, end), resolver, end)


def _ledger(around: Surroundings) -> list[Check]:
    if isinstance(around.access, InputError):
        return [subject.skipped(NO_ENVIRONMENT) for subject in ledgers.SUBJECTS]
    return ledgers.ledger_checks(around.ledger, around.project.state / "ledger.db")


def _clock(findings: Findings) -> Check:
    ahead = findings.account.clock_ahead if findings.account else None
    if ahead is None:
        return CLOCK.skipped("needs an answer of SendGrid, which tells the time")
    return machine.clock(ahead, "SendGrid")
