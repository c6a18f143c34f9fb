# SPDX-License-Identifier: GPL-3.0-or-later
"""The question to the service what a number is, put while the number is typed."""

from __future__ import annotations

import asyncio
from typing import Final

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from faxcore.bus.client import BusError, ServiceUnavailable
from faxcore.contract.order import JudgedNumber
from faxcore.qt.link import DeskLink
from faxcore.qt.starting import Start

JUDGE_MS: Final = 150
"""Milliseconds from the last key to the question."""


class NumberJudge(QObject):
    """Asks about the number that was typed last; an answer about an earlier one is told to nobody."""

    answered = pyqtSignal(JudgedNumber)
    failed = pyqtSignal()
    """There is no answer; the next change asks again."""

    def __init__(self, link: DeskLink, start: Start) -> None:
        super().__init__()
        self._link, self._start = link, start
        self._number = ""
        self._asking: asyncio.Task[None] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(JUDGE_MS)
        self._pause.timeout.connect(self._ask)

    def ask_soon(self, number: str) -> None:
        """Ask about this number, unless another follows at once."""
        self.stop()
        self._number = number
        if number.strip():
            self._pause.start()

    def ask_now(self, number: str) -> None:
        """Ask about this number without waiting, unless that is being done."""
        if self._pause.isActive() or self._asking is None or number != self._number:
            self.stop()
            self._number = number
            self._ask()

    def stop(self) -> None:
        """Ask nothing more, and hear no answer."""
        self._pause.stop()
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _ask(self) -> None:
        if self._number.strip() and self._link.present:
            self._asking = self._start(self._judge(self._number))

    async def _judge(self, number: str) -> None:
        try:
            judged = await self._link.desk.judge_number(number)
        except (BusError, ServiceUnavailable):
            self._asking = None
            self.failed.emit()
            raise
        self._asking = None
        self.answered.emit(judged)
