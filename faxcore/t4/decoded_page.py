# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that a decoder fills: its rows, and the status of each."""

from __future__ import annotations

from typing import Final

from faxcore.t4.runs import Changes, pack, stride_of

GOOD: Final = 0
"""The row's codes filled it exactly and an EOL followed (in MMR: the next row)."""
BAD: Final = 1
"""The row's codes were wrong; it is replaced by the row above."""
LOST: Final = 2
"""The row was coded against a wrong one, or an EOL between two rows was wrong; it is replaced by the row above."""


class DecodedPage:
    """The rows so far. A row that is not good repeats the row above; the first, white."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._bitmap = bytearray()
        self._status = bytearray()
        self._row = bytes(stride_of(width))
        self._bad_run = 0
        self.above: Changes = []
        """The changes of the last row, good or not."""
        self.bad_rows = 0
        self.worst_bad_run = 0

    def __len__(self) -> int:
        return len(self._status)

    def add(self, changes: Changes) -> None:
        """Add a good row."""
        if changes != self.above:
            self._row = pack(changes, self._width)
            self.above = changes
        self._bitmap += self._row
        self._status.append(GOOD)
        self._bad_run = 0

    def conceal(self, why: int) -> None:
        """Add a copy of the row above in place of a row that could not be read, BAD or LOST."""
        self._bitmap += self._row
        self._status.append(why)
        self.bad_rows += 1
        self._bad_run += 1
        self.worst_bad_run = max(self.worst_bad_run, self._bad_run)

    def bitmap(self) -> bytes:
        """Return all rows, packed."""
        return bytes(self._bitmap)

    def status(self) -> bytes:
        """Return one octet a row: GOOD, BAD or LOST."""
        return bytes(self._status)
