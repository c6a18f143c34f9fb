# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3
"""Octets as words, and rows that stand between zeros.

A row is handled where at least `GUARD` octets of zero stand before and behind it: around the page all is white, so
nothing that looks at a pixel's neighbours has to ask whether there are any. 16 octets are the 127 pixels of the widest
move of the adaptive pixel, and one.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t

cdef extern from *:
    """
    #include <string.h>
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    #define T85_BIG64(x) (x)
    #define T85_BIG32(x) (x)
    #else
    #define T85_BIG64(x) __builtin_bswap64(x)
    #define T85_BIG32(x) __builtin_bswap32(x)
    #endif
    static inline uint64_t t85_load64(const uint8_t *at) {
        uint64_t word;
        memcpy(&word, at, 8);
        return T85_BIG64(word);
    }
    static inline uint32_t t85_load32(const uint8_t *at) {
        uint32_t word;
        memcpy(&word, at, 4);
        return T85_BIG32(word);
    }
    """
    uint64_t load64 "t85_load64"(const uint8_t *at) noexcept nogil
    uint32_t load32 "t85_load32"(const uint8_t *at) noexcept nogil
    int leading_zeros "__builtin_clzll"(uint64_t word) noexcept nogil
    int ones "__builtin_popcountll"(uint64_t word) noexcept nogil

cdef enum:
    GUARD = 16


cdef inline uint32_t octet_left(const uint8_t *row, Py_ssize_t at, int shift) noexcept nogil:
    """Return the eight pixels that are `shift` pixels left of the eight in octet `at`; `shift` is at most 128."""
    cdef const uint8_t *first = row + at - ((shift + 7) >> 3)
    return (<uint32_t>first[0] << 8 | first[1]) >> (8 - (-shift & 7)) & 0xFF
