# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts of faxes that have ended. The page that is shown is the one that was sent, as long as there is a copy of it
that is unchanged; else it is made again from the document, and the receipt says so.
"""

from __future__ import annotations

import logging
import tempfile
from datetime import datetime
from pathlib import Path

from faxcore.api.api_error import ApiError, bad_document
from faxcore.api.sent_documents import SentDocuments, find_begun, find_line
from faxcore.config.current import CurrentConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.priced import count_unpriced, sum_prices
from faxcore.document.document_error import DocumentError
from faxcore.document.receipt import Delivery, write_receipt
from faxcore.model.job import FINAL, JobKind, State
from faxcore.model.sentence import Sentence
from faxcore.routing.own_numbers import find_language
from faxcore.store.jobs import JobRow
from faxcore.store.store import Store

log = logging.getLogger(__name__)


class Receipts:
    """Makes receipts."""

    def __init__(self, store: Store, config: CurrentConfig, documents: SentDocuments) -> None:
        self._store = store
        self._config = config
        self._documents = documents

    async def make(self, person: str, job: JobRow, out: Path) -> None:
        """Write the receipt of a job to a file that is not there yet. ApiError if there is none."""
        _refuse_without_end(job)
        with tempfile.TemporaryFile() as page, out.open("x+b") as receipt:
            as_sent = await self._documents.write_first(person, job, page)
            page.seek(0)
            try:
                await write_receipt(page, receipt, self._describe(job, as_sent))
            except DocumentError as error:
                raise bad_document(error) from error

    async def try_to_make(self, person: str, job: JobRow, out: Path) -> bool:
        """Write the receipt of a job to a file that is not there yet; False if there is none."""
        if job.kind is JobKind.FETCH:
            return False
        try:
            await self.make(person, job, out)
        except ApiError as error:
            log.info("there is no receipt of fax %s: %s", job.id, error)
            return False
        return True

    def _describe(self, job: JobRow, as_sent: bool) -> Delivery:
        config, calls = self._config.value, self._store.calls.of_job(job.id)
        language = find_language(find_line(find_begun(calls), config), job.owner, config)
        ended = next((call.ended for call in reversed(calls) if call.ended), None) or job.changed
        prices = [each.sale for each in self._store.call_costs.find([call.id for call in calls]).values()]
        return Delivery(
            delivered=job.state is State.DONE,
            recipient=job.recipient,
            person=config.describe_person(job.owner).full_name,
            subject=job.subject,
            title=job.title,
            ended=datetime.fromisoformat(ended).astimezone(),
            pages=job.pages,
            confirmed=job.confirmed,
            seconds=sum(call.seconds for call in calls),
            calls=len(calls),
            remote_id=next((call.remote_id for call in reversed(calls) if call.remote_id), ""),
            reason=job.reason,
            as_sent=as_sent,
            costs=sum_prices(prices),
            unpriced=count_unpriced(prices),
            languages=(language,) if language else (),
        )


def _refuse_without_end(job: JobRow) -> None:
    if job.state is State.UNCERTAIN:
        sentence = Sentence("Nobody knows yet whether this fax has arrived: say so, and there is a receipt of it.")
        raise ApiError(ErrorCode.STATE, sentence)
    if job.state not in FINAL:
        raise ApiError(ErrorCode.STATE, Sentence("This fax has not ended yet: there is a receipt of it when it has."))
