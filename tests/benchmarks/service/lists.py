# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures how soon lists come to a window: `python -m tests.benchmarks.service.lists [--faxes N] [--database WHICH]`

One person has 100,000 faxes, half of them received and all of these but a hundred read. A program of theirs asks a
service for what the main window shows, 50 faxes at a time, over the bus as it does, until the answer is decoded: the
median and the worst of twenty times. What the service itself does for the same, without a bus, is measured by
`tests.benchmarks.store`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import select, update

from faxcore.bus import client
from faxcore.contract.listed import FaxQuery, Folder
from faxcore.model.job import State
from faxcore.store import schema
from faxcore.store.store import Store
from tests.benchmarks.service.__main__ import DATABASES, surroundings
from tests.benchmarks.service.figures import Figure, milliseconds, report
from tests.benchmarks.service.run import tell
from tests.support.added_faxes import add_submission
from tests.support.bus_fixture import private_bus
from tests.support.cluster import running_cluster
from tests.support.many_faxes import Ids, add_jobs, add_receptions, settle
from tests.support.service_fixture import public_folder, service
from tests.support.service_parts import DATABASE, ME

TIMES: Final = 20
UNREAD: Final = 100
RARE: Final = "Zweistein"
FIRST_PAGE: Final = 1000
"""Milliseconds within which a list is to be there."""
SEARCH: Final = 200
"""Milliseconds within which a search is to be there."""
PAGE: Final = 50
"""Faxes that a window asks for at once: more than it shows."""
WHOLE_PAGE: Final = 200
"""As many as the service gives at once."""
PAUSE: Final = 0.3
"""Seconds between two questions, as between two keys: whoever asks without one waits for their share of the time."""
SEARCHES: Final = {
    "search, a name of one in twenty": "martin",
    "search, a name of one fax": RARE.lower(),
    "search, 01 99 01 23 45": "01 99 01 23 45",
    "search, +33 1 99 01 23 45": "+33 1 99 01 23 45",
    "search, 0033199012345": "0033199012345",
    "search, beginning of every number": "0199",
    "search, nothing there": "nobodyhere",
}


def fill(state: Path, url: str, faxes: int) -> None:
    """Fill a store with the faxes of one person."""
    store, ids = Store(state, url=url), Ids()
    add_submission(store, ME, "+33199999999", last_name=RARE)
    add_jobs(store, ME, faxes * 4 // 10, State.DONE, ids, settled=False)
    add_receptions(store, ME, faxes // 2, ids, settled=False)
    add_jobs(store, ME, faxes // 10, State.FAILED, ids, settled=False)
    entry = schema.entry
    inbox = entry.c.folder == Folder.INBOX.value
    newest = select(entry.c.number).where(inbox).order_by(entry.c.number.desc()).limit(UNREAD)
    now = store.database.now()
    store.database.run(update(entry).where(inbox, entry.c.number.not_in(newest.scalar_subquery())).values(read=now))
    settle(store)
    store.close()


async def measure_one(ask: Callable[[], Awaitable[object]], times: int) -> list[float]:
    """Measure the seconds of each of so many times."""
    taken = []
    for _time in range(times):
        begun = time.perf_counter()
        await ask()
        taken.append(time.perf_counter() - begun)
        await asyncio.sleep(PAUSE)
    return taken


async def measure_lists(address: str, faxes: int, times: int) -> list[Figure]:
    """Ask for every list, as a window does."""
    found: list[Figure] = []

    async def note(name: str, ask: Callable[[], Awaitable[object]], bound: float) -> None:
        taken = await measure_one(ask, times)
        found.append(Figure(f"{name}, median", milliseconds(taken, 0.5), "ms", bound))
        found.append(Figure(f"{name}, worst", milliseconds(taken, 1), "ms", bound))

    async with client.connect(address) as desk:
        begun = time.perf_counter()
        first = await desk.list_faxes(FaxQuery(Folder.INBOX, most=WHOLE_PAGE))
        cold = 1000 * (time.perf_counter() - begun)
        found.append(Figure("first page of the inbox, 200 faxes, asked the first time", cold, "ms", FIRST_PAGE))
        assert len(first.receptions) == WHOLE_PAGE and sum(not each.read for each in first.receptions) == UNREAD
        (number,) = [each for each in await desk.list_numbers() if each.faxes]
        assert (number.faxes, number.unread) == (faxes // 2, UNREAD)
        queries = {
            "first page, inbox, 200 faxes": FaxQuery(Folder.INBOX, most=WHOLE_PAGE),
            "first page, everything": FaxQuery(most=PAGE),
            "first page, inbox": FaxQuery(Folder.INBOX, most=PAGE),
            "first page, inbox of one number": FaxQuery(Folder.INBOX, number=number.number, most=PAGE),
            "first page, not read": FaxQuery(Folder.INBOX, unread=True, most=PAGE),
            "a further page, inbox": FaxQuery(Folder.INBOX, after=first.after, most=PAGE),
            "a further page, everything": FaxQuery(after=first.after, most=PAGE),
        }
        for name, query in queries.items():
            await note(name, partial(desk.list_faxes, query), FIRST_PAGE)
        await note("count_folders", desk.count_folders, FIRST_PAGE)
        await note("list_numbers", desk.list_numbers, FIRST_PAGE)
        for name, words in SEARCHES.items():
            await note(name, partial(desk.list_faxes, FaxQuery(words=words, most=PAGE)), SEARCH)
    return found


def measure(url: str, faxes: int, times: int = TIMES) -> list[Figure]:
    """Every figure, over a database with this URL; empty: a file."""
    os.environ[DATABASE] = url
    with public_folder() as folder, private_bus(folder / "bus") as address:
        tell(f"filling a store with {faxes} faxes")
        fill(folder / "state", url, faxes)
        with service(folder, address):
            tell("asking for lists")
            return asyncio.run(measure_lists(address, faxes, times))


def measure_all(wanted: argparse.Namespace) -> Iterator[tuple[str, list[Figure]]]:
    """Every figure of each database."""
    for database in DATABASES[wanted.database]:
        with ExitStack() as stack:
            url = "" if database == "SQLite" else stack.enter_context(running_cluster(synced=True)).make_database()
            yield database, measure(url, wanted.faxes)


def main() -> int:
    """Measure and report; 1 if a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.service.lists", description=__doc__)
    parser.add_argument("--database", choices=tuple(DATABASES), default="both", help="(both)")
    parser.add_argument("--faxes", type=int, default=100_000, metavar="N", help="of one person (100000)")
    wanted = parser.parse_args()
    lines = list(surroundings("# How soon lists come", "python -m tests.benchmarks.service.lists"))
    kept = True
    for database, figures in measure_all(wanted):
        lines += report(f"{database}, {wanted.faxes} faxes of one person", figures)
        kept = kept and all(figure.kept for figure in figures)
    print("\n".join(lines))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
