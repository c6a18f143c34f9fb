# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions of people on the documents that they offer to callers (polling)."""

from __future__ import annotations

from functools import partial
from typing import Final

from faxcore.api.api_error import ApiError, bad_document
from faxcore.api.intake import accept
from faxcore.api.orders import check_password, check_sub_address, check_time, refuse_early_end
from faxcore.api.own_broadcasts import BroadcastApi
from faxcore.config import Config, LineConfig, NumberConfig
from faxcore.contract.bus import ErrorCode
from faxcore.contract.offered import NewOffer, Offer
from faxcore.dialling.numbers import number_key, same_number
from faxcore.document.compose import PageOrder
from faxcore.document.document_error import DocumentError
from faxcore.model.header import SHIPPED
from faxcore.model.recipient import Recipient
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.queue.composing import Composer
from faxcore.routing.own_numbers import Origin, find_origin, make_origin
from faxcore.store.documents import DocumentRow
from faxcore.store.offers import OfferRow
from faxcore.store.synced_files import settle
from faxcore.store.views import view_offer

MOST_OPEN: Final = 50
"""Documents that one person may offer at a time."""
MOST_TIMES: Final = 100_000


class OfferApi(BroadcastApi):
    """The actions of people on their own offers."""

    _composer: Composer

    async def offer_document(self, person: str, pages: int, original: int, offer: NewOffer) -> Offer:
        """Offer a document to callers of this person's numbers."""
        config, offers = self._config.value, self._store.offers
        selective, password = check_sub_address(offer.selective), check_password(offer.password)
        until = check_time(offer.until)
        refuse_early_end(None, until)
        if not 0 <= offer.times <= MOST_TIMES:
            raise ApiError(
                ErrorCode.BAD_ORDER, Sentence("A document is offered once or several times, or without end.")
            )
        number = _find_own(offer.number, config, person)
        now = self._store.database.now()
        if sum(each.is_open(now) for each in offers.all(person)) >= MOST_OPEN:
            raise ApiError(ErrorCode.TOO_MANY, Sentence("You offer too many documents: withdraw some."))
        room = partial(self._limits.find_room, person)
        document = await accept(self._store, self._files, person, pages, original, room)
        with self._submitting.dropping(document):
            count = await self._draw_header_lines(document, _find_origin(number, person, config))
            with self._store.transaction():
                self._store.documents.add(document)
                id = offers.add(
                    person,
                    document.id,
                    count,
                    title=clean_text(offer.title),
                    number=number,
                    called_key=number_key(number, config.dialling) if number else "",
                    selective=selective,
                    password=password,
                    times=offer.times,
                    until=until,
                )
        return await self.show_offer(person, id)

    async def list_offers(self, person: str) -> list[Offer]:
        """List the caller's offers, newest first."""
        now = self._store.database.now()
        return [view_offer(each, now) for each in self._store.offers.all(person)]

    async def show_offer(self, person: str, offer: str) -> Offer:
        """Show one offer with the calls that have fetched it."""
        found = self._offer(person, offer)
        return view_offer(found, self._store.database.now(), self._store.offers.fetchings(found.id))

    async def withdraw_offer(self, person: str, offer: str) -> None:
        """Offer a document no longer."""
        found = self._offer(person, offer)
        if found.ended is not None:
            raise ApiError(ErrorCode.STATE, Sentence("This document is offered no longer."))
        self._store.offers.withdraw(found.id)

    # ------------------------------------------------------------ inside

    def _offer(self, person: str, id: str) -> OfferRow:
        found = self._store.offers.get(person, id)
        if found is None:
            raise ApiError(ErrorCode.UNKNOWN, Sentence("There is no offer with this name."))
        return found

    async def _draw_header_lines(self, document: DocumentRow, origin: Origin) -> int:
        """Draw the header lines on the pages as callers get them: in a call that comes in there is no time for it. Give
        the number of pages.
        """
        now = self._store.database.local_now()
        order = PageOrder(SHIPPED[0], Recipient(""), "", origin.station_id, now, header_line=origin.header_line)
        documents = self._store.documents
        made = documents.folder / f"{document.id}.part"
        try:
            sizes = await self._composer(documents.pages_file(document.id), made, order)
        except DocumentError as error:
            raise bad_document(error) from error
        settle(made, documents.offered_file(document.id))
        return len(sizes)


def _find_own(number: str, config: Config, person: str) -> str:
    """Find a number of this person's as the configuration writes it, empty for all. ApiError if it is not theirs."""
    lines = [line for line in config.all_lines() if line.answers]
    theirs = [each for line in lines for each in _list_own(line, config, person)]
    if not number and (theirs or any(config.is_among(person, line.owners) for line in lines)):
        return ""
    for each in theirs:
        if same_number(each.number, number, config.dialling):
            return each.number
    raise ApiError(
        ErrorCode.DENIED, Sentence("A document can be offered at your own numbers only, at which faxes are received.")
    )


def _list_own(line: LineConfig, config: Config, person: str) -> list[NumberConfig]:
    return [each for each in line.numbers if each.answer and config.is_among(person, each.owners or line.owners)]


def _find_origin(number: str, person: str, config: Config) -> Origin:
    """Find what the pages of an offer say: as the number at which it is offered, or as this person's first."""
    lines = [line for line in config.all_lines() if line.answers]
    if number:
        return next(make_origin(line, each, config) for line in lines for each in line.numbers if each.number == number)
    theirs = (line for line in lines if _list_own(line, config, person) or config.is_among(person, line.owners))
    return find_origin(next(theirs), person, config)
