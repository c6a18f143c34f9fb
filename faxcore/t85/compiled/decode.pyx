# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The decoder, compiled: the twin of `decode.py`, whose theory and whose rules of what is kept hold here too.

Theory. The plain one waits inside of a row for octets that have not come. Here a row is decoded at once; octets that
are missing are taken for zeros, and if it turns out that any of those was looked at, the row is undone and decoded
again when more have come. How many octets the plain decoder would have read is told by the number of bits by which the
interval was doubled, so both keep the same rows at the same time.

Octets of a stripe lose their stuffing when they come in; so the registers are filled by four at a time. C and A are
64 bits, of which the upper 16 are T.82's CHIGH and A. Below them A is zero, so that comparing and subtracting them never
touches what waits in the rest of C: that is the code as it came. Where everything around is white, eight or 64 pixels
are decoded by one subtraction, as in `encode.pyx`.

Rows go into a block, and into one twice as long when it is full; what `bitmap` gave out keeps the block that it was
made of. The row that is decoded and the two above it stand apart, between zeros.
"""

cimport cython
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytearray cimport PyByteArray_AS_STRING, PyByteArray_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memchr, memcpy, memmove, memset

from faxcore.t85.compiled.octets cimport GUARD, leading_zeros, load32, load64, octet_left

from faxcore.page import MAX_ROWS
from faxcore.t85 import estimation, header, reasons
from faxcore.t85.template import THREE_LINES, TWO_LINES

cdef enum:
    CONTEXTS = 1024
    CHUNK = 16384
    SLACK = 8  # zeros behind a stripe's octets: one load more than there are
    FIRST_BLOCK = 524288
    ESC = 0xFF
    STUFF = 0x00
    ABSENT = -1

cdef enum Stage:
    HEADER  # the header is awaited
    SEGMENTS  # floating segments, or a stripe's first octet
    ROWS  # octets of a stripe whose rows are not all there
    SURPLUS  # the end of a stripe whose rows are
    BEHIND  # floating segments behind a stripe whose length they may change

cdef enum Outcome:
    ALL_ROWS, NEW_BLOCK, NEW_SHIFT, MORE_OCTETS, TOO_MANY

assert estimation.CONTEXTS == CONTEXTS and (header.ESC, header.STUFF) == (ESC, STUFF)
cdef int _SDNORM = header.SDNORM, _SDRST = header.SDRST
cdef int _NEWLEN = header.NEWLEN, _ATMOVE = header.ATMOVE, _COMMENT = header.COMMENT
cdef int64_t _UNKNOWN = header.UNKNOWN
cdef int _HEADER_OCTETS = header.HEADER_OCTETS
cdef int64_t _MAX_IDLE = reasons.MAX_IDLE, _MAX_SURPLUS = reasons.MAX_SURPLUS

cdef uint32_t states[256]  # LSZ << 16 | state after an LPS << 8 | state after an MPS, whose lowest bit is the MPS


cdef int _derive() except -1:
    cdef int state
    for state, (lsz, lps, mps) in enumerate(zip(estimation.LSZ, estimation.AFTER_LPS, estimation.AFTER_MPS, strict=True)):
        states[state] = lsz << 16 | lps << 8 | mps
    return 0

_derive()

cdef struct Coder:
    # A and C of T.82, 6.8.3, in the upper 16 bits; A = 0 is 0x10000. Below: `ahead` bits of the code that follow.
    uint64_t a
    uint64_t c
    int ahead
    Py_ssize_t at  # the octet that C is filled from next
    Py_ssize_t end
    const uint8_t *octets  # with zeros behind the end


cdef inline void fill(Coder *coder) noexcept nogil:
    """Four octets more; zeros behind the end."""
    if coder.at < coder.end:
        coder.c |= <uint64_t>load32(coder.octets + coder.at) << (16 - coder.ahead)
    coder.at += 4
    coder.ahead += 32


cdef inline uint32_t decode(Coder *coder, uint32_t *context) noexcept nogil:
    """DECODE, the exchanges, and RENORMD."""
    cdef uint32_t entry = context[0]
    cdef uint32_t pixel = entry & 1
    cdef uint64_t lsz = <uint64_t>(entry >> 16) << 48
    cdef int bits
    cdef bint probable
    coder.a -= lsz
    if coder.c < coder.a:
        if <int64_t>coder.a < 0:
            return pixel
        probable = coder.a >= lsz
    else:
        coder.c -= coder.a
        probable = coder.a < lsz
        coder.a = lsz
    if probable:
        context[0] = states[entry & 0xFF]
    else:
        context[0] = states[entry >> 8 & 0xFF]
        pixel ^= 1
    bits = leading_zeros(coder.a)
    coder.a <<= bits
    coder.c <<= bits
    coder.ahead -= bits
    if coder.ahead < 16:
        fill(coder)
    return pixel


cdef inline bint decode_white(Coder *coder, uint32_t entry, uint32_t pixels) noexcept nogil:
    """So many pixels in the context whose state this is, if all are white and nothing but A changes."""
    cdef uint32_t all_lsz = (entry >> 16) * pixels
    cdef uint64_t behind = coder.a - (<uint64_t>all_lsz << 48)
    if entry & 1 or all_lsz >= 0x8000 or <int64_t>behind >= 0 or coder.c >= behind:
        return False
    coder.a = behind
    return True


cdef inline void decode_row(
    Coder *shared,
    uint32_t *contexts,
    const uint8_t *two_above,
    const uint8_t *above,
    uint8_t *row,
    int width,
    int shift,
    bint two_lines,
) noexcept nogil:
    """The pixels of a row. The registers begin with the octet on the left, this one and the one on the right."""
    cdef Coder coder = shared[0]
    cdef uint32_t far = two_above[0] << 8, near = above[0] << 8, before = 0, context, moved = 0
    cdef int octet = 0, pixel, last
    cdef int octets = (width + 7) >> 3
    while octet < octets:
        if (
            octet + 8 < octets
            and load64(above + octet) == 0
            and load64(two_above + octet) == 0
            and not (row[octet - 1] | above[octet - 1] | two_above[octet - 1] | above[octet + 8] | two_above[octet + 8])
            and (shift == 0 or load64(row + octet - 16) | load64(row + octet - 8) == 0)
            and decode_white(&coder, contexts[0], 64)
        ):
            memset(row + octet, 0, 8)
            octet += 8
            far = near = before = 0
            continue
        far |= two_above[octet + 1]
        near |= above[octet + 1]
        if shift >= 8:
            moved = octet_left(row, octet, shift)
        last = 8
        if octet == octets - 1:
            last = width - 8 * octet
        elif not (before & 0xFF | near & 0x7FFC0 | far & 0x1FF80 | moved) and decode_white(&coder, contexts[0], 8):
            row[octet] = 0
            far <<= 8
            near <<= 8
            octet += 1
            continue
        for pixel in range(last):
            if two_lines:
                context = near >> 9 & 0b1111110000 | before & 0b1111
                if shift >= 8:
                    context = context & 0b1111101111 | moved >> 3 & 0b10000
                elif shift:
                    context = context & 0b1111101111 | (before >> (shift - 1) & 1) << 4
            else:
                context = far >> 7 & 0b1110000000 | near >> 11 & 0b1111100 | before & 0b11
                if shift >= 8:
                    context = context & 0b1111111011 | moved >> 5 & 0b100
                elif shift:
                    context = context & 0b1111111011 | (before >> (shift - 1) & 1) << 2
            before = before << 1 | decode(&coder, contexts + context)
            far <<= 1
            near <<= 1
            moved <<= 1
        row[octet] = before << (8 - last)
        octet += 1
    shared[0] = coder


@cython.final
cdef class Decoder:
    """Reads one page as the modem delivers it: `feed` until it returns False or nothing comes, then `finish`."""

    cdef readonly object ended
    cdef readonly object broken
    cdef int _width, _shift, _nearest, _max_shift, _slntp
    cdef bint _two_lines, _typical_prediction, _over, _finishing
    cdef Py_ssize_t _stride
    cdef int64_t _max_rows
    cdef Stage _stage

    # Octets that are not looked at yet, and those of the stripe, without stuffing, that no row was made of.
    cdef uint8_t *_data
    cdef Py_ssize_t _data_at, _data_end, _data_room
    cdef uint8_t *_scd
    cdef Py_ssize_t _scd_end, _scd_room
    cdef int64_t _scd_gone  # octets of the stripe that are no longer in the buffer
    cdef bint _scd_ended, _stripe_begun, _stripe_ended, _reset_follows
    cdef int64_t _idle

    # The stripe
    cdef int64_t _first, _rows_per_stripe, _length, _next_move
    cdef bint _length_may_come, _was_typical
    cdef dict _moves, _next_moves
    cdef Coder _coder
    cdef uint32_t _contexts[CONTEXTS]
    cdef Coder _kept_coder
    cdef uint32_t _kept_contexts[CONTEXTS]

    # The page
    cdef bytearray _block
    cdef uint8_t *_bitmap
    cdef int64_t _rows, _row_room
    cdef uint8_t *_memory
    cdef uint8_t *_row
    cdef uint8_t *_above
    cdef uint8_t *_two_above
    cdef bint _is_doubled  # the two rows above are the same

    def __cinit__(self, width, *, max_rows=MAX_ROWS):
        """Begin a page of that many pixels across; rows beyond `max_rows` break it."""
        reasons.check_page(width, max_rows)
        self._width = width
        self._max_rows = min(max_rows, _UNKNOWN)
        self._stride = (self._width + 7) >> 3
        self._memory = <uint8_t *>PyMem_Malloc(3 * (self._stride + GUARD) + GUARD)
        if self._memory == NULL:
            raise MemoryError
        memset(self._memory, 0, 3 * (self._stride + GUARD) + GUARD)
        self._two_above = self._memory + GUARD
        self._above = self._two_above + self._stride + GUARD
        self._row = self._above + self._stride + GUARD
        self._make_block(max(1, min(self._max_rows, FIRST_BLOCK // self._stride)))
        self._moves = {}
        self._next_moves = {}
        self.ended = False
        self.broken = None

    def __dealloc__(self):
        PyMem_Free(self._data)
        PyMem_Free(self._scd)
        PyMem_Free(self._memory)

    @property
    def rows(self) -> int:
        """Rows so far."""
        return self._rows

    @property
    def bad_rows(self) -> int:
        """Rows that were concealed: none, for decoding stops at the first error."""
        return 0

    @property
    def worst_bad_run(self) -> int:
        """The most bad rows in succession: 0."""
        return 0

    def status(self) -> bytes:
        """One octet a row, as in faxcore.t4: 0, good."""
        return bytes(self._rows)

    def bitmap(self) -> memoryview:
        """The rows so far, packed, most significant bit first, 1 = black: no copy; it stays as it is when more is fed."""
        return memoryview(self._block).toreadonly()[: self._rows * self._stride]

    def feed(self, chunk) -> bool:
        """Read what came; False once the page has ended or can't go on: further octets are not looked at."""
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
        """The data have ended: a page without all its rows is broken."""
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
        """Put the octets behind those that were not looked at."""
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
        block = PyByteArray_FromStringAndSize(NULL, rows * self._stride)
        cdef uint8_t *bitmap = <uint8_t *>PyByteArray_AS_STRING(block)
        if self._rows:
            memcpy(bitmap, self._bitmap, self._rows * self._stride)
        self._block = block
        self._bitmap = bitmap
        self._row_room = rows
        return 0

    cdef int _unstuff(self) except -1:
        """Move octets of the stripe from `_data` to `_scd`, up to what ends it."""
        cdef Py_ssize_t size
        cdef uint8_t *octets
        cdef uint8_t *found
        cdef Py_ssize_t gone = min(self._octet_behind_c(), self._scd_end)
        if self._stripe_begun and gone > 0:
            memmove(self._scd, self._scd + gone, self._scd_end - gone)
            self._scd_end -= gone
            self._scd_gone += gone
            self._coder.at -= gone
        size = self._scd_end + self._data_end - self._data_at + SLACK
        if size > self._scd_room:
            octets = <uint8_t *>PyMem_Realloc(self._scd, 2 * size)
            if octets == NULL:
                raise MemoryError
            self._scd = octets
            self._scd_room = 2 * size
        while self._data_at < self._data_end and not self._scd_ended:
            found = <uint8_t *>memchr(self._data + self._data_at, ESC, self._data_end - self._data_at)
            size = (found - self._data if found != NULL else self._data_end) - self._data_at
            memcpy(self._scd + self._scd_end, self._data + self._data_at, size)
            self._scd_end += size
            self._data_at += size
            if found != NULL:
                if self._data_end - self._data_at < 2:
                    break
                if found[1] == STUFF:
                    self._scd[self._scd_end] = ESC
                    self._scd_end += 1
                    self._data_at += 2
                else:
                    self._scd_ended = True
        memset(self._scd + self._scd_end, 0, SLACK)
        return 0

    # The page, one stage after the other

    cdef int _go_on(self) except -1:
        """As far as the octets allow."""
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
            bih = header.Header.read(<bytes>self._data[:_HEADER_OCTETS])
            bih.agree(self._width, self._max_rows)
        except header.Refused as reason:
            self._break(str(reason))
            return False
        self._data_at = _HEADER_OCTETS
        template = TWO_LINES if bih.two_line_template else THREE_LINES
        self._two_lines = bih.two_line_template
        self._typical_prediction = bih.typical_prediction
        self._slntp = template.slntp
        self._nearest = template.nearest_shift
        self._max_shift = bih.max_at_shift
        self._rows_per_stripe = bih.rows_per_stripe
        self._length = bih.rows
        self._length_may_come = bih.length_may_change
        self._start_afresh()
        self._stage = SEGMENTS
        return True

    cdef int _start_afresh(self) except -1:
        """What the first stripe, and one behind SDRST, begins with."""
        cdef int context
        for context in range(CONTEXTS):
            self._contexts[context] = states[0]
        self._shift = 0
        self._was_typical = False
        self._is_doubled = True
        memset(self._above, 0, self._stride)
        memset(self._two_above, 0, self._stride)
        return 0

    cdef bint _read_segments(self) except -1:
        cdef int found = 1
        while found == 1:
            found = self._read_segment()
        if self._over or found == ABSENT:
            return False
        self._first = self._rows
        self._moves = self._next_moves
        self._next_moves = {}
        self._find_next_move()
        self._scd_end = self._scd_gone = 0
        self._scd_ended = self._stripe_begun = self._stripe_ended = False
        self._stage = ROWS
        return True

    cdef inline int64_t _stripe_end(self) noexcept nogil:
        return min(self._first + self._rows_per_stripe, self._length)

    cdef bint _read_rows(self) except -1:
        cdef Outcome outcome
        self._unstuff()
        if not self._stripe_begun:
            if self._scd_end < 3 and not self._scd_ended:
                return False
            self._init_decoder()
        self._point_at_octets()
        while True:
            with nogil:
                outcome = self._decode_rows()
            if outcome == NEW_BLOCK:
                self._make_block(min(self._max_rows, 2 * self._row_room))
            elif outcome == NEW_SHIFT:
                self._shift = self._moves.pop(self._next_move)
                self._find_next_move()
            else:
                break
        if outcome == TOO_MANY:
            self._break(reasons.too_many_rows(self._max_rows))
        elif outcome == MORE_OCTETS:
            return self._scd_ended and self._read_end_of_stripe()
        elif self._stripe_ended:
            self._finish_stripe()
        else:
            self._stage = SURPLUS
        return True

    cdef bint _read_surplus(self) except -1:
        self._unstuff()
        if self._scd_gone + self._scd_end - self._octets_looked_at() > _MAX_SURPLUS:
            self._break(reasons.surplus(self._rows + 1))
        return self._scd_ended and self._read_end_of_stripe()

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
        """The marker behind the stripe's data, which is there."""
        cdef int code
        if self._over:
            return False
        code = self._data[self._data_at + 1]
        if code != _SDNORM and code != _SDRST:
            self._break(reasons.marker(code, self._rows + 1))
            return False
        self._reset_follows = code == _SDRST
        self._stripe_ended = True
        if not self._pass(2):
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
            self._start_afresh()
        self._stage = SEGMENTS
        if self._rows >= self._length:
            self._end()
        return 0

    cdef bint _pass(self, Py_ssize_t octets) except -1:
        """Go past octets that make no row; False if there were too many."""
        self._data_at += octets
        self._idle += octets
        if self._idle > _MAX_IDLE:
            self._break(reasons.idle(self._rows + 1))
        return not self._over

    cdef int _read_segment(self) except -2:
        """A floating segment: 1 if there was one, 0 if something else is there, ABSENT if nothing is yet."""
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
            if number <= _MAX_IDLE and there < size + number and self._idle + size <= _MAX_IDLE:
                return ABSENT
            return 1 if self._skip_comment(size, number) else 0
        if not self._pass(size):
            return 0
        if code == _ATMOVE:
            return self._at_move(number, segment[6], segment[7])
        return self._new_length(number)

    cdef bint _skip_comment(self, int size, int64_t octets) except -1:
        if not self._pass(size):
            return False
        if octets > _MAX_IDLE:
            self._break(reasons.idle(self._rows + 1))
            return False
        return self._pass(octets)

    cdef bint _at_move(self, int64_t row, int shift, int down) except -1:
        if down or shift > self._max_shift or 0 < shift < self._nearest:
            self._break(reasons.move(row, shift, down, self._rows + 1))
            return False
        self._next_moves[row] = shift
        return True

    cdef bint _new_length(self, int64_t rows) except -1:
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

    cdef int _find_next_move(self) except -1:
        """The page's row, counted from the stripe's first, at which the adaptive pixel moves next."""
        self._next_move = min(self._moves, default=_UNKNOWN)
        return 0

    # Rows and pixels

    cdef int _init_decoder(self) except -1:
        """INITDEC, but for the states."""
        self._stripe_begun = True
        self._coder.a = 0
        self._coder.c = <uint64_t>self._scd[0] << 56 | <uint64_t>self._scd[1] << 48
        self._coder.ahead = 0
        self._coder.at = 2
        return 0

    cdef inline Py_ssize_t _octet_behind_c(self) noexcept nogil:
        """The octet in which the bits stand that come behind the upper 16 of C."""
        return self._coder.at - ((self._coder.ahead + 7) >> 3)

    cdef void _point_at_octets(self) noexcept nogil:
        """Fill C again from octets that may have moved, and may be there where only zeros stood in for them."""
        cdef Coder *coder = &self._coder
        cdef int used = -coder.ahead & 7
        coder.at = self._octet_behind_c()
        coder.octets = self._scd
        coder.end = self._scd_end
        coder.c = coder.c >> 48 << 48
        coder.ahead = 0
        fill(coder)
        coder.c = coder.c >> 48 << 48 | coder.c << 16 + used >> 16
        coder.ahead -= used

    cdef inline int64_t _octets_looked_at(self) noexcept nogil:
        """How many octets of the stripe the flow charts would have read: three, and one more every eight bits."""
        cdef int64_t bits = 8 * (self._scd_gone + self._coder.at) - 16 - self._coder.ahead
        return 3 if bits == 0 else 2 + ((bits + 7) >> 3)

    cdef inline bint _lacks_octets(self) noexcept nogil:
        """Whether octets were looked at that are not there, and may yet come or mean something."""
        return not self._stripe_ended and self._octets_looked_at() > self._scd_gone + self._scd_end

    cdef Outcome _decode_rows(self) noexcept nogil:
        """Rows of the stripe, as many as the octets make."""
        cdef bint was_typical = False, may_lack
        cdef Py_ssize_t most = 2 * self._width + 8  # that a row can be made of, at 15 bits a pixel
        cdef int64_t end = self._stripe_end()
        if self._lacks_octets():
            return MORE_OCTETS
        while self._rows < end:
            if self._rows == self._row_room and self._row_room < self._max_rows:
                return NEW_BLOCK
            if self._rows - self._first == self._next_move:
                return NEW_SHIFT
            may_lack = not self._stripe_ended and self._scd_end - self._coder.at < most
            if may_lack:
                was_typical = self._was_typical
                self._kept_coder = self._coder
                memcpy(self._kept_contexts, self._contexts, sizeof(self._contexts))
            self._decode_row()
            if may_lack and self._lacks_octets():
                self._was_typical = was_typical
                self._coder = self._kept_coder
                memcpy(self._contexts, self._kept_contexts, sizeof(self._contexts))
                return MORE_OCTETS
            if self._rows == self._max_rows:
                return TOO_MANY
            self._keep_row()
        return ALL_ROWS

    cdef inline void _decode_row(self) noexcept nogil:
        if self._typical_prediction:
            self._was_typical ^= not decode(&self._coder, &self._contexts[self._slntp])
            if self._was_typical:
                return
        if self._two_lines:
            if self._shift:
                self._pixels(self._shift, True)
            else:
                self._pixels(0, True)
        elif self._shift:
            self._pixels(self._shift, False)
        else:
            self._pixels(0, False)

    cdef inline void _pixels(self, int shift, bint two_lines) noexcept nogil:
        decode_row(
            &self._coder, self._contexts, self._two_above, self._above, self._row, self._width, shift, two_lines
        )

    cdef inline void _keep_row(self) noexcept nogil:
        """The row is good: it goes to the page, and becomes the one above."""
        cdef uint8_t *free = self._two_above
        if self._typical_prediction and self._was_typical:
            if not self._is_doubled:
                memcpy(self._two_above, self._above, self._stride)
                self._is_doubled = True
        else:
            self._is_doubled = False
            self._two_above = self._above
            self._above = self._row
            self._row = free
        memcpy(self._bitmap + self._rows * self._stride, self._above, self._stride)
        self._rows += 1
        self._idle = 0
