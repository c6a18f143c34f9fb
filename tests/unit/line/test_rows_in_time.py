# SPDX-License-Identifier: GPL-3.0-or-later
"""A carrier without valid rows is no page: it is not waited for any longer than the longest row may take."""

from __future__ import annotations

import pytest

from faxcore.line.call_pages import while_rows_come
from faxcore.line.codecs import encode
from faxcore.line.pages import PageReader
from faxcore.model.page import Coding, PageFormat, Resolution, Width
from tests.support.pages import text_page

FORMAT = PageFormat(Width.A4, Resolution.FINE, Coding.MH)
RATE = 9600
SECOND = bytes(RATE // 8)


def seconds_taken(octets: bytes) -> int:
    """Seconds of this carrier, one after the other, after which it was not listened to any more; 0: to its end."""
    feed = while_rows_come(PageReader(FORMAT), RATE)
    for second, start in enumerate(range(0, len(octets), len(SECOND)), start=1):
        if not feed(octets[start : start + len(SECOND)]):
            return second
    return 0


@pytest.mark.parametrize("noise", [SECOND, b"\xff" * len(SECOND), b"\x5a" * len(SECOND)])
def test_five_seconds_without_a_row_are_the_end(noise: bytes) -> None:
    assert seconds_taken(noise * 4) == 0
    assert seconds_taken(noise * 60) == 5


def test_a_page_that_goes_on_and_a_row_just_in_time_are_heard_to_the_end() -> None:
    page = encode(text_page(Resolution.FINE, 1, rows=1200), Coding.MH, min_row_bits=400)
    rows, rtc = page[: len(page) * 3 // 4], page[len(page) * 3 // 4 :]
    assert len(rows) > 5 * len(SECOND)
    assert seconds_taken(rows) == 0
    # Fill of less than five seconds between two rows is a slow sender; more is none.
    assert seconds_taken(rows + SECOND * 4 + rtc) == -(-len(rows + SECOND * 4 + rtc) // len(SECOND))
    assert seconds_taken(rows + SECOND * 60) < len(rows) / len(SECOND) + 8
