"""`python -m tests.chaos`: runs of chaos on both databases, without and with the fence, as one table.

Without names all four are run, one after the other.
"""

import argparse
import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tests.chaos.report import Report
from tests.chaos.run import run
from tests.chaos.setting import Setting
from tests.postgres import new_schema, running_postgres
from tests.standin import Account, Standin

RUNS = ("sqlite", "postgres", "sqlite-fenced", "postgres-fenced")
COUNTS = (
    ("recipients", "recipients"),
    ("kill -9", "kills"),
    ("frozen", "stops"),
    ("  longer than a lease", "long_stops"),
    ("looks at the account", "looks"),
    ("  unbalanced", "unbalanced"),
    ("batches ever in doubt", "ever_in_doubt"),
    ("  in doubt before settling", "in_doubt"),
    ("    of these sent all the same", "arrived"),
    ("  settled by the logs", "settled"),
    ("  decided: sent again", "decided"),
    ("recipients left in doubt", "left"),
    ("groups cancelled", "groups_cancelled"),
    ("  their batches, sent again", "resent"),
    ("recipients: accepted", "accepted"),
    ("  refused by name", "invalid"),
    ("  mailed twice", "twice"),
    ("  lost: called accepted", "lost"),
    ("  mailed, not called so", "unknown"),
    ("  never mailed", "never"),
    ("seconds", "seconds"),
)


def main() -> None:
    """Exits 1 where a promise was broken, or where the kills could not be used up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="*", metavar="RUN", help=f"{', '.join(RUNS)}; without: all")
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--workers", type=int, default=3, help="processes that send at the same time")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    names = options.runs or list(RUNS)
    if wrong := set(names) - set(RUNS):
        parser.error(f"no such run: {', '.join(sorted(wrong))}")
    setting = Setting(
        Path(),
        "",
        recipients=options.recipients,
        kills=options.kills,
        workers=options.workers,
        seed=options.seed,
    )
    reports = {name: _run(name, setting) for name in names}
    print("\n".join(table(reports)))
    faults = [f"{name}: {fault}" for name, report in reports.items() for fault in _faults(report)]
    print("\n".join(["", *faults]) if faults else "\nEvery promise was kept.")
    raise SystemExit(bool(faults))


def table(reports: dict[str, Report]) -> Iterator[str]:
    """One line a count, one column a run."""
    yield from _rows([("", *reports)])
    yield from _rows([(words, *(_shown(one, name) for one in reports.values())) for words, name in COUNTS])


def _rows(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    for words, *values in rows:
        yield f"{words:32}" + "".join(f"{value:>17}" for value in values)


def _shown(report: Report, name: str) -> str:
    if name in {"groups_cancelled", "resent"} and not report.fenced:
        return "-"
    return f"{getattr(report, name):,}"


def _faults(report: Report) -> list[str]:
    faults = [f"{name} is {getattr(report, name)}" for name in report.broken]
    if report.kills < report.kills_wanted:
        faults.append(f"{report.kills} kills of {report.kills_wanted}: the mail or ten minutes were over")
    return faults


def _run(name: str, setting: Setting) -> Report:
    """One run, in a folder and a schema of its own."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = new_schema(stack.enter_context(running_postgres())) if name.startswith("postgres") else ""
        standin = stack.enter_context(Standin(0, Account(), validate=False))
        print(f"{name}: {setting.recipients:,} recipients, {setting.kills} kills …", flush=True)
        mine = replace(
            setting,
            folder=Path(folder),
            sendgrid_url=standin.url,
            ledger_url=url,
            fenced=name.endswith("-fenced"),
        )
        return run(mine, standin)


if __name__ == "__main__":
    main()
