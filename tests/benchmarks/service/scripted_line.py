# SPDX-License-Identifier: GPL-3.0-or-later
"""A line without a modem that makes one call after another, and writes down what it has said and how long it waited.

    python -m tests.benchmarks.service.scripted_line FOLDER LINE

It is ready when FOLDER/go is there, a file with the seconds that a page takes, and from then on somebody calls after
every tenth call of its own. Each thing that the service was told, and must have kept, is a line of FOLDER/LINE.said:
`confirmed CALL PAGE`, `final CALL SECONDS` (until Noted came), `kept CALL PAGE`, `ended CALL`; `pending CALL` is a
FinalPending without its Noted yet.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Final

from faxcore.contract.messages import (
    AnswerCall,
    Cancel,
    Decline,
    Ended,
    FinalPending,
    Message,
    Noted,
    PageConfirmed,
    PageKept,
    PlaceCall,
    Progress,
    Quit,
    Ready,
    Ringing,
    RingingEnded,
    Step,
    pack,
    unpack,
)
from faxcore.contract.report_file import write_report
from faxcore.document.tiff import count_pages
from faxcore.line.pages import IncomingPages
from faxcore.model.call import CallReport, Outcome
from faxcore.model.page import Page, Resolution, Width
from faxcore.model.sentence import Sentence

RECEIVED_PAGES: Final = 2
CALLS_BETWEEN_RINGS: Final = 10


class ScriptedLine:
    """One line, from its first word to Quit."""

    def __init__(self, folder: Path, line: str) -> None:
        self._folder = folder
        self._socket = os.fdopen(0, "r+b", buffering=0)
        self._received = b""
        self._said = (folder / f"{line}.said").open("a", buffering=1)

    def work(self) -> None:
        """Play calls until the service has had enough, or is gone."""
        while not (self._folder / "go").exists():
            time.sleep(0.01)
        self._say(Ready("scripted"))
        calls = 0
        while True:
            if calls == CALLS_BETWEEN_RINGS:
                calls = 0
                self._say(Ringing("0611223344", "Somebody", "0199000001"))
            match self._hear():
                case PlaceCall() as order:
                    calls += 1
                    self._end(order.call, order.folder, self._send(order))
                case AnswerCall() as order:
                    self._end(order.call, order.folder, self._receive(order))
                case Decline():
                    self._say(RingingEnded())
                case Quit():
                    return

    def _send(self, order: PlaceCall) -> CallReport:
        pages = count_pages(Path(order.document))
        self._say(Progress(order.call, Step.DIALLING))
        for page in range(1, pages):
            self._say(Progress(order.call, Step.PAGE, page, "+33199000099", 14400))
            self._wait_for_page()
            self._note(f"confirmed {order.call} {page}")
            self._say(PageConfirmed(order.call, page))
        self._wait_for_page()
        self._note(f"pending {order.call}")
        before = time.monotonic()
        self._say(FinalPending(order.call))
        if not isinstance(self._hear(Noted, Cancel), Noted):
            reason = Sentence("Cancelled.")
            return CallReport(Outcome.LOCAL_ABORT, reason, pages, pages, pages - 1, dial_seconds=1.0)
        self._note(f"final {order.call} {time.monotonic() - before:.6f}")
        self._note(f"confirmed {order.call} {pages}")
        self._say(PageConfirmed(order.call, pages))
        return CallReport(Outcome.OK, pages=pages, sent=pages, confirmed=pages, rate=14400, dial_seconds=1.0)

    def _wait_for_page(self) -> None:
        """Let the seconds go by that a page takes on the line, which is what FOLDER/go says now."""
        time.sleep(float((self._folder / "go").read_text()))

    def _receive(self, order: AnswerCall) -> CallReport:
        kept, files = IncomingPages(Path(order.folder)), []
        for number in range(1, RECEIVED_PAGES + 1):
            self._wait_for_page()
            page = Page(Width.A4, Resolution.FINE, bytes([number]) * 216 * 100)
            files.append(kept.keep(number, page, confirmed=True))
            self._note(f"kept {order.call} {number}")
            self._say(PageKept(order.call, number, files[-1], 100, 0, 1728, Resolution.FINE))
        return CallReport(Outcome.OK, received=RECEIVED_PAGES, files=tuple(files), remote_id="+33 1 99 00 00 77")

    def _end(self, call: str, folder: str, report: CallReport) -> None:
        ended = Ended(call, report)
        write_report(Path(folder), ended)
        self._note(f"ended {call}")
        self._say(ended)

    def _note(self, words: str) -> None:
        self._said.write(f"{words}\n")

    def _say(self, message: Message) -> None:
        self._socket.write(pack(message))

    def _hear(self, *kinds: type) -> Message:
        """Wait for the next message, of these kinds if any are named. (What comes besides is for other calls.)"""
        while True:
            while b"\n" not in self._received:
                more = os.read(0, 65536)
                if not more:
                    sys.exit(0)  # the service is gone
                self._received += more
            line, _, self._received = self._received.partition(b"\n")
            message = unpack(line)
            if not kinds or isinstance(message, kinds):
                return message


if __name__ == "__main__":
    ScriptedLine(Path(sys.argv[1]), sys.argv[2]).work()
