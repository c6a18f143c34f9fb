# SPDX-License-Identifier: GPL-3.0-or-later
"""The price of a call by the tariff of sales, if it were made now: nothing of it is written down."""

from __future__ import annotations

from dataclasses import dataclass

from faxcore.billing.tariffs import Side
from faxcore.contract.priced import CallPrice
from faxcore.model.call import AnswerKnown, Direction
from faxcore.store.call_costs import read_values
from faxcore.store.call_prices import CallPrices
from faxcore.store.database import Database


@dataclass(frozen=True)
class CallIdea:
    """A call that may be made: all pages go over, and it begins now."""

    person: str
    payer: str
    """The code of whoever pays; empty: nobody."""
    number: str
    """The number called, in international form, or an internal one."""
    pages: int
    seconds: int


class Quotes:
    """Prices calls that are not made."""

    def __init__(self, database: Database, prices: CallPrices) -> None:
        self._db = database
        self._prices = prices

    def quote(self, idea: CallIdea) -> CallPrice:
        """Price a call, with the steps that led there."""
        now = self._db.now()
        says = {
            "call": "",
            "follows": "",
            "direction": Direction.OUT.value,
            "line": "",
            "own_number": "",
            "dialled": now,
            "answered": now,
            "answer_known": AnswerKnown.LINE.value,
            "ended": self._db.later(idea.seconds),
            "milliseconds": idea.seconds * 1000,
            "pages": idea.pages,
            "confirmed": idea.pages,
            "person": idea.person,
            "payer": idea.payer,
            "other_number": idea.number,
            "earlier": 0,
        }
        return read_values(self._prices.price_side(Side.SALE, says), Side.SALE)
