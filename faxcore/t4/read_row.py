# SPDX-License-Identifier: GPL-3.0-or-later
"""Read one row from its codes: the decoder's inner loops, which know nothing of pages.

Both functions return the changes and the position after the last code; or None and the position of the invalid code, or
of a code that no encoder writes there (back over a0, beyond the right end, a run of length 0 in the middle of the row).
That position also tells missing data from wrong data: the last 13 bits are padding, and a code that begins at least 13
bits before them is whole, so it is wrong.
"""

from __future__ import annotations

from faxcore.t4.codes import (
    BLACK_LOOK_UP,
    HORIZONTAL,
    MODE_BITS,
    MODE_LOOK_UP,
    PASS,
    RUN_BITS,
    WHITE_LOOK_UP,
)
from faxcore.t4.runs import Changes

_RUNS = (WHITE_LOOK_UP, BLACK_LOOK_UP)


def read_one_dimensional(bits: str, pos: int, width: int) -> tuple[Changes | None, int]:
    """Read a row coded by itself (T.4, 4.1.1)."""
    changes: Changes = []
    runs, others = _RUNS
    at, last = 0, -1
    while True:
        entry = runs.get(bits[pos : pos + RUN_BITS])
        if entry is None:
            return None, pos
        run, size = entry
        at += run
        if run >= 64:  # make-up: the run goes on, but not for ever
            if at > width:
                return None, pos
            pos += size
            continue
        if at >= width or at == last:
            return (changes, pos + size) if at == width > last else (None, pos)
        pos += size
        changes.append(at)
        last = at
        runs, others = others, runs


def read_two_dimensional(bits: str, pos: int, above: Changes, width: int) -> tuple[Changes | None, int]:
    """Read a row coded as its differences from the row above (T.4, 4.2; T.6, 2.2).

    `b` is the index of b1 in the row above; b1 changes to the same colour as a1, so their indices have the same
    parity. After its last change the row above has further ones at its width.
    """
    as_above = "1" * (len(above) + 1)
    if bits.startswith(as_above, pos):
        return above, pos + len(as_above)
    ref = [*above, width, width, width, width]
    changes: Changes = []
    a0, b = -1, 0
    while True:
        entry = MODE_LOOK_UP.get(bits[pos : pos + MODE_BITS])
        if entry is None:
            return None, pos
        mode, size = entry
        if mode < PASS:
            a1 = ref[b] + mode
            if a1 >= width or a1 <= a0:
                return (changes, pos + size) if a1 == width else (None, pos)
            changes.append(a1)
            a0 = a1
            b += 1 if mode >= 0 or not b else -1
        elif mode == HORIZONTAL:
            a1, a2, behind = _two_runs(bits, pos + size, max(a0, 0), len(changes) & 1)
            if a1 <= a0 or a2 >= width or a2 <= a1:
                row = _row_end(changes, a0, a1, a2, width)
                not_whole = a2 < 0 or behind > len(bits) - RUN_BITS
                return row, behind if row is not None or not_whole else pos
            changes += (a1, a2)
            a0 = a2
            size = behind - pos
        else:
            a0 = ref[b + 1]
            if a0 >= width:
                return None, pos
        pos += size
        while ref[b] <= a0:
            b += 2


def _two_runs(bits: str, pos: int, a0: int, colour: int) -> tuple[int, int, int]:
    """Read two runs: a1, a2 and the position after their codes; -1 for one that could not be read, and its position."""
    found = [-1, -1]
    at = a0
    for index in (0, 1):
        runs = _RUNS[colour ^ index]
        run = 64
        while run >= 64:
            entry = runs.get(bits[pos : pos + RUN_BITS])
            if entry is None or at > 65535:
                return found[0], -1, pos
            run, size = entry
            at += run
            pos += size
        found[index] = at
    return found[0], found[1], pos


def _row_end(changes: Changes, a0: int, a1: int, a2: int, width: int) -> Changes | None:
    """Finish the row with two last runs in horizontal mode; None if they do not end it."""
    if a2 != width or a1 <= a0:
        return None
    return [*changes, a1] if a1 < width else changes
