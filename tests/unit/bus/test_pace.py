# SPDX-License-Identifier: GPL-3.0-or-later
"""Many questions at once are answered one in each turn of the event loop: whatever else has come waits for one only."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext

from faxcore.bus.pace import LONGEST_REST, REST, Pace
from tests.support.virtual_time import VirtualLoop


async def count_turns(turns: list[int]) -> None:
    while True:
        turns[0] += 1
        await asyncio.sleep(0)


def test_one_is_let_through_in_each_turn_in_their_order() -> None:
    async def main() -> list[tuple[int, int]]:
        pace, turns, through = Pace(), [0], []

        async def ask(name: int) -> None:
            await pace.turn()
            through.append((name, turns[0]))

        counting = asyncio.ensure_future(count_turns(turns))
        await asyncio.gather(*map(ask, range(10)))
        counting.cancel()
        return through

    through = asyncio.run(main())
    assert [name for name, _turn in through] == list(range(10))
    assert len({turn for _name, turn in through}) == 10, "no two in one turn"
    assert through[-1][1] - through[0][1] < 30, "and nobody waits for nothing"


def test_who_comes_alone_is_let_through_at_once() -> None:
    async def main() -> list[int]:
        pace, turns, through = Pace(), [0], []
        counting = asyncio.ensure_future(count_turns(turns))
        await asyncio.sleep(0)
        for _ in range(3):
            before = turns[0]
            await pace.turn()
            through.append(turns[0] - before)
            for _ in range(3):
                await asyncio.sleep(0)
        counting.cancel()
        return through

    assert asyncio.run(main()) == [0, 0, 0]


def test_one_that_is_broken_off_keeps_nobody_from_their_turn() -> None:
    async def main() -> list[str]:
        pace, through = Pace(), []

        async def ask(name: str) -> None:
            await pace.turn()
            through.append(name)

        asked = [asyncio.ensure_future(ask(name)) for name in "abcd"]
        await asyncio.sleep(0)
        asked[1].cancel()
        asked[2].cancel()
        async with asyncio.timeout(10):
            await asked[3]
        return through

    assert asyncio.run(main()) == ["a", "d"]


def ask_three(hurried: bool) -> list[float]:
    """Give the times at which three questions were let through, the answer to each of which takes ten milliseconds."""

    async def main() -> list[float]:
        loop, pace, through = asyncio.get_running_loop(), Pace(), []
        assert isinstance(loop, VirtualLoop)

        async def ask() -> None:
            await pace.turn()
            through.append(round(loop.time(), 3))
            loop.jump(0.01)

        with pace.hurried() if hurried else nullcontext():
            await asyncio.gather(ask(), ask(), ask())
        return through

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main())


def test_questions_rest_while_a_fax_is_handed_in_and_only_then() -> None:
    assert ask_three(hurried=True) == [0, 0.01 + 0.01 * REST, 0.02 + 0.02 * REST]
    assert ask_three(hurried=False) == [0, 0.01, 0.02]


def test_a_turn_that_took_long_for_another_reason_keeps_nobody_waiting() -> None:
    async def main() -> float:
        loop, pace = asyncio.get_running_loop(), Pace()
        assert isinstance(loop, VirtualLoop)
        with pace.hurried():
            await pace.turn()
            loop.jump(60)
            await pace.turn()
        return loop.time()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        assert runner.run(main()) == 60 + LONGEST_REST
