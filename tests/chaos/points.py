"""Moments at which a process dies or freezes: just before, just after or in the midst of a call.

The product knows nothing of them: its functions are wrapped in the process that is to die.
"""

import importlib
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

from producthead_mail.ledger.decisions import decide, open_doubts
from producthead_mail.ledger.states import How
from producthead_mail.sending import mailing
from producthead_mail.sending.evidence import in_logs, settle
from producthead_mail.sending.planner import renamed
from producthead_mail.sending.sendgrid_api import SendGridApi
from producthead_mail.sending.sendgrid_client import SendGridClient
from tests.chaos.setting import Setting, opened, plan
from tests.chaos.worker import send


@dataclass(frozen=True)
class Point:
    """A call of one function, counted in the process that makes it."""

    function: str
    """`module:name`, or `module:Class.name`; the module is where it is looked up."""
    when: str
    """before, after, or half: when half of the bytes that it is given are out."""
    call: int = 1
    signal: int = signal.SIGKILL
    """Or SIGSTOP: then it goes on, after the call, when it is woken."""


def plan_once(setting: Setting) -> None:
    """Plans the edition."""
    with opened(setting) as ledger:
        plan(setting, ledger)


def send_in_turn(setting: Setting) -> None:
    """Sends one batch after the other, so that calls can be counted; only in a process that is to die."""
    mailing.Dispatcher = partial(mailing.Dispatcher, workers=1)  # type: ignore[misc, assignment]
    send(setting)


def settle_all(setting: Setting) -> None:
    """Settles by SendGrid's logs."""
    with opened(setting) as ledger:
        api = SendGridApi(SendGridClient("SG.standin", setting.sendgrid_url))
        for _ in settle(ledger, open_doubts(ledger), in_logs(api, ledger.now())):
            pass


def decide_all(setting: Setting) -> None:
    """Decides of every batch in doubt that it is to be sent again."""
    with opened(setting) as ledger:
        for doubt in open_doubts(ledger):
            mine = doubt.claim
            decide(ledger, mine.send_id, mine.seq, How.RESEND, "not in the logs", "chaos", renamed)


def hit(task: Callable[[Setting], None], setting: Setting, point: Point) -> None:
    """Does the task, and is hit by the signal at the point; the body of a process of its own."""
    module, _, names = point.function.partition(":")
    *classes, name = names.split(".")
    owner: Any = importlib.import_module(module)
    for one in classes:
        owner = getattr(owner, one)
    setattr(owner, name, _wrapped(getattr(owner, name), point))
    task(setting)


def _wrapped(function: Callable[..., Any], point: Point) -> Callable[..., Any]:
    calls = 0

    @wraps(function)
    def wrapped(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls != point.call:
            return function(*arguments, **named)
        found = None
        if point.when == "half":
            *first, data = arguments
            function(*first, data[: len(data) // 2])
        elif point.when == "after":
            found = function(*arguments, **named)
        # To this very thread: sent to the process, another one takes it and this one may go on a little.
        signal.pthread_kill(threading.get_ident(), point.signal)
        return found

    return wrapped
