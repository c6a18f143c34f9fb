# SPDX-License-Identifier: GPL-3.0-or-later
"""One call from dial or ring to hang-up: a T.30 script, played on a modem, with its pages and its transcript in its
folder.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from faxcore.contract.messages import OfferedFile
from faxcore.document.document_error import DocumentError
from faxcore.line.pages import NO_OTHERS, IncomingPages, OutgoingPages
from faxcore.line.report import report_polling, report_receiving, report_sending
from faxcore.line.session import Owner, Session
from faxcore.model.call import CallReport, Outcome
from faxcore.model.paper import Paper
from faxcore.model.sentence import Sentence
from faxcore.modem.class1 import Class1
from faxcore.t30 import polling_calling
from faxcore.t30.capabilities import OfferedDocument, Terminal
from faxcore.t30.dialogue import disconnect
from faxcore.t30.receive_state import ReceiveState
from faxcore.t30.receiver import answer
from faxcore.t30.send_state import SendState
from faxcore.t30.sender import transmit, transmit_next
from faxcore.t30.transcript import (
    format_next_header,
    format_poller_header,
    format_receiver_header,
    format_result,
    format_results,
    format_sender_header,
)

faults = logging.getLogger(__name__)

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
    return send_document(modem, document, number, terminal, owner, log, first_page, clock, shorter)[0]


def send_document(
    modem: Class1,
    document: Path,
    number: str,
    terminal: Terminal,
    owner: Owner,
    log: Callable[[str], None],
    first_page: int = 1,
    clock: Clock = time.monotonic,
    shorter: Mapping[Paper, Path] = NO_OTHERS,
    before: SendState | None = None,
) -> tuple[CallReport, SendState | None]:
    """Send a document in a call of its own, or in the one in which the document `before` has just been sent. Its state
    is returned if another is to follow: then the line is left as it is, for that or for `hang_up`.
    """
    try:
        outgoing = OutgoingPages(document, shorter)
    except (DocumentError, OSError) as error:
        if before is not None:
            hang_up(modem, owner)
        return _unreadable(error), None
    dialled = clock() if before is None else None
    terminal = _on(modem, terminal)
    infos, others = outgoing.infos, outgoing.shorter
    if before is None:
        header = format_sender_header(terminal, infos, number, first_page, others)
        script = transmit(terminal, infos, number, first_page, others)
    else:
        header = format_next_header(terminal, infos, before, first_page, others)
        script = transmit_next(terminal, infos, before, first_page, others)
    for text in header:
        log(text)
    session = Session(modem, owner, log, outgoing=outgoing, clock=clock)
    sending = session.run(script)
    log(format_result(sending))
    report = report_sending(sending, first_page, dialled, clock(), session.perhaps_answered)
    return report, sending if sending.more and sending.outcome is Outcome.OK else None


def hang_up(modem: Class1, owner: Owner) -> None:
    """End a call in which another document was to follow, and does not."""
    Session(modem, owner, lambda _text: None).run(disconnect(True, True))


def receive(
    modem: Class1,
    folder: Path,
    terminal: Terminal,
    owner: Owner,
    log: Callable[[str], None],
    offered: Path | None = None,
    clock: Clock = time.monotonic,
    documents: Sequence[OfferedFile] = (),
    document_ended: Callable[[int, CallReport], None] = lambda _document, _report: None,
) -> list[CallReport]:
    """One call in, whole: the line rings, and its pages go into this folder; a report on each document that it brings,
    the last of them, often the only one, with the end of the call. `document_ended` hears of each other one, with its
    number, as soon as it is over. `offered` is a document that the caller may poll instead; one that cannot be read is
    said so, and the line goes on ringing. Of several `documents`, one that cannot be read is not offered: the line is
    there for receiving.
    """
    try:
        outgoing = None if offered is None else OutgoingPages(offered)
    except (DocumentError, OSError) as error:
        return [_unreadable(error)]
    infos = [] if outgoing is None else outgoing.infos
    incoming = IncomingPages(folder)
    readable, pages = _read_documents(documents)
    offers = [OfferedDocument(each.infos, of.document, of.password) for of, each in zip(readable, pages, strict=True)]
    terminal = _on(modem, terminal)
    for text in format_receiver_header(terminal, infos, offers):
        log(text)
    offered_files = [(of.id, each) for of, each in zip(readable, pages, strict=True)]
    receiving, reports = ReceiveState(), list[CallReport]()

    def find_begin(of: ReceiveState) -> float | None:
        """Find when a document began; the first of a call when that was answered."""
        first = receiving.earlier[0] if receiving.earlier else receiving
        return session.picked_up if of is first else of.begun_at

    def next_document() -> None:
        ended = receiving.earlier[-1]
        reports.append(report_receiving(ended, incoming, clock(), find_begin(ended)))
        document_ended(incoming.document, reports[-1])
        incoming.begin_document()

    session = Session(
        modem,
        owner,
        log,
        outgoing=outgoing,
        incoming=incoming,
        clock=clock,
        offered=offered_files,
        next_document=next_document,
    )
    session.run(answer(terminal, infos, offers, receiving))
    for text in format_results(receiving):
        log(text)
    begun = find_begin(receiving)
    if not receiving.document:
        return [*reports, report_receiving(receiving, incoming, clock(), begun, offered=len(infos))]
    taken = receiving.document - 1
    report = report_receiving(receiving, incoming, clock(), begun, offered=len(pages[taken].infos))
    return [*reports, replace(report, offer=readable[taken].id)]


def _read_documents(documents: Sequence[OfferedFile]) -> tuple[list[OfferedFile], list[OutgoingPages]]:
    """Read those of the documents that can be read."""
    readable, pages = [], []
    for each in documents:
        try:
            pages.append(OutgoingPages(Path(each.file)))
        except (DocumentError, OSError) as error:
            faults.error("a document that is offered cannot be read, and is left out: %s", error)
        else:
            readable.append(each)
    return readable, pages


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
    return report_polling(receiving, incoming, dialled, clock(), session.perhaps_answered)


def _on(modem: Class1, terminal: Terminal) -> Terminal:
    """The settings of the call, as far as this modem can do what they say."""
    sends = tuple(rung for rung in modem.sends if rung in terminal.sends)
    return replace(terminal, sends=sends or modem.sends[-1:], receives=modem.receives)


def _unreadable(error: Exception) -> CallReport:
    cause = error.sentence if isinstance(error, DocumentError) else str(error)
    return CallReport(
        Outcome.INCOMPATIBLE, Sentence("The pages to be sent cannot be read ({cause}).", {"cause": cause})
    )
