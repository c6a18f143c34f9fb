# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at a line, for tests: calls a number or answers, says nothing or talks, and hangs up after a while."""

from __future__ import annotations

import logging
import math
from concurrent.futures import Future
from typing import Final

import numpy as np

from faxcore.exchange.audio import ZERO_DBM0_RMS
from faxcore.exchange.library import SAMPLE_RATE, Samples, make_silence
from faxcore.exchange.settings import PersonSettings
from faxcore.exchange.switch import CallerId, Switch, SwitchLine, SwitchOutcome

log = logging.getLogger(__name__)

SYLLABLES: Final = 4.0
"""Syllables a second: speech is loudest and faintest that often."""
LOWPASS: Final = 0.7
"""The share of each sample that is added to the next: most of the power of speech is below 1 kHz."""


class VoiceStation:
    """The station at a line where somebody uses a telephone."""

    def __init__(self, line: SwitchLine, switch: Switch, settings: PersonSettings):
        self.line = line
        self._switch = switch
        self._settings = settings
        self._random = np.random.default_rng((switch.settings.seed, line.index))
        self._call: Future[float] | None = None
        self._talked: int | None = None
        """Samples since the answer; None while nobody has answered."""
        self._last = 0.0
        self._heard_rings = 0

    def call(self, number: str, future: Future[float]) -> None:
        """Call a number; the future gets the seconds from the answer to the end, 0.0 where nobody answered."""
        if self._call is not None or not self._switch.dial(self.line, number):
            future.set_result(0.0)
            return
        self._call = future

    def ring(self) -> None:
        """Answer at the ring that the settings ask for."""
        self._heard_rings += 1
        if self._settings.rings and self._heard_rings >= self._settings.rings:
            self._switch.answer(self.line)

    def show_caller(self, caller: CallerId) -> None:
        """Do nothing: there is no display."""

    def on_refused(self, outcome: SwitchOutcome) -> None:
        """End the call, which failed."""
        self._end()

    def on_connected(self) -> None:
        """Begin to talk: somebody has answered."""
        self._talked = 0

    def on_answered(self) -> None:
        """Begin to talk: the person has answered."""
        self._talked = 0

    def on_released(self) -> None:
        """End the call: the other end has hung up, or does not ring any more."""
        self._end()

    def _end(self) -> None:
        future, self._call = self._call, None
        seconds = (self._talked or 0) / SAMPLE_RATE
        self._talked, self._heard_rings = None, 0
        if future is not None:
            log.info("%s: the person's call lasted %.1f s", self.line, seconds)
            future.set_result(seconds)

    def send(self, count: int) -> Samples:
        """Return speech, or silence; and hang up when it is time."""
        if self._talked is None:
            return make_silence(count)
        begin = self._talked
        self._talked += count
        if self._talked > self._settings.hangs_up_after * SAMPLE_RATE:
            self._switch.hook(self.line, False)
            self._end()
            return make_silence(count)
        return make_silence(count) if self._settings.speech_dbm0 is None else self._speech(begin, count)

    def _speech(self, begin: int, count: int) -> Samples:
        """Make noise with the long-term spectrum of speech, as loud and as faint as its syllables."""
        rms = ZERO_DBM0_RMS * 10 ** ((self._settings.speech_dbm0 or 0.0) / 20)
        white = self._random.normal(0.0, rms * math.sqrt(1 - LOWPASS**2), count)
        coloured = np.empty(count)
        for place, value in enumerate(white):
            self._last = coloured[place] = LOWPASS * self._last + value
        time = (begin + np.arange(count)) / SAMPLE_RATE
        loudness = math.sqrt(2) * np.abs(np.sin(math.pi * SYLLABLES * time))
        result: Samples = np.clip(np.rint(coloured * loudness), -32768, 32767).astype(np.int16)
        return result

    def hear(self, samples: Samples) -> None:
        """Ignore the sound of the other end."""

    def is_present(self) -> bool:
        """Return whether the person answers calls."""
        return self._settings.rings > 0
