# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon a received fax is filed and told: `python -m tests.benchmarks.service.receptions [--database WHICH]
[--faxes N]`, as root.

Eight lines are called all the while, so that 10,000 faxes of two pages come in within minutes. Of each is measured how
long it takes from the caller's goodbye (DCN) until a program of its owner hears of it, which is after its TIFF and its
PDF are in the folder.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from faxcore.bus import client
from faxcore.contract.received_fax import Reception
from tests.benchmarks.service.__main__ import DATABASES, prepare_database, surroundings
from tests.benchmarks.service.figures import Figure, milliseconds, report
from tests.benchmarks.service.run import LINES, prepare, put_beside, run_daemon, set_pace, tell
from tests.support.bus_fixture import private_bus
from tests.support.service_fixture import public_folder

WORKER: Final = "tests.benchmarks.service.arriving_line"
PAGE_SECONDS: Final = 0.15
"""Seconds that a page takes: a hundredth of a real one's."""
PATIENCE: Final = 120.0
"""Seconds without any fax after which something is wrong."""


async def listen(address: str, folder: Path, faxes: int) -> dict[str, float]:
    """Hear of so many faxes; when of each, by its caller."""
    heard: dict[str, float] = {}
    unfiled: list[str] = []
    news = asyncio.Event()

    def hear(reception: Reception) -> None:
        heard[reception.caller] = time.monotonic()
        if not (reception.tiff and reception.pdf):
            unfiled.append(reception.id)
        news.set()

    async with client.connect(address) as desk:
        desk.on_reception_arrived = hear
        await desk.register()
        set_pace(folder, PAGE_SECONDS)
        while len(heard) < faxes:
            news.clear()
            await asyncio.wait_for(news.wait(), PATIENCE)
    assert not unfiled, f"{len(unfiled)} were told before they were filed"
    return heard


def measure(url: str, faxes: int) -> list[Figure]:
    """Every figure, over a database with this URL; empty: a file."""
    each = faxes // LINES
    with public_folder() as folder, private_bus(folder / "bus", started=put_beside) as bus:
        prepare(folder, url)
        (folder / "calls").write_text(str(each))
        with run_daemon(folder, bus, WORKER):
            tell(f"{each * LINES} faxes come in")
            begun = time.monotonic()
            heard = asyncio.run(listen(f"unix:path={folder}/socket;{bus}", folder, each * LINES))
            lasted = time.monotonic() - begun
        took = list(_compare(folder, heard))
        files = sum(1 for _file in (folder / "received").iterdir())
    return [
        Figure("faxes a second", each * LINES / lasted, ""),
        Figure(f"DCN to filed and told, p50 of {len(took)}", milliseconds(took, 0.5), "ms"),
        Figure("DCN to filed and told, p99", milliseconds(took, 0.99), "ms", 2000),
        Figure("DCN to filed and told, longest", milliseconds(took, 1), "ms"),
        Figure("files missing", 2 * each * LINES - files, "", 0, below=False),
    ]


def _compare(folder: Path, heard: dict[str, float]) -> Sequence[float]:
    ended = {}
    for path in folder.glob("line-*.said"):
        for line in path.read_text().splitlines():
            match line.split():
                case ["ended", caller, seconds]:
                    ended[caller] = float(seconds)
    assert ended.keys() == heard.keys(), "each is heard of by its caller's number"
    return [heard[caller] - ended[caller] for caller in ended]


def main() -> int:
    """Measure and report; 1 if a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.service.receptions", description="Receiving.")
    parser.add_argument("--database", choices=tuple(DATABASES), default="both", help="(both)")
    parser.add_argument("--faxes", type=int, default=10_000, metavar="N", help="that come in (10000)")
    wanted = parser.parse_args()
    lines = list(surroundings("# How soon a received fax is there", "python -m tests.benchmarks.service.receptions"))
    kept = True
    for database in DATABASES[wanted.database]:
        with ExitStack() as stack:
            figures = measure(prepare_database(database, stack), wanted.faxes)
        lines += report(f"{database}, {wanted.faxes} faxes of two pages", figures)
        kept = kept and all(figure.kept for figure in figures)
    print("\n".join(lines))
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
