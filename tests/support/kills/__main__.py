# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill everything in the house at random: python -m tests.support.kills KILLS SEED

Faxes and broadcasts go from line to line through the simulated exchange all the while, are held, released, changed and
cancelled, and what was sent goes into an archive. In the end everything is left in peace until no fax waits but for its
sender, and counted: what was accepted and is nowhere (lost), what arrived whole twice (doubled), what is called sent
and did not arrive (falsely confirmed), what was called while it was held or where it was not to go any more (called
unwanted), what is not in the archive once with its hash (miscopied), what no mail tells of (untold). All must be none.
The last line of the output is the count.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from tests.support.kills.archive import find_miscopied
from tests.support.kills.count import count_up
from tests.support.kills.house import House
from tests.support.kills.killing import Killer
from tests.support.kills.orders import Ordering
from tests.support.stage import Stage


async def play(folder: Path, kills: int, seed: int) -> int:
    """The whole of it; 0 if nothing is lost, doubled or falsely confirmed."""
    with Stage(folder) as stage:
        house = House(stage)
        serving = asyncio.create_task(house.serve())
        killer = Killer(house, kills, seed)
        ordering = Ordering(house, seed, killer.aim_at_moment)
        try:
            orders = asyncio.create_task(ordering.run())
            await killer.run()
            ordering.over = True
            await orders
            await ordering.until_printed()
            found = await count_up(house, ordering.accepted)
        finally:
            await house.close()
            await serving
        found.miscopied = find_miscopied(house.folder, found)
    print(
        f"seed {seed}: {killer.killed.total()} kills {dict(killer.killed)}, {house.starts} starts; {found}", flush=True
    )
    return 0 if found.is_kept else 1


def main() -> int:
    kills, seed = map(int, sys.argv[1:3])
    folder = Path(tempfile.mkdtemp(prefix="facteur-kills-", dir="/tmp"))
    folder.chmod(0o755)
    failed = asyncio.run(play(folder / "house", kills, seed))
    if failed:
        print(f"everything is left in {folder}", flush=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
