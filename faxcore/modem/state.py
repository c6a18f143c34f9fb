# SPDX-License-Identifier: GPL-3.0-or-later
"""The driver's state machine: the modem's present activity, and the way back to its command state.

A wait that takes too long is ended with one character (CAN); after its OK comes the next command. The modem swallows
that character, so a command sent in its place would lose its A. ERROR in answer to +FTH, +FTM, +FRH or +FRM means that
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
"""Seconds in which a modem starts a carrier of its own: at most 1 s of preamble, with a margin."""
ALIVE_SECONDS = 1.0
ABORT_SECONDS = 2.0
"""Seconds that a modem has to stop waiting or receiving when it is told to."""
AGAIN_SECONDS = 0.05
"""Seconds in which OK comes after another result code, if it comes."""
BREAK_SECONDS = 20.0
"""Seconds after which a modem that was told to stop is taken for dead: it sends its buffer first."""


class Doing(Enum):
    """The modem's present activity: the way to break it off depends on it."""

    COMMAND = "waiting for a command"
    PAUSING = "making silence, its OK to come"
    STARTING = "starting a carrier of its own, its CONNECT to come"
    DIALLING = "dialling"
    SENDING = "sending data"
    RECEIVING = "receiving, or waiting for a carrier"


class Direction(Enum):
    """The last carrier on the line: the way to make the silence after it depends on it."""

    NOTHING = "nothing"
    OURS = "our own carrier"
    THEIRS = "the other end's carrier"


@dataclass(frozen=True)
class ImageCarrier:
    """The result of waiting for an image carrier: heard (and fed on), another carrier instead, or none."""

    heard: bool
    other: bool = False


class CallState:
    """Driver state shared by Transmitter and Receiver."""

    def __init__(self, port: Port, dialogue: AtDialogue) -> None:
        self.port = port
        self.dialogue = dialogue
        self.doing = Doing.COMMAND
        self.last = Direction.NOTHING
        self.connected = False
        """True after a CONNECT for the data state that the next frames use (after ATD, ATA and +FRH:3)."""
        self.noisy = False
        """True if the modem has never found silence on this line in this call."""

    def give_up_waiting(self) -> None:
        """Go back to the command state if a CONNECT has announced frames that are not wanted now."""
        if self.connected and self.doing is Doing.RECEIVING:
            self.break_off()

    def forget(self) -> None:
        """Forget the call, which is over."""
        self.connected, self.last, self.noisy = False, Direction.NOTHING, False

    def break_off(self) -> bool:
        """Bring the modem back to the command state from any other. True if it sent CONNECT just then."""
        connected = False
        deadline = time.monotonic() + BREAK_SECONDS
        if self.doing is Doing.STARTING and self.dialogue.wait_for_result(deadline) == "CONNECT":
            self.doing = Doing.SENDING
        elif self.doing is Doing.PAUSING:
            self.dialogue.wait_for_result(deadline)
            self.doing = Doing.COMMAND
        elif self.doing is Doing.STARTING:
            self.doing = Doing.COMMAND
        if self.doing is Doing.SENDING:
            # A DLE may have been the last octet that was sent: the NUL makes it harmless.
            self.port.write(b"\0" + DLE + ETX, deadline)
            self._drain(deadline)
        elif self.doing is not Doing.COMMAND:
            self.port.write(CAN, deadline)
            connected = self._drain(time.monotonic() + ABORT_SECONDS)
        self.doing, self.connected = Doing.COMMAND, False
        return connected

    def _drain(self, deadline: float) -> bool:
        """Read until a result code ends the present activity; data that still comes is dropped. True if CONNECT was
        among it.

        A character that arrives together with its command may be taken for part of it, and then no result comes: so
        the modem is asked. A modem that had already finished may answer the character too.
        """
        tail = b""
        connected = ended = False
        while data := self.port.read(deadline):
            tail += data
            connected = connected or b"CONNECT" in tail
            tail = tail[-64:]
            if tail.endswith(b"\n") and tail.rstrip().endswith(b"OK"):
                self.dialogue.log_heard("OK")
                return connected
            if tail.endswith(b"\n") and tail.rstrip().endswith((b"NO CARRIER", b"ERROR")):
                ended, deadline = True, min(deadline, time.monotonic() + AGAIN_SECONDS)
        if not ended and not self.is_answering():
            raise ModemFailed(
                "The modem on {device} does not return to its command state: switch it off and on again.",
                device=self.port.device,
            )
        return connected

    def make_unexpected_result(self, result: str, what: str) -> Exception:
        """Make the exception for an unexpected result: the call is gone, or the modem is at fault."""
        if result in ("ERROR", "NO CARRIER") or (not result and self.is_answering()):
            return OnHook()
        return ModemFailed(
            "The modem on {device} answers {result} to {what}.",
            device=self.port.device,
            result=result or "nothing",
            what=what,
        )

    def is_answering(self) -> bool:
        """Ask a silent modem; returns whether it is in its command state after all.

        Some modems are, after a call that was cut off in the middle of data; the rest of the data then looks to them
        like part of a command line, which the first carriage return ends.
        """
        for _ in range(2):
            self.port.write(b"\r", time.monotonic() + ALIVE_SECONDS)
            self.port.discard()
            if self.dialogue.command("", ALIVE_SECONDS) == "OK":
                return True
        return False
