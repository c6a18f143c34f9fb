# SPDX-License-Identifier: GPL-3.0-or-later
"""The seconds that calls are said to take, beside what they take: `python -m tests.benchmarks.call_estimates`.

One to five pages, letters, full pages and photographs, to fax machines of five kinds: fast ones, without error
correction, without V.17, old ones (MH at 9600 bit/s), and one at the end of a bad line. Before each call is known
what the calls before it have shown. Times are line time, from the answer. Fails if the middle error is above 10 %.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.report import table
from tests.support.estimated_calls import MACHINES, EstimatedCall, begin_estimating

BOUND: Final = 0.10


def make_calls(calls: int, speed: float, seed: int) -> list[EstimatedCall]:
    """Make calls until so many have sent everything, on an exchange of their own."""
    chance = random.Random(seed)
    found: list[EstimatedCall] = []
    with tempfile.TemporaryDirectory() as folder, begin_estimating(Path(folder), seed, speed) as estimating:
        while len(found) < calls:
            call = estimating.call(chance.choice(list(MACHINES)))
            if call is not None:
                found.append(call)
    return found


def show(found: list[EstimatedCall]) -> list[str]:
    """The figures of each kind, as Markdown."""
    kinds = {name: [call for call in found if call.machine == name and not call.first] for name in MACHINES}
    kinds |= {"first calls": [call for call in found if call.first], "all": found}
    rows = []
    for name, calls in kinds.items():
        if not calls:
            continue
        errors = sorted(abs(call.error) for call in calls)
        widths = [(call.before.most - call.before.least) / call.report.seconds for call in calls]
        shares = (
            statistics.median(errors),
            errors[int(0.9 * (len(errors) - 1))],
            statistics.median(widths),
            sum(call.is_within for call in calls) / len(calls),
        )
        rows.append([name, str(len(calls)), *(f"{share:.1%}" for share in shares)])
    heading = (
        "fax machine",
        "calls",
        "middle error",
        "error of nine in ten",
        "middle width of the bounds",
        "within them",
    )
    return list(table(heading, rows))


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200, help="so many calls that send everything (200)")
    parser.add_argument("--speed", type=float, default=20.0, help="times faster than real time (20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    each = -(-options.calls // options.processes)
    seeds = range(options.seed, options.seed + options.processes)
    with ProcessPoolExecutor(options.processes) as pool:
        found = sum(pool.map(partial(make_calls, each, options.speed), seeds), [])
    print("\n".join(show(found)))
    middle = statistics.median(abs(call.error) for call in found)
    print(f"middle error of {len(found)} calls: {middle:.1%} (bound {BOUND:.0%})")
    return 1 if middle > BOUND else 0


if __name__ == "__main__":
    raise SystemExit(main())
