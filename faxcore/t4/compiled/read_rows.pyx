# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Read one row from its codes: the decoder's inner loops, which know nothing of pages. The twin of `read_row.py`.

Both functions take the window at the row's first bit, and leave it after the row's last code, or, when they return -1,
at the code that is invalid or that no encoder writes there. They return the number of changes, written to `row`. Tables
are derived from the printed codes when the module is loaded.
"""

from libc.stdint cimport int8_t, int32_t, uint8_t, uint16_t, uint32_t

from faxcore.t4.compiled.window cimport Window, refill, skip

from faxcore.t4 import codes


cdef enum:
    RUN_BITS = 13
    PAIR_BITS = 12
    MODES_BITS = 10
    NOTHING_ELSE = 65535  # T.4 has no run beyond the widest page

cdef enum Kind:
    NO_CODE, VERTICAL, HORIZONTAL, PASS

cdef struct Modes:
    # The next codes of a two-dimensional row: one of any kind, and the one behind it where both are vertical.
    uint8_t kind
    uint8_t size
    int8_t distance
    int8_t second
    uint8_t second_size  # 0: look again
    uint8_t padding[3]

# The next run, of one or two codes, and the one of the other colour behind it if its code is as near, by the colour of
# the first: first << 14 | second << 8 | (1 if there is a second) << 6 | bits of all; 0: look in `runs`.
cdef uint32_t pairs[2][1 << PAIR_BITS]
cdef uint16_t runs[2][1 << RUN_BITS]  # length of the run << 4 | bits of its code; by colour, white first
cdef Modes modes[1 << MODES_BITS]


cdef int read_one_dimensional(Window *window, int32_t *row, int32_t width) noexcept nogil:
    """Read a row coded by itself (T.4, 4.1.1)."""
    cdef Window here = window[0]
    cdef int32_t *change = row
    cdef int32_t at = 0, last = -1, first, second
    cdef uint32_t entry
    cdef uint32_t pair
    cdef int colour = 0, two
    while True:
        if here.have < RUN_BITS:
            refill(&here)
        pair = pairs[colour][here.bits >> (64 - PAIR_BITS)]
        first = at + <int32_t>(pair >> 14)
        second = first + <int32_t>(pair >> 8 & 63)
        two = pair >> 6 & 1
        if pair and second <= width:
            change[0] = first
            skip(&here, pair & 63)
            if second == width:
                window[0] = here
                return <int>(change + two - row)
            change[1] = second
            change += 1 + two
            colour ^= 1 ^ two
            at = last = second
            continue
        entry = runs[colour][here.bits >> (64 - RUN_BITS)]
        if entry == 0:
            break
        at += entry >> 4
        if entry >> 4 >= 64:  # make-up: the run goes on, but not for ever
            if at > width:
                break
            skip(&here, entry & 15)
            continue
        if at >= width or at == last:
            if at != width:
                break
            skip(&here, entry & 15)
            window[0] = here
            return <int>(change - row)
        skip(&here, entry & 15)
        change[0] = last = at
        change += 1
        colour ^= 1
    window[0] = here
    return -1


cdef inline int32_t read_run(Window *window, int colour, int32_t at) noexcept nogil:
    """Read the end of the run that begins at `at`; -1 at an invalid code, or if no row is so long."""
    cdef uint32_t entry
    while True:
        if window.have < RUN_BITS:
            refill(window)
        entry = runs[colour][window.bits >> (64 - RUN_BITS)]
        if entry == 0 or at > NOTHING_ELSE:
            return -1
        skip(window, entry & 15)
        at += entry >> 4
        if entry >> 4 < 64:
            return at


cdef inline bint read_two_runs(Window *window, int colour, int32_t a0, int32_t *a1, int32_t *a2) noexcept nogil:
    """Read a1 and a2 of horizontal mode; False at an invalid code, with -1 for the one that could not be read."""
    cdef uint32_t pair = pairs[colour][window.bits >> (64 - PAIR_BITS)]
    a2[0] = -1
    a1[0] = a0 + <int32_t>(pair >> 14)
    if pair and a1[0] <= NOTHING_ELSE:
        skip(window, pair & 63)
        if pair & 64:
            a2[0] = a1[0] + <int32_t>(pair >> 8 & 63)
            return True
    else:
        a1[0] = read_run(window, colour, a0)
        if a1[0] < 0:
            return False
    a2[0] = read_run(window, colour ^ 1, a1[0])
    return a2[0] >= 0


cdef int read_two_dimensional(
    Window *window, const int32_t *above, int32_t *row, int32_t width, const unsigned char *data_end
) noexcept nogil:
    """Read a row coded as its differences from the row above (T.4, 4.2; T.6, 2.2).

    `b1` points into the row above, which has -1 in front, and the width four times at its end. Its parity there is that
    of the row's next change: both are changes to the same colour. Codes that reach beyond `data_end` are incomplete:
    for a row that they spoil the window is left after them, not at them.
    """
    cdef Window here = window[0]
    cdef Window mode
    cdef const int32_t *b1 = above
    cdef int32_t *change = row
    cdef int32_t a0 = -1, a1, a2
    cdef Modes entry
    while True:
        if here.have < 3 + PAIR_BITS:
            refill(&here)
        entry = modes[here.bits >> (64 - MODES_BITS)]
        if entry.kind == VERTICAL:
            a1 = b1[0] + entry.distance
            if <uint32_t>(a1 - a0 - 1) >= <uint32_t>(width - a0 - 1):
                break
            change[0] = a0 = a1
            change += 1
            b1 += 1
            if (b1 - 2)[0] > a0:
                b1 -= 2
            while b1[0] <= a0:
                b1 += 2
            if entry.second_size == 0:
                skip(&here, entry.size)
                continue
            a1 = b1[0] + entry.second
            if <uint32_t>(a1 - a0 - 1) >= <uint32_t>(width - a0 - 1):
                skip(&here, entry.size)
                entry.size = entry.second_size
                break
            change[0] = a0 = a1
            change += 1
            b1 += 1
            if (b1 - 2)[0] > a0:
                b1 -= 2
            skip(&here, entry.size + entry.second_size)
        elif entry.kind == HORIZONTAL:
            mode = here
            skip(&here, entry.size)
            if not read_two_runs(&here, (change - row) & 1, a0 if a0 > 0 else 0, &a1, &a2):
                a1 = -1
                entry.size = 0
                break
            if a1 <= a0 or a2 >= width or a2 <= a1:
                entry.size = 0
                if a2 == width and a1 > a0:
                    if a1 < width:
                        change[0] = a1
                        change += 1
                    a1 = width
                else:
                    a1 = -1
                    if (here.next - data_end) * 8 <= here.have:
                        here = mode
                break
            change[0] = a1
            change[1] = a0 = a2
            change += 2
        elif entry.kind == PASS:
            a1 = -1
            if b1[1] >= width:
                break
            a0 = b1[1]
            skip(&here, entry.size)
        else:
            a1 = -1
            break
        while b1[0] <= a0:
            b1 += 2
    if a1 == width:
        skip(&here, entry.size)
        window[0] = here
        return <int>(change - row)
    window[0] = here
    return -1


def _complete_code(int bits, str code):
    """Return the numbers of so many bits that begin with the code."""
    spare = bits - len(code)
    begin = int(code, 2) << spare
    return range(begin, begin + (1 << spare))


def _derive_runs():
    printed = (codes.WHITE, codes.BLACK)
    for colour in (0, 1):
        for run, code in printed[colour].items():
            for bits in _complete_code(RUN_BITS, code):
                runs[colour][bits] = run << 4 | len(code)
        terminating = {run: code for run, code in printed[colour].items() if run < 64}
        make_up = {run: code for run, code in printed[colour].items() if run >= 64}
        whole = {run: code for run, code in terminating.items() if run}
        whole |= {run + rest: code + terminating[rest] for run, code in make_up.items() for rest in terminating}
        for run, code in whole.items():
            for bits in _complete_code(PAIR_BITS, code) if len(code) <= PAIR_BITS else ():
                pairs[colour][bits] = run << 14 | len(code)
            for other, code_behind in printed[1 - colour].items():
                both = code + code_behind
                for bits in _complete_code(PAIR_BITS, both) if 0 < other < 64 and len(both) <= PAIR_BITS else ():
                    pairs[colour][bits] = run << 14 | other << 8 | 1 << 6 | len(both)


def _derive_modes():
    for mode, code in codes.MODES.items():
        kind = PASS if mode == codes.PASS else HORIZONTAL if mode == codes.HORIZONTAL else VERTICAL
        for bits in _complete_code(MODES_BITS, code):
            modes[bits] = Modes(kind, len(code), mode if kind == VERTICAL else 0, 0, 0)
    vertical = [(mode, code) for mode, code in codes.MODES.items() if mode < codes.PASS]
    for mode, code in vertical:
        for second, code_behind in vertical:
            if len(code + code_behind) <= MODES_BITS:
                for bits in _complete_code(MODES_BITS, code + code_behind):
                    modes[bits] = Modes(VERTICAL, len(code), mode, second, len(code_behind))


_derive_runs()
_derive_modes()
