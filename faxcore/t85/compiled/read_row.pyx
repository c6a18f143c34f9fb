# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Read one row from its octets: the decoder's inner loops, which know nothing of stripes and pages; twin of `_decode`.

C and A are 64 bits, of which the upper 16 are T.82's CHIGH and A. Below them A is zero, so that comparing and
subtracting them never touches what waits in the rest of C: that is the code as it came, four octets at a time. A state
is held in its context as one word, LSZ and the two states that may follow, so that no second look-up waits for the
first: what a pixel's context is depends on the pixel before it, and that chain is what decoding takes.

Where everything around is white, eight or 64 pixels are decoded by one subtraction, as `write_row.pyx` explains.
"""

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memset

from faxcore.t85.compiled.octets cimport leading_zeros, load32, load64, octet_left

from faxcore.t85 import estimation

assert estimation.CONTEXTS == CONTEXTS
cdef uint32_t states[256]  # LSZ << 16 | state after an LPS << 8 | state after an MPS, whose lowest bit is the MPS


cdef int _derive() except -1:
    cdef int state
    for state, (lsz, lps, mps) in enumerate(zip(estimation.LSZ, estimation.AFTER_LPS, estimation.AFTER_MPS, strict=True)):
        states[state] = lsz << 16 | lps << 8 | mps
    return 0

_derive()


cdef inline void _fill(Coder *coder) noexcept nogil:
    """Fill in four more octets; zeros after the end."""
    if coder.at < coder.end:
        coder.c |= <uint64_t>load32(coder.octets + coder.at) << (16 - coder.ahead)
    coder.at += 4
    coder.ahead += 32


cdef inline uint32_t _decode(Coder *coder, uint32_t *context) noexcept nogil:
    """Decode one pixel: DECODE, the exchanges, and RENORMD."""
    cdef uint32_t entry = context[0]
    cdef uint32_t pixel = entry & 1
    cdef uint64_t lsz = <uint64_t>(entry >> 16) << 48
    cdef int bits
    cdef bint probable
    coder.a -= lsz
    if coder.c < coder.a:
        if <int64_t>coder.a < 0:
            return pixel
        probable = coder.a >= lsz
    else:
        coder.c -= coder.a
        probable = coder.a < lsz
        coder.a = lsz
    if probable:
        context[0] = states[entry & 0xFF]
    else:
        context[0] = states[entry >> 8 & 0xFF]
        pixel ^= 1
    bits = leading_zeros(coder.a)
    coder.a <<= bits
    coder.c <<= bits
    coder.ahead -= bits
    if coder.ahead < 16:
        _fill(coder)
    return pixel


cdef inline bint _decode_white(Coder *coder, uint32_t entry, uint32_t pixels) noexcept nogil:
    """Decode so many pixels in the context with this state, if all are white and nothing but A changes."""
    cdef uint32_t all_lsz = (entry >> 16) * pixels
    cdef uint64_t behind = coder.a - (<uint64_t>all_lsz << 48)
    if entry & 1 or all_lsz >= 0x8000 or <int64_t>behind >= 0 or coder.c >= behind:
        return False
    coder.a = behind
    return True


cdef inline void _decode_row(
    Coder *shared,
    uint32_t *contexts,
    const uint8_t *two_above,
    const uint8_t *above,
    uint8_t *row,
    int width,
    int shift,
    bint two_lines,
) noexcept nogil:
    """Decode the pixels of a row. The registers begin with the octet on the left, this one and the one on the right."""
    cdef Coder coder = shared[0]
    cdef uint32_t far = two_above[0] << 8, near = above[0] << 8, before = 0, context, moved = 0
    cdef int octet = 0, pixel, last
    cdef int octets = (width + 7) >> 3
    while octet < octets:
        if (
            octet + 8 < octets
            and load64(above + octet) == 0
            and load64(two_above + octet) == 0
            and not (row[octet - 1] | above[octet - 1] | two_above[octet - 1] | above[octet + 8] | two_above[octet + 8])
            and (shift == 0 or load64(row + octet - 16) | load64(row + octet - 8) == 0)
            and _decode_white(&coder, contexts[0], 64)
        ):
            memset(row + octet, 0, 8)
            octet += 8
            far = near = before = 0
            continue
        far |= two_above[octet + 1]
        near |= above[octet + 1]
        if shift >= 8:
            moved = octet_left(row, octet, shift)
        last = 8
        if octet == octets - 1:
            last = width - 8 * octet
        elif not (before & 0xFF | near & 0x7FFC0 | far & 0x1FF80 | moved) and _decode_white(&coder, contexts[0], 8):
            row[octet] = 0
            far <<= 8
            near <<= 8
            octet += 1
            continue
        for pixel in range(last):
            if two_lines:
                context = near >> 9 & 0b1111110000 | before & 0b1111
                if shift >= 8:
                    context = context & 0b1111101111 | moved >> 3 & 0b10000
                elif shift:
                    context = context & 0b1111101111 | (before >> (shift - 1) & 1) << 4
            else:
                context = far >> 7 & 0b1110000000 | near >> 11 & 0b1111100 | before & 0b11
                if shift >= 8:
                    context = context & 0b1111111011 | moved >> 5 & 0b100
                elif shift:
                    context = context & 0b1111111011 | (before >> (shift - 1) & 1) << 2
            before = before << 1 | _decode(&coder, contexts + context)
            far <<= 1
            near <<= 1
            moved <<= 1
        row[octet] = before << (8 - last)
        octet += 1
    shared[0] = coder


cdef uint32_t first_state() noexcept nogil:
    """Return the state with which each context begins."""
    return states[0]


cdef void fill(Coder *coder) noexcept nogil:
    """Call `_fill` for other modules."""
    _fill(coder)


cdef uint32_t decode(Coder *coder, uint32_t *context) noexcept nogil:
    """Decode one decision: whether a row is typical."""
    return _decode(coder, context)


cdef void decode_row(
    Coder *shared,
    uint32_t *contexts,
    const uint8_t *two_above,
    const uint8_t *above,
    uint8_t *row,
    int width,
    int shift,
    bint two_lines,
) noexcept nogil:
    """Call `_decode_row`, compiled apart for each template, with its adaptive pixel at home and elsewhere."""
    if two_lines:
        if shift:
            _decode_row(shared, contexts, two_above, above, row, width, shift, True)
        else:
            _decode_row(shared, contexts, two_above, above, row, width, 0, True)
    elif shift:
        _decode_row(shared, contexts, two_above, above, row, width, shift, False)
    else:
        _decode_row(shared, contexts, two_above, above, row, width, 0, False)
