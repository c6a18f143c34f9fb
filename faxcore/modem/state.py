# SPDX-License-Identifier: GPL-3.0-or-later
"""The driver's one state machine: what the modem is doing, and how it comes back to its command state from there.

Whoever waits too long sends one character (CAN) and waits for OK; only then the next command. The character that
breaks off is eaten, so a command sent blindly would lose its A. ERROR in answer to +FTH, +FTM, +FRH or +FRM means that
the modem is on hook: the call is over.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import Enum

from faxcore.modem.commands import AtDialogue
from faxcore.modem.modem_failed import ModemFailed, OnHook
from faxcore.modem.port import Port

DLE, ETX, CAN = b"\x10", b"\x03", b"\x18"
CONNECT_SECONDS = 5.0
"""Seconds in which a modem starts a carrier of its own: 1 s of preamble at most, and room."""
ALIVE_SECONDS = 1.0
ABORT_SECONDS = 2.0
"""Seconds that a modem has to stop waiting or receiving when it is told to."""
AGAIN_SECONDS = 0.05
"""Seconds in which OK comes behind another result code, if it does."""
BREAK_SECONDS = 20.0
"""Seconds after which a modem that was told to stop is taken for dead: what it has buffered goes out first."""


class Doing(Enum):
    """What the modem is doing: how it has to be broken off depends on it."""

    COMMAND = "waiting for a command"
    PAUSING = "making silence, its OK to come"
    STARTING = "starting a carrier of its own, its CONNECT to come"
    DIALLING = "dialling"
    SENDING = "sending data"
    RECEIVING = "receiving, or waiting for a carrier"


class Direction(Enum):
    """What was last on the line: the silence after it is made in another way."""

    NOTHING = "nothing"
    OURS = "our own carrier"
    THEIRS = "the other end's carrier"


@dataclass(frozen=True)
class Carrier:
    """What came of waiting for an image carrier: it was there (and has been fed away), or another one was, or none."""

    heard: bool
    other: bool = False


class CallState:
    """The port, the dialogue, and the memory that sending and receiving share."""

    def __init__(self, port: Port, dialogue: AtDialogue) -> None:
        self.port = port
        self.dialogue = dialogue
        self.doing = Doing.COMMAND
        self.last = Direction.NOTHING
        self.connected = False
        """A CONNECT has been heard for the data state that the next frames use (after ATD, ATA and +FRH:3)."""
        self.noisy = False
        """No silence was to be had on this line in this call."""

    def give_up_waiting(self) -> None:
        """Something else than the frames that a CONNECT has announced is wanted: back to the command state."""
        if self.connected and self.doing is Doing.RECEIVING:
            self.break_off()

    def forget(self) -> None:
        """The call is over."""
        self.connected, self.last, self.noisy = False, Direction.NOTHING, False

    def break_off(self) -> bool:
        """Back to the command state from wherever the modem is. True if the modem said CONNECT just then."""
        connected = False
        deadline = time.monotonic() + BREAK_SECONDS
        if self.doing is Doing.STARTING and self.dialogue.result(deadline) == "CONNECT":
            self.doing = Doing.SENDING
        elif self.doing is Doing.PAUSING:
            self.dialogue.result(deadline)
            self.doing = Doing.COMMAND
        elif self.doing is Doing.STARTING:
            self.doing = Doing.COMMAND
        if self.doing is Doing.SENDING:
            # A DLE may have been the last octet to go out: the NUL makes it harmless.
            self.port.write(b"\0" + DLE + ETX, deadline)
            self._drain(deadline)
        elif self.doing is not Doing.COMMAND:
            self.port.write(CAN, deadline)
            connected = self._drain(time.monotonic() + ABORT_SECONDS)
        self.doing, self.connected = Doing.COMMAND, False
        return connected

    def _drain(self, deadline: float) -> bool:
        """Read until a result code ends what was going on; data that is still coming is dropped. True if CONNECT was
        among it.

        A character that comes with its command may be taken for part of it, and then nothing is said: so the modem
        is asked. A modem that was at its end already may answer the character besides.
        """
        tail = b""
        connected = ended = False
        while data := self.port.read(deadline):
            tail += data
            connected = connected or b"CONNECT" in tail
            tail = tail[-64:]
            if tail.endswith(b"\n") and tail.rstrip().endswith(b"OK"):
                return connected
            if tail.endswith(b"\n") and tail.rstrip().endswith((b"NO CARRIER", b"ERROR")):
                ended, deadline = True, min(deadline, time.monotonic() + AGAIN_SECONDS)
        if not ended and not self.answers():
            raise ModemFailed(
                "The modem on {device} does not come back to its command state: switch it off and on again.",
                device=self.port.device,
            )
        return connected

    def unexpected(self, result: str, what: str) -> Exception:
        """What a result that is not the one expected means: the call is gone, or the modem is at fault."""
        if result in ("ERROR", "NO CARRIER") or (not result and self.answers()):
            return OnHook()
        return ModemFailed(
            "The modem on {device} answers {result} to {what}.",
            device=self.port.device,
            result=result or "nothing",
            what=what,
        )

    def answers(self) -> bool:
        """Whether a modem that has said nothing is in its command state after all.

        A call that is cut off while data is on its way leaves some modems so; the rest of the data then looks to
        them like part of a command line, which the first of these ends.
        """
        for _ in range(2):
            self.port.write(b"\r", time.monotonic() + ALIVE_SECONDS)
            self.port.discard()
            if self.dialogue.command("", ALIVE_SECONDS) == "OK":
                return True
        return False
