# SPDX-License-Identifier: GPL-3.0-or-later
"""The decoder: bits from a telephone line in, rows out, and no bits can hurt it.

Theory. An MH or MR page is cut at its EOLs first, and rows are read from the spans between them afterwards: no valid
row contains eleven zeros and a one, so wherever they are, an EOL is meant, or a bit was wrong. A row is good only if
its codes fill the width exactly and nothing but fill is between them and the EOL. Any other row is concealed by the
row above. Because the search for the EOL never follows the codes, a wrong code cannot swallow zeros of a true EOL, and
a row never runs out of data half-way: the rows are the same however the bits are cut into chunks.

MR's tag after the EOL says how the row is coded. After a bad row the row above is not the one that the sender had, so
rows that depend on it are concealed unread until one comes that is coded by itself.

A wrong bit in an EOL joins two rows; `lost_eol` tells when two rows must be concealed rather than one.

Three EOLs in a row end the page: RTC has six, two can come from noise. An MMR page has no EOLs to start again
from: it stops at the first error, and T.30 asks for the blocks again. Its end is EOFB, or the first EOL of it. A
row of it that runs out of data is read again from its start when more have come.

Growth is bounded, as promise P11 asks: by `max_rows` (in MMR one octet can be eight rows) and by the bits that
may pass without the end of a row. Both bounds, like the rows, are the same however the bits are cut.
"""

from __future__ import annotations

from typing import Final

from faxcore.model.page import MAX_ROWS, Coding
from faxcore.t4 import reasons
from faxcore.t4.codes import EOL, EXTENSION, RUN_BITS
from faxcore.t4.decoded_page import BAD, LOST, DecodedPage
from faxcore.t4.lost_eol import LengthCheck, TagCheck, is_two_rows
from faxcore.t4.read_row import read_one_dimensional, read_two_dimensional
from faxcore.t4.runs import Changes

_EOLS_AT_END: Final = 3
_CHUNK: Final = 16_384
_NOTHING_MORE: Final = ("", "00110101", "0000110111")
"""Bits that may follow a full row, before fill: none, or a run of length 0 in the next colour, with which efax ends the
last row of a page."""


