# SPDX-License-Identifier: GPL-3.0-or-later
"""The seconds that calls are said to take, beside what they take: `python -m tests.benchmarks.call_estimates`.

One to five pages, letters, full pages and photographs, to fax machines of five kinds: fast ones, without error
correction, without V.17, old ones (MH at 9600 bit/s), and one at the end of a bad line. Before each call is known
what the calls before it have shown. Times are line time, from the answer. Fails if the middle error is above 10 %.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from pathlib import Path
from typing import Final

from tests.benchmarks.played_calls import make_in_processes
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
    found = make_in_processes(__doc__, make_calls)
    print("\n".join(show(found)))
    middle = statistics.median(abs(call.error) for call in found)
    print(f"middle error of {len(found)} calls: {middle:.1%} (bound {BOUND:.0%})")
    return 1 if middle > BOUND else 0


if __name__ == "__main__":
    raise SystemExit(main())
