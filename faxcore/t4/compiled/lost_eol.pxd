# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3
"""Pages that must not slip: the twin of `lost_eol.py`, which says what this is about."""

from libc.stdint cimport int64_t

from faxcore.t4.compiled.window cimport EOL_BITS, find_one

cdef struct Slip:
    double far_longer  # lost_eol.FAR_LONGER
    # Lengths, MH: the bits of a bad piece that may have been two rows, or -1; those of the last good one.
    int64_t doubtful
    int64_t before
    # Tags, MR: rows since the last one coded by itself; the sizes of the last two groups without a bad row.
    int64_t rows
    int64_t newest
    int64_t older
    bint clean


cdef inline Slip new_slip(double far_longer) noexcept nogil:
    return Slip(far_longer, -1, 0, 0, 0, 0, True)


cdef inline bint is_two_rows(const unsigned char *octets, int64_t behind, int64_t end) noexcept nogil:
    cdef int64_t wrong = find_one(octets, behind, end)
    cdef int64_t right = find_one(octets, wrong + 1, end)
    return wrong >= 0 and right - behind >= EOL_BITS - 1 and right - wrong <= EOL_BITS - 1


cdef inline bint good_length(Slip *slip, int64_t bits) noexcept nogil:
    """A good piece of so many bits came; whether the bad one before it was two rows."""
    cdef bint glued = slip.doubtful >= 0 and slip.doubtful > slip.far_longer * max(slip.before, bits)
    slip.doubtful = -1
    slip.before = bits
    return glued


cdef inline void bad_length(Slip *slip, int64_t bits) noexcept nogil:
    """A bad piece came. Two in succession have no neighbours to be compared with."""
    slip.doubtful = bits if slip.doubtful < 0 else -1


cdef inline void settled(Slip *slip) noexcept nogil:
    """The last bad piece has been seen to be two rows."""
    slip.doubtful = -1


cdef inline void add_to_group(Slip *slip, bint clean) noexcept nogil:
    """A row was added to the page, good or concealed."""
    slip.rows += 1
    slip.clean = slip.clean and clean


cdef inline bint new_group(Slip *slip) noexcept nogil:
    """A row coded by itself comes next; whether a row is missing before it."""
    cdef bint known = slip.newest == slip.older and slip.newest > 1
    cdef bint missing = known and not slip.clean and (slip.rows + 1) % slip.newest == 0
    if slip.clean:
        slip.older = slip.newest
        slip.newest = slip.rows
    slip.rows = 0
    slip.clean = True
    return missing
