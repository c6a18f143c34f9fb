# SPDX-License-Identifier: GPL-3.0-or-later
"""libspandsp's own T.30 terminal at a line of the exchange. The line must have been made a terminal's:

ExchangeSettings(folder, lines=(*default_lines(1), terminal_line(2)))
"""

from __future__ import annotations

import queue
from concurrent.futures import TimeoutError as Late
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from faxcore.exchange import Exchange, LineSettings, TerminalSettings, default_lines
from tests.support.peers.peer import Outcome, PeerFailed


def terminal_line(index: int, settings: TerminalSettings | None = None) -> LineSettings:
    """The settings of line `index` with its usual numbers and a terminal in place of a modem."""
    return replace(default_lines(index)[-1], terminal=settings or TerminalSettings())


class Spandsp:
    """The terminal at one line: it answers by itself, and sends what it is given."""

    def __init__(self, folder: Path, exchange: Exchange, line: int):
        del folder  # taken for the same form as the other peers; it writes where its settings say
        self._exchange = exchange
        self._line = line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to end: the terminal belongs to the exchange."""

    def send(self, tiff: Path, number: str, timeout: float = 300) -> Outcome:
        """Send a TIFF to a number."""
        try:
            result = self._exchange.send(self._line, tiff, number).result(timeout)
        except Late as late:
            raise PeerFailed("the spandsp terminal does not end its call") from late
        return Outcome(result.ok, f"{result.reason}, {result.pages} pages")

    def wait_received(self, timeout: float = 300) -> Outcome:
        """Wait for the next call answered to be over."""
        try:
            result = self._exchange.received(self._line, timeout)
        except queue.Empty as late:
            raise PeerFailed("the spandsp terminal received nothing") from late
        files = (result.file,) if result.file is not None else ()
        return Outcome(result.ok, f"{result.reason}, {result.pages} pages", files)
