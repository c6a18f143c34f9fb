# SPDX-License-Identifier: GPL-3.0-or-later
"""The bell of a line: when a call that rings is announced, and when it is over.

A call that was declined goes on ringing, and the next one may begin before the pause that would tell the two apart:
only RING is heard of either. So after two more rings, or as long as caller id may take, whatever rings is announced
again, and is declined again or answered: disk space may have returned meanwhile, or it is another call.

What is known of the call before is true of the next announcement as far as it concerns the line only: the number
called and the ring, so that a telephone's call is not answered at its second announcement. The caller is not taken
over: the next call may be somebody's who withholds his number. If a caller is told who is another one, nothing is.
"""

from __future__ import annotations

from dataclasses import replace

from faxcore.modem.ring import CALLER_ID_SECONDS, GIVEN_UP_SECONDS, Ring


class Bell:
    """A line that rings; times are those of one clock, in seconds."""

    def __init__(self, ring: Ring, now: float) -> None:
        """Begin with the first RING."""
        self._ring = ring
        self._before = Ring()
        self._first = self._last = now
        self._announced = False

    def hear(self, line: str, now: float) -> None:
        """Take in one more line of the modem."""
        rings = self._ring.rings
        self._ring = self._ring.with_line(line)
        if self._ring.rings > rings:
            self._first = now if rings == 0 else self._first
            self._last = now

    def announce(self, now: float) -> Ring | None:
        """Give the call, once, as soon as nothing more will be known of it; None as long as there is nothing to say."""
        waited = now - self._first > CALLER_ID_SECONDS
        if self._announced or not self._ring.rings or not (self._ring.is_complete or waited):
            return None
        self._announced = True
        other = self._ring.caller and self._before.caller and self._ring.caller != self._before.caller
        if not other:
            called, kind = self._ring.called or self._before.called, self._ring.kind or self._before.kind
            self._ring = replace(self._ring, called=called, kind=kind)
        return self._ring

    def decline(self) -> None:
        """Let the call ring that was announced; whatever rings on is announced again."""
        self._before, self._ring, self._announced = self._ring, Ring(), False

    def is_over(self, now: float) -> bool:
        """Return whether the caller has given up."""
        return now - self._last >= GIVEN_UP_SECONDS
