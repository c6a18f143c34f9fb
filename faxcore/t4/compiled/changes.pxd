# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3
"""Packed rows to changes and back: the twin of `runs.py`."""

from libc.stdint cimport int32_t, uint64_t
from libc.string cimport memset

from faxcore.t4.compiled.window cimport load, store, trailing_zeros

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


cdef inline int32_t *find_in_word(uint64_t differing, int32_t last, int32_t *change) noexcept nogil:
    """Put the places of the ones in front of `change`; returns the first. `last` is the place of the last bit.

    From right to left, because processors count zeros behind the last one faster than zeros before the first.
    """
    if differing:
        change[-1] = last - trailing_zeros(differing)
        differing &= differing - 1
        change[-2] = last - trailing_zeros(differing | <uint64_t>1 << TOP)
        change -= 1 + (differing != 0)
        differing &= differing - 1
        while differing:
            change -= 1
            change[0] = last - trailing_zeros(differing)
            differing &= differing - 1
    return change


cdef inline int32_t *find_changes(const unsigned char *row, int32_t width, int32_t *end) noexcept nogil:
    """Put the changes of a packed row in front of `end`, and a guard before them; returns the first.

    Padding bits don't count.
    """
    cdef int32_t index = width >> 6
    cdef int32_t rest = width & 63
    cdef int32_t *change = end
    cdef uint64_t word, left
    left = load(row + 8 * (index - 1)) if index else 0
    if rest:
        word = load_some(row + 8 * index, (rest + 7) >> 3)
        word = (word ^ (word >> 1 | left << TOP)) & ~<uint64_t>0 << (64 - rest)
        change = find_in_word(word, 64 * index + 63, change)
    while index > 0:
        index -= 1
        word = left
        left = load(row + 8 * (index - 1)) if index else 0
        change = find_in_word(word ^ (word >> 1 | left << TOP), 64 * index + 63, change)
    change[-1] = -1
    return change


cdef inline void blacken(unsigned char *octets, uint64_t pixels) noexcept nogil:
    store(octets, load(octets) | pixels)


cdef inline void paint_words(unsigned char *row, const int32_t *changes, int32_t width) noexcept nogil:
    """Word by word, for rows with many changes: each turns the pixels from there to the end of its word."""
    cdef uint64_t every = ~<uint64_t>0
    cdef uint64_t word = 0
    cdef int32_t end
    for end in range(64, width, 64):
        while changes[0] < end:
            word ^= every >> (changes[0] & 63)
            changes += 1
        store(row, word)
        row += 8
        word = 0 - (word & 1)
    while changes[0] < width:
        word ^= every >> (changes[0] & 63)
        changes += 1
    store(row, word & every << (-width & 63))


cdef inline void paint_runs(unsigned char *row, Py_ssize_t stride, const int32_t *changes, int count) noexcept nogil:
    """Run by run, for rows with few changes."""
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


cdef inline void paint(
    unsigned char *row, Py_ssize_t stride, const int32_t *changes, int count, int32_t width
) noexcept nogil:
    """The packed row that has these changes. Up to 7 octets behind it are overwritten."""
    if count > stride:
        paint_words(row, changes, width)
    else:
        paint_runs(row, stride, changes, count)
