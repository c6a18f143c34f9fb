# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls between two lines of a simulated exchange, played by our own engine at both ends, in two threads of the
test.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from faxcore.document.tiff import read_pages, write_pages
from faxcore.exchange.simulation import Exchange
from faxcore.line import play_call
from faxcore.line.pages import PageReader
from faxcore.line.player import run_blocking
from faxcore.model.call import CallReport
from faxcore.model.page import Page
from faxcore.modem.class1 import Class1
from faxcore.modem.class1_carrier import Class1Carrier
from faxcore.modem.port import Port
from faxcore.modem.ring import Ring
from faxcore.t30.capabilities import Terminal
from faxcore.t30.line import Note

PATIENCE = 240.0
"""Seconds after which a test gives a call up: it has hung."""


@dataclass
class Listener:
    """The owner of a call in a test: remembers what it hears."""

    notes: list[Note] = field(default_factory=list)
    kept: list[tuple[int, str, bool]] = field(default_factory=list)
    more: bool = False
    """True if another document is to follow."""

    def note(self, note: Note) -> bool:
        self.notes.append(note)
        return note.final and self.more

    def may_take(self, offer: str) -> bool:
        """Everything that is offered is for everybody."""
        return True

    def page_kept(self, number: int, file: str, reader: PageReader, confirmed: bool) -> None:
        self.kept.append((number, file, confirmed))


@dataclass
class Played:
    """What both ends say of a call, and what arrived."""

    sent: CallReport
    received: CallReport
    pages: list[Page]
    sender_transcript: list[str]
    receiver_transcript: list[str]
    sender: Listener
    receiver: Listener


class Answerer:
    """A line that answers one play, in a thread of its own."""

    def __init__(self, exchange: Exchange, line: int, folder: Path, terminal: Terminal) -> None:
        self._exchange, self._line, self._folder, self._terminal = exchange, line, folder, terminal
        self.transcript: list[str] = []
        self.listener = Listener()
        self.ring = Ring()
        self._reports: list[CallReport] = []
        self._failure: BaseException | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        folder.mkdir(parents=True)
        self._thread.start()
        assert self._ready.wait(20), "the answering modem does not start"

    def _run(self) -> None:
        try:
            port = Port(str(self._exchange.device(self._line)))
            try:
                modem = Class1(port)
                modem.initialise()
                self._ready.set()
                while not self.ring.is_complete:
                    line = modem.read_unsolicited_line()
                    self.ring = self.ring if line is None else self.ring.with_line(line)
                self._reports = run_blocking(
                    play_call.receive(
                        Class1Carrier(modem, lambda: self._exchange.line_seconds),
                        self._folder,
                        self._terminal,
                        self.listener,
                        self.transcript.append,
                    )
                )
            finally:
                port.close()
        except BaseException as failure:  # noqa: BLE001 - raised again in result(), in the test's own thread
            self._failure = failure

    def result(self) -> CallReport:
        """The report on the call, or on the last of several documents that came in it."""
        return self.results()[-1]

    def results(self) -> list[CallReport]:
        self._thread.join(PATIENCE)
        if self._failure is not None:
            raise self._failure
        assert self._reports, "the receiving end is still busy:\n" + "\n".join(self.transcript[-20:])
        return self._reports

    def pages(self) -> list[Page]:
        return [page for each in self.results() for name in each.files for page in read_pages(self._folder / name)]


def send_from(
    exchange: Exchange,
    line: int,
    document: Path,
    number: str,
    terminal: Terminal,
    listener: Listener,
    transcript: list[str],
) -> CallReport:
    """One call out, in the test's own thread."""
    port = Port(str(exchange.device(line)))
    try:
        modem = Class1(port)
        modem.initialise()
        return run_blocking(
            play_call.send(
                Class1Carrier(modem, lambda: exchange.line_seconds),
                document,
                number,
                terminal,
                listener,
                transcript.append,
            )
        )
    finally:
        port.close()


def send_two(
    exchange: Exchange, line: int, documents: tuple[Path, Path], number: str, terminal: Terminal, transcript: list[str]
) -> list[CallReport]:
    """Two documents in one call, with EOM between them, in the test's own thread; an end of each that was begun."""
    port = Port(str(exchange.device(line)))
    try:
        modem = Class1(port)
        modem.initialise()
        first, second = documents
        owners = (Listener(more=True), Listener())
        carrier = Class1Carrier(modem, lambda: exchange.line_seconds)
        report, sent = run_blocking(
            play_call.send_document(carrier, first, number, terminal, owners[0], transcript.append)
        )
        reports = [report]
        if sent is not None:
            reports.append(
                run_blocking(
                    play_call.send_document(
                        carrier, second, number, terminal, owners[1], transcript.append, before=sent
                    )
                )[0]
            )
        return reports
    finally:
        port.close()


def play(
    exchange: Exchange,
    folder: Path,
    pages: Sequence[Page],
    sender: Terminal | None = None,
    receiver: Terminal | None = None,
    from_line: int = 1,
    to_line: int = 2,
) -> Played:
    """A whole call from one line to another."""
    folder.mkdir(parents=True, exist_ok=True)
    document = folder / "document.tif"
    write_pages(document, pages)
    ours = sender or Terminal(exchange.numbers(from_line)[0])
    theirs = receiver or Terminal(exchange.numbers(to_line)[0])
    answerer = Answerer(exchange, to_line, folder / "received", theirs)
    listener, transcript = Listener(), list[str]()
    sent = send_from(exchange, from_line, document, exchange.numbers(to_line)[0], ours, listener, transcript)
    return Played(
        sent,
        answerer.result(),
        answerer.pages(),
        transcript,
        answerer.transcript,
        listener,
        answerer.listener,
    )
