# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False
"""One walk over a page in greys: its packed rows, and whether there are other greys than black and white."""


def pack(const unsigned char[::1] greys, Py_ssize_t across, Py_ssize_t down):
    """Pack rows of so many pixels (a multiple of 8), dark ones as 1; and True if a grey is neither nearly black nor
    nearly white (16 to 239).
    """
    if across % 8 or across <= 0 or down < 0 or greys.shape[0] != across * down:
        raise ValueError(f"{greys.shape[0]} octets are no {down} rows of {across} pixels")
    cdef Py_ssize_t octets = across * down // 8
    cdef bytes packed = bytes(octets)
    cdef unsigned char *out = packed
    cdef const unsigned char *at = &greys[0] if octets else NULL
    cdef Py_ssize_t index
    cdef int bit
    cdef unsigned char value, grey, middle = 0
    for index in range(octets):
        value = 0
        for bit in range(8):
            grey = at[bit]
            value = <unsigned char>((value << 1) | (grey < 128))
            middle |= (<unsigned char>(grey - 16)) < 224
        out[index] = value
        at += 8
    return packed, bool(middle)
