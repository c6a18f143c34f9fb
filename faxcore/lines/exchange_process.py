# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated exchange as a child of the service: started before the lines, started again should it end."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import signal
import sys
from typing import Final

from faxcore.config import Config
from faxcore.store.synced_files import make_folder

log = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 2.0
READY_SECONDS: Final = 10.0
STOP_SECONDS: Final = 5.0
_PR_SET_PDEATHSIG: Final = 1


def _end_with_the_service() -> None:
    # An exchange that outlives a killed service would hold the devices' names against the next one's.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class SimulatedExchange:
    """`python -m faxcore.exchange`, with as many lines as the configuration says."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it, and keep it alive. Returns when its devices are there, or after a while without them."""
        make_folder(self._config.exchange_folder)
        await self._spawn()
        await self._until_ready()
        self._task = asyncio.create_task(self._keep_alive())

    async def stop(self) -> None:
        """End it."""
        if self._task is not None:
            self._task.cancel()
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _spawn(self) -> None:
        exchange = self._config.exchange
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "faxcore.exchange",
            "--folder",
            str(self._config.exchange_folder),
            "--lines",
            str(exchange.lines),
            "--speed",
            str(exchange.speed),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            preexec_fn=_end_with_the_service,
        )

    async def _until_ready(self) -> None:
        """Wait for its one line of output. Without the devices, the workers say what is missing."""
        assert self._process is not None and self._process.stdout is not None
        try:
            await asyncio.wait_for(self._process.stdout.readline(), READY_SECONDS)
        except TimeoutError:
            log.error("the simulated exchange is not ready after %.0f s", READY_SECONDS)

    async def _keep_alive(self) -> None:
        while self._process is not None and self._process.stdout is not None:
            await self._process.stdout.read()
            code = await self._process.wait()
            log.error("the simulated exchange has ended (%s); it is started again", code)
            await asyncio.sleep(AGAIN_SECONDS)
            await self._spawn()
