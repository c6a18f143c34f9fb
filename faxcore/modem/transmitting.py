# SPDX-License-Identifier: GPL-3.0-or-later
"""The sending half of the Class 1 driver: V.21 frames (+FTH) and image data (+FTM), and the silence before them.

A final V.21 frame has its OK when the carrier has gone; between the carriers of the two ends lie 75 ms of silence
(T.30, 5.1), which +FTS and +FRS make. +FRS waits for silence on the line, on a noisy one for ever: so it is bounded.
"""

from __future__ import annotations

import time

from faxcore.modem.state import CONNECT_SECONDS, DLE, ETX, CallState, Direction, Doing
from faxcore.t30.frames import REVERSED

TRANSMIT_SECONDS = 8.0
"""Seconds that the modem has to send a frame of ours: preamble, the longest NSF plus frames still buffered."""
SILENCE_SECONDS = 1.0
"""Seconds after which +FRS is broken off: the line is noisy, and in this call silence is timed by +FTS instead.
The last flags of the other end may go on for most of it."""
PAUSED_SECONDS = 1.0
"""Seconds after which a pause of 80 ms is over, though the modem has not said so."""
LONGEST_FRAME = 260
MODEM_BUFFER = 16384
"""Octets that a modem may have taken and not sent yet."""


class Transmitter:
    """Sends frames and image data on a modem."""

    def __init__(self, modem: CallState) -> None:
        self._modem = modem

    def send_frames(self, frames: list[bytes]) -> None:
        """Send one V.21 carrier with these frames, without check sequences: the modem makes them. OnHook if the call is
        gone.
        """
        if self._modem.connected and self._modem.doing is Doing.SENDING:
            self._modem.connected = False
        else:
            self._make_silence()
            self._start_carrier("+FTH=3")
        with self._modem.port.flow_control():
            self._send_frames(frames)
        self._modem.doing, self._modem.last = Doing.COMMAND, Direction.OURS

    def _send_frames(self, frames: list[bytes]) -> None:
        for number, octets in enumerate(frames):
            assert len(octets) <= LONGEST_FRAME, "the modem's buffer does not take a longer frame"
            final = number == len(frames) - 1
            self._modem.port.write(_escape(octets), time.monotonic() + TRANSMIT_SECONDS)
            deadline = time.monotonic() + TRANSMIT_SECONDS
            result = self._modem.dialogue.wait_for_result(deadline)
            while final and result == "CONNECT":
                # That is not an answer to the final frame; but a carrier that was waited for may be announced late.
                result = self._modem.dialogue.wait_for_result(deadline)
            if final and self._is_sent(result):
                return
            if final or result != "CONNECT":
                self._modem.doing = Doing.COMMAND
                raise self._modem.make_unexpected_result(result, "a frame")

    def send_data(self, code: int, octets: bytes, rate: int) -> None:
        """Send image data at modulation `code` (T.31, Table 3), as fast as the modem takes it. OnHook if the call is
        gone.
        """
        self._make_silence()
        self._start_carrier(f"+FTM={code}")
        with self._modem.port.flow_control():
            self._modem.port.write(_escape(octets), time.monotonic() + 8 * len(octets) / rate + 20)
            # The data that the modem has taken and not sent yet is not more than its buffer.
            buffered = min(len(octets), MODEM_BUFFER)
            result = self._modem.dialogue.wait_for_result(time.monotonic() + 8 * buffered / rate + CONNECT_SECONDS)
        self._modem.doing, self._modem.last = Doing.COMMAND, Direction.OURS
        if not self._is_sent(result):
            raise self._modem.make_unexpected_result(result, "a page")

    def _is_sent(self, result: str) -> bool:
        """Return whether all has been sent. A modem that waits for a command again has sent it, and its OK was lost; or
        the call is gone, and the next command will tell.
        """
        return result == "OK" or (not result and self._modem.is_answering())

    def _make_silence(self) -> None:
        """Let the modem make 75 +- 20 ms of silence between two carriers (T.30, 5.1)."""
        self._modem.give_up_waiting()
        if self._modem.last is Direction.OURS or (self._modem.last is Direction.THEIRS and self._modem.noisy):
            self._modem.doing = Doing.PAUSING
            self._modem.dialogue.command("+FTS=8", PAUSED_SECONDS)
            self._modem.doing = Doing.COMMAND
        elif self._modem.last is Direction.THEIRS:
            self._modem.doing = Doing.RECEIVING
            if self._modem.dialogue.command("+FRS=7", SILENCE_SECONDS):
                self._modem.doing = Doing.COMMAND
            else:
                self._modem.noisy = True
                self._modem.break_off()

    def _start_carrier(self, command: str) -> None:
        self._modem.doing = Doing.STARTING
        deadline = time.monotonic() + CONNECT_SECONDS
        result = self._modem.dialogue.command(command, CONNECT_SECONDS)
        while result == "OK":
            # That is not an answer to this command, but a late one to an earlier command.
            result = self._modem.dialogue.wait_for_result(deadline)
        self._modem.doing = Doing.SENDING if result == "CONNECT" else Doing.COMMAND
        if result != "CONNECT":
            raise self._modem.make_unexpected_result(result, f"AT{command}")


def _escape(octets: bytes) -> bytes:
    """Escape octets for a data state: bits reversed, DLE doubled, DLE ETX after them."""
    return octets.translate(REVERSED).replace(DLE, DLE + DLE) + DLE + ETX
