# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls for which a tariff has no price, looked for once in a while: the administrator is told, as they are not free.

A warning asks no database: what it says is from the last look.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from typing import Final

from sqlalchemy import exists, func, select

from faxcore.contract.priced import Pricing
from faxcore.model.sentence import Sentence
from faxcore.store import bill_tables
from faxcore.store.database import Database
from faxcore.store.store_error import StoreUnavailable

log = logging.getLogger(__name__)

DAYS: Final = 31
"""Days for which a call is told of."""
LOOK_SECONDS: Final = 60.0


class UnpricedCalls:
    """The calls of the last weeks without a price."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._counts: Counter[str] = Counter()
        """By tariff."""

    async def run(self) -> None:
        """Look now and then, until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Count them, as far as the database answers."""
        table, later = bill_tables.ledger.c, bill_tables.ledger.alias().c
        unpriced = (
            bill_tables.IS_UNPRICED,
            table.ended >= self._db.days_ago(DAYS),
            # What a correction has priced has a price.
            ~exists().where(later.call == table.call, later.place > table.place),
        )
        counts: Counter[str] = Counter()
        try:
            for side in bill_tables.SIDES:
                tariff, state = table[f"{side}_tariff"], table[f"{side}_state"]
                of_side = select(tariff.label("tariff"), func.count().label("calls"))
                of_side = of_side.where(*unpriced, state == Pricing.UNPRICED.value).group_by(tariff)
                counts.update({row.tariff: row.calls for row in self._db.rows(of_side)})
        except StoreUnavailable as error:
            log.info("calls without a price cannot be looked for: %s", error)
            return
        self._counts = counts

    def warnings(self) -> Iterator[Sentence]:
        """Say how many there are. Their numbers are nobody's business but their senders'."""
        for tariff, count in sorted(self._counts.items()):
            yield Sentence(
                "The tariff {tariff} has no price for some calls of the last {days} days: {count}."
                " `faxctl tariff quote` tells what it says of a number.",
                {"tariff": tariff, "days": DAYS, "count": count},
            )
