# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3

from libc.stdint cimport uint8_t

cdef int best_shift(
    const uint8_t *rows, Py_ssize_t pitch, Py_ssize_t count, int width, int current, int nearest
) except -1
