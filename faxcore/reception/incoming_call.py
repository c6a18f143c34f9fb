# SPDX-License-Identifier: GPL-3.0-or-later
"""One call that is being received: its pages are written down as they come, and become faxes when it has ended: one of
each document that the caller sends.
"""

from __future__ import annotations

import logging
from typing import Final

from faxcore.checkpoint import checkpoint
from faxcore.contract.call_files import split_name
from faxcore.contract.messages import CallNews, Ended, OfferWanted, PageKept
from faxcore.lines.worker_line import WorkerLine
from faxcore.model.call import Outcome
from faxcore.model.sentence import Sentence
from faxcore.reception.call_documents import begin_documents
from faxcore.reception.filing import Filing
from faxcore.reception.recovery import close_call
from faxcore.store.retry import retry_until_written
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)

WORKER_ENDED: Final = Sentence("The program for the line ended during the call.")


class IncomingCall:
    """Hears what the line says of one call."""

    def __init__(self, store: Store, filing: Filing, line: WorkerLine, call: str, reception: str) -> None:
        self._line = line
        self._store = store
        self._filing = filing
        self._call = call
        self._reception = reception

    async def heard(self, message: CallNews) -> None:
        """Take in what the line says of the call."""
        match message:
            case PageKept():
                self._keep_page(message)
            case OfferWanted():
                await self._line.give_offer(self._call, self._take(message.offer))

    def _take(self, offer: str) -> bool:
        try:
            return self._store.offers.take(offer, self._call)
        except StoreUnavailable as error:
            log.error("call %s: its caller gets no document: %s", self._call, error)
            return False

    def _keep_page(self, message: PageKept) -> None:
        receptions = self._store.receptions
        checkpoint("page safe, row not written")
        try:
            with self._store.transaction():
                reception = self._find_reception(message.document)
                file = split_name(message.file)[1]
                receptions.keep_page(reception, message.page, file, message.rows, message.bad_rows)
                receptions.set_sub_address(reception, message.sub_address)
        except StoreUnavailable as error:
            # The page itself is on disk; its row is made when the call has ended.
            log.error("reception %s, page %d: %s", self._reception, message.page, error)
        checkpoint("page's row written")

    def _find_reception(self, document: int) -> str:
        """Find the reception of this document of the call, or begin it."""
        if document == 1:
            return self._reception
        return begin_documents(self._store, self._call, document)[document - 1].id

    async def ended(self, ended: Ended | None) -> None:
        """Write down the end: the line is on hook again, or its worker has died."""
        checkpoint("call in ended, not on disk")
        parts = await retry_until_written(
            f"the end of call {self._call}",
            lambda: close_call(self._store, self._call, ended, WORKER_ENDED, self._filing.keep),
        )
        for part in parts:
            self._store.retention.clean_ended_call(part)
        if ended is not None and ended.report.outcome in (Outcome.PASSWORD, Outcome.NO_DOCUMENT):
            log.info("call %s: its caller did not get a document: %s", self._call, ended.report.reason)
        if ended is not None and ended.report.offer:
            self._tell_fetched(parts[-1])

    def _tell_fetched(self, part: str) -> None:
        try:
            self._filing.tell_fetched(part)
        except StoreUnavailable as error:
            log.error("that a document was fetched is told later: %s", error)
