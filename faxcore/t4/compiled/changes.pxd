# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3
"""Packed rows to changes and back: the twin of `runs.py`."""

from libc.stdint cimport int32_t, uint64_t
from libc.string cimport memset

from faxcore.t4.compiled.window cimport join, load, store, trailing_zeros

cdef enum:
    GUARDS_BEHIND = 4  # changes at the width, behind the last
    TOP = 63
    GROUP = 32  # words
    ROOM_IN_FRONT = 4  # entries


cdef inline void put_guards(int32_t *changes, int count, int32_t width) noexcept nogil:
    cdef int index
    (changes - 1)[0] = -1
    for index in range(GUARDS_BEHIND):
        changes[count + index] = width


cdef inline uint64_t load_some(const unsigned char *octets, int count) noexcept nogil:
    """Load fewer than eight octets, as the first of a word."""
    cdef uint64_t word = 0
    cdef int index
    for index in range(count):
        word |= <uint64_t>octets[index] << (56 - 8 * index)
    return word


cdef inline int32_t *find_changes(const unsigned char *row, int32_t width, int32_t *end) noexcept nogil:
    """Put the changes of a packed row in front of `end`, and a guard before them; returns the first.

    Padding bits don't count. From right to left, because processors count the zeros after the last one faster than
    those before the first. Words that have changes are found first, and then the changes in them, four at a time:
    writing too many costs less than guessing wrongly how many there are. Up to ROOM_IN_FRONT may be written in front of
    the first.
    """
    cdef int32_t word = (width - 1) >> 6
    cdef int32_t *change = end
    cdef uint64_t[GROUP + 2] differing
    cdef int32_t[GROUP + 2] last
    cdef uint64_t pixels, left, bits
    cdef int count, index, stop, found
    # The last word has padding, and the memory after it must not be read.
    pixels = load_some(row + 8 * word, (((width - 1) & 63) >> 3) + 1)
    left = load(row + 8 * word - 8) if word else 0
    bits = (pixels ^ (pixels >> 1 | left << TOP)) & ~<uint64_t>0 << (-width & 63)
    differing[0] = bits
    last[0] = 64 * word + 63
    count = bits != 0
    while True:
        stop = max(1, word - GROUP)
        while word > stop:
            word -= 1
            pixels = left
            left = load(row + 8 * word - 8)
            bits = pixels ^ (pixels >> 1 | left << TOP)
            differing[count] = bits
            last[count] = 64 * word + 63
            count += bits != 0
        if word == 1:
            word = 0
            bits = left ^ left >> 1
            differing[count] = bits
            last[count] = 63
            count += bits != 0
        for index in range(count):
            bits = differing[index]
            while bits:
                (change - 1)[0] = last[index] - trailing_zeros(bits)
                bits &= bits - 1
                found = 1 + (bits != 0)
                (change - 2)[0] = last[index] - trailing_zeros(bits | <uint64_t>1 << TOP)
                bits &= bits - 1
                found += bits != 0
                (change - 3)[0] = last[index] - trailing_zeros(bits | <uint64_t>1 << TOP)
                bits &= bits - 1
                found += bits != 0
                (change - 4)[0] = last[index] - trailing_zeros(bits | <uint64_t>1 << TOP)
                bits &= bits - 1
                change -= found
        if word == 0:
            (change - 1)[0] = -1
            return change
        count = 0


cdef inline void paint_words(unsigned char *row, const int32_t *changes, int32_t width) noexcept nogil:
    """Paint word by word, for rows with many changes: each inverts the pixels from there to the end of its word."""
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
    """Paint run by run, for rows with few changes."""
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
            join(octets, (every >> (begin & 63)) & (every << (63 - ((end - 1) & 63))))
            continue
        join(octets, every >> (begin & 63))
        octets += 8
        while octets < last:
            store(octets, every)
            octets += 8
        store(octets, every << (63 - ((end - 1) & 63)))


cdef inline void paint(
    unsigned char *row, Py_ssize_t stride, const int32_t *changes, int count, int32_t width
) noexcept nogil:
    """Paint the packed row that has these changes. Up to 7 octets after it are overwritten."""
    if count > stride:
        paint_words(row, changes, width)
    else:
        paint_runs(row, stride, changes, count)
