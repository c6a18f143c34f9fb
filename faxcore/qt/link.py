# SPDX-License-Identifier: GPL-3.0-or-later
"""A window's link to the service: made again by itself whenever the bus or the service has been away."""

from __future__ import annotations

import asyncio
from typing import Final

from PyQt6.QtCore import QObject, pyqtSignal

from faxcore.bus import client
from faxcore.contract.limited import LimitWarning
from faxcore.contract.listed import ListsChange
from faxcore.contract.offered import Fetching
from faxcore.contract.printed import Draft, PrintNotice
from faxcore.contract.received_fax import Reception, ReceptionChange
from faxcore.contract.sent_fax import Job
from faxcore.model.sentence import Sentence

RETRY_SECONDS: Final = 2.0
"""Between two tries to reach a bus that is not there."""


class DeskLink(QObject):
    """The desk, while there is one, and its signals as Qt signals.

    `present_changed` tells of every coming and going of the service, and once how things stand at the beginning.
    With `register`, this program receives its user's signals; it is announced anew each time the service appears.
    """

    present_changed = pyqtSignal(bool)
    draft_waiting = pyqtSignal(Draft)
    job_changed = pyqtSignal(Job)
    print_noticed = pyqtSignal(PrintNotice)
    limit_warned = pyqtSignal(LimitWarning)
    document_fetched = pyqtSignal(Fetching)
    reception_arrived = pyqtSignal(Reception)
    reception_changed = pyqtSignal(ReceptionChange)
    lists_changed = pyqtSignal(ListsChange)

    def __init__(self, register: bool = False, address: str | None = None) -> None:
        super().__init__()
        self._register = register
        self._address = address
        self._desk: client.Client | None = None
        self._changed = asyncio.Event()
        self.known = False
        """True once `present_changed` has said how things stand."""
        self.present_changed.connect(self._known)

    @property
    def present(self) -> bool:
        """True while the service can be asked."""
        return self._desk is not None and self._desk.present

    @property
    def desk(self) -> client.Client:
        """The desk. ServiceUnavailable while there is none."""
        if self._desk is None:
            raise client.ServiceUnavailable(Sentence("The fax service is not running."))
        return self._desk

    def _known(self, _present: bool) -> None:
        self.known = True

    async def run(self) -> None:
        """Keep the link; ends only by being cancelled."""
        while True:
            try:
                async with client.connect(self._address) as desk:
                    await self._serve(desk)
            except client.ServiceUnavailable:
                pass  # there is no bus: told below, and tried again
            finally:
                self._desk = None
            self.present_changed.emit(False)
            await asyncio.sleep(RETRY_SECONDS)

    async def _serve(self, desk: client.Client) -> None:
        desk.on_draft_waiting = self.draft_waiting.emit
        desk.on_job_changed = self.job_changed.emit
        desk.on_print_noticed = self.print_noticed.emit
        desk.on_limit_warned = self.limit_warned.emit
        desk.on_document_fetched = self.document_fetched.emit
        desk.on_reception_arrived = self.reception_arrived.emit
        desk.on_reception_changed = self.reception_changed.emit
        desk.on_lists_changed = self.lists_changed.emit
        desk.on_service_changed = lambda _present: self._changed.set()
        self._desk = desk
        self._changed.set()
        closed = asyncio.ensure_future(desk.closed())
        try:
            while not closed.done():
                changed = asyncio.ensure_future(self._changed.wait())
                try:
                    await asyncio.wait((closed, changed), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    changed.cancel()
                self._changed.clear()
                if not closed.done():
                    await self._tell(desk)
        finally:
            closed.cancel()

    async def _tell(self, desk: client.Client) -> None:
        """Say whether the service is there; register first, so that nothing is missed by who lists after that."""
        try:
            if desk.present and self._register:
                await desk.register()
        except client.BusError:
            self.present_changed.emit(False)
            return
        self.present_changed.emit(desk.present)
