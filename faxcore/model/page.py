# SPDX-License-Identifier: GPL-3.0-or-later
"""A fax page: the words that the codec, the protocol, the documents and the windows share.

A page is one bilevel image. Its geometry is T.4's: a number of pixels across (clause 2.2), and a number of
rows, each as high as the vertical resolution says.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Resolution(Enum):
    """Vertical resolution of a page (T.4, 2.2); the value is the word used in configuration and commands."""

    STANDARD = "standard"
    FINE = "fine"
    SUPERFINE = "superfine"

    @property
    def dpi(self) -> tuple[int, int]:
        """Whole dots an inch, across and down, as TIFF and Ghostscript take them."""
        return {
            Resolution.STANDARD: (204, 98),
            Resolution.FINE: (204, 196),
            Resolution.SUPERFINE: (204, 391),
        }[self]

    @property
    def rows_per_mm(self) -> float:
        """Rows a millimetre: 3.85, 7.7 or 15.4."""
        return {Resolution.STANDARD: 3.85, Resolution.FINE: 7.7, Resolution.SUPERFINE: 15.4}[self]


class Width(Enum):
    """Pixels across a page at 8 pixels a millimetre (T.4, 2.2); the name is the paper it was made for."""

    A4 = 1728
    B4 = 2048
    A3 = 2432


class Coding(Enum):
    """The codings of a page on the line: T.4 one- and two-dimensional, T.6, T.85."""

    MH = "MH"
    MR = "MR"
    MMR = "MMR"
    JBIG = "JBIG"


T4_CODINGS: Final = (Coding.MH, Coding.MR, Coding.MMR)
"""The codings of the codec in `t4`; JBIG is that of `t85`."""


MAX_ROWS: Final = 12_000
"""Rows that a page may have, sent or received: a superfine A4 page has 4573. What is longer is cut or refused."""

MAX_PAGES: Final = 500
"""Pages that a document may have."""

A4_MM: Final = 297.0
"""The length of the page that the renderer fills, in millimetres."""


@dataclass(frozen=True)
class Page:
    """One bilevel image: packed rows, most significant bit first, 1 = black, padding bits zero."""

    width: Width
    resolution: Resolution
    rows: bytes
    turned: bool = False
    """True if it was laid on its left side to fit the paper: whoever looks at it turns it back."""

    def __post_init__(self) -> None:
        if len(self.rows) % self.stride:
            raise ValueError(f"{len(self.rows)} octets are not a whole number of rows of {self.stride}")

    @property
    def stride(self) -> int:
        """Octets a row."""
        return (self.width.value + 7) // 8

    @property
    def length(self) -> int:
        """Rows in the page."""
        return len(self.rows) // self.stride


@dataclass(frozen=True)
class PageFormat:
    """The form of a page on the line: the part of a DCS that the codec needs."""

    width: Width
    resolution: Resolution
    coding: Coding
