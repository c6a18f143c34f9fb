# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of calls and its sums, for a person and for the administrator."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from faxcore.api.orders import read_moment
from faxcore.config.current import CurrentConfig
from faxcore.contract.recorded import CallGrouping, CallPage, CallQuery, CallTotals, TotalsPage, TotalsQuery
from faxcore.dialling.numbers import number_key, spellings
from faxcore.dialling.plan import find_calling_code
from faxcore.store.call_log import CallFilter
from faxcore.store.call_totals import add_up
from faxcore.store.store import Store

MOST: Final = 500
"""Calls, or sums, of one page."""


class CallRecords:
    """Lists calls and sums them up: one person's, or everybody's (None)."""

    def __init__(self, store: Store, config: CurrentConfig) -> None:
        self._store = store
        self._config = config

    def page(self, owner: str | None, query: CallQuery, with_purchase: bool = False) -> CallPage:
        """List a page of calls. ApiError BAD_ORDER for a time that is none. `with_purchase`: also with what the carrier
        takes, which is nobody's business but the administrator's.
        """
        most = min(max(query.most, 1), MOST)
        wanted = CallFilter(
            since=read_moment(query.since),
            until=read_moment(query.until),
            line=query.line,
            numbers=self._spell(query.number),
            direction=query.direction,
            failed=query.failed,
        )
        found = self._store.call_log.page(owner, wanted, query.after, most, with_purchase)
        return CallPage(tuple(found), found[-1].id if len(found) == most else "")

    async def sums(self, owner: str | None, query: TotalsQuery) -> TotalsPage:
        """List a page of sums. ApiError BAD_ORDER for a time that is none."""
        since, until, totals = read_moment(query.since), read_moment(query.until), self._store.call_totals
        if query.by is CallGrouping.COUNTRY:
            # There are some two hundred of them.
            countries = await self._add_costs(owner, query, totals.countries(owner, since, until))
            return TotalsPage(tuple(_by_country(countries)))
        found = totals.page(owner, query.by, since, until, query.after, MOST)
        after = found[-1].key if len(found) == MOST else ""
        return TotalsPage(tuple(await self._add_costs(owner, query, found)), after)

    async def _add_costs(self, owner: str | None, query: TotalsQuery, found: list[CallTotals]) -> list[CallTotals]:
        """Add what the calls of these sums cost, piece by piece: between two of them others have their turn."""
        since, until, totals = read_moment(query.since), read_moment(query.until), self._store.call_totals
        if not found or not totals.has_costs():
            return found
        keys, after, costs = (found[0].key, found[-1].key), "", list[CallTotals]()
        while True:
            more, after = totals.sum_costs(owner, query.by, since, until, keys, after)
            costs += more
            if not after:
                return add_up([*found, *costs])
            await asyncio.sleep(0)

    def _spell(self, number: str) -> tuple[str, ...]:
        """List the ways in which rows may have a number: ours and those called by their keys, callers' as the line
        tells them.
        """
        if not number:
            return ()
        key = number_key(number, self._config.value.dialling)
        return tuple(dict.fromkeys((key, *spellings(key))))


def _by_country(totals: list[CallTotals]) -> list[CallTotals]:
    return add_up(replace(each, key=find_calling_code(each.key)) for each in totals)
