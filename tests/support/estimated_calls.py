# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls to fax machines of several kinds over a simulated exchange, each estimated before it is dialled."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from faxcore.document.tiff import write_pages
from faxcore.exchange.settings import ExchangeSettings, Impairments, LineSettings, TerminalSettings
from faxcore.exchange.simulation import Exchange
from faxcore.line.page_weights import weigh_pages
from faxcore.model.call import CallReport, Outcome
from faxcore.model.page import Coding, Page, Resolution
from faxcore.queue.call_length import CallLength, UsualCall, estimate_length, learn_usual
from faxcore.store.past_calls import ELSEWHERE, THERE, PastCall
from faxcore.t30.capabilities import Terminal
from tests.support.calls import Listener, send_from
from tests.support.pages import dithered_page, text_page

OURS: Final = 1
MACHINES: Final[dict[str, LineSettings]] = {
    "fast": LineSettings(("0199000002",), terminal=TerminalSettings("FAST")),
    "without error correction": LineSettings(("0199000003",), terminal=TerminalSettings("PLAIN", ecm=False)),
    "without V.17": LineSettings(("0199000004",), terminal=TerminalSettings("SLOW", v17=False)),
    "old": LineSettings(("0199000005",), terminal=TerminalSettings("OLD", ecm=False, v17=False, codings=("MH",))),
    "on a bad line": LineSettings(
        ("0199000006",),
        terminal=TerminalSettings("FAR"),
        impairments=Impairments(delay_ms=200, dropouts_per_minute=1.0),
    ),
}


@dataclass(frozen=True)
class EstimatedCall:
    """A call that has sent all, and what was said of it before."""

    machine: str
    first: bool
    pages: int
    before: CallLength
    usual: UsualCall
    report: CallReport

    @property
    def error(self) -> float:
        """The share of the real seconds by which the estimate was too long."""
        return self.before.seconds / self.report.seconds - 1

    @property
    def is_within(self) -> bool:
        """True if the call was as long as was said to be possible."""
        return self.before.least <= self.report.seconds <= self.before.most


@contextmanager
def begin_estimating(folder: Path, seed: int, speed: float = 20.0) -> Iterator[Estimating]:
    """Start the exchange, with one line of ours and a fax machine of each kind."""
    lines = (LineSettings(("0199000001",)), *MACHINES.values())
    with Exchange(ExchangeSettings(folder / "exchange", lines, speed=speed, seed=seed)) as exchange:
        yield Estimating(exchange, folder, random.Random(seed))


@dataclass
class Estimating:
    """Estimates calls and makes them, one after another."""

    exchange: Exchange
    folder: Path
    chance: random.Random
    there: dict[str, deque[PastCall]] = field(default_factory=lambda: {name: deque(maxlen=THERE) for name in MACHINES})
    everywhere: deque[PastCall] = field(default_factory=lambda: deque(maxlen=ELSEWHERE))
    made: int = 0

    def call(self, machine: str) -> EstimatedCall | None:
        """Make a call to this machine; None if it did not send all."""
        self.made += 1
        document = self.folder / f"document-{self.made}.tif"
        resolution = self.chance.choice((Resolution.STANDARD, Resolution.FINE, Resolution.FINE))
        pages = [self._draw(resolution) for _ in range(self.chance.choice((1, 1, 1, 2, 2, 3, 5)))]
        write_pages(document, pages)
        usual = learn_usual(self.there[machine], self.everywhere)
        before = estimate_length(weigh_pages(document, Coding(usual.coding)), usual)
        number = MACHINES[machine].numbers[0]
        report = send_from(self.exchange, OURS, document, number, Terminal("OURS"), Listener(), [])
        document.unlink()
        if report.outcome is not Outcome.OK:
            return None
        found = EstimatedCall(machine, not self.there[machine], len(pages), before, usual, report)
        past = PastCall(report.octets, report.sent, report.seconds, report.rate, report.coding, report.error_correction)
        self.there[machine].appendleft(past)
        self.everywhere.appendleft(past)
        return found

    def _draw(self, resolution: Resolution) -> Page:
        """A page as people send them: a short letter, a full page, now and then a photograph."""
        seed = self.chance.randrange(10_000)
        if self.chance.random() < 0.07:
            return dithered_page(resolution, rows=self.chance.randint(100, 500))
        length = self.chance.uniform(0.15, 1.0)
        page = text_page(resolution, seed)
        rows = page.rows[: int(page.length * length) * (page.width.value // 8)]
        return Page(page.width, resolution, rows.ljust(len(page.rows), b"\0"))
