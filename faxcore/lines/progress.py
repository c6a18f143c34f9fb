# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of a call, as a sentence for the windows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from faxcore.contract.messages import Progress, Step
from faxcore.model.sentence import Sentence

STEPS: Final[Mapping[Step, Sentence]] = {
    Step.DIALLING: Sentence("dialling"),
    Step.ANSWERED: Sentence("answered"),
    Step.NEGOTIATING: Sentence("negotiating"),
    Step.TRAINING: Sentence("training"),
    Step.PAGE: Sentence("transferring a page"),
    Step.CONFIRMING: Sentence("waiting for a confirmation"),
    Step.ENDED: Sentence("ended"),
}


def fetching_in_words(progress: Progress, _pages: int) -> Sentence:
    """Say where a call out is that fetches a document."""
    if progress.step is Step.PAGE:
        return Sentence("receiving page {page}", {"page": progress.page})
    return STEPS[progress.step]


def in_words(progress: Progress, pages: int) -> Sentence:
    """Say where a call out is that sends so many pages."""
    match progress.step:
        case Step.PAGE:
            return Sentence("sending page {page} of {pages}", {"page": progress.page, "pages": pages})
        case Step.CONFIRMING:
            return Sentence("waiting for the confirmation of page {page}", {"page": progress.page})
        case step:
            return STEPS[step]
