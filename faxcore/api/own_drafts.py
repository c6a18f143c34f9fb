# SPDX-License-Identifier: GPL-3.0-or-later
"""Drafts: printed documents that wait for a recipient, with what has been typed for them so far."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from faxcore.api.api_error import ApiError, too_late_to_undo
from faxcore.api.draft_files import hash_sent_pages, make_sent_document
from faxcore.api.kept_orders import check_kept
from faxcore.api.orders import CheckedOrder, check_order, check_order_to_many, refuse_fetching
from faxcore.api.own_broadcasts import MOST_ANNOUNCED
from faxcore.api.own_headers import with_own
from faxcore.api.own_parts import PartsApi
from faxcore.api.recipient_list import check_recipients
from faxcore.api.typed_twice import refuse_new_numbers
from faxcore.checkpoint import checkpoint
from faxcore.contact_files.people_table import ListRefused
from faxcore.contract.bus import ErrorCode
from faxcore.contract.order import UNDO_SECONDS, Order
from faxcore.contract.printed import Draft, KeptOrder
from faxcore.contract.sent_fax import Broadcast, Job
from faxcore.dialling.numbers import Destination
from faxcore.dialling.refusal import NumberRefused
from faxcore.model.job import State
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import Sentence
from faxcore.store.drafts import DraftRow
from faxcore.store.submissions import draft_key
from faxcore.store.taken_drafts import TooLate, write_taken
from faxcore.store.views import view_job

TAKEN_BACK: Final = Sentence("Taken back: it waits to be sent again.")
"""The last that programs hear of a fax that is a draft again."""
MOST_REPEATS: Final = 20
"""Faxes that are named as the same document sent before: more is no further news."""


class DraftApi(PartsApi):
    """The actions of people on their own drafts."""

    async def list_drafts(self, person: str) -> list[Draft]:
        """List the caller's drafts, oldest first."""
        return self._store.listing.view_drafts(self._store.drafts.all(person))

    async def read_draft(self, person: str, draft: str, out: int) -> None:
        """Write all of the draft's pages to `out`."""
        await self._copy_out(person, self._store.documents.pages_file(self._draft(person, draft).document), out)

    async def find_repeats(self, person: str, fax: str, recipients: list[Recipient]) -> list[Job]:
        """List the caller's faxes of today that have the very pages of a draft or a job, for these recipients."""
        sha256, submission = await self._find_digest(person, fax)
        if not sha256:
            return []  # a cover page alone has no pages but that
        permitted, numbers = self._permit_for(person), set()
        for each in recipients:
            with suppress(NumberRefused):  # none goes to a number that is not called
                numbers.add(permitted(each.number).key)
        found = self._store.repeats.find(person, sha256, numbers, submission)
        jobs = [view_job(job, self._scheduler.progress(job)) for job in found[:MOST_REPEATS]]
        return self._announcing.names.add_to_jobs(person, jobs)

    def _refuse_new(self, person: str, to: Sequence[Destination], order: Order) -> None:
        refuse_new_numbers(self._store.used_numbers, self._config.value, person, to, order.typed_again)

    async def _find_digest(self, person: str, fax: str) -> tuple[str, str]:
        """Find the digest of the pages of a draft that go out, or of a job's, and the submission of that; empty where
        there is no document.
        """
        draft = self._store.drafts.get(person, fax)
        if draft is not None:
            return (await hash_sent_pages(self._store, draft) if draft.pages else ""), ""
        job = self._job(person, fax)
        refuse_fetching(job)
        document = self._store.documents.get(job.document)
        return (document.sha256 if document.pages else ""), job.submission

    async def save_draft(self, person: str, draft: str, kept: KeptOrder) -> None:
        """Keep what has been typed for a draft."""
        self._store.drafts.save(self._draft(person, draft).id, check_kept(kept))

    async def discard_draft(self, person: str, draft: str) -> None:
        """Throw a draft away."""
        self._store.drafts.discard(self._draft(person, draft))

    async def submit_draft(self, person: str, draft: str, order: Order) -> str:
        """Make a job of a draft, once."""
        done = self._submitting.find_job(person, draft_key(draft))
        if done is not None:
            return done
        found = self._draft(person, draft)
        config = with_own(self._config.value, self._store, person, order.header)
        checked = check_order(order, config, person, title=found.title)
        checked = replace(checked, payer=checked.payer or found.payer)
        checked = self._make_undoable(checked, found, KeptOrder(order))
        self._refuse_new(person, [checked.destination(self._config.value, person)], order)
        document = await make_sent_document(self._store, found)
        with self._dropping(document, found):
            return self._submitting.add_job(person, checked, document, found)

    async def submit_draft_to_many(
        self, person: str, draft: str, recipients: list[Recipient], order: Order
    ) -> Broadcast:
        """Make a broadcast of a draft, once."""
        done = self._find_broadcast(person, draft_key(draft))
        if done is not None:
            return done
        found = self._draft(person, draft)
        config = with_own(self._config.value, self._store, person, order.header)
        checked = check_order_to_many(order, config, person, title=found.title)
        checked = replace(checked, payer=checked.payer or found.payer, key=draft_key(draft))
        try:
            listed = await asyncio.to_thread(check_recipients, recipients, self._permit_for(person))
        except ListRefused as error:
            raise ApiError(ErrorCode.BAD_NUMBER, error.sentence) from error
        self._refuse_new(person, [each.to for each in listed], order)
        addressees = await self._admit(person, checked, listed)
        checked = self._make_undoable(checked, found, KeptOrder(order, tuple(recipients)))
        document = await make_sent_document(self._store, found)
        with self._dropping(document, found):
            addressees = await self._estimate_each(checked, document, addressees)
        return await self._send_to_many(person, checked, document, addressees, found)

    async def take_back(self, person: str, fax: str) -> str:
        """Make a draft again of a fax or of a broadcast, once."""
        there = self._store.drafts.get(person, fax)
        if there is not None:
            return there.id
        submission = self._store.taken_drafts.find(person, fax)
        if not submission:
            raise ApiError(ErrorCode.UNKNOWN, Sentence("There is no fax with this name."))
        await self._accept_rest(submission)
        jobs = self._read(self._store.taken_drafts.list_jobs(submission, MOST_ANNOUNCED))
        try:
            draft = self._store.taken_drafts.take_back(submission)
        except TooLate:
            raise too_late_to_undo() from None
        checkpoint("draft put back, client not told")
        for job in jobs:
            self._announcing.job_changed(replace(job, state=State.CANCELLED, undoable=False, reason=TAKEN_BACK))
        return draft

    def _make_undoable(self, order: CheckedOrder, draft: DraftRow, kept: KeptOrder) -> CheckedOrder:
        """Hold an order back for some seconds, in which it can become its draft again, if that is wanted."""
        if not kept.order.undoable:
            return order
        soonest = self._store.database.later(UNDO_SECONDS)
        plain = replace(kept, order=replace(kept.order, undoable=False, typed_again=()))
        send_at = max(order.send_at or soonest, soonest)
        return replace(order, send_at=send_at, draft=write_taken(draft, plain), draft_document=draft.document)
