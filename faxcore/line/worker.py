# SPDX-License-Identifier: GPL-3.0-or-later
"""The line worker: the process that owns one tty, and plays the calls on it that faxcore asks for or lets in.

    python -m faxcore.line.worker --device TTY      (its standard input is a socket to faxcore)

It has no database and no network, and, with --calls, a wall around it as soon as it has opened its device
(`worker_wall`). When its modem cannot be used it says so (Absent) and goes on trying; where the wall keeps it from
that, because the device has gone and come again, it ends, and faxcore starts another one. When faxcore is gone, a call
that is being received is brought to its end, since its pages are promised, and so is one out whose last page is asked
for; any other one is ended. How a call ended is in its folder before it is said: `report`.
"""

from __future__ import annotations

import argparse
import logging
import select
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from faxcore.contract.messages import (
    Absent,
    AnswerCall,
    Decline,
    Ended,
    FetchDocument,
    PlaceCall,
    Quit,
    Ready,
    Ringing,
    RingingEnded,
)
from faxcore.journal import set_up_log
from faxcore.line.call_player import CallPlayer
from faxcore.line.service_socket import ServiceGone, ServiceSocket
from faxcore.line.worker_wall import build_wall, is_looked_into
from faxcore.log_fields import about
from faxcore.model.call import CallReport, Outcome
from faxcore.model.sentence import Sentence
from faxcore.modem.bell import Bell
from faxcore.modem.class1 import Class1
from faxcore.modem.class1_carrier import Class1Carrier
from faxcore.modem.modem_failed import ModemFailed, ModemGone
from faxcore.modem.port import Flow, Port
from faxcore.modem.ring import Ring
from faxcore.no_core import leave_no_core
from faxcore.t30.carrier import DeviceFailed, Interrupted

RETRY_SECONDS = 2.0
"""Seconds between two looks for a modem that is absent."""
LOOK_SECONDS = 2.0
"""Seconds between two looks whether a modem that waits for calls is still switched on."""
log = logging.getLogger("faxcore.line")
dialogue_log = logging.getLogger("faxcore.line.modem")
"""The log of the dialogue with the modem."""


