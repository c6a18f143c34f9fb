# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The encoder, compiled: the twin of `encode.py`, `arithmetic.py` and `template.py`.

Theory. A decision costs a look-up of the context's state, a subtraction from A, and a comparison: C changes only when
the interval must be doubled, which is once in many decisions. So what is left is to find contexts fast. Pixels are
taken eight at a time. Three registers hold the octet and its neighbours of the row two above, of the row above and of
the row itself, and each pixel's context is three pieces of them, shifted. A state is held in its context as one word,
LSZ and the two states that may follow, so that no second look-up waits for the first.

Where everything is white (eight pixels, or 64, and all their neighbours), all the decisions are the same one, and all
are the MPS. They take as many LSZ from A as there are pixels, and if A is then still 0x8000 at least, nothing else would
have happened on the way: one subtraction codes them. Most of a page is like that.

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
from faxcore.t85.compiled.octets cimport GUARD, leading_zeros, load64, octet_left

from faxcore.t85 import estimation
from faxcore.t85.header import ESC, MAX_AT_SHIFT, SDNORM, UNKNOWN, Header, at_move, new_length
from faxcore.t85.reasons import check_coding
from faxcore.t85.template import THREE_LINES, TWO_LINES

cdef enum:
    CONTEXTS = 1024
    HISTORY = 2  # rows of the stripe before that predict the first of this one
    NONE_YET = -1
    FIRST_BLOCK = 40

assert estimation.CONTEXTS == CONTEXTS

cdef uint32_t states[256]  # LSZ << 16 | state after an LPS << 8 | state after an MPS, whose lowest bit is the MPS


cdef int _derive() except -1:
    cdef int state
    for state, (lsz, lps, mps) in enumerate(zip(estimation.LSZ, estimation.AFTER_LPS, estimation.AFTER_MPS, strict=True)):
        states[state] = lsz << 16 | lps << 8 | mps
    return 0

_derive()
cdef bytes _END_OF_STRIPE = bytes((ESC, SDNORM))

cdef struct Coder:
    # The registers of T.82, 6.8.2, and where the octets go. There is room for all that a row can make.
    uint32_t a
    uint32_t c
    int ct
    int buffer
    Py_ssize_t sc
    uint8_t *out


cdef inline void put(Coder *coder, int octet) noexcept nogil:
    coder.out[0] = octet
    coder.out += 1
    if octet == 0xFF:
        coder.out[0] = 0
        coder.out += 1


cdef void carry(Coder *coder, bint with_zeros) noexcept nogil:
    """What waits goes out one higher, and the counted octets overflow to zeros."""
    if coder.buffer != NONE_YET:
        put(coder, coder.buffer + 1)
    if with_zeros:
        memset(coder.out, 0, coder.sc)
        coder.out += coder.sc
    coder.sc = 0


cdef void release(Coder *coder) noexcept nogil:
    """What waits goes out as it is."""
    if coder.buffer != NONE_YET:
        put(coder, coder.buffer)
    while coder.sc:
        put(coder, 0xFF)
        coder.sc -= 1


cdef void byte_out(Coder *coder) noexcept nogil:
    """BYTEOUT."""
    cdef int octet = coder.c >> 19
    coder.c &= 0x7FFFF
    coder.ct = 8
    if octet == 0xFF:
        coder.sc += 1
        return
    if octet > 0xFF:
        carry(coder, True)
    else:
        release(coder)
    coder.buffer = octet & 0xFF


cdef inline uint32_t encode(Coder *coder, uint32_t a, uint32_t *context, uint32_t pixel) noexcept nogil:
    """ENCODE: CODEMPS, CODELPS and RENORME. A is kept by the caller, in a register; this is what becomes of it."""
    cdef uint32_t entry = context[0]
    cdef uint32_t lsz = entry >> 16
    a -= lsz
    if (entry & 1) == pixel:
        if a & 0x8000:
            return a
        if a < lsz:
            coder.c += a
            a = lsz
        context[0] = states[entry & 0xFF]
    else:
        if a >= lsz:
            coder.c += a
            a = lsz
        context[0] = states[entry >> 8 & 0xFF]
    return renormalize(coder, a)


