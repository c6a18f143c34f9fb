# SPDX-License-Identifier: GPL-3.0-or-later
"""The seconds that calls are billed, beside the exchange's own log: `python -m tests.benchmarks.call_seconds`.

Calls of every kind, out and in, to our own program and to a foreign fax machine, to people, to busy and to unknown
numbers, with one page or two, with and without error correction. Times are line time. Fails if a call is outside of the
bound that is stated for it, if ringing counts as connected, or if an answered call is said not to have been.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from pathlib import Path
from typing import Final

from tests.benchmarks.played_calls import make_in_processes
from tests.benchmarks.report import table
from tests.support.timed_calls import KINDS, TimedCall, begin_calls

OFTEN: Final = {"to ours": 6, "to theirs": 4, "from theirs": 4, "fetched": 3}
"""The times by which these kinds come more often."""


def make_calls(calls: int, speed: float, seed: int) -> list[TimedCall]:
    """Make so many calls, one after another, on an exchange of their own; what each of our ends says."""
    chance = random.Random(seed)
    found: list[TimedCall] = []
    with tempfile.TemporaryDirectory() as folder, begin_calls(Path(folder), seed, speed) as maker:
        for _ in range(calls):
            (kind,) = chance.choices(list(KINDS), [OFTEN.get(kind, 1) for kind in KINDS])
            found += maker.make(kind)
    return found


def show(found: list[TimedCall]) -> list[str]:
    """The figures of each kind, as Markdown."""
    rows = []
    for kind in KINDS:
        for out in (True, False):
            of = [call for call in found if (call.kind, call.out) == (kind, out)]
            connected = [call for call in of if call.said.seconds]
            if not of:
                continue
            figures = ["", "", "", ""]
            if connected:
                late = [call.late for call in connected]
                spread = max(call.said.answer_spread for call in connected)
                figures = [f"{each:.2f}" for each in (min(late), statistics.median(late), max(late), spread)]
            perhaps = sum(call.said.perhaps_answered for call in of)
            rows.append([f"{kind}, {'out' if out else 'in'}", str(len(of)), *figures, str(perhaps)])
    heading = ("calls", "number", "too few seconds: least", "median", "most", "bound", "possibly charged")
    return list(table(heading, rows))


def main() -> int:
    """The command."""
    found = make_in_processes(__doc__, make_calls)
    print("\n".join(show(found)))
    faults = [(call, fault) for call in found if (fault := call.find_fault())]
    for call, fault in faults:
        print(f"{call.kind}: {fault}: {call}")
    print(f"{len(found)} ends of calls, {len(faults)} outside of their bound")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
