# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The encoder, compiled: the twin of `encode.py`, and bit for bit the same.

Bits are collected in a word, and go to the buffer when a code has been added. Before each row there is room in the
buffer for the longest row that the width allows, so that no code needs to ask for it.
"""

from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_RawRealloc
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy, memset

from faxcore.block cimport give_block, take_block
from faxcore.t4.compiled.changes cimport GUARDS_BEHIND, ROOM_IN_FRONT, find_changes, put_guards
from faxcore.t4.compiled.shortest cimport (
    HORIZONTAL_BITS,
    HORIZONTAL_STEP,
    LONGEST_MAKE_UP,
    LONGEST_MAKE_UP_BITS,
    PASS_BITS,
    Sizes,
    Step,
    Way,
    find_shortest,
)
from faxcore.t4.compiled.window cimport store

from faxcore.model.page import Coding

from faxcore.t4 import codes, reasons

cdef enum:
    FIRST_ROOM = 65536
    EOL_BITS = 12
    RTC_EOLS = 6

cdef struct Out:
    uint64_t word  # the last `held` bits, on top, and zeros
    int held  # below 8 between two codes
    unsigned char *next

cdef uint64_t runs[2][LONGEST_MAKE_UP]  # codes of a run, on top; by colour, white first
cdef uint64_t longest_make_up[2]
cdef uint64_t vertical[7]  # by a1 - b1 + 3
cdef Sizes sizes  # the bits of all these
cdef uint64_t horizontal
cdef uint64_t passing

assert len(codes.EOL) == EOL_BITS and int(codes.EOL, 2) == 1
assert codes.EOFB == codes.EOL * 2 and codes.RTC_EOLS == RTC_EOLS


cdef inline void put(Out *out, uint64_t code, int size) noexcept nogil:
    """Put bits that are at the top. Between two of `move_on` up to 57: horizontal mode and two runs of 25 have 53."""
    out.word |= code >> out.held
    out.held += size


cdef inline void put_bits(Out *out, uint64_t bits, int size) noexcept nogil:
    """Put bits that are at the bottom, at least one."""
    put(out, bits << (64 - size), size)


cdef inline void move_on(Out *out) noexcept nogil:
    """Move whole octets to the buffer: always a whole word is written, which costs less than to ask how many."""
    store(out.next, out.word)
    out.next += out.held >> 3
    out.word <<= out.held & 56
    out.held &= 7


cdef inline void put_zeros(Out *out, int64_t count) noexcept nogil:
    while count > 48:
        out.held += 48
        move_on(out)
        count -= 48
    out.held += <int>count
    move_on(out)


cdef inline int32_t put_longest(Out *out, int colour, int32_t run) noexcept nogil:
    """Put the first codes of a run that is beyond all other make-up codes; returns the rest of it."""
    while run >= LONGEST_MAKE_UP:
        put(out, longest_make_up[colour], LONGEST_MAKE_UP_BITS)
        move_on(out)
        run -= LONGEST_MAKE_UP
    return run


cdef inline void put_run(Out *out, int colour, int32_t run, bint wide) noexcept nogil:
    """Put the codes of a run. `wide`: it may be beyond all other make-up codes."""
    if wide:
        move_on(out)
        run = put_longest(out, colour, run)
    put(out, runs[colour][run], sizes.runs[colour][run])


cdef inline void put_one_dimensional(Out *out, const int32_t *row, int32_t width, bint wide) noexcept nogil:
    """Put a row by itself: the lengths of its runs, white first (T.4, 4.1.1)."""
    cdef Out here = out[0]
    cdef int32_t begin = 0
    while row[1] < width:
        put_run(&here, 0, row[0] - begin, wide)
        put_run(&here, 1, row[1] - row[0], wide)
        move_on(&here)
        begin = row[1]
        row += 2
    put_run(&here, 0, row[0] - begin, wide)
    if row[0] < width:
        put_run(&here, 1, width - row[0], wide)
    move_on(&here)
    out[0] = here


cdef inline void put_two_dimensional(
    Out *out, const int32_t *row, const int32_t *above, int32_t width, bint wide
) noexcept nogil:
    """Put a row as its differences from the row above (T.4, 4.2.1.3; T.6, 2.2.5).

    a0, a1, a2, b1 and b2 are the Recommendation's; `a1` and `b1` point at them, with the same parity. Both rows have -1
    in front and the width behind.
    """
    cdef Out here = out[0]
    cdef const int32_t *first = row
    cdef const int32_t *a1 = row
    cdef const int32_t *b1 = above
    cdef int32_t a0 = -1, distance
    cdef int colour
    while True:
        distance = a1[0] - b1[0]
        if b1[1] < a1[0]:
            put(&here, passing, PASS_BITS)
            move_on(&here)
            a0 = b1[1]
            b1 += 2
        elif <uint32_t>(distance + 3) <= 6:
            put(&here, vertical[distance + 3], sizes.vertical[distance + 3])
            move_on(&here)
            a0 = a1[0]
            if a0 == width:
                break
            a1 += 1
            b1 += 1
            if (b1 - 2)[0] > a0:  # seldom: so small a run above that its other end, too, is on the right
                b1 -= 2
        else:
            colour = (a1 - first) & 1
            put(&here, horizontal, HORIZONTAL_BITS)
            put_run(&here, colour, a1[0] - (a0 if a0 > 0 else 0), wide)
            put_run(&here, colour ^ 1, a1[1] - a1[0], wide)
            move_on(&here)
            a0 = a1[1]
            if a0 == width:
                break
            a1 += 2
        while b1[0] <= a0:
            b1 += 2
    out[0] = here


cdef void put_shortest(Out *out, const int32_t *row, const int32_t *above, int32_t width, Step *steps) noexcept nogil:
    """Put the same in the fewest bits: see `shortest.py`."""
    cdef int32_t place = find_shortest(row, above, width, &sizes, steps)
    cdef Way *step
    cdef int32_t k = 0, index
    while k < place:
        step = &steps[k].leaving
        for index in range(step.passes):
            put(out, passing, PASS_BITS)
            move_on(out)
        if step.kind == HORIZONTAL_STEP:
            put(out, horizontal, HORIZONTAL_BITS)
            put_run(out, k & 1, row[k] - step.start, True)
            put_run(out, (k & 1) ^ 1, row[k + 1] - row[k], True)
            k += 2
        else:
            put(out, vertical[step.distance + 3], sizes.vertical[step.distance + 3])
            k += 1
        move_on(out)


cdef class Encoder:
    """Codes one page as it is rendered: `add_rows` as often as there are rows, `take` what is ready, `finish`."""

    cdef int32_t _width
    cdef bint _mmr, _mr, _align_eol
    cdef Step *_steps  # NULL: the codes are those of the procedure
    cdef int64_t _k, _coded_above, _min_row_bits
    cdef Py_ssize_t _stride

    cdef int32_t *_memory[2]
    cdef int32_t *_above  # its changes end where their guards begin
    cdef int32_t *_above_end
    cdef int32_t *_row_end
    cdef unsigned char *_above_row  # as packed: a copy of the last one of the data before

    cdef unsigned char *_buffer
    cdef Py_ssize_t _capacity, _row_room
    cdef Out _out

    def __cinit__(
        self,
        int width,
        coding,
        *,
        int64_t k=4,
        int64_t min_row_bits=0,
        bint align_eol=False,
        bint shortest=False,
    ):
        """Begin a page.

        `k` is MR's K: 2 at standard resolution, 4 at fine. `min_row_bits` is the minimum row time at the rate
        in use, in bits. `align_eol` lets the EOL before each row end with an octet. MMR knows none of these.
        `shortest` has rows that are coded against the row above take the fewest bits; see `shortest.py`.
        """
        reasons.check_encoding(width, coding, k)
        self._width = width
        self._mmr = coding is Coding.MMR
        self._mr = coding is Coding.MR
        self._align_eol = align_eol
        self._k = k
        self._min_row_bits = max(0, min_row_bits)
        self._stride = (width + 7) >> 3
        cdef Py_ssize_t entries = ROOM_IN_FRONT + width + GUARDS_BEHIND
        self._memory[0] = <int32_t *>PyMem_Malloc(entries * sizeof(int32_t))
        self._memory[1] = <int32_t *>PyMem_Malloc(entries * sizeof(int32_t))
        self._above_row = <unsigned char *>PyMem_Malloc(self._stride)
        # A pixel costs at most 26 bits, of a run of one and horizontal mode; what else a row has stands behind the sum.
        self._row_room = 4 * width + (self._min_row_bits >> 3) + 64
        self._buffer = take_block(self._row_room + FIRST_ROOM, &self._capacity)
        if shortest:
            self._steps = <Step *>PyMem_Malloc((width + 3) * sizeof(Step))
            if self._steps == NULL:
                raise MemoryError
        if self._memory[0] == NULL or self._memory[1] == NULL or self._above_row == NULL:
            raise MemoryError
        self._above = self._above_end = self._memory[0] + ROOM_IN_FRONT + width
        self._row_end = self._memory[1] + ROOM_IN_FRONT + width
        put_guards(self._above, 0, width)
        put_guards(self._row_end, 0, width)
        memset(self._above_row, 0, self._stride)
        self._out.next = self._buffer

    def __dealloc__(self):
        PyMem_Free(self._memory[0])
        PyMem_Free(self._memory[1])
        PyMem_Free(self._above_row)
        PyMem_Free(self._steps)
        give_block(self._buffer, self._capacity)

    def add_rows(self, data) -> None:
        """Code any number of packed rows, 1 = black, each beginning with an octet."""
        cdef Py_buffer view
        cdef bint whole
        PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
        try:
            reasons.check_rows(view.len, self._stride)
            with nogil:
                whole = self._code_rows(<const unsigned char *>view.buf, view.len // self._stride)
            if not whole:
                raise MemoryError
        finally:
            PyBuffer_Release(&view)

    def take(self) -> bytes:
        """Take the whole octets that are ready and were not taken before."""
        taken = PyBytes_FromStringAndSize(<char *>self._buffer, self._out.next - self._buffer)
        self._out.next = self._buffer
        return taken

    def finish(self) -> bytes:
        """End the page with RTC or EOFB, padded with zeros to an octet, and take the rest of it."""
        cdef int index
        if not self._make_room():
            raise MemoryError
        if self._mmr:
            put_bits(&self._out, 1, EOL_BITS)
            put_bits(&self._out, 1, EOL_BITS)
            move_on(&self._out)
        else:
            self._align()
            for index in range(RTC_EOLS):
                put_bits(&self._out, 1, EOL_BITS)
                if self._mr:
                    put_bits(&self._out, 1, 1)
                move_on(&self._out)
        put_zeros(&self._out, -self._count_bits() & 7)
        return self.take()

    cdef bint _code_rows(self, const unsigned char *row, Py_ssize_t count) noexcept nogil:
        """Code rows; False if there is no memory."""
        cdef int32_t *changes
        cdef const unsigned char *above = self._above_row
        cdef Py_ssize_t index
        for index in range(count):
            if not self._make_room():
                return False
            if memcmp(row, above, self._stride):
                changes = find_changes(row, self._width, self._row_end)
                self._put_row(changes)
                self._above = changes
                self._above_end, self._row_end = self._row_end, self._above_end
            else:
                self._put_row(self._above)
            above = row
            row += self._stride
        if count:
            memcpy(self._above_row, above, self._stride)
        return True

    cdef inline void _put_row(self, const int32_t *row) noexcept nogil:
        if self._mmr:
            self._put_against_above(row)
        else:
            self._put_row_with_eol(row)

    cdef inline void _put_against_above(self, const int32_t *row) noexcept nogil:
        cdef int ones
        if row != self._above:
            if self._steps != NULL:
                put_shortest(&self._out, row, self._above, self._width, self._steps)
            elif self._width < LONGEST_MAKE_UP:
                put_two_dimensional(&self._out, row, self._above, self._width, False)
            else:
                put_two_dimensional(&self._out, row, self._above, self._width, True)
            return
        ones = <int>(self._above_end - self._above) + 1  # V0 for every change and for the end
        while ones > 48:
            put_bits(&self._out, 0xFFFFFFFFFFFF, 48)
            move_on(&self._out)
            ones -= 48
        put_bits(&self._out, (<uint64_t>1 << ones) - 1, ones)
        move_on(&self._out)

    cdef void _put_row_with_eol(self, const int32_t *row) noexcept nogil:
        cdef bint by_itself = not self._mr or self._coded_above % self._k == 0
        cdef int64_t begin
        self._coded_above += 1
        self._align()
        begin = self._count_bits()
        put_bits(&self._out, 1, EOL_BITS)
        if self._mr:
            put_bits(&self._out, by_itself, 1)
        move_on(&self._out)
        if not by_itself:
            self._put_against_above(row)
        elif self._width < LONGEST_MAKE_UP:
            put_one_dimensional(&self._out, row, self._width, False)
        else:
            put_one_dimensional(&self._out, row, self._width, True)
        if self._min_row_bits:
            put_zeros(&self._out, max(0, begin + self._min_row_bits - self._count_bits()))

    cdef inline void _align(self) noexcept nogil:
        if self._align_eol:
            put_zeros(&self._out, -(self._count_bits() + EOL_BITS) & 7)

    cdef inline int64_t _count_bits(self) noexcept nogil:
        """Count the bits since the last whole octet that was taken."""
        return 8 * (self._out.next - self._buffer) + self._out.held

    cdef inline bint _make_room(self) noexcept nogil:
        """Make room for the longest row, or for the end of the page; False if there is no memory."""
        cdef Py_ssize_t used = self._out.next - self._buffer
        cdef unsigned char *larger
        if used + self._row_room <= self._capacity:
            return True
        larger = <unsigned char *>PyMem_RawRealloc(self._buffer, 2 * self._capacity)
        if larger == NULL:
            return False
        self._buffer = larger
        self._capacity *= 2
        self._out.next = larger + used
        return True


def _on_top(code):
    return int(code, 2) << (64 - len(code))


def _derive():
    global horizontal, passing
    printed = (codes.WHITE_RUNS, codes.BLACK_RUNS)
    for colour in (0, 1):
        for run in range(LONGEST_MAKE_UP):
            runs[colour][run] = _on_top(printed[colour][run])
            sizes.runs[colour][run] = len(printed[colour][run])
        longest = (codes.WHITE, codes.BLACK)[colour][LONGEST_MAKE_UP]
        assert len(longest) == LONGEST_MAKE_UP_BITS
        longest_make_up[colour] = _on_top(longest)
    for distance in range(-3, 4):
        vertical[distance + 3] = _on_top(codes.MODES[distance])
        sizes.vertical[distance + 3] = len(codes.MODES[distance])
    horizontal = _on_top(codes.MODES[codes.HORIZONTAL])
    passing = _on_top(codes.MODES[codes.PASS])
    assert len(codes.MODES[codes.HORIZONTAL]) == HORIZONTAL_BITS
    assert len(codes.MODES[codes.PASS]) == PASS_BITS


_derive()
