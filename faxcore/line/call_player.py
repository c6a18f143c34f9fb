# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls that the service orders on a line, played one after the other on its carrier, with a report on each."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from faxcore.contract.messages import AnswerCall, Ended, FetchDocument, NothingFollows, PlaceCall, Quit
from faxcore.contract.report_file import write_report
from faxcore.line import play_call
from faxcore.line.call_owner import CallOwner
from faxcore.line.player import run_blocking
from faxcore.line.service_socket import ServiceGone, ServiceSocket
from faxcore.model.call import CallReport, Outcome
from faxcore.model.sentence import Sentence
from faxcore.t30.capabilities import Terminal
from faxcore.t30.carrier import Carrier, DeviceFailed, Interrupted
from faxcore.t30.left_out import list_codings, list_modulations
from faxcore.t30.modulation import list_rungs_from
from faxcore.t30.selective import Selection
from faxcore.t30.send_state import SendState

FOLLOWS_SECONDS = 8.0
"""Seconds that faxcore has to put a confirmed fax on disk, and the intent to send the next in the same call. The other
end sends its DIS again and again for T1."""
UNSEEN = "…"
"""The sign in place of a part of the dial string that nobody may see."""
log = logging.getLogger("faxcore.line")


class CallPlayer:
    """Plays the calls of one line."""

    def __init__(self, wire: ServiceSocket) -> None:
        self._wire = wire
        self._order: PlaceCall | FetchDocument | None = None
        """The last order to dial."""
        self.current: CallOwner | None = None
        """The owner of the call that is going on."""
        self.quit = False
        """The service wants the worker to end, as was heard in a call."""

    def hide(self, text: str) -> str:
        """Write a dial string as it may be shown, and what a modem makes of it: there may be an access code in it."""
        order = self._order
        if order is None or not order.shown:
            return text
        text = text.replace(order.number, order.shown)
        for secret in order.hidden:
            text = text.replace(secret, UNSEEN)
        return text

    def dial(self, carrier: Carrier, order: PlaceCall) -> bool:
        """Call, and send every document that is to go out in this call; True if it was left open for another one that
        did not come: then the line is on hook again now.
        """
        following: PlaceCall | None = order
        sent: SendState | None = None
        while following is not None:
            order = following
            sent = self._send(carrier, order, sent)
            following = self._await_following(order.call) if sent is not None else None
        if sent is None:
            return False
        self._hang_up(carrier, order.call)
        return True

    def _hang_up(self, carrier: Carrier, call: str) -> None:
        """End a call that was left open for another document."""
        # Not `outgoing`: nothing breaks this off.
        self.current = owner = CallOwner(self._wire, call, outgoing=False)
        try:
            run_blocking(play_call.hang_up(carrier, owner))
        finally:
            self.current = None
            self.quit = self.quit or owner.quit

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
                        self.quit = True
                        break
            except ServiceGone:
                break
        return None

    def _send(self, carrier: Carrier, order: PlaceCall, before: SendState | None) -> SendState | None:
        """Send one document; its state if another is to follow."""
        self._order = order
        selection = Selection(sub_address=order.sub_address, password=order.password)
        terminal = _terminal(order)
        rungs = tuple(rung for rung in list_rungs_from(order.begin_at) if rung in terminal.sends)
        terminal = replace(terminal, sends=rungs, selection=selection)
        document = Path(order.document)
        shorter = {each.paper: Path(each.document) for each in order.shorter}
        return self._play(
            carrier,
            CallOwner(self._wire, order.call, outgoing=True),
            Path(order.folder),
            lambda owner, write: run_blocking(
                play_call.send_document(
                    carrier,
                    document,
                    order.number,
                    terminal,
                    owner,
                    lambda text: write(self.hide(text)),
                    order.first_page,
                    shorter=shorter,
                    before=before,
                )
            ),
            follows=before is not None,
        )

    def fetch(self, carrier: Carrier, order: FetchDocument) -> None:
        """Call, and fetch a document."""
        self._order = order
        terminal = replace(_terminal(order), selection=Selection(document=order.selective, password=order.password))
        folder = Path(order.folder)
        # Its pages are promised as those of a call in are: it goes on without the service.
        self._play(
            carrier,
            CallOwner(self._wire, order.call, outgoing=False),
            folder,
            lambda owner, write: (
                run_blocking(
                    play_call.poll(carrier, folder, order.number, terminal, owner, lambda text: write(self.hide(text)))
                ),
                None,
            ),
        )

    def answer(self, carrier: Carrier, order: AnswerCall) -> None:
        """Answer the call that rings."""
        terminal = replace(_terminal(order), takes_sub_address=order.takes_sub_address)
        folder = Path(order.folder)
        earlier: list[CallReport] = []

        def play(owner: CallOwner, write: Callable[[str], None]) -> tuple[CallReport, None]:
            def ended(document: int, report: CallReport) -> None:
                _write_report(folder, Ended(order.call, report), document)

            *before, report = run_blocking(
                play_call.receive(carrier, folder, terminal, owner, write, documents=order.offers, document_ended=ended)
            )
            earlier.extend(before)
            return report, None

        self._play(carrier, CallOwner(self._wire, order.call, outgoing=False), folder, play, earlier)

    def _play(
        self,
        carrier: Carrier,
        owner: CallOwner,
        folder: Path,
        play: Callable[[CallOwner, Callable[[str], None]], tuple[CallReport, SendState | None]],
        earlier: Sequence[CallReport] = (),
        follows: bool = False,
    ) -> SendState | None:
        """Play a call, and report on it; `earlier` are the reports on the documents that came before its last one. One
        that follows another is in that one's telephone call.
        """
        failed = None if follows else _wake(carrier)
        self.current = owner
        try:
            with (folder / "transcript").open("w", encoding="utf-8", buffering=1) as transcript:
                report, sent = failed or play(owner, lambda text: print(text, file=transcript))
        finally:
            self.current = None
            self.quit = self.quit or owner.quit
        ended = Ended(owner.identity, report, open=sent is not None, earlier=tuple(earlier))
        _write_report(folder, ended, len(earlier) + 1)
        try:
            self._wire.send(ended)
        except ServiceGone:
            if ended.open:
                self._hang_up(carrier, owner.identity)
            raise
        if report.outcome is Outcome.MODEM:
            raise DeviceFailed(report.reason.text, **report.reason.values)
        return sent


def _wake(carrier: Carrier) -> tuple[CallReport, None] | None:
    """See that the carrier is ready for a call; the end of the call if it is not."""
    try:
        run_blocking(carrier.ensure_ready())
    except DeviceFailed as failure:
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
    modulations = list_modulations(order.without)
    return Terminal(
        order.station_id,
        order.error_correction,
        list_codings(order.jbig, order.without),
        order.max_rate,
        sends=modulations,
        receives=modulations,
    )
