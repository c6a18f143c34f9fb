# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals: one of the contract's codes, with one sentence for the person who had the wish."""

from __future__ import annotations

from typing import Final

from faxcore.contract.bus import ErrorCode
from faxcore.document.document_error import DocumentError, Reason
from faxcore.model.job import State
from faxcore.model.sentence import Sentence
from faxcore.store.store_error import StoreAway, StoreError, is_full


class ApiError(Exception):
    """The service refuses. `code` is for programs, `sentence` for the person."""

    def __init__(self, code: ErrorCode, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.code = code
        self.sentence = sentence


def unknown_draft() -> ApiError:
    """Make the error of a draft that is not there, or not the caller's."""
    return ApiError(ErrorCode.UNKNOWN, Sentence("There is no draft with this name."))


def changed_draft() -> ApiError:
    """Make the error of a draft whose documents are others than those that were looked at."""
    return ApiError(
        ErrorCode.STATE,
        Sentence(
            "The documents of this fax have been changed meanwhile, perhaps in another window: look at them again."
        ),
    )


def no_space() -> ApiError:
    """Make the error of a full disk."""
    return ApiError(
        ErrorCode.NO_SPACE,
        Sentence(
            "The disk of the fax service is full: nothing was accepted. Please make space, or tell the administrator."
        ),
    )


def internal() -> ApiError:
    """Make the error of a fault of ours, about which only the log says more."""
    return ApiError(ErrorCode.INTERNAL, Sentence("The fax service could not do this; its log says why."))


def bad_document(error: DocumentError) -> ApiError:
    """Make the error of a document that cannot be faxed, or not now."""
    codes = {
        Reason.NO_SPACE: ErrorCode.NO_SPACE,
        Reason.NO_WALL: ErrorCode.INTERNAL,
        Reason.KILLED: ErrorCode.INTERNAL,
    }
    return ApiError(codes.get(error.reason, ErrorCode.BAD_DOCUMENT), error.sentence)


def away() -> ApiError:
    """Make the error of a database that cannot be reached."""
    return ApiError(
        ErrorCode.AWAY,
        Sentence(
            "The fax service cannot reach its database now: nothing was accepted or changed. Please try again later."
        ),
    )


def from_trouble(error: OSError | StoreError) -> ApiError:
    """Make an error of trouble with disk or store: what a person can wait for is said, the rest is in the log only."""
    if is_full(error):
        return no_space()
    return away() if isinstance(error, StoreAway) else internal()


_STATES: Final = {
    State.PENDING: Sentence("waiting for its time"),
    State.READY: Sentence("waiting for its turn"),
    State.ACTIVE: Sentence("being sent"),
    State.FINAL_PENDING: Sentence("being sent"),
    State.SLEEPING: Sentence("waiting for its next try"),
    State.ENTERING: Sentence("being taken in"),
    State.HELD: Sentence("held"),
    State.DONE: Sentence("sent"),
    State.FAILED: Sentence("failed"),
    State.CANCELLED: Sentence("cancelled"),
    State.UNCERTAIN: Sentence("uncertain"),
}


def not_ended(state: State) -> ApiError:
    """Make the error of a wish for a fax that has ended."""
    return ApiError(ErrorCode.STATE, Sentence("This fax has not ended: it is {state}.", {"state": _STATES[state]}))


def too_late_to_undo() -> ApiError:
    """Make the error of a fax that cannot become a draft again."""
    sentence = Sentence("It is too late to take this fax back: it is being sent already, or has been.")
    return ApiError(ErrorCode.STATE, sentence)


def wrong_state(state: State) -> ApiError:
    """Make the error of a wish that comes too late, or too early."""
    sentence = Sentence("This cannot be done any more: the fax is {state}.", {"state": _STATES[state]})
    return ApiError(ErrorCode.STATE, sentence)
