# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a fax as they went out: those that are kept, as long as they are unchanged; else made again from the
document, as they went out or will.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from faxcore.api.api_error import bad_document
from faxcore.api.foreign_files import ForeignFiles
from faxcore.api.own_headers import list_sending_lines
from faxcore.api.verifying import ANSWER_SECONDS
from faxcore.config import Config, LineConfig
from faxcore.config.current import CurrentConfig
from faxcore.document.compose import PageOrder
from faxcore.document.document_error import DocumentError
from faxcore.document.join import Picked, pick_pages
from faxcore.fax_folders.mount_points import MountPoints
from faxcore.fax_folders.verification import copy_verified
from faxcore.model.job import FINAL
from faxcore.model.paper import PaperPlan
from faxcore.queue.composing import Composer
from faxcore.queue.experience import plan_paper
from faxcore.routing.own_numbers import Origin, find_origin
from faxcore.store.calls import CallRow
from faxcore.store.ids_and_times import new_id
from faxcore.store.jobs import JobRow
from faxcore.store.sent_copies import Copying, SentCopyRow
from faxcore.store.store import Store
from faxcore.store.synced_files import remove

log = logging.getLogger(__name__)


class SentDocuments:
    """Finds or makes the pages of faxes as they went out."""

    def __init__(
        self, store: Store, config: CurrentConfig, files: ForeignFiles, mount_points: MountPoints, composer: Composer
    ) -> None:
        self._store = store
        self._config = config
        self._files = files
        self._mount_points = mount_points
        self._composer = composer

    async def write_all(self, person: str, job: JobRow, out: BinaryIO) -> bool:
        """Write all pages; True if they are those that went out. ApiError if they cannot be made."""
        copy = self._store.sent_copies.get(job.id)
        if copy is not None and copy.state is Copying.WAITING and await self._pick(job, out):
            return True
        return await self._copy_filed(person, copy, out) or await self.compose(job, out)

    async def write_first(self, person: str, job: JobRow, out: BinaryIO) -> bool:
        """Write the first page, with others behind it or without; True if it is the one that went out. ApiError if it
        cannot be made.
        """
        copy = self._store.sent_copies.get(job.id)
        if copy is not None and copy.state is Copying.WAITING:
            first = self._store.sent_copies.find_pages(job.id)[0]
            try:
                with (self._store.call_folder(first.call) / first.file).open("rb") as kept:
                    await asyncio.to_thread(shutil.copyfileobj, kept, out)
                return True
            except FileNotFoundError:
                log.debug("the first page of fax %s has been filed this very moment", job.id)
        return await self._copy_filed(person, copy, out) or await self.compose(job, out)

    async def _pick(self, job: JobRow, out: BinaryIO) -> bool:
        """Pick what is kept of each call that brought some of the pages over; False if it is not there any more."""
        picked = [
            Picked(self._store.call_folder(pages.call) / pages.file, pages.first, pages.last)
            for pages in self._store.sent_copies.find_pages(job.id)
        ]
        # Not the file itself: what has been picked before something was missing is not to be in it.
        with tempfile.TemporaryFile() as made:
            try:
                await pick_pages(picked, made)
            except FileNotFoundError:
                log.debug("the pages of fax %s have been filed this very moment", job.id)
                return False
            except DocumentError as error:
                raise bad_document(error) from error
            made.seek(0)
            await asyncio.to_thread(shutil.copyfileobj, made, out)
        return True

    async def _copy_filed(self, person: str, copy: SentCopyRow | None, out: BinaryIO) -> bool:
        """Copy what is in the archive; False if nothing is, or nothing that is unchanged."""
        if copy is None or copy.state is not Copying.FILED:
            return False
        # Not the file itself: where the folder does not answer, the thread that is left behind still has this one.
        with tempfile.TemporaryFile() as read:
            work = partial(copy_verified, self._mount_points, Path(copy.tiff), copy.tiff_sha256, read)
            try:
                if not await self._files.look(person, work, ANSWER_SECONDS):
                    return False
            except TimeoutError:
                return False
            read.seek(0)
            await asyncio.to_thread(shutil.copyfileobj, read, out)
        return True

    async def compose(self, job: JobRow, out: BinaryIO) -> bool:
        """Make the pages as they went out, or would have, or will; False, as they are not those that did."""
        made = self._store.documents.folder / f"{new_id()}.preview"
        try:
            await self._composer(self._store.documents.pages_file(job.document), made, self._order(job))
            with made.open("rb") as composed:
                await asyncio.to_thread(shutil.copyfileobj, composed, out)
        except DocumentError as error:
            raise bad_document(error) from error
        finally:
            remove(made)
        return False

    def _order(self, job: JobRow) -> PageOrder:
        config, begun = self._config.value, find_begun(self._store.calls.of_job(job.id))
        line = find_line(begun, config)
        if begun is None:
            line = next(iter(list_sending_lines(config, job.owner, job.destination)), None)
        origin = Origin(config.station_id) if line is None else find_origin(line, job.owner, config)
        return PageOrder(
            job.header,
            job.recipient,
            job.subject,
            origin.station_id,
            self._find_time(job, begun),
            plan=self._plan(job, begun),
            header_line=origin.header_line,
            message=job.message,
            logo=self._store.own_logos.encoded(job.header.picture),
        )

    def _find_time(self, job: JobRow, begun: CallRow | None) -> datetime:
        if begun is None and job.state not in FINAL:
            return self._store.database.local_now()
        return datetime.fromisoformat(job.created if begun is None else begun.started).astimezone()

    def _plan(self, job: JobRow, begun: CallRow | None) -> PaperPlan:
        """Tell for which paper it was made; of one for which no call has been made, for which it will."""
        if begun is not None or job.state in FINAL:
            return job.paper_plan
        known = self._store.call_history.experience(job.destination).longest
        return plan_paper(job.paper_plan, job.confirmed, known, self._config.value.document.long_pages)


def find_begun(calls: Sequence[CallRow]) -> CallRow | None:
    """Find the call in which the first page arrived; the first call, if none did."""
    return next((call for call in calls if call.confirmed), calls[0] if calls else None)


def find_line(begun: CallRow | None, config: Config) -> LineConfig | None:
    """Find the line of a call, as it is configured now."""
    return next((line for line in config.all_lines() if begun is not None and line.name == begun.line), None)
