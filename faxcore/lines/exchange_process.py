# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated exchange as a child of the service: started before the lines, started again should it end, and there as
long as the configuration has lines on it.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import Final

from faxcore.config import Config
from faxcore.lines.process import Supervisor, reap, start
from faxcore.store.synced_files import make_folder

log = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 2.0
READY_SECONDS: Final = 10.0
STOP_SECONDS: Final = 5.0


class ExchangeProcess:
    """`python -m faxcore.exchange`, with as many lines as the configuration says."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._process: asyncio.subprocess.Process | None = None
        self._ready = asyncio.Event()
        self._supervisor = Supervisor("the simulated exchange", self._live, AGAIN_SECONDS)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start it, and keep it alive. Returns when its devices are there, or after a while without them."""
        make_folder(self._config.exchange_folder)
        self._task = asyncio.create_task(self._supervisor.run())
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self._ready.wait()
        except TimeoutError:
            # Without the devices, the workers say what is missing.
            log.error("the simulated exchange is not ready after %.0f s", READY_SECONDS)

    async def stop(self) -> None:
        """End it."""
        self._supervisor.stop()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
        if self._task is not None:
            await self._task

    async def _live(self) -> None:
        """Live through one process. Its one line of output says that its devices are there."""
        exchange = self._config.exchange
        self._process = process = await start(
            [
                *(sys.executable, "-m", "faxcore.exchange", "--folder", str(self._config.exchange_folder)),
                *("--lines", str(exchange.lines), "--speed", str(exchange.speed)),
            ],
            # One that outlived a killed service would hold the devices' names against the next one's.
            outlives_us=False,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            if await process.stdout.readline():
                self._supervisor.works()
                self._ready.set()
            await process.stdout.read()
        finally:
            if self._supervisor.stopping and process.returncode is None:
                process.terminate()
            code = await reap(process, STOP_SECONDS)
        log.log(logging.INFO if self._supervisor.stopping else logging.ERROR, "the simulated exchange: %s", code)


class ExchangeKeeper:
    """Has the exchange run while the configuration in force wants it."""

    def __init__(self) -> None:
        self._process: ExchangeProcess | None = None
        self._change: asyncio.Task[None] | None = None

    async def start(self, config: Config) -> None:
        """Start it, if it is wanted. Returns when its devices are there, or after a while without them."""
        if config.simulated:
            self._process = ExchangeProcess(config)
            await self._process.start()

    def follow(self, config: Config, left: Callable[[], Awaitable[None]]) -> None:
        """Start it or end it, as another configuration wants; it ends when its lines are `left`."""
        if config.simulated != (self._process is not None):
            before, self._process = self._process, ExchangeProcess(config) if config.simulated else None
            self._change = asyncio.create_task(self._turn(self._change, before, self._process, left))

    async def stop(self) -> None:
        """End it."""
        if self._change is not None:
            self._change.cancel()
            await asyncio.gather(self._change, return_exceptions=True)
        if self._process is not None:
            await self._process.stop()

    async def _turn(
        self,
        change: asyncio.Task[None] | None,
        before: ExchangeProcess | None,
        after: ExchangeProcess | None,
        left: Callable[[], Awaitable[None]],
    ) -> None:
        try:
            if change is not None:
                await change
            if before is not None:
                await left()
        finally:
            if before is not None:
                await before.stop()
        if after is not None:
            await after.start()
