# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The decoder, compiled: the twin of `decode.py`, whose theory and rules for keeping rows hold here too.

In place of its generators there are stages here, each of which tells whether it made progress or must wait for octets.
Rows are made in `stripe.pyx` and `read_row.pyx`. They go into a block, and into one twice as long when it is full; a
view that `bitmap` has returned keeps its block.
"""

cimport cython
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from libc.stdint cimport int64_t, uint8_t
from libc.string cimport memcpy, memmove

from faxcore.block cimport Block
from faxcore.t85.compiled.octets cimport load32
from faxcore.t85.compiled.stripe cimport Stripe

from faxcore.model.page import MAX_ROWS
from faxcore.t85 import image_header, reasons
from faxcore.t85.template import THREE_LINES, TWO_LINES

cdef enum:
    CHUNK = 16384
    FIRST_BLOCK = 524288
    ESC = 0xFF
    ABSENT = -1

cdef enum Stage:
    HEADER  # the header is to come
    SEGMENTS  # floating segments, or a stripe's first octet
    ROWS  # octets of a stripe whose rows are not all there
    SURPLUS  # the end of a stripe whose rows are all there
    BEHIND  # floating segments after a stripe whose length they may change

cdef enum Outcome:
    ALL_ROWS, NEW_BLOCK, NEW_SHIFT, MORE_OCTETS, TOO_MANY

assert image_header.ESC == ESC
cdef int _SDNORM = image_header.SDNORM, _SDRST = image_header.SDRST
cdef int _NEWLEN = image_header.NEWLEN, _ATMOVE = image_header.ATMOVE, _COMMENT = image_header.COMMENT
cdef int64_t _UNKNOWN = image_header.UNKNOWN
cdef int _HEADER_OCTETS = image_header.HEADER_OCTETS
cdef int64_t _MAX_IDLE = reasons.MAX_IDLE, _MAX_SURPLUS = reasons.MAX_SURPLUS


@cython.final
cdef class Decoder:
    """Reads one page as the modem delivers it: `feed` until it returns False or nothing comes, then `finish`."""

    cdef readonly object ended
    cdef readonly object broken
    cdef int _width, _nearest, _max_shift
    cdef bint _over, _finishing, _reset_follows, _length_may_come
    cdef Py_ssize_t _stride
    cdef Stage _stage

    # Octets that were not looked at yet
    cdef uint8_t *_data
    cdef Py_ssize_t _data_at, _data_end, _data_room
    cdef int64_t _idle

    cdef Stripe _stripe
    cdef int64_t _first, _rows_per_stripe, _length, _max_rows
    cdef dict _next_moves  # of the adaptive pixel, in the next stripe

    cdef Block _block
    cdef uint8_t *_bitmap
    cdef int64_t _rows, _row_room

    def __cinit__(self, width, *, max_rows=MAX_ROWS):
        """Begin a page of that many pixels across; rows beyond `max_rows` break it."""
        reasons.check_page(width, max_rows)
        self._width = width
        self._max_rows = min(max_rows, _UNKNOWN)
        self._stride = (self._width + 7) >> 3
        self._make_block(max(1, min(self._max_rows, FIRST_BLOCK // self._stride)))
        self._next_moves = {}
        self.ended = False
        self.broken = None

    def __dealloc__(self):
        PyMem_Free(self._data)

    @property
    def rows(self) -> int:
        """The number of rows so far."""
        return self._rows

    @property
    def bad_rows(self) -> int:
        """The number of rows that were concealed: 0, because decoding stops at the first error."""
        return 0

    @property
    def worst_bad_run(self) -> int:
        """The most bad rows in succession: 0."""
        return 0

    def status(self) -> bytes:
        """Return one octet a row, as in faxcore.t4: 0, good."""
        return bytes(self._rows)

    def bitmap(self) -> memoryview:
        """Return the rows so far, packed, most significant bit first, 1 = black: not a copy, but feeding more does not
        change it.
        """
        self._block.filled = self._rows * self._stride
        return memoryview(self._block)

    def feed(self, chunk) -> bool:
        """Read more octets; False once the page has ended or cannot go on: further octets are not looked at."""
        cdef Py_buffer view
        cdef Py_ssize_t at = 0, size
        PyObject_GetBuffer(chunk, &view, PyBUF_SIMPLE)
        try:
            while at < view.len and not self._over:
                size = min(CHUNK, view.len - at)
                self._take_in(<const uint8_t *>view.buf + at, size)
                at += size
                self._go_on()
        finally:
            PyBuffer_Release(&view)
        return not self._over

    def finish(self) -> None:
        """End the data: a page without all its rows is broken."""
        if self._over:
            return
        self._finishing = True
        self._go_on()
        if not self._over:
            if self._rows and self._rows >= self._length:
                self._end()
            else:
                self._break(reasons.data_end(self._rows + 1))

    cdef int _end(self) except -1:
        self.ended = True
        self._over = True
        return 0

    cdef int _break(self, reason) except -1:
        self.broken = reason
        self._over = True
        return 0

    # Memory

    cdef int _take_in(self, const uint8_t *chunk, Py_ssize_t size) except -1:
        """Append the octets to those that were not looked at."""
        cdef Py_ssize_t left = self._data_end - self._data_at
        cdef uint8_t *data
        if left + size > self._data_room:
            data = <uint8_t *>PyMem_Realloc(self._data, 2 * (left + size))
            if data == NULL:
                raise MemoryError
            self._data = data
            self._data_room = 2 * (left + size)
        if self._data_at:
            memmove(self._data, self._data + self._data_at, left)
        memcpy(self._data + left, chunk, size)
        self._data_at = 0
        self._data_end = left + size
        return 0

    cdef int _make_block(self, int64_t rows) except -1:
        """Make room for so many rows, and move those that are there."""
        block = Block(rows * self._stride)
        if self._rows:
            memcpy(block.octets, self._bitmap, self._rows * self._stride)
        self._block = block
        self._bitmap = block.octets
        self._row_room = rows
        return 0

    # The page, one stage after the other

    cdef int _go_on(self) except -1:
        """Read as far as the octets allow."""
        cdef bint goes_on = True
        while goes_on and not self._over:
            if self._stage == HEADER:
                goes_on = self._read_header()
            elif self._stage == SEGMENTS:
                goes_on = self._read_segments()
            elif self._stage == ROWS:
                goes_on = self._read_rows()
            elif self._stage == SURPLUS:
                goes_on = self._read_surplus()
            else:
                goes_on = self._read_behind()
        return 0

    cdef bint _read_header(self) except -1:
        if self._data_end < _HEADER_OCTETS:
            return False
        try:
            bih = image_header.ImageHeader.read(<bytes>self._data[:_HEADER_OCTETS])
            bih.check_agreed(self._width, self._max_rows)
        except image_header.HeaderRefused as reason:
            self._break(str(reason))
            return False
        self._data_at = _HEADER_OCTETS
        self._stripe = Stripe(self._width, bih.two_line_template, bih.typical_prediction)
        self._nearest = (TWO_LINES if bih.two_line_template else THREE_LINES).nearest_shift
        self._max_shift = bih.max_at_shift
        self._rows_per_stripe = bih.rows_per_stripe
        self._length = bih.rows
        self._length_may_come = bih.length_may_change
        self._stage = SEGMENTS
        return True

    cdef bint _read_segments(self) except -1:
        cdef int found = 1
        while found == 1:
            found = self._read_segment()
        if self._over or found == ABSENT:
            return False
        self._first = self._rows
        self._stripe.begin(self._next_moves)
        self._next_moves = {}
        self._stage = ROWS
        return True

    cdef inline int64_t _stripe_end(self) noexcept nogil:
        return min(self._first + self._rows_per_stripe, self._length)

    cdef int _take_octets(self) except -1:
        self._data_at += self._stripe.take_in(self._data + self._data_at, self._data_end - self._data_at)
        return 0

    cdef bint _read_rows(self) except -1:
        cdef Outcome outcome
        self._take_octets()
        if not self._stripe.try_start():
            return False
        while True:
            with nogil:
                outcome = self._read_stripe()
            if outcome == NEW_BLOCK:
                self._make_block(min(self._max_rows, 2 * self._row_room))
            elif outcome == NEW_SHIFT:
                self._stripe.follow_move()
            else:
                break
        if outcome == TOO_MANY:
            self._break(reasons.too_many_rows(self._max_rows))
        elif outcome == MORE_OCTETS:
            return self._stripe.data_ended and self._read_end_of_stripe()
        elif self._stripe.complete:
            self._finish_stripe()
        else:
            self._stage = SURPLUS
        return True

    cdef Outcome _read_stripe(self) noexcept nogil:
        """Read rows of the stripe, as many as the octets make."""
        cdef const uint8_t *row
        cdef int64_t end = self._stripe_end()
        cdef int64_t limit, _
        while self._rows < end:
            if self._rows == self._row_room and self._row_room < self._max_rows:
                return NEW_BLOCK
            if self._rows - self._first == self._stripe.next_move:
                return NEW_SHIFT
            row = self._stripe.read_row()
            if row == NULL:
                return MORE_OCTETS
            if self._rows == self._max_rows:
                return TOO_MANY
            self._keep_row(row)
            limit = min(end, self._row_room, self._first + self._stripe.next_move)
            for _ in range(self._stripe.count_repeats(limit - self._rows)):
                self._keep_row(row)
        return ALL_ROWS

    cdef inline void _keep_row(self, const uint8_t *row) noexcept nogil:
        memcpy(self._bitmap + self._rows * self._stride, row, self._stride)
        self._rows += 1
        self._idle = 0

    cdef bint _read_surplus(self) except -1:
        self._take_octets()
        if self._stripe.surplus() > _MAX_SURPLUS:
            self._break(reasons.surplus(self._rows + 1))
        return self._stripe.data_ended and self._read_end_of_stripe()

    cdef bint _read_behind(self) except -1:
        cdef int found = 1
        while found == 1:
            found = self._read_segment()
        if self._over:
            return False
        if found == ABSENT:
            if not self._finishing:
                return False
            if self._length == _UNKNOWN:
                self._break(reasons.length_missing(self._rows + 1))
                return False
        if self._rows < self._stripe_end():
            self._stage = ROWS
        else:
            self._finish_stripe()
        return True

    # Markers

    cdef bint _read_end_of_stripe(self) except -1:
        """Read the marker after the stripe's data, which has arrived."""
        cdef int code
        if self._over:
            return False
        code = self._data[self._data_at + 1]
        if code != _SDNORM and code != _SDRST:
            self._break(reasons.marker(code, self._rows + 1))
            return False
        self._reset_follows = code == _SDRST
        self._stripe.complete = True
        if not self._pass_octets(2):
            return False
        if self._length_may_come:
            self._stage = BEHIND
        elif self._rows < self._stripe_end():
            self._stage = ROWS
        else:
            self._finish_stripe()
        return True

    cdef int _finish_stripe(self) except -1:
        if self._reset_follows:
            self._stripe.start_afresh()
        self._stage = SEGMENTS
        if self._rows >= self._length:
            self._end()
        return 0

    cdef bint _pass_octets(self, Py_ssize_t octets) except -1:
        """Pass octets that do not make a row; False if there were too many."""
        self._data_at += octets
        self._idle += octets
        if self._idle > _MAX_IDLE:
            self._break(reasons.idle(self._rows + 1))
        return not self._over

    cdef int _read_segment(self) except -2:
        """Read a floating segment: 1 if there was one, 0 if something else is there, ABSENT if nothing is there yet."""
        cdef const uint8_t *segment = self._data + self._data_at
        cdef Py_ssize_t there = self._data_end - self._data_at
        cdef int64_t number
        cdef int code, size
        if there == 0:
            return ABSENT
        if segment[0] != ESC:
            return 0
        if there < 2:
            return ABSENT
        code = segment[1]
        if code != _NEWLEN and code != _ATMOVE and code != _COMMENT:
            return 0
        size = 8 if code == _ATMOVE else 6
        if there < size:
            return ABSENT
        number = load32(segment + 2)
        if code == _COMMENT:
            if there < size + number and self._idle + size + number <= _MAX_IDLE:
                return ABSENT
            return self._pass_octets(size + number)
        if not self._pass_octets(size):
            return 0
        if code == _ATMOVE:
            return self._take_move(number, segment[6], segment[7])
        return self._take_length(number)

    cdef bint _take_move(self, int64_t row, int shift, int down) except -1:
        if down or shift > self._max_shift or 0 < shift < self._nearest:
            self._break(reasons.move(row, shift, down, self._rows + 1))
            return False
        self._next_moves[row] = shift
        return True

    cdef bint _take_length(self, int64_t rows) except -1:
        if not self._length_may_come or not max(self._first, 1) <= rows <= self._length:
            self._break(reasons.length(rows, self._rows + 1))
            return False
        self._length_may_come = False
        self._length = rows
        if rows <= self._rows:
            self._rows = rows
            self._end()
            return False
        return True
