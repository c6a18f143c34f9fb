# SPDX-License-Identifier: GPL-3.0-or-later
"""The running exchange: its lines, its thread, and its two clocks.

Line time advances in ticks of 10 ms: in each, every party of every call sends and hears 80 samples. A tick is due
10 ms after the last one in real time, or 10/speed ms while no modem waits for its computer: a computer thus always
has at least the time to react that a real line would give it, and no test waits for sounds to pass. A late tick
is never made up for by more than MAKE_UP, for the same reason.
"""

from __future__ import annotations

import logging
import queue
import select
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from faxcore.exchange.library import SAMPLE_RATE
from faxcore.exchange.pseudo_terminal import PseudoTerminal
from faxcore.exchange.settings import ExchangeSettings
from faxcore.exchange.softmodem import SoftModem
from faxcore.exchange.switch import CallRecord, Switch
from faxcore.exchange.terminal import FaxTerminal, TerminalResult
from faxcore.exchange.voice_station import VoiceStation

log = logging.getLogger(__name__)

TICK: Final = 80
"""Samples a tick: 10 ms of line time."""
TICK_SECONDS: Final = TICK / SAMPLE_RATE
MAKE_UP: Final = 0.02
IDLE_SECONDS: Final = 0.1


class Exchange:
    """A simulated telephone exchange. `with Exchange(settings) as exchange: open(exchange.device(1))`."""

    def __init__(self, settings: ExchangeSettings):
        self.settings = settings
        self._switch = Switch(settings)
        self._modems: dict[int, SoftModem] = {}
        self._terminals: dict[int, FaxTerminal] = {}
        self._persons: dict[int, VoiceStation] = {}
        self._orders: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._line_seconds = 0.0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Make the lines' devices and run. When it returns, they can be opened."""
        self.settings.folder.mkdir(parents=True, exist_ok=True)
        for line in self._switch.lines:
            name = f"line-{line.index}"
            if line.settings.terminal is not None:
                folder = self.settings.folder / name
                terminal = FaxTerminal(line, self._switch, line.settings.terminal, folder)
                self._terminals[line.index] = terminal
                line.station = terminal
            elif line.settings.person is not None:
                line.station = self._persons[line.index] = VoiceStation(line, self._switch, line.settings.person)
            else:
                modem = SoftModem(line, self._switch, PseudoTerminal(self.settings.folder / name))
                self._modems[line.index] = modem
                line.station = modem
        self._thread = threading.Thread(target=self._run, name="exchange", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, and remove the devices. RuntimeError if the exchange had stopped by itself, with the cause."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        for modem in self._modems.values():
            modem.close()
        for terminal in self._terminals.values():
            terminal.close()
        self._modems.clear()
        self._terminals.clear()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise RuntimeError("the exchange stopped by itself") from failure

    def wait(self, seconds: float) -> bool:
        """Wait until it stops by itself, at most so long; returns whether it has stopped."""
        return self._stop.wait(seconds)

    def device(self, line: int) -> Path:
        """Return the path of a line's serial device: a stable link, lines counted from 1."""
        return self._modems[line].port.link

    def numbers(self, line: int) -> tuple[str, ...]:
        """Return the numbers at which a line is called."""
        return self._switch.lines[line - 1].settings.numbers

    @property
    def modems(self) -> tuple[int, ...]:
        """The lines that have a modem."""
        return tuple(self._modems)

    @property
    def terminals(self) -> tuple[int, ...]:
        """The lines that have a fax terminal."""
        return tuple(self._terminals)

    @property
    def lines(self) -> int:
        """The number of lines."""
        return len(self._switch.lines)

    @property
    def line_seconds(self) -> float:
        """Line time that has passed in calls since the start."""
        return self._line_seconds

    @property
    def calls(self) -> tuple[CallRecord, ...]:
        """The calls that were answered, in the order in which they ended."""
        return tuple(self._switch.records)

    def send(self, line: int, file: Path, number: str) -> Future[TerminalResult]:
        """Make the fax terminal at a line send a TIFF to a number."""
        future: Future[TerminalResult] = Future()
        terminal = self._terminals[line]
        self._orders.put(lambda: terminal.call(file, number, future))
        return future

    def call(self, line: int, number: str) -> Future[float]:
        """Make the person at a line call a number; results in the seconds of line time from answer to end."""
        future: Future[float] = Future()
        person = self._persons[line]
        self._orders.put(lambda: person.call(number, future))
        return future

    def received(self, line: int, timeout: float) -> TerminalResult:
        """Wait for the next ended reception of a line's fax terminal. Raises queue.Empty after `timeout` seconds."""
        return self._terminals[line].received.get(timeout=timeout)

    # The thread

    def _run(self) -> None:
        try:
            self._loop()
        except BaseException as failure:  # noqa: BLE001 - raised again when the exchange is closed
            log.exception("the exchange stops")
            self._failure = failure
            self._stop.set()

    def _loop(self) -> None:
        modems = list(self._modems.values())
        last = time.monotonic()
        while not self._stop.is_set():
            self._carry_out_orders()
            for modem in modems:
                modem.serve()
            watched = [descriptor for modem in modems for descriptor in modem.watched_descriptors()]
            now = time.monotonic()
            if not self._switch.is_busy:
                last = now
                select.select(watched, [], [], TICK_SECONDS if self._terminals or self._persons else IDLE_SECONDS)
                continue
            fast = TICK_SECONDS / self.settings.speed
            due = last + (TICK_SECONDS if any(m.awaits_computer() for m in modems) else fast)
            if now < due:
                select.select(watched, [], [], min(due - now, fast))
                continue
            last = max(due, now - MAKE_UP)
            self._tick(modems)

    def _carry_out_orders(self) -> None:
        while not self._orders.empty():
            self._orders.get()()

    def _tick(self, modems: list[SoftModem]) -> None:
        for modem in modems:
            modem.pass_time(TICK)
        self._switch.step(TICK)
        self._line_seconds += TICK_SECONDS
