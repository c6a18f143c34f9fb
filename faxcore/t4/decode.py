# SPDX-License-Identifier: GPL-3.0-or-later
"""The decoder: bits from a telephone line in, rows out, and no bits can hurt it.

Theory. An MH or MR page is cut at its EOLs first, and rows are read from the pieces afterwards: eleven zeros
and a one stand in no valid row, so wherever they are an EOL is meant, or a bit was wrong. A row is good only if
its codes fill the width exactly and nothing but fill stands between them and the EOL. Any other row is concealed
by the row above. Because the search for the EOL never follows the codes, a wrong code can't eat zeros of a true
EOL, and a row never runs out of data half-way: the rows are the same however the bits are cut into chunks.

MR's tag behind the EOL says how the row is coded. Behind a bad row the row above is not what the sender saw, so
rows that depend on it are concealed unread until one comes that is coded by itself.

A wrong bit in an EOL glues two rows together; `lost_eol` tells when two rows must be concealed rather than one.

Three EOLs in a row end the page: RTC has six, two can come from noise. An MMR page has no EOLs to start again
from: it stops at the first error, and T.30 asks for the blocks again. Its end is EOFB, or the first EOL of it. A
row of it that runs out of data is read again from its start when more have come.

Growth is bounded, as promise P11 asks: by `max_rows` (in MMR one octet can be eight rows) and by the bits that
may pass without the end of a row. Both bounds, like all else, are the same however the bits are cut.
"""

from __future__ import annotations

from typing import Final

from faxcore.model.page import MAX_ROWS, Coding
from faxcore.t4 import reasons
from faxcore.t4.codes import EOL, EXTENSION, RUN_BITS
from faxcore.t4.decoded_page import BAD, LOST, DecodedPage
from faxcore.t4.lost_eol import Lengths, Tags, is_two_rows
from faxcore.t4.read_row import one_dimensional, two_dimensional
from faxcore.t4.runs import Changes

_EOLS_AT_END: Final = 3
_CHUNK: Final = 16_384
_NOTHING_MORE: Final = ("", "00110101", "0000110111")
"""What may stand behind a row that is full, before fill: nothing, or a run of nothing in the next colour, with which
efax ends the last row of a page."""


