# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3

from libc.stdint cimport uint8_t, uint32_t, uint64_t

cdef enum:
    CONTEXTS = 1024
    SLACK = 8  # zeros behind a stripe's octets: one load more than there are

cdef struct Coder:
    # A and C of T.82, 6.8, in the upper 16 bits; A = 0 is 0x10000. Below: `ahead` bits of the code that follow.
    uint64_t a
    uint64_t c
    int ahead
    Py_ssize_t at  # the octet that C is filled from next
    Py_ssize_t end
    const uint8_t *octets  # with zeros behind the end


cdef uint32_t first_state() noexcept nogil
cdef void fill(Coder *coder) noexcept nogil
cdef uint32_t decode(Coder *coder, uint32_t *context) noexcept nogil

cdef void decode_row(
    Coder *shared,
    uint32_t *contexts,
    const uint8_t *two_above,
    const uint8_t *above,
    uint8_t *row,
    int width,
    int shift,
    bint two_lines,
) noexcept nogil
