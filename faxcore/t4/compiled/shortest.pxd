# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3
"""The search for the shortest code of a row: the twin of `shortest.py`, which explains it."""

from libc.stdint cimport int32_t, uint8_t

cdef enum:
    LONGEST_MAKE_UP = 2560
    LONGEST_MAKE_UP_BITS = 12
    HORIZONTAL_BITS = 3
    PASS_BITS = 4
    UNKNOWN = 0x7FFFFFFF
    VERTICAL_STEP = 0
    HORIZONTAL_STEP = 1

cdef struct Sizes:
    uint8_t[2][2560] runs  # bits of a run's codes; by colour, white first
    uint8_t[7] vertical  # by a1 - b1 + 3

cdef struct Way:
    int32_t kind
    int32_t passes  # pass modes before it
    int32_t start  # of the first run of horizontal mode
    int32_t distance  # a1 - b1 of vertical mode

cdef struct Step:
    int32_t bits  # the least from the row's begin to this place
    Way arriving
    Way leaving  # along the shortest path, once it is known


cdef inline int32_t bits_of_run(const Sizes *sizes, int colour, int32_t run) noexcept nogil:
    cdef int32_t bits = 0
    while run >= LONGEST_MAKE_UP:
        bits += LONGEST_MAKE_UP_BITS
        run -= LONGEST_MAKE_UP
    return bits + sizes.runs[colour][run]


cdef inline void add_steps_from(
    int32_t k, const int32_t *b1, int32_t start, const int32_t *row, const Sizes *sizes, Step *steps
) noexcept nogil:
    """Add all steps from the place where a1 is change k: after no pass mode, after one, ..."""
    cdef int32_t a1 = row[k], passes = 0, bits = steps[k].bits, total, distance
    cdef int32_t second = HORIZONTAL_BITS + bits_of_run(sizes, (k & 1) ^ 1, row[k + 1] - a1)
    while True:
        total = bits + second + bits_of_run(sizes, k & 1, a1 - start)
        if total < steps[k + 2].bits:
            steps[k + 2].bits = total
            steps[k + 2].arriving.passes = passes
            steps[k + 2].arriving.start = start
            steps[k + 2].arriving.kind = HORIZONTAL_STEP
        if b1[1] >= a1:
            break
        passes += 1
        bits += PASS_BITS
        start = b1[1]
        b1 += 2
    distance = a1 - b1[0]
    if -3 <= distance <= 3:
        total = bits + sizes.vertical[distance + 3]
        if total <= steps[k + 1].bits:
            steps[k + 1].bits = total
            steps[k + 1].arriving.passes = passes
            steps[k + 1].arriving.distance = distance
            steps[k + 1].arriving.kind = VERTICAL_STEP


cdef inline void turn_path_round(Step *steps, int32_t place) noexcept nogil:
    """Turn the shortest path round: from the step that arrives at each place to the step that leaves it."""
    cdef Way way
    while place:
        way = steps[place].arriving
        place -= 2 if way.kind == HORIZONTAL_STEP else 1
        steps[place].leaving = way


cdef inline int32_t find_shortest(
    const int32_t *row, const int32_t *above, int32_t width, const Sizes *sizes, Step *steps
) noexcept nogil:
    """Find the places of the shortest path, in `steps` from place 0 on; returns the last one. Both rows have the width
    after their changes, at least four times, and -1 in front.
    """
    cdef const int32_t *first = above
    cdef int32_t k = 0, a0
    steps[0].bits = 0
    steps[1].bits = UNKNOWN
    while True:
        steps[k + 2].bits = UNKNOWN
        a0 = row[k - 1]
        while first[0] <= a0:
            first += 1
        if steps[k].bits != UNKNOWN:
            add_steps_from(k, first + (((first - above) ^ k) & 1), a0 if a0 > 0 else 0, row, sizes, steps)
        if row[k] == width:
            break
        k += 1
    k += 1 if steps[k + 1].bits <= steps[k + 2].bits else 2
    turn_path_round(steps, k)
    return k
