# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands around the coded stripes: the header (BIH) and the marker segments, in T.82's words (6.2).

A bi-level image entity is a header of 20 octets and then stripes (SDE), each `rows_per_stripe` rows but the last:

    BIH [floating segments] PSCD ESC SDNORM [floating segments] PSCD ESC SDNORM ...

PSCD is what the arithmetic coder made of the stripe, with a STUFF behind every octet that is like ESC. A stripe that
ends with SDRST rather than SDNORM leaves nothing behind: the next begins like a page of its own. Floating segments
move the adaptive pixel (ATMOVE), tell the number of rows when the header could not (NEWLEN), or comment (COMMENT).

T.85 allows one resolution layer and one plane, so most of the header is fixed; `read` refuses what it doesn't allow.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, Self

ESC: Final = 0xFF

STUFF: Final = 0x00
SDNORM: Final = 0x02
SDRST: Final = 0x03
ABORT: Final = 0x04
NEWLEN: Final = 0x05
ATMOVE: Final = 0x06
COMMENT: Final = 0x07

UNKNOWN: Final = 0xFFFF_FFFF
"""YD of a page whose rows are not counted yet."""

MAX_AT_SHIFT: Final = 127

_BIH: Final = struct.Struct(">BBBxIIIBBBB")
HEADER_OCTETS: Final = _BIH.size

_LRLTWO: Final = 0x40
_VLENGTH: Final = 0x20
_TPBON: Final = 0x08
_RESERVED_ORDER: Final = 0xF0


class HeaderRefused(ValueError):
    """T.85 has no such header, or it isn't that of the page which was agreed; the text says why."""


@dataclass(frozen=True)
class ImageHeader:
    """The part of a BIH that differs from page to page."""

    width: int
    """XD."""
    rows: int
    """YD: UNKNOWN, or no more than this."""
    rows_per_stripe: int
    """L0."""
    max_at_shift: int = 0
    """MX: how far left of the pixel an ATMOVE may put the adaptive one."""
    two_line_template: bool = False
    """LRLTWO."""
    length_may_change: bool = False
    """VLENGTH: a NEWLEN may follow."""
    typical_prediction: bool = False
    """TPBON: a row like the one above it is told by one decision."""

    def octets(self) -> bytes:
        """The header as it is sent (T.82, 6.2.2)."""
        options = self.two_line_template * _LRLTWO | self.length_may_change * _VLENGTH
        options |= self.typical_prediction * _TPBON
        return _BIH.pack(0, 0, 1, self.width, self.rows, self.rows_per_stripe, self.max_at_shift, 0, 0, options)

    @classmethod
    def read(cls, octets: bytes) -> Self:
        """The header that was sent; raises `HeaderRefused`.

        The four flags of the order of stripes mean nothing with one layer and one plane, and may be anything.
        """
        first_layer, layers, planes, width, rows, stripe, mx, my, order, options = _BIH.unpack(octets)
        if first_layer or layers:
            raise HeaderRefused(
                f"the header speaks of resolution layers up to {max(first_layer, layers)}; fax has none"
            )
        if planes != 1:
            raise HeaderRefused(f"the header speaks of {planes} bit planes; fax has one")
        if not rows or not stripe:
            raise HeaderRefused("the header speaks of stripes without rows" if rows else "the header speaks of no rows")
        if mx > MAX_AT_SHIFT or my:
            raise HeaderRefused(f"the header would move the adaptive pixel by up to {mx}, {my}; fax by 127, 0")
        foreign = options & ~(_LRLTWO | _VLENGTH | _TPBON)
        if order & _RESERVED_ORDER or foreign:
            raise HeaderRefused(
                f"the header asks for what fax does not have: order {order:#04x}, options {options:#04x}"
            )
        two, variable, typical = (bool(options & flag) for flag in (_LRLTWO, _VLENGTH, _TPBON))
        return cls(width, rows, stripe, mx, two, variable, typical)

    def agree(self, width: int, max_rows: int) -> None:
        """Raise `HeaderRefused` if this is not a page of that width, or certainly one of too many rows."""
        if self.width != width:
            raise HeaderRefused(f"the header speaks of {self.width} pixels a row; {width} were agreed")
        if self.rows > max_rows and not self.length_may_change:
            raise HeaderRefused(f"more than {max_rows} rows")


def new_length(rows: int) -> bytes:
    """A NEWLEN marker segment (T.82, 6.2.6)."""
    return struct.pack(">BBI", ESC, NEWLEN, rows)


def at_move(row: int, shift: int) -> bytes:
    """An ATMOVE marker segment (T.82, 6.2.6): from that row of the stripe on, `shift` pixels left; 0 is home."""
    return struct.pack(">BBIBB", ESC, ATMOVE, row, shift, 0)
