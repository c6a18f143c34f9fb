# SPDX-License-Identifier: GPL-3.0-or-later
"""One document for many recipients: taken in as a whole or not at all, seen in one place, stopped in one go.

Ten thousand recipients are seconds of work, in which calls must not wait. So it is done in parts, between which
everything else has its turn. Nothing of it is anybody's before every job is there: a service that dies meanwhile has
accepted nothing, and the next one removes what there is (`drop_unaccepted`). Then the jobs are accepted, in parts too:
with the first part it is done, and a service that dies meanwhile goes on with the others (`accept_entering`).
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.api.intake import accept
from faxcore.api.orders import CheckedOrder, check_order_to_many
from faxcore.api.own_headers import with_own
from faxcore.api.own_jobs import JobApi
from faxcore.api.own_payers import add_payers
from faxcore.api.recipient_list import Permit, read_recipients
from faxcore.api.submitting import make_submission
from faxcore.checkpoint import checkpoint
from faxcore.contact_files.people_table import MOST_OCTETS, ListRefused
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import Order
from faxcore.contract.sent_fax import Broadcast
from faxcore.dialling.ruling import permit
from faxcore.model.job import IN_CALL
from faxcore.model.priority import Priority
from faxcore.model.sentence import Sentence
from faxcore.store.documents import DocumentRow
from faxcore.store.drafts import DraftRow
from faxcore.store.jobs import JobRow
from faxcore.store.store_error import StoreError
from faxcore.store.submissions import Addressee, is_accepted

log = logging.getLogger(__name__)

PART: Final = 50
"""Recipients that are written in one piece."""
STOPPED: Final = 10
"""Faxes that are cancelled, held or released in one piece."""
MOST_ANNOUNCED: Final = 200
"""Faxes of a new broadcast that programs are told of at once: as many as a page of a list."""


class BroadcastApi(JobApi):
    """The actions of people on their own broadcasts."""

    async def submit_to_many(self, person: str, pages: int, original: int, recipients: int, order: Order) -> Broadcast:
        """Make a broadcast of a document that has not been printed."""
        config = with_own(self._config.value, self._store, person, order.header)
        checked = check_order_to_many(order, config, person)
        done = self._find_broadcast(person, checked.key) if checked.key else None
        if done is not None:
            return done
        octets = await self._files.run(person, _read_list, recipients)
        permitted = self._permit_for(person)
        try:
            listed = await asyncio.to_thread(read_recipients, octets, permitted)
        except ListRefused as error:
            raise ApiError(ErrorCode.BAD_ORDER, error.sentence) from error
        addressees = await self._admit(person, checked, listed)
        room = partial(self._limits.find_room, person)
        document = await accept(self._store, self._files, person, pages, original, room)
        with self._submitting.dropping(document):
            addressees = await self._estimate_each(checked, document, addressees)
        return await self._send_to_many(person, checked, document, addressees)

    async def list_broadcasts(self, person: str) -> list[Broadcast]:
        """List the caller's broadcasts, newest first."""
        return self._store.broadcasts.all(person)

    async def show_broadcast(self, person: str, broadcast: str) -> Broadcast:
        """Show how far a broadcast is."""
        return self._broadcast(person, broadcast)

    async def cancel_broadcast(self, person: str, broadcast: str) -> None:
        """Cancel every fax of a broadcast that has not ended."""
        await self._do_with_each(person, broadcast, self._scheduler.cancel_waiting, self.cancel_job)

    async def hold_broadcast(self, person: str, broadcast: str) -> None:
        """Hold back every fax of a broadcast that has not ended."""
        await self._do_with_each(person, broadcast, self._scheduler.hold_waiting, self.hold_job)

    async def release_broadcast(self, person: str, broadcast: str) -> None:
        """Let every fax of a broadcast go on that is held."""
        await self._do_with_each(person, broadcast, self._scheduler.release_waiting, self.release_job)

    # ------------------------------------------------------------ inside

    def _find_broadcast(self, person: str, key: str) -> Broadcast | None:
        """Find the broadcast with this key; None if there is none. ApiError while it is being taken in."""
        same = self._store.broadcasts.find(person, key)
        if same is None:
            return None
        found = self._store.broadcasts.get(person, same)
        if found is None:
            raise ApiError(ErrorCode.STATE, Sentence("This broadcast is being taken in already: please wait."))
        return found

    def _permit_for(self, person: str) -> Permit:
        config = self._config.value
        sender = config.find_sender(person)
        return lambda number: permit(number, config, sender)

    async def _admit(self, person: str, order: CheckedOrder, listed: tuple[Addressee, ...]) -> tuple[Addressee, ...]:
        """Give the recipients with their payers. ApiError if a payer is missing, or the sender may not send so many."""
        today = self._store.database.local_now().date()
        addressees = await asyncio.to_thread(add_payers, self._config.value, person, listed, today, order.payer)
        self._limits.refuse_too_many(person, len(addressees))
        self._limits.refuse_urgent(person, order.priority)
        return addressees

    async def _estimate_each(
        self, order: CheckedOrder, document: DocumentRow, addressees: tuple[Addressee, ...]
    ) -> tuple[Addressee, ...]:
        estimates = self._submitting.estimates
        return await asyncio.to_thread(estimates.estimate, order, document, addressees, estimates.learn_usual())

    async def _send_to_many(
        self,
        person: str,
        order: CheckedOrder,
        document: DocumentRow,
        addressees: tuple[Addressee, ...],
        draft: DraftRow | None = None,
    ) -> Broadcast:
        """Take a broadcast in, and tell of it."""
        with self._dropping(document, draft):
            id = await self._take_in(person, order, document, addressees, draft)
        for job in self._read(self._store.broadcasts.jobs(id, "", MOST_ANNOUNCED)):
            self._announcing.job_changed(job)
        self._scheduler.wake()
        return self._broadcast(person, id)

    def _dropping(self, document: DocumentRow, draft: DraftRow | None) -> AbstractContextManager[None]:
        """Drop the document if something fails, unless it is a draft's."""
        own = draft is not None and document.id == draft.document
        return nullcontext() if own else self._submitting.dropping(document)

    async def _take_in(
        self,
        person: str,
        order: CheckedOrder,
        document: DocumentRow,
        addressees: tuple[Addressee, ...],
        draft: DraftRow | None,
    ) -> str:
        store = self._store
        new = make_submission(person, order, document, addressees, order.key or None, Priority.BULK)
        with store.transaction():
            told = self._submitting.bill_limits.note(self._submitting.refuse_over_limits(new))
            if draft is None or document.id != draft.document:
                store.documents.add(document)
            id = store.submissions.begin(new)
            store.submissions.add_part(id, new, addressees[:PART])
        try:
            for first in range(PART, len(addressees), PART):
                checkpoint("broadcast begun, recipients missing")
                store.submissions.add_part(id, new, addressees[first : first + PART])
                await asyncio.sleep(0)
            checkpoint("broadcast whole, not accepted")
            with store.transaction():
                if draft is not None:
                    # Thrown away or changed meanwhile: refused.
                    self._submitting.take_draft(draft, document, keep=bool(order.draft))
                store.submissions.accept_part(id, PART)
        except (StoreError, ApiError, asyncio.CancelledError):
            # What cannot be removed now is removed when the service starts.
            with suppress(StoreError):
                store.retention.drop_unaccepted(id)
            raise
        if draft is not None and not order.draft:
            self._submitting.forget_pages(draft, document)
        try:
            await self._accept_rest(id)
        except StoreError as error:
            # The sender's answer is that it is accepted: `accept_entering` goes on.
            log.error("broadcast %s has been accepted, its last faxes follow: %s", id, error)
        self._submitting.tell(told)
        return id

    async def accept_entering(self) -> None:
        """Go on with broadcasts that have been accepted, but not yet to their last fax: the service was ended, or the
        database away. If it goes away again, so much stays for the next time.
        """
        try:
            for id in self._store.submissions.list_entering():
                if is_accepted(self._store.database, id):
                    await self._accept_rest(id)
        except StoreError as error:
            log.error("broadcasts that have been accepted are not all in the queue yet: %s", error)
        self._scheduler.wake()

    async def _accept_rest(self, id: str) -> None:
        while True:
            checkpoint("part of a broadcast accepted, client not told")
            if not self._store.submissions.accept_part(id, PART):
                return
            await asyncio.sleep(0)

    async def _do_with_each(
        self,
        person: str,
        broadcast: str,
        do_with_waiting: Callable[[Sequence[JobRow]], None],
        do_with_called: Callable[[str, str], Awaitable[None]],
    ) -> None:
        """Do something with every fax of a broadcast that has not ended, those first that would go out first."""
        self._broadcast(person, broadcast)
        await self._accept_rest(broadcast)
        after = ""
        while ids := self._store.broadcasts.jobs(broadcast, after, STOPPED):
            jobs = self._read(ids)
            do_with_waiting(jobs)
            for job in jobs:
                if job.state in IN_CALL:
                    with suppress(ApiError):  # it has ended meanwhile, or is not to be held
                        await do_with_called(person, job.id)
            after = ids[-1]
            await asyncio.sleep(0)

    def _read(self, ids: Sequence[str]) -> list[JobRow]:
        """Read jobs, oldest first."""
        return sorted(self._store.jobs.several(ids), key=lambda job: job.id)

    def _broadcast(self, person: str, id: str) -> Broadcast:
        found = self._store.broadcasts.get(person, id)
        if found is None:
            raise ApiError(ErrorCode.UNKNOWN, Sentence("There is no broadcast with this name."))
        return found


def _read_list(descriptor: int) -> bytes:
    """Read a list. ApiError if it is too long."""
    octets = bytearray()
    while chunk := os.pread(descriptor, 1 << 20, len(octets)):
        octets += chunk
        if len(octets) > MOST_OCTETS:
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("The list of recipients is too long: divide it."))
    return bytes(octets)
