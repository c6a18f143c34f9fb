# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The encoder, compiled: the twin of `encode.py`; how rows become octets is in `write_row.pyx`.

Rows wait for the rest of their stripe in one block, each between zeros (`octets.pxd`), behind the last two of the
stripe before.
"""

cimport cython
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy, memset

from faxcore.t85.compiled.adaptive cimport best_shift
from faxcore.t85.compiled.octets cimport GUARD
from faxcore.t85.compiled.write_row cimport CONTEXTS, Coder, begin, encode, encode_row, first_state, flush

from faxcore.t85.image_header import ESC, MAX_AT_SHIFT, SDNORM, UNKNOWN, ImageHeader, make_at_move, make_new_length
from faxcore.t85.reasons import check_coding
from faxcore.t85.template import THREE_LINES, TWO_LINES

cdef enum:
    HISTORY = 2  # rows of the stripe before that predict the first of this one
    FIRST_BLOCK = 40

cdef bytes _END_OF_STRIPE = bytes((ESC, SDNORM))


@cython.final
cdef class Encoder:
    """Codes one page as it is rendered: `add_rows` as often as there are rows, `take` what is ready, `finish`."""

    cdef int _width, _shift, _nearest, _slntp
    cdef bint _two_lines, _typical_prediction, _adaptive, _was_typical
    cdef Py_ssize_t _stride, _pitch
    cdef uint64_t _coded, _waiting, _rows_per_stripe, _length
    cdef bint _known
    cdef uint8_t *_block
    cdef uint64_t _room  # rows of the stripe that the block has room for
    cdef uint8_t *_out
    cdef Py_ssize_t _out_room
    cdef Coder _coder
    cdef uint32_t _contexts[CONTEXTS]

    def __cinit__(
        self,
        width,
        *,
        rows_per_stripe=128,
        bint typical_prediction=True,
        rows=None,
        bint two_line_template=False,
        bint adaptive_template=True,
    ):
        """Begin a page, as the plain one does."""
        check_coding(width, rows_per_stripe, rows)
        template = TWO_LINES if two_line_template else THREE_LINES
        self._width = width
        self._stride = (self._width + 7) >> 3
        self._pitch = self._stride + GUARD
        self._two_lines = two_line_template
        self._typical_prediction = typical_prediction
        self._adaptive = adaptive_template
        self._nearest = template.nearest_shift
        self._slntp = template.slntp
        self._rows_per_stripe = rows_per_stripe
        self._known = rows is not None
        self._length = UNKNOWN if rows is None else rows
        cdef int context
        for context in range(CONTEXTS):
            self._contexts[context] = first_state()
        self._make_room(min(self._rows_per_stripe, <uint64_t>FIRST_BLOCK))
        begin(&self._coder)
        self._put(
            ImageHeader(
                width,
                self._length,
                rows_per_stripe,
                max_at_shift=MAX_AT_SHIFT if adaptive_template else 0,
                two_line_template=two_line_template,
                length_may_change=rows is None,
                typical_prediction=typical_prediction,
            ).octets()
        )

    def __dealloc__(self):
        PyMem_Free(self._block)
        PyMem_Free(self._out)

    def add_rows(self, data) -> None:
        """Code any number of packed rows, 1 = black, each beginning with an octet."""
        cdef Py_buffer view
        cdef Py_ssize_t at
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        try:
            if view.len % self._stride:
                raise ValueError(f"{view.len} octets are not a whole number of rows of {self._stride}")
            for at in range(0, view.len, self._stride):
                self._take_in(<const uint8_t *>view.buf + at)
        finally:
            PyBuffer_Release(&view)

    def take(self) -> bytes:
        """Take the octets that are ready and were not taken before."""
        ready = PyBytes_FromStringAndSize(<char *>self._out, self._coder.out - self._out)
        self._coder.out = self._out
        return ready

    def finish(self) -> bytes:
        """End the page, and take the rest of it. ValueError if it has no rows, or not as many as announced."""
        length = self._coded + self._waiting
        if not length or (self._known and self._length != length):
            raise ValueError(f"the page ends with {length} rows")
        if self._waiting:
            self._code_stripe()
        if not self._known:
            self._put(make_new_length(length) + _END_OF_STRIPE)
        return self.take()

    # Memory

    cdef inline uint8_t *_row_at(self, Py_ssize_t number) noexcept nogil:
        """Return a row of the stripe; the last two of the stripe before are -2 and -1."""
        return self._block + (number + HISTORY) * self._pitch + GUARD

    cdef int _make_room(self, uint64_t rows) except -1:
        """Make room for so many rows of a stripe, each between zeros."""
        cdef Py_ssize_t old = (self._room + HISTORY) * self._pitch if self._block != NULL else 0
        cdef Py_ssize_t new = (rows + HISTORY) * self._pitch
        cdef uint8_t *block = <uint8_t *>PyMem_Realloc(self._block, new + GUARD)
        if block == NULL:
            raise MemoryError
        memset(block + old, 0, new + GUARD - old)
        self._block = block
        self._room = rows
        return 0

    cdef int _make_out(self, Py_ssize_t size) except -1:
        """Make room for so many octets more."""
        cdef Py_ssize_t used = self._coder.out - self._out if self._out != NULL else 0
        cdef uint8_t *out
        if used + size > self._out_room:
            out = <uint8_t *>PyMem_Realloc(self._out, 2 * (used + size))
            if out == NULL:
                raise MemoryError
            self._out = out
            self._out_room = 2 * (used + size)
            self._coder.out = out + used
        return 0

    cdef int _put(self, bytes octets) except -1:
        self._make_out(len(octets))
        memcpy(self._coder.out, <const char *>octets, len(octets))
        self._coder.out += len(octets)
        return 0

    cdef int _take_in(self, const uint8_t *packed) except -1:
        """Take in one more row, with its padding bits cleared."""
        cdef uint8_t *row
        if self._known and self._coded + self._waiting == self._length:
            raise ValueError(f"more than the {self._length} rows that were announced")
        if self._waiting == self._room:
            self._make_room(min(self._rows_per_stripe, 2 * self._room))
        row = self._row_at(self._waiting)
        memcpy(row, packed, self._stride)
        row[self._stride - 1] &= 0xFF << (-self._width & 7)
        self._waiting += 1
        if self._waiting == self._rows_per_stripe or (self._known and self._coded + self._waiting == self._length):
            self._code_stripe()
        return 0

    # Stripes

    cdef int _code_stripe(self) except -1:
        cdef Py_ssize_t number
        cdef int shift
        if self._adaptive:
            shift = best_shift(self._row_at(0), self._pitch, self._waiting, self._width, self._shift, self._nearest)
            if shift != self._shift:
                self._put(make_at_move(0, shift))
                self._shift = shift
        for number in range(<Py_ssize_t>self._waiting):
            # A decision moves at most 15 bits, stuffing doubles them; then come the counted octets, and FLUSH.
            self._make_out(4 * self._width + 2 * self._coder.sc + 64)
            with nogil:
                self._code_row(number)
        self._make_out(2 * self._coder.sc + 64)
        flush(&self._coder)
        self._put(_END_OF_STRIPE)
        memcpy(self._row_at(-2), self._row_at(self._waiting - 2), self._stride)
        memcpy(self._row_at(-1), self._row_at(self._waiting - 1), self._stride)
        self._coded += self._waiting
        self._waiting = 0
        return 0

    cdef void _code_row(self, Py_ssize_t number) noexcept nogil:
        cdef const uint8_t *row = self._row_at(number)
        cdef const uint8_t *above = self._row_at(number - 1)
        cdef const uint8_t *far = self._row_at(number - 2)
        cdef bint typical
        if self._typical_prediction:
            typical = memcmp(row, above, self._stride) == 0
            encode(&self._coder, &self._contexts[self._slntp], typical == self._was_typical)
            self._was_typical = typical
            if typical:
                return
        encode_row(&self._coder, self._contexts, far, above, row, self._width, self._shift, self._two_lines)
