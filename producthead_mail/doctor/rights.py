"""The scopes of the key, against what each command needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from producthead_mail.content.publication import Publication
from producthead_mail.doctor.check import Check, Group, Subject

WHERE = "in SendGrid under Settings > API Keys"


@dataclass(frozen=True, slots=True)
class Right:
    """One scope and the commands that fail without it."""

    scope: str
    commands: str


SEND = Right("mail.send", "send, dispatch")
SUPPRESSIONS = Right("suppression.read", "send, dispatch, suppressions pull")
GROUP = Right("asm.groups.read", "send, dispatch, suppressions pull")
LIST = Right("marketing.read", "send, dispatch, audience")
SCHEDULING = (
    Right("mail.batch.create", "send ahead of the hour"),
    Right("user.scheduled_sends.create", "cancel, pause"),
    Right("user.scheduled_sends.read", "cancel, pause"),
    Right("user.scheduled_sends.update", "cancel after pause"),
    Right("user.scheduled_sends.delete", "resume"),
)
STOPPING = {SEND, SUPPRESSIONS, GROUP, LIST, SCHEDULING[0]}
"""Without one of these an edition doesn't go out; without another it can't be stopped, or doubt stays."""
SETTLING = (Right("email_activity.read", "settle, dispatch"),)
DANGEROUS = ("api_keys.", "teammates.", "subusers.", "billing.", "user.password.", "user.email.")
"""Scopes with which whoever finds the key can take the account over."""


def sending(publication: Publication) -> tuple[Right, ...]:
    """What no edition of the publication goes out without."""
    group = (GROUP,) if publication.unsubscribe.asm_group is not None else ()
    listed = (LIST,) if publication.audience.sendgrid_list else ()
    return (SEND, SUPPRESSIONS, *group, *listed)


def rights(scopes: Collection[str], publication: Publication) -> list[Check]:
    """Which commands the key is good for."""
    return [
        _needed("rights to send", scopes, sending(publication)),
        _needed("rights to schedule", scopes, SCHEDULING),
        _settling(scopes),
        surplus(scopes),
    ]


def _needed(name: str, scopes: Collection[str], wanted: tuple[Right, ...]) -> Check:
    subject = Subject(Group.SENDGRID, name)
    missing = [right for right in wanted if right.scope not in scopes]
    if missing:
        what = "it" if len(missing) == 1 else "them"
        state = subject.error if STOPPING.intersection(missing) else subject.warning
        return state(_missing(missing), f"give {what} to the key {WHERE}")
    return subject.ok(", ".join(right.scope for right in wanted))


def _settling(scopes: Collection[str]) -> Check:
    subject = Subject(Group.SENDGRID, "rights to settle")
    missing = [right for right in SETTLING if right.scope not in scopes]
    if missing:
        return subject.warning(_missing(missing), f"give it to the key {WHERE}, or settle by hand")
    return subject.ok(", ".join(right.scope for right in SETTLING))


def _missing(rights: list[Right]) -> str:
    return "missing " + "; ".join(f"{right.scope} ({right.commands})" for right in rights)


def surplus(scopes: Collection[str]) -> Check:
    """Whether whoever finds the key could take the account over."""
    subject = Subject(Group.SENDGRID, "further rights")
    found = sorted(scope for scope in scopes if scope.startswith(DANGEROUS))
    if not found:
        return subject.ok("none that would give the account away")
    more = f" and {len(found) - 2} more" if len(found) > 2 else ""
    return subject.warning(
        f"the key can do what no command needs ({', '.join(found[:2])}{more})",
        f"make one with Restricted Access {WHERE}",
    )
