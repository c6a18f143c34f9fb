# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The position of the adaptive pixel, compiled: `adaptive.py` decides and explains; only its counting is done here."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcmp, memset

from faxcore.t85.compiled.octets cimport load64, octet_left, ones

from faxcore.t85 import adaptive
from faxcore.t85.image_header import MAX_AT_SHIFT

cdef enum:
    SHIFTS = 128
    GROUPS = 64

assert SHIFTS == MAX_AT_SHIFT + 1
cdef int _HOME = adaptive.HOME, _WHOLE_SAMPLE = adaptive.WHOLE_SAMPLE, _STEP = adaptive.STEP, _FIRST = adaptive.FIRST
cdef int _BUSY = adaptive.BUSY


cdef inline uint64_t count_unlike_in_row(const uint8_t *row, Py_ssize_t octets, int shift, uint64_t padding) noexcept nogil:
    """Count the pixels of a row that differ from the one so many pixels left of them."""
    cdef uint64_t count = 0, word, other
    cdef Py_ssize_t at
    cdef int bits = shift & 7
    cdef const uint8_t *left = row - (shift >> 3)
    for at in range(0, octets, 8):
        word = load64(row + at)
        other = load64(left + at)
        if bits:
            other = other >> bits | <uint64_t>left[at - 1] << (64 - bits)
        other ^= word
        if at + 8 >= octets:
            other &= padding
        count += ones(other)
    return count


cdef void count_unlike(
    const uint8_t **rows, Py_ssize_t count, int width, int shifts, uint64_t *differing
) noexcept nogil:
    """Count, for each shift, the pixels of all the rows that differ from the one so many pixels to the left."""
    cdef Py_ssize_t octets = (width + 7) >> 3, number
    cdef uint64_t padding = ~<uint64_t>0 << (-width & 63)
    cdef int shift
    for number in range(count):
        for shift in range(1, shifts):
            differing[shift] += count_unlike_in_row(rows[number], octets, shift, padding)


cdef uint64_t count_unlike_home(const uint8_t *row, const uint8_t *above, int width) noexcept nogil:
    """Count the pixels of a row that differ from the one at home: two to the right, in the row above."""
    cdef Py_ssize_t octets = (width + 7) >> 3, at
    cdef uint64_t count = 0, other
    for at in range(0, octets, 8):
        other = load64(row + at) ^ (load64(above + at) << 2 | above[at + 8] >> 6)
        if at + 8 >= octets:
            other &= ~<uint64_t>0 << (-width & 63)
        count += ones(other)
    return count


cdef void count_groups(
    const uint8_t *row, const uint8_t *above, int width, int shift, uint32_t *groups
) noexcept nogil:
    """Count pixels by colour (white first), neighbours and the adaptive pixel, as in `_Sample.estimate_entropy`."""
    cdef uint32_t near = above[0], here = 0, moved, group
    cdef int octet, pixel, octets = (width + 7) >> 3, last
    for octet in range(octets):
        near = near << 8 | above[octet + 1]
        here = here << 8 | row[octet]
        moved = octet_left(row, octet, shift) if shift else near >> 6 & 0xFF
        last = 8 if octet < octets - 1 else width - 8 * octet
        for pixel in range(last):
            group = (here >> (8 - pixel) & 1) << 5 | (here >> (9 - pixel) & 1) << 4
            group |= (near >> (14 - pixel) & 0b111) << 1 | (moved >> (7 - pixel) & 1)
            groups[(here >> (7 - pixel) & 1) * GROUPS + group] += 1


cdef object _estimate_entropy(const uint8_t **rows, const uint8_t **above, Py_ssize_t count, int width, int shift):
    cdef uint32_t groups[2 * GROUPS]
    cdef Py_ssize_t number
    memset(groups, 0, sizeof(groups))
    for number in range(count):
        count_groups(rows[number], above[number], width, shift, groups)
    whites, blacks = [groups[at] for at in range(GROUPS)], [groups[GROUPS + at] for at in range(GROUPS)]
    return adaptive.estimate_entropy(whites, blacks)


cdef int best_shift(
    const uint8_t *rows, Py_ssize_t pitch, Py_ssize_t count, int width, int current, int nearest
) except -1:
    """Find the shift for a stripe of so many rows, `pitch` octets apart, with the row above it before them."""
    cdef Py_ssize_t number, differing_rows = 0, chosen = 0
    cdef uint64_t differing[SHIFTS]
    cdef uint64_t home = 0
    cdef Py_ssize_t stride = (width + 7) >> 3
    cdef const uint8_t **pointers = <const uint8_t **>PyMem_Malloc(2 * count * sizeof(uint8_t *))
    cdef const uint8_t **above
    if pointers == NULL:
        raise MemoryError
    try:
        for number in range(count):
            if memcmp(rows + number * pitch, rows + (number - 1) * pitch, stride):
                pointers[differing_rows] = rows + number * pitch
                differing_rows += 1
        if differing_rows == 0:
            return current
        for number in adaptive.choose_sample(differing_rows):
            pointers[chosen] = pointers[number]
            chosen += 1
        above = pointers + chosen
        for number in range(chosen):
            above[number] = pointers[number] - pitch
        pixels = chosen * width
        shifts = {_HOME, current}
        memset(differing, 0, sizeof(differing))
        count_unlike(pointers, chosen, width, 2, differing)
        if differing[1] * _BUSY >= <uint64_t>(chosen * width):
            differing[1] = 0
            count_unlike(pointers, chosen, width, SHIFTS, differing)
            for number in range(chosen):
                home += count_unlike_home(pointers[number], above[number], width)
            shifts.update(adaptive.find_candidates([differing[at] for at in range(SHIFTS)], home, nearest, pixels))
        if shifts == {current}:
            return current
        entropies = {shift: _estimate_entropy(pointers, above, chosen, width, shift) for shift in sorted(shifts)}
        return adaptive.choose_shift(entropies, current, differing_rows)
    finally:
        PyMem_Free(pointers)
