# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at folders of faxes now and then: the operator hears of one that is away before a fax comes for it, and its
faxes come into it soon after it is back.
"""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from faxcore.config import Config
from faxcore.config.current import CurrentConfig
from faxcore.fax_folders.late_faxes import NO_ANSWER
from faxcore.fax_folders.mount_points import DiskAway, MountPoints
from faxcore.may_hang import run_apart
from faxcore.model.sentence import Sentence

LOOK_SECONDS: Final = 60.0
"""Seconds from one look to the next."""
ANSWER_SECONDS: Final = 10.0
"""Seconds that a folder has to answer."""


class FolderWatch:
    """Looks, warns, and says when a folder that was away can be used again."""

    def __init__(
        self,
        config: CurrentConfig,
        mount_points: MountPoints,
        returned: Callable[[], None],
        find: Callable[[Config], set[Path]],
        warn: Callable[[Path, Exception | Sentence], Sentence],
        seconds: float,
    ) -> None:
        """`find` finds every folder of a configuration; `warn` makes the warning of one that cannot be used.
        `seconds`: from one look to the next.
        """
        self._config = config
        self._find = find
        self._warn = warn
        self._mount_points = mount_points
        self._returned = returned
        self._seconds = seconds
        self._looks: dict[Path, asyncio.Task[Exception | None]] = {}
        """One for each folder, for as long as the folder does not answer."""
        self._warnings: dict[Path, Sentence] = {}
        self._looking = asyncio.Lock()

    def warnings(self) -> Iterator[tuple[str, Sentence]]:
        """Give each folder that could not be used when it was looked at, with why."""
        folders = self._find(self._config.value)
        for folder, sentence in self._warnings.items():
            if folder in folders:
                yield str(folder), sentence

    async def run(self) -> None:
        """Look now and then, until cancelled."""
        try:
            while True:
                await self.look()
                await asyncio.sleep(self._seconds)
        finally:
            for look in self._looks.values():
                look.cancel()
            await asyncio.gather(*self._looks.values(), return_exceptions=True)

    async def look(self) -> None:
        """Look at every configured folder once."""
        async with self._looking:
            await self._look_at_all()

    async def _look_at_all(self) -> None:
        folders = self._find(self._config.value)
        for folder in folders - self._looks.keys():
            self._looks[folder] = asyncio.create_task(self._look_at(folder))
        if self._looks:
            await asyncio.wait(self._looks.values(), timeout=ANSWER_SECONDS)
        before, self._warnings = self._warnings, {}
        for folder, look in list(self._looks.items()):
            if look.done():
                del self._looks[folder]
            found = look.result() if look.done() else NO_ANSWER
            if found is not None and folder in folders:
                self._warnings[folder] = self._warn(folder, found)
        if before.keys() - self._warnings.keys():
            self._returned()

    async def _look_at(self, folder: Path) -> Exception | None:
        """Give the reason why a folder cannot be used; None if nothing speaks against it."""

        def look() -> None:
            # To look at one that is mounted when it is used would mount it, and keep it mounted for ever.
            if not self._mount_points.is_mounted_on_demand(folder):
                self._mount_points.check(folder)
                _try_to_open(folder)

        try:
            await run_apart("look at a folder of faxes", look)
        except FileNotFoundError:
            return None  # It is made when the first fax comes for it.
        except (OSError, DiskAway) as error:
            return error
        return None


def _try_to_open(folder: Path) -> None:
    """Raise OSError if it cannot be opened, or lies on a disk that can only be read."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if os.fstatvfs(descriptor).f_flag & os.ST_RDONLY:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
    finally:
        os.close(descriptor)
