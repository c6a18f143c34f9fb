# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the AT dialogue between a soft modem and its computer (V.250, T.31), seen from outside the library.

The library does not tell its mode. It follows from the commands that went in and the results that came out, and is
needed for three things: to cut the computer's octets where the library would lose some, to know whose turn it is (the
clock may only run fast while it is the modem's), and to recognise the end of a command.

    COMMAND    --- AT+FTM=n --->  CONNECT: PAGE    --- DLE ETX --->  SENDING --- OK --->  COMMAND
               --- AT+FTH=3 --->  CONNECT: FRAMES  --- DLE ETX --->  SENDING --- CONNECT: FRAMES, or OK ---> COMMAND
               --- ATA -------->  LISTENING --- CONNECT: FRAMES (T.31: answering goes on as +FTH=3)
               --- AT+FRM, +FRH, +FRS, ATD --->  LISTENING --- CONNECT ---> LISTENING --- OK, NO CARRIER ...---> COMMAND
               --- AT+FTS ----->  SENDING --- OK ---> COMMAND
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from faxcore.exchange.library import RESULT_CODES

DLE: Final = 0x10
ETX: Final = 0x03

_NUMERIC: Final = re.compile(rb"(\d{1,2})\r")
_COMMAND: Final = re.compile(rb"AT(.*)\r", re.DOTALL)
"""The library ignores anything before AT (V.250, 5.2.1): for example an octet that came too late to end something."""
_TRANSMIT_PAGE: Final = re.compile(rb"\+FTM=\d")
_TRANSMIT_FRAMES: Final = re.compile(rb"\+FTH=\d")
_TRANSMIT_SILENCE: Final = re.compile(rb"\+FTS=\d")


class Phase(Enum):
    """The side whose turn it is, and the meaning of the computer's next octets."""

    COMMAND = "command"
    LISTENING = "listening"
    """The modem works for a command; one octet from the computer ends it."""
    FRAMES = "frames"
    """The computer gives a frame of V.21, up to DLE ETX."""
    PAGE = "page"
    """The computer gives page data or training, up to DLE ETX."""
    SENDING = "sending"
    """The modem sends the data that it was given; the computer can only wait."""


def parse_result_code(output: bytes) -> str | None:
    """Parse a piece of the modem's output as a result code, as text; None for data, echo and line ends."""
    numeric = _NUMERIC.fullmatch(output)
    if numeric:
        number = int(numeric[1])
        return RESULT_CODES[number] if number < len(RESULT_CODES) else None
    try:
        text = output.decode("ascii")
    except UnicodeDecodeError:
        return None
    return text if text in RESULT_CODES else None


def find_end_of_data(data: bytes) -> int | None:
    """Find the first DLE ETX; returns the length of the data up to its end, or None if there is none."""
    position = data.find(DLE)
    while position >= 0 and position + 1 < len(data):
        if data[position + 1] == ETX:
            return position + 2
        position = data.find(DLE, position + 2)
    return None


def ends_in_half_escape(data: bytes) -> bool:
    """Return whether the data ends with a DLE whose second octet has not come."""
    tail = len(data) - len(data.rstrip(bytes([DLE])))
    return tail % 2 == 1


class AtTracker:
    """Follows the phase, from the octets that pass in either direction."""

    def __init__(self) -> None:
        self.phase = Phase.COMMAND
        self._line = bytearray()
        self._on_connect = Phase.LISTENING

    def command_octets(self, data: bytes) -> None:
        """Note octets that go into the command interpreter; the last of a command is its carriage return."""
        self._line += data
        if not data.endswith(b"\r"):
            return
        line = bytes(self._line).upper().replace(b" ", b"")
        self._line.clear()
        if (command := _COMMAND.search(line)) is None:
            return
        line = command[1]
        self.phase, self._on_connect = Phase.LISTENING, Phase.LISTENING
        if _TRANSMIT_PAGE.search(line):
            self._on_connect = Phase.PAGE
        elif _TRANSMIT_FRAMES.search(line):
            self._on_connect = Phase.FRAMES
        elif _TRANSMIT_SILENCE.search(line):
            self.phase = Phase.SENDING

    def note_answering(self) -> None:
        """Note that the modem answers a call, by ATA or by itself (S0)."""
        self.phase, self._on_connect = Phase.LISTENING, Phase.FRAMES

    def note_end_of_data(self) -> None:
        """Note that DLE ETX went in."""
        self._on_connect = self.phase
        self.phase = Phase.SENDING

    def note_result(self, code: str) -> None:
        """Note a result code that came out."""
        if code == "CONNECT":
            self.phase = self._on_connect
        elif code == "+FRH:3":
            self._on_connect = Phase.LISTENING
        elif code != "RING":
            self.phase = Phase.COMMAND
