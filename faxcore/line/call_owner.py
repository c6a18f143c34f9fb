# SPDX-License-Identifier: GPL-3.0-or-later
"""faxcore as a call sees it: it hears of pages, writes down what must be on disk before the call goes on, and cancels.

When faxcore is gone, a call that is being received goes on, since its pages are promised, and so does one out whose
last page is asked for: whether that has arrived is worth hearing. Any other one is broken off.
"""

from __future__ import annotations

import logging
import select
import time

from faxcore.contract.call_files import split_name
from faxcore.contract.messages import (
    CallNews,
    Cancel,
    FinalPending,
    Noted,
    OfferGiven,
    OfferWanted,
    PageConfirmed,
    PageKept,
    PagesShortened,
    Progress,
    Quit,
    Step,
)
from faxcore.line.pages import PageReader
from faxcore.line.service_socket import ServiceGone, ServiceSocket
from faxcore.t30.carrier import Interrupted
from faxcore.t30.line import Note

NOTED_SECONDS = 4.0
"""Seconds that faxcore has to put the pending end of a fax on disk: within T2 of the other end."""
log = logging.getLogger("faxcore.line")


class CallOwner:
    """The owner of one call on this line."""

    def __init__(self, wire: ServiceSocket, identity: str, outgoing: bool) -> None:
        self.identity = identity
        self.quit = False
        self._wire = wire
        self._outgoing = outgoing
        self.gone = False
        """faxcore has closed the socket."""
        self._cancelled = False
        self._noted = False
        self._more = False
        self._sub_address = ""
        self._given: bool | None = None

    def note(self, note: Note) -> bool:
        """Progress for the windows; what must be on disk before the call goes on is waited for."""
        self._sub_address = "" if note.next_document else note.sub_address or self._sub_address
        if note.confirmed:
            self._tell(PageConfirmed(self.identity, note.page))
        elif note.shortened is not None:
            self._tell(PagesShortened(self.identity, note.shortened, note.page))
        elif note.final and self._outgoing and not self._noted:
            self._tell(FinalPending(self.identity))
            self._wait_until_noted()
        elif note.state:
            page, about = note.page, (note.remote_id, note.rate, note.error_correction, note.octets)
            self._tell(Progress(self.identity, Step(note.state), page, *about))
        return note.final and self._more

    def page_kept(self, number: int, file: str, reader: PageReader, confirmed: bool) -> None:
        """A received page is on disk."""
        decoder, format = reader.decoder, reader.format
        self._tell(
            PageKept(
                self.identity,
                number,
                file,
                decoder.rows,
                decoder.bad_rows,
                format.width.value,
                format.resolution,
                self._sub_address,
                split_name(file)[0],
            )
        )

    def may_take(self, offer: str) -> bool:
        """Ask faxcore for one of the offered documents. Without it the caller gets it: nobody else is answered anew."""
        self._given = None
        self._tell(OfferWanted(self.identity, offer))
        deadline = time.monotonic() + NOTED_SECONDS
        while self._given is None and not self.gone and time.monotonic() < deadline:
            ready = self._wire.pending or select.select([self._wire.descriptor], [], [], 0.1)[0]
            if ready and self.attend():
                raise Interrupted
        return self.gone or bool(self._given)

    def attend(self) -> bool:
        """A message during the call: whether to break off what goes on."""
        if self.gone:
            return False
        try:
            match self._wire.receive(time.monotonic()):
                case Noted(more=more):
                    self._noted, self._more = True, more
                case OfferGiven(call=identity, given=given) if identity == self.identity:
                    self._given = given
                case Quit():
                    self.quit = True
                    return self._cancel()
                case Cancel(call=identity) if identity == self.identity:
                    return self._cancel()
        except ServiceGone:
            self.gone = True
            return self._is_pointless and self._cancel()
        return False

    @property
    def _is_pointless(self) -> bool:
        """True for a call that is not to go on without the service: one out, unless its last page is asked for already.
        Whether that page has arrived is worth hearing: the report says so to the next service.
        """
        return self._outgoing and not self._noted

    def _cancel(self) -> bool:
        first = not self._cancelled
        self._cancelled = True
        return first

    def _tell(self, message: CallNews) -> None:
        if self.gone:
            return
        try:
            self._wire.send(message)
        except ServiceGone:
            self.gone = True
            if self._is_pointless and self._cancel():
                raise Interrupted from None

    def _wait_until_noted(self) -> None:
        """The last confirmation may be asked for only when faxcore has written down that it will be."""
        deadline = time.monotonic() + NOTED_SECONDS
        while not self._noted:
            if time.monotonic() >= deadline or self.gone:
                log.error("the service does not write down that the fax is nearly sent; the call ends here")
                self._cancelled = True
                raise Interrupted
            ready = self._wire.pending or select.select([self._wire.descriptor], [], [], 0.1)[0]
            if ready and self.attend():
                raise Interrupted
