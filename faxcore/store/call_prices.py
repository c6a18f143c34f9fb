# SPDX-License-Identifier: GPL-3.0-or-later
"""The prices of a call for its row of the ledger: what the carrier takes, and what we charge, by the tariffs in force.

Amounts are whole millionths of the currency, which has every amount of a tariff exactly, so that a database adds them
up without rounding. A call without a price has no amount, which is not 0: it is unpriced, or no tariff is configured.

Pages count for the tiers of the month in which their telephone call began, by the clock of the tariff: those of a
payer by a sale, or, where nobody pays, those of a person; those of a line by a purchase. Calls that come in and have no
payer are nobody's, and counted together.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select

from faxcore.billing.call_price import CallFacts, Price, Unpriced
from faxcore.billing.money import count_millionths
from faxcore.billing.pricing import price_call
from faxcore.billing.tariff import Tariff
from faxcore.billing.tariffs import Side, Tariffs
from faxcore.contract.priced import Pricing
from faxcore.model.call import AnswerKnown, Direction, is_possibly_charged
from faxcore.model.sentence import Sentence, from_plain, to_plain
from faxcore.store import bill_tables
from faxcore.store.database import Database
from faxcore.store.store_error import StoreError

log = logging.getLogger(__name__)


class CallPrices:
    """Prices calls. `tariffs` are those in force, which whoever knows the configuration exchanges."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self.tariffs = Tariffs()

    def price(self, says: Mapping[str, Any]) -> dict[str, Any]:
        """Price a call of which a row of the ledger says this, on both sides: the columns of the prices."""
        columns: dict[str, Any] = {}
        for side in Side:
            columns |= self.price_side(side, says)
        return columns

    def price_side(self, side: Side, says: Mapping[str, Any]) -> dict[str, Any]:
        """Price a call on one side: the columns of its price."""
        return {f"{side.value}_{name}": value for name, value in self._price_side(side, says).items()}

    def _price_side(self, side: Side, says: Mapping[str, Any]) -> dict[str, Any]:
        tariff = self.tariffs.find(side, says["line"], says["payer"])
        if tariff is None:
            return _list_columns(Pricing.NONE)
        try:
            return self._price_by(tariff, side, says)
        except StoreError:
            raise
        except Exception:
            # A fault of ours must not keep the call's end from being written down.
            log.exception("call %s could not be priced by the tariff %r", says["call"], tariff.name)
            reason = Sentence("The call could not be priced by a fault of the fax service, which its log tells.")
            return _list_columns(Pricing.UNPRICED, tariff=tariff.name, steps=format_steps([reason]))

    def _price_by(self, tariff: Tariff, side: Side, says: Mapping[str, Any]) -> dict[str, Any]:
        facts = make_facts(says)
        month = facts.charged_from.astimezone(tariff.zone).strftime("%Y-%m")
        if tariff.has_tiers:
            facts = replace(facts, month_pages=self._count_pages(side, tariff.name, month, says))
        found = price_call(tariff, facts, self.tariffs.find_mark_up(side, says["payer"]))
        if isinstance(found, Unpriced):
            return _list_columns(Pricing.UNPRICED, tariff=found.tariff, steps=format_steps([found.reason]))
        return _list_price(found, month)

    def _count_pages(self, side: Side, tariff: str, month: str, says: Mapping[str, Any]) -> int:
        """Count the pages of a month by a tariff, of all calls but this one, as they are known now."""
        table, later = bill_tables.ledger, bill_tables.ledger.alias()
        columns = table.c
        pages = self._db.value(
            select(func.coalesce(func.sum(columns[f"{side.value}_pages"]), 0)).where(
                columns[f"{side.value}_tariff"] == tariff,
                columns[f"{side.value}_month"] == month,
                *(columns[who] == says[who] for who in _name_counted(side, says)),
                columns.call != says["call"],
                ~exists().where(later.c.call == columns.call, later.c.place > columns.place),
            )
        )
        return int(pages)


def _name_counted(side: Side, says: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the columns of whoever's pages of a month count together."""
    if side is Side.PURCHASE:
        return ("line",)
    return ("payer",) if says["payer"] else ("payer", "person")


def make_facts(says: Mapping[str, Any]) -> CallFacts:
    """Make the facts that a price hangs on of what a row of the ledger says."""
    out = says["direction"] == Direction.OUT.value
    answered = datetime.fromisoformat(says["answered"]) if says["answered"] else None
    begun = datetime.fromisoformat(says["dialled"] or says["answered"] or says["ended"])
    return CallFacts(
        number=says["other_number"] if out else says["own_number"],
        # The clock may have been set while it rang.
        begun=min(begun, answered or begun),
        answered=answered,
        ended=None if answered is None else answered + timedelta(milliseconds=says["milliseconds"]),
        sent=says["pages"],
        confirmed=says["confirmed"],
        direction=Direction(says["direction"]),
        earlier=timedelta(milliseconds=says["earlier"]) if says["follows"] else None,
        perhaps_answered=is_possibly_charged(Direction(says["direction"]), AnswerKnown(says["answer_known"])),
    )


def _list_price(price: Price, month: str) -> dict[str, Any]:
    return _list_columns(
        Pricing.PRICED,
        tariff=price.tariff,
        rule=price.rule,
        currency=price.currency,
        net=count_millionths(price.net),
        vat_percent=count_millionths(price.vat_percent),
        vat=None if price.vat is None else count_millionths(price.vat),
        seconds=price.seconds,
        pages=price.pages,
        month=month,
        steps=format_steps(price.steps),
    )


def _list_columns(state: Pricing, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {name: bill_tables.make_empty(name) for name in bill_tables.PRICE_COLUMNS}
    return {**empty, "state": state.value, **more}


def format_steps(steps: list[Sentence] | tuple[Sentence, ...]) -> str:
    """Write sentences as one text, for a column."""
    return json.dumps([to_plain(step) for step in steps], ensure_ascii=False)


def parse_steps(text: str) -> list[Sentence]:
    """Read the sentences of a column; none if they have been removed."""
    return [from_plain(plain) for plain in json.loads(text)] if text else []
