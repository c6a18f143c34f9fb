# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax that is not sent yet, as its sender wants to see it: its pages as they will arrive, and its call."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from faxcore.api.api_error import ApiError, bad_document, unknown_draft
from faxcore.api.draft_files import sent_pages
from faxcore.api.intake import accept
from faxcore.api.nothing_to_send import refuse_bare
from faxcore.api.orders import CheckedOrder, check_order, find_undrawn_of
from faxcore.api.own_headers import list_sending_lines, with_own
from faxcore.api.own_offers import OfferApi
from faxcore.contract.estimated import Estimate
from faxcore.contract.order import Order
from faxcore.contract.printed import Preview
from faxcore.document.compose import PageOrder
from faxcore.document.document_error import DocumentError
from faxcore.document.sizes import PageSize
from faxcore.line.page_weights import weigh_pages
from faxcore.model.page import Coding
from faxcore.model.paper import Paper, PaperPlan
from faxcore.model.recipient import Recipient
from faxcore.queue.call_length import estimate_length, learn_usual
from faxcore.queue.experience import plan_paper
from faxcore.routing.own_numbers import Origin, find_origin
from faxcore.store.draft_parts import list_sent
from faxcore.store.drafts import DraftRow
from faxcore.store.ids_and_times import new_id
from faxcore.store.quotes import CallIdea
from faxcore.store.synced_files import remove


class PreviewApi(OfferApi):
    """The actions of people on faxes that are not sent yet."""

    async def compose_draft(self, person: str, draft: str, order: Order, out: int) -> Preview:
        """Write the draft's pages to `out` as they will arrive."""
        found = self._draft(person, draft)
        checked = check_order(order, with_own(self._config.value, self._store, person, order.header), person)
        refuse_bare(checked.header, found.pages)
        origin, certain = self._find_origin(person, checked)
        made = self._store.documents.folder / f"{new_id()}.preview"
        try:
            async with sent_pages(self._store, found) as sent:
                sizes = await self._compose(person, sent, checked, origin, made)
            estimate = await self._estimate_preview(person, checked, made) if checked.recipient.number else None
            await self._copy_out(person, made, out)
        finally:
            remove(made)
        undrawn = await asyncio.to_thread(find_undrawn_of, checked)
        pages = [0, *list_sent(found.parts)]
        origins = tuple(pages[size.origin] for size in sizes)
        return Preview(len(sizes), origin.station_id, certain, undrawn, estimate, origins)

    async def estimate_document(self, person: str, pages: int, order: Order) -> Estimate:
        """Estimate the call that would send a document; nothing of it is kept."""
        checked = check_order(order, with_own(self._config.value, self._store, person, order.header), person)
        checked.destination(self._config.value, person)
        room = partial(self._limits.find_room, person)
        document = await accept(self._store, self._files, person, pages, None, room)
        made = self._store.documents.folder / f"{new_id()}.preview"
        try:
            drawn = self._store.documents.pages_file(document.id)
            await self._compose(person, drawn, checked, self._find_origin(person, checked)[0], made)
            return self._add_price(person, checked, await self._estimate(person, checked, made))
        finally:
            remove(made)
            self._store.documents.remove_files(document.id)

    # ------------------------------------------------------------ inside

    def _draft(self, person: str, id: str) -> DraftRow:
        draft = self._store.drafts.get(person, id)
        if draft is None:
            raise unknown_draft()
        return draft

    async def _estimate(self, person: str, order: CheckedOrder, document: Path) -> Estimate:
        """Estimate the call that sends these pages, which are as they will arrive."""
        number = order.destination(self._config.value, person).key
        past = self._store.past_calls
        there = past.list_there(number)
        usual = learn_usual(there, () if there else past.list_newest())
        pages = await asyncio.to_thread(weigh_pages, document, Coding(usual.coding))
        length = estimate_length(pages, usual)
        return Estimate(len(pages), round(length.seconds), round(length.least), round(length.most), usual.known)

    async def _estimate_preview(self, person: str, order: CheckedOrder, document: Path) -> Estimate:
        """Estimate it while the order may still lack a payer: then nobody knows what it costs."""
        estimate = await self._estimate(person, order, document)
        try:
            return self._add_price(person, order, estimate)
        except ApiError:
            # Whoever sends it is told; its pages are shown all the same.
            return estimate

    def _add_price(self, person: str, order: CheckedOrder, estimate: Estimate) -> Estimate:
        """Add what the call would cost. ApiError if its payer may not pay, or if there must be one."""
        number = order.destination(self._config.value, person).key
        payer = self._submitting.find_payer(person, order, number)
        price, most_price = (
            self._store.quotes.quote(CallIdea(person, payer, number, estimate.pages, seconds))
            for seconds in (estimate.seconds, estimate.most)
        )
        return replace(estimate, payer=payer, price=price, most_price=most_price)

    def _find_origin(self, person: str, order: CheckedOrder) -> tuple[Origin, bool]:
        """Find the words by which a fax will say where it comes from: those of the first line that may carry it; True
        if they are the same on all. A number that is not called yet may go out on any.
        """
        config = self._config.value
        if order.recipient.number:
            order.destination(config, person)  # refused: there is no preview
        lines = list_sending_lines(config, person, order.number)
        found = [find_origin(line, person, config) for line in lines] or [Origin(config.station_id)]
        return found[0], len(set(found)) == 1

    def _find_paper(self, person: str, order: CheckedOrder) -> Paper:
        """Find the paper that a fax will be made for, as the other end last said; any, for a number that has not."""
        if not order.recipient.number:
            return Paper.UNLIMITED
        return self._store.call_history.experience(order.destination(self._config.value, person).key).longest

    def _spell(self, person: str, order: CheckedOrder) -> Recipient:
        """Give the recipient with the number as it is written on the pages that are sent."""
        if not order.recipient.number:
            return order.recipient
        return replace(order.recipient, number=order.destination(self._config.value, person).shown)

    async def _compose(
        self, person: str, document: Path, order: CheckedOrder, origin: Origin, made: Path
    ) -> Sequence[PageSize]:
        now = self._store.database.local_now()
        plan = plan_paper(PaperPlan(), 0, self._find_paper(person, order), self._config.value.document.long_pages)
        about = (order.header, self._spell(person, order), order.subject, origin.station_id, now)
        logo = self._store.own_logos.encoded(order.header.picture)
        on_pages = PageOrder(*about, plan=plan, header_line=origin.header_line, message=order.message, logo=logo)
        try:
            return await self._composer(document, made, on_pages)
        except DocumentError as error:
            raise bad_document(error) from error
