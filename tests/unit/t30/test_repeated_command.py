# SPDX-License-Identifier: GPL-3.0-or-later
"""How long after our answer a post-message command without a page is a repeat, measured on pages as they are coded."""

from __future__ import annotations

import pytest

from faxcore.model.page import Coding, Page, PageFormat, Resolution, Width
from faxcore.t4 import encode_page
from faxcore.t30.capabilities import Agreement
from faxcore.t30.modulation import ALL, V17_14400, V27_2400, V27_4800, V29_9600, Modulation
from faxcore.t30.repeated_command import LONGEST_SECONDS, USUAL_SECONDS, find_repeat_window

A6_MM = 105
T4_BY_HAND = 4.5 * 1.15


def agreed(
    rung: Modulation, coding: Coding, resolution: Resolution, row_time: int = 0, width: Width = Width.A4
) -> Agreement:
    return Agreement(rung, PageFormat(width, resolution, coding), error_correction=False, row_time=row_time)


def seconds_of_white(agreement: Agreement, k: int) -> float:
    """Seconds of the carrier of a white sheet of A6 on its side, without its training."""
    wanted = agreement.format
    rows = int(A6_MM * wanted.resolution.rows_per_mm)
    white = Page(wanted.width, wanted.resolution, bytes(rows * wanted.width.value // 8))
    coded = encode_page(white, wanted.coding, k, agreement.min_row_bits)
    return len(coded) * 8 / agreement.modulation.rate


@pytest.mark.parametrize("width", Width, ids=lambda each: each.name)
@pytest.mark.parametrize("resolution", [Resolution.STANDARD, Resolution.FINE], ids=lambda each: each.value)
@pytest.mark.parametrize("coding", [Coding.MH, Coding.MR], ids=lambda each: each.value)
@pytest.mark.parametrize("rung", ALL, ids=str)
def test_a_white_page_that_is_lost_is_no_repeat_where_the_window_is_longer_than_usual(
    rung: Modulation, coding: Coding, resolution: Resolution, width: Width
) -> None:
    for row_time in (0, 5, 10, 20, 40):
        agreement = agreed(rung, coding, resolution, row_time, width)
        window = find_repeat_window(agreement)
        assert USUAL_SECONDS <= window <= LONGEST_SECONDS
        # Senders may code as many rows two-dimensionally as they like.
        assert window == USUAL_SECONDS or window < seconds_of_white(agreement, k=10_000)


@pytest.mark.parametrize(
    ("rung", "coding", "resolution", "row_time", "seconds"),
    [
        # T4 by hand, run anew behind our answer, where even the shortest page takes longer than that.
        (V17_14400, Coding.MH, Resolution.STANDARD, 20, 5.5),
        (V27_2400, Coding.MH, Resolution.FINE, 0, 5.5),
        # As long as the shortest page: T4 in full.
        (V27_4800, Coding.MH, Resolution.FINE, 0, 4.65),
        (V17_14400, Coding.MR, Resolution.FINE, 5, 3.85),
        # A page that is nearly white may come and go in the time: in doubt it is sent twice.
        (V17_14400, Coding.MH, Resolution.FINE, 0, 2.5),
        (V29_9600, Coding.MR, Resolution.STANDARD, 0, 2.5),
    ],
)
def test_the_window_of_a_format(
    rung: Modulation, coding: Coding, resolution: Resolution, row_time: int, seconds: float
) -> None:
    assert find_repeat_window(agreed(rung, coding, resolution, row_time)) == pytest.approx(seconds, abs=0.01)
    assert LONGEST_SECONDS >= T4_BY_HAND
