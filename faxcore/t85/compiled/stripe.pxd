# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3

from libc.stdint cimport int64_t, uint8_t, uint32_t

from faxcore.t85.compiled.read_row cimport CONTEXTS, Coder


cdef class Stripe:
    cdef readonly bint two_lines
    cdef bint typical_prediction, is_typical, is_doubled
    cdef int width, slntp
    cdef Py_ssize_t stride

    # Octets without stuffing, from the first that no row was made of.
    cdef uint8_t *octets
    cdef Py_ssize_t end, room
    cdef int64_t gone  # octets of the stripe that are no longer in the buffer
    cdef bint begun
    cdef bint data_ended  # the marker behind the octets was met
    cdef bint complete  # and was good: what is missing are zeros

    cdef Coder coder
    cdef uint32_t contexts[CONTEXTS]
    cdef Coder kept_coder
    cdef uint32_t kept_contexts[CONTEXTS]

    cdef dict moves  # of the adaptive pixel: row of the stripe, pixels to the left
    cdef int64_t next_move
    cdef int shift

    cdef uint8_t *memory
    cdef uint8_t *row
    cdef uint8_t *above
    cdef uint8_t *two_above

    cdef int start_afresh(self) except -1
    cdef int begin(self, dict moves) except -1
    cdef Py_ssize_t take_in(self, const uint8_t *data, Py_ssize_t size) except -1
    cdef int follow_move(self) except -1
    cdef bint try_start(self) except -1
    cdef int64_t surplus(self) noexcept nogil
    cdef const uint8_t *read_row(self) noexcept nogil
    cdef int64_t count_repeats(self, int64_t most) noexcept nogil
    cdef Py_ssize_t octet_behind_c(self) noexcept nogil
    cdef int64_t octets_looked_at(self) noexcept nogil
    cdef bint lacks_octets(self) noexcept nogil
    cdef void refill(self) noexcept nogil
    cdef const uint8_t *accept_row(self) noexcept nogil
