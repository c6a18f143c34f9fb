# SPDX-License-Identifier: GPL-3.0-or-later
"""Receptions become faxes that belong to somebody (`kept`), and their files are put in the folder (`filed`): again and
again if the folder is full or away. Only then is it told of.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from faxcore.checkpoint import checkpoint
from faxcore.config.current import CurrentConfig
from faxcore.dialling.numbers import number_key
from faxcore.model.call import CallReport
from faxcore.model.sentence import NOTHING, Sentence
from faxcore.reception.files import make_files
from faxcore.reception.names import free_names, make_name, place
from faxcore.routing.routes import Arrival, Route, nobody, route
from faxcore.store import deliveries
from faxcore.store.receptions import Receiving, ReceptionRow
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable
from faxcore.store.synced_files import make_folder

log = logging.getLogger(__name__)

FILE_AGAIN_SECONDS: Final = 30.0


class Filing:
    """Routes receptions and puts their files in the folder."""

    def __init__(self, store: Store, config: CurrentConfig, arrived: Callable[[ReceptionRow], None]) -> None:
        """`arrived` hears of each fax that is in its folder."""
        self._store = store
        self._config = config
        self._arrived = arrived
        self._awake = asyncio.Event()
        self.trouble = NOTHING
        """The reason why receptions cannot be filed now; nothing when they can."""

    def keep(self, reception: ReceptionRow, report: CallReport) -> None:
        """Make a fax that belongs to somebody of a reception whose call is over. StoreUnavailable if that cannot be."""
        found = self._route(reception)
        folder = found.folder or self._config.value.received
        with self._store.transaction():
            numbers = [
                number_key(number, self._config.value.dialling) for number in (reception.called, reception.caller)
            ]
            self._store.receptions.keep(reception.id, report, found, self._existing(found), folder, numbers)
            checkpoint("reception written, not committed")
        for sentence in found.trace:
            # It stands with the reception, too; the log names no numbers.
            log.debug("reception %s: %s", reception.id, sentence)
        self._awake.set()

    async def run(self) -> None:
        """File what is kept, until cancelled."""
        while True:
            self._awake.clear()
            problem = await self._file_all()
            # Not asyncio.wait_for: in Python 3.11 it drops a cancellation that comes together with the event.
            with suppress(TimeoutError):
                async with asyncio.timeout(FILE_AGAIN_SECONDS if problem else None):
                    await self._awake.wait()

    def wake(self) -> None:
        """Look again at what is kept: it may be possible to file it now."""
        self._awake.set()

    def _route(self, reception: ReceptionRow) -> Route:
        config = self._config.value
        line = next((line for line in config.all_lines() if line.name == reception.line), None)
        if line is None:
            return nobody(Sentence("nobody: there is no line {line} any more", {"line": reception.line}))
        return route(line, Arrival(reception.called, reception.sub_address), config.dialling)

    def _existing(self, found: Route) -> frozenset[str]:
        """Find the people of a route by their one name. One who is not known any more is left out, as the log says."""
        known = {name: self._config.value.find_person(name) for name in found.owners}
        for name, person in known.items():
            if person is None:
                log.error("there is no user %r any more, whose a fax would be", name)
        return frozenset(person for person in known.values() if person is not None)

    async def _file_all(self) -> bool:
        """File every reception that is kept; True if one could not be."""
        problem = NOTHING
        try:
            kept = self._store.receptions.in_state(Receiving.KEPT)
        except StoreUnavailable as error:
            log.error("what was received cannot be filed yet: %s", error)
            return True
        for reception in kept:
            try:
                await self._file(reception)
            except (OSError, StoreUnavailable, ValueError) as error:
                reason = _explain(error)
                problem = Sentence(
                    "A received fax cannot be put in {folder} yet: {reason}",
                    {"folder": reception.folder, "reason": reason},
                )
                log.error("reception %s cannot be filed yet: %s", reception.id, reason)
        self.trouble = problem
        return bool(problem)

    async def _file(self, reception: ReceptionRow) -> None:
        folder = make_folder(Path(reception.folder))
        pages = [
            self._store.call_folder(reception.call) / name for name in self._store.receptions.page_files(reception.id)
        ]
        name = self._name(reception)
        when = datetime.fromisoformat(reception.received)
        checkpoint("reception kept, not filed")
        made = await asyncio.to_thread(make_files, pages, folder, reception.id, name, when)
        checkpoint("files made, no names")
        self._place(reception, folder, name, made)
        with self._store.transaction():
            self._store.receptions.set_filed(reception.id)
            checkpoint("filed, not committed")
            for person in self._store.receptions.owners(reception.id):
                self._store.deliveries.add(deliveries.RECEPTION, reception.id, person)
            filed = self._store.receptions.get(reception.id)
        # Whatever fails from here on, it is filed, and will not be looked at again.
        assert filed is not None
        self._store.retention.clean_ended_call(reception.call)
        log.info("reception %s: %d pages are in their folder", filed.id, filed.pages)
        checkpoint("filed, not told")
        self._arrived(filed)

    def _name(self, reception: ReceptionRow) -> str:
        return make_name(
            self._config.value.archive_name,
            datetime.fromisoformat(reception.received),
            line=reception.line,
            station=reception.remote_id or reception.caller,
            number=reception.called,
            caller=reception.caller,
            id=reception.id,
        )

    def _place(self, reception: ReceptionRow, folder: Path, name: str, made: tuple[Path, Path]) -> None:
        names = (Path(reception.tiff), Path(reception.pdf)) if reception.tiff else None
        for _attempt in range(100):
            if names is None:
                tiff, pdf = free_names(folder, name, (".tif", ".pdf"))
                # On disk first: after a power cut between the two files, these are the names to go on with.
                self._store.receptions.name_files(reception.id, tiff, pdf)
                names = tiff, pdf
                checkpoint("names chosen")
            try:
                for temporary, final in zip(made, names, strict=True):
                    place(temporary, final)
                    checkpoint("a file placed")
                return
            except FileExistsError:
                names = None
        raise FileExistsError(f"{folder}: no name is free")


def _explain(error: Exception) -> str:
    # Without the file's name: it holds that of the other station, and everybody may ask why faxes cannot be filed.
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)
