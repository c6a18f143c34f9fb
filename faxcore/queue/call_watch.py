# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of a call out, put together from what its line says."""

from __future__ import annotations

import math
from collections.abc import Callable

from faxcore.contract.messages import Progress, Step
from faxcore.contract.sent_fax import LiveCall
from faxcore.lines.progress import STEPS, in_words
from faxcore.model.sentence import Sentence
from faxcore.queue.time_left import TimeLeft
from faxcore.store.views import CallProgress


class CallWatch:
    """Remembers of a call what its line says only once: whom it has reached, at which rate, and which page goes out."""

    def __init__(
        self,
        line: str,
        pages: int,
        monotonic: Callable[[], float],
        words: Callable[[Progress, int], Sentence] = in_words,
    ) -> None:
        """`words` says where the call is, of so many pages."""
        self.pages = pages
        """Pages of the document, as they are sent."""
        self._line = line
        self._monotonic = monotonic
        self._words = words
        self._sentence = Sentence("preparing the pages") if words is in_words else STEPS[Step.DIALLING]
        self._remote_id = ""
        self._page = 0
        self._rate = 0
        self._error_correction = False
        self._time_left = TimeLeft()

    def hear(self, message: Progress) -> None:
        """Take in what the line says."""
        self._sentence = self._words(message, self.pages)
        self._remote_id = message.remote_id or self._remote_id
        if message.rate:
            self._rate, self._error_correction = message.rate, message.error_correction
        if message.step is Step.PAGE:
            self._page = message.page
            if message.octets:
                self._time_left.begin_page(message.page, message.octets, message.rate, self._monotonic())

    def view(self) -> CallProgress:
        """Give the progress as it is now."""
        left = self._time_left.estimate(self.pages, self._monotonic())
        live = LiveCall(self._line, self._remote_id, self._page, self._rate, self._error_correction, math.ceil(left))
        return CallProgress(self._sentence, live)
