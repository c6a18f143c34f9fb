# SPDX-License-Identifier: GPL-3.0-or-later
"""TIFF files by hand: one page of strips, with whatever its directory is to say of them."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from faxcore.model.page import Coding, Page
from faxcore.t4 import Encoder

REVERSED = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))


def make_tiff(page: Page, strips: Sequence[bytes], each: int, compression: int, **tags: int) -> bytes:
    """A TIFF of this page's size whose strips, of so many rows each, are these octets; further tags as t292=1."""
    body = b"II*\0" + bytes(4)
    places = []
    for strip in strips:
        places.append(len(body))
        body += strip
    body += bytes(len(body) % 2)
    across, down = page.resolution.dpi
    rationals = len(body)
    body += struct.pack("<LLLL", across, 1, down, 1)
    lists = len(body)
    body += struct.pack(f"<{len(strips)}L", *places) + struct.pack(f"<{len(strips)}L", *map(len, strips))
    values = {
        256: (4, 1, page.width.value),
        257: (4, 1, page.length),
        258: (3, 1, 1),
        259: (3, 1, compression),
        262: (3, 1, 0),
        273: (4, len(strips), places[0] if len(strips) == 1 else lists),
        277: (3, 1, 1),
        278: (4, 1, each),
        279: (4, len(strips), len(strips[0]) if len(strips) == 1 else lists + 4 * len(strips)),
        282: (5, 1, rationals),
        283: (5, 1, rationals + 8),
        296: (3, 1, 2),
    }
    values |= {int(name[1:]): (4, 1, value) for name, value in tags.items()}
    entries = b"".join(struct.pack("<HHLL", tag, *value) for tag, value in sorted(values.items()))
    directory = struct.pack("<H", len(values)) + entries + bytes(4)
    return b"II*\0" + struct.pack("<L", len(body)) + body[8:] + directory


def cut_in_strips(page: Page, each: int) -> list[bytes]:
    """The page's rows, so many to a piece."""
    octets = each * page.stride
    return [page.rows[at : at + octets] for at in range(0, len(page.rows), octets)]


def encode_strip(page: Page, rows: bytes, coding: Coding, *, align: bool = False) -> bytes:
    """One strip of T.4 or T.6, with its RTC or EOFB."""
    encoder = Encoder(page.width.value, coding, k=4, align_eol=align)
    encoder.add_rows(rows)
    return encoder.finish()
