# SPDX-License-Identifier: GPL-3.0-or-later
"""The encoding side of the QM coder: decisions in, octets out, after the flow charts of T.82, 6.8.

Theory. All decisions together are one number between 0 and 1. A is the size of the interval that is left for it, C
its lower end. Each decision cuts the interval: the MPS gets the lower part, the LPS the upper LSZ of it (or the other
way round, if LSZ would be the larger part), and LSZ is the estimate of the context's state. Both registers are doubled
until A is at least 0x8000; the bits that leave C at the top are the code.

A carry may still run through octets that are ready. So the last one waits in BUFFER, and octets of 0xFF after it,
which would pass the carry on, are only counted (SC) until one comes that stops it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from faxcore.t85.estimation import AFTER_LPS, AFTER_MPS, CONTEXTS, LSZ
from faxcore.t85.image_header import ESC, STUFF

_NONE_YET: Final = -1


class ArithmeticEncoder:
    """Codes one stripe after the other; the states of the contexts last from stripe to stripe."""

    def __init__(self) -> None:
        self._states = bytearray(CONTEXTS)
        self._begin()

    def _begin(self) -> None:
        """Start a stripe: INITENC without the states."""
        self._a = 0x10000
        self._c = 0
        self._ct = 11
        self._buffer = _NONE_YET
        self._sc = 0
        self._octets = bytearray()

    def encode(self, decisions: Iterable[tuple[int, int]]) -> None:
        """Encode each decision, a context and the pixel found there (ENCODE)."""
        states = self._states
        a, c, ct = self._a, self._c, self._ct
        for context, pixel in decisions:
            state = states[context]
            lsz = LSZ[state]
            a -= lsz
            if state & 1 == pixel:  # CODEMPS
                if a >= 0x8000:
                    continue
                if a < lsz:
                    c += a
                    a = lsz
                states[context] = AFTER_MPS[state]
            else:  # CODELPS
                if a >= lsz:
                    c += a
                    a = lsz
                states[context] = AFTER_LPS[state]
            while a < 0x8000:  # RENORME
                a <<= 1
                c <<= 1
                ct -= 1
                if ct == 0:
                    self._byte_out(c >> 19)
                    c &= 0x7FFFF
                    ct = 8
        self._a, self._c, self._ct = a, c, ct

    def flush(self) -> bytes:
        """Return the octets of the stripe (FLUSH), without zeros at its end that can be left out, and start anew."""
        top = self._a - 1 + self._c & ~0xFFFF  # CLEARBITS: of all numbers left, the one that ends in most zeros
        c = (top if top >= self._c else top + 0x8000) << self._ct
        zeros_follow = not c & 0x7FFF800
        if c > 0x7FFFFFF:
            self._carry(not zeros_follow)
        else:
            self._release()
        if not zeros_follow:
            self._put(c >> 19 & 0xFF)
            if c & 0x7F800:
                self._put(c >> 11 & 0xFF)
        octets = bytes(self._octets)
        self._begin()
        return octets

    def _byte_out(self, octet: int) -> None:
        """Put out `octet` with its carry (BYTEOUT)."""
        if octet == 0xFF:
            self._sc += 1
            return
        if octet > 0xFF:
            self._carry(True)
        else:
            self._release()
        self._buffer = octet & 0xFF

    def _carry(self, with_zeros: bool) -> None:
        """Put out the waiting octet plus one; the counted octets overflow to zeros."""
        if self._buffer != _NONE_YET:
            self._put(self._buffer + 1)
        if with_zeros:
            self._octets += bytes(self._sc)
        self._sc = 0

    def _release(self) -> None:
        """Put out the waiting octet and the counted ones as they are."""
        if self._buffer != _NONE_YET:
            self._put(self._buffer)
        self._octets += bytes((ESC, STUFF)) * self._sc
        self._sc = 0

    def _put(self, octet: int) -> None:
        self._octets.append(octet)
        if octet == ESC:
            self._octets.append(STUFF)
