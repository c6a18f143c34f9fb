# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""A stripe that is being decoded: its octets as they come, and what lasts from row to row and from stripe to stripe.

The plain decoder waits inside of a row for octets that have not come. Here a row is decoded at once; octets that are
missing are taken for zeros, and if it turns out that any of those was looked at, the row is undone and decoded again
when more have come. How many octets the plain decoder would have read is told by the number of bits by which the
interval was doubled, so both keep the same rows at the same time.

The row that is decoded and the two above it stand apart from the page, between zeros (`octets.pxd`).
"""

cimport cython
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from libc.stdint cimport int64_t, uint8_t, uint64_t
from libc.string cimport memchr, memcpy, memmove, memset

from faxcore.t85.compiled.octets cimport GUARD
from faxcore.t85.compiled.read_row cimport CONTEXTS, SLACK, Coder, decode, decode_row, fill, first_state

from faxcore.t85 import image_header
from faxcore.t85.template import THREE_LINES, TWO_LINES

cdef enum:
    ESC = 0xFF
    STUFF = 0x00
    READ_AHEAD = 3  # octets that INITDEC reads

assert (image_header.ESC, image_header.STUFF) == (ESC, STUFF)
cdef int64_t _NEVER = image_header.UNKNOWN


@cython.final
cdef class Stripe:
    """All stripes of a page, one after the other."""

    def __cinit__(self, int width, bint two_line_template, bint typical_prediction):
        self.width = width
        self.stride = (width + 7) >> 3
        self.two_lines = two_line_template
        self.typical_prediction = typical_prediction
        self.slntp = (TWO_LINES if two_line_template else THREE_LINES).slntp
        self.memory = <uint8_t *>PyMem_Malloc(3 * (self.stride + GUARD) + GUARD)
        if self.memory == NULL:
            raise MemoryError
        memset(self.memory, 0, 3 * (self.stride + GUARD) + GUARD)
        self.two_above = self.memory + GUARD
        self.above = self.two_above + self.stride + GUARD
        self.row = self.above + self.stride + GUARD
        self.start_afresh()

    def __dealloc__(self):
        PyMem_Free(self.octets)
        PyMem_Free(self.memory)

    cdef int start_afresh(self) except -1:
        """Set the state with which the first stripe, and one after SDRST, begins."""
        cdef int context
        for context in range(CONTEXTS):
            self.contexts[context] = first_state()
        self.shift = 0
        self.is_typical = False
        self.is_doubled = True
        memset(self.above, 0, self.stride)
        memset(self.two_above, 0, self.stride)
        return 0

    cdef int begin(self, dict moves) except -1:
        """Begin the next stripe, with its moves of the adaptive pixel."""
        self.moves = moves
        self.next_move = min(moves, default=_NEVER)
        self.end = self.gone = 0
        self.begun = self.data_ended = self.complete = False
        return 0

    cdef int follow_move(self) except -1:
        """Move the adaptive pixel, because `next_move` is reached."""
        self.shift = self.moves.pop(self.next_move)
        self.next_move = min(self.moves, default=_NEVER)
        return 0

    # Octets

    cdef Py_ssize_t take_in(self, const uint8_t *data, Py_ssize_t size) except -1:
        """Take octets, up to the marker that ends the stripe; returns how many were taken."""
        cdef const uint8_t *found
        cdef uint8_t *octets
        cdef Py_ssize_t at = 0, plain, gone = min(self.octet_behind_c(), self.end)
        if self.begun and gone > 0:
            memmove(self.octets, self.octets + gone, self.end - gone)
            self.end -= gone
            self.gone += gone
            self.coder.at -= gone
        if self.end + size + SLACK > self.room:
            octets = <uint8_t *>PyMem_Realloc(self.octets, 2 * (self.end + size + SLACK))
            if octets == NULL:
                raise MemoryError
            self.octets = octets
            self.room = 2 * (self.end + size + SLACK)
        while at < size and not self.data_ended:
            found = <const uint8_t *>memchr(data + at, ESC, size - at)
            plain = (found - data if found != NULL else size) - at
            memcpy(self.octets + self.end, data + at, plain)
            self.end += plain
            at += plain
            if found != NULL:
                if size - at < 2:
                    break
                if found[1] == STUFF:
                    self.octets[self.end] = ESC
                    self.end += 1
                    at += 2
                else:
                    self.data_ended = True
        memset(self.octets + self.end, 0, SLACK)
        return at

    cdef bint try_start(self) except -1:
        """Start with INITDEC, without the states, as soon as there are octets for it, or refill C when more have come;
        returns whether rows can be read.
        """
        if not self.begun:
            if self.end < READ_AHEAD and not self.data_ended:
                return False
            self.begun = True
            self.coder.a = 0
            self.coder.c = <uint64_t>self.octets[0] << 56 | <uint64_t>self.octets[1] << 48
            self.coder.ahead = 0
            self.coder.at = 2
        self.refill()
        return True

    cdef inline Py_ssize_t octet_behind_c(self) noexcept nogil:
        """Return the octet with the bits that follow the upper 16 of C."""
        return self.coder.at - ((self.coder.ahead + 7) >> 3)

    cdef void refill(self) noexcept nogil:
        """Fill C again from octets that may have moved, and may be there where only zeros stood in for them."""
        cdef Coder *coder = &self.coder
        cdef int used = -coder.ahead & 7
        coder.at = self.octet_behind_c()
        coder.octets = self.octets
        coder.end = self.end
        coder.c = coder.c >> 48 << 48
        coder.ahead = 0
        fill(coder)
        coder.c = coder.c >> 48 << 48 | coder.c << (16 + used) >> 16
        coder.ahead -= used

    cdef inline int64_t octets_looked_at(self) noexcept nogil:
        """Count the octets of the stripe that the flow charts would have read: three, and one more every eight bits."""
        cdef int64_t bits = 8 * (self.gone + self.coder.at) - 16 - self.coder.ahead
        return READ_AHEAD if bits == 0 else READ_AHEAD - 1 + ((bits + 7) >> 3)

    cdef inline bint lacks_octets(self) noexcept nogil:
        """Return whether octets were used that are not there, and may still come or mean something."""
        return not self.complete and self.surplus() < 0

    cdef int64_t surplus(self) noexcept nogil:
        """Count the octets of the stripe that were not looked at."""
        return self.gone + self.end - self.octets_looked_at()

    # Rows

    cdef const uint8_t *read_row(self) noexcept nogil:
        """Read the next row; NULL if octets are missing: then nothing has changed."""
        cdef bint was_typical = self.is_typical
        cdef bint may_lack = not self.complete and self.end - self.coder.at < 2 * self.width + 8  # 15 bits a pixel
        if may_lack:
            if self.lacks_octets():
                return NULL
            self.kept_coder = self.coder
            memcpy(self.kept_contexts, self.contexts, sizeof(self.contexts))
        if self.typical_prediction:
            self.is_typical ^= not decode(&self.coder, &self.contexts[self.slntp])
        if not self.is_typical:
            decode_row(
                &self.coder,
                self.contexts,
                self.two_above,
                self.above,
                self.row,
                self.width,
                self.shift,
                self.two_lines,
            )
        if may_lack and self.lacks_octets():
            self.is_typical = was_typical
            self.coder = self.kept_coder
            memcpy(self.contexts, self.kept_contexts, sizeof(self.contexts))
            return NULL
        return self.accept_row()

    cdef int64_t count_repeats(self, int64_t most) noexcept nogil:
        """Count next rows, at most `most`, that equal the one above: those for which only A changes.

        No octet is looked at for them, so none can be missing.
        """
        cdef uint32_t entry = self.contexts[self.slntp]
        cdef uint64_t lsz = <uint64_t>(entry >> 16) << 48
        cdef uint64_t a = self.coder.a - lsz
        cdef int64_t count = 0
        if not self.is_typical or not entry & 1 or self.lacks_octets():
            return 0
        while count < most and self.coder.c < a and <int64_t>a < 0:
            count += 1
            self.coder.a = a
            a -= lsz
        return count

    cdef inline const uint8_t *accept_row(self) noexcept nogil:
        """Make the row that was read the one above."""
        cdef uint8_t *free = self.two_above
        if not self.is_typical:
            self.two_above = self.above
            self.above = self.row
            self.row = free
            self.is_doubled = False
        elif not self.is_doubled:
            memcpy(self.two_above, self.above, self.stride)
            self.is_doubled = True
        return self.above
