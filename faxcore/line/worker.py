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
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from faxcore.contract.messages import (
    Absent,
    AnswerCall,
    Decline,
    Ended,
    FetchDocument,
    NothingFollows,
    PlaceCall,
    Quit,
    Ready,
    Ringing,
    RingingEnded,
)
from faxcore.contract.report_file import write_report
from faxcore.journal import set_up_log
from faxcore.line import play_call
from faxcore.line.call_owner import CallOwner
from faxcore.line.service_socket import ServiceGone, ServiceSocket
from faxcore.line.worker_wall import build_wall, is_looked_into
from faxcore.log_fields import about
from faxcore.model.call import CallReport, Outcome
from faxcore.model.sentence import Sentence
from faxcore.modem.bell import Bell
from faxcore.modem.class1 import Class1
from faxcore.modem.modem_failed import Interrupted, ModemFailed, ModemGone
from faxcore.modem.port import Flow, Port
from faxcore.modem.ring import Ring
from faxcore.no_core import leave_no_core
from faxcore.t30.capabilities import Terminal, codings
from faxcore.t30.modulation import list_rungs_from
from faxcore.t30.selective import Selection
from faxcore.t30.send_state import SendState

RETRY_SECONDS = 2.0
"""Seconds between two looks for a modem that is absent."""
LOOK_SECONDS = 2.0
"""Seconds between two looks whether a modem that waits for calls is still switched on."""
FOLLOWS_SECONDS = 8.0
"""Seconds that faxcore has to put a confirmed fax on disk, and the intent to send the next in the same call. The other
end sends its DIS again and again for T1."""
UNSEEN = "…"
"""The sign in place of a part of the dial string that nobody may see."""
log = logging.getLogger("faxcore.line")


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
        self._call: CallOwner | None = None
        self._order: PlaceCall | FetchDocument | None = None
        """The last order to dial."""
        self._port: Port | None = None
        self._quit = False
        self._told: Sentence | None = None
        """The reason why the modem cannot be used, as it was said last."""
        self._shows_modem = False
        """True if the port says that a modem is switched on, while it waits for calls."""

    def run(self) -> None:
        """Until Quit, until faxcore is gone, or until the modem is lost."""
        try:
            while not self._quit and not self._lost:
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
            modem = Class1(port, lambda text: log.debug("%s", self._hide(text)), self._setup)
            modem.initialise()
            self._told, self._shows_modem = None, port.shows_modem is True
            self._say_ready(modem)
            while not self._quit:
                self._idle(modem, port)
        except ModemFailed as failure:
            self._absent(failure)
        except Interrupted:
            # Only Quit breaks off an idle modem: the loop sees it.
            log.debug("interrupted while idle")
        finally:
            port.close()

    def _say_ready(self, modem: Class1) -> None:
        self._wire.send(Ready(modem.name, self._no_wall or ""))

    def _absent(self, failure: ModemFailed) -> None:
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
        if self._call is not None:
            broken_off = self._call.attend()
            if self._call.gone and self._port is not None:
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
                self._dial(modem, order)
            case FetchDocument() as order:
                self._fetch(modem, order)
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
                    self._answer(modem, order)
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

    # ------------------------------------------------------------ calls

    def _hide(self, text: str) -> str:
        """Write a dial string as it may be shown, and what a modem makes of it: there may be an access code in it."""
        order = self._order
        if order is None or not order.shown:
            return text
        text = text.replace(order.number, order.shown)
        for secret in order.hidden:
            text = text.replace(secret, UNSEEN)
        return text

    def _dial(self, modem: Class1, order: PlaceCall) -> None:
        """Call, and send every document that is to go out in this call."""
        following: PlaceCall | None = order
        sent: SendState | None = None
        while following is not None:
            order = following
            sent = self._send(modem, order, sent)
            following = self._await_following(order.call) if sent is not None else None
        if sent is not None:
            self._hang_up(modem, order.call)
            self._say_ready(modem)

    def _hang_up(self, modem: Class1, call: str) -> None:
        """End a call that was left open for another document."""
        # Not `outgoing`: nothing breaks this off.
        self._call = owner = CallOwner(self._wire, call, outgoing=False)
        try:
            play_call.hang_up(modem, owner)
        finally:
            self._call = None
            self._quit = self._quit or owner.quit

    def _await_following(self, call: str) -> PlaceCall | None:
        """Wait for the document that is to follow in the call that is open behind this one."""
        deadline = time.monotonic() + FOLLOWS_SECONDS
        while time.monotonic() < deadline:
            try:
                match self._wire.receive(deadline):
                    case PlaceCall(follows=before) as order if before == call:
                        return order
                    case NothingFollows(call=ended) if ended == call:
                        break
                    case Quit():
                        self._quit = True
                        break
            except ServiceGone:
                break
        return None

    def _send(self, modem: Class1, order: PlaceCall, before: SendState | None) -> SendState | None:
        """Send one document; its state if another is to follow."""
        self._order = order
        selection = Selection(sub_address=order.sub_address, password=order.password)
        terminal = replace(_terminal(order), sends=list_rungs_from(order.begin_at), selection=selection)
        document = Path(order.document)
        shorter = {each.paper: Path(each.document) for each in order.shorter}
        return self._play(
            modem,
            CallOwner(self._wire, order.call, outgoing=True),
            Path(order.folder),
            lambda owner, write: play_call.send_document(
                modem,
                document,
                order.number,
                terminal,
                owner,
                lambda text: write(self._hide(text)),
                order.first_page,
                shorter=shorter,
                before=before,
            ),
            follows=before is not None,
        )

    def _fetch(self, modem: Class1, order: FetchDocument) -> None:
        self._order = order
        terminal = replace(_terminal(order), selection=Selection(document=order.selective, password=order.password))
        folder = Path(order.folder)
        # Its pages are promised as those of a call in are: it goes on without the service.
        self._play(
            modem,
            CallOwner(self._wire, order.call, outgoing=False),
            folder,
            lambda owner, write: (
                play_call.poll(modem, folder, order.number, terminal, owner, lambda text: write(self._hide(text))),
                None,
            ),
        )

    def _answer(self, modem: Class1, order: AnswerCall) -> None:
        terminal = replace(_terminal(order), takes_sub_address=order.takes_sub_address)
        folder = Path(order.folder)
        earlier: list[CallReport] = []

        def play(owner: CallOwner, write: Callable[[str], None]) -> tuple[CallReport, None]:
            def ended(document: int, report: CallReport) -> None:
                _write_report(folder, Ended(order.call, report), document)

            *before, report = play_call.receive(
                modem, folder, terminal, owner, write, documents=order.offers, document_ended=ended
            )
            earlier.extend(before)
            return report, None

        self._play(modem, CallOwner(self._wire, order.call, outgoing=False), folder, play, earlier)

    def _play(
        self,
        modem: Class1,
        owner: CallOwner,
        folder: Path,
        play: Callable[[CallOwner, Callable[[str], None]], tuple[CallReport, SendState | None]],
        earlier: Sequence[CallReport] = (),
        follows: bool = False,
    ) -> SendState | None:
        """Play a call, and report on it; `earlier` are the reports on the documents that came before its last one. One
        that follows another is in that one's telephone call.
        """
        failed = None if follows else _wake(modem)
        self._call = owner
        try:
            with (folder / "transcript").open("w", encoding="utf-8", buffering=1) as transcript:
                report, sent = failed or play(owner, lambda text: print(text, file=transcript))
        finally:
            self._call = None
            self._quit = self._quit or owner.quit
        ended = Ended(owner.identity, report, open=sent is not None, earlier=tuple(earlier))
        _write_report(folder, ended, len(earlier) + 1)
        try:
            self._wire.send(ended)
        except ServiceGone:
            if ended.open:
                self._hang_up(modem, owner.identity)
            raise
        if report.outcome is Outcome.MODEM:
            raise ModemFailed(report.reason.text, **report.reason.values)
        return sent


