# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3
"""Detect a corrupted EOL: the twin of `lost_eol.py`, which explains it."""

from libc.stdint cimport int64_t

from faxcore.t4.compiled.window cimport EOL_BITS, find_one

cdef struct LostEol:
    double far_longer  # lost_eol.FAR_LONGER
    # LengthCheck, MH: the bits of a bad span that may have been two rows, or -1; those of the last good one.
    int64_t doubtful
    int64_t before
    # TagCheck, MR: rows since the last one coded by itself; the sizes of the last two groups without a bad row.
    int64_t rows
    int64_t newest
    int64_t older
    bint clean


cdef inline LostEol new_lost_eol(double far_longer) noexcept nogil:
    return LostEol(far_longer, -1, 0, 0, 0, 0, True)


cdef inline bint is_two_rows(const unsigned char *octets, int64_t behind, int64_t end) noexcept nogil:
    cdef int64_t wrong = find_one(octets, behind, end)
    cdef int64_t right = find_one(octets, wrong + 1, end)
    return wrong >= 0 and right - behind >= EOL_BITS - 1 and right - wrong <= EOL_BITS - 1


cdef inline bint note_good_length(LostEol *state, int64_t bits) noexcept nogil:
    """Note a good span of so many bits; returns whether the bad one before it was two rows."""
    cdef bint glued = state.doubtful >= 0 and state.doubtful > state.far_longer * max(state.before, bits)
    state.doubtful = -1
    state.before = bits
    return glued


cdef inline void note_bad_length(LostEol *state, int64_t bits) noexcept nogil:
    """Note a bad span. Two in succession have no neighbours to be compared with."""
    state.doubtful = bits if state.doubtful < 0 else -1


cdef inline void forget_bad_length(LostEol *state) noexcept nogil:
    """Forget the last bad span: it is already known to be two rows."""
    state.doubtful = -1


cdef inline void note_row(LostEol *state, bint clean) noexcept nogil:
    """Note a row that was added to the page, good or concealed."""
    state.rows += 1
    state.clean = state.clean and clean


cdef inline bint begin_group(LostEol *state) noexcept nogil:
    """Begin a group with a row coded by itself; returns whether a row is missing before it."""
    cdef bint known = state.newest == state.older and state.newest > 1
    cdef bint missing = known and not state.clean and (state.rows + 1) % state.newest == 0
    if state.clean:
        state.older = state.newest
        state.newest = state.rows
    state.rows = 0
    state.clean = True
    return missing
