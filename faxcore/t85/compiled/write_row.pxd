# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3

from libc.stdint cimport uint8_t, uint32_t

cdef enum:
    CONTEXTS = 1024

cdef struct Coder:
    # The registers of T.82, 6.8, and where the octets go. There is room for all that a row can make.
    uint32_t a
    uint32_t c
    int ct
    int buffer
    Py_ssize_t sc
    uint8_t *out


cdef uint32_t first_state() noexcept nogil
cdef void begin(Coder *coder) noexcept nogil
cdef void encode(Coder *coder, uint32_t *context, uint32_t pixel) noexcept nogil
cdef void encode_row(
    Coder *coder,
    uint32_t *contexts,
    const uint8_t *two_above,
    const uint8_t *above,
    const uint8_t *row,
    int width,
    int shift,
    bint two_lines,
) noexcept nogil
cdef void flush(Coder *coder) noexcept nogil
