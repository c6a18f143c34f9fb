# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages that must not slip: how one bad piece between two EOLs is known to have been two rows.

A wrong bit in an EOL glues two rows together. Were they replaced by one, all that follows would move up a row.
Three signs tell, and none of them ever makes a row good: they only say how many rows are concealed.
"""

from __future__ import annotations

from typing import Final

from faxcore.t4.codes import EOL

FAR_LONGER: Final = 1.7
"""Measured on text and charts at bit error rates of 1e-4 and 5e-4: from 1.4 to 2 the fewest rows slip."""


def is_two_rows(bits: str, behind: int, end: int) -> bool:
    """Whether a row that is whole up to `behind` is followed by an EOL with one wrong bit, and by more.

    A zero of the EOL turned into a one: zeros, the wrong one, at most ten zeros, the right one.
    """
    wrong = bits.find("1", behind, end)
    right = bits.find("1", wrong + 1, end)
    return wrong >= 0 and right - behind >= len(EOL) - 1 and right - wrong <= len(EOL) - 1


class Lengths:
    """MH: a bad piece far longer than the good pieces before and behind it was two rows."""

    def __init__(self) -> None:
        self._doubtful: int | None = None
        self._before = 0

    def good(self, bits: int) -> bool:
        """A good piece of so many bits came; whether the bad one before it was two rows."""
        longest = max(self._before, bits)
        glued = self._doubtful is not None and self._doubtful > FAR_LONGER * longest
        self._doubtful = None
        self._before = bits
        return glued

    def bad(self, bits: int) -> None:
        """A bad piece came. Two in succession have no neighbours to be compared with."""
        self._doubtful = bits if self._doubtful is None else None

    def settled(self) -> None:
        """The last bad piece has been seen to be two rows."""
        self._doubtful = None


class Tags:
    """MR: one row in K is coded by itself, and a group with a bad row that is one short of that has lost one."""

    def __init__(self) -> None:
        self._rows = 0
        self._clean = True
        self._sizes = (0, 0)  # of the last two groups without a bad row

    def row(self, clean: bool) -> None:
        """A row was added to the page, good or concealed."""
        self._rows += 1
        self._clean = self._clean and clean

    def new_group(self) -> bool:
        """A row coded by itself comes next; whether a row is missing before it."""
        newest, older = self._sizes
        known = newest == older and newest > 1
        missing = known and not self._clean and -self._rows % newest == 1
        if self._clean:
            self._sizes = (self._rows, newest)
        self._rows = 0
        self._clean = True
        return missing
