# SPDX-License-Identifier: GPL-3.0-or-later
"""One call from dial or ring to hang-up: a T.30 script, played on a carrier, with its pages and its transcript in its
folder.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from faxcore.contract.messages import OfferedFile
from faxcore.document.document_error import DocumentError
from faxcore.line.call_pages import MakeDisk
from faxcore.line.disk import Disk
from faxcore.line.pages import NO_OTHERS, IncomingPages, OutgoingPages
from faxcore.line.player import Owner, Player
from faxcore.line.report import report_polling, report_receiving, report_sending
from faxcore.model.call import CallReport, Outcome
from faxcore.model.paper import Paper
from faxcore.model.sentence import Sentence
from faxcore.t30 import polling_calling
from faxcore.t30.capabilities import OfferedDocument, Terminal
from faxcore.t30.carrier import Carrier
from faxcore.t30.dialogue import disconnect
from faxcore.t30.line import play_as_caller
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


async def send(
    carrier: Carrier,
    document: Path,
    number: str,
    terminal: Terminal,
    owner: Owner,
    log: Callable[[str], None],
    first_page: int = 1,
    shorter: Mapping[Paper, Path] = NO_OTHERS,
) -> CallReport:
    """One call out, whole. A document that cannot be read is said so, and nothing is dialled. `shorter` are files of
    the same pages, made for shorter paper.
    """
    return (await send_document(carrier, document, number, terminal, owner, log, first_page, shorter))[0]


async def send_document(
    carrier: Carrier,
    document: Path,
    number: str,
    terminal: Terminal,
    owner: Owner,
    log: Callable[[str], None],
    first_page: int = 1,
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
            await hang_up(carrier, owner)
        return _unreadable(error), None
    dialled = carrier.now() if before is None else None
    terminal = _on(carrier, terminal)
    infos, others = outgoing.infos, outgoing.shorter
    if before is None:
        header = format_sender_header(terminal, infos, number, first_page, others)
        script = transmit(terminal, infos, number, first_page, others)
    else:
        header = format_next_header(terminal, infos, before, first_page, others)
        script = transmit_next(terminal, infos, before, first_page, others)
    for text in header:
        log(text)
    player = Player(carrier, owner, log, outgoing=outgoing)
    sending = await player.run(script)
    log(format_result(sending))
    report = report_sending(sending, first_page, dialled, carrier.now(), player.perhaps_answered)
    return report, sending if sending.more and sending.outcome is Outcome.OK else None


async def hang_up(carrier: Carrier, owner: Owner) -> None:
    """End a call in which another document was to follow, and does not."""
    await Player(carrier, owner, lambda _text: None).run(play_as_caller(disconnect(True)))


async def receive(
    carrier: Carrier,
    folder: Path,
    terminal: Terminal,
    owner: Owner,
    log: Callable[[str], None],
    offered: Path | None = None,
    documents: Sequence[OfferedFile] = (),
    document_ended: Callable[[int, CallReport], None] = lambda _document, _report: None,
    make_disk: MakeDisk = Disk,
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
    terminal = _on(carrier, terminal)
    for text in format_receiver_header(terminal, infos, offers):
        log(text)
    offered_files = [(of.id, each) for of, each in zip(readable, pages, strict=True)]
    receiving, reports = ReceiveState(), list[CallReport]()

    def find_begin(of: ReceiveState) -> float | None:
        """Find when a document began; the first of a call when that was answered."""
        first = receiving.earlier[0] if receiving.earlier else receiving
        return player.picked_up if of is first else of.begun_at

    def next_document() -> None:
        ended = receiving.earlier[-1]
        reports.append(report_receiving(ended, incoming, carrier.now(), find_begin(ended)))
        document_ended(incoming.document, reports[-1])
        incoming.begin_document()

    player = Player(
        carrier,
        owner,
        log,
        outgoing=outgoing,
        incoming=incoming,
        offered=offered_files,
        next_document=next_document,
        make_disk=make_disk,
    )
    await player.run(answer(terminal, infos, offers, receiving))
    for text in format_results(receiving):
        log(text)
    begun = find_begin(receiving)
    if not receiving.document:
        return [*reports, report_receiving(receiving, incoming, carrier.now(), begun, offered=len(infos))]
    taken = receiving.document - 1
    report = report_receiving(receiving, incoming, carrier.now(), begun, offered=len(pages[taken].infos))
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


async def poll(
    carrier: Carrier,
    folder: Path,
    number: str,
    terminal: Terminal,
    owner: Owner,
    log: Callable[[str], None],
) -> CallReport:
    """One call out that fetches the document which the other end offers, whole: its pages go into this folder."""
    incoming = IncomingPages(folder)
    dialled = carrier.now()
    terminal = _on(carrier, terminal)
    for text in format_poller_header(terminal, number):
        log(text)
    player = Player(carrier, owner, log, incoming=incoming)
    receiving = await player.run(polling_calling.poll(terminal, number))
    log(format_result(receiving))
    return report_polling(receiving, incoming, dialled, carrier.now(), player.perhaps_answered)


def _on(carrier: Carrier, terminal: Terminal) -> Terminal:
    """The settings of the call, as far as this carrier can do what they say."""
    sends = tuple(rung for rung in carrier.sends if rung in terminal.sends)
    receives = tuple(rung for rung in carrier.receives if rung in terminal.receives)
    return replace(terminal, sends=sends or carrier.sends[-1:], receives=receives)


def _unreadable(error: Exception) -> CallReport:
    cause = error.sentence if isinstance(error, DocumentError) else str(error)
    return CallReport(
        Outcome.INCOMPATIBLE, Sentence("The pages to be sent cannot be read ({cause}).", {"cause": cause})
    )
