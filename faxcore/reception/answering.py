# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that ring: answered, if what they bring is for a fax machine and can be kept.

A page is the worker's promise already when we hear of it: it is on disk in the call directory. Its row makes the
bookkeeping easier, and `faxcore.reception.recovery` does without.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from faxcore.checkpoint import checkpoint
from faxcore.config import NumberConfig
from faxcore.config.current import CurrentConfig
from faxcore.contract.messages import AnswerCall, Ended, OfferedFile, Ringing
from faxcore.dialling.numbers import number_key
from faxcore.lines.worker_line import WorkerLine
from faxcore.model.call import CallReport, Outcome
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.model.text import clean_text
from faxcore.reception.filing import Filing
from faxcore.reception.incoming_call import IncomingCall
from faxcore.routing.answered import find_unanswered
from faxcore.routing.fitting import Arrival
from faxcore.routing.own_numbers import make_origin
from faxcore.routing.routes import find_number, rung_number, takes_sub_address
from faxcore.store.offers import OfferRow
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable
from faxcore.store.synced_files import RESERVE, make_folder

log = logging.getLogger(__name__)


class Answering:
    """Decides on each call that rings."""

    def __init__(self, store: Store, config: CurrentConfig, filing: Filing, reserve: int = RESERVE) -> None:
        """`reserve`: octets that must be free before a call is answered."""
        self._store = store
        self._config = config
        self._filing = filing
        self._reserve = reserve

    async def ring(self, line: WorkerLine, ringing: Ringing) -> None:
        """Answer a call, if what it brings can be kept."""
        called = clean_text(ringing.called or rung_number(line.line, ringing.ring), 60)
        caller, caller_name = clean_text(ringing.caller, 60), clean_text(ringing.caller_name, 60)
        arrival = Arrival(called, caller=caller, at=self._store.database.local_now())
        unanswered = find_unanswered(line.line, arrival, self._config.value, withheld=ringing.withheld)
        if unanswered:
            # The log names no numbers.
            log.info("%s: a call is left to ring: %s", line.name, unanswered)
            log.debug("%s: that call was for %s", line.name, called or "an unknown number")
            await line.decline(unanswered)
            return
        number = find_number(line.line, called, self._config.value.dialling)
        try:
            refusal = self._refusal()
            if refusal:
                log.error("%s: a call is not answered: %s", line.name, refusal)
                await line.decline(refusal)
                return
            # This row also proves that the database can be written.
            meant = called or (number.number if number else "")
            key = number_key(meant, self._config.value.dialling) if meant else ""
            call, reception = self._store.receptions.begin(
                line.name,
                called,
                caller,
                caller_name,
                key,
                number.name if number else "",
                number.payer if number else "",
            )
            folder = make_folder(self._store.call_folder(call))
        except (OSError, StoreUnavailable) as error:
            log.error("%s: a call is not answered: %s", line.name, error)
            await line.decline(Sentence("The disk cannot be written."))
            return
        checkpoint("reception begun")
        incoming = IncomingCall(self._store, self._filing, line, call, reception)
        order = self._order(line, call, folder, number, self._list_offers(line, called, folder))
        if not await line.answer(order, incoming):
            await incoming.ended(Ended(call, CallReport(Outcome.LINE_LOST, Sentence("The caller gave up."))))

    def _list_offers(self, line: WorkerLine, called: str, folder: Path) -> tuple[OfferedFile, ...]:
        try:
            found = self._filing.find_offers(line.line, called)
        except StoreUnavailable as error:
            # The call may bring a fax.
            log.error("%s: what is offered cannot be read: %s", line.name, error)
            return ()
        return tuple(
            OfferedFile(each.id, str(file), each.selective, each.password)
            for each in found
            if (file := self._lend(each, folder)) is not None
        )

    def _lend(self, offer: OfferRow, folder: Path) -> Path | None:
        """Put an offered document into the folder of the call, where its worker can read it; it goes with the call's
        other working copies.
        """
        file = folder / f"document-offer-{offer.id}.tif"
        try:
            os.link(self._store.documents.offered_file(offer.document), file)
        except OSError as error:
            # The call may bring a fax.
            log.error("offer %s cannot be read, and is left out: %s", offer.id, error)
            return None
        return file

    def _order(
        self,
        line: WorkerLine,
        call: str,
        folder: Path,
        number: NumberConfig | None,
        offers: tuple[OfferedFile, ...],
    ) -> AnswerCall:
        own = line.line
        return AnswerCall(
            call=call,
            folder=str(folder),
            station_id=make_origin(own, number, self._config.value).station_id,
            error_correction=own.error_correction,
            jbig=own.jbig,
            max_rate=own.max_rate,
            without=own.without,
            takes_sub_address=takes_sub_address(own, self._config.value.routes),
            offers=offers,
        )

    def _refusal(self) -> Sentence:
        if self._store.free_octets() < self._reserve:
            return Sentence("There is not enough space on the disk to receive a fax.")
        return NOTHING
