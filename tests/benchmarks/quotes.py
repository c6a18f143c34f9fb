# SPDX-License-Identifier: GPL-3.0-or-later
"""The processor time that the price of one call takes: `python -m tests.benchmarks.quotes [RULES]`.

A tariff has so many rules (1,000), each for a beginning of numbers of its own, with hours that holidays change. Each
figure is the median of many, in microseconds: of one call that was never asked for before, and of the tariff's file.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from faxcore.billing.call_price import CallFacts
from faxcore.billing.pricing import price_call
from faxcore.billing.tariff import Tariff
from faxcore.billing.tariff_file import read_tariff
from tests.benchmarks.report import table
from tests.support import CHECKOUT
from tests.support.tariffs import answered, paris

TURNS: Final = 300

CALLS: Final = {
    "two minutes in the day": (paris("2026-11-27 10:00:00"), 120),
    "over the end of the day": (paris("2026-11-27 17:59:00"), 120),
    "while clocks are set back": (paris("2026-10-25 02:59:00"), 120),
    "a whole day of seconds": (paris("2026-11-27 10:00:00"), 24 * 3600),
}


def make_tariff(folder: Path, rules: int) -> tuple[Path, Tariff]:
    """Write a tariff of so many rules more than the example has, and read it."""
    more = "".join(
        f'[[rule]]\nname = "more {number}"\nto = ["+331{number:05}"]\nconnection = 0.05\nper_minute = 0.02\n'
        "first_seconds = 1\nthen_seconds = 1\nduring.off-peak = { per_minute = 0.01 }\n"
        for number in range(rules)
    )
    path = folder / "tariff.toml"
    path.write_text((CHECKOUT / "packaging/tariff-example.toml").read_text() + more)
    return path, read_tariff(path)


def measure(work: Callable[[int], object], turns: int) -> float:
    """The median of the time that it takes, in microseconds; it is told its turn."""
    work(turns)
    taken = []
    for turn in range(turns):
        before = time.perf_counter()
        work(turn)
        taken.append((time.perf_counter() - before) * 1_000_000)
    return statistics.median(taken)


def price_turn(tariff: Tariff, facts: Sequence[CallFacts], turn: int) -> object:
    """Price the call of this turn."""
    return price_call(tariff, facts[turn])


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rules", type=int, nargs="?", default=1_000)
    rules, turns = options.parse_args().rules, count()
    with tempfile.TemporaryDirectory() as folder:
        path, tariff = make_tariff(Path(folder), rules)
        found = {"the file is read": measure(lambda _turn: read_tariff(path), 5)}
    for name, (at, seconds) in CALLS.items():
        for kind, number in (("a beginning", "+331000"), ("a country", "+334780")):
            facts = [answered(seconds, at, f"{number}{next(turns):05}", 3) for _turn in range(TURNS + 1)]
            found[f"{name}, by {kind}"] = measure(partial(price_turn, tariff, facts), TURNS)
    rows = [(name, f"{value:.0f}") for name, value in found.items()]
    print("\n".join(table((f"a tariff of {rules} rules, µs", "median"), rows)))


if __name__ == "__main__":
    main()
