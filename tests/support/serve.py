# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole service with scripted line workers, on the bus at ADDRESS: python -m tests.support.serve FOLDER ADDRESS"""

import asyncio
import signal
import sys
from pathlib import Path

from faxcore.daemon import Daemon
from tests.support import house_fixture


async def main(folder: Path, address: str) -> None:
    daemon = Daemon(house_fixture.configured(folder), address, house_fixture.parts(folder))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, daemon.stop)
    running = asyncio.create_task(daemon.run())
    ready = asyncio.create_task(daemon.ready.wait())
    await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
    print("ready" if ready.done() else "failed", flush=True)
    await running


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
