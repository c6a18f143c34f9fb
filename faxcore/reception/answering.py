# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls that come in: answered if there is room, kept page by page, routed, filed, told.

A page is the worker's promise already when we hear of it: it is on disk in the call directory. Its row makes the
bookkeeping easier, and `faxcore.reception.recovery` does without. Once the call is over the pages are a fax that
belongs to somebody (`kept`); its files are then made and put in the folder (`filed`), again and again if the folder is
full or away; and only then is it told of.
"""

from __future__ import annotations

import asyncio
import logging
import pwd
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from faxcore.config import Config, LineConfig
from faxcore.contract.worker import AnswerCall, Ended, FinalPending, PageConfirmed, PageKept, Progress, Ringing
from faxcore.i18n import gettext as _
from faxcore.lines.worker_line import WorkerLine
from faxcore.model.call import CallReport, Outcome
from faxcore.model.text import clean_text
from faxcore.reception.files import file_reception
from faxcore.reception.names import archive_name, free_names, place
from faxcore.reception.recovery import adopt_pages
from faxcore.routing.owners import Arrival, Route, is_answered, route, rung_number
from faxcore.store import outbox
from faxcore.store.receptions import ReceptionRow
from faxcore.store.retry import retry_until_written
from faxcore.store.store import Store
from faxcore.store.synced_files import RESERVE, make_folder

log = logging.getLogger(__name__)

FILE_AGAIN_SECONDS: Final = 30.0


class Answering:
    """Answers, keeps, routes and files."""

    def __init__(
        self, store: Store, config: Config, arrived: Callable[[ReceptionRow], None], reserve: int = RESERVE
    ) -> None:
        self._store = store
        self._config = config
        self._lines: Mapping[str, LineConfig] = {line.name: line for line in config.all_lines()}
        self._arrived = arrived
        self._reserve = reserve
        self._something = asyncio.Event()
        self.trouble = ""
        """Why receptions cannot be filed now; empty when they can."""

    async def rings(self, line: WorkerLine, ringing: Ringing) -> None:
        """Answer a call, if what it brings can be kept."""
        called = ringing.called or rung_number(line.line, ringing.ring)
        ringing = Ringing(*(clean_text(text, 60) for text in (ringing.caller, ringing.caller_name, called)))
        if not is_answered(line.line, called, self._config.dialling):
            log.info("%s: a call for %s is left to the telephone", line.name, called)
            await line.decline(_("The number called is a telephone's."))
            return
        try:
            refusal = self._refusal()
            if refusal:
                log.error("%s: a call is not answered: %s", line.name, refusal)
                await line.decline(refusal)
                return
            # This row also proves that the database can be written.
            call, reception = self._store.receptions.begin(line.name, ringing)
            folder = make_folder(self._store.call_folder(call))
        except (OSError, sqlite3.OperationalError) as error:
            log.error("%s: a call is not answered: %s", line.name, error)
            await line.decline(_("The disk cannot be written."))
            return
        incoming = IncomingCall(self, self._store, call, reception)
        station = line.line.station_id or self._config.station_id
        own = line.line
        order = AnswerCall(
            call, str(folder), station, own.error_correction, own.jbig, own.max_rate, bool(own.sub_addresses)
        )
        if not await line.answer(order, incoming):
            await incoming.ended(Ended(call, CallReport(Outcome.LINE_LOST, _("The caller gave up."))))

    def commit(self, reception: ReceptionRow, report: CallReport) -> None:
        """Make a fax that belongs to somebody of a reception whose call is over. sqlite3.Error if it cannot be."""
        found = self._route(reception)
        with self._store.transaction():
            self._store.receptions.keep(
                reception.id, report, found, owner_uids(found), found.folder or self._config.received
            )
        for sentence in found.trace:
            log.info("reception %s: %s", reception.id, sentence)
        self._something.set()

    async def run(self) -> None:
        """File what is kept, until cancelled."""
        while True:
            self._something.clear()
            problem = await self._file_all()
            # Not asyncio.wait_for: in Python 3.11 it drops a cancellation that comes together with the event.
            with suppress(TimeoutError):
                async with asyncio.timeout(FILE_AGAIN_SECONDS if problem else None):
                    await self._something.wait()

    def _refusal(self) -> str:
        if self._store.free_octets() < self._reserve:
            return _("There is not enough space on the disk to receive a fax.")
        return ""

    def _route(self, reception: ReceptionRow) -> Route:
        line = self._lines.get(reception.line)
        if line is None:
            return Route((), None, "nobody", (f"nobody: there is no line {reception.line} any more",))
        return route(line, Arrival(reception.called, reception.sub_address), self._config.dialling)

    async def _file_all(self) -> bool:
        """Whether something could not be filed."""
        problem = ""
        for reception in self._store.receptions.in_state("kept"):
            try:
                await self._file(reception)
            except (OSError, sqlite3.OperationalError, ValueError) as error:
                problem = _("A received fax cannot be put in {folder} yet: {reason}").format(
                    folder=reception.folder, reason=error
                )
                log.error("reception %s cannot be filed yet: %s", reception.id, error)
        self.trouble = problem
        return bool(problem)

    async def _file(self, reception: ReceptionRow) -> None:
        folder = make_folder(Path(reception.folder))
        pages = [
            self._store.call_folder(reception.call) / name for name in self._store.receptions.page_files(reception.id)
        ]
        name = self._name(reception)
        when = datetime.fromisoformat(reception.received)
        made = await asyncio.to_thread(file_reception, pages, folder, reception.id, name, when)
        self._place(reception, folder, name, made)
        with self._store.transaction():
            self._store.receptions.filed(reception.id)
            for uid in self._store.receptions.owners(reception.id):
                self._store.outbox.add(outbox.RECEPTION, reception.id, uid)
        filed = self._store.receptions.get(reception.id)
        assert filed is not None
        log.info("reception %s: %d pages in %s", filed.id, filed.pages, filed.tiff)
        self._arrived(filed)

    def _name(self, reception: ReceptionRow) -> str:
        return archive_name(
            self._config.archive_name,
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
            try:
                for temporary, final in zip(made, names, strict=True):
                    place(temporary, final)
                return
            except FileExistsError:
                names = None
        raise FileExistsError(f"{folder}: no name is free")


class IncomingCall:
    """One call that is being received."""

    def __init__(self, receiving: Answering, store: Store, call: str, reception: str) -> None:
        self._receiving = receiving
        self._store = store
        self._call = call
        self._reception = reception

    async def heard(self, message: Progress | PageConfirmed | FinalPending | PageKept) -> None:
        """What the line says of the call."""
        if not isinstance(message, PageKept):
            return
        try:
            with self._store.transaction():
                self._store.receptions.keep_page(self._reception, message)
                self._store.receptions.addressed(self._reception, message.sub_address)
        except sqlite3.OperationalError as error:
            # The page itself is on disk; its row is made when the call has ended.
            log.error("reception %s, page %d: %s", self._reception, message.page, error)

    async def ended(self, report: Ended | None) -> None:
        """The line is on hook again, or its worker has died."""
        if report is None:
            final = CallReport(Outcome.OK_PARTIAL, _("The program for the line ended during the call."))
        else:
            final = report.report
        await retry_until_written(
            f"the end of reception {self._reception}", lambda: self._write(final, report is not None)
        )

    def _write(self, report: CallReport, known: bool) -> None:
        reception = self._store.receptions.get(self._reception)
        assert reception is not None
        if known and reception.sub_address is None:
            self._store.receptions.addressed(self._reception, report.sub_address)
            reception = replace(reception, sub_address=report.sub_address)
        if adopt_pages(self._store, reception):
            self._receiving.commit(reception, report)
        else:
            self._store.receptions.drop(self._reception, report)


def owner_uids(found: Route) -> frozenset[int]:
    """The users of a route. One that the machine does not know any more is left out, and said in the log."""
    uids = set()
    for name in found.owners:
        try:
            uids.add(pwd.getpwnam(name).pw_uid)
        except KeyError:
            log.error("there is no user %r any more, whose a fax would be", name)
    return frozenset(uids)
