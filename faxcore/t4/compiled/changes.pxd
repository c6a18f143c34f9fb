# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3
"""Packed rows to changes and back: the twin of `runs.py`."""

from libc.stdint cimport int32_t, uint64_t
from libc.string cimport memset

from faxcore.t4.compiled.window cimport leading_zeros, load, store

cdef enum:
    GUARDS_BEHIND = 4  # changes at the width, behind the last
    TOP = 63


cdef inline void put_guards(int32_t *changes, int count, int32_t width) noexcept nogil:
    cdef int index
    changes[-1] = -1
    for index in range(GUARDS_BEHIND):
        changes[count + index] = width


cdef inline uint64_t load_some(const unsigned char *octets, int count) noexcept nogil:
    """Fewer than eight octets, as the first of a word."""
    cdef uint64_t word = 0
    cdef int index
    for index in range(count):
        word |= <uint64_t>octets[index] << (56 - 8 * index)
    return word


cdef inline int32_t *find_in_word(uint64_t word, uint64_t left, int32_t base, int32_t *change) noexcept nogil:
    """Add the changes of one word of pixels; `left` is the pixel on its left, 0 or 1. Returns where the next goes."""
    cdef uint64_t differing = word ^ (word >> 1 | left << TOP)
    cdef int at
    while differing:
        at = leading_zeros(differing)
        change[0] = base + at
        change += 1
        differing ^= (<uint64_t>1 << TOP) >> at
    return change


cdef inline int find_changes(const unsigned char *row, int32_t width, int32_t *changes) noexcept nogil:
    """The changes of a packed row; padding bits don't count. Returns how many; one more may have been written."""
    cdef int32_t *change = changes
    cdef int32_t whole = width >> 6
    cdef int32_t rest = width & 63
    cdef int32_t index
    cdef uint64_t word, left = 0
    for index in range(whole):
        word = load(row + 8 * index)
        change = find_in_word(word, left, index * 64, change)
        left = word & 1
    if rest:
        word = load_some(row + 8 * whole, (rest + 7) >> 3) & ~<uint64_t>0 << (64 - rest)
        change = find_in_word(word, left, whole * 64, change)
        if change > changes and change[-1] == width:  # from the last pixel to the padding
            change -= 1
    return <int>(change - changes)


cdef inline void blacken(unsigned char *octets, uint64_t pixels) noexcept nogil:
    store(octets, load(octets) | pixels)


cdef inline void paint(
    unsigned char *row, Py_ssize_t stride, const int32_t *changes, int count, int32_t width
) noexcept nogil:
    """The packed row that has these changes. Up to 7 octets behind it are overwritten."""
    cdef uint64_t every = ~<uint64_t>0
    cdef int index
    cdef int32_t begin, end
    cdef unsigned char *octets
    cdef unsigned char *last
    memset(row, 0, stride + 7)
    for index in range(0, count, 2):
        begin = changes[index]
        end = changes[index + 1]  # behind an odd last change stands the width
        octets = row + 8 * (begin >> 6)
        last = row + 8 * ((end - 1) >> 6)
        if octets == last:
            blacken(octets, (every >> (begin & 63)) & (every << (63 - ((end - 1) & 63))))
            continue
        blacken(octets, every >> (begin & 63))
        octets += 8
        while octets < last:
            store(octets, every)
            octets += 8
        store(octets, every << (63 - ((end - 1) & 63)))
