# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals: one of the contract's codes, with one sentence for the person who had the wish."""

from __future__ import annotations

from faxcore.contract.bus import ErrorCode
from faxcore.model.sentence import Sentence
from faxcore.store.store_error import StoreError, is_full


class ApiError(Exception):
    """The service refuses. `code` is for programs, `sentence` for the person."""

    def __init__(self, code: ErrorCode, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.code = code
        self.sentence = sentence


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


def from_trouble(error: OSError | StoreError) -> ApiError:
    """Make an error of trouble with disk or store: a full disk is said; everything else is in the log only."""
    return no_space() if is_full(error) else internal()
