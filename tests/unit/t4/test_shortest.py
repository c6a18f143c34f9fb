# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows in the fewest bits: they come back, here and in libtiff, and none can be made shorter."""

import itertools
import random
from collections.abc import Callable

import pytest

from faxcore.model.page import Coding
from faxcore.t4.codes import BLACK_RUNS, MODES, WHITE_RUNS
from faxcore.t4.encode import code_two_dimensional
from faxcore.t4.runs import Changes, find_changes
from faxcore.t4.shortest import code_shortest
from tests.unit.t4.helpers import decode, encode, libtiff_decode, noise_page, text_page

RUNS = (WHITE_RUNS, BLACK_RUNS)


@pytest.mark.parametrize("width", [1, 7, 64, 1728, 2624, 5200])
@pytest.mark.parametrize("coding", [Coding.MR, Coding.MMR])
@pytest.mark.parametrize("make", [text_page, noise_page])
def test_pages_come_back_and_are_not_longer(width: int, coding: Coding, make: Callable[[int, int], bytes]) -> None:
    page = make(width, 60)
    coded = encode(page, width, coding, shortest=True)
    decoder = decode(coded, width, coding)
    assert decoder.bitmap() == page
    assert (decoder.bad_rows, decoder.ended) == (0, True)
    assert len(coded) <= len(encode(page, width, coding))


@pytest.mark.parametrize("make", [text_page, noise_page])
def test_libtiff_reads_them(make: Callable[[int, int], bytes]) -> None:
    page = make(1728, 200)
    coded = encode(page, 1728, Coding.MMR, shortest=True)
    assert len(coded) < len(encode(page, 1728, Coding.MMR))
    assert libtiff_decode(coded, 1728, 200) == page


def test_mh_has_nothing_to_choose_from() -> None:
    page = text_page(1728, 20)
    assert encode(page, 1728, Coding.MH, shortest=True) == encode(page, 1728, Coding.MH)


def fewest_bits(row: Changes, above: Changes, width: int, a0: int = -1) -> int:
    """All ways there are, tried out: at each place the step that the procedure has (T.4, 4.2.1.3.3), and horizontal
    mode.
    """
    if a0 >= width:
        return 0
    black = sum(change <= a0 for change in row) % 2
    a1, a2 = ([change for change in row if change > a0] + [width, width])[:2]
    after = [change for place, change in enumerate(above) if change > a0 and place % 2 == black]
    b1 = after[0] if after else width
    b2 = min([change for change in above if change > b1], default=width)
    start = max(a0, 0)
    runs = len(RUNS[black][a1 - start]) + len(RUNS[1 - black][a2 - a1])
    found = 3 + runs + fewest_bits(row, above, width, a2)
    if b2 < a1:
        found = min(found, 4 + fewest_bits(row, above, width, b2))
    elif abs(a1 - b1) <= 3:
        found = min(found, len(MODES[a1 - b1]) + fewest_bits(row, above, width, a1))
    return found


def every_pair(width: int) -> list[tuple[Changes, Changes]]:
    rows = [find_changes((value << (-width % 8)).to_bytes(1, "big"), width) for value in range(1 << width)]
    return list(itertools.product(rows, rows))


@pytest.mark.parametrize("width", [1, 2, 3, 5, 6])
def test_nothing_is_shorter_in_narrow_rows(width: int) -> None:
    for row, above in every_pair(width):
        assert len(code_shortest(row, above, width)) == fewest_bits(row, above, width)


def test_nothing_is_shorter_in_rows_of_a_few_runs() -> None:
    chance = random.Random(1)
    shorter = 0
    for _ in range(2000):
        width = chance.randrange(8, 60)
        above = sorted(chance.sample(range(width), chance.randrange(7)))
        moved = {change + chance.randrange(-3, 4) for change in above if chance.random() < 0.9}
        row = sorted(change for change in moved if 0 <= change < width)
        found = len(code_shortest(row, above, width))
        assert found == fewest_bits(row, above, width)
        shorter += found < len(code_two_dimensional(row, above, width))
    assert shorter > 200


def test_two_edges_that_moved_far_are_two_runs() -> None:
    row, above = [10, 12], [12, 14]
    assert code_two_dimensional(row, above, 100) == MODES[-2] + MODES[-2] + MODES[0]
    assert code_shortest([2, 4], [4, 6], 100) == "001" + "0111" + "11" + MODES[0]