class Decoder:
    """Reads one page as the modem delivers it: `feed` until it returns False or nothing comes, then `finish`."""

    def __init__(self, width: int, coding: Coding, *, max_rows: int = MAX_ROWS) -> None:
        """Begin a page of that many pixels across; rows beyond `max_rows` break it."""
        reasons.check_page(width, coding, max_rows)
        self._width = width
        self._coding = coding
        self._max_rows = max_rows
        self._max_row_bits = reasons.max_row_bits(width)
        self._sheet = DecodedPage(width)
        self._read = self._read_mmr if coding is Coding.MMR else self._read_pieces
        self._bits = ""  # from the first bit not yet turned into rows
        self._searched = 0  # no EOL begins before this
        self._eols = 0  # in succession; 0: none yet on this page
        self._by_itself_only = False  # MR: the row above is not the sender's
        self._lengths = Lengths()
        self._tags = Tags()
        self.ended = False
        """RTC or EOFB came: the sender has said all."""
        self.broken: str | None = None
        """Why decoding can't go on, in words; None while it can."""

    @property
    def rows(self) -> int:
        """Rows so far, concealed ones included."""
        return len(self._sheet)

    @property
    def bad_rows(self) -> int:
        """Rows that were concealed by the row above."""
        return self._sheet.bad_rows

    @property
    def worst_bad_run(self) -> int:
        """The most bad rows in succession."""
        return self._sheet.worst_bad_run

    def status(self) -> bytes:
        """One octet a row: sheet.GOOD, sheet.BAD or sheet.LOST."""
        return self._sheet.status()

    def bitmap(self) -> memoryview:
        """The rows so far, packed, most significant bit first, 1 = black. It stays as it is when more is fed."""
        return memoryview(self._sheet.bitmap())

    @property
    def waiting_bits(self) -> int:
        """Bits that are kept until the rest of their row has come."""
        return len(self._bits)

    def feed(self, chunk: bytes | bytearray | memoryview) -> bool:
        """Read what came; False once the page has ended or can't go on: further bits are not looked at."""
        for at in range(0, len(chunk), _CHUNK):
            if self._over():
                break
            # The octet in front keeps leading zeros, and goes again with "0b1".
            self._bits += bin(int.from_bytes(b"\1" + bytes(chunk[at : at + _CHUNK]), "big"))[3:]
            self._read(False)
        if self._over():
            self._bits = ""
        return not self._over()

    def finish(self) -> None:
        """The data have ended, with or without RTC or EOFB: read what is left."""
        if not self._over():
            self._read(True)
        self._bits = ""

    def _over(self) -> bool:
        return self.ended or self.broken is not None

    def _break(self, reason: int) -> None:
        self.broken = reasons.sentence(reason, self.rows + 1, self._width, self._max_rows)

    def _has_room(self) -> bool:
        if len(self._sheet) >= self._max_rows:
            self._break(reasons.TOO_MANY_ROWS)
        return self.broken is None

    # MH and MR: pieces between EOLs

    def _read_pieces(self, last: bool) -> None:
        bits = self._bits
        begin = 0
        tag = 1 if self._coding is Coding.MR else 0
        while not self._over():
            end = bits.find(EOL, max(begin + tag if self._eols else 0, self._searched))
            if end < 0:
                self._searched = max(self._searched, len(bits) - len(EOL) + 1)
            if max(end, self._searched) - begin > self._max_row_bits:
                self._break(reasons.NO_END_OF_ROW)
            if end < 0:
                break
            if not self._over():
                self._piece(bits, begin, end, tag)
            begin = self._searched = end + len(EOL)
        if last and not self._over() and bits.find("1", begin + tag) >= 0:
            # A sender that leaves the RTC away: the end of the data is as good as an EOL.
            self._piece(bits + "0" * RUN_BITS, begin, len(bits), tag)
        self._bits = bits[begin:]
        self._searched = max(0, self._searched - begin)

    def _piece(self, bits: str, begin: int, end: int, tag: int) -> None:
        if self._eols == 0:  # what stands before the first EOL is the end of the training
            self._eols = 1
        elif bits.find("1", begin + tag, end) < 0:
            self._eols += 1
            self.ended = self._eols == _EOLS_AT_END
        else:
            self._eols = 1
            if self._has_room():
                self._framed_row(bits, begin, end, tag)

    def _framed_row(self, bits: str, begin: int, end: int, tag: int) -> None:
        start = begin + tag
        if not tag or bits[begin] == "1":
            if tag and self._tags.new_group():
                self._conceal(LOST)
            changes, pos = one_dimensional(bits, start, self._width)
        elif self._by_itself_only:
            self._conceal(LOST)
            return
        else:
            changes, pos = two_dimensional(bits, start, self._sheet.above, self._width)
        if changes is not None and pos <= end and bits[pos:end].rstrip("0") in _NOTHING_MORE:
            self._good_row(changes, end - begin, tag)
        else:
            self._bad_row(end - begin, changes is not None and is_two_rows(bits, pos, end))

    def _good_row(self, changes: Changes, size: int, tag: int) -> None:
        if not tag and self._lengths.good(size):
            self._conceal(LOST)
        if self._has_room():
            self._sheet.add(changes)
            self._tags.row(True)
        self._by_itself_only = False

    def _bad_row(self, size: int, two: bool) -> None:
        self._conceal(BAD)
        self._by_itself_only = True
        if two:
            self._lengths.settled()
            self._conceal(LOST)
        else:
            self._lengths.bad(size)

    def _conceal(self, why: int) -> None:
        if self._has_room():
            self._sheet.conceal(why)
            self._tags.row(False)

    # MMR: row behind row

    def _read_mmr(self, last: bool) -> None:
        bits = self._bits + "0" * RUN_BITS  # no code is all zeros: what reaches into these has not come whole
        pos = 0
        length = len(self._bits)
        while not self._over():
            if bits.startswith("0000000", pos):
                self._end_of_block(bits, pos, length)
                break
            changes, behind = two_dimensional(bits, pos, self._sheet.above, self._width)
            if changes is None or behind > length:
                self._stop(bits, behind, length, last)
                break
            if self._has_room():
                self._sheet.add(changes)
            pos = behind
        self._bits = bits[pos:length]

    def _end_of_block(self, bits: str, pos: int, length: int) -> None:
        one = bits.find("1", pos)
        if (one if one >= 0 else length) - pos > self._max_row_bits:
            self._break(reasons.NO_END_OF_ROW)
        elif one - pos >= len(EOL) - 1:
            self.ended = True
        elif one >= 0:
            self._break(reasons.NO_CODE)

    def _stop(self, bits: str, wrong: int, length: int, last: bool) -> None:
        """A row could not be read: wait for more data, or say why not."""
        if wrong + RUN_BITS > length:
            if last:
                self._break(reasons.DATA_END)
        elif bits.startswith(EXTENSION, wrong):
            self._break(reasons.UNCOMPRESSED)
        elif bits.startswith(EOL, wrong):
            self._break(reasons.ENDS_IN_ROW)
        else:
            self._break(reasons.NO_ROW)
