"""Work by several processes: in a process of the test's own, since one with threads is never forked."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from producthead_mail.spread import FEWEST, spread

AT_WORK = """
import os, signal, sys
from producthead_mail import spread as module
from producthead_mail.errors import InputError, Problem
os.sched_getaffinity = lambda _: range(3)
HERE = os.getpid()
THINGS = list(range(3 * module.FEWEST + 1))
def work(one):
    return one, os.getpid()
def dies(one):
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    return one, HERE
def raises(one):
    if one == 1:
        raise ValueError(one)
def refuses(one):
    if one == 1:
        raise InputError([Problem("a.md", 1, 0, "is broken")])
def interrupted(one):
    if one == 0:
        os.killpg(0, signal.SIGINT)  # as a terminal does
    signal.pause()
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")


def said(script: str) -> str:
    command = [sys.executable, "-W", "error", "-c", AT_WORK + script]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, start_new_session=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@linux
def test_results_come_in_the_order_of_the_things_from_every_process() -> None:
    script = """
found = module.spread(work, THINGS)
print([one for one, _ in found] == THINGS, HERE in {process for _, process in found})
"""
    assert said(script) == "True False\n"


@linux
def test_where_a_process_dies_all_is_done_here() -> None:
    assert said("print(module.spread(dies, THINGS) == [(one, HERE) for one in THINGS])") == "True\n"


@linux
def test_without_room_for_another_process_all_is_done_here() -> None:
    script = """
def full():
    raise BlockingIOError
os.fork = full
print(module.spread(work, THINGS) == [(one, HERE) for one in THINGS])
"""
    assert said(script) == "True\n"


@linux
@pytest.mark.parametrize(
    ("work", "error"),
    [("raises", "ValueError"), ("refuses", "InputError"), ("interrupted", "KeyboardInterrupt")],
)
def test_what_the_work_raises_is_raised_here_and_no_process_stays(work: str, error: str) -> None:
    script = f"""
try:
    module.spread({work}, THINGS)
except BaseException as error:
    print(type(error).__name__)
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("none")
"""
    assert said(script) == f"{error}\nnone\n"


@pytest.mark.parametrize("count", [0, 1, FEWEST - 1, 2 * FEWEST])
def test_few_things_or_a_process_with_threads_are_no_reason_to_begin_another(count: int) -> None:
    done = threading.Event()
    threading.Thread(target=done.wait).start()
    found = spread(lambda one: (one, os.getpid()), range(count))
    done.set()
    assert found == [(one, os.getpid()) for one in range(count)]
