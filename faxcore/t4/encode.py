# SPDX-License-Identifier: GPL-3.0-or-later
"""The encoder: rows in, bits out (T.4, clause 4, and T.6, clause 2).

An MH or MR page is EOL, row, fill, EOL, row, fill, ... and six EOLs (RTC). In MR every EOL is followed by a tag:
1 when the row behind it is coded by itself, 0 when it is coded against the row above; at most K-1 rows in
succession are. An MMR page is row, row, ... EOFB, all coded against the row above, the first against white.

Fill makes up the time that the receiving terminal needs for a row (DIS bits 21 to 23); it counts from the EOL
before the row to the end of the fill. Bits go out most significant bit first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from faxcore.model.page import Coding
from faxcore.t4 import reasons
from faxcore.t4.codes import BLACK_RUNS, EOFB, EOL, HORIZONTAL, MODES, PASS, RTC_EOLS, WHITE_RUNS
from faxcore.t4.runs import Changes, find_changes, stride_of
from faxcore.t4.shortest import code_shortest

_PASS = MODES[PASS]
_HORIZONTAL = MODES[HORIZONTAL]
_RUNS = (WHITE_RUNS, BLACK_RUNS)


class Encoder:
    """Codes one page as it is rendered: `add_rows` as often as there are rows, `take` what is ready, `finish`."""

    def __init__(
        self,
        width: int,
        coding: Coding,
        *,
        k: int = 4,
        min_row_bits: int = 0,
        align_eol: bool = False,
        shortest: bool = False,
    ) -> None:
        """Begin a page.

        `k` is MR's K: 2 at standard resolution, 4 at fine. `min_row_bits` is the minimum row time at the rate
        in use, in bits. `align_eol` makes the EOL before each row end with an octet. MMR has none of these.
        `shortest` codes rows against the row above in the fewest bits; see `shortest.py`.
        """
        reasons.check_encoding(width, coding, k)
        self._width = width
        self._coding = coding
        self._k = k
        self._min_row_bits = min_row_bits
        self._align_eol = align_eol
        self._against_above = code_shortest if shortest else code_two_dimensional
        self._above: Changes = []
        self._above_row = bytes(stride_of(width))
        self._coded_above = 0  # rows since the last one that was coded by itself; 0: none yet
        self._parts: list[str] = []
        self._bits = 0  # on the line so far: what octet alignment depends on

    def add_rows(self, data: bytes | bytearray | memoryview) -> None:
        """Code any number of packed rows, 1 = black, each beginning with an octet."""
        stride = stride_of(self._width)
        data = bytes(data)
        reasons.check_rows(len(data), stride)
        for at in range(0, len(data), stride):
            self._code_row(data[at : at + stride])

    def take(self) -> bytes:
        """Take the whole octets that are ready and were not taken before."""
        text = "".join(self._parts)
        whole = len(text) - len(text) % 8
        self._parts = [text[whole:]]
        return int(text[:whole], 2).to_bytes(whole // 8, "big") if whole else b""

    def finish(self) -> bytes:
        """End the page with RTC or EOFB, padded with zeros to an octet, and take the rest of it."""
        if self._coding is Coding.MMR:
            self._put(EOFB)
        else:
            tag = "1" if self._coding is Coding.MR else ""
            self._put(self._make_alignment() + (EOL + tag) * RTC_EOLS)
        self._put("0" * (-self._bits % 8))
        return self.take()

    def _code_row(self, row: bytes) -> None:
        changes = self._above if row == self._above_row else find_changes(row, self._width)
        if self._coding is Coding.MMR:
            self._put(self._against_above(changes, self._above, self._width))
        else:
            self._code_row_with_eol(changes)
        self._above = changes
        self._above_row = row

    def _code_row_with_eol(self, changes: Changes) -> None:
        by_itself = self._coding is Coding.MH or self._coded_above % self._k == 0
        self._coded_above += 1
        tag = "" if self._coding is Coding.MH else str(int(by_itself))
        width = self._width
        codes = code_one_dimensional(changes, width) if by_itself else self._against_above(changes, self._above, width)
        coded = EOL + tag + codes
        self._put(self._make_alignment() + coded + "0" * (self._min_row_bits - len(coded)))

    def _make_alignment(self) -> str:
        return "0" * (-(self._bits + len(EOL)) % 8) if self._align_eol else ""

    def _put(self, bits: str) -> None:
        self._bits += len(bits)
        self._parts.append(bits)


def code_one_dimensional(changes: Changes, width: int) -> str:
    """Code a row by itself: the lengths of its runs, white first (T.4, 4.1.1)."""
    return "".join(_run_codes([*changes, width]))


def _run_codes(ends: Sequence[int]) -> Iterator[str]:
    begin = 0
    for index, end in enumerate(ends):
        yield _RUNS[index & 1][end - begin]
        begin = end


def code_two_dimensional(changes: Changes, above: Changes, width: int) -> str:
    """Code a row as its differences from the row above (T.4, 4.2.1.3; T.6, 2.2.5).

    a0, a1, a2, b1 and b2 are the Recommendation's. `i` is the index of a1 in the row, `j` that of b1 in the row
    above: always of the same parity, for b1 is a change to the same colour as a1.
    """
    if changes == above:
        return MODES[0] * (len(changes) + 1)
    row = [*changes, width, width]
    ref = [*above, width, width, width, width]
    codes: list[str] = []
    a0, i, j = -1, 0, 0
    while a0 < width:
        a1, b1 = row[i], ref[j]
        distance = a1 - b1
        if distance > 0 and ref[j + 1] < a1:
            codes.append(_PASS)
            a0 = ref[j + 1]
            j += 2
        elif -3 <= distance <= 3:
            codes.append(MODES[distance])
            a0 = a1
            i += 1
            j += -1 if j and distance < 0 else 1
        else:
            a2 = row[i + 1]
            start = a0 if a0 > 0 else 0
            codes.append(_HORIZONTAL + _RUNS[i & 1][a1 - start] + _RUNS[1 - (i & 1)][a2 - a1])
            a0 = a2
            i += 2
        while ref[j] <= a0 < width:
            j += 2
    return "".join(codes)
