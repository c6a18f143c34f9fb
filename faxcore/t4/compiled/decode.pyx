# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The decoder, compiled: the twin of `decode.py`, `decoded_page.py` and `lost_eol.py`, whose theory holds here too.

One thing is done in another order. The plain decoder looks for the EOL first and reads the row from the bits before it.
Here a row is read directly, and kept if an EOL follows immediately: no row's codes contain an EOL, so it is the same
one. Only if that fails, the decoder looks for the EOL, and judges the bits before it as the plain decoder does.

The bits that are not yet rows are in a buffer with zeros after them, so that a look-up never needs to ask how many are
left: no code is all zeros. Rows go into a block, and into one twice as long when it is full; a view that `bitmap` has
returned keeps its block.
"""

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.stdint cimport int32_t, int64_t, uint64_t
from libc.string cimport memcpy, memmove, memset

from faxcore.block cimport Block
from faxcore.t4.compiled.changes cimport GUARDS_BEHIND, paint, put_guards
from faxcore.t4.compiled.read_rows cimport read_one_dimensional, read_two_dimensional
from faxcore.t4.compiled.lost_eol cimport (
    LostEol,
    note_row,
    note_bad_length,
    note_good_length,
    is_two_rows,
    begin_group,
    new_lost_eol,
    forget_bad_length,
)
from faxcore.t4.compiled.window cimport (
    EOL_BITS,
    Window,
    find_eol,
    find_one,
    is_nothing_more,
    leading_zeros,
    load,
    position_of,
    refill,
    skip,
    window_at,
)

from faxcore.model.page import MAX_ROWS, Coding

from faxcore.t4 import lost_eol, reasons
from faxcore.t4.codes import EOL, EXTENSION, RUN_BITS
from faxcore.t4.decoded_page import BAD, GOOD, LOST

cdef enum:
    CHUNK = 16384
    SLACK = 40  # zeros after the data: two words that a window may run ahead, and codes that need not be there
    FIRST_BLOCK = 524288
    OVERRUN = 8  # octets after a row that painting it may write
    EOLS_AT_END = 3
    AHEAD = 13  # RUN_BITS of codes.py
    SHORT = 56  # bits that a window always has
    ROOM = 3  # rows that one span can add: one missing before it, itself, one joined to it

cdef int _GOOD = GOOD, _BAD = BAD, _LOST = LOST
cdef int _TOO_MANY_ROWS = reasons.TOO_MANY_ROWS
cdef int _NO_END_OF_ROW = reasons.NO_END_OF_ROW
cdef int _NO_CODE = reasons.NO_CODE
cdef int _DATA_END = reasons.DATA_END
cdef int _UNCOMPRESSED = reasons.UNCOMPRESSED
cdef int _ENDS_IN_ROW = reasons.ENDS_IN_ROW
cdef int _NO_ROW = reasons.NO_ROW
cdef int _EXTENSION = int(EXTENSION, 2), _EXTENSION_BITS = len(EXTENSION)
assert len(EOL) == EOL_BITS and RUN_BITS == AHEAD


cdef class Decoder:
    """Reads one page as the modem delivers it: `feed` until it returns False or nothing comes, then `finish`."""

    cdef readonly object ended
    cdef readonly object broken
    cdef int32_t _width
    cdef bint _mmr
    cdef int _tag
    cdef Py_ssize_t _stride, _max_rows
    cdef int64_t _max_row_bits

    # The bits, from the octet in which the first stands that is not yet turned into rows.
    cdef unsigned char *_data
    cdef Py_ssize_t _size, _capacity
    cdef int64_t _begin, _searched
    cdef int _eols
    cdef bint _over, _has_ended
    cdef int _reason

    # The page.
    cdef Block _block
    cdef unsigned char *_bitmap
    cdef unsigned char *_status
    cdef Py_ssize_t _rows, _row_capacity
    cdef readonly Py_ssize_t bad_rows
    cdef readonly Py_ssize_t worst_bad_run
    cdef Py_ssize_t _bad_run
    cdef int32_t *_memory[2]
    cdef int32_t *_above
    cdef int32_t *_row
    cdef int _above_count
    cdef uint64_t _short  # bits of the row above and its EOL, where they are few and say all
    cdef int _short_size

    cdef bint _by_itself_only  # MR: the row above is not the sender's
    cdef LostEol _lost_eol

    def __cinit__(self, int width, coding, *, Py_ssize_t max_rows=MAX_ROWS):
        """Begin a page of that many pixels across; rows beyond `max_rows` break it."""
        reasons.check_page(width, coding, max_rows)
        self._width = width
        self._mmr = coding is Coding.MMR
        self._tag = coding is Coding.MR
        self._stride = (width + 7) >> 3
        self._max_rows = max_rows
        self._max_row_bits = reasons.max_row_bits(width)
        self._capacity = CHUNK + SLACK
        self._data = <unsigned char *>PyMem_Malloc(self._capacity)
        cdef Py_ssize_t entries = width + GUARDS_BEHIND + 3
        self._memory[0] = <int32_t *>PyMem_Malloc(entries * sizeof(int32_t))
        self._memory[1] = <int32_t *>PyMem_Malloc(entries * sizeof(int32_t))
        if self._data == NULL or self._memory[0] == NULL or self._memory[1] == NULL:
            raise MemoryError
        memset(self._data, 0, SLACK)
        self._above = self._memory[0] + 1
        self._row = self._memory[1] + 1
        put_guards(self._above, 0, width)
        self._make_block(min(max_rows, max(ROOM, FIRST_BLOCK // self._stride)))
        self._lost_eol = new_lost_eol(lost_eol.FAR_LONGER)
        self._reason = -1
        self.ended = False
        self.broken = None

    def __dealloc__(self):
        PyMem_Free(self._data)
        PyMem_Free(self._memory[0])
        PyMem_Free(self._memory[1])

    @property
    def rows(self) -> int:
        """The number of rows so far, including concealed ones."""
        return self._rows

    @property
    def waiting_bits(self) -> int:
        """Bits that are kept until the rest of their row has come."""
        return 8 * self._size - self._begin

    def status(self) -> bytes:
        """Return one octet a row: decoded_page.GOOD, BAD or LOST."""
        return PyBytes_FromStringAndSize(<char *>self._status, self._rows)

    def bitmap(self) -> memoryview:
        """Return the rows so far, packed, most significant bit first, 1 = black: not a copy, but feeding more does not
        change it.
        """
        self._block.filled = self._rows * self._stride
        return memoryview(self._block)

    def feed(self, chunk) -> bool:
        """Read more bits; False once the page has ended or cannot go on: further bits are not looked at."""
        cdef Py_buffer view
        cdef Py_ssize_t at = 0, size
        PyObject_GetBuffer(chunk, &view, PyBUF_SIMPLE)
        try:
            while at < view.len and not self._over:
                size = min(CHUNK, view.len - at)
                self._take_in(<const unsigned char *>view.buf + at, size)
                at += size
                self._read(False)
        finally:
            PyBuffer_Release(&view)
        if self._over:
            self._drop_bits()
        return not self._over

    def finish(self) -> None:
        """Read the rest of the bits, after the end of the data, with or without RTC or EOFB."""
        if not self._over:
            self._read(True)
        self._drop_bits()

    cdef void _drop_bits(self) noexcept:
        self._size = 0
        self._begin = 0

    # Memory

    cdef int _take_in(self, const unsigned char *chunk, Py_ssize_t size) except -1:
        """Append the octets to those that are left, with zeros after them."""
        cdef Py_ssize_t done = self._begin >> 3
        cdef Py_ssize_t left = self._size - done
        cdef unsigned char *larger
        if left + size + SLACK > self._capacity:
            larger = <unsigned char *>PyMem_Malloc(2 * (left + size) + SLACK)
            if larger == NULL:
                raise MemoryError
            memcpy(larger, self._data + done, left)
            PyMem_Free(self._data)
            self._data = larger
            self._capacity = 2 * (left + size) + SLACK
        else:
            memmove(self._data, self._data + done, left)
        memcpy(self._data + left, chunk, size)
        memset(self._data + left + size, 0, SLACK)
        self._size = left + size
        self._begin -= 8 * done
        self._searched = max(0, self._searched - 8 * done)
        return 0

    cdef int _make_block(self, Py_ssize_t rows) except -1:
        """Make room for so many rows, each with a status, and move those that are there."""
        block = Block(rows * self._stride + rows + OVERRUN)
        rows = min(self._max_rows, (block.capacity - OVERRUN) // (self._stride + 1))
        cdef unsigned char *status = block.octets + rows * self._stride + OVERRUN
        if self._rows:
            memcpy(block.octets, self._bitmap, self._rows * self._stride)
            memcpy(status, self._status, self._rows)
        self._block = block
        self._bitmap = block.octets
        self._status = status
        self._row_capacity = rows
        return 0

    cdef int _read(self, bint last) except -1:
        """Turn the bits into rows as far as they go."""
        cdef bint full = True
        while full:
            with nogil:
                full = self._read_mmr(last) if self._mmr else self._read_spans(last)
            if full:
                self._make_block(min(self._max_rows, 2 * self._row_capacity))
        if self._over:
            self.ended = self._has_ended
            if self._reason >= 0:
                self.broken = reasons.format_reason(self._reason, self._rows + 1, self._width, self._max_rows)
        return 0

    # The page

    cdef inline bint _is_full(self) noexcept nogil:
        return self._rows + ROOM > self._row_capacity and self._row_capacity < self._max_rows

    cdef inline void _break(self, int reason) noexcept nogil:
        self._reason = reason
        self._over = True

    cdef inline bint _has_room(self) noexcept nogil:
        if self._rows >= self._max_rows:
            self._break(_TOO_MANY_ROWS)
        return self._reason < 0

    cdef inline void _repeat_row(self, int status) noexcept nogil:
        """Add the row above again."""
        cdef unsigned char *row = self._bitmap + self._rows * self._stride
        if self._above_count == 0:
            memset(row, 0, self._stride)
        else:
            memcpy(row, row - self._stride, self._stride)
        self._status[self._rows] = status
        self._rows += 1

    cdef inline void _add_row(self, int count) noexcept nogil:
        """Add the row that was just read, of so many changes."""
        put_guards(self._row, count, self._width)
        paint(self._bitmap + self._rows * self._stride, self._stride, self._row, count, self._width)
        self._status[self._rows] = _GOOD
        self._rows += 1
        self._bad_run = 0
        self._above, self._row = self._row, self._above
        self._above_count = count
        self._short_size = 0

    cdef void _conceal(self, int status) noexcept nogil:
        if self._has_room():
            self._repeat_row(status)
            self.bad_rows += 1
            self._bad_run += 1
            if self._bad_run > self.worst_bad_run:
                self.worst_bad_run = self._bad_run
            note_row(&self._lost_eol, False)

    # MH and MR: spans between EOLs

    cdef bint _read_spans(self, bint last) noexcept nogil:
        """True: no room for more rows in this block."""
        cdef int64_t bits = 8 * self._size
        cdef int64_t begin, end
        while not self._over:
            if self._is_full():
                return True
            if self._eols and self._searched <= self._begin + self._tag:
                self._read_straight()
                if self._is_full():
                    return True
            begin = self._begin + (self._tag if self._eols else 0)
            end = find_eol(self._data, bits, max(begin, self._searched))
            if end < 0:
                self._searched = max(self._searched, bits - EOL_BITS + 1)
            if max(end, self._searched) - self._begin > self._max_row_bits:
                self._break(_NO_END_OF_ROW)
            if end < 0:
                break
            if not self._over:
                self._read_span(self._begin, end)
            self._begin = self._searched = end + EOL_BITS
        if last and not self._over and find_one(self._data, self._begin + self._tag, bits) >= 0:
            self._read_span(self._begin, bits)
        return False

    cdef void _read_straight(self) noexcept nogil:
        """Read good rows, each followed immediately, or after fill, by its EOL: nearly all rows are like that."""
        cdef Window window = window_at(self._data, self._begin)
        cdef int64_t begin
        cdef uint64_t bits
        cdef int count
        cdef bint by_itself
        while self._rows < self._max_rows and not self._is_full():
            refill(&window)
            if self._try_repeat_row(&window):
                continue
            bits = window.bits
            by_itself = True
            if self._tag:
                by_itself = bits >> 63
                skip(&window, 1)
            if by_itself:
                count = read_one_dimensional(&window, self._row, self._width)
            elif self._by_itself_only:
                return
            else:
                count = read_two_dimensional(&window, self._above, self._row, self._width, self._data + self._size)
            if count < 0 or not self._skip_eol(&window):
                return
            begin = position_of(&window, self._data)
            if self._tag and by_itself and begin_group(&self._lost_eol):
                self._conceal(_LOST)
            self._add_good_row(count, begin - EOL_BITS - self._begin)
            if by_itself and begin - self._begin <= SHORT:
                self._short_size = <int>(begin - self._begin)
                self._short = bits
            self._eols = 1
            self._begin = self._searched = begin

    cdef inline bint _try_repeat_row(self, Window *window) noexcept nogil:
        """Add the next row if it and its EOL are few bits that make it equal to the row above; returns whether.

        Most rows of a page, between its lines of text, are like that.
        """
        cdef int size = self._short_size
        if size and (window.bits ^ self._short) >> (64 - size) == 0:
            if self._tag and begin_group(&self._lost_eol):
                self._conceal(_LOST)
            self._note_good_length(size - EOL_BITS)
        else:
            # MR: V0 for every change and for the end.
            size = 1 + self._above_count + 1 + EOL_BITS
            if not self._tag or self._by_itself_only or size > SHORT:
                return False
            if window.bits >> (64 - size) != ((<uint64_t>1 << (self._above_count + 1)) - 1) << EOL_BITS | 1:
                return False
        skip(window, size)
        if self._has_room():
            self._repeat_row(_GOOD)
            self._bad_run = 0
            note_row(&self._lost_eol, True)
        self._by_itself_only = False
        self._eols = 1
        self._begin += size
        self._searched = self._begin
        return True

    cdef inline bint _skip_eol(self, Window *window) noexcept nogil:
        """Skip the EOL that is here or after fill; False if there is none, or it is too far away."""
        cdef int64_t codes_end, behind
        refill(window)
        if window.bits >> (64 - EOL_BITS) == 1:
            skip(window, EOL_BITS)
            return True
        codes_end = position_of(window, self._data)
        behind = find_one(self._data, codes_end, 8 * self._size) + 1
        if behind == 0 or behind - codes_end < EOL_BITS or behind - EOL_BITS - self._begin > self._max_row_bits:
            return False
        window[0] = window_at(self._data, behind)
        return True

    cdef void _read_span(self, int64_t begin, int64_t end) noexcept nogil:
        if self._eols == 0:  # the bits before the first EOL are the end of the training
            self._eols = 1
        elif find_one(self._data, begin + self._tag, end) < 0:
            self._eols += 1
            self._over = self._has_ended = self._eols == EOLS_AT_END
        else:
            self._eols = 1
            if self._has_room():
                self._read_framed_row(begin, end)

    cdef void _read_framed_row(self, int64_t begin, int64_t end) noexcept nogil:
        cdef Window window = window_at(self._data, begin)
        cdef bint by_itself = not self._tag or window.bits >> 63
        cdef int count
        cdef int64_t codes_end
        skip(&window, self._tag)
        if by_itself:
            if self._tag and begin_group(&self._lost_eol):
                self._conceal(_LOST)
            count = read_one_dimensional(&window, self._row, self._width)
        elif self._by_itself_only:
            self._conceal(_LOST)
            return
        else:
            count = read_two_dimensional(&window, self._above, self._row, self._width, self._data + self._size)
        codes_end = position_of(&window, self._data)
        if count >= 0 and codes_end <= end and is_nothing_more(self._data, codes_end, end):
            self._add_good_row(count, end - begin)
        else:
            self._conceal_bad_row(end - begin, count >= 0 and is_two_rows(self._data, codes_end, end))

    cdef inline void _note_good_length(self, int64_t size) noexcept nogil:
        if not self._tag and note_good_length(&self._lost_eol, size):
            self._conceal(_LOST)

    cdef inline void _add_good_row(self, int count, int64_t size) noexcept nogil:
        self._note_good_length(size)
        if self._has_room():
            self._add_row(count)
            note_row(&self._lost_eol, True)
        self._by_itself_only = False

    cdef void _conceal_bad_row(self, int64_t size, bint two) noexcept nogil:
        self._conceal(_BAD)
        self._by_itself_only = True
        if two:
            forget_bad_length(&self._lost_eol)
            self._conceal(_LOST)
        else:
            note_bad_length(&self._lost_eol, size)

    # MMR: row after row

    cdef bint _read_mmr(self, bint last) noexcept nogil:
        """True: no room for more rows in this block."""
        cdef Window window = window_at(self._data, self._begin)
        cdef int64_t bits = 8 * self._size
        cdef int64_t behind
        cdef int count
        while not self._over:
            if self._is_full():
                return True
            refill(&window)
            if window.bits >> 57 == 0:
                self._read_end_of_block(self._begin, bits)
                break
            if self._try_row_as_above(&window):
                continue
            count = read_two_dimensional(&window, self._above, self._row, self._width, self._data + self._size)
            behind = position_of(&window, self._data)
            if count < 0 or behind > bits:
                self._report_bad_row(behind, bits, last)
                break
            self._begin = behind
            if self._has_room():
                self._add_row(count)
        return False

    cdef inline bint _try_row_as_above(self, Window *window) noexcept nogil:
        """Add the next row if it is V0 for every change and for the end, and white ones after it; returns whether."""
        cdef int size = self._above_count + 1
        cdef Py_ssize_t rows = 1
        if size > SHORT or ~window.bits >> (64 - size):
            return False
        if size == 1 and self._rows < self._max_rows:  # white: as many rows as ones
            rows = min(leading_zeros(~window.bits | 1), window.have)
            rows = min(rows, self._row_capacity - self._rows)
            memset(self._bitmap + self._rows * self._stride, 0, rows * self._stride)
            memset(self._status + self._rows, _GOOD, rows)
            self._rows += rows
        elif self._has_room():
            self._repeat_row(_GOOD)
        skip(window, size * <int>rows)
        self._begin += size * rows
        return True

    cdef void _read_end_of_block(self, int64_t begin, int64_t end) noexcept nogil:
        cdef int64_t one = find_one(self._data, begin, end)
        if (one if one >= 0 else end) - begin > self._max_row_bits:
            self._break(_NO_END_OF_ROW)
        elif one - begin >= EOL_BITS - 1:
            self._over = self._has_ended = True
        elif one >= 0:
            self._break(_NO_CODE)

    cdef void _report_bad_row(self, int64_t wrong, int64_t end, bint last) noexcept nogil:
        """Handle a row that could not be read: wait for more data, or report why."""
        cdef uint64_t bits
        if wrong + AHEAD > end:
            if last:
                self._break(_DATA_END)
            return
        bits = load(self._data + (wrong >> 3)) << (wrong & 7)
        if bits >> (64 - _EXTENSION_BITS) == <uint64_t>_EXTENSION:
            self._break(_UNCOMPRESSED)
        elif bits >> (64 - EOL_BITS) == 1:
            self._break(_ENDS_IN_ROW)
        else:
            self._break(_NO_ROW)
