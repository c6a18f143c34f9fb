# SPDX-License-Identifier: GPL-3.0-or-later
"""Archive what was sent, as TIFF and PDF, when its job is done. A fax that is done is done: nothing waits for the
archive, and what cannot be put there is tried again and again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from faxcore.archive.late_copies import tell_operator, tell_operator_unreadable, warn_operator
from faxcore.archive.places import find_place
from faxcore.checkpoint import checkpoint
from faxcore.config.current import CurrentConfig
from faxcore.config.written_folders import list_archive_folders
from faxcore.document.archival_pdf import FaxFacts
from faxcore.document.document_error import DocumentError
from faxcore.document.join import Picked, pick_pages
from faxcore.fax_folders.fax_folder import FaxFolder
from faxcore.fax_folders.filing_loop import FilingLoop
from faxcore.fax_folders.folder_watch import LOOK_SECONDS, FolderWatch
from faxcore.fax_folders.late_faxes import explain
from faxcore.fax_folders.mount_points import MountPoints
from faxcore.fax_folders.names import make_sent_name
from faxcore.fax_folders.own_copies import OwnCopies, settle_own_copies
from faxcore.model.job import FINAL, State
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.store.jobs import JobRow
from faxcore.store.sent_copies import PDF, TIFF, Copying, SentCopyRow
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)


class _SentOnError(Exception):
    """A copy belongs in another folder by now, or is filed."""


class Archiving:
    """Makes the files of what was sent, and puts them in the archive."""

    def __init__(
        self, store: Store, config: CurrentConfig, mount_points: MountPoints, look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._store = store
        self._config = config
        self._mount_points = mount_points
        self._unmade = NOTHING
        """The reason why not even our own copies could be made."""
        self._loop = FilingLoop("the copy of fax", self._make_ready, self._put, tell_operator, _tell_nobody)
        self.watch = FolderWatch(config, mount_points, self.wake, list_archive_folders, warn_operator, look_seconds)

    def warnings(self) -> Iterator[Sentence]:
        """Say why what was sent is not archived, and of each folder that could not take it."""
        if self._unmade:
            yield self._unmade
        yield from self._loop.troubles.values()
        for folder, sentence in self.watch.warnings():
            if folder not in self._loop.troubles:
                yield sentence

    async def run(self) -> None:
        """Archive what waits for it, until cancelled."""
        await self._loop.run()

    def wake(self) -> None:
        """Look again at what waits: it may be possible to archive it now."""
        self._loop.wake()

    def job_changed(self, job: JobRow) -> None:
        """Archive a job that is done; drop what was kept of one that has ended otherwise."""
        if job.state is State.DONE:
            self.wake()
        elif job.state in FINAL:
            self._clean(job.id)

    # ------------------------------------------------------------ our own copies

    async def _make_ready(self) -> dict[str, list[SentCopyRow]]:
        """Make our own copies of what waits; the copies by the folders in which they belong."""
        ready: dict[str, list[SentCopyRow]] = defaultdict(list)
        self._unmade = NOTHING
        for copy in self._read_waiting():
            try:
                await self._make(copy)
                ready[copy.folder].append(copy)
            except _SentOnError:
                continue  # It has been filed while others were made ready.
            except StoreUnavailable as error:
                self._loop.log_late(copy, error)
            except DocumentError as error:
                self._tell_unmade(copy, error, error.sentence)
            except (OSError, ValueError) as error:
                self._tell_unmade(copy, error, explain(error))
        return ready

    def _tell_unmade(self, copy: SentCopyRow, error: Exception, reason: Sentence) -> None:
        self._loop.log_late(copy, error)
        self._unmade = tell_operator_unreadable(self._store.folder, reason)

    def _read_waiting(self) -> list[SentCopyRow]:
        """Read what waits, sent on to the folder that the configuration says by now. What was to be archived when there
        was an archive waits until there is one again.
        """
        try:
            return [self._follow(copy) for copy in self._store.sent_copies.waiting()] if self._folder else []
        except StoreUnavailable as error:
            log.error("what was sent cannot be archived yet: %s", error)
            self._loop.try_again()
            return []

    @property
    def _folder(self) -> Path | None:
        return self._config.value.archive.folder

    def _follow(self, copy: SentCopyRow) -> SentCopyRow:
        archive = self._folder
        assert archive is not None
        folder = find_place(copy, archive, self._config.value)
        if str(folder) == copy.folder:
            return copy
        self._store.sent_copies.set_folder(copy.id, folder)
        after = self._store.sent_copies.get(copy.id)
        assert after is not None, copy.id
        return after

    async def _make(self, copy: SentCopyRow) -> None:
        """Make TIFF and PDF of the pages as they went out, unless they are there already."""
        own = self._own(copy)
        self._check_folder(copy)
        if own.complete:
            return
        checkpoint("job done, its copy not made")
        picked = [
            Picked(self._store.call_folder(pages.call) / pages.file, pages.first, pages.last)
            for pages in self._store.sent_copies.find_pages(copy.id)
        ]
        with own.halves[0].open("w+b") as half:
            await pick_pages(picked, half)
        facts = FaxFacts(self._name(copy), subject=f"Fax sent to {copy.recipient.display_name()}")
        await asyncio.to_thread(settle_own_copies, own, facts, datetime.fromisoformat(copy.started))

    def _own(self, copy: SentCopyRow) -> OwnCopies:
        folder = self._store.call_folder(copy.call)
        return OwnCopies(folder / TIFF, folder / PDF)

    # ------------------------------------------------------------ the archive

    async def _put(self, copy: SentCopyRow, place: str) -> None:
        """Put its files in the folder. OSError, ValueError, DiskAway or StoreUnavailable if that cannot be."""
        own, folder = self._own(copy), FaxFolder(Path(place), self._mount_points)
        hidden = await folder.copy(own, copy.id)
        checkpoint("copy in the archive, no names")

        def note(paths: tuple[Path, ...]) -> None:
            self._check_folder(copy)
            self._store.sent_copies.name_files(copy.id, *paths)

        chosen = (Path(copy.tiff), Path(copy.pdf)) if copy.tiff else None
        try:
            await folder.name_all(hidden, chosen, self._name(copy), note)
            await folder.note_disk()
            hashes = await asyncio.to_thread(own.hash)
            self._check_folder(copy)
        except _SentOnError:
            await folder.remove(hidden)
            return
        self._store.sent_copies.set_filed(copy.id, *hashes)
        checkpoint("copy filed, what was kept not removed")
        self._clean(copy.id)
        log.info("fax %s: its copy is in the archive", copy.id)

    def _check_folder(self, copy: SentCopyRow) -> None:
        """Raise _SentOnError if it was sent on to another folder while this one did not answer."""
        now = self._store.sent_copies.get(copy.id)
        if now is None or now.state is not Copying.WAITING or now.folder != copy.folder:
            raise _SentOnError

    def _clean(self, job: str) -> None:
        """Remove what was kept of the calls of a job, as far as the disk and the database let us."""
        try:
            calls = self._store.sent_copies.calls_of(job)
        except StoreUnavailable as error:
            log.error("what is not needed any more of fax %s goes after the next start: %s", job, error)
            return
        for call in calls:
            self._store.retention.clean_ended_call(call)

    def _name(self, copy: SentCopyRow) -> str:
        return make_sent_name(
            self._config.value.archive.sent_name,
            datetime.fromisoformat(copy.started),
            document=copy.title,
            number=copy.destination,
            recipient=copy.recipient.display_name(),
            person=copy.owner,
            id=copy.id,
        )


def _tell_nobody(_copy: SentCopyRow, _folder: str, _reason: Sentence) -> None:
    """A fax that is done is done: its sender need not know of the archive, whose operator is told."""
