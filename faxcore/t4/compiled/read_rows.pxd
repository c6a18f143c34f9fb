# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3
"""Read one row from its codes; see read_rows.pyx."""

from libc.stdint cimport int32_t, int64_t

from faxcore.t4.compiled.window cimport Window

cdef int read_one_dimensional(Window *window, int32_t *row, int32_t width) noexcept nogil
cdef int read_two_dimensional(
    Window *window, const int32_t *above, int32_t *row, int32_t width, const unsigned char *data_end
) noexcept nogil
