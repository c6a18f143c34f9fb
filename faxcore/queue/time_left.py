# SPDX-License-Identifier: GPL-3.0-or-later
"""Estimate how long the rest of a call takes: pure.

A page takes its octets at the rate that was agreed on, a little more for frames and stuffing, and the pause behind it
in which it is confirmed. How many octets the pages to come have nobody knows before they are coded: as many as those
of this call so far on average. What pages have really taken, repetitions and all, is compared with what they should
have: if the first ones have taken twice as long, so will the others. A call whose rate changes keeps that measure.
"""

from __future__ import annotations

from typing import Final

FRAMING: Final = 1.05
"""The octets on the line for one of a page."""
PAUSE: Final = 4.0
"""Seconds from the end of a page to the next: carriers, the request for its confirmation, and that."""


class TimeLeft:
    """The time that a call will take, from what is heard of its pages."""

    def __init__(self) -> None:
        self._page = 0
        self._rate = 0
        self._octets: dict[int, int] = {}
        """By page."""
        self._began = 0.0
        """The time at which the page under way was begun for the first time."""
        self._taken = 0.0
        self._expected = 0.0
        """Seconds that the pages behind the one under way have taken, and should have."""

    def begin_page(self, page: int, octets: int, rate: int, now: float) -> None:
        """A page goes out, for the first time or again; `rate` in bits a second."""
        if page != self._page:
            if self._page:
                self._taken += now - self._began
                self._expected += _seconds_of(self._octets[self._page], self._rate)
            self._page, self._began = page, now
        self._rate = rate
        self._octets[page] = octets

    def estimate(self, pages: int, now: float) -> float:
        """Estimate the seconds left of a call for a document of so many pages; 0.0 if nothing is known yet, and one
        second at least after that: nobody knows that a call is over before it is.
        """
        if not self._page or not self._rate:
            return 0.0
        slowness = self._taken / self._expected if self._expected else 1.0
        this = slowness * _seconds_of(self._octets[self._page], self._rate) - (now - self._began)
        average = sum(self._octets.values()) / len(self._octets)
        others = max(0, pages - self._page) * slowness * _seconds_of(average, self._rate)
        return max(max(this, 0.0) + others, 1.0)


def _seconds_of(octets: float, rate: int) -> float:
    """Seconds that a page should take."""
    return octets * 8 * FRAMING / rate + PAUSE
