# SPDX-License-Identifier: GPL-3.0-or-later
"""Estimates of faxes as they are handed in, which limits count as long as these wait: how long the call will be, by the
octets of its pages as they lie on disk and by the calls before, and what that costs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from faxcore.api.orders import CheckedOrder, count_pages
from faxcore.billing.limit_judging import estimate_milliseconds
from faxcore.billing.price_estimate import estimate_net
from faxcore.config.current import CurrentConfig
from faxcore.contract.limited import Counted
from faxcore.document.document_error import DocumentError
from faxcore.line.page_weights import PageWeight, weigh_as_stored
from faxcore.model.job import JobKind
from faxcore.queue.call_length import UsualCall, estimate_length, learn_usual
from faxcore.store.documents import DocumentRow
from faxcore.store.store import Store
from faxcore.store.submissions import Addressee

_HEAVIER: Final = {"MH": 2.0, "MR": 1.3}
"""Times by which most pages are heavier in these codings than as they lie on disk, in MMR."""


class CallEstimates:
    """Estimates faxes, if a limit wants to know."""

    def __init__(self, store: Store, config: CurrentConfig) -> None:
        self._store = store
        self._config = config

    @property
    def is_wanted(self) -> bool:
        """True if a limit counts minutes or money."""
        return any(limit.counted is not Counted.PAGES for limit in self._config.value.limits)

    def learn_usual(self, number: str = "") -> UsualCall:
        """Learn what a call to a number is like, or, without one, to any; where no limit wants to know, nothing."""
        if not self.is_wanted:
            return UsualCall()
        past = self._store.past_calls
        there = past.list_there(number) if number else ()
        return learn_usual(there, () if there else past.list_newest())

    def estimate(
        self, order: CheckedOrder, document: DocumentRow, addressees: tuple[Addressee, ...], usual: UsualCall
    ) -> tuple[Addressee, ...]:
        """Add to each recipient about how long their call will be, and what it will cost. In any thread."""
        if not self.is_wanted:
            return addressees
        pages = count_pages(document.pages, order.header) if order.kind is JobKind.SEND else 0
        milliseconds = self._measure(document, pages, usual)
        now, tariffs = self._store.database.local_now(), self._store.prices.tariffs
        return tuple(
            replace(
                each,
                milliseconds_estimate=milliseconds,
                net_estimate=estimate_net(tariffs, each.payer, each.to.key, pages, milliseconds, now),
            )
            for each in addressees
        )

    def _measure(self, document: DocumentRow, pages: int, usual: UsualCall) -> int:
        """Measure a call in milliseconds; one that fetches, or whose pages cannot be read, as a usual one."""
        try:
            weights = weigh_as_stored(self._store.documents.pages_file(document.id)) if pages else []
        except (DocumentError, OSError):
            weights = []
        if not weights:
            return estimate_milliseconds(1, pages)
        times = _HEAVIER.get(usual.coding, 1.0)
        heavy = [replace(each, octets=round(each.octets * times)) for each in weights]
        # A cover page is drawn when the fax goes: it is taken to be as heavy as the others are.
        mean = round(sum(each.octets for each in heavy) / len(heavy))
        covers = [PageWeight(mean, heavy[0].width, heavy[0].resolution)] * (pages - len(heavy))
        return round(1000 * estimate_length([*covers, *heavy], usual).seconds)
