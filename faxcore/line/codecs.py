# SPDX-License-Identifier: GPL-3.0-or-later
"""The codec of each coding, and the one place where the octets of JBIG are turned round.

T.4 and T.6 are codes of bits: the first bit of a page is the first on the line, and here the most significant of its
octet. T.85 is a code of octets, and a telephone line carries the least significant bit of an octet first. So in
document order a JBIG page has each of its octets with the bits reversed.
"""

from __future__ import annotations

from typing import Final, Protocol

from faxcore import t4, t85
from faxcore.model.page import MAX_ROWS, Coding, Page, PageFormat, Resolution
from faxcore.t30.frames import REVERSED

_K: Final = {Resolution.STANDARD: 2, Resolution.FINE: 4, Resolution.SUPERFINE: 8}
"""Rows between two that are coded one-dimensionally: at most about half a millimetre is lost with one (T.4,
4.2.1.2.2).
"""


def implementation() -> tuple[str, str]:
    """Return the codecs in use, "compiled" or "plain", in one word if they agree; and the reason if one is plain."""
    rooms = {"T.4": t4, "T.85": t85}
    kinds = {room.IMPLEMENTATION for room in rooms.values()}
    names = ", ".join(f"{room.IMPLEMENTATION} ({name})" for name, room in rooms.items())
    return kinds.pop() if len(kinds) == 1 else names, t4.PLAIN_BECAUSE or t85.PLAIN_BECAUSE


class PageDecoder(Protocol):
    """Reads one page as the modem delivers it: `feed` until it returns False or nothing comes, then `finish`."""

    @property
    def rows(self) -> int:
        """The number of rows so far, including concealed ones."""

    @property
    def bad_rows(self) -> int:
        """The number of rows that were concealed by the row above."""

    @property
    def worst_bad_run(self) -> int:
        """The most bad rows in succession."""

    @property
    def ended(self) -> bool:
        """True once the page is whole."""

    @property
    def broken(self) -> str | None:
        """The reason, in words, why decoding cannot go on; None while it can."""

    def feed(self, chunk: bytes) -> bool:
        """Read more of the page; False once it has ended or cannot go on."""

    def finish(self) -> None:
        """Read the rest, after the end of the data."""

    def bitmap(self) -> memoryview:
        """Return the rows so far, packed, most significant bit first, 1 = black."""


def make_decoder(format: PageFormat) -> PageDecoder:
    """Make a decoder for one page in this format; its data must go through `reverse_bits` first."""
    if format.coding is Coding.JBIG:
        return t85.Decoder(format.width.value, max_rows=MAX_ROWS)
    return t4.Decoder(format.width.value, format.coding, max_rows=MAX_ROWS)


def encode(page: Page, coding: Coding, min_row_bits: int = 0) -> bytes:
    """Code a whole page as it goes over the line, in as few bits as its coding allows. JBIG is sent in stripes of 128
    rows, which every receiver accepts.
    """
    if coding is Coding.JBIG:
        return reverse_bits(t85.encode_page(page), coding)
    return t4.encode_page(page, coding, k=_K[page.resolution], min_row_bits=min_row_bits, shortest=True)


def reverse_bits(octets: bytes, coding: Coding) -> bytes:
    """Reverse the bit order of each byte for JBIG; return other codings unchanged."""
    return octets.translate(REVERSED) if coding is Coding.JBIG else octets