class Decoder:
    """Reads one page as the modem delivers it: `feed` until it returns False or nothing comes, then `finish`."""

    def __init__(self, width: int, coding: Coding, *, max_rows: int = MAX_ROWS) -> None:
        """Begin a page of that many pixels across; rows beyond `max_rows` break it."""
        reasons.check_page(width, coding, max_rows)
        self._width = width
        self._coding = coding
        self._max_rows = max_rows
        self._max_row_bits = reasons.max_row_bits(width)
        self._page = DecodedPage(width)
        self._read = self._read_mmr if coding is Coding.MMR else self._read_spans
        self._bits = ""  # from the first bit not yet turned into rows
        self._searched = 0  # no EOL begins before this
        self._eols = 0  # in succession; 0: none yet on this page
        self._by_itself_only = False  # MR: the row above is not the sender's
        self._lengths = LengthCheck()
        self._tags = TagCheck()
        self.ended = False
        """True once RTC or EOFB has come: the page is whole."""
        self.broken: str | None = None
        """The reason, in words, why decoding cannot go on; None while it can."""

    @property
    def rows(self) -> int:
        """The number of rows so far, including concealed ones."""
        return len(self._page)

    @property
    def bad_rows(self) -> int:
        """The number of rows that were concealed by the row above."""
        return self._page.bad_rows

    @property
    def worst_bad_run(self) -> int:
        """The most bad rows in succession."""
        return self._page.worst_bad_run

    def status(self) -> bytes:
        """Return one octet a row: decoded_page.GOOD, BAD or LOST."""
        return self._page.status()

    def bitmap(self) -> memoryview:
        """Return the rows so far, packed, most significant bit first, 1 = black. Feeding more does not change it."""
        return memoryview(self._page.bitmap())

    @property
    def waiting_bits(self) -> int:
        """Bits that are kept until the rest of their row has come."""
        return len(self._bits)

    def feed(self, chunk: bytes | bytearray | memoryview) -> bool:
        """Read more bits; False once the page has ended or cannot go on: further bits are not looked at."""
        for at in range(0, len(chunk), _CHUNK):
            if self._is_over():
                break
            # The octet in front keeps leading zeros, and goes again with "0b1".
            self._bits += bin(int.from_bytes(b"\1" + bytes(chunk[at : at + _CHUNK]), "big"))[3:]
            self._read(False)
        if self._is_over():
            self._bits = ""
        return not self._is_over()

    def finish(self) -> None:
        """Read the rest of the bits, after the end of the data, with or without RTC or EOFB."""
        if not self._is_over():
            self._read(True)
        self._bits = ""

    def _is_over(self) -> bool:
        return self.ended or self.broken is not None

    def _break(self, reason: int) -> None:
        self.broken = reasons.format_reason(reason, self.rows + 1, self._width, self._max_rows)

    def _has_room(self) -> bool:
        if len(self._page) >= self._max_rows:
            self._break(reasons.TOO_MANY_ROWS)
        return self.broken is None

    # MH and MR: spans between EOLs

    def _read_spans(self, last: bool) -> None:
        bits = self._bits
        begin = 0
        tag = 1 if self._coding is Coding.MR else 0
        while not self._is_over():
            end = bits.find(EOL, max(begin + tag if self._eols else 0, self._searched))
            if end < 0:
                self._searched = max(self._searched, len(bits) - len(EOL) + 1)
            if max(end, self._searched) - begin > self._max_row_bits:
                self._break(reasons.NO_END_OF_ROW)
            if end < 0:
                break
            if not self._is_over():
                self._read_span(bits, begin, end, tag)
            begin = self._searched = end + len(EOL)
        if last and not self._is_over() and bits.find("1", begin + tag) >= 0:
            # The sender has left out the RTC: the end of the data is as good as an EOL.
            self._read_span(bits + "0" * RUN_BITS, begin, len(bits), tag)
        self._bits = bits[begin:]
        self._searched = max(0, self._searched - begin)

    def _read_span(self, bits: str, begin: int, end: int, tag: int) -> None:
        if self._eols == 0:  # the bits before the first EOL are the end of the training
            self._eols = 1
        elif bits.find("1", begin + tag, end) < 0:
            self._eols += 1
            self.ended = self._eols == _EOLS_AT_END
        else:
            self._eols = 1
            if self._has_room():
                self._read_framed_row(bits, begin, end, tag)

    def _read_framed_row(self, bits: str, begin: int, end: int, tag: int) -> None:
        start = begin + tag
        if not tag or bits[begin] == "1":
            if tag and self._tags.begin_group():
                self._conceal(LOST)
            changes, pos = read_one_dimensional(bits, start, self._width)
        elif self._by_itself_only:
            self._conceal(LOST)
            return
        else:
            changes, pos = read_two_dimensional(bits, start, self._page.above, self._width)
        if changes is not None and pos <= end and bits[pos:end].rstrip("0") in _NOTHING_MORE:
            self._add_good_row(changes, end - begin, tag)
        else:
            self._conceal_bad_row(end - begin, changes is not None and is_two_rows(bits, pos, end))

    def _add_good_row(self, changes: Changes, size: int, tag: int) -> None:
        if not tag and self._lengths.note_good(size):
            self._conceal(LOST)
        if self._has_room():
            self._page.add(changes)
            self._tags.note_row(True)
        self._by_itself_only = False

    def _conceal_bad_row(self, size: int, two: bool) -> None:
        self._conceal(BAD)
        self._by_itself_only = True
        if two:
            self._lengths.forget_bad()
            self._conceal(LOST)
        else:
            self._lengths.note_bad(size)

    def _conceal(self, why: int) -> None:
        if self._has_room():
            self._page.conceal(why)
            self._tags.note_row(False)

    # MMR: row after row

    def _read_mmr(self, last: bool) -> None:
        bits = self._bits + "0" * RUN_BITS  # no code is all zeros: a code that reaches into these is incomplete
        pos = 0
        length = len(self._bits)
        while not self._is_over():
            if bits.startswith("0000000", pos):
                self._read_end_of_block(bits, pos, length)
                break
            changes, behind = read_two_dimensional(bits, pos, self._page.above, self._width)
            if changes is None or behind > length:
                self._report_bad_row(bits, behind, length, last)
                break
            if self._has_room():
                self._page.add(changes)
            pos = behind
        self._bits = bits[pos:length]

    def _read_end_of_block(self, bits: str, pos: int, length: int) -> None:
        one = bits.find("1", pos)
        if (one if one >= 0 else length) - pos > self._max_row_bits:
            self._break(reasons.NO_END_OF_ROW)
        elif one - pos >= len(EOL) - 1:
            self.ended = True
        elif one >= 0:
            self._break(reasons.NO_CODE)

    def _report_bad_row(self, bits: str, wrong: int, length: int, last: bool) -> None:
        """Handle a row that could not be read: wait for more data, or report why."""
        if wrong + RUN_BITS > length:
            if last:
                self._break(reasons.DATA_END)
        elif bits.startswith(EXTENSION, wrong):
            self._break(reasons.UNCOMPRESSED)
        elif bits.startswith(EOL, wrong):
            self._break(reasons.ENDS_IN_ROW)
        else:
            self._break(reasons.NO_ROW)
