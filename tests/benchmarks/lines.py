# SPDX-License-Identifier: GPL-3.0-or-later
"""Many lines at once, in real time: `python -m tests.benchmarks.lines [LINES]`.

Half of the lines send a document of dense text to the other half, all at the same time, each line in a worker process
of its own as the service has them. Shown are the processor time of a worker in relation to the time its call took, its
memory, and how far the exchange, which plays the modems of all lines, was behind real time. Every page must arrive to
the pixel.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from faxcore.contract.messages import Ended, Ready
from faxcore.document.tiff import read_pages
from faxcore.exchange import Exchange, ExchangeSettings, LineSettings
from faxcore.model.call import Outcome
from faxcore.model.page import Resolution
from tests.benchmarks.calls import dense_page
from tests.support.workers import WorkerProcess, answer, dial

PAGES = 2


@dataclass(frozen=True)
class Worker:
    """What a worker process has cost."""

    role: str
    processor: float
    """Seconds, the start of the process left out."""
    own: int
    """Memory of its own at the end of the call, in KiB: what ends with the process."""
    resident: int
    """Memory at its largest, in KiB, with what it shares with other processes."""


def processor_seconds(pid: int) -> float:
    """User and system time of a process (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def kibibytes(pid: int, file: str, name: str) -> int:
    """A figure of /proc/PID/status or smaps_rollup."""
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(name))


def measure(lines: int) -> tuple[list[Worker], float, float]:
    """The workers; the real seconds that the calls took; the seconds of line time that passed meanwhile."""
    callers = lines // 2
    pages = [dense_page(Resolution.STANDARD, seed) for seed in range(PAGES)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lines-")))
        settings = tuple(LineSettings(numbers=(f"01990001{line:02}",)) for line in range(2 * callers))
        exchange = stack.enter_context(Exchange(ExchangeSettings(folder / "exchange", settings)))
        workers = [stack.enter_context(WorkerProcess(exchange.device(line + 1))) for line in range(2 * callers)]
        for worker in workers:
            worker.next(Ready)
        before = [processor_seconds(worker.process.pid) for worker in workers]
        begun, line_begun = time.monotonic(), exchange.line_seconds
        for caller in range(callers):
            dial(workers[caller], folder / f"out{caller}", pages, exchange.numbers(callers + caller + 1)[0])
        for caller in range(callers):
            answer(workers[callers + caller], folder / f"in{caller}")
        for caller in range(callers):
            sent, received = (workers[line].next(Ended).report for line in (caller, callers + caller))
            assert (sent.outcome, received.outcome) == (Outcome.OK, Outcome.OK), (sent, received)
            got = [page for name in received.files for page in read_pages(folder / f"in{caller}" / name)]
            assert got == pages, f"call {caller}"
        real, line = time.monotonic() - begun, exchange.line_seconds - line_begun
        return (
            [
                Worker("sends" if place < callers else "receives", processor_seconds(pid) - earlier, own, resident)
                for place, (pid, earlier) in enumerate(zip((w.process.pid for w in workers), before, strict=True))
                for own in [kibibytes(pid, "smaps_rollup", "Private_")]
                for resident in [kibibytes(pid, "status", "VmHWM")]
            ],
            real,
            line,
        )


def table(workers: Sequence[Worker], real: float, line: float) -> list[str]:
    """The results as Markdown."""
    lines = [
        "# Many lines at once\n",
        f"{len(workers)} lines busy for {real:.1f} s; the exchange played {line:.1f} s of line time meanwhile.",
        "Median and maximum of the workers.\n",
        "| a worker that | processor, s | share of a core | memory of its own, MiB | resident, MiB |",
        "|---|---:|---:|---:|---:|",
    ]
    for role in ("sends", "receives"):
        these = [worker for worker in workers if worker.role == role]
        columns = [
            [worker.processor for worker in these],
            [100 * worker.processor / real for worker in these],
            [worker.own / 1024 for worker in these],
            [worker.resident / 1024 for worker in these],
        ]
        shown = [f"{median(column):.2f} / {max(column):.2f}" for column in columns]
        shown[1] = f"{median(columns[1]):.1f} % / {max(columns[1]):.1f} %"
        lines.append(f"| {role} | " + " | ".join(shown) + " |")
    return lines


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.lines", description="Many lines at once.")
    parser.add_argument("lines", nargs="?", type=int, default=24, metavar="LINES", help="how many lines (24)")
    print("\n".join(table(*measure(parser.parse_args().lines))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
