# SPDX-License-Identifier: GPL-3.0-or-later
"""Implements the user-facing API (the contract's Desk), independent of D-Bus.

Each method takes the person who calls, answers with values of the contract, or raises ApiError. What it answers has
been committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from faxcore.announce.announcing import Announcing
from faxcore.api.api_error import ApiError
from faxcore.api.assigning import Assigning
from faxcore.api.draft_files import make_empty_document
from faxcore.api.foreign_files import ForeignFiles
from faxcore.api.header_book import HeaderApi
from faxcore.api.intake import accept
from faxcore.api.limits import Limits
from faxcore.api.nothing_to_send import refuse_nothing
from faxcore.api.orders import check_order, refuse_fetching
from faxcore.api.own_headers import with_own
from faxcore.api.own_payers import list_payers
from faxcore.api.receipts import Receipts
from faxcore.api.sent_documents import SentDocuments
from faxcore.api.submitting import Submitting
from faxcore.api.transcripts import write_transcripts
from faxcore.api.verifying import Verifying
from faxcore.config.current import CurrentConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.filed import CopyPage, CopyQuery
from faxcore.contract.limited import LimitState
from faxcore.contract.order import JudgedNumber, Order
from faxcore.contract.paying import PayerChoice
from faxcore.contract.received_fax import Assignment, Reception, ReceptionFile
from faxcore.contract.sent_fax import SentFax
from faxcore.contract.service_status import Status
from faxcore.dialling.judging import judge_number
from faxcore.document.compose import compose
from faxcore.model.job import IN_CALL, State
from faxcore.model.sentence import Sentence
from faxcore.queue.composing import Composer
from faxcore.queue.scheduler import Scheduler
from faxcore.store.entries import Kind
from faxcore.store.ids_and_times import new_id
from faxcore.store.receptions import KNOWN, Receiving, ReceptionRow
from faxcore.store.store import Store
from faxcore.store.store_error import StoreUnavailable
from faxcore.store.synced_files import remove
from faxcore.store.views import TRYING, view_reception

_RECEPTION_FILES: Final = {
    ReceptionFile.TIFF: "reception.tif",
    ReceptionFile.PDF: "reception.pdf",
    ReceptionFile.TRANSCRIPT: "transcript",
}


class UserApi(HeaderApi):
    """The actions of people on their own drafts, documents, jobs and receptions."""

    def __init__(
        self,
        store: Store,
        config: CurrentConfig,
        scheduler: Scheduler,
        announcing: Announcing,
        status: Callable[[], Status],
        files: ForeignFiles,
        limits: Limits,
        submitting: Submitting,
        verifying: Verifying,
        receipts: Receipts,
        sent_documents: SentDocuments,
        assigning: Assigning,
        composer: Composer = compose,
    ) -> None:
        super().__init__(store, config, scheduler, announcing, files, submitting, limits)
        self._status = status
        self._composer = composer
        self._verifying = verifying
        self._receipts = receipts
        self._sent_documents = sent_documents
        self._assigning = assigning

    # ------------------------------------------------------------ what there is

    async def register(self, person: str) -> None:
        """Tell this person what waits, once the answer is out and the program has its callbacks in place."""
        asyncio.get_running_loop().call_soon(self._announcing.flush, person)

    async def list_payers(self, person: str) -> list[PayerChoice]:
        """List the payers that the caller may choose today."""
        return list_payers(self._config.value, person, self._store.database.local_now().date())

    async def list_limits(self, person: str) -> list[LimitState]:
        """List the limits that concern the caller."""
        return self._submitting.bill_limits.list_own(person)

    async def status(self, person: str) -> Status:
        """Tell the state of the service and of its lines, with or without its database."""
        status = self._status()
        try:
            counts = self._store.jobs.count_states()
            return replace(
                status,
                queued=sum(counts[state] for state in (State.PENDING, State.READY, State.SLEEPING, State.HELD)),
                active=sum(counts[state] for state in IN_CALL),
                drafts=self._store.drafts.count(person),
                held_back=self._scheduler.explain_waiting(counts),
                restored=self._store.restored_faxes.count_held() if counts[State.HELD] else 0,
            )
        except StoreUnavailable:
            return replace(status, trouble=_WITHOUT_DATABASE)

    async def judge_number(self, person: str, number: str) -> JudgedNumber:
        """Tell what a number is, or why it would not be called for this person."""
        config = self._config.value
        return judge_number(number, config, config.find_sender(person))

    # ------------------------------------------------------------ jobs

    async def submit_document(self, person: str, pages: int, original: int, order: Order) -> str:
        """Make a job of a document that has not been printed."""
        checked = check_order(order, with_own(self._config.value, self._store, person, order.header), person)
        to = checked.destination(self._config.value, person)
        same = self._submitting.find_job(person, checked.key) if checked.key else None
        if same is not None:
            return same
        # Before anything is copied, and again when the job is added.
        self._submitting.find_payer(person, checked, to.key)
        self._limits.refuse_too_many(person)
        room = partial(self._limits.find_room, person)
        document = await accept(self._store, self._files, person, pages, original, room)
        return self._submitting.with_document(document, lambda: self._submitting.add_job(person, checked, document))

    async def submit_cover(self, person: str, order: Order) -> str:
        """Make a job of a cover page alone."""
        checked = check_order(order, with_own(self._config.value, self._store, person, order.header), person)
        checked.destination(self._config.value, person)
        same = self._submitting.find_job(person, checked.key) if checked.key else None
        if same is not None:
            return same
        refuse_nothing(checked, 0)
        document = await make_empty_document(self._store)
        return self._submitting.with_document(document, lambda: self._submitting.add_job(person, checked, document))

    # ------------------------------------------------------------ receptions

    async def list_receptions(self, person: str) -> list[Reception]:
        """List the caller's receptions, newest first."""
        rows = self._store.receptions.all(person)
        marks = self._announcing.read_marks.find([row.id for row in rows])
        read = {id for id, found in marks.items() if any(mark.person == person for mark in found)}
        receptions = [view_reception(row, row.id in read, marks.get(row.id, ())) for row in rows]
        return self._announcing.names.add_to_receptions(person, receptions)

    async def assign_reception(self, person: str, assignment: Assignment) -> None:
        """Give one of the caller's received faxes to others."""
        found = self._reception(person, assignment.reception)
        self._assigning.assign(person, found, assignment, frozenset((person,)))

    async def read_reception(self, person: str, reception: str, kind: ReceptionFile, out: int) -> None:
        """Write one file of a reception to `out`: our own copy, as what stands in the folder may be anything by now."""
        found = self._reception(person, reception)
        path = self._store.call_folder(found.call) / _RECEPTION_FILES[kind]
        if found.state is Receiving.WAITING and not path.exists():
            raise ApiError(ErrorCode.STATE, found.waiting or TRYING)
        await self._copy_out(person, path, out)

    async def write_receipt(self, person: str, job: str, out: int) -> None:
        """Write a receipt of a job that has ended to `out`."""
        found = self._job(person, job)
        refuse_fetching(found)
        made = self._store.documents.folder / f"{new_id()}.preview"
        try:
            await self._receipts.make(person, found, made)
            await self._copy_out(person, made, out)
        finally:
            remove(made)

    async def read_sent(self, person: str, job: str, out: int) -> SentFax:
        """Write the pages of a job to `out` as they go over the line."""
        found = self._job(person, job)
        refuse_fetching(found)
        made = self._store.documents.folder / f"{new_id()}.preview"
        try:
            with made.open("x+b") as pages:
                as_sent = await self._sent_documents.write_all(person, found, pages)
            await self._copy_out(person, made, out)
        finally:
            remove(made)
        return SentFax(as_sent)

    async def read_transcript(self, person: str, fax: str, out: int) -> None:
        """Write the transcripts of the calls of a fax to `out`."""
        entry = self._entry(person, fax)
        if entry.kind is Kind.RECEPTION:
            calls = [self._reception(person, fax).call]
        else:
            calls = [call.id for call in self._store.calls.of_job(fax)]
        made = self._store.documents.folder / f"{new_id()}.preview"
        try:
            await write_transcripts(self._store, calls, made)
            await self._copy_out(person, made, out)
        finally:
            remove(made)

    async def verify_copies(self, person: str, query: CopyQuery) -> CopyPage:
        """Compare the caller's filed faxes with what is known of them."""
        return await self._verifying.verify(person, person, query)

    # ------------------------------------------------------------ inside

    def _reception(self, person: str, id: str) -> ReceptionRow:
        reception = self._store.receptions.get(id)
        if reception is None or reception.state not in KNOWN or person not in self._store.receptions.owners(id):
            raise ApiError(ErrorCode.UNKNOWN, Sentence("There is no received fax with this name."))
        return reception


_WITHOUT_DATABASE: Final = Sentence(
    "The database of the fax service cannot be reached: until it is back, no fax is sent or accepted and no call is"
    " answered."
)
