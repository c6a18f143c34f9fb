# SPDX-License-Identifier: GPL-3.0-or-later
"""Detect a corrupted EOL: one damaged span between two EOLs that held two rows.

A wrong bit in an EOL joins two rows. If they were replaced by one, all that follows would move up by a row. Three signs
tell of it, and none of them ever makes a row good: they only tell how many rows are concealed.
"""

from __future__ import annotations

from typing import Final

from faxcore.t4.codes import EOL

FAR_LONGER: Final = 1.7
"""The ratio of lengths from which a bad span counts as two rows. Measured on text and charts at bit error rates of 1e-4
and 5e-4: with 1.4 to 2 the fewest rows are displaced."""


def is_two_rows(bits: str, behind: int, end: int) -> bool:
    """Return whether a row that is whole up to `behind` is followed by an EOL with one wrong bit, and by more.

    Then a zero of the EOL has become a one: zeros, the wrong one, at most ten zeros, the right one.
    """
    wrong = bits.find("1", behind, end)
    right = bits.find("1", wrong + 1, end)
    return wrong >= 0 and right - behind >= len(EOL) - 1 and right - wrong <= len(EOL) - 1


class LengthCheck:
    """Compares lengths, for MH: a bad span far longer than the good spans before and after it was two rows."""

    def __init__(self) -> None:
        self._doubtful: int | None = None
        self._before = 0

    def note_good(self, bits: int) -> bool:
        """Note a good span of so many bits; returns whether the bad one before it was two rows."""
        longest = max(self._before, bits)
        glued = self._doubtful is not None and self._doubtful > FAR_LONGER * longest
        self._doubtful = None
        self._before = bits
        return glued

    def note_bad(self, bits: int) -> None:
        """Note a bad span. Two in succession have no neighbours to be compared with."""
        self._doubtful = bits if self._doubtful is None else None

    def forget_bad(self) -> None:
        """Forget the last bad span: it is already known to be two rows."""
        self._doubtful = None


class TagCheck:
    """Counts rows between tags, for MR: one row in K is coded by itself, and a group with a bad row that has one row
    less than K has lost one.
    """

    def __init__(self) -> None:
        self._rows = 0
        self._clean = True
        self._sizes = (0, 0)  # of the last two groups without a bad row

    def note_row(self, clean: bool) -> None:
        """Note a row that was added to the page, good or concealed."""
        self._rows += 1
        self._clean = self._clean and clean

    def begin_group(self) -> bool:
        """Begin a group with a row coded by itself; returns whether a row is missing before it."""
        newest, older = self._sizes
        known = newest == older and newest > 1
        missing = known and not self._clean and -self._rows % newest == 1
        if self._clean:
            self._sizes = (self._rows, newest)
        self._rows = 0
        self._clean = True
        return missing
