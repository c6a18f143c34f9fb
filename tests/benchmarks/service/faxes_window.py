# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the main window before 100,000 faxes: `python -m tests.benchmarks.service.faxes_window [--database WHICH]`

The real window on Qt's offscreen screen, and the real service as a process of its own. A key of a search counts from
when it is pressed until the rows are painted, with the pause for further keys in it; a page down is the processor time
from the key until the list is painted. So is the longest time for which the window did nothing else: that of one
callback.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import qasync
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from notifier.faxes.place import Place
from tests.benchmarks.service.__main__ import DATABASES, surroundings
from tests.benchmarks.service.figures import Figure, milliseconds, report
from tests.benchmarks.service.lists import fill
from tests.benchmarks.service.run import tell
from tests.support.bus_fixture import private_bus
from tests.support.cluster import running_cluster
from tests.support.loop_probe import longest_callback
from tests.support.service_fixture import public_folder, service
from tests.support.service_parts import DATABASE
from tests.system.notifier.front import Front, front

TIMES: Final = 20
PAGES_DOWN: Final = 60
OPENED: Final = 1000
"""Milliseconds within which the window has its faxes."""
SEARCHED: Final = 200
FRAME: Final = 17
"""Milliseconds of a picture, of which sixty make a second."""
BLOCKED: Final = 50
WORDS: Final = ("martin", "zweistein", "01 99 01 23 45", "0199", "nobodyhere")


async def until_painted(here: Front, condition: Callable[[], object]) -> None:
    """Return when this is so, and the list has been painted since."""
    while not condition():
        await asyncio.sleep(0.001)
    here.desk.window.list.view.repaint()


async def measure_window(address: str) -> list[Figure]:
    """Open the window, search and scroll."""
    found: list[Figure] = []
    begun = time.perf_counter()
    with longest_callback() as longest:
        async with front(address) as here:
            here.desk.window.list.view.repaint()
            found.append(Figure("opened, with its first rows", 1000 * (time.perf_counter() - begun), "ms", OPENED))
            await settle(here)
            longest.seconds = 0.0
            found += await measure_searches(here)
            found += await measure_scrolling(here)
            found.append(Figure("longest callback", 1000 * longest.seconds, "ms", BLOCKED))
            tell(f"the longest callback: {longest.what[:200]}")
    return found


async def settle(here: Front) -> None:
    """Wait until nothing is being asked."""
    while here.tasks:
        await asyncio.sleep(0.01)


async def measure_searches(here: Front) -> list[Figure]:
    """Type the last letter of each of these words, so often."""
    taken = []
    field = here.desk.window.tools.search
    for turn in range(TIMES):
        words = WORDS[turn % len(WORDS)]
        field.setText(words[:-1])
        await until_painted(here, lambda words=words: shows(here, words[:-1]))
        await settle(here)
        begun = time.perf_counter()
        QTest.keyClicks(field, words[-1])
        await until_painted(here, lambda words=words: shows(here, words))
        taken.append(time.perf_counter() - begun)
        await settle(here)
        await asyncio.sleep(0.3)
    return [
        Figure("search, key to rows, median", milliseconds(taken, 0.5), "ms", SEARCHED),
        Figure("search, key to rows, worst", milliseconds(taken, 1), "ms", SEARCHED),
    ]


def shows(here: Front, words: str) -> bool:
    """Return whether what was found for these words is on the screen."""
    loading = here.desk.loading
    return loading.shown.where.words == words.strip() and loading.is_loaded()


async def measure_scrolling(here: Front) -> list[Figure]:
    """Go down through all faxes by whole pages, as fast as they are painted."""
    here.desk.window.clear_search()
    here.desk.loading.go_to(Place(None))
    await until_painted(here, here.desk.loading.is_loaded)
    await settle(here)
    view, taken = here.desk.window.list.view, []
    for _page in range(PAGES_DOWN):
        begun = time.thread_time()
        QTest.keyClick(view, Qt.Key.Key_PageDown)
        view.repaint()
        taken.append(time.thread_time() - begun)
        await asyncio.sleep(0.05)
    await settle(here)
    loaded = Figure("rows loaded by sixty pages down", here.desk.window.list.model.rowCount(), "rows", None)
    return [
        Figure("page down, median", milliseconds(taken, 0.5), "ms", FRAME),
        Figure("page down, worst", milliseconds(taken, 1), "ms", FRAME),
        loaded,
    ]


def measure(app: QApplication, url: str, faxes: int) -> list[Figure]:
    """Every figure, over a database with this URL; empty: a file."""
    os.environ[DATABASE] = url
    app.setQuitOnLastWindowClosed(False)
    with public_folder() as folder, private_bus(folder / "bus") as address:
        tell(f"filling a store with {faxes} faxes")
        fill(folder / "state", url, faxes)
        with service(folder, address):
            tell("opening the window")
            loop = qasync.QEventLoop(app)
            asyncio.set_event_loop(loop)
            return loop.run_until_complete(measure_window(address))


def measure_all(wanted: argparse.Namespace) -> Iterator[tuple[str, list[Figure]]]:
    """Every figure of each database."""
    app = QApplication(sys.argv[:1])
    for database in DATABASES[wanted.database]:
        with ExitStack() as stack:
            url = "" if database == "SQLite" else stack.enter_context(running_cluster(synced=True)).make_database()
            yield database, measure(app, url, wanted.faxes)


def main() -> int:
    """Measure and report; 1 if a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.service.faxes_window", description=__doc__)
    parser.add_argument("--database", choices=tuple(DATABASES), default="both", help="(both)")
    parser.add_argument("--faxes", type=int, default=100_000, metavar="N", help="of one person (100000)")
    wanted = parser.parse_args()
    lines = list(surroundings("# The main window", "python -m tests.benchmarks.service.faxes_window"))
    kept = True
    for database, figures in measure_all(wanted):
        lines += report(f"{database}, {wanted.faxes} faxes of one person", figures)
        kept = kept and all(figure.kept for figure in figures)
    print("\n".join(lines))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
