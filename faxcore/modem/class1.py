# SPDX-License-Identifier: GPL-3.0-or-later
"""The Class 1 driver (T.31): what the abstract line asks for, done with AT commands.

A Class 1 modem is strictly command, then result; in between it is in a data state, in which octets are escaped by
DLE and end with DLE ETX. This file has the modem on hook, and answering and dialling; a call goes on in `transmitting`
and `receiving`, whose common memory is `incall`.

Octets on a telephone line go out least significant bit first; everything above these files is in document order, so
octets are reversed there, once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from faxcore.modem.commands import Dialogue
from faxcore.modem.failure import ModemFailed
from faxcore.modem.incall import InCall
from faxcore.modem.known import known
from faxcore.modem.modulations import modulations
from faxcore.modem.port import Port
from faxcore.modem.receiving import Receiver
from faxcore.modem.reset import reset
from faxcore.modem.states import Carrier, Direction, Doing
from faxcore.modem.transmitting import Transmitter
from faxcore.t30.modulation import ALL, Modulation

DIAL_SECONDS = 90.0
ANSWER_SECONDS = 20.0


class Class1:
    """A modem in Class 1 on a port."""

    def __init__(self, port: Port, log: Callable[[str], None] = lambda _: None, setup: Sequence[str] = ()) -> None:
        """`setup` are commands that this modem is given after each reset, without AT."""
        self._port = port
        self._setup = setup
        self._dialogue = Dialogue(port, log)
        self._call = InCall(port, self._dialogue)
        self._transmitter = Transmitter(self._call)
        self._receiver = Receiver(self._call)
        self.name = ""
        self.sends: tuple[Modulation, ...] = ALL
        """What the modem sends, by its own account; fastest first."""
        self.receives: tuple[Modulation, ...] = ALL

    @property
    def doing(self) -> Doing:
        """What the modem is doing now."""
        return self._call.doing

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
        self._call.doing = Doing.COMMAND
        self._call.forget()

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
        self._call.doing = Doing.DIALLING
        result = self._dialogue.command(f"DT{number}", DIAL_SECONDS)
        self._call.doing = Doing.RECEIVING if result == "CONNECT" else Doing.COMMAND
        self._call.connected, self._call.last = result == "CONNECT", Direction.THEIRS
        if not result:
            self.break_off()
        return result

    def pick_up(self) -> str:
        """Answer the call that rings, with CED; returns the result code, CONNECT if our V.21 carrier is on."""
        self._call.doing = Doing.DIALLING
        result = self._dialogue.command("A", ANSWER_SECONDS)
        self._call.doing = Doing.SENDING if result == "CONNECT" else Doing.COMMAND
        self._call.connected, self._call.last = result == "CONNECT", Direction.OURS
        if not result:
            self.break_off()
        return result

    def hang_up(self) -> None:
        """On hook, whatever the modem was doing."""
        if self._call.doing is not Doing.COMMAND:
            self.break_off()
        self._call.forget()
        if self._dialogue.command("H0") != "OK":
            self.initialise()

    def break_off(self) -> None:
        """Back to the command state from wherever the modem is."""
        self._call.break_off()

    # ------------------------------------------------------------ in a call

    def send_frames(self, frames: list[bytes]) -> None:
        """One V.21 carrier with these frames; see Transmitter."""
        self._transmitter.send_frames(frames)

    def send_data(self, code: int, octets: bytes, rate: int) -> None:
        """Image data; see Transmitter."""
        self._transmitter.send_data(code, octets, rate)

    def receive_frames(self, seconds: float) -> tuple[list[bytes], bool]:
        """The frames of one V.21 carrier; see Receiver."""
        return self._receiver.receive_frames(seconds)

    def receive_data(self, code: int, seconds: float, limit: float, feed: Callable[[bytes], bool]) -> Carrier:
        """Image data; see Receiver."""
        return self._receiver.receive_data(code, seconds, limit, feed)
