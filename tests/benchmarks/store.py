# SPDX-License-Identifier: GPL-3.0-or-later
"""What the store costs when it is full, on SQLite and on PostgreSQL side by side: `python -m tests.benchmarks.store`.

One person has 100,000 faxes. A page of 200 and a search are asked of the service's API, as its bus would; then 100,000
jobs are ready at once and the next ones are chosen; then a service starts with 10,000 jobs that are due. Each figure is
the median of several, in milliseconds; `PostgreSQL / SQLite` is their ratio in this run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Final

from faxcore.contract.listed import FaxQuery, Folder
from faxcore.model.job import State
from faxcore.queue.choose import Known, choose
from faxcore.service import FaxService
from faxcore.store.store import Store
from tests.support.cluster import running_cluster
from tests.support.many_faxes import Ids, add_jobs, add_receptions
from tests.support.service_parts import DATABASE, ME, Listener, configured, parts, script

TURNS: Final = 15
QUERIES: Final = {
    "page of 200, newest": FaxQuery(),
    "page of 200, sent": FaxQuery(Folder.SENT),
    "page of 200, inbox of one number": FaxQuery(Folder.INBOX, number="0199000001"),
    "page of 200, in the middle": FaxQuery(Folder.SENT, after="018bd0"),
    "search, a name of one in ten": FaxQuery(words="lefevre"),
    "search, one number": FaxQuery(words="+33 1 99 01 23 45"),
    "search, beginning of every number": FaxQuery(words="0199"),
    "search, two words": FaxQuery(words="schro toit"),
    "search, nothing there": FaxQuery(words="nobodyhere"),
    "search, in a folder": FaxQuery(Folder.SENT, words="mull fact"),
}


async def measure(work: Callable[[], Awaitable[object]]) -> float:
    """The median of the time that it takes, in milliseconds."""
    await work()
    taken = []
    for _turn in range(TURNS):
        before = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - before) * 1000)
    return statistics.median(taken)


async def measure_lists(folder: Path, faxes: int) -> dict[str, float]:
    """Fill a store, and ask a service for lists."""
    store = Store(folder / "state", url=configured(folder).store.url)
    ids = Ids()
    add_jobs(store, ME, faxes * 8 // 10, State.DONE, ids)
    add_receptions(store, ME, faxes * 2 // 10, ids)
    store.close()
    service = make_service(folder)
    found = {}
    for name, query in QUERIES.items():
        found[name] = await measure(partial(service.api.list_faxes, ME, query))
    found["count of every folder"] = await measure(lambda: service.api.count_folders(ME))
    service.store.close()
    return found


async def measure_turn(folder: Path, faxes: int) -> dict[str, float]:
    """Choose the next jobs of very many that are ready."""
    store = Store(folder / "state", url=configured(folder).store.url)
    add_jobs(store, ME, faxes, State.READY, Ids())
    add_jobs(store, "anne", 1, State.READY, Ids(7))
    config = configured(folder, lines=8)

    async def turn() -> None:
        known = Known(store.database.local_now(), store.turns.engaged())
        assert len(choose(store.turns.candidates(known.busy), config.lines, known, config)) == len(config.lines)

    found = {"choice of the next jobs, all ready": await measure(turn)}
    store.close()
    return found


async def measure_start(folder: Path, due: int) -> dict[str, float]:
    """Start with jobs that are due: until the service would be on the bus."""
    store = Store(folder / "state", url=configured(folder).store.url)
    add_jobs(store, ME, due, State.SLEEPING, Ids())
    store.close()
    before = time.perf_counter()
    service = make_service(folder)
    await service.start()
    taken = (time.perf_counter() - before) * 1000
    await service.stop()
    return {f"start with {due} due jobs": taken}


def make_service(folder: Path) -> FaxService:
    """Make a service whose lines have no modem."""
    script(folder)
    return FaxService(configured(folder), Listener(), parts(folder, worker=lambda _line: ["/bin/false"]))


def measure_all(url: Callable[[], str], faxes: int) -> dict[str, float]:
    """Every figure of one kind of database."""
    found: dict[str, float] = {}
    for work in (
        lambda folder: measure_lists(folder, faxes),
        lambda folder: measure_turn(folder, faxes),
        lambda folder: measure_start(folder, faxes // 10),
    ):
        os.environ[DATABASE] = url()
        with tempfile.TemporaryDirectory() as folder:
            found |= asyncio.run(work(Path(folder)))
    return found


def measure_memory(url: str, faxes: int) -> float:
    """The memory (RSS, MiB) of a process that has been asked for every list."""
    command = [sys.executable, "-m", "tests.benchmarks.store", "--memory", str(faxes)]
    answer = subprocess.run(command, env={**os.environ, DATABASE: url}, capture_output=True, text=True, check=True)
    return float(answer.stdout)


async def show_memory(folder: Path, faxes: int) -> None:
    """Ask for every list, then print the memory of this process."""
    await measure_lists(folder, faxes)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    print(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("faxes", type=int, nargs="?", default=100_000)
    options.add_argument("--memory", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.memory:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(show_memory(Path(folder), chosen.faxes))
        return
    with running_cluster() as cluster:
        ours = measure_all(lambda: "", chosen.faxes)
        theirs = measure_all(cluster.make_database, chosen.faxes)
        ours["memory, MiB"] = measure_memory("", chosen.faxes)
        theirs["memory, MiB"] = measure_memory(cluster.make_database(), chosen.faxes)
    print(
        f"| {chosen.faxes} faxes of one person, ms | SQLite | PostgreSQL | PostgreSQL / SQLite |\n|---|---:|---:|---:|"
    )
    for name, value in ours.items():
        print(f"| {name} | {value:.1f} | {theirs[name]:.1f} | {theirs[name] / value:.1f} |")


if __name__ == "__main__":
    main()