def _wake(modem: Class1) -> tuple[CallReport, None] | None:
    """See that the modem is ready for a call; the end of the call if it is not."""
    try:
        modem.ensure_ready()
    except ModemFailed as failure:
        return CallReport(Outcome.MODEM, failure.sentence), None
    except Interrupted:
        return CallReport(Outcome.LOCAL_ABORT, Sentence("The service was stopped before the call.")), None
    return None


def _write_report(folder: Path, ended: Ended, document: int) -> None:
    try:
        write_report(folder, ended, document)
    except OSError as error:
        # It is said to the service when the call has ended, if that is there.
        log.error("the report of the call cannot be written: %s", error)


def _terminal(order: PlaceCall | FetchDocument | AnswerCall) -> Terminal:
    """The settings of a call that the service wants."""
    return Terminal(order.station_id, order.error_correction, codings(order.jbig), order.max_rate)


def main(arguments: list[str] | None = None) -> int:
    """The process of one line."""
    parser = argparse.ArgumentParser(prog="faxcore.line.worker", description=__doc__.splitlines()[0])
    parser.add_argument("--device", required=True)
    parser.add_argument("--flow", type=Flow, default=Flow.HARDWARE)
    parser.add_argument("--setup", action="append", default=[], metavar="COMMAND")
    parser.add_argument("--calls", type=Path, metavar="FOLDER")
    parser.add_argument("--line", default="", help="the line's name, for the log")
    parser.add_argument("--log-level", default="WARNING")
    options = parser.parse_args(arguments)
    leave_no_core(looked_into=is_looked_into(options.device))
    set_up_log(options.log_level.upper(), "faxcore-line", f"%(name)s {options.device}: %(message)s")
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
