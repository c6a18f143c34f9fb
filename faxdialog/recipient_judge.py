# SPDX-License-Identifier: GPL-3.0-or-later
"""The question to the service what the numbers of chosen recipients are, one after another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start
from faxdialog.to_list import ToList

AT_ONCE: Final = 20
"""Numbers whose judgements are shown together: each time, every chip is drawn anew."""


class RecipientJudge:
    """Asks as long as there is a recipient of whom nothing is known."""

    def __init__(self, link: DeskLink, start: Start, to: ToList, failed: Callable[[], None]) -> None:
        self._link, self._start, self._to, self._failed = link, start, to, failed
        self._asking: asyncio.Task[None] | None = None
        to.chosen_changed.connect(self.ask)

    def ask(self) -> None:
        """Ask about all that are not judged yet."""
        if self._asking is None and self._link.present and self._to.find_unjudged(1):
            self._asking = self._start(self._judge())

    def stop(self) -> None:
        """Ask nothing more."""
        if self._asking is not None:
            self._asking.cancel()

    async def _judge(self) -> None:
        try:
            while numbers := self._to.find_unjudged(AT_ONCE):
                self._to.judge_chosen({number: await self._link.desk.judge_number(number) for number in numbers})
        except (BusError, ServiceUnavailable):
            self._failed()
            raise
        finally:
            self._asking = None
