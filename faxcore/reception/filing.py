# SPDX-License-Identifier: GPL-3.0-or-later
"""Receptions become faxes that belong to somebody (`kept`), and their files are put in the folder (`filed`). Where that
cannot be at once, their owners are told all the same (`waiting`), and it is tried again and again.

Each folder has a task of its own: one that is full, away or silent keeps no other waiting.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from faxcore.checkpoint import checkpoint
from faxcore.config import LineConfig
from faxcore.config.current import CurrentConfig
from faxcore.config.written_folders import list_received_folders
from faxcore.dialling.numbers import number_key
from faxcore.fax_folders.fax_folder import FaxFolder
from faxcore.fax_folders.filing_loop import FilingLoop
from faxcore.fax_folders.folder_watch import LOOK_SECONDS, FolderWatch
from faxcore.fax_folders.late_faxes import explain
from faxcore.fax_folders.mount_points import MountPoints
from faxcore.model.call import CallReport
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.reception.late_receptions import (
    tell_operator,
    tell_operator_unreadable,
    tell_owner,
    tell_owner_unreadable,
    warn_operator,
)
from faxcore.reception.ownership import find_existing, find_folder, find_owners, find_route, leave_out_gone
from faxcore.reception.placing import Owners, Placing
from faxcore.routing.fitting import Arrival
from faxcore.routing.routes import route
from faxcore.store.offers import OfferRow
from faxcore.store.receptions import Receiving, ReceptionRow
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)


class Filing:
    """Routes receptions and puts their files in the folder."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        owners: Owners,
        mount_points: MountPoints,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._store = store
        self._config = config
        self._mount_points = mount_points
        self._owners = owners
        self._placing = Placing(store, config, owners)
        self._unmade = NOTHING
        """The reason why not even our own copies could be made."""
        self._loop = FilingLoop("reception", self._make_ready, self._put, tell_operator, self._tell_late)
        self.watch = FolderWatch(
            config, self._mount_points, self.wake, list_received_folders, warn_operator, look_seconds
        )

    @property
    def trouble(self) -> Sentence:
        """The reason why receptions cannot be filed now; nothing when they can."""
        return next(iter(self._find_troubles()), NOTHING)

    def warnings(self) -> Iterator[Sentence]:
        """Say of each further folder why it takes no fax, and of each that could not take one."""
        yield from self._find_troubles()[1:]
        for folder, sentence in self.watch.warnings():
            if folder not in self._loop.troubles:
                yield sentence

    def _find_troubles(self) -> list[Sentence]:
        return [*([self._unmade] if self._unmade else []), *self._loop.troubles.values()]

    def keep(self, reception: ReceptionRow, report: CallReport) -> None:
        """Make a fax that belongs to somebody of a reception whose call is over. StoreUnavailable if that cannot be."""
        config = self._config.value
        found = leave_out_gone(find_route(reception, report.remote_id, config), config)
        folder = find_folder(found, config)
        with self._store.transaction():
            numbers = [number_key(number, config.dialling) for number in (reception.called, reception.caller)]
            self._store.receptions.keep(reception.id, report, found, find_owners(found, config), folder, numbers)
            checkpoint("reception written, not committed")
        for sentence in found.trace:
            # It stands with the reception, too; the log names no numbers.
            log.debug("reception %s: %s", reception.id, sentence)
        self.wake()

    def tell_fetched(self, call: str) -> None:
        """Tell its owner that a caller has fetched an offered document."""
        for fetching in self._store.offers.several_fetchings([call]):
            self._owners.flush(fetching.owner)

    def find_offers(self, line: LineConfig, called: str) -> list[OfferRow]:
        """List what is offered to callers of this number on this line: by those whose number it is."""
        config = self._config.value
        owners = find_existing(route(line, Arrival(called), config.dialling).owners, config)
        return self._store.offers.find_open(owners, number_key(called, config.dialling) if called else "")

    async def run(self) -> None:
        """File what is kept, until cancelled."""
        await self._loop.run()

    def wake(self) -> None:
        """Look again at what is kept: it may be possible to file it now."""
        self._loop.wake()

    @property
    def busy(self) -> bool:
        """True while something is being filed."""
        return self._loop.busy

    # ------------------------------------------------------------ folders

    async def _make_ready(self) -> dict[str, list[ReceptionRow]]:
        """Make our own copies of what is kept; the receptions by the folders in which they belong."""
        ready: dict[str, list[ReceptionRow]] = defaultdict(list)
        self._unmade = NOTHING
        for reception in self._read_kept():
            try:
                await self._placing.make_ready(reception)
                ready[reception.folder].append(reception)
            except StoreUnavailable as error:
                self._loop.log_late(reception, error)
            except (OSError, ValueError) as error:
                self._loop.log_late(reception, error)
                reason = explain(error)
                self._unmade = tell_operator_unreadable(self._store.folder, reason)
                self._loop.tell_late(reception, "", reason)
        return ready

    def _read_kept(self) -> list[ReceptionRow]:
        try:
            kept = self._store.receptions.in_state(Receiving.KEPT, Receiving.WAITING)
            return [self._follow(reception) for reception in kept]
        except StoreUnavailable as error:
            log.error("what was received cannot be filed yet: %s", error)
            self._loop.try_again()
            return []

    def _follow(self, reception: ReceptionRow) -> ReceptionRow:
        """Send it on to the folder that the configuration says by now: that of before may never be back. Not where the
        same rule gives it to other people than before: it would come into their folder.
        """
        config = self._config.value
        found = find_route(reception, reception.remote_id, config)
        folder = find_folder(found, config)
        if str(folder) == reception.folder or found.rule != reception.rule:
            return reception
        if sorted(find_owners(found, config)) != self._store.receptions.owners(reception.id):
            return reception
        self._store.receptions.set_folder(reception.id, folder)
        return replace(reception, folder=str(folder), tiff="", pdf="")

    async def _put(self, reception: ReceptionRow, folder: str) -> None:
        await self._placing.put(reception, FaxFolder(Path(folder), self._mount_points))

    def _tell_late(self, reception: ReceptionRow, folder: str, reason: Sentence) -> None:
        """Tell its owners why it is late: because of its folder, or because our own copies could not be made."""
        sentence = tell_owner(folder, reason) if folder else tell_owner_unreadable(reason)
        self._placing.tell_late(reception, sentence)
