# SPDX-License-Identifier: GPL-3.0-or-later
"""The administrator's check of the ledger: whether all its rows are as they were written."""

from __future__ import annotations

from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.ledgered import LedgerCheck, LedgerSeal
from faxcore.model.sentence import Sentence
from faxcore.store.ledger import Ledger

MOST: Final = 1000
"""Rows of one part: some tens of milliseconds."""


class Sealing:
    """Checks the rows of the ledger, and finds their seals."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def check(self, before: LedgerSeal) -> LedgerCheck:
        """Check the rows behind this one, so many at most. ApiError if it is no place in a ledger."""
        findings, last = self._ledger.check(_checked(before), MOST)
        return LedgerCheck(last, last.place >= self._ledger.head().place, tuple(findings))

    def find(self, place: int) -> LedgerSeal:
        """Find the seal of the row at this place; 0: of the newest one. ApiError if it is no place in a ledger."""
        if place == 0:
            return self._ledger.head()
        return self._ledger.find_seal(_checked(LedgerSeal(place)).place) or LedgerSeal(place)


def _checked(seal: LedgerSeal) -> LedgerSeal:
    if not 0 <= seal.place < 1 << 63:
        raise ApiError(ErrorCode.BAD_ORDER, Sentence("The place of a row in the ledger is a number from 1 on."))
    return seal
