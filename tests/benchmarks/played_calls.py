# SPDX-License-Identifier: GPL-3.0-or-later
"""Many calls over simulated exchanges, one exchange a process: the command of the benchmarks that make them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TypeVar

T = TypeVar("T")


def make_in_processes(about: str | None, make: Callable[[int, float, int], list[T]]) -> list[T]:
    """Read the command's options, and make the calls: `make` makes so many, so much faster than real time, by this
    seed.
    """
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--calls", type=int, default=200, help="so many calls (200)")
    parser.add_argument("--speed", type=float, default=20.0, help="times faster than real time (20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    each = -(-options.calls // options.processes)
    seeds = range(options.seed, options.seed + options.processes)
    with ProcessPoolExecutor(options.processes) as pool:
        return sum(pool.map(partial(make, each, options.speed), seeds), [])
