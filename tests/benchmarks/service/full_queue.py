# SPDX-License-Identifier: GPL-3.0-or-later
"""What a full queue costs: `python -m tests.benchmarks.service.full_queue [--database WHICH] [--jobs N]`, as root.

The daemon runs over a store in which 100,000 faxes of fifty people wait for the lines; eight lines send all the while,
a page in three seconds. Measured are its start; the submissions of eight people, each two seconds after the last one;
one broadcast to 10,000; the memory of the daemon after all that; and, over the same store when the daemon has ended,
how long the store needs to offer candidates, how many, and how long it takes to choose among them.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from faxcore.bus import client
from faxcore.config import load
from faxcore.contract.order import Order
from faxcore.model.job import State
from faxcore.queue.choose import Known, choose
from faxcore.store.store import Store
from tests.benchmarks.lines import kibibytes
from tests.benchmarks.service.__main__ import DATABASES, prepare_database, surroundings
from tests.benchmarks.service.clients import submitting
from tests.benchmarks.service.figures import Figure, milliseconds, report
from tests.benchmarks.service.filled_store import PAGES, write_document
from tests.benchmarks.service.other_user import OtherUser, Work
from tests.benchmarks.service.run import (
    LOAD_PAUSE,
    PAGE_SECONDS,
    prepare,
    put_beside,
    run_daemon,
    set_pace,
    tell,
    users,
)
from tests.support.bus_fixture import private_bus
from tests.support.many_faxes import Ids, add_jobs, settle
from tests.support.service_fixture import public_folder

PEOPLE: Final = 50
CLIENTS: Final = 8
EACH: Final = 30
"""Submissions of each client."""
RECIPIENTS: Final = 10_000
TURNS: Final = 15


def fill_queue(state: Path, url: str, jobs: int) -> None:
    """Have so many faxes wait for the lines, of fifty people."""
    store, ids = Store(state, url=url), Ids()
    for person in range(PEOPLE):
        document = add_jobs(store, f"person-{person}", jobs // PEOPLE, State.READY, ids, pages=PAGES, settled=False)
        write_document(store.documents.pages_file(document), PAGES)
    settle(store)
    store.close()


def broadcasting(address: str, document: Path) -> Work:
    """Hand one document in for everybody on a list; gives the seconds until it is accepted."""

    async def work(_ended: asyncio.Event) -> float:
        with document.open("rb") as pages, tempfile.TemporaryFile() as recipients:
            recipients.write(b"number,last_name\n")
            recipients.writelines(f"0195{number:06},Martin {number}\n".encode() for number in range(RECIPIENTS))
            recipients.seek(0)
            async with client.connect(address) as desk:
                before = time.monotonic()
                await desk.submit_to_many(pages, None, recipients, Order(title="Circular"))
                return time.monotonic() - before

    return work


def measure(url: str, jobs: int) -> list[Figure]:
    """Every figure, over a database with this URL; empty: a file."""
    people = users()
    with public_folder() as folder, private_bus(folder / "bus", started=put_beside) as bus:
        address, document = f"unix:path={folder}/socket;{bus}", folder / "document.tif"
        prepare(folder, url)
        with (folder / "facteur.toml").open("a") as config:
            config.write(f"[queue]\nmax_faxes_per_hour = {2 * RECIPIENTS}\n")
        tell(f"filling a queue with {jobs} faxes")
        fill_queue(folder / "state", url, jobs)
        with run_daemon(folder, bus) as (daemon, started):
            set_pace(folder, PAGE_SECONDS)
            tell(f"submissions of {CLIENTS} at a time")
            clients = [
                OtherUser(
                    people[-1 - place],
                    submitting(address, document, 10_000 * place, EACH, LOAD_PAUSE, place * LOAD_PAUSE / CLIENTS),
                )
                for place in range(CLIENTS)
            ]
            taken = [each for those, _unanswered in (each.result() for each in clients) for each in those]
            tell(f"a broadcast to {RECIPIENTS}")
            broadcast = OtherUser(people[0], broadcasting(address, document)).result()
            memory = kibibytes(daemon.pid, "status", "VmRSS") / 1024
        return [
            Figure("start until on the bus", started, "s", 5),
            Figure(f"submit, {CLIENTS} at a time, p50 of {len(taken)}", milliseconds(taken, 0.5), "ms"),
            Figure(f"submit, {CLIENTS} at a time, p99", milliseconds(taken, 0.99), "ms", 80),
            Figure(f"a broadcast to {RECIPIENTS} accepted", broadcast, "s", 10),
            Figure("memory of the service", memory, "MiB", 200),
            *measure_choosing(folder, url),
        ]


def measure_choosing(folder: Path, url: str) -> list[Figure]:
    """How long it takes to offer candidates, and to choose; medians."""
    config = load(folder / "facteur.toml")
    store = Store(folder / "state", url=url)
    offered, candidates = median(lambda: store.turns.candidates(frozenset()))
    known = Known(store.database.local_now())
    chosen, pairs = median(lambda: choose(candidates, config.lines, known, config))
    store.close()
    assert len(pairs) == len(config.lines), "there is a job for each line"
    return [
        Figure("candidates offered", offered, "ms", 20),
        Figure("how many", len(candidates), "", 200, below=False),
        Figure(f"{len(pairs)} of them chosen", chosen, "ms", 5),
    ]


def median(work: Callable[[], Any]) -> tuple[float, Any]:
    """The median of the time that it takes, in milliseconds, and what it gives."""
    taken, found = [], work()
    for _turn in range(TURNS):
        before = time.perf_counter()
        found = work()
        taken.append((time.perf_counter() - before) * 1000)
    return statistics.median(taken), found


def main() -> int:
    """Measure and report; 1 if a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.service.full_queue")
    parser.add_argument("--database", choices=tuple(DATABASES), default="both", help="(both)")
    parser.add_argument("--jobs", type=int, default=100_000, metavar="N", help="that wait (100000)")
    wanted = parser.parse_args()
    lines, kept = list(surroundings("# What a full queue costs", parser.prog)), True
    for database in DATABASES[wanted.database]:
        with ExitStack() as stack:
            figures = measure(prepare_database(database, stack), wanted.jobs)
        lines += report(f"{database}, {wanted.jobs} faxes that wait", figures)
        kept = kept and all(figure.kept for figure in figures)
    print("\n".join(lines))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
