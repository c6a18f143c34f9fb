# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how long a statement of a month takes, and the check of its ledger:
`python -m tests.benchmarks.service.statements [--rows N] [--database WHICH] [--no-check]`

A ledger is filled with sealed rows of one month, and a service is asked by `faxctl`, as its administrator does. What
the service's loop is held for is measured in this process, by the same parts. PostgreSQL has looked after its table
(VACUUM, ANALYZE), as it does by itself some minutes after so many rows.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from faxcore.api.sealing import Sealing
from faxcore.contract.ledgered import LedgerSeal
from faxcore.contract.stated import StatementGrouping
from faxcore.store.ids_and_times import format_time
from faxcore.store.ledger_statements import StatementFilter, StatementPlace
from faxcore.store.store import Store
from tests.benchmarks.service.__main__ import DATABASES, surroundings
from tests.benchmarks.service.figures import Figure, report
from tests.support import CHECKOUT
from tests.support.bus_fixture import private_bus
from tests.support.cluster import running_cluster
from tests.support.ledger_rows import add_rows, make_rows
from tests.support.service_fixture import public_folder, service
from tests.support.service_parts import DATABASE

MONTH: Final = timedelta(days=30)
BEGIN: Final = datetime(2026, 10, 1, tzinfo=UTC)
BOUND: Final = 10.0
"""Seconds that a statement of a million calls may take."""
HELD: Final = 0.25
"""Seconds for which the service's loop may be held."""


def fill(state: Path, url: str, rows: int) -> Store:
    """Fill a ledger with a month of calls."""
    store = Store(state, url=url)
    add_rows(store, make_rows(rows, BEGIN, MONTH / rows))
    if url:
        store.database._connection().exec_driver_sql("VACUUM ANALYZE ledger")
    return store


def time_parts(ask: Callable[[], Iterator[None]]) -> tuple[float, float]:
    """Measure the seconds of all parts, and of the longest one."""
    parts = []
    begun = time.perf_counter()
    for _part in ask():
        parts.append(time.perf_counter() - begun)
        begun = time.perf_counter()
    return sum(parts), max(parts)


def state(store: Store) -> Iterator[None]:
    """Ask for each piece of a statement."""
    place: StatementPlace | None = store.ledger_statements.begin()
    wanted = StatementFilter(since=format_time(BEGIN - MONTH), until=format_time(BEGIN + 2 * MONTH))
    while place is not None:
        _lines, place = store.ledger_statements.sum_piece(StatementGrouping.PERSON, wanted, place)
        yield


def check(store: Store) -> Iterator[None]:
    """Check each part of the ledger."""
    sealing, last, complete = Sealing(store.ledger), LedgerSeal(), False
    while not complete:
        part = sealing.check(last)
        assert not part.findings
        last, complete = part.last, part.complete
        yield


def ask(address: str, *command: str) -> float:
    """Measure the seconds of a command."""
    begun = time.perf_counter()
    whole = [sys.executable, "-m", "faxcore.cli.main", "--bus", address, *command]
    subprocess.run(whole, cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def measure(rows: int, url: str, checked: bool) -> Iterator[Figure]:
    """Fill a ledger, and measure."""
    with public_folder() as folder, private_bus(folder / "bus") as address:
        store = fill(folder / "state", url, rows)
        whole, longest = time_parts(lambda: state(store))
        yield Figure("statement by person, its pieces", whole, "s")
        yield Figure("the longest of them", 1000 * longest, "ms", 1000 * HELD)
        if checked:
            whole, longest = time_parts(lambda: check(store))
            yield Figure("check of the ledger, its parts", whole, "s")
            yield Figure("the longest of them", 1000 * longest, "ms", 1000 * HELD)
        store.close()
        with _database(url), service(folder, address):
            for by in ("person", "month"):
                seconds = ask(address, "statement", "--everybody", "--month", "2026-10", "--by", by)
                yield Figure(f"faxctl statement --by {by}", seconds, "s", BOUND)
            if checked:
                yield Figure("faxctl ledger verify", ask(address, "ledger", "verify"), "s")


@contextmanager
def _database(url: str) -> Iterator[None]:
    before = os.environ.get(DATABASE, "")
    os.environ[DATABASE] = url
    try:
        yield
    finally:
        os.environ[DATABASE] = before


def main() -> int:
    """Measure and report; 1 if a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.service.statements", description=__doc__)
    parser.add_argument("--database", choices=tuple(DATABASES), default="both", help="(both)")
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N", help="of the ledger (1000000)")
    parser.add_argument("--no-check", action="store_true", help="without the check of the ledger")
    wanted = parser.parse_args()
    lines = list(surroundings("# How long a statement takes", "python -m tests.benchmarks.service.statements"))
    kept = True
    for database in DATABASES[wanted.database]:
        with ExitStack() as stack:
            url = "" if database == "SQLite" else stack.enter_context(running_cluster(synced=True)).make_database()
            figures = list(measure(wanted.rows, url, not wanted.no_check))
        lines += report(f"{database}, {wanted.rows} rows", figures)
        kept = kept and all(figure.kept for figure in figures)
    print("\n".join(lines))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
