# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3
"""A window of 64 bits over a row of octets, first bit on top: both the decoder and the encoder use it.

Needs a compiler with GCC's built-ins (GCC, Clang); without one the plain codec is used.
"""

from libc.stdint cimport int64_t, uint64_t

cdef extern from *:
    """
    #include <stdint.h>
    #include <string.h>
    #if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    #define FACTEUR_BIG_ENDIAN(word) __builtin_bswap64(word)
    #else
    #define FACTEUR_BIG_ENDIAN(word) (word)
    #endif
    static inline uint64_t facteur_load(const unsigned char *octets)
    {
        uint64_t word;
        memcpy(&word, octets, 8);
        return FACTEUR_BIG_ENDIAN(word);
    }
    static inline void facteur_store(unsigned char *octets, uint64_t word)
    {
        word = FACTEUR_BIG_ENDIAN(word);
        memcpy(octets, &word, 8);
    }
    static inline void facteur_join(unsigned char *octets, uint64_t word)
    {
        uint64_t there;
        memcpy(&there, octets, 8);
        there |= FACTEUR_BIG_ENDIAN(word);
        memcpy(octets, &there, 8);
    }
    """
    uint64_t load "facteur_load"(const unsigned char *octets) noexcept nogil
    void store "facteur_store"(unsigned char *octets, uint64_t word) noexcept nogil
    void join "facteur_join"(unsigned char *octets, uint64_t word) noexcept nogil
    int leading_zeros "__builtin_clzll"(uint64_t word) noexcept nogil
    int trailing_zeros "__builtin_ctzll"(uint64_t word) noexcept nogil

cdef enum:
    EOL_BITS = 12


cdef struct Window:
    uint64_t bits  # the next bits, first on top; below `have` there may be more of them, never others
    int have
    const unsigned char *next  # the octet behind the first `have` bits


cdef inline void refill(Window *window) noexcept nogil:
    """Fill the window to at least 56 bits, at any place where that many octets and 8 more can be read."""
    window.bits |= load(window.next) >> window.have
    window.next += (63 - window.have) >> 3
    window.have |= 56


cdef inline void skip(Window *window, int count) noexcept nogil:
    window.bits <<= count
    window.have -= count


cdef inline Window window_at(const unsigned char *octets, int64_t position) noexcept nogil:
    """Return the window whose first bit is the one at `position`, counted from the first bit of `octets`."""
    cdef Window window
    window.bits = 0
    window.have = 0
    window.next = octets + (position >> 3)
    refill(&window)
    skip(&window, position & 7)
    return window


cdef inline int64_t position_of(const Window *window, const unsigned char *octets) noexcept nogil:
    """Return the position of the window's first bit."""
    return (window.next - octets) * 8 - window.have


cdef inline int64_t find_one(const unsigned char *octets, int64_t begin, int64_t end) noexcept nogil:
    """Find the first one from `begin`, before `end`; -1 if there is none."""
    cdef uint64_t bits
    while begin < end:
        bits = load(octets + (begin >> 3)) << (begin & 7)
        if bits:
            begin += leading_zeros(bits)
            return begin if begin < end else -1
        begin += 64 - (begin & 7)
    return -1


cdef inline int64_t find_eol(const unsigned char *octets, int64_t end, int64_t begin) noexcept nogil:
    """Find the start of the first EOL from `begin` (the last eleven zeros of fill are its own); -1 if none is whole."""
    cdef int64_t one = find_one(octets, begin, end)
    while one >= 0 and one - begin < EOL_BITS - 1:
        begin = one + 1
        one = find_one(octets, begin, end)
    return one - (EOL_BITS - 1) if one >= 0 else -1


cdef inline bint is_nothing_more(const unsigned char *octets, int64_t begin, int64_t end) noexcept nogil:
    """Return whether only fill is there, or a run of length 0 before it (decode.py: _NOTHING_MORE)."""
    cdef uint64_t bits
    if find_one(octets, begin, end) < 0:
        return True
    bits = load(octets + (begin >> 3)) << (begin & 7)
    return (bits >> 56 == 0b00110101 and begin + 8 <= end and find_one(octets, begin + 8, end) < 0) or (
        bits >> 54 == 0b0000110111 and begin + 10 <= end and find_one(octets, begin + 10, end) < 0
    )
