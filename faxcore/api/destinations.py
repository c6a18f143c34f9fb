# SPDX-License-Identifier: GPL-3.0-or-later
"""Show, forget and lock what calls have taught of the numbers that were called."""

from __future__ import annotations

from typing import Final

from faxcore.api.api_error import ApiError
from faxcore.config.current import CurrentConfig
from faxcore.contract.administration import DestinationPage, LearntDestination
from faxcore.contract.bus import ErrorCode
from faxcore.dialling.numbers import destination, number_key
from faxcore.dialling.refusal import NumberRefused
from faxcore.model.sentence import Sentence
from faxcore.store.call_history import DestinationRow
from faxcore.store.store import Store

MOST: Final = 500
"""Numbers of one page."""


class Destinations:
    """Shows and changes, for the administrator, what is known of the numbers that were called."""

    def __init__(self, store: Store, config: CurrentConfig) -> None:
        self._store = store
        self._config = config

    def page(self, after: str) -> DestinationPage:
        """List a page of the numbers of which something is known."""
        rows = self._store.call_history.page(after, MOST)
        return DestinationPage(tuple(_view(row) for row in rows), rows[-1].number if len(rows) == MOST else "")

    def show(self, number: str) -> LearntDestination:
        """Show what is known of a number. ApiError UNKNOWN if it is nothing."""
        return _view(self._find(number))

    def forget(self, number: str) -> None:
        """Forget what is known of a number. ApiError if it is nothing, or locked."""
        found = self._find(number)
        if found.locked:
            raise ApiError(ErrorCode.STATE, Sentence("What is known of this number is locked: unlock it first."))
        self._store.call_history.forget(found.number)

    def lock(self, number: str) -> None:
        """Keep what is known of a number. ApiError if it is one that is not called, and never was."""
        key = number_key(number, self._config.value.dialling)
        with self._store.transaction():
            if self._store.call_history.get(key) is None:
                key = self._judge(number)
            self._store.call_history.lock(key)

    def unlock(self, number: str) -> None:
        """Let calls to a number teach again. ApiError if it is not locked."""
        found = self._find(number)
        if not found.locked:
            raise ApiError(ErrorCode.STATE, Sentence("What is known of this number is not locked."))
        self._store.call_history.unlock(found.number, self._config.value.queue.remember_days)

    def _find(self, number: str) -> DestinationRow:
        found = self._store.call_history.get(number_key(number, self._config.value.dialling))
        if found is None:
            raise ApiError(ErrorCode.UNKNOWN, Sentence("Nothing is known of this number."))
        return found

    def _judge(self, number: str) -> str:
        try:
            return destination(number, self._config.value.dialling).key
        except NumberRefused as error:
            raise ApiError(ErrorCode.BAD_NUMBER, error.sentence) from error


def _view(row: DestinationRow) -> LearntDestination:
    return LearntDestination(
        number=row.number,
        begin_at=row.known.begin_at,
        error_correction=row.known.error_correction,
        training_failures=row.known.training_failures,
        correction_failures=row.known.correction_failures,
        paper=row.known.paper,
        together=row.known.together,
        until=row.until,
        reached=row.reached,
        locked=row.locked,
    )
