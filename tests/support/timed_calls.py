# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of every kind over a simulated exchange, each beside what the exchange's own log says of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore.document.tiff import write_pages
from faxcore.exchange.settings import (
    ALWAYS_BUSY,
    NEVER_ANSWERS,
    ExchangeSettings,
    LineSettings,
    PersonSettings,
    TerminalSettings,
)
from faxcore.exchange.simulation import Exchange
from faxcore.line import play_call
from faxcore.line.answer_time import LONGEST, SHORTEST
from faxcore.line.player import run_blocking
from faxcore.model.call import CallReport
from faxcore.model.page import Resolution
from faxcore.modem.class1 import Class1
from faxcore.modem.class1_carrier import Class1Carrier
from faxcore.modem.port import Port
from faxcore.t30.capabilities import Terminal
from tests.support.calls import PATIENCE, Answerer, Listener, send_from
from tests.support.pages import text_page
from tests.support.waiting import wait_until

OURS, OTHER_OURS, THEIRS, PERSON, CALLER = range(1, 6)
"""The lines: two of our own modems, a foreign fax machine, a person, and a foreign fax machine that only calls."""
NOBODY: Final = "0199777777"
NUMBERS: Final = tuple(f"019900000{line}" for line in range(1, 6))
HANGING_UP: Final = 1.0
"""Seconds of line time from the first hang-up to the end of the call on the lines, at most; our end may see it then."""


@dataclass(frozen=True)
class TimedCall:
    """A call of which our end has told, and the network's log."""

    kind: str
    out: bool
    said: CallReport
    talked: float
    """Seconds from the answer to the first hang-up, by the network; 0.0: it was not answered."""

    @property
    def late(self) -> float:
        """Seconds by which we say less than the network."""
        return self.talked - self.said.seconds

    def find_fault(self) -> str:
        """Find what is wrong with our end's words; empty: nothing."""
        said = self.said
        if self.talked and not said.seconds:
            return "" if said.perhaps_answered or not self.out else "an answered call is said not to be"
        if said.answer_spread > LONGEST - SHORTEST:
            return "the bound is wider than is stated"
        if not -HANGING_UP <= self.late <= said.answer_spread + HANGING_UP:
            return f"the seconds are wrong by {self.late:.2f}"
        return ""


@contextmanager
def begin_calls(folder: Path, seed: int, speed: float = 20.0) -> Iterator[CallMaker]:
    """Start the exchange."""
    folder.mkdir(parents=True, exist_ok=True)
    offered = folder / "offered.tif"
    write_pages(offered, [text_page(rows=500)])
    stations: dict[int, dict[str, object]] = {
        THEIRS: {"terminal": TerminalSettings("THEIRS", folder / "theirs", offers=offered)},
        PERSON: {"person": PersonSettings(hangs_up_after=9.0, rings=1)},
        CALLER: {"terminal": TerminalSettings("CALLER", folder / "caller", rings=0)},
    }
    lines = tuple(
        LineSettings((number,), **stations.get(line, {}))  # type: ignore[arg-type]
        for line, number in enumerate(NUMBERS, start=1)
    )
    with Exchange(ExchangeSettings(folder / "exchange", lines, speed=speed, seed=seed)) as exchange:
        yield CallMaker(exchange, folder, random.Random(seed))


class CallMaker:
    """Makes calls, one after another."""

    def __init__(self, exchange: Exchange, folder: Path, chance: random.Random) -> None:
        self._exchange = exchange
        self._folder = folder
        self._random = chance
        self._made = 0

    def make(self, kind: str) -> list[TimedCall]:
        """Make a call of this kind, one of KINDS; what each of our ends says of it."""
        self._made += 1
        before = len(self._exchange.calls)
        ends = KINDS[kind](self)
        if any(said.seconds for _out, said in ends):
            # Our end may know that the call is over before the network has written it down.
            wait_until("the network's record of the call", lambda: len(self._exchange.calls) > before)
        records = self._exchange.calls[before:]
        talked = records[-1].talked if records else 0.0
        return [TimedCall(kind, out, said, talked) for out, said in ends]

    def send_to_ours(self) -> list[tuple[bool, CallReport]]:
        """From one of our lines to another."""
        answerer = Answerer(self._exchange, OTHER_OURS, self._next_folder(), Terminal("OTHER"))
        return [(True, self._send(NUMBERS[OTHER_OURS - 1])), (False, answerer.result())]

    def send_to_theirs(self) -> list[tuple[bool, CallReport]]:
        """To a foreign fax machine."""
        return [(True, self._send(NUMBERS[THEIRS - 1]))]

    def receive_from_theirs(self) -> list[tuple[bool, CallReport]]:
        """From a foreign fax machine."""
        answerer = Answerer(self._exchange, OURS, self._next_folder(), Terminal("OURS"))
        self._exchange.send(CALLER, self._write_document(), NUMBERS[OURS - 1]).result(PATIENCE)
        return [(False, answerer.result())]

    def fetch(self) -> list[tuple[bool, CallReport]]:
        """A document is fetched from a foreign fax machine."""
        port = Port(str(self._exchange.device(OURS)))
        try:
            modem = Class1(port)
            modem.initialise()
            folder = self._next_folder()
            folder.mkdir()
            carrier = Class1Carrier(modem, lambda: self._exchange.line_seconds)
            number = NUMBERS[THEIRS - 1]
            report = run_blocking(
                play_call.poll(carrier, folder, number, Terminal("OURS"), Listener(), lambda _text: None)
            )
        finally:
            port.close()
        return [(True, report)]

    def call_person(self) -> list[tuple[bool, CallReport]]:
        """A person answers, and hangs up."""
        return [(True, self._send(NUMBERS[PERSON - 1]))]

    def call_busy(self) -> list[tuple[bool, CallReport]]:
        """The number is busy."""
        return [(True, self._send(ALWAYS_BUSY))]

    def call_nobody(self) -> list[tuple[bool, CallReport]]:
        """The network's announcement says that nobody has the number."""
        return [(True, self._send(NOBODY))]

    def call_silent(self) -> list[tuple[bool, CallReport]]:
        """Nobody answers."""
        return [(True, self._send(NEVER_ANSWERS))]

    def _next_folder(self) -> Path:
        return self._folder / f"call-{self._made}"

    def _write_document(self) -> Path:
        document = self._folder / f"document-{self._made}.tif"
        pages = self._random.randint(1, 2)
        resolution = self._random.choice(list(Resolution))
        seeds = [self._random.randrange(1000) for _ in range(pages)]
        write_pages(document, [text_page(resolution, seed, rows=self._random.randint(200, 1100)) for seed in seeds])
        return document

    def _send(self, number: str) -> CallReport:
        terminal = Terminal("OURS", error_correction=self._random.random() < 0.7)
        return send_from(self._exchange, OURS, self._write_document(), number, terminal, Listener(), [])


KINDS: Final[dict[str, Callable[[CallMaker], list[tuple[bool, CallReport]]]]] = {
    "to ours": CallMaker.send_to_ours,
    "to theirs": CallMaker.send_to_theirs,
    "from theirs": CallMaker.receive_from_theirs,
    "fetched": CallMaker.fetch,
    "a person": CallMaker.call_person,
    "busy": CallMaker.call_busy,
    "nobody's number": CallMaker.call_nobody,
    "no answer": CallMaker.call_silent,
}
