# SPDX-License-Identifier: GPL-3.0-or-later
"""The Class 1 driver (T.31): what the abstract line asks for, done with AT commands.

A Class 1 modem is strictly command, then result; in between it is in a data state, in which octets are escaped by
DLE and end with DLE ETX. Four rules keep it in step:

- Whoever waits too long sends one character (CAN) and waits for OK; only then the next command. The character that
  breaks off is eaten, so a command sent blindly would lose its A.
- A final V.21 frame has its OK when the carrier has gone; between the carriers of the two ends lie 75 ms of silence
  (T.30, 5.1), which +FTS and +FRS make. +FRS wants silence on the line, and on a noisy one waits for ever: so it is
  bounded.
- +FCERROR says that the other kind of carrier is there: during +FRM, the V.21 of a command.
- ERROR in answer to +FTH, +FTM, +FRH or +FRM means that the modem is on hook: the call is over.

Octets on a telephone line go out least significant bit first; everything above this file is in document order, so
octets are reversed here, once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from faxcore.modem.commands import Dialogue
from faxcore.modem.failure import ModemFailed, OnHook
from faxcore.modem.known import known
from faxcore.modem.modulations import modulations
from faxcore.modem.port import Port
from faxcore.modem.reset import reset
from faxcore.modem.states import Carrier, Direction, Doing
from faxcore.t30.frames import REVERSED, is_final
from faxcore.t30.modulation import ALL, Modulation

DLE, ETX, CAN = b"\x10", b"\x03", b"\x18"
DIAL_SECONDS = 90.0
ANSWER_SECONDS = 20.0
CONNECT_SECONDS = 5.0
"""Seconds in which a modem starts a carrier of its own: 1 s of preamble at most, and room."""
FRAME_SECONDS = 4.0
"""Seconds that a V.21 frame takes at most: 3 s (T.30, 5.4.3.1), and some more where flags last."""
TRANSMIT_SECONDS = 8.0
"""Seconds that the modem has to send a frame of ours: preamble, the longest NSF, and those that it still has."""
SILENCE_SECONDS = 0.5
"""Seconds after which +FRS is broken off: the line is noisy, and in this call silence is timed by +FTS instead."""
LONGEST_FRAME = 260
MODEM_BUFFER = 16384
"""Octets that a modem may have taken and not sent yet."""
ALIVE_SECONDS = 1.0
ABORT_SECONDS = 2.0
"""Seconds that a modem has to stop waiting or receiving when it is told to."""
BREAK_SECONDS = 20.0
"""Seconds after which a modem that was told to stop is taken for dead: what it has buffered goes out first."""


class Class1:
    """A modem in Class 1 on a port."""

    def __init__(self, port: Port, log: Callable[[str], None] = lambda _: None, setup: Sequence[str] = ()) -> None:
        """`setup` are commands that this modem is given after each reset, without AT."""
        self._port = port
        self._setup = setup
        self._dialogue = Dialogue(port, log)
        self._doing = Doing.COMMAND
        self._last = Direction.NOTHING
        self._connected = False
        """A CONNECT has been heard for the data state that the next frames use (after ATD and ATA)."""
        self._noisy = False
        """No silence was to be had on this line in this call."""
        self.name = ""
        self.sends: tuple[Modulation, ...] = ALL
        """What the modem sends, by its own account; fastest first."""
        self.receives: tuple[Modulation, ...] = ALL

    # ------------------------------------------------------------ on hook

    def initialise(self) -> None:
        """Reset the modem and put it in Class 1. ModemFailed says what is wrong, for a person."""
        device = self._port.device
        reset(self._port, self._dialogue)
        self._must("E0V1Q0")
        self._identify()
        result, lines = self._dialogue.ask("+FCLASS=?")
        if result != "OK" or not any("1" in line.replace("1.0", "").replace("10", "").split(",") for line in lines):
            said = " ".join(lines) or result or "nothing"
            raise ModemFailed(
                "The modem on {device} is no fax modem of Class 1 (it answers {said}).", device=device, said=said
            )
        self._must("+FCLASS=1")
        # Not every modem knows these; a fax goes without them.
        for wish in ("X4", "S0=0", "+FAR=0", "+VCID=1"):
            self._dialogue.command(wish)
        # A modem that doesn't say is taken to have all of them: it will refuse what it has not.
        self.sends, self.receives = (modulations(self._dialogue.ask(ask)[1]) or ALL for ask in ("+FTM=?", "+FRM=?"))
        self._doing, self._last, self._connected = Doing.COMMAND, Direction.NOTHING, False

    def _identify(self) -> None:
        """Its name, and what is to be set right before all else because of it."""
        answers = [line for ask in ("I", "I3", "+FMM?") for line in self._dialogue.ask(ask)[1]]
        self.name = next(iter(reversed(answers[:2])), "") or "Class 1 modem"
        row = known(answers)
        for command in (*(row.setup if row is not None else ()), *self._setup):
            self._must(command)

    def _must(self, command: str) -> None:
        if (result := self._dialogue.command(command)) != "OK":
            raise ModemFailed(
                "The modem on {device} refuses AT{command} (it answers {result}).",
                device=self._port.device,
                command=command,
                result=result or "nothing",
            )

    def said(self) -> str | None:
        """A line that the modem has said unasked (RING, caller id), if one is there."""
        return self._dialogue.line(time.monotonic() + 0.2)

    def dial(self, number: str) -> str:
        """Dial; returns the result code: CONNECT once a V.21 carrier answers, or BUSY, NO ANSWER ... or "" for
        silence.
        """
        assert set(number) <= set("0123456789*#,"), f"{number!r} is no dial string"
        self._doing = Doing.DIALLING
        result = self._dialogue.command(f"DT{number}", DIAL_SECONDS)
        self._doing = Doing.RECEIVING if result == "CONNECT" else Doing.COMMAND
        self._connected, self._last = result == "CONNECT", Direction.THEIRS
        if not result:
            self.break_off()
        return result

    def pick_up(self) -> str:
        """Answer the call that rings, with CED; returns the result code, CONNECT if our V.21 carrier is on."""
        self._doing = Doing.DIALLING
        result = self._dialogue.command("A", ANSWER_SECONDS)
        self._doing = Doing.SENDING if result == "CONNECT" else Doing.COMMAND
        self._connected, self._last = result == "CONNECT", Direction.OURS
        if not result:
            self.break_off()
        return result

    def hang_up(self) -> None:
        """On hook, whatever the modem was doing."""
        if self._doing is not Doing.COMMAND:
            self.break_off()
        self._connected, self._last, self._noisy = False, Direction.NOTHING, False
        if self._dialogue.command("H0") != "OK":
            self.initialise()

    def break_off(self) -> None:
        """Back to the command state from wherever the modem is."""
        deadline = time.monotonic() + BREAK_SECONDS
        if self._doing is Doing.STARTING and self._dialogue.result(deadline) == "CONNECT":
            self._doing = Doing.SENDING
        elif self._doing is Doing.PAUSING:
            self._dialogue.result(deadline)
            self._doing = Doing.COMMAND
        elif self._doing is Doing.STARTING:
            self._doing = Doing.COMMAND
        if self._doing is Doing.SENDING:
            # A DLE may have been the last octet to go out: the NUL makes it harmless.
            self._port.write(b"\0" + DLE + ETX, deadline)
            self._drain(deadline)
        elif self._doing is not Doing.COMMAND:
            self._port.write(CAN, deadline)
            self._drain(time.monotonic() + ABORT_SECONDS)
        self._doing, self._connected = Doing.COMMAND, False

    def _drain(self, deadline: float) -> None:
        """Read until a result code ends what was going on; data that is still coming is dropped.

        A character that comes with its command may be taken for part of it, and then nothing is said: so the modem
        is asked.
        """
        tail = b""
        while data := self._port.read(deadline):
            tail = (tail + data)[-64:]
            if tail.rstrip().endswith((b"OK", b"NO CARRIER", b"ERROR")) and tail.endswith(b"\n"):
                return
        if not self._answers():
            raise ModemFailed(
                "The modem on {device} does not come back to its command state: switch it off and on again.",
                device=self._port.device,
            )

    # ------------------------------------------------------------ transmitting

    def send_frames(self, frames: list[bytes]) -> None:
        """One V.21 carrier with these frames (no check sequences: the modem makes them). OnHook if the call is gone."""
        if self._connected and self._doing is Doing.SENDING:
            self._connected = False
        else:
            self._silence()
            self._start("+FTH=3")
        with self._port.transmitting():
            self._send_frames(frames)
        self._doing, self._last = Doing.COMMAND, Direction.OURS

    def _send_frames(self, frames: list[bytes]) -> None:
        for number, octets in enumerate(frames):
            assert len(octets) <= LONGEST_FRAME, "the modem's buffer takes no longer frame"
            final = number == len(frames) - 1
            self._port.write(_escaped(octets), time.monotonic() + TRANSMIT_SECONDS)
            result = self._dialogue.result(time.monotonic() + TRANSMIT_SECONDS)
            if result != ("OK" if final else "CONNECT"):
                self._doing = Doing.COMMAND
                raise self._unexpected(result, "a frame")

    def send_data(self, code: int, octets: bytes, rate: int) -> None:
        """Image data at modulation `code` (T.31, Table 3), as fast as the modem takes it. OnHook if the call is
        gone.
        """
        self._silence()
        self._start(f"+FTM={code}")
        with self._port.transmitting():
            self._port.write(_escaped(octets), time.monotonic() + 8 * len(octets) / rate + 20)
            # What the modem has taken and not sent yet is no more than its buffer.
            buffered = min(len(octets), MODEM_BUFFER)
            result = self._dialogue.result(time.monotonic() + 8 * buffered / rate + CONNECT_SECONDS)
        self._doing, self._last = Doing.COMMAND, Direction.OURS
        if result != "OK":
            raise self._unexpected(result, "a page")

    def _silence(self) -> None:
        """75 +- 20 ms between two carriers (T.30, 5.1), made by the modem."""
        if self._last is Direction.OURS or (self._last is Direction.THEIRS and self._noisy):
            self._doing = Doing.PAUSING
            self._dialogue.command("+FTS=8")
            self._doing = Doing.COMMAND
        elif self._last is Direction.THEIRS:
            self._doing = Doing.RECEIVING
            if self._dialogue.command("+FRS=7", SILENCE_SECONDS):
                self._doing = Doing.COMMAND
            else:
                self._noisy = True
                self.break_off()

    def _start(self, command: str) -> None:
        self._doing = Doing.STARTING
        result = self._dialogue.command(command, CONNECT_SECONDS)
        self._doing = Doing.SENDING if result == "CONNECT" else Doing.COMMAND
        if result != "CONNECT":
            raise self._unexpected(result, f"AT{command}")

    def _unexpected(self, result: str, what: str) -> Exception:
        """What a result that is not the one expected means: the call is gone, or the modem is at fault."""
        if result in ("ERROR", "NO CARRIER") or (not result and self._answers()):
            return OnHook()
        return ModemFailed(
            "The modem on {device} answers {result} to {what}.",
            device=self._port.device,
            result=result or "nothing",
            what=what,
        )

    def _answers(self) -> bool:
        """Whether a modem that has said nothing is in its command state after all.

        A call that is cut off while data is on its way leaves some modems so; the rest of the data then looks to
        them like part of a command line, which the first of these ends.
        """
        for _ in range(2):
            self._port.write(b"\r", time.monotonic() + ALIVE_SECONDS)
            self._port.discard()
            if self._dialogue.command("", ALIVE_SECONDS) == "OK":
                return True
        return False

    # ------------------------------------------------------------ receiving

    def receive_frames(self, seconds: float) -> tuple[list[bytes], bool]:
        """The frames of one V.21 carrier that starts within so many seconds, without check sequences.

        The second value says that something was there which could not be read. OnHook if the call is gone.
        """
        frames: list[bytes] = []
        deadline = time.monotonic() + seconds
        while self._wait_for_frame(deadline):
            octets, good = self._frame()
            if not good:
                if len(octets) < 2 or is_final(octets):
                    return frames, True
                continue
            frames.append(octets[:-2])
            if is_final(octets):
                return frames, False
            deadline = time.monotonic() + CONNECT_SECONDS
        return frames, bool(frames)

    def _wait_for_frame(self, deadline: float) -> bool:
        """Whether a V.21 frame begins before the deadline."""
        if self._connected and self._doing is Doing.RECEIVING:
            self._connected = False
            return True
        while True:
            self._doing = Doing.RECEIVING
            result = self._dialogue.command("+FRH=3", max(deadline - time.monotonic(), 0.05))
            match result:
                case "CONNECT":
                    return True
                case "":
                    self.break_off()
                    return False
                case "NO CARRIER" | "+FCERROR" if time.monotonic() < deadline:
                    # The carrier that was there has gone, or is another one: wait for the next.
                    continue
                case "ERROR":
                    self._doing = Doing.COMMAND
                    raise OnHook
                case _:
                    self._doing = Doing.COMMAND
                    return False

    def _frame(self) -> tuple[bytes, bool]:
        """The octets of one frame and its check sequence, and whether that was right."""
        collected = bytearray()

        def keep(octets: bytes) -> bool:
            collected.extend(octets)
            return len(collected) <= LONGEST_FRAME + 24

        ended = self._data(keep, time.monotonic() + FRAME_SECONDS)
        if not ended:
            self.break_off()
            return bytes(collected), False
        result = self._dialogue.result(time.monotonic() + FRAME_SECONDS)
        self._doing, self._last = Doing.COMMAND, Direction.THEIRS
        if not result:
            raise ModemFailed("The modem on {device} says nothing after a frame.", device=self._port.device)
        return bytes(collected), result == "OK" and len(collected) >= 5

    def receive_data(self, code: int, seconds: float, limit: float, feed: Callable[[bytes], bool]) -> Carrier:
        """Image data at modulation `code`: carrier within `seconds`, fed away as it comes, for `limit` seconds at most.

        When `feed` returns False, what still comes is waited for no longer than it takes the carrier to go.
        """
        self._doing = Doing.RECEIVING
        result = self._dialogue.command(f"+FRM={code}", seconds)
        if result == "ERROR":
            self._doing = Doing.COMMAND
            raise OnHook
        if result != "CONNECT":
            if not result:
                self.break_off()
            self._doing = Doing.COMMAND
            return Carrier(False, other=result == "+FCERROR")
        if self._data(feed, time.monotonic() + limit):
            self._dialogue.result(time.monotonic() + CONNECT_SECONDS)
            self._doing = Doing.COMMAND
        else:
            self.break_off()
        self._last = Direction.THEIRS
        return Carrier(True)

    def _data(self, feed: Callable[[bytes], bool], deadline: float) -> bool:
        """Feed the octets of a data state away, in document order. True at DLE ETX, False at the deadline."""
        escape = False
        wanted = True
        while data := self._port.read(deadline):
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
                    self._port.unread(rest[1:])
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


def _escaped(octets: bytes) -> bytes:
    """Octets for a data state: reversed, DLE doubled, DLE ETX behind."""
    return octets.translate(REVERSED).replace(DLE, DLE + DLE) + DLE + ETX
