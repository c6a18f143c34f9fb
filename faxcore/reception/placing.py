# SPDX-License-Identifier: GPL-3.0-or-later
"""One reception on its way into its folder: our own copies, its files with their names, and the word to its owners,
once it is there, or once it is plain that it will be late.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from pathlib import Path
from typing import Protocol

from faxcore.checkpoint import checkpoint
from faxcore.config import ARCHIVE_NAME
from faxcore.config.current import CurrentConfig
from faxcore.document.archival_pdf import FaxFacts
from faxcore.fax_folders.fax_folder import FaxFolder
from faxcore.fax_folders.names import make_name
from faxcore.fax_folders.own_copies import make_own_copies, own_copies, read_all
from faxcore.model.file_format import BOTH, FileFormat
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.reception.file_facts import find_facts
from faxcore.reception.ownership import find_naming, find_route
from faxcore.store import deliveries
from faxcore.store.deliveries import Channel
from faxcore.store.receptions import Receiving, ReceptionRow
from faxcore.store.store import Store

log = logging.getLogger(__name__)


class Owners(Protocol):
    """Whoever tells the owners of a fax."""

    def reception_arrived(self, reception: ReceptionRow) -> None:
        """Tell them of a fax that they do not know."""

    def reception_changed(self, reception: ReceptionRow) -> None:
        """Tell them that one which they know has changed."""

    def flush(self, person: str) -> None:
        """Tell this person what waits."""


class _SentOnError(Exception):
    """A reception belongs in another folder by now."""


class Placing:
    """Takes a reception through the states `kept`, `waiting` and `filed`. Any method raises StoreUnavailable."""

    def __init__(self, store: Store, config: CurrentConfig, owners: Owners) -> None:
        self._store = store
        self._config = config
        self._owners = owners

    async def make_ready(self, reception: ReceptionRow) -> None:
        """Make our own copies, unless they are there already. OSError or ValueError if that cannot be."""
        folder = self._store.call_folder(reception.call)
        if reception.state is Receiving.WAITING and own_copies(folder).complete:
            return
        pages = [folder / name for name in self._store.receptions.page_files(reception.id)]
        checkpoint("reception kept, not filed")
        when = datetime.fromisoformat(reception.received)
        own = own_copies(folder)
        facts = make_facts(reception)
        await asyncio.to_thread(make_own_copies, own, read_all(pages), facts, when)

    async def put(self, reception: ReceptionRow, folder: FaxFolder) -> None:
        """Put its files in the folder, and tell its owners. OSError, ValueError or DiskAway if that cannot be."""
        own = own_copies(self._store.call_folder(reception.call))
        chosen = {
            format: Path(path) for format, path in zip(BOTH, (reception.tiff, reception.pdf), strict=True) if path
        }
        # Names that an earlier try has chosen may be in use already, also if other formats are wanted by now.
        formats = tuple(chosen) or find_naming(reception, self._config.value).formats
        hidden = await folder.copy(own, reception.id, formats)
        checkpoint("files made, no names")
        try:
            await self._name_files(reception, folder, hidden, formats, tuple(chosen.values()) or None)
        except _SentOnError:
            await folder.remove(hidden)
            return
        await folder.note_disk()
        tiff_hash, pdf_hash = await asyncio.to_thread(own.hash)
        receptions = self._store.receptions
        with self._store.transaction():
            before = receptions.get(reception.id)
            receptions.set_filed(
                reception.id,
                tiff_hash if FileFormat.TIFF in formats else "",
                pdf_hash if FileFormat.PDF in formats else "",
            )
            checkpoint("filed, not committed")
            new = before is not None and before.state is Receiving.KEPT
            if new:
                self._add_news(reception)
            filed = receptions.get(reception.id)
        # Whatever fails from here on, it is filed, and will not be looked at again.
        assert filed is not None
        receptions.explain(reception.id, NOTHING)
        self._store.retention.clean_ended_call(reception.call)
        log.info("reception %s: %d pages are in their folder", filed.id, filed.pages)
        checkpoint("filed, not told")
        if new:
            self._owners.reception_arrived(filed)
        else:
            self._owners.reception_changed(filed)

    def tell_late(self, reception: ReceptionRow, sentence: Sentence) -> None:
        """Tell its owners of it without its folder, and why; if they know it already, that the reason is another."""
        receptions = self._store.receptions
        before = receptions.get(reception.id)
        if before is None or before.state is Receiving.FILED:
            return
        receptions.explain(reception.id, sentence)
        if before.state is Receiving.KEPT:
            with self._store.transaction():
                receptions.set_waiting(reception.id)
                checkpoint("waiting, not committed")
                self._add_news(reception)
            checkpoint("waiting, not told")
        after = receptions.get(reception.id)
        assert after is not None
        if before.state is Receiving.KEPT:
            self._owners.reception_arrived(after)
        elif before.waiting != sentence:
            self._owners.reception_changed(after)

    async def _name_files(
        self,
        reception: ReceptionRow,
        folder: FaxFolder,
        hidden: tuple[Path, ...],
        formats: tuple[FileFormat, ...],
        chosen: tuple[Path, ...] | None,
    ) -> None:
        """Give its files in these formats their names. _SentOnError if they belong in another folder by now."""

        def note(paths: tuple[Path, ...]) -> None:
            self._check_folder(reception)
            named = dict(zip(formats, paths, strict=True))
            self._store.receptions.name_files(reception.id, *(named.get(each) for each in BOTH))

        await folder.name_all(hidden, chosen, self._name(reception), note)
        self._check_folder(reception)

    def _check_folder(self, reception: ReceptionRow) -> None:
        """Raise _SentOnError if it was sent on to another folder while this one did not answer."""
        now = self._store.receptions.get(reception.id)
        if now is None or now.folder != reception.folder:
            raise _SentOnError

    def _name(self, reception: ReceptionRow) -> str:
        return _fill(find_naming(reception, self._config.value).file_name, reception)

    def _add_news(self, reception: ReceptionRow) -> None:
        kind, add = deliveries.RECEPTION, self._store.deliveries
        for person in self._store.receptions.owners(reception.id):
            add.add(kind, reception.id, person)
        config = self._config.value
        telling = find_route(reception, reception.remote_id, config).telling
        for address in telling.mail if config.mail.server else ():
            add.add_for_address(kind, reception.id, Channel.MAIL, address)
        if telling.printer:
            add.add_for_address(kind, reception.id, Channel.PRINTER, telling.printer)
        if config.arrival_command:
            add.add_for_address(kind, reception.id, Channel.COMMAND, "")


def make_facts(reception: ReceptionRow) -> FaxFacts:
    """Make the facts of a reception that stand in its PDF."""
    return find_facts(reception, _fill(ARCHIVE_NAME, reception))


def _fill(pattern: str, reception: ReceptionRow) -> str:
    """Fill the facts of a reception into a pattern. What its files are titled must not depend on what they are named:
    made again after a crash, by a service with another configuration, they are the same.
    """
    return make_name(
        pattern,
        datetime.fromisoformat(reception.received),
        line=reception.line,
        station=reception.remote_id or reception.caller,
        number=reception.called,
        number_name=reception.called_name or reception.called,
        caller=reception.caller,
        id=reception.id,
    )
