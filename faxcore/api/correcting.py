# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrections of the ledger by the administrator: what a call really was, and why that is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from faxcore.api.api_error import ApiError
from faxcore.contract.bus import ErrorCode
from faxcore.contract.ledgered import CallCorrection
from faxcore.contract.stated import StatedCall
from faxcore.model.call import AnswerKnown
from faxcore.model.sentence import Sentence
from faxcore.model.text import clean_text
from faxcore.store.ids_and_times import format_time
from faxcore.store.store import Store

LONGEST_REASON: Final = 400
"""Characters."""
_MOST_SECONDS: Final = 7 * 24 * 3600
_MOST_PAGES: Final = 100_000


class Correcting:
    """Corrects calls in the ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def correct(self, person: str, correction: CallCorrection) -> StatedCall:
        """Correct a call: as it counts now. ApiError if it is not in the ledger, or cannot be corrected so."""
        reason = clean_text(correction.reason, LONGEST_REASON)
        if not reason:
            raise _bad(Sentence("Say why the call is corrected: the ledger keeps it."))
        written = self._store.ledger.find_newest(correction.call)
        if written is None:
            raise ApiError(ErrorCode.UNKNOWN, Sentence("There is no such call in the ledger."))
        if not written.salt:
            raise ApiError(
                ErrorCode.STATE,
                Sentence("The number of this call has been removed after the office's time: it cannot be priced anew."),
            )
        changes = list_changes(written._mapping, correction)
        if all(written._mapping[name] == value for name, value in changes.items()):
            raise _bad(Sentence("The ledger says so already: say what was otherwise."))
        self._store.ledger.correct(written, changes, person, reason)
        corrected = self._store.ledger_statements.find(correction.call)
        assert corrected is not None, correction.call
        return corrected


def list_changes(written: Mapping[Any, Any], correction: CallCorrection) -> dict[str, Any]:
    """List the columns of a row of the ledger that a correction changes. ApiError if it says what no call is."""
    seconds, confirmed = correction.seconds, correction.confirmed
    if not correction.answered:
        if seconds or confirmed:
            raise _bad(Sentence("A call that nobody answered has neither seconds nor pages."))
        nothing = dict.fromkeys(("milliseconds", "pages", "confirmed", "answer_spread"), 0)
        return {**nothing, "answered": "", "answer_known": AnswerKnown.NOT.value}
    changes: dict[str, Any] = {}
    if seconds is not None:
        if not 0 <= seconds <= _MOST_SECONDS:
            raise _bad(Sentence("A call lasts from 0 to {most} seconds.", {"most": _MOST_SECONDS}))
        answered = written["answered"] or format_time(_read(written["ended"]) - timedelta(seconds=seconds))
        known = {"answered": answered, "answer_known": AnswerKnown.PERSON.value, "answer_spread": 0}
        if seconds * 1000 != written["milliseconds"] or not written["answered"]:
            changes |= {"milliseconds": seconds * 1000, **known}
    if confirmed is not None:
        if not 0 <= confirmed <= _MOST_PAGES:
            raise _bad(Sentence("A call has from 0 to {most} pages.", {"most": _MOST_PAGES}))
        changes |= {"confirmed": confirmed, "pages": max(written["pages"], confirmed)}
    return changes


def _read(time: str) -> datetime:
    return datetime.fromisoformat(time)


def _bad(sentence: Sentence) -> ApiError:
    return ApiError(ErrorCode.BAD_ORDER, sentence)
