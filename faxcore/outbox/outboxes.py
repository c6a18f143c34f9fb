# SPDX-License-Identifier: GPL-3.0-or-later
"""Every outbox of the service: mail, printers, the office's command."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from faxcore.config.current import CurrentConfig
from faxcore.model.sentence import Sentence
from faxcore.outbox.command_carrier import CommandCarrier
from faxcore.outbox.mail_carrier import MailCarrier
from faxcore.outbox.outbox import Outbox
from faxcore.outbox.print_carrier import PrintCarrier
from faxcore.store.deliveries import Channel
from faxcore.store.store import Store


class Outboxes:
    """The outboxes, run and stopped together."""

    def __init__(self, store: Store, config: CurrentConfig, mail: MailCarrier, monotonic: Callable[[], float]) -> None:
        self.mail = Outbox(store, Channel.MAIL, mail, monotonic)
        self.printers = Outbox(store, Channel.PRINTER, PrintCarrier(store), monotonic)
        command = Outbox(store, Channel.COMMAND, CommandCarrier(store, config), monotonic)
        self._all = (self.mail, self.printers, command)

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with asyncio.TaskGroup() as group:
            for outbox in self._all:
                group.create_task(outbox.run())

    async def stop(self) -> None:
        """Bring what is under way to its end, if it has one in time."""
        await asyncio.gather(*(outbox.stop() for outbox in self._all))

    def wake(self) -> None:
        """Look at once at what is due."""
        for outbox in self._all:
            outbox.wake()

    def retry(self) -> None:
        """Try what did not work once more, now."""
        for outbox in self._all:
            outbox.retry()

    def warnings(self) -> Iterator[Sentence]:
        """Say what the administrator should see to."""
        for outbox in self._all:
            yield from outbox.warnings()
