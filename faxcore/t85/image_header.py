# SPDX-License-Identifier: GPL-3.0-or-later
"""The header (BIH) and the marker segments around the coded stripes, in T.82's words (6.2).

A bi-level image entity is a header of 20 octets and then stripes (SDE), each `rows_per_stripe` rows but the last:

    BIH [floating segments] PSCD ESC SDNORM [floating segments] PSCD ESC SDNORM ...

PSCD is the output of the arithmetic coder for the stripe, with a STUFF after every octet that equals ESC. After a
stripe that ends with SDRST rather than SDNORM, the next begins like a page of its own. Floating segments move the
adaptive pixel (ATMOVE), tell the number of rows if the header could not (NEWLEN), or comment (COMMENT).

T.85 allows one resolution layer and one plane, so most of the header is fixed; `read` refuses any other value.
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
    """T.85 does not allow such a header, or it is not that of the agreed page; the text is the reason."""


@dataclass(frozen=True)
class ImageHeader:
    """The part of a BIH that differs from page to page."""

    width: int
    """XD."""
    rows: int
    """YD: UNKNOWN, or at most this."""
    rows_per_stripe: int
    """L0."""
    max_at_shift: int = 0
    """MX: the farthest to the left of the pixel that an ATMOVE may put the adaptive one."""
    two_line_template: bool = False
    """LRLTWO."""
    length_may_change: bool = False
    """VLENGTH: a NEWLEN may follow."""
    typical_prediction: bool = False
    """TPBON: a row that equals the one above it is coded by one decision."""

    def octets(self) -> bytes:
        """Make the header as it is sent (T.82, 6.2.2)."""
        options = self.two_line_template * _LRLTWO | self.length_may_change * _VLENGTH
        options |= self.typical_prediction * _TPBON
        return _BIH.pack(0, 0, 1, self.width, self.rows, self.rows_per_stripe, self.max_at_shift, 0, 0, options)

    @classmethod
    def read(cls, octets: bytes) -> Self:
        """Read a header that was received; raises `HeaderRefused`.

        The four flags of the order of stripes have no meaning with one layer and one plane, and may have any value.
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

    def check_agreed(self, width: int, max_rows: int) -> None:
        """Raise `HeaderRefused` if this is not a page of that width, or certainly one of too many rows."""
        if self.width != width:
            raise HeaderRefused(f"the header speaks of {self.width} pixels a row; {width} were agreed")
        if self.rows > max_rows and not self.length_may_change:
            raise HeaderRefused(f"more than {max_rows} rows")


def make_new_length(rows: int) -> bytes:
    """Make a NEWLEN marker segment (T.82, 6.2.6)."""
    return struct.pack(">BBI", ESC, NEWLEN, rows)


def make_at_move(row: int, shift: int) -> bytes:
    """Make an ATMOVE marker segment (T.82, 6.2.6): from that row of the stripe on, `shift` pixels left; 0 is home."""
    return struct.pack(">BBIBB", ESC, ATMOVE, row, shift, 0)
