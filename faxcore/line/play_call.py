# SPDX-License-Identifier: GPL-3.0-or-later
"""One call from dial or ring to hang-up: a T.30 script, played on a modem, with its pages and its transcript in its
folder.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from faxcore.document.document_error import DocumentError
from faxcore.line.pages import NO_OTHERS, IncomingPages, OutgoingPages
from faxcore.line.report import report_receiving, report_sending
from faxcore.line.session import Owner, Session
from faxcore.model.call import CallReport, Outcome
from faxcore.model.paper import Paper
from faxcore.model.sentence import Sentence
from faxcore.modem.class1 import Class1
from faxcore.t30 import polling_calling
from faxcore.t30.capabilities import Terminal
from faxcore.t30.receiver import answer
from faxcore.t30.sender import transmit
from faxcore.t30.transcript import format_poller_header, format_receiver_header, format_result, format_sender_header

Clock: TypeAlias = Callable[[], float]
"""The time of the line in seconds: the real one, but for a simulated line that runs faster than real time."""


def send(
    modem: Class1,
    document: Path,
    number: str,
    terminal: Terminal,
    owner: Owner,
    log: Callable[[str], None],
    first_page: int = 1,
    clock: Clock = time.monotonic,
    shorter: Mapping[Paper, Path] = NO_OTHERS,
) -> CallReport:
    """One call out, whole. A document that cannot be read is said so, and nothing is dialled. `shorter` are files of
    the same pages, made for shorter paper.
    """
    try:
        outgoing = OutgoingPages(document, shorter)
    except (DocumentError, OSError) as error:
        return _unreadable(error)
    dialled = clock()
    terminal = _on(modem, terminal)
    for text in format_sender_header(terminal, outgoing.infos, number, first_page, outgoing.shorter):
        log(text)
    session = Session(modem, owner, log, outgoing=outgoing, clock=clock)
    sending = session.run(transmit(terminal, outgoing.infos, number, first_page, outgoing.shorter))
    log(format_result(sending))
    return report_sending(sending, first_page, dialled, clock())


def receive(
    modem: Class1,
    folder: Path,
    terminal: Terminal,
    owner: Owner,
    log: Callable[[str], None],
    offered: Path | None = None,
    clock: Clock = time.monotonic,
) -> CallReport:
    """One call in, whole: the line rings, and its pages go into this folder. `offered` is a document that the caller
    may poll instead; one that cannot be read is said so, and the line goes on ringing.
    """
    try:
        outgoing = None if offered is None else OutgoingPages(offered)
    except (DocumentError, OSError) as error:
        return _unreadable(error)
    infos = [] if outgoing is None else outgoing.infos
    incoming = IncomingPages(folder)
    terminal = _on(modem, terminal)
    for text in format_receiver_header(terminal, infos):
        log(text)
    session = Session(modem, owner, log, outgoing=outgoing, incoming=incoming, clock=clock)
    receiving = session.run(answer(terminal, infos))
    log(format_result(receiving))
    return report_receiving(receiving, incoming, clock(), offered=len(infos))


def poll(
    modem: Class1,
    folder: Path,
    number: str,
    terminal: Terminal,
    owner: Owner,
    log: Callable[[str], None],
    clock: Clock = time.monotonic,
) -> CallReport:
    """One call out that fetches the document which the other end offers, whole: its pages go into this folder."""
    incoming = IncomingPages(folder)
    dialled = clock()
    terminal = _on(modem, terminal)
    for text in format_poller_header(terminal, number):
        log(text)
    session = Session(modem, owner, log, incoming=incoming, clock=clock)
    receiving = session.run(polling_calling.poll(terminal, number))
    log(format_result(receiving))
    return report_receiving(receiving, incoming, clock(), dialled)


def _on(modem: Class1, terminal: Terminal) -> Terminal:
    """The settings of the call, as far as this modem can do what they say."""
    sends = tuple(rung for rung in modem.sends if rung in terminal.sends)
    return replace(terminal, sends=sends or modem.sends[-1:], receives=modem.receives)


def _unreadable(error: Exception) -> CallReport:
    cause = error.sentence if isinstance(error, DocumentError) else str(error)
    return CallReport(
        Outcome.INCOMPATIBLE, Sentence("The pages to be sent cannot be read ({cause}).", {"cause": cause})
    )
