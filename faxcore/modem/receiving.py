# SPDX-License-Identifier: GPL-3.0-or-later
"""The receiving half of the Class 1 driver: V.21 frames (+FRH) and image data (+FRM).

+FCERROR says that the other kind of carrier is there: during +FRM, the V.21 of a command.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from faxcore.modem.failure import ModemFailed, OnHook
from faxcore.modem.incall import CONNECT_SECONDS, DLE, ETX, InCall
from faxcore.modem.states import Carrier, Direction, Doing
from faxcore.modem.transmitting import LONGEST_FRAME
from faxcore.t30.frames import REVERSED, is_final

FRAME_SECONDS = 4.0
"""Seconds that a V.21 frame takes at most: 3 s (T.30, 5.4.3.1), and some more where flags last."""
MOST_FRAMES = 32
"""Frames of one V.21 carrier: NSF, CSI, DIS and the like are five or six."""


class Receiver:
    """What comes in on a modem."""

    def __init__(self, modem: InCall) -> None:
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
        while True:
            self._modem.doing = Doing.RECEIVING
            result = self._modem.dialogue.command("+FRH=3", max(deadline - time.monotonic(), 0.05))
            match result:
                case "CONNECT":
                    return True
                case "":
                    self._modem.break_off()
                    return False
                case "NO CARRIER" | "+FCERROR" if time.monotonic() < deadline:
                    # The carrier that was there has gone, or is another one: wait for the next.
                    continue
                case "ERROR":
                    self._modem.doing = Doing.COMMAND
                    raise OnHook
                case _:
                    self._modem.doing = Doing.COMMAND
                    return False

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
        if not result:
            raise ModemFailed("The modem on {device} says nothing after a frame.", device=self._modem.port.device)
        return bytes(collected), result == "OK" and len(collected) >= 5

    def receive_data(self, code: int, seconds: float, limit: float, feed: Callable[[bytes], bool]) -> Carrier:
        """Image data at modulation `code`: carrier within `seconds`, fed away as it comes, for `limit` seconds at most.

        When `feed` returns False, what still comes is waited for no longer than it takes the carrier to go.
        """
        self._modem.doing = Doing.RECEIVING
        result = self._modem.dialogue.command(f"+FRM={code}", seconds)
        if result == "ERROR":
            self._modem.doing = Doing.COMMAND
            raise OnHook
        if result != "CONNECT":
            if not result:
                self._modem.break_off()
            self._modem.doing = Doing.COMMAND
            return Carrier(False, other=result == "+FCERROR")
        if self._data(feed, time.monotonic() + limit):
            self._modem.dialogue.result(time.monotonic() + CONNECT_SECONDS)
            self._modem.doing = Doing.COMMAND
        else:
            self._modem.break_off()
        self._modem.last = Direction.THEIRS
        return Carrier(True)

    def _data(self, feed: Callable[[bytes], bool], deadline: float) -> bool:
        """Feed the octets of a data state away, in document order. True at DLE ETX, False at the deadline."""
        escape = False
        wanted = True
        while data := self._modem.port.read(deadline):
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
                # DLE DLE is one DLE, DLE SUB two of them (T.31, 8.4.3); any other pair is dropped.
                pieces.append({DLE: DLE, b"\x1a": DLE + DLE}.get(rest[:1], b""))
                data = rest[1:]
            if wanted and not feed(b"".join(pieces).translate(REVERSED)):
                wanted = False
                deadline = min(deadline, time.monotonic() + 2.0)
        return False
