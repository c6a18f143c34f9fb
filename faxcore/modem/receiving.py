# SPDX-License-Identifier: GPL-3.0-or-later
"""The receiving half of the Class 1 driver: V.21 frames (+FRH) and image data (+FRM).

+FCERROR says that the other kind of carrier is there: during +FRM, the V.21 of a command. Some modems say it of the
last flags of the command before (HylaFAX's manual, Class1RMPersistence): if it comes at once, +FRM is asked once more,
for which the second of preamble that a command begins with leaves time. +FRH:3 says the same, and that the modem goes
on as if told +FRH=3: the CONNECT behind it is that of the next frames.

In a data state DLE is followed by what it means: ETX the end, DLE itself, SUB two of them (T.31, 8.5.3); all else says
something of the signal, such as that the carrier was lost for a moment (+FCL) or that octets were lost, and is not of
the data.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from faxcore.modem.hdlc import check_sequence
from faxcore.modem.modem_failed import ModemFailed, OnHook
from faxcore.modem.state import CONNECT_SECONDS, DLE, ETX, CallState, Carrier, Direction, Doing
from faxcore.modem.transmitting import LONGEST_FRAME
from faxcore.t30.frames import REVERSED, is_final

FRAME_SECONDS = 4.0
"""Seconds that a V.21 frame takes at most: 3 s (T.30, 5.4.3.1), and some more where flags last."""
MOST_FRAMES = 32
"""Frames of one V.21 carrier: NSF, CSI, DIS and the like are five or six."""
EARLY_SECONDS = 0.6
"""Seconds behind +FRM in which +FCERROR may speak of the carrier before, whose last flags go on for a while. A command
that begins then has some of its preamble left when it is listened to.
"""
SHORTEST_SECONDS = 0.05
"""Seconds that are waited for a carrier at the least."""
REFUSALS = 3
"""Times on end that a modem may refuse to wait for a carrier before it is asked more slowly."""
PAUSE_SECONDS = 0.1
LATE_SECONDS = 1.0
"""Seconds of preamble that are left when a carrier has begun as its wait was over."""
QUIET_SECONDS = 10.0
"""Seconds without an octet after which a carrier has gone, though the modem has not said so."""
SHIELDED = {DLE: DLE, b"\x1a": DLE + DLE}
"""What the octet behind a DLE means in the data; nothing, if it is not here."""


class Receiver:
    """What comes in on a modem."""

    def __init__(self, modem: CallState) -> None:
        self._modem = modem

    def receive_frames(self, seconds: float) -> tuple[list[bytes], bool]:
        """The frames of one V.21 carrier that starts within so many seconds, without check sequences.

        The second value says that something was there which could not be read: where more frames come than anybody
        sends, the rest is not waited for. OnHook if the call is gone.
        """
        frames: list[bytes] = []
        spoilt = False
        deadline = time.monotonic() + seconds
        for _ in range(MOST_FRAMES):
            if not self._wait_for_frame(deadline):
                break
            octets, good = self._frame()
            if not good:
                if len(octets) < 2 or is_final(octets):
                    return frames, True
                spoilt = True
                continue
            frames.append(octets[:-2])
            if is_final(octets):
                return frames, False
            deadline = time.monotonic() + CONNECT_SECONDS
        return frames, spoilt or bool(frames)

    def _wait_for_frame(self, deadline: float) -> bool:
        """Whether a V.21 frame begins before the deadline."""
        if self._modem.connected and self._modem.doing is Doing.RECEIVING:
            self._modem.connected = False
            return True
        late = False
        refused = 0
        while (result := self._result("+FRH=3", deadline)) != "CONNECT":
            self._modem.doing = Doing.COMMAND
            if result == "ERROR":
                raise OnHook
            if not result:
                self._modem.doing = Doing.RECEIVING
                if not self._modem.break_off() or late:
                    return False
                # A carrier began as we gave up waiting: the rest of it is still to come.
                late, deadline = True, time.monotonic() + LATE_SECONDS
            elif result not in ("NO CARRIER", "+FCERROR") or time.monotonic() >= deadline:
                return False
            else:
                # The carrier that was there has gone, or is another one: wait for the next.
                refused += 1
                if refused > REFUSALS:
                    self._modem.dialogue.line(time.monotonic() + PAUSE_SECONDS)
        return True

    def _result(self, command: str, deadline: float) -> str:
        """What a command to receive comes to. OK is no answer to it, but that to an earlier command, late; and +FRH:3
        is none to +FRH, whose CONNECT comes behind it.
        """
        self._modem.doing = Doing.RECEIVING
        deadline = max(deadline, time.monotonic() + SHORTEST_SECONDS)
        result = self._modem.dialogue.command(command, deadline - time.monotonic())
        while result == "OK" or (result == "+FRH:3" and command == "+FRH=3"):
            result = self._modem.dialogue.result(deadline)
        return result

    def _frame(self) -> tuple[bytes, bool]:
        """The octets of one frame and its check sequence, and whether that was right."""
        collected = bytearray()

        def keep(octets: bytes) -> bool:
            collected.extend(octets)
            return len(collected) <= LONGEST_FRAME + 24

        ended = self._data(keep, time.monotonic() + FRAME_SECONDS)
        if not ended:
            self._modem.break_off()
            return bytes(collected), False
        result = self._modem.dialogue.result(time.monotonic() + FRAME_SECONDS)
        self._modem.doing, self._modem.last = Doing.COMMAND, Direction.THEIRS
        if result:
            return bytes(collected), result == "OK" and len(collected) >= 5
        if not self._modem.answers():
            raise ModemFailed("The modem on {device} says nothing after a frame.", device=self._modem.port.device)
        # Its OK was lost; the check sequence says the same.
        return bytes(collected), len(collected) >= 5 and check_sequence(bytes(collected[:-2])) == collected[-2:]

    def receive_data(self, code: int, seconds: float, limit: float, feed: Callable[[bytes], bool]) -> Carrier:
        """Image data at modulation `code`: carrier within `seconds`, fed away as it comes, for `limit` seconds at most.

        When `feed` returns False, what still comes is waited for no longer than it takes the carrier to go.
        """
        self._modem.give_up_waiting()
        result = self._carrier(f"+FRM={code}", seconds)
        if result != "CONNECT":
            return self._no_carrier(result)
        if self._data(feed, time.monotonic() + limit):
            self._modem.dialogue.result(time.monotonic() + CONNECT_SECONDS)
            self._modem.doing = Doing.COMMAND
        else:
            self._modem.break_off()
        self._modem.last = Direction.THEIRS
        return Carrier(True)

    def _carrier(self, command: str, seconds: float) -> str:
        """What waiting for an image carrier comes to."""
        began = time.monotonic()
        result = self._result(command, began + seconds)
        if result == "+FCERROR" and time.monotonic() - began < EARLY_SECONDS:
            result = self._result(command, began + seconds)
        return result

    def _no_carrier(self, result: str) -> Carrier:
        """There was no image carrier. OnHook if the call is gone."""
        if result == "+FRH:3" and self._modem.dialogue.result(time.monotonic() + CONNECT_SECONDS) == "CONNECT":
            self._modem.connected = True
            return Carrier(False, other=True)
        if not result:
            self._modem.break_off()
        self._modem.doing = Doing.COMMAND
        if result == "ERROR":
            raise OnHook
        return Carrier(False, other=result in ("+FCERROR", "+FRH:3"))

    def _data(self, feed: Callable[[bytes], bool], deadline: float) -> bool:
        """Feed the octets of a data state away, in document order. True at DLE ETX, False when no
        more comes, and at the deadline.
        """
        escape = False
        wanted = True
        while data := self._modem.port.read(min(deadline, time.monotonic() + QUIET_SECONDS)):
            pieces: list[bytes] = []
            if escape:
                data = DLE + data
                escape = False
            while data:
                plain, dle, rest = data.partition(DLE)
                pieces.append(plain)
                if not dle:
                    break
                if not rest:
                    escape = True
                    break
                if rest[:1] == ETX:
                    self._modem.port.unread(rest[1:])
                    if wanted:
                        feed(b"".join(pieces).translate(REVERSED))
                    return True
                pieces.append(SHIELDED.get(rest[:1], b""))
                data = rest[1:]
            if wanted and not feed(b"".join(pieces).translate(REVERSED)):
                wanted = False
                deadline = min(deadline, time.monotonic() + 2.0)
        return False
