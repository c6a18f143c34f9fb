# SPDX-License-Identifier: GPL-3.0-or-later
"""A print job that is not faxed: what cupsd does about it, and the reason for the person."""

from __future__ import annotations

from enum import IntEnum

from faxcore.model.sentence import Sentence


class Exit(IntEnum):
    """The exit codes of a backend, by what cupsd then does with the job (backend(7))."""

    OK = 0
    FAILED = 1
    HOLD = 3
    CANCEL = 5
    RETRY = 6


class Refusal(Exception):
    """A document is not handed over.

    `sentence` is for cupsd and its log, which everybody may read: never a word of the document's or the job's own.
    `reason` is for the person who printed, and may have such words.
    """

    def __init__(self, exit_code: Exit, sentence: Sentence, reason: Sentence | None = None) -> None:
        super().__init__(str(sentence))
        self.exit_code = exit_code
        self.sentence = sentence
        self.reason = reason or sentence