cdef uint32_t renormalize(Coder *coder, uint32_t a) noexcept nogil:
    """RENORME, by as many bits at a time as go into the octet."""
    cdef int bits = leading_zeros(a) - (64 - 16)
    cdef int some
    a <<= bits
    while bits >= coder.ct:
        some = coder.ct
        coder.c <<= some
        bits -= some
        byte_out(coder)
    coder.c <<= bits
    coder.ct -= bits
    return a


cdef inline uint32_t encode_white(uint32_t a, uint32_t entry, uint32_t pixels) noexcept nogil:
    """So many white pixels in the context whose state this is: A behind them if nothing else changes, else 0."""
    cdef uint32_t all_lsz = (entry >> 16) * pixels
    if entry & 1 or all_lsz >= 0x8000 or not a - all_lsz & 0x8000:
        return 0
    return a - all_lsz


cdef inline void encode_row(
    Coder *coder,
    uint32_t *contexts,
    const uint8_t *two_above,
    const uint8_t *above,
    const uint8_t *row,
    int width,
    int shift,
    bint two_lines,
) noexcept nogil:
    """The pixels of a row. The registers begin with the octet on the left, this one and the one on the right."""
    cdef uint32_t far = two_above[0] << 8, near = above[0] << 8, here = 0, context, moved = 0
    cdef uint32_t a = coder.a, behind
    cdef int octet = 0, pixel, last
    cdef int octets = (width + 7) >> 3
    while octet < octets:
        if (
            octet + 8 < octets
            and load64(row + octet) == 0
            and load64(above + octet) == 0
            and load64(two_above + octet) == 0
            and not (row[octet - 1] | above[octet - 1] | two_above[octet - 1] | above[octet + 8] | two_above[octet + 8])
            and (shift == 0 or load64(row + octet - 16) | load64(row + octet - 8) == 0)
        ):
            behind = encode_white(a, contexts[0], 64)
            if behind:
                a = behind
                octet += 8
                far = near = here = 0
                continue
        far |= two_above[octet + 1]
        near |= above[octet + 1]
        here |= row[octet]
        if shift:
            moved = octet_left(row, octet, shift)
        last = 8
        if octet == octets - 1:
            last = width - 8 * octet
        elif not (here & 0xFFF | near & 0x7FFC0 | far & 0x1FF80 | moved):
            behind = encode_white(a, contexts[0], 8)
            if behind:
                a = behind
                far <<= 8
                near <<= 8
                octet += 1
                continue
        for pixel in range(last):
            if two_lines:
                context = near >> 9 & 0b1111110000 | here >> 8 & 0b1111
                if shift:
                    context = context & 0b1111101111 | moved >> 3 & 0b10000
            else:
                context = far >> 7 & 0b1110000000 | near >> 11 & 0b1111100 | here >> 8 & 0b11
                if shift:
                    context = context & 0b1111111011 | moved >> 5 & 0b100
            a = encode(coder, a, contexts + context, here >> 7 & 1)
            far <<= 1
            near <<= 1
            here <<= 1
            moved <<= 1
        octet += 1
    coder.a = a


