# SPDX-License-Identifier: GPL-3.0-or-later
"""The consumption window at work: it asks the service for what it shows, each time it is brought forward."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PyQt6.QtCore import QObject

from faxcore.contract.page_reading import read_pages
from faxcore.contract.recorded import CallTotals, TotalsQuery
from faxcore.qt.link import DeskLink
from notifier.consumption.consumption_window import ConsumptionWindow
from notifier.consumption.consumption_words import describe_limits
from notifier.consumption.periods import find_bounds
from notifier.desk_work import DeskWork


class ConsumptionDesk(QObject):
    """The window and its work."""

    def __init__(self, link: DeskLink) -> None:
        super().__init__()
        self._link = link
        self.window = ConsumptionWindow()
        self.work = DeskWork(lambda sentence: self.window.notice.tell(sentence, grave=True))
        self._asked = 0
        self.window.chosen.connect(self.load)
        link.present_changed.connect(self._present)

    def show(self) -> None:
        """Bring the window forward, with what is so now."""
        self.window.bring_forward()
        self.load()

    def load(self) -> None:
        """Ask for what is wanted; what was asked before is not shown any more."""
        self._asked += 1
        self.work.start(self._load(self._asked))

    def close(self) -> None:
        """Close the window, and ask for nothing more."""
        self.work.cancel()
        self.window.close()

    async def _load(self, asked: int) -> None:
        by, period = self.window.wanted
        since, until = find_bounds(period, date.today())
        query = TotalsQuery(by, since, until)
        found: list[CallTotals] = []
        async for page in read_pages(lambda after: self._link.desk.sum_calls(replace(query, after=after))):
            found += page.totals
        limits = await self._link.desk.list_limits()
        if asked == self._asked:
            self.window.notice.finish()
            self.window.totals.show(found, by)
            self.window.show_limits(describe_limits(limits))

    def _present(self, present: bool) -> None:
        if present and self.window.isVisible():
            self.load()
