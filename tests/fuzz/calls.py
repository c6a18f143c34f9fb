# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays many calls on lines that answer by chance: `python -m tests.fuzz.calls [--calls N] [--first SEED]`.

The same calls as in the tests of `faxcore.t30`, by the hundred thousand, one seed after another, on all processors. A
call that goes wrong is named with its script and its arguments, which play it again.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final

from faxcore.model.page import Coding
from tests.support import chance_calls

PIECE: Final = 1000
"""Seeds that a process plays at a time."""


def calls_of(seed: int) -> Iterator[tuple[Callable[..., None], tuple[Any, ...]]]:
    """The calls of one seed, one of each script, each with its arguments."""
    chance = random.Random(seed)
    ecm, password = chance.random() < 0.5, chance.random() < 0.5
    yield chance_calls.send, (seed, chance.randint(1, 4), ecm)
    yield chance_calls.receive, (seed, ecm, chance.choice([(Coding.MH,), tuple(Coding)]))
    yield chance_calls.offer, (seed, password, chance.randint(1, 3))
    yield chance_calls.fetch, (seed, ecm)


def play_piece(first: int, count: int) -> list[str]:
    """Play the calls of so many seeds; what went wrong."""
    wrong = []
    for seed in range(first, first + count):
        for call, arguments in calls_of(seed):
            try:
                call(*arguments)
            except Exception:  # noqa: BLE001 - whatever a script raises is what is looked for
                wrong.append(f"{call.__name__}{arguments}\n{traceback.format_exc()}")
    return wrong


def play_all(first: int, seeds: int) -> Iterable[list[str]]:
    """Play the calls of so many seeds on all processors; what went wrong in each piece."""
    starts = range(first, first + seeds, PIECE)
    counts = [min(PIECE, first + seeds - start) for start in starts]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(play_piece, starts, counts)


def main() -> int:
    """Play; 1 if a call went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.calls", description="Plays calls by chance.")
    parser.add_argument("--calls", type=int, default=1_000_000, metavar="N", help="of the four scripts (%(default)s)")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="the first seed (%(default)s)")
    wanted = parser.parse_args()
    seeds, before, failed = -(-wanted.calls // 4), time.monotonic(), 0
    for wrong in play_all(wanted.first, seeds):
        failed += len(wrong)
        for each in wrong[:3]:
            print(each, flush=True)
    print(f"{4 * seeds} calls in {time.monotonic() - before:.0f} s, {failed} went wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
