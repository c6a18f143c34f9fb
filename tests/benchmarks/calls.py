# SPDX-License-Identifier: GPL-3.0-or-later
"""How long calls take, ours beside HylaFAX's, on one simulated exchange: `python -m tests.benchmarks.calls`.

All pairs of programs call at the same time, each over lines of its own: 40 ms of delay each way, no faults, V.17 at
14 400 bit/s. A call's time is line time from the answer to the first hang-up, which the exchange measures: if the
machine is late, the lines wait for it, and nothing is won or lost by that. Every page must be confirmed by both ends.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faxcore.exchange import Exchange, ExchangeSettings, default_lines
from faxcore.line import codecs
from faxcore.model.page import Coding, Page, Resolution
from tests.support.pages import text_page, write_tiff
from tests.support.peers.hylafax import HylaFax

CASES: Final = tuple((resolution, pages) for resolution in (Resolution.STANDARD, Resolution.FINE) for pages in (1, 3))
FILLED: Final = {Resolution.STANDARD: 0.72, Resolution.FINE: 0.74}
"""Share of the page that is text: 42 kB in MMR at standard resolution, 62 kB at fine."""
PATIENCE: Final = 600.0
FAXCTL: Final = (sys.executable, "-m", "faxcore.cli.main", "line")


@dataclass(frozen=True)
class Pair:
    """Who calls whom."""

    name: str
    caller: str
    """hylafax, facteur, or facteur with JBIG"""
    called: str


PAIRS: Final = (
    Pair("HylaFAX to HylaFAX", "hylafax", "hylafax"),
    Pair("Facteur to Facteur", "facteur", "facteur"),
    Pair("Facteur to HylaFAX", "facteur", "hylafax"),
    Pair("HylaFAX to Facteur", "hylafax", "facteur"),
    Pair("Facteur to Facteur, JBIG", "facteur --jbig", "facteur --jbig"),
)
REFERENCE: Final = PAIRS[0]


def dense_page(resolution: Resolution, seed: int) -> Page:
    """A page of dense text as in the design's table, A4 long."""
    page = text_page(resolution, seed)
    stride = page.width.value // 8
    text = page.rows[: int(page.length * FILLED[resolution]) * stride]
    return Page(page.width, resolution, text.ljust(len(page.rows), b"\0"))


def octets(page: Page, coding: Coding) -> int:
    """The size of a page as we code it."""
    return len(codecs.encode(page, coding))


class Bench:
    """The exchange, and both ends of every pair: pair N has the lines 2N + 1 and 2N + 2."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        lines = default_lines(2 * len(PAIRS))
        self.exchange = stack.enter_context(Exchange(ExchangeSettings(folder / "exchange", lines, seed=1)))
        self._hylafax: dict[int, HylaFax] = {}
        for place, pair in enumerate(PAIRS):
            for line, program in ((2 * place + 1, pair.caller), (2 * place + 2, pair.called)):
                if program == "hylafax":
                    self._hylafax[line] = stack.enter_context(HylaFax(folder, self.exchange, line, coding="MMR"))

    def call(self, pair: Pair, document: Path, pages: int) -> float:
        """Seconds of line time that a call took."""
        caller = 2 * PAIRS.index(pair) + 1
        called = caller + 1
        number = self.exchange.numbers(called)[0]
        ours = None if called in self._hylafax else self._receiver(called, pair.called)
        if ours is None:
            self._hylafax[called].answer()
        if caller in self._hylafax:
            self._hylafax[caller].answer()
            said = self._hylafax[caller].send(document, number, PATIENCE)
            assert said.ok, f"{pair.name}: {said.said}"
        else:
            command = [*self._ours("send", caller, pair.caller), "--to", number, str(document)]
            self._check(pair, pages, self._start(command))
        if ours is None:
            received = self._hylafax[called].wait_received(PATIENCE)
            assert received.ok, f"{pair.name}: {received.said}"
        else:
            self._check(pair, pages, ours)
        (*_, record) = (record for record in self.exchange.calls if record.caller == caller)
        return record.talked

    def _receiver(self, line: int, program: str) -> subprocess.Popen[str]:
        folder = self._folder / f"received-{line}"
        receiver = self._start([*self._ours("receive", line, program), "--folder", str(folder)])
        assert receiver.stderr is not None
        receiver.stderr.readline()  # it waits for a call
        return receiver

    def _ours(self, what: str, line: int, program: str) -> list[str]:
        """Our program says its number, as HylaFAX does."""
        device, number = str(self.exchange.device(line)), self.exchange.numbers(line)[0]
        return [*FAXCTL, what, "--device", device, "--station-id", number, *program.split()[1:]]

    def _start(self, command: Sequence[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def _check(self, pair: Pair, pages: int, program: subprocess.Popen[str]) -> None:
        said, complaints = program.communicate(timeout=PATIENCE)
        assert program.returncode == 0, f"{pair.name}: {said} {complaints}"
        assert json.loads(said)["pages_confirmed"] == pages, f"{pair.name}: {said}"


def measure(report: Callable[[str], None]) -> dict[Pair, list[float]]:
    """Seconds of the four cases for every pair."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="calls-")))
        documents = []
        for resolution, count in CASES:
            pages = [dense_page(resolution, seed) for seed in range(count)]
            documents.append(write_tiff(folder / f"{resolution.value}-{count}.tif", pages))
        bench = Bench(folder, stack)

        def calls(pair: Pair) -> list[float]:
            taken = []
            for (resolution, count), document in zip(CASES, documents, strict=True):
                what = f"{pair.name}, {resolution.value}, {count} pages"
                try:
                    taken.append(bench.call(pair, document, count))
                except Exception as failure:
                    report(f"{what}: {failure}")
                    raise
                report(f"{what}: {taken[-1]:.1f} s")
            return taken

        with ThreadPoolExecutor(len(PAIRS)) as pool:
            return dict(zip(PAIRS, pool.map(calls, PAIRS), strict=True))


def table(results: dict[Pair, list[float]]) -> Iterator[str]:
    """The results as Markdown."""
    yield "# Calls\n"
    yield "Seconds of line time from answer to hang-up, V.17 at 14 400 bit/s, ECM, 40 ms of delay each way; in"
    yield "brackets, in relation to HylaFAX calling HylaFAX on the same exchange at the same time.\n"
    for resolution in dict.fromkeys(resolution for resolution, _ in CASES):
        page = dense_page(resolution, 0)
        sizes = ", ".join(f"{octets(page, coding)} octets in {coding.value}" for coding in (Coding.MMR, Coding.JBIG))
        yield f"- a page at {resolution.value} resolution: {sizes}"
    yield "\n| | " + " | ".join(f"{resolution.value}, {count} p." for resolution, count in CASES) + " |"
    yield "|---|" + "---:|" * len(CASES)
    for pair, taken in results.items():
        shares = (
            f"{ours:.1f} ({100 * (ours / theirs - 1):+.1f} %)"
            for ours, theirs in zip(taken, results[REFERENCE], strict=True)
        )
        yield f"| {pair.name} | " + " | ".join(shares) + " |"


def main() -> int:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.calls", description="Calls beside HylaFAX's.")
    parser.add_argument("--output", type=Path, metavar="FILE", help="a Markdown file; else standard output")
    wanted = parser.parse_args()
    text = "\n".join(table(measure(lambda line: print(line, file=sys.stderr, flush=True)))) + "\n"
    if wanted.output:
        wanted.output.write_text(text)
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
