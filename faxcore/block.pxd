# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3
"""Memory for a page; see block.pyx."""

cdef unsigned char *take_block(Py_ssize_t size, Py_ssize_t *capacity) except NULL
cdef void give_block(unsigned char *octets, Py_ssize_t capacity) noexcept


cdef class Block:
    cdef unsigned char *octets
    cdef Py_ssize_t capacity
    cdef readonly Py_ssize_t filled
