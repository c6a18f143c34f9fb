# SPDX-License-Identifier: GPL-3.0-or-later
"""The bell of a line: when a call that rings is announced, and when it is over.

A call that was declined goes on ringing, and the next one may begin before the pause that would tell the two apart:
only RING is heard of either. So after two more rings, or as long as caller id may take, whatever rings is announced
again, and is declined again or answered: disk space may have returned meanwhile, or it is another call.

What is known of the call before is true of the next announcement: the number called and the ring, so that a telephone's
call is not answered at its second announcement, and the caller, so that an unwanted one is not. Another call on the
line brings caller id of its own, be it the word that its caller hides his number; then nothing is taken over.
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
        if not self._is_other():
            called, kind = self._ring.called or self._before.called, self._ring.kind or self._before.kind
            self._ring = replace(self._ring, called=called, kind=kind)
        if not self._ring.tells_caller:
            before = self._before
            self._ring = replace(
                self._ring,
                caller=before.caller,
                caller_name=self._ring.caller_name or before.caller_name,
                withheld=before.withheld,
                tells_caller=before.tells_caller,
            )
        return self._ring

    def _is_other(self) -> bool:
        """Return whether caller id says that it is not the call before."""
        one, other = self._ring, self._before
        told = one.tells_caller and other.tells_caller
        return told and (one.caller, one.withheld) != (other.caller, other.withheld)

    def decline(self) -> None:
        """Let the call ring that was announced; whatever rings on is announced again."""
        self._before, self._ring, self._announced = self._ring, Ring(), False

    def is_over(self, now: float) -> bool:
        """Return whether the caller has given up."""
        return now - self._last >= GIVEN_UP_SECONDS
