# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Write one row as octets: the encoder's inner loops, which know nothing of stripes and pages; twin of `arithmetic.py`.

Theory. A decision costs a look-up of the context's state, a subtraction from A, and a comparison: C changes only when
the interval must be doubled, which is once in many decisions. So the main work is to find contexts fast. Pixels are
taken eight at a time. Three registers hold the octet and its neighbours of the row two above, of the row above and of
the row itself, and each pixel's context is three pieces of them, shifted. A state is held in its context as one word,
LSZ and the two states that may follow, so that no second look-up waits for the first.

Where everything is white (eight pixels, or 64, and all their neighbours), all the decisions are the same one, and all
are the MPS. They take as many LSZ from A as there are pixels, and if A is then still 0x8000 or more, nothing else would
have happened on the way: one subtraction codes them. Most of a page is like that.
"""

from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memset

from faxcore.t85.compiled.octets cimport leading_zeros, load64, octet_left

from faxcore.t85 import estimation

cdef enum:
    NONE_YET = -1

assert estimation.CONTEXTS == CONTEXTS

cdef uint32_t states[256]  # LSZ << 16 | state after an LPS << 8 | state after an MPS, whose lowest bit is the MPS


cdef int _derive() except -1:
    cdef int state
    for state, (lsz, lps, mps) in enumerate(zip(estimation.LSZ, estimation.AFTER_LPS, estimation.AFTER_MPS, strict=True)):
        states[state] = lsz << 16 | lps << 8 | mps
    return 0

_derive()


cdef inline void put(Coder *coder, int octet) noexcept nogil:
    coder.out[0] = octet
    coder.out += 1
    if octet == 0xFF:
        coder.out[0] = 0
        coder.out += 1


cdef void carry(Coder *coder, bint with_zeros) noexcept nogil:
    """Put out the waiting octet plus one; the counted octets overflow to zeros."""
    if coder.buffer != NONE_YET:
        put(coder, coder.buffer + 1)
    if with_zeros:
        memset(coder.out, 0, coder.sc)
        coder.out += coder.sc
    coder.sc = 0


cdef void release(Coder *coder) noexcept nogil:
    """Put out the waiting octet and the counted ones as they are."""
    if coder.buffer != NONE_YET:
        put(coder, coder.buffer)
    while coder.sc:
        put(coder, 0xFF)
        coder.sc -= 1


cdef void byte_out(Coder *coder) noexcept nogil:
    """Put out an octet with its carry (BYTEOUT)."""
    cdef int octet = coder.c >> 19
    coder.c &= 0x7FFFF
    coder.ct = 8
    if octet == 0xFF:
        coder.sc += 1
        return
    if octet > 0xFF:
        carry(coder, True)
    else:
        release(coder)
    coder.buffer = octet & 0xFF


cdef inline uint32_t _encode(Coder *coder, uint32_t a, uint32_t *context, uint32_t pixel) noexcept nogil:
    """Encode one pixel: CODEMPS, CODELPS and RENORME. The caller holds A in a register; the new A is returned."""
    cdef uint32_t entry = context[0]
    cdef uint32_t lsz = entry >> 16
    a -= lsz
    if (entry & 1) == pixel:
        if a & 0x8000:
            return a
        if a < lsz:
            coder.c += a
            a = lsz
        context[0] = states[entry & 0xFF]
    else:
        if a >= lsz:
            coder.c += a
            a = lsz
        context[0] = states[entry >> 8 & 0xFF]
    return renormalize(coder, a)


cdef uint32_t renormalize(Coder *coder, uint32_t a) noexcept nogil:
    """Renormalize (RENORME) by as many bits at a time as go into the octet."""
    cdef int bits = leading_zeros(a) - (64 - 16)
    cdef int some
    a <<= bits
    while bits >= coder.ct:
        some = coder.ct
        coder.c <<= some
        bits -= some
        byte_out(coder)
    coder.c <<= bits
    coder.ct -= bits
    return a


cdef inline uint32_t encode_white(uint32_t a, uint32_t entry, uint32_t pixels) noexcept nogil:
    """Encode so many white pixels in the context with this state: returns A after them if nothing else changes, else 0.
    """
    cdef uint32_t all_lsz = (entry >> 16) * pixels
    if entry & 1 or all_lsz >= 0x8000 or not a - all_lsz & 0x8000:
        return 0
    return a - all_lsz


cdef inline void _encode_row(
    Coder *coder,
    uint32_t *contexts,
    const uint8_t *two_above,
    const uint8_t *above,
    const uint8_t *row,
    int width,
    int shift,
    bint two_lines,
) noexcept nogil:
    """Encode the pixels of a row. The registers begin with the octet on the left, this one and the one on the right."""
    cdef uint32_t far = two_above[0] << 8, near = above[0] << 8, here = 0, context, moved = 0
    cdef uint32_t a = coder.a, behind
    cdef int octet = 0, pixel, last
    cdef int octets = (width + 7) >> 3
    while octet < octets:
        if (
            octet + 8 < octets
            and load64(row + octet) == 0
            and load64(above + octet) == 0
            and load64(two_above + octet) == 0
            and not (row[octet - 1] | above[octet - 1] | two_above[octet - 1] | above[octet + 8] | two_above[octet + 8])
            and (shift == 0 or load64(row + octet - 16) | load64(row + octet - 8) == 0)
        ):
            behind = encode_white(a, contexts[0], 64)
            if behind:
                a = behind
                octet += 8
                far = near = here = 0
                continue
        far |= two_above[octet + 1]
        near |= above[octet + 1]
        here |= row[octet]
        if shift:
            moved = octet_left(row, octet, shift)
        last = 8
        if octet == octets - 1:
            last = width - 8 * octet
        elif not (here & 0xFFF | near & 0x7FFC0 | far & 0x1FF80 | moved):
            behind = encode_white(a, contexts[0], 8)
            if behind:
                a = behind
                far <<= 8
                near <<= 8
                octet += 1
                continue
        for pixel in range(last):
            if two_lines:
                context = near >> 9 & 0b1111110000 | here >> 8 & 0b1111
                if shift:
                    context = context & 0b1111101111 | moved >> 3 & 0b10000
            else:
                context = far >> 7 & 0b1110000000 | near >> 11 & 0b1111100 | here >> 8 & 0b11
                if shift:
                    context = context & 0b1111111011 | moved >> 5 & 0b100
            a = _encode(coder, a, contexts + context, here >> 7 & 1)
            far <<= 1
            near <<= 1
            here <<= 1
            moved <<= 1
        octet += 1
    coder.a = a


cdef uint32_t first_state() noexcept nogil:
    """Return the state with which each context begins."""
    return states[0]


cdef void begin(Coder *coder) noexcept nogil:
    """Start a stripe: INITENC without the states."""
    coder.a = 0x10000
    coder.c = 0
    coder.ct = 11
    coder.buffer = NONE_YET
    coder.sc = 0


cdef void encode(Coder *coder, uint32_t *context, uint32_t pixel) noexcept nogil:
    """Encode one decision: whether a row is typical."""
    coder.a = _encode(coder, coder.a, context, pixel)


cdef void encode_row(
    Coder *coder,
    uint32_t *contexts,
    const uint8_t *two_above,
    const uint8_t *above,
    const uint8_t *row,
    int width,
    int shift,
    bint two_lines,
) noexcept nogil:
    """Call `_encode_row`, compiled apart for each template, with its adaptive pixel at home and elsewhere."""
    if two_lines:
        if shift:
            _encode_row(coder, contexts, two_above, above, row, width, shift, True)
        else:
            _encode_row(coder, contexts, two_above, above, row, width, 0, True)
    elif shift:
        _encode_row(coder, contexts, two_above, above, row, width, shift, False)
    else:
        _encode_row(coder, contexts, two_above, above, row, width, 0, False)


cdef void flush(Coder *coder) noexcept nogil:
    """End the stripe (FLUSH): CLEARBITS and FINALWRITES, without zeros that can be left out."""
    cdef uint64_t top = (coder.a - 1 + coder.c) & ~<uint64_t>0xFFFF
    cdef uint64_t c = (top if top >= coder.c else top + 0x8000) << coder.ct
    cdef bint zeros_follow = not c & 0x7FFF800
    if c > 0x7FFFFFF:
        carry(coder, not zeros_follow)
    else:
        release(coder)
    if not zeros_follow:
        put(coder, c >> 19 & 0xFF)
        if c & 0x7F800:
            put(coder, c >> 11 & 0xFF)
    begin(coder)
