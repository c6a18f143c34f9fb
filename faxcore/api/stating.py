# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements of what calls cost, for a person and for the administrator."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.api.orders import read_moment
from faxcore.billing.tariffs import Side
from faxcore.config import Config
from faxcore.contract.bus import ErrorCode
from faxcore.contract.stated import StatedCallPage, StatementLine, StatementPart, StatementQuery, add_lines
from faxcore.model.number import shorten
from faxcore.model.sentence import Sentence
from faxcore.store.ledger_statements import LedgerStatements, StatementFilter, StatementPlace

MOST: Final = 500
"""Calls of one page."""
PIECES: Final = 20
"""Pieces of a part: an answer with some hundred lines takes longer than a piece, so a part has more than one."""
_AFTER: Final = re.compile(r"([0-9]{1,18}) ([0-9T:.Z-]{1,40}) ([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True)
class View:
    """The calls that somebody sees in a statement."""

    owner: str | None
    """Whose they are; None: everybody's."""
    hides_numbers: bool = False
    """True: of others' calls without the last digits of the other ends' numbers."""


def find_view(config: Config, person: str, query: StatementQuery) -> View:
    """Find whose calls a person sees. ApiError DENIED for others' that are not theirs to see."""
    if query.person == person:
        return View(person)
    others = query.everybody or query.person != ""
    if others and config.is_among(person, config.billing.may_see_all):
        return View(query.person or None)
    if any(each.code == query.payer and config.answers_for(person, each) for each in config.budgets):
        return View(query.person or None, hides_numbers=True)
    if others:
        raise ApiError(
            ErrorCode.DENIED,
            Sentence(
                "What others' calls cost is seen by whom the administrator has named ([billing] may_see_all), and of a "
                "budget line by its owner (--payer)."
            ),
        )
    return View(person)


class Stating:
    """Sums up and lists the calls of the ledger: one person's, or everybody's (None)."""

    def __init__(self, statements: LedgerStatements) -> None:
        self._statements = statements

    async def sum_part(self, owner: str | None, query: StatementQuery) -> StatementPart:
        """Sum up a part of a statement, piece by piece: between two of them others have their turn. ApiError BAD_ORDER
        for a time that is none, or no place in a statement.
        """
        wanted = _read_filter(owner, query)
        place: StatementPlace | None = self._find_place(query)
        lines: list[StatementLine] = []
        for _piece in range(PIECES):
            if place is None:
                break
            found, place = self._statements.sum_piece(query.by, wanted, place)
            lines += found
            await asyncio.sleep(0)
        return StatementPart(tuple(add_lines(lines)), _write_place(place))

    def page(self, owner: str | None, query: StatementQuery) -> StatedCallPage:
        """List a page of the calls of a statement. ApiError BAD_ORDER as for `sum_part`."""
        calls, place = self._statements.page(_read_filter(owner, query), self._find_place(query), MOST)
        return StatedCallPage(tuple(calls), _write_place(place))

    def page_of(self, person: str, view: View, query: StatementQuery) -> StatedCallPage:
        """List a page of the calls that a person sees. ApiError BAD_ORDER as for `sum_part`."""
        found = self.page(view.owner, query)
        if not view.hides_numbers:
            return found
        calls = (
            each if each.person == person else replace(each, other_number=shorten(each.other_number))
            for each in found.calls
        )
        return replace(found, calls=tuple(calls))

    def _find_place(self, query: StatementQuery) -> StatementPlace:
        if not query.after:
            return self._statements.begin()
        found = _AFTER.fullmatch(query.after)
        if found is None:
            raise ApiError(ErrorCode.BAD_ORDER, Sentence("That is no place in a statement."))
        return StatementPlace(int(found[1]), found[2], int(found[3]))


def refuse_purchase(query: StatementQuery) -> None:
    """ApiError if it is asked for what the carrier takes, which is nobody's business but the administrator's."""
    if query.purchase:
        raise ApiError(ErrorCode.DENIED, Sentence("What the carrier takes is for the administrator only."))


def _read_filter(owner: str | None, query: StatementQuery) -> StatementFilter:
    side = Side.PURCHASE if query.purchase else Side.SALE
    return StatementFilter(owner, query.payer, read_moment(query.since), read_moment(query.until), side)


def _write_place(place: StatementPlace | None) -> str:
    return "" if place is None else f"{place.head} {place.ended} {place.place}"
