# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts of faxes that have ended. The page that is shown is the one that was sent, as long as there is a copy of it
that is unchanged; else it is made again from the document, and the receipt says so.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from faxcore.api.api_error import ApiError, bad_document
from faxcore.api.foreign_files import ForeignFiles
from faxcore.api.verifying import ANSWER_SECONDS
from faxcore.config import Config, LineConfig
from faxcore.config.current import CurrentConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.priced import count_unpriced, sum_prices
from faxcore.document.compose import PageOrder
from faxcore.document.document_error import DocumentError
from faxcore.document.receipt import Delivery, write_receipt
from faxcore.fax_folders.mount_points import MountPoints
from faxcore.fax_folders.verification import copy_verified
from faxcore.model.job import FINAL, JobKind, State
from faxcore.model.sentence import Sentence
from faxcore.queue.composing import Composer
from faxcore.routing.own_numbers import Origin, find_language, find_origin
from faxcore.store.calls import CallRow
from faxcore.store.ids_and_times import new_id
from faxcore.store.jobs import JobRow
from faxcore.store.sent_copies import Copying
from faxcore.store.store import Store
from faxcore.store.synced_files import remove

log = logging.getLogger(__name__)


class Receipts:
    """Makes receipts."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        files: ForeignFiles,
        mount_points: MountPoints,
        composer: Composer,
    ) -> None:
        self._store = store
        self._config = config
        self._files = files
        self._mount_points = mount_points
        self._composer = composer

    async def make(self, person: str, job: JobRow, out: Path) -> None:
        """Write the receipt of a job to a file that is not there yet. ApiError if there is none."""
        _refuse_without_end(job)
        with tempfile.TemporaryFile() as page, out.open("x+b") as receipt:
            as_sent = await self._copy_page(person, job, page)
            if not as_sent:
                await self._compose_page(job, page)
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

    async def _copy_page(self, person: str, job: JobRow, page: BinaryIO) -> bool:
        """Copy the first page as it was sent; False if there is no copy, or none that is unchanged."""
        copy = self._store.sent_copies.get(job.id)
        if copy is None or copy.state is Copying.KEEPING:
            return False
        if copy.state is Copying.WAITING:
            first = self._store.sent_copies.find_pages(job.id)[0]
            try:
                with (self._store.call_folder(first.call) / first.file).open("rb") as kept:
                    shutil.copyfileobj(kept, page)
            except FileNotFoundError:
                return False  # It has been filed this very moment.
            return True
        # Not the page itself: where the folder does not answer, the thread that is left behind still has this one.
        with tempfile.TemporaryFile() as read:
            work = partial(copy_verified, self._mount_points, Path(copy.tiff), copy.tiff_sha256, read)
            try:
                if not await self._files.look(person, work, ANSWER_SECONDS):
                    return False
            except TimeoutError:
                return False
            read.seek(0)
            shutil.copyfileobj(read, page)
        return True

    async def _compose_page(self, job: JobRow, page: BinaryIO) -> None:
        """Make the pages again as they went out, or would have."""
        config, begun = self._config.value, _find_begun(self._store.calls.of_job(job.id))
        line = _find_line(begun, config)
        origin = Origin(config.station_id) if line is None else find_origin(line, job.owner, config)
        order = PageOrder(
            job.header,
            job.recipient,
            job.subject,
            origin.station_id,
            datetime.fromisoformat(job.created if begun is None else begun.started).astimezone(),
            plan=job.paper_plan,
            header_line=origin.header_line,
            message=job.message,
        )
        made = self._store.documents.folder / f"{new_id()}.preview"
        try:
            await self._composer(self._store.documents.pages_file(job.document), made, order)
            with made.open("rb") as composed:
                shutil.copyfileobj(composed, page)
        except DocumentError as error:
            raise bad_document(error) from error
        finally:
            remove(made)

    def _describe(self, job: JobRow, as_sent: bool) -> Delivery:
        config, calls = self._config.value, self._store.calls.of_job(job.id)
        language = find_language(_find_line(_find_begun(calls), config), job.owner, config)
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


def _find_begun(calls: Sequence[CallRow]) -> CallRow | None:
    """Find the call in which the first page arrived; the first call, if none did."""
    return next((call for call in calls if call.confirmed), calls[0] if calls else None)


def _find_line(begun: CallRow | None, config: Config) -> LineConfig | None:
    return next((line for line in config.all_lines() if begun is not None and line.name == begun.line), None)


def _refuse_without_end(job: JobRow) -> None:
    if job.state is State.UNCERTAIN:
        sentence = Sentence("Nobody knows yet whether this fax has arrived: say so, and there is a receipt of it.")
        raise ApiError(ErrorCode.STATE, sentence)
    if job.state not in FINAL:
        raise ApiError(ErrorCode.STATE, Sentence("This fax has not ended yet: there is a receipt of it when it has."))
