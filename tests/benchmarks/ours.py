# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own codecs, as the line worker uses them: from Python, a page in one piece."""

from __future__ import annotations

from time import perf_counter

from faxcore import t4, t85
from faxcore.model.page import Coding
from tests.benchmarks.peer import CODINGS, JBIG, MR_K, Sheet, Timed


class Ours:
    """The codec that `faxcore.t4` chose at import."""

    name = "ours"
    timing = "the calls from Python: rows in and bits out, bits in and bitmap out"
    slow = False
    codings = CODINGS

    def encode(self, sheet: Sheet, coding: str) -> Timed:
        """The page's bits, with RTC or EOFB."""
        begin = perf_counter()
        encoder = t4.Encoder(sheet.width, Coding(coding), k=MR_K)
        encoder.add_rows(sheet.data)
        bits = encoder.finish()
        return Timed(bits, perf_counter() - begin)

    def decode(self, bits: bytes, sheet: Sheet, coding: str) -> Timed:
        """The rows; with one that is bad, none."""
        begin = perf_counter()
        decoder = t4.Decoder(sheet.width, Coding(coding))
        decoder.feed(bits)
        decoder.finish()
        rows = decoder.bitmap()
        taken = perf_counter() - begin
        good = not decoder.bad_rows and decoder.broken is None
        return Timed(bytes(rows) if good else b"", taken)

    def version(self) -> str:
        """Which of our two codecs it is."""
        return f"Facteur's codec, {t4.IMPLEMENTATION}"


class OursT85:
    """The codec that `faxcore.t85` chose at import."""

    name = Ours.name
    timing = Ours.timing
    slow = False
    codings = (JBIG,)

    def encode(self, sheet: Sheet, coding: str) -> Timed:
        """The page's JBIG data; its length is known beforehand."""
        begin = perf_counter()
        encoder = t85.Encoder(sheet.width, rows=sheet.length)
        encoder.add_rows(sheet.data)
        bits = encoder.finish()
        return Timed(bits, perf_counter() - begin)

    def decode(self, bits: bytes, sheet: Sheet, coding: str) -> Timed:
        """The rows; of a page that broke, none."""
        begin = perf_counter()
        decoder = t85.Decoder(sheet.width)
        decoder.feed(bits)
        decoder.finish()
        rows = decoder.bitmap()
        taken = perf_counter() - begin
        return Timed(bytes(rows) if decoder.ended else b"", taken)

    def version(self) -> str:
        """Which of our two codecs it is."""
        return f"Facteur's T.85 codec, {t85.IMPLEMENTATION}"
