# SPDX-License-Identifier: GPL-3.0-or-later
"""A Class 1 modem as T.31 has it, on the virtual line of `world.py`."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.virtual_terminal import VirtualTerminal
from tests.unit.foreign.world import (
    ANSWERED,
    CED,
    DLE,
    ETX,
    LONG_V17,
    PREAMBLE,
    REVERSED,
    RINGING,
    TRAINING,
    V21,
    Carrier,
    Sound,
    World,
    frame_seconds,
    long_code,
)

MODULATIONS = "24,48,72,73,74,96,97,98,121,122,145,146"
SLICE = 0.1
"""Seconds of an image carrier that are handed over at once."""


class Modem:
    """State and commands. `rings` is for a call that comes in."""

    def __init__(self, world: World, terminal: VirtualTerminal, rings: bool = False) -> None:
        self.world, self.terminal = world, terminal
        terminal.attend = self.attend
        world.on_carrier = self._carrier_began
        self.off_hook = False
        self.commands: list[tuple[float, str]] = []
        self._state: Callable[[bytes], bytes] = self._command_line
        self._line = b""
        self._turn = 0
        self._waiting = ""
        self._echo = True
        self._calling = False
        self._data = b""
        self._at = 0.0
        if rings:
            world.at(5.0, lambda: self._ring(8))

    def attend(self) -> None:
        """Take what the computer has written."""
        octets = bytes(self.terminal.written)
        self.terminal.written.clear()
        while octets:
            octets = self._state(octets)

    def _ring(self, left: int) -> None:
        if left and not self.off_hook:
            self.terminal.say(b"\r\nRING\r\n")
            self.world.at(4.0, lambda: self._ring(left - 1))

    # ------------------------------------------------------------ commands

    def _command_line(self, octets: bytes) -> bytes:
        if self._echo and octets[:1] != b"\x18":
            self.terminal.say(octets[:1])
        self._line += octets[:1]
        if octets[:1] == b"\r":
            text, self._line = self._line.strip(b"\r\n\0\x18").decode("ascii", "replace").upper(), b""
            if text.startswith("AT"):
                self.commands.append((self.world.now, text[2:]))
                self._command(text[2:])
        return octets[1:]

    def _command(self, text: str) -> None:
        match text.partition("="):
            case "+FTH" | "+FRH" | "+FTM" | "+FRM", "=", value if value != "?":
                self._fax(text[:4], int(value))
            case "+FTM" | "+FRM", "=", "?":
                self._answer(f"{MODULATIONS}\r\n\r\nOK")
            case "+FCLASS", "=", "?":
                self._answer("0,1,1.0\r\n\r\nOK")
            case "+FTS", "=", value:
                self._after(int(value) / 100, "OK")
            case "+FRS", "=", value:
                self._wait("FRS")
                self._await_silence(self._turn, int(value) / 100)
            case _ if text.startswith("D"):
                self._dial()
            case "A", "", "":
                self._pick_up()
            case _:
                self._echo = self._echo and "E0" not in text and text != "H0"
                if text == "H0":
                    self.off_hook, self.world.gone = False, True
                self._answer("OK")

    def _answer(self, result: str) -> None:
        self.world.at(0.005, lambda: self.terminal.say(f"\r\n{result}\r\n".encode()))

    def _after(self, seconds: float, result: str) -> None:
        self.world.at(seconds, lambda: self.terminal.say(f"\r\n{result}\r\n".encode()))

    def _dial(self) -> None:
        self._wait("FRH")
        turn = self._turn
        self.off_hook = self._calling = True
        self.world.at(ANSWERED, self.world.begin)
        self.world.at(RINGING, lambda: self._no_carrier(turn))

    def _no_carrier(self, turn: int) -> None:
        if turn == self._turn and self.world.theirs is None:
            self.off_hook = False
            self._ready("NO CARRIER")

    def _pick_up(self) -> None:
        self._wait("CED")
        turn = self._turn
        self.off_hook = self._calling = True
        self.world.begin()
        self.world.at(CED, lambda: self._transmit(V21) if turn == self._turn else None)

    def _fax(self, command: str, code: int) -> None:
        if not self.off_hook:
            self._answer("ERROR")
        elif command in ("+FTH", "+FTM"):
            self._transmit(code)
        else:
            self._wait(command[1:], code)
            self._carrier_began()

    def _ready(self, result: str) -> None:
        """Back in the command state."""
        self._turn += 1
        self._waiting = ""
        self._state, self._line = self._command_line, b""
        self.terminal.say(f"\r\n{result}\r\n".encode())

    # ------------------------------------------------------------ transmitting

    def _transmit(self, code: int) -> None:
        carrier = self.world.we_send(code)
        self._calling = False
        self._data = b""
        self._at = self.world.now + (PREAMBLE if code == V21 else TRAINING.get(code, LONG_V17))
        self._state = lambda octets: self._sending(octets, carrier)
        self._answer("CONNECT")
        if code == V21:
            self._starve(carrier)

    def _starve(self, carrier: Carrier) -> None:
        """Five seconds of flags without a frame are an error (T.31, 8.3.2)."""
        count = len(carrier.frames)

        def starved() -> None:
            if self.world.ours is carrier and len(carrier.frames) == count:
                self.world.we_have_sent()
                self._ready("ERROR")

        self.world.at(max(self._at - self.world.now, 0) + 5.0, starved)

    def _sending(self, octets: bytes, carrier: Carrier) -> bytes:
        self._data += octets
        end = self._end()
        if end < 0:
            return b""
        rest = self._data[end + 2 :]
        octets = self._data[:end].replace(DLE + DLE, DLE).translate(REVERSED)
        self._data = b""
        if carrier.code != V21:
            carrier.octets = octets
            self._at = max(self._at, self.world.now) + 8 * len(octets) / carrier.rate
            self.world.at(self._at - self.world.now, self._sent)
            self._state = lambda _: b""
            return rest
        start = max(self._at, self.world.now)
        self._at = start + frame_seconds(octets)
        carrier.frames.append(Sound(octets, True, start, self._at))
        if len(octets) > 1 and octets[1] & 0x08:
            self.world.at(self._at - self.world.now, self._sent)
            self._state = lambda _: b""
        else:
            self._after(self._at - self.world.now - 0.1, "CONNECT")
            self._starve(carrier)
        return rest

    def _end(self) -> int:
        """Where DLE ETX stands in the data, -1 if it has not come."""
        place = 0
        while (place := self._data.find(DLE, place)) >= 0:
            if self._data[place + 1 : place + 2] == ETX:
                return place
            place += 2
        return -1

    def _sent(self) -> None:
        self._ready("OK")
        self.world.we_have_sent()

    # ------------------------------------------------------------ receiving

    def _wait(self, what: str, code: int = V21) -> None:
        self._turn += 1
        self._waiting, self._code = what, code
        self._state = self._broken_off

    def _broken_off(self, octets: bytes) -> bytes:
        """Any character ends a wait, and is eaten; and before CONNECT it ends the call (V.250, 6.3.1)."""
        if self._calling:
            self._calling = self.off_hook = False
            self.world.gone = True
            self._ready("NO CARRIER")
        else:
            self._ready("OK")
        return octets[1:]

    def _await_silence(self, turn: int, seconds: float) -> None:
        if turn != self._turn:
            return
        if self.world.theirs is not None:
            self.world.at(0.01, lambda: self._await_silence(turn, seconds))
        else:
            self.world.at(seconds, lambda: self._ready("OK") if turn == self._turn else None)

    def _carrier_began(self) -> None:
        carrier, turn = self.world.theirs, self._turn
        if carrier is None or self._waiting not in ("FRH", "FRM"):
            return
        if self._waiting == "FRH" and carrier.code == V21:
            self._hear_frame(carrier, turn)
        elif self._waiting == "FRM" and carrier.code == V21:
            self.world.at(0.3, lambda: self._other_carrier(carrier, turn))
        elif long_code(carrier.code) == long_code(self._code) and self.world.now <= carrier.start + 0.15:
            self.world.at(carrier.data_at - self.world.now, lambda: self._data_begins(carrier, turn))

    def _other_carrier(self, carrier: Carrier, turn: int) -> None:
        if turn == self._turn and self.world.theirs is carrier:
            self._ready("+FCERROR")

    def _hear_frame(self, carrier: Carrier, turn: int) -> None:
        left = [frame for frame in carrier.frames if frame.start >= self.world.now - 0.05]
        if not left:
            self.world.at(carrier.end - self.world.now, lambda: self._lost(turn))
            return
        frame = left[0]
        flags = max(carrier.start + 0.3 - self.world.now, 0.0)
        self.world.at(flags, lambda: self._flags(turn))
        self.world.at(frame.end - self.world.now, lambda: self._frame(frame, turn))

    def _flags(self, turn: int) -> None:
        if turn == self._turn:
            self._waiting, self._calling = "frame", False
            self.terminal.say(b"\r\nCONNECT\r\n")

    def _lost(self, turn: int) -> None:
        if turn == self._turn:
            self._ready("NO CARRIER")

    def _frame(self, frame: Sound, turn: int) -> None:
        if turn == self._turn:
            self.terminal.say(escaped(frame.octets + b"\x12\x34"))
            self._ready("OK" if frame.good else "ERROR")

    def _data_begins(self, carrier: Carrier, turn: int) -> None:
        if turn != self._turn:
            return
        self._waiting = "data"
        self._state = self._data_broken_off
        self.terminal.say(b"\r\nCONNECT\r\n")
        self._data_goes_on(carrier, turn, 0)

    def _data_broken_off(self, octets: bytes) -> bytes:
        self.terminal.say(DLE + ETX)
        self._ready("OK")
        return octets[1:]

    def _data_goes_on(self, carrier: Carrier, turn: int, done: int) -> None:
        if turn != self._turn:
            return
        if done >= len(carrier.octets):
            self.terminal.say(DLE + ETX)
            self._ready("NO CARRIER")
            return
        much = max(int(carrier.rate * SLICE / 8), 1)
        piece = carrier.octets[done : done + much]
        self.terminal.say(escaped(piece)[:-2])
        self.world.at(8 * len(piece) / carrier.rate, lambda: self._data_goes_on(carrier, turn, done + much))


def escaped(octets: bytes) -> bytes:
    """As the modem hands octets over: first bit sent is the least significant, DLE doubled, DLE ETX behind."""
    return octets.translate(REVERSED).replace(DLE, DLE + DLE) + DLE + ETX
