# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3
"""Memory for a page, for the compiled codecs: half a megabyte, which is asked for, filled and given back page after page.

The operating system gives fresh memory out in zeroed pieces of four kilobytes, and each costs as much time as some
rows. So one block is kept for the next page. All of it happens while Python's lock is held.
"""

from cpython.buffer cimport PyBuffer_FillInfo
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc

cdef enum:
    LARGEST_KEPT = 1 << 21

cdef unsigned char *_kept = NULL
cdef Py_ssize_t _kept_capacity = 0


cdef unsigned char *take_block(Py_ssize_t size, Py_ssize_t *capacity) except NULL:
    """At least so many octets, with anything in them; `capacity` says how many."""
    global _kept, _kept_capacity
    cdef unsigned char *octets
    if _kept != NULL and _kept_capacity >= size:
        octets, _kept = _kept, NULL
        capacity[0] = _kept_capacity
        return octets
    octets = <unsigned char *>PyMem_RawMalloc(size)
    if octets == NULL:
        raise MemoryError
    capacity[0] = size
    return octets


cdef void give_block(unsigned char *octets, Py_ssize_t capacity) noexcept:
    """Give back what was taken, when nobody looks at it any more; NULL is allowed."""
    global _kept, _kept_capacity
    if octets != NULL and capacity <= LARGEST_KEPT and (_kept == NULL or capacity > _kept_capacity):
        PyMem_RawFree(_kept)
        _kept = octets
        _kept_capacity = capacity
    else:
        PyMem_RawFree(octets)


cdef class Block:
    """Octets that can be looked at as long as anybody wants: the first `filled` of them, at the time of asking."""

    def __cinit__(self, Py_ssize_t size):
        self.octets = take_block(size, &self.capacity)

    def __dealloc__(self):
        give_block(self.octets, self.capacity)

    def __getbuffer__(self, Py_buffer *view, int flags):
        PyBuffer_FillInfo(view, self, self.octets, self.filled, True, flags)
