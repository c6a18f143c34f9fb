# SPDX-License-Identifier: GPL-3.0-or-later
"""One direction of a call as audio: delay, loss, noise, drop-outs. All that is random comes from a seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from faxcore.exchange.library import SAMPLE_RATE, Samples
from faxcore.exchange.settings import Impairments

ZERO_DBM0_RMS: Final = 32767 / math.sqrt(2) / 10 ** (3.14 / 20)
"""Root mean square of 0 dBm0: a sine that just fills 16 bits is 3.14 dBm0 (G.711)."""


class Path:
    """One direction of a call: the signal comes out at the far end later and worse."""

    def __init__(self, impairments: Sequence[Impairments], delay_ms: int, seed: Sequence[int]):
        self._random = np.random.default_rng(seed)
        total_ms = delay_ms + sum(i.delay_ms for i in impairments)
        self._line = np.zeros(total_ms * SAMPLE_RATE // 1000, dtype=np.int16)
        self._gain = 10 ** (-sum(i.attenuation_db for i in impairments) / 20)
        powers = [10 ** (i.noise_dbm0 / 10) for i in impairments if i.noise_dbm0 is not None]
        self._noise_rms = ZERO_DBM0_RMS * math.sqrt(sum(powers))
        self._dropouts: list[Dropouts] = [
            Dropouts(i.dropouts_per_minute, i.dropout_ms, self._random)
            for i in impairments
            if i.dropouts_per_minute > 0
        ]
        self._dropouts += [
            SpreadDropouts(i.dropout_in_seconds, i.dropout_ms, self._random)
            for i in impairments
            if i.dropout_in_seconds is not None
        ]

    def pass_on(self, samples: Samples) -> Samples:
        """Put samples in at the near end, take as many out at the far end."""
        if len(self._line):
            joined = np.concatenate((self._line, samples))
            self._line = joined[len(samples) :]
            samples = joined[: len(samples)]
        if self._gain == 1.0 and not self._noise_rms and not self._dropouts:
            return np.ascontiguousarray(samples)
        signal = samples.astype(np.float64) * self._gain
        for dropouts in self._dropouts:
            signal *= dropouts.open(len(samples))
        if self._noise_rms:
            signal += self._random.normal(0.0, self._noise_rms, len(samples))
        result: Samples = np.clip(np.rint(signal), -32768, 32767).astype(np.int16)
        return result


class Dropouts:
    """The times at which a line is dead: a Poisson process of moments, all of the same length."""

    def __init__(self, per_minute: float, milliseconds: int, random: np.random.Generator):
        self._mean_gap = 60 * SAMPLE_RATE / per_minute
        self._length = milliseconds * SAMPLE_RATE // 1000
        self._random = random
        self._now = 0
        self._start = self._choose_next(-self._length)

    def _choose_next(self, start: int) -> int:
        """Choose the sample at which the next moment begins, behind the one that began at `start`."""
        return start + self._length + int(self._random.exponential(self._mean_gap))

    def open(self, count: int) -> Samples:
        """Return a mask over the next `count` samples: 1 where the line passes signals, 0 where it is dead."""
        mask = np.ones(count, dtype=np.int16)
        while self._start < self._now + count:
            begin = max(0, self._start - self._now)
            end = min(count, self._start + self._length - self._now)
            mask[begin : max(begin, end)] = 0
            if self._start + self._length > self._now + count:
                break
            self._start = self._choose_next(self._start)
        self._now += count
        return mask


class SpreadDropouts(Dropouts):
    """One moment in each span of so many seconds, somewhere in it; none goes on into the next span."""

    def __init__(self, seconds: float, milliseconds: int, random: np.random.Generator):
        self._span = int(seconds * SAMPLE_RATE)
        super().__init__(60 / seconds, milliseconds, random)

    def _choose_next(self, start: int) -> int:
        span = 0 if start < 0 else start // self._span + 1
        return span * self._span + int(self._random.integers(self._span - self._length))


def make_announcement(seconds: float) -> Samples:
    """Make the network's announcement for an unknown number: the three special information tones, then silence.

    E.180, 4.9: 950, 1400 and 1800 Hz, 330 ms each, at about -20 dBm0.
    """
    samples = np.zeros(int(seconds * SAMPLE_RATE), dtype=np.int16)
    peak = ZERO_DBM0_RMS * math.sqrt(2) * 10 ** (-20 / 20)
    length = SAMPLE_RATE * 330 // 1000
    time = np.arange(length) / SAMPLE_RATE
    for number, frequency in enumerate((950, 1400, 1800)):
        tone = (peak * np.sin(2 * math.pi * frequency * time)).astype(np.int16)
        samples[number * length : number * length + length] = tone[: max(0, len(samples) - number * length)]
    return samples
