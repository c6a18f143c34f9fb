# SPDX-License-Identifier: GPL-3.0-or-later
"""Work for which the service is asked: begun at once, ended by itself, and its failure told in words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.contact_transfer import FileRefused
from faxcore.i18n import gettext as _

END_SECONDS: Final = 5.0
"""At the end of the program."""


class DeskWork:
    """Work that is being done. `tell` says to the person what went wrong."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do this, and tell if it fails."""
        return self._keep(work, self._tell)

    def start_quietly(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do this; its failure is told elsewhere, or is none to a person."""
        return self._keep(work, lambda _sentence: None)

    @property
    def is_idle(self) -> bool:
        """True while there is nothing to do."""
        return not self._tasks

    async def wait(self) -> None:
        """Wait until all of it is done, but not for a service that does not answer."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=END_SECONDS)

    def cancel(self) -> None:
        """Do nothing more."""
        for task in self._tasks:
            task.cancel()

    def _keep(self, work: Coroutine[Any, Any, None], tell: Callable[[str], None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(self._guarded(work, tell))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _task: work.close())  # one that is cancelled at once has never begun
        return task

    async def _guarded(self, work: Coroutine[Any, Any, None], tell: Callable[[str], None]) -> None:
        try:
            await work
        except ServiceUnavailable:
            tell(_("The fax service does not answer. Nothing was changed; try again in a moment."))
        except (BusError, FileRefused) as error:
            tell(str(error))
        except OSError as error:
            tell(_("The file cannot be used: {reason}.").format(reason=error.strerror or error))