class Worker:
    """One line."""

    def __init__(
        self,
        device: str,
        wire: ServiceSocket,
        flow: Flow = Flow.HARDWARE,
        setup: Sequence[str] = (),
        calls: Path | None = None,
    ) -> None:
        """`calls` is the folder with the folders of calls, the only one that is open to a worker behind its wall;
        without it there is no wall.
        """
        self._device = device
        self._calls = calls
        self._no_wall: str | None = None
        """The reason why the wall is not whole; None as long as none is built."""
        self._lost = False
        """The modem has gone, and what comes in its place is behind the wall."""
        self._flow = flow
        self._setup = setup
        self._wire = wire
        self._player = CallPlayer(wire)
        self._port: Port | None = None
        self._quit = False
        self._told: Sentence | None = None
        """The reason why the modem cannot be used, as it was said last."""
        self._shows_modem = False
        """True if the port says that a modem is switched on, while it waits for calls."""

    @property
    def _ends(self) -> bool:
        """True once faxcore wants this process to end."""
        return self._quit or self._player.quit

    def run(self) -> None:
        """Until Quit, until faxcore is gone, or until the modem is lost."""
        try:
            while not self._ends and not self._lost:
                self._with_modem()
        except ServiceGone:
            log.info("the service is gone")

    def _with_modem(self) -> None:
        """The modem from the moment it can be used until it cannot."""
        try:
            port = Port(self._device, self._wire.descriptor, self._attend, self._flow)
        except ModemFailed as failure:
            self._lost = self._no_wall is not None
            if not self._lost or self._told is None:
                self._absent(failure)
            return
        self._port = port
        try:
            if self._calls is not None and self._no_wall is None:
                self._no_wall = build_wall(self._device, self._calls, self._wire.descriptor)
            modem = Class1(port, lambda text: dialogue_log.info("%s", self._player.hide(text)), self._setup)
            modem.initialise()
            self._told, self._shows_modem = None, port.shows_modem is True
            self._say_ready(modem)
            while not self._ends:
                self._idle(modem, port)
        except DeviceFailed as failure:
            self._absent(failure)
        except Interrupted:
            # Only Quit breaks off an idle modem: the loop sees it.
            log.debug("interrupted while idle")
        finally:
            port.close()

    def _say_ready(self, modem: Class1) -> None:
        self._wire.send(Ready(modem.name, self._no_wall or ""))

    def _absent(self, failure: DeviceFailed) -> None:
        if failure.sentence != self._told:
            # Once: it may be away for days.
            log.warning("%s", failure)
            self._wire.send(Absent(failure.sentence))
            self._told = failure.sentence
        message = self._wire.receive(time.monotonic() + RETRY_SECONDS)
        match message:
            case Quit():
                self._quit = True
            case PlaceCall(call=identity) | FetchDocument(call=identity) | AnswerCall(call=identity):
                self._wire.send(Ended(identity, CallReport(Outcome.MODEM, failure.sentence)))
                self._told = None

    def _attend(self) -> bool:
        """faxcore says something while the modem is busy: whether what it does is to be broken off."""
        call = self._player.current
        if call is not None:
            broken_off = call.attend()
            if call.gone and self._port is not None:
                # A closed socket can always be read: watching it on would only keep the processor busy.
                self._port.watch = None
            return broken_off
        message = self._wire.receive(time.monotonic())
        if isinstance(message, Quit):
            self._quit = True
            return True
        if message is not None:
            self._wire.put_back(message)
        return False

    # ------------------------------------------------------------ on hook

    def _idle(self, modem: Class1, port: Port) -> None:
        """Wait for whatever comes first: a message, or a ring."""
        if not self._wire.pending:
            ready, _, _ = select.select([port.descriptor, self._wire.descriptor], [], [], LOOK_SECONDS)
            if not ready:
                if self._shows_modem and port.shows_modem is False:
                    raise ModemGone("The modem on {device} is switched off, or its cable is out.", device=self._device)
                return
            if port.descriptor in ready:
                line = modem.read_unsolicited_line()
                if line is not None and (ring := Ring().with_line(line)).rings:
                    self._ring(modem, ring)
                return
        self._obey(modem)

    def _obey(self, modem: Class1) -> None:
        match self._wire.receive(time.monotonic() + 1.0):
            case PlaceCall(follows=before) as order if before:
                report = CallReport(Outcome.LOCAL_ABORT, Sentence("The call in which it was to follow was over."))
                self._wire.send(Ended(order.call, report))
            case PlaceCall() as order:
                if self._player.dial(Class1Carrier(modem), order):
                    self._say_ready(modem)
            case FetchDocument() as order:
                self._player.fetch(Class1Carrier(modem), order)
            case Quit():
                self._quit = True
            case AnswerCall(call=identity):
                report = CallReport(Outcome.NO_FAX, Sentence("The caller gave up before the line was answered."))
                self._wire.send(Ended(identity, report))

    def _ring(self, modem: Class1, ring: Ring) -> None:
        """A call rings: say who it is once that is known, and do as faxcore says."""
        bell = Bell(ring, time.monotonic())
        while not bell.is_over(time.monotonic()):
            if (known := bell.announce(time.monotonic())) is not None:
                self._wire.send(Ringing(known.caller, known.caller_name, known.called, known.kind, known.withheld))
            match self._wire.receive(time.monotonic()):
                case AnswerCall() as order:
                    self._player.answer(Class1Carrier(modem), order)
                    return
                case Decline(reason=reason):
                    log.info("the call is left to ring: %s", reason)
                    bell.decline()
                case PlaceCall(call=identity) | FetchDocument(call=identity):
                    self._wire.send(
                        Ended(identity, CallReport(Outcome.BUSY, Sentence("A call was coming in on the line.")))
                    )
                case Quit():
                    self._quit = True
                    return
            line = modem.read_unsolicited_line()
            if line is not None:
                bell.hear(line, time.monotonic())
        self._wire.send(RingingEnded())


def main(arguments: list[str] | None = None) -> int:
    """The process of one line."""
    parser = argparse.ArgumentParser(prog="faxcore.line.worker", description=__doc__.splitlines()[0])
    # The process puts the parts of a line together: nothing else knows its kind.
    parser.add_argument("--kind", choices=["modem"], default="modem")
    parser.add_argument("--device", required=True)
    parser.add_argument("--flow", type=Flow, default=Flow.HARDWARE)
    parser.add_argument("--setup", action="append", default=[], metavar="COMMAND")
    parser.add_argument("--calls", type=Path, metavar="FOLDER")
    parser.add_argument("--modem-log", action="store_true", help="log what the modem says, whatever the level")
    parser.add_argument("--line", default="", help="the line's name, for the log")
    parser.add_argument("--log-level", default="WARNING")
    options = parser.parse_args(arguments)
    leave_no_core(looked_into=is_looked_into(options.device))
    set_up_log(options.log_level.upper(), "faxcore-line", f"%(name)s {options.device}: %(message)s")
    if options.modem_log:
        dialogue_log.setLevel(logging.INFO)
    connection = socket.socket(fileno=sys.stdin.fileno())
    try:
        with about(line=options.line):
            Worker(options.device, ServiceSocket(connection), options.flow, options.setup, options.calls).run()
    finally:
        # The descriptor belongs to standard input.
        connection.detach()
    return 0


if __name__ == "__main__":
    sys.exit(main())