@cython.final
cdef class Encoder:
    """Codes one page as it is rendered: `rows` as often as there are rows, `take` what is ready, `finish`."""

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
            self._contexts[context] = states[0]
        self._make_room(min(self._rows_per_stripe, FIRST_BLOCK))
        self._begin_stripe()
        self._put(
            Header(
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

    def rows(self, data) -> None:
        """Code any number of packed rows, 1 = black, each beginning with an octet."""
        cdef Py_buffer view
        cdef Py_ssize_t at
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        try:
            if view.len % self._stride:
                raise ValueError(f"{view.len} octets are no whole number of rows of {self._stride}")
            for at in range(0, view.len, self._stride):
                self._take_in(<const uint8_t *>view.buf + at)
        finally:
            PyBuffer_Release(&view)

    def take(self) -> bytes:
        """The octets that are ready and were not taken before."""
        ready = PyBytes_FromStringAndSize(<char *>self._out, self._coder.out - self._out)
        self._coder.out = self._out
        return ready

    def finish(self) -> bytes:
        """End the page, and take the rest of it. ValueError for a page without rows, or not those that were told."""
        length = self._coded + self._waiting
        if not length or (self._known and self._length != length):
            raise ValueError(f"the page ends with {length} rows")
        if self._waiting:
            self._code_stripe()
        if not self._known:
            self._put(new_length(length) + _END_OF_STRIPE)
        return self.take()

    # Memory

    cdef inline uint8_t *_row(self, Py_ssize_t number) noexcept nogil:
        """A row of the stripe; the last two of the stripe before are -2 and -1."""
        return self._block + (number + HISTORY) * self._pitch + GUARD

    cdef int _make_room(self, uint64_t rows) except -1:
        """Room for so many rows of a stripe, each between zeros."""
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
        """Room for so many octets more."""
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
        """One row more, without what stands in its padding bits."""
        cdef uint8_t *row
        if self._known and self._coded + self._waiting == self._length:
            raise ValueError(f"more than the {self._length} rows that were told")
        if self._waiting == self._room:
            self._make_room(min(self._rows_per_stripe, 2 * self._room))
        row = self._row(self._waiting)
        memcpy(row, packed, self._stride)
        row[self._stride - 1] &= 0xFF << (-self._width & 7)
        self._waiting += 1
        if self._waiting == self._rows_per_stripe or (self._known and self._coded + self._waiting == self._length):
            self._code_stripe()
        return 0

    # Stripes

    cdef void _begin_stripe(self) noexcept nogil:
        """INITENC, but for the states."""
        self._coder.a = 0x10000
        self._coder.c = 0
        self._coder.ct = 11
        self._coder.buffer = NONE_YET
        self._coder.sc = 0

    cdef int _code_stripe(self) except -1:
        cdef Py_ssize_t number
        cdef int shift
        if self._adaptive:
            shift = best_shift(self._row(0), self._pitch, self._waiting, self._width, self._shift, self._nearest)
            if shift != self._shift:
                self._put(at_move(0, shift))
                self._shift = shift
        for number in range(self._waiting):
            # A decision moves 15 bits at most, stuffing doubles them; then come the counted octets, and FLUSH.
            self._make_out(4 * self._width + 2 * self._coder.sc + 64)
            with nogil:
                self._code_row(number)
        self._make_out(2 * self._coder.sc + 64)
        self._flush()
        self._put(_END_OF_STRIPE)
        memcpy(self._row(-2), self._row(self._waiting - 2), self._stride)
        memcpy(self._row(-1), self._row(self._waiting - 1), self._stride)
        self._coded += self._waiting
        self._waiting = 0
        return 0

    cdef void _code_row(self, Py_ssize_t number) noexcept nogil:
        cdef const uint8_t *row = self._row(number)
        cdef const uint8_t *above = self._row(number - 1)
        cdef const uint8_t *far = self._row(number - 2)
        cdef bint typical
        if self._typical_prediction:
            typical = memcmp(row, above, self._stride) == 0
            self._coder.a = encode(
                &self._coder, self._coder.a, &self._contexts[self._slntp], typical == self._was_typical
            )
            self._was_typical = typical
            if typical:
                return
        if self._two_lines:
            if self._shift:
                encode_row(&self._coder, self._contexts, far, above, row, self._width, self._shift, True)
            else:
                encode_row(&self._coder, self._contexts, far, above, row, self._width, 0, True)
        elif self._shift:
            encode_row(&self._coder, self._contexts, far, above, row, self._width, self._shift, False)
        else:
            encode_row(&self._coder, self._contexts, far, above, row, self._width, 0, False)

    cdef void _flush(self) noexcept nogil:
        """FLUSH: CLEARBITS and FINALWRITES, without zeros that can be left away."""
        cdef Coder *coder = &self._coder
        cdef uint64_t top = (coder.a - 1 + coder.c) & ~<uint64_t>0xFFFF
        cdef uint64_t c = (top if top >= coder.c else top + 0x8000) << coder.ct
        cdef bint zeros_follow = not c & 0x7FFF800
        if c > 0x7FFFFFF:
            carry(coder, not zeros_follow)
        else:
            release(coder)
        if not zeros_follow:
            put(coder, c >> 19 & 0xFF)
            if c & 0x7F800:
                put(coder, c >> 11 & 0xFF)
        self._begin_stripe()
